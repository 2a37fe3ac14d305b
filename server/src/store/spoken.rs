//! Under which entity id the peers were told last.

use lampfield_shared::{Eid, Timestamp};
use rusqlite::Connection;

use super::eid::read;
use super::order::SpeakAs;
use super::{Store, StoreError};
use crate::identity::Actor;

impl Store {
    /// Notes that the peers are told everything under this entity id from now on. Gives the entity id under which lamps
    /// were told before, if that was another one: only under that one can they be withdrawn.
    ///
    /// # Errors
    /// As [`Store::order`]; [`StoreError::NoRoom`] is but logged.
    pub async fn speak_as(&self, now: Timestamp, eid: Eid) -> Result<Option<Eid>, StoreError> {
        let look = |connection: &Connection| {
            let has_lamps = connection.prepare("SELECT 1 FROM dnd WHERE kind = 'lamp'")?.exists([])?;
            Ok((spoken_as(connection)?, has_lamps))
        };
        let (former, has_lamps) = self.read(look).await?;
        if former == Some(eid) {
            return Ok(None);
        }
        match self.order(now, Actor::program("lampfield"), SpeakAs { eid }).await {
            Err(StoreError::NoRoom) => tracing::warn!(%eid, "our entity id could not be saved"),
            written => {
                let Ok(()) = written?;
            }
        }
        Ok(former.filter(|_| has_lamps))
    }
}

/// The entity id under which the peers were told last.
pub(super) fn spoken_as(connection: &Connection) -> rusqlite::Result<Option<Eid>> {
    read(connection, "SELECT eid FROM spoken_as")
}
