//! Our entity id: generated once, and kept.

use lampfield_shared::{Eid, Timestamp};
use rusqlite::{Connection, OptionalExtension as _};

use super::{Proof, Store, StoreError};

/// Who this server is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Identity {
    pub eid: Eid,
}

impl Store {
    /// The entity id that was generated when this database was made.
    pub fn eid(&self) -> Eid {
        self.shared.identity.eid
    }
}

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

/// The identity that is kept; a new one where there is none yet.
pub(super) fn establish(connection: &Connection) -> rusqlite::Result<Identity> {
    if let Some(eid) = kept(connection)? {
        return Ok(Identity { eid });
    }
    // A command may do the same beside a server that starts: whose is there first counts for both.
    connection.execute("INSERT OR IGNORE INTO identity (id, eid) VALUES (1, ?1)", [random_eid().to_string()])?;
    kept(connection)?.map(|eid| Identity { eid }).ok_or(rusqlite::Error::QueryReturnedNoRows)
}

/// The entity id that is kept, if one is.
pub(super) fn kept(connection: &Connection) -> rusqlite::Result<Option<Eid>> {
    eid(connection, "SELECT eid FROM identity")
}

fn eid(connection: &Connection, query: &str) -> rusqlite::Result<Option<Eid>> {
    let text: Option<String> = connection.query_row(query, [], |row| row.get(0)).optional()?;
    text.map(|text| {
        text.parse()
            .map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error)))
    })
    .transpose()
}

/// An entity id of our own: locally administered, so that no network card has it.
fn random_eid() -> Eid {
    let mut bytes: [u8; 6] = rand::random();
    bytes[0] = 0x02;
    Eid::from_bytes(bytes)
}
