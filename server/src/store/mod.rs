//! What outlives the process: one SQLite file, and the one thread that owns it.
//!
//! ```text
//!  accounts · sessions · screens · notes · audit · identity      each its tables and its queries
//!        └──────────── Store::run(closure) ────────────► thread: Connection ─► lampfield.db
//! ```
//! What a method has answered is on the disk (`synchronous = FULL`): neither `kill -9` nor a power cut
//! takes it back. A file that cannot be trusted is refused with its name; none is replaced by a new one.

pub mod accounts;
pub mod audit;
mod board;
mod copies;
pub mod dnd;
mod error;
mod extensions;
mod file;
mod identity;
mod migrations;
pub mod notes;
pub mod own_boards;
pub mod password;
mod pause;
mod screens;
pub mod sessions;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;

use lampfield_shared::Timestamp;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot, watch};

pub use copies::{Asked, Backup, Restored, restore};
pub use error::StoreError;

type Work = Box<dyn FnOnce(&mut Connection) + Send>;

/// So much work may wait before whoever asks waits, too.
const WAITING: usize = 64;

/// The database; cloned freely. The file is given back when the last clone is dropped.
#[derive(Debug, Clone)]
pub struct Store {
    work: mpsc::Sender<Work>,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    identity: identity::Identity,
    seen: Mutex<sessions::Seen>,
    /// Says that sessions may have ended.
    sessions: watch::Sender<()>,
}

impl Store {
    /// Opens the database at `file`; makes it where there is none.
    ///
    /// # Errors
    /// Why it cannot be trusted or used, in words for the admin. The file is left as it is.
    pub fn open(file: &Path) -> Result<Self, StoreError> {
        let (connection, lock) = file::open(file)?;
        Self::with(connection, Some(lock))
    }

    /// Opens the database that is there, beside a server that may be running.
    ///
    /// # Errors
    /// As [`Store::open`]; also when there is none, or it would have to be brought up to date below a running server.
    pub fn beside(file: &Path) -> Result<Self, StoreError> {
        Self::with(file::open_beside(file)?, None)
    }

    /// A database that is gone with the process: for the demo and for tests.
    ///
    /// # Errors
    /// When there is no memory for it.
    pub fn in_memory() -> Result<Self, StoreError> {
        let mut connection = Connection::open_in_memory()?;
        file::prepare(&connection)?;
        migrations::migrate(&mut connection)?;
        Self::with(connection, None)
    }

    fn with(mut connection: Connection, lock: Option<file::Lock>) -> Result<Self, StoreError> {
        let identity = identity::establish(&mut connection)?;
        let (work, mut queue) = mpsc::channel::<Work>(WAITING);
        let serve = move || {
            while let Some(work) = queue.blocking_recv() {
                // A transaction that is dropped rolls back, so work that panics leaves nothing half done;
                // who waits for it is told, for the sender of the answer is dropped.
                let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(&mut connection)));
                if outcome.is_err() {
                    tracing::error!("work on the database panicked");
                }
            }
            // In this order: two servers never share a file, not even while one takes its journal in.
            drop(connection);
            drop(lock);
        };
        thread::Builder::new().name("store".into()).spawn(serve).map_err(|_| StoreError::Gone)?;
        Ok(Self {
            work,
            shared: Arc::new(Shared { identity, seen: Mutex::default(), sessions: watch::Sender::new(()) }),
        })
    }

    /// Does `work` on the thread that owns the connection, one after the other. The only way in.
    ///
    /// What writes more than once takes a transaction of its own: without one each statement stands alone.
    ///
    /// # Errors
    /// What SQLite says, or [`StoreError::Gone`].
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        let work: Work = Box::new(move |connection| {
            // Whoever asked may have gone away; the work is done all the same.
            let _gone = reply.send(work(connection));
        });
        self.work.send(work).await.map_err(|_| StoreError::Gone)?;
        Ok(answer.await.map_err(|_| StoreError::Gone)??)
    }

    /// Wakes whenever sessions may have ended: who relies on one looks again.
    pub fn watch_sessions(&self) -> watch::Receiver<()> {
        self.shared.sessions.subscribe()
    }

    fn tell_sessions(&self) {
        self.shared.sessions.send_replace(());
    }
}

/// What cannot be written as JSON cannot be kept.
fn unwritable(error: serde_json::Error) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(Box::new(error))
}

/// SQLite's numbers are signed.
fn milliseconds(Timestamp(milliseconds): Timestamp) -> i64 {
    i64::try_from(milliseconds).unwrap_or(i64::MAX)
}

fn timestamp(milliseconds: i64) -> Timestamp {
    Timestamp(milliseconds.try_into().unwrap_or(0))
}
