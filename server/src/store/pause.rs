//! Which peers are told nothing of ours, over restarts too.

use lampfield_shared::{Pause, SiteName, Timestamp};
use rusqlite::{Connection, params};

use super::audit::{Actor, Deed, record};
use super::column::milliseconds;
use super::{Store, StoreError};

impl Store {
    /// The peers that are paused.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn paused(&self) -> Result<Vec<SiteName>, StoreError> {
        self.read(all).await
    }

    /// Notes that a peer is paused, or no longer; what is so already is not noted again. Then `tell`.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn set_pause(
        &self,
        now: Timestamp,
        actor: Actor,
        (peer, pause): (SiteName, Pause),
        tell: impl FnOnce() + Send + 'static,
    ) -> Result<(), StoreError> {
        self.write(now, actor.proof.clone(), move |write| {
            let (changed, action) = match pause {
                Pause::On => {
                    let sql = "INSERT INTO pause (peer, since, by) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
                    (write.execute(sql, params![peer.as_str(), milliseconds(now), actor.who])?, "peer.pause")
                }
                Pause::Off => (write.execute("DELETE FROM pause WHERE peer = ?1", [peer.as_str()])?, "peer.resume"),
            };
            if changed > 0 {
                record(write, now, &actor, &Deed::done(action, peer.as_str()))?;
            }
            write.then(tell);
            Ok(())
        })
        .await
    }

    /// Notes that a peer is asked for everything again, unless it is paused: whether it is not. Then `tell`.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn note_refresh(
        &self,
        now: Timestamp,
        actor: Actor,
        peer: SiteName,
        tell: impl FnOnce() + Send + 'static,
    ) -> Result<bool, StoreError> {
        self.write(now, actor.proof.clone(), move |write| {
            if write.prepare_cached("SELECT 1 FROM pause WHERE peer = ?1")?.exists([peer.as_str()])? {
                return Ok(false);
            }
            record(write, now, &actor, &Deed::done("peer.refresh", peer.as_str()))?;
            write.then(tell);
            Ok(true)
        })
        .await
    }
}

/// The peers that are paused.
pub(super) fn all(connection: &Connection) -> rusqlite::Result<Vec<SiteName>> {
    let mut statement = connection.prepare_cached("SELECT peer FROM pause ORDER BY peer")?;
    statement.query_map([], |row| row.get::<_, String>(0).map(SiteName::from))?.collect()
}
