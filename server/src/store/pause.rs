//! Pauses: the peers that are told nothing of ours, over restarts too.

use lampfield_shared::{Pause, SiteName, Timestamp};
use rusqlite::Connection;

use super::order::{NoteRefresh, SetPause};
use super::{Store, StoreError};
use crate::identity::Actor;

impl Store {
    /// The peers that are paused.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn paused(&self) -> Result<Vec<SiteName>, StoreError> {
        self.read(all).await
    }

    /// Notes that a peer is paused, or no longer; what is so already makes no entry in the audit log. Then `tell`.
    ///
    /// # Errors
    /// As [`Store::order`].
    pub async fn set_pause(
        &self,
        now: Timestamp,
        actor: Actor,
        (peer, pause): (SiteName, Pause),
        tell: impl FnOnce() + Send + 'static,
    ) -> Result<(), StoreError> {
        let Ok(()) = self.order_then(now, actor, SetPause { peer, pause }, |()| tell()).await?;
        Ok(())
    }

    /// Notes that a peer is asked for all its states, and then does so by `tell`; unless the peer is paused. The answer
    /// tells whether it is not.
    ///
    /// # Errors
    /// As [`Store::order`].
    pub async fn note_refresh(
        &self,
        now: Timestamp,
        actor: Actor,
        peer: SiteName,
        tell: impl FnOnce() + Send + 'static,
    ) -> Result<bool, StoreError> {
        let tell = |is_asked: &bool| {
            if *is_asked {
                tell();
            }
        };
        let Ok(is_asked) = self.order_then(now, actor, NoteRefresh { peer }, tell).await?;
        Ok(is_asked)
    }
}

/// The peers that are paused.
pub(super) fn all(connection: &Connection) -> rusqlite::Result<Vec<SiteName>> {
    let mut statement = connection.prepare_cached("SELECT peer FROM pause ORDER BY peer")?;
    statement.query_map([], |row| row.get::<_, String>(0).map(SiteName::from))?.collect()
}
