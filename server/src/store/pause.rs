//! Which peers are told nothing of ours, over restarts too.

use lampfield_shared::{Pause, SiteName, Timestamp};
use rusqlite::params;

use super::audit::{Actor, Deed, record};
use super::{Store, StoreError, milliseconds};

impl Store {
    /// The peers that are paused.
    ///
    /// # Errors
    /// As [`Store::run`].
    pub async fn paused(&self) -> Result<Vec<SiteName>, StoreError> {
        self.run(|connection| {
            let mut statement = connection.prepare_cached("SELECT peer FROM pause ORDER BY peer")?;
            statement.query_map([], |row| row.get::<_, String>(0).map(SiteName::from))?.collect()
        })
        .await
    }

    /// Notes that a peer is paused, or no longer; what is so already is not noted again.
    ///
    /// # Errors
    /// As [`Store::run`].
    pub async fn set_pause(
        &self,
        now: Timestamp,
        actor: Actor,
        peer: SiteName,
        pause: Pause,
    ) -> Result<(), StoreError> {
        self.run(move |connection| {
            let transaction = connection.transaction()?;
            let (changed, action) = match pause {
                Pause::On => {
                    let sql = "INSERT INTO pause (peer, since, by) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
                    (transaction.execute(sql, params![peer.as_str(), milliseconds(now), actor.who])?, "peer.pause")
                }
                Pause::Off => {
                    (transaction.execute("DELETE FROM pause WHERE peer = ?1", [peer.as_str()])?, "peer.resume")
                }
            };
            if changed > 0 {
                record(&transaction, now, &actor, &Deed::done(action, peer.as_str()))?;
            }
            transaction.commit()
        })
        .await
    }
}
