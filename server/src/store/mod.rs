//! What outlives the process: one SQLite file, and the one thread that owns it.
//!
//! ```text
//!  accounts · sessions · screens · notes · audit · …          what is asked, and what is ordered, by subject
//!        ├─────────── Store::read(closure) ──────────► thread: Connection ─► lampfield.db
//!        └─ order ─── Store::order(change) ──────────►   └► then tells board and hub
//! ```
//! What a method has answered is on the disk (`synchronous = FULL`): neither `kill -9` nor a power cut
//! takes it back. Whatever is changed is changed by an order, a value that names its author (`order/mod.rs`), where the
//! author's [`Proof`](crate::identity::Proof) holds in the same transaction. What is kept and shown is told to those
//! who show it by this one thread, in the succession in which it was kept. A file that cannot be trusted is refused
//! with its name; none is replaced by a new one.

pub mod accounts;
pub mod audit;
mod check;
mod column;
mod copies;
mod database;
pub mod dnd;
mod eid;
mod error;
mod file;
mod last_known;
mod migrations;
mod naming;
pub mod notes;
mod opening;
mod order;
pub mod own_boards;
mod pause;
#[cfg(test)]
mod proof_tests;
#[cfg(test)]
mod restore_tests;
mod rows;
mod schema;
mod screens;
mod seen;
pub mod sessions;
mod spoken;
#[cfg(test)]
mod tests;
mod write;

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use lampfield_shared::{Eid, Timestamp};
use rusqlite::{Connection, Transaction};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::timeout;

pub use copies::{Asked, Backup, Restored, restore};
pub use database::Ended;
use database::{Condition, Database};
pub use error::StoreError;
use order::{Order, Ordered};

use crate::identity::Actor;

type Work = Box<dyn FnOnce(&mut Database) + Send>;

/// Work that may wait before those who ask wait, too.
const WAITING: usize = 64;

/// How long somebody waits for an answer. A disk that hangs gives none.
const PATIENCE: Duration = Duration::from_secs(15);

/// The disk is tried at most this often for those who ask how the server is.
const PROBE_EVERY: Duration = Duration::from_secs(10);

/// The database; cloned freely. The file is given back when the last clone is dropped.
#[derive(Debug, Clone)]
pub struct Store {
    work: mpsc::Sender<Work>,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    eid: Eid,
    seen: Mutex<seen::Seen>,
    /// Says that sessions may have ended.
    sessions: watch::Sender<()>,
    condition: Condition,
    probed: Mutex<Option<Instant>>,
    ended: Ended,
}

impl Store {
    /// Makes a database in memory, which is gone with the process: for the demo and for tests.
    ///
    /// # Errors
    /// When there is no memory for the database.
    pub fn in_memory() -> Result<Self, StoreError> {
        let mut connection = Connection::open_in_memory()?;
        file::prepare(&connection)?;
        migrations::migrate(&mut connection)?;
        Self::with(file::Opened { connection, lock: None, makeshift: None })
    }

    fn with(mut opened: file::Opened) -> Result<Self, StoreError> {
        let eid = eid::establish(&mut opened.connection)?;
        let (work, mut queue) = mpsc::channel::<Work>(WAITING);
        let (condition, ended, sessions) = (Condition::default(), Ended::default(), watch::Sender::new(()));
        let mut database = Database::of_file(opened, condition.clone(), sessions.clone());
        let tell = ended.clone();
        let serve = move || {
            while let Some(work) = queue.blocking_recv() {
                // A transaction that is dropped rolls back, so work that panics leaves nothing half done. Its asker
                // learns of the panic, for the sender of the answer is dropped.
                let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(&mut database)));
                if outcome.is_err() {
                    tracing::error!("work on the database panicked");
                }
            }
            database.close();
            tell.tell();
        };
        thread::Builder::new().name("store".into()).spawn(serve).map_err(|_| StoreError::Gone)?;
        let (seen, probed) = (Mutex::default(), Mutex::default());
        Ok(Self { work, shared: Arc::new(Shared { eid, seen, sessions, condition, probed, ended }) })
    }

    /// Reads on the thread that owns the connection, one after the other. SQLite refuses any attempt to write.
    ///
    /// # Errors
    /// What SQLite says, [`StoreError::Gone`], or [`StoreError::Hangs`].
    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.ask(move |database| database.read(work)).await
    }

    /// Applies a change in one transaction, where the proof of its author holds.
    ///
    /// # Errors
    /// As [`Store::read`]; [`StoreError::Unproved`], and then nothing has changed. Within, why the change is refused;
    /// then, too, nothing has changed.
    async fn order<C: Ordered<Done: Send, Refused: Send> + 'static>(
        &self,
        at: Timestamp,
        by: Actor,
        change: C,
    ) -> Result<Result<C::Done, C::Refused>, StoreError> {
        self.order_then(at, by, change, |_| ()).await
    }

    /// Applies a change as [`Store::order`] does. Once the change is kept, `tell` tells others: on the store's thread,
    /// so in the succession of the orders, and also where whoever asked has gone away.
    ///
    /// # Errors
    /// As [`Store::order`]; then nobody is told.
    async fn order_then<C: Ordered<Done: Send, Refused: Send> + 'static>(
        &self,
        at: Timestamp,
        by: Actor,
        change: C,
        tell: impl FnOnce(&C::Done) + Send + 'static,
    ) -> Result<Result<C::Done, C::Refused>, StoreError> {
        let order = Order::new(at, by, change);
        order.check_length()?;
        self.ask(move |database| carry_out::<C>(database, &order, tell)).await
    }

    /// Keeps what is this server's own and no order: what its board last knew.
    ///
    /// # Errors
    /// As [`Store::read`].
    async fn keep_own<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.ask(move |database| database.keep_own(work)).await
    }

    /// Does to the database what a test wants done.
    #[cfg(test)]
    pub(crate) async fn batch(&self, sql: String) -> Result<(), StoreError> {
        self.keep_own(move |transaction| transaction.execute_batch(&sql)).await
    }

    /// Does `work` on the thread that owns the database; there is no other way in. Work whose asker has gone away
    /// before it was begun is not done.
    async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Database) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        let work: Work = Box::new(move |database| {
            if !reply.is_closed() {
                let _gone = reply.send(work(database));
            }
        });
        let asked = async {
            self.work.send(work).await.map_err(|_| StoreError::Gone)?;
            answer.await.map_err(|_| StoreError::Gone)?
        };
        let since = Instant::now();
        tokio::pin!(asked);
        loop {
            match timeout(PATIENCE, &mut asked).await {
                Ok(answer) => return answer,
                // The clock of a test may run ahead of the thread.
                Err(_elapsed) if since.elapsed() < PATIENCE => {}
                Err(_elapsed) => return Err(StoreError::Hangs),
            }
        }
    }

    /// What keeps the database from being written, as far as is known without trying; `None`: nothing.
    pub fn trouble(&self) -> Option<String> {
        self.shared.condition.trouble()
    }

    /// What keeps the database from being written. The disk is tried for this, but at most every ten seconds.
    pub async fn look_for_trouble(&self) -> Option<String> {
        let is_due = {
            let mut probed = self.shared.probed.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let is_due = probed.is_none_or(|last| last.elapsed() >= PROBE_EVERY);
            if is_due {
                *probed = Some(Instant::now());
            }
            is_due
        };
        if is_due && let Err(error) = self.probe().await {
            return Some(error.to_string());
        }
        self.trouble()
    }

    /// Tries whether the disk takes anything.
    ///
    /// # Errors
    /// Why the disk does not.
    pub async fn probe(&self) -> Result<(), StoreError> {
        self.ask(Database::probe).await
    }

    /// The entity id that was generated when this database was made.
    pub fn eid(&self) -> Eid {
        self.shared.eid
    }

    /// Tells when the file is closed, after the last clone is dropped.
    pub fn ended(&self) -> Ended {
        self.shared.ended.clone()
    }

    /// Wakes whenever sessions may have ended: who relies on one looks again.
    pub fn watch_sessions(&self) -> watch::Receiver<()> {
        self.shared.sessions.subscribe()
    }
}

/// Carries an order out, and has others told once it is kept.
fn carry_out<C: Ordered>(
    database: &mut Database,
    order: &Order,
    tell: impl FnOnce(&C::Done),
) -> Result<Result<C::Done, C::Refused>, StoreError> {
    // Each change has an outcome of its own kind, so this is never another's.
    let outcome = C::outcome(database.apply(order)?).ok_or(StoreError::Gone)?;
    if let Ok(done) = &outcome {
        tell(done);
    }
    Ok(outcome)
}
