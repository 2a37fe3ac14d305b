//! What outlives the process: one SQLite file, and the one thread that owns it.
//!
//! ```text
//!  accounts · sessions · screens · notes · audit · identity      each its tables and its queries
//!        ├──────────── Store::read(closure) ───────────► thread: Connection ─► lampfield.db
//!        └──────────── Store::write(proof, closure) ───►   └► then tells board and hub
//! ```
//! What a method has answered is on the disk (`synchronous = FULL`): neither `kill -9` nor a power cut
//! takes it back. Nothing is written without a [`Proof`] that holds in the same transaction, and what is kept and
//! shown is told to those who show it by this one thread, in the order in which it was kept.
//! A file that cannot be trusted is refused with its name; none is replaced by a new one.

pub mod accounts;
pub mod audit;
mod board;
mod check;
mod column;
mod copies;
mod database;
pub mod dnd;
mod error;
mod extensions;
mod file;
mod identity;
mod migrations;
pub mod notes;
mod opening;
pub mod own_boards;
pub mod password;
mod pause;
mod proof;
#[cfg(test)]
mod proof_tests;
#[cfg(test)]
mod restore_tests;
mod schema;
mod screens;
mod seen;
pub mod sessions;
mod spoken;
#[cfg(test)]
mod tests;

use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use lampfield_shared::{Eid, Timestamp};
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::timeout;

pub use copies::{Asked, Backup, Restored, restore};
pub use database::Ended;
use database::{Condition, Database, Write};
pub use error::{StoreError, Unproved};
pub use proof::{Proof, Proved, SessionProof};

type Work = Box<dyn FnOnce(&mut Database) + Send>;

/// So much work may wait before whoever asks waits, too.
const WAITING: usize = 64;

/// So long somebody waits for an answer. A disk that hangs gives none.
const PATIENCE: Duration = Duration::from_secs(15);

/// So often at most is it tried whether the disk takes anything, for whoever asks how the server is.
const PROBE_EVERY: Duration = Duration::from_secs(10);

/// The database; cloned freely. The file is given back when the last clone is dropped.
#[derive(Debug, Clone)]
pub struct Store {
    work: mpsc::Sender<Work>,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    identity: identity::Identity,
    seen: Mutex<seen::Seen>,
    /// Says that sessions may have ended.
    sessions: watch::Sender<()>,
    condition: Condition,
    probed: Mutex<Option<Instant>>,
    ended: Ended,
}

impl Store {
    /// A database that is gone with the process: for the demo and for tests.
    ///
    /// # Errors
    /// When there is no memory for it.
    pub fn in_memory() -> Result<Self, StoreError> {
        let mut connection = Connection::open_in_memory()?;
        file::prepare(&connection)?;
        migrations::migrate(&mut connection)?;
        Self::with(file::Opened { connection, lock: None, makeshift: None })
    }

    fn with(opened: file::Opened) -> Result<Self, StoreError> {
        let identity = identity::establish(&opened.connection)?;
        let (work, mut queue) = mpsc::channel::<Work>(WAITING);
        let (condition, ended) = (Condition::default(), Ended::default());
        let mut database = Database::of_file(opened, condition.clone());
        let tell = ended.clone();
        let serve = move || {
            while let Some(work) = queue.blocking_recv() {
                // A transaction that is dropped rolls back, so work that panics leaves nothing half done;
                // who waits for it is told, for the sender of the answer is dropped.
                let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(&mut database)));
                if outcome.is_err() {
                    tracing::error!("work on the database panicked");
                }
            }
            database.close();
            tell.tell();
        };
        thread::Builder::new().name("store".into()).spawn(serve).map_err(|_| StoreError::Gone)?;
        let (seen, sessions, probed) = (Mutex::default(), watch::Sender::new(()), Mutex::default());
        Ok(Self { work, shared: Arc::new(Shared { identity, seen, sessions, condition, probed, ended }) })
    }

    /// Reads on the thread that owns the connection, one after the other; what writes then is refused.
    ///
    /// # Errors
    /// What SQLite says, [`StoreError::Gone`], or [`StoreError::Hangs`].
    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.ask(move |database| database.read(work)).await
    }

    /// Writes in one transaction, where `proof` holds in it.
    ///
    /// # Errors
    /// As [`Store::read`]; [`StoreError::Unproved`], and then nothing has changed.
    async fn write<T: Send + 'static>(
        &self,
        now: Timestamp,
        proof: Proof,
        work: impl FnOnce(&Write<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        match self.decide(now, proof, |write| work(write).map(Ok::<T, Infallible>)).await? {
            Ok(done) => Ok(done),
        }
    }

    /// Does to the database what a test wants done to it.
    #[cfg(test)]
    pub(crate) async fn batch(&self, sql: String) -> Result<(), StoreError> {
        self.write(Timestamp::default(), Proof::Server, move |write| Ok(write.execute_batch(&sql)?)).await
    }

    /// As [`Store::write`] where the work may refuse: then nothing has changed, either.
    ///
    /// # Errors
    /// As [`Store::write`]; within, why it refused.
    async fn decide<T: Send + 'static, E: Send + 'static>(
        &self,
        now: Timestamp,
        proof: Proof,
        work: impl FnOnce(&Write<'_>) -> Result<Result<T, E>, StoreError> + Send + 'static,
    ) -> Result<Result<T, E>, StoreError> {
        self.ask(move |database| database.write(now, &proof, work)).await
    }

    /// Does `work` on the thread that owns the database. The only way in. Where whoever asked has gone away before it
    /// was begun, it is not done.
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

    /// What keeps anything from being kept, as far as is known without asking.
    pub fn trouble(&self) -> Option<String> {
        self.shared.condition.trouble()
    }

    /// What keeps anything from being kept, looked at now; but for whoever asks often, only every ten seconds.
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
    /// Why it does not.
    pub async fn probe(&self) -> Result<(), StoreError> {
        self.ask(Database::probe).await
    }

    /// The entity id that was generated when this database was made.
    pub fn eid(&self) -> Eid {
        self.shared.identity.eid
    }

    /// Tells when the file is given back, after the last clone is dropped.
    pub fn ended(&self) -> Ended {
        self.shared.ended.clone()
    }

    /// Wakes whenever sessions may have ended: who relies on one looks again.
    pub fn watch_sessions(&self) -> watch::Receiver<()> {
        self.shared.sessions.subscribe()
    }

    /// For within a transaction that ends sessions: once it is kept, who relies on one looks again.
    fn tell_sessions(&self) -> impl FnOnce() + Send + 'static {
        let shared = Arc::clone(&self.shared);
        move || shared.sessions.send_replace(())
    }
}
