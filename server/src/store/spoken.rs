//! Under which entity id the peers were told last.

use lampfield_shared::{Eid, Timestamp};
use rusqlite::Connection;

use super::identity::eid;
use super::{Proof, Store, StoreError};

impl Store {
    /// Notes that the peers are told everything under this entity id from now on. Gives the former one, where
    /// that is another and lamps were told under it: they cannot be withdrawn under the new one.
    ///
    /// # Errors
    /// As [`Store::write`]; [`StoreError::NoRoom`] is but logged.
    pub async fn speak_as(&self, now: Timestamp, eid: Eid) -> Result<Option<Eid>, StoreError> {
        let look = |connection: &Connection| {
            let has_lamps = connection.prepare("SELECT 1 FROM dnd WHERE kind = 'lamp'")?.exists([])?;
            Ok((spoken_as(connection)?, has_lamps))
        };
        let (former, has_lamps) = self.read(look).await?;
        if former == Some(eid) {
            return Ok(None);
        }
        match self.write(now, Proof::Server, move |write| Ok(set_spoken_as(write, eid)?)).await {
            Err(StoreError::NoRoom) => tracing::warn!(%eid, "under which entity id we speak is not kept"),
            written => written?,
        }
        Ok(former.filter(|_| has_lamps))
    }
}

/// The entity id under which the peers were told last.
pub(super) fn spoken_as(connection: &Connection) -> rusqlite::Result<Option<Eid>> {
    eid(connection, "SELECT eid FROM spoken_as")
}

pub(super) fn set_spoken_as(connection: &Connection, eid: Eid) -> rusqlite::Result<()> {
    connection.execute("DELETE FROM spoken_as", [])?;
    connection.execute("INSERT INTO spoken_as (eid) VALUES (?1)", [eid.to_string()])?;
    Ok(())
}
