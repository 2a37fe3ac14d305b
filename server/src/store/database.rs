//! The connection on the one thread that has it: reads that cannot write, orders that are proven, and a disk that has
//! no room.

use std::mem;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};
use tokio::sync::watch;

use super::error::StoreError;
use super::file::{self, Access, Lock, Opened};
use super::migrations;
use super::order::{Applied, Order, Outcome};

/// The connection, and what is known of its file.
#[derive(Debug)]
pub(super) struct Database {
    connection: Connection,
    /// Whether SQLite itself refuses writes now.
    reads_only: bool,
    /// A file that was opened without room for its journal, and is therefore opened by nobody else.
    makeshift: Option<PathBuf>,
    condition: Condition,
    /// Tells who relies on a session that sessions may have ended.
    sessions: watch::Sender<()>,
    /// Dropped last: two servers never share a file, not even while one takes its journal in.
    _lock: Option<Lock>,
}

/// What work in a transaction came to.
enum Work<T> {
    /// The changes are kept.
    Keep(T),
    /// Nothing is kept: the order is refused.
    Leave(T),
}

impl Database {
    pub fn of_file(opened: Opened, condition: Condition, sessions: watch::Sender<()>) -> Self {
        let Opened { connection, lock, makeshift } = opened;
        if makeshift.is_some() {
            condition.note(&StoreError::NoRoom);
        }
        Self { connection, reads_only: false, makeshift, condition, sessions, _lock: lock }
    }

    /// Reads; SQLite refuses any attempt to write.
    pub fn read<T>(&mut self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        self.let_write(false)?;
        Ok(work(&self.connection)?)
    }

    /// Applies an order in one transaction, where its proof holds. Whoever relies on a session that may have ended with
    /// the order is told once it is kept.
    pub fn apply(&mut self, order: &Order) -> Result<Outcome, StoreError> {
        let applied = self.transact(|transaction| {
            let applied = order.apply(transaction)?;
            Ok(if applied.outcome.is_refused() { Work::Leave(applied) } else { Work::Keep(applied) })
        })?;
        let Applied { outcome, ends_sessions } = match applied {
            Work::Leave(refused) => return Ok(refused.outcome),
            Work::Keep(applied) => applied,
        };
        if ends_sessions {
            self.sessions.send_replace(());
        }
        Ok(outcome)
    }

    /// Keeps what is this server's own and no order, in one transaction.
    pub fn keep_own<T>(&mut self, work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        match self.transact(|transaction| Ok(Work::Keep(work(transaction)?)))? {
            Work::Keep(done) | Work::Leave(done) => Ok(done),
        }
    }

    /// Works in one transaction, and learns from that whether the disk takes anything.
    fn transact<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> Result<Work<T>, StoreError>,
    ) -> Result<Work<T>, StoreError> {
        match self.try_transact(work) {
            Ok((done, has_written)) => {
                if has_written {
                    self.open_as_usual();
                    self.condition.mend();
                }
                Ok(done)
            }
            Err(error) => {
                self.condition.note(&error);
                Err(error)
            }
        }
    }

    /// What the work came to, and whether anything was written.
    fn try_transact<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> Result<Work<T>, StoreError>,
    ) -> Result<(Work<T>, bool), StoreError> {
        self.let_write(true)?;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let before = transaction.total_changes();
        let done = work(&transaction)?;
        if matches!(done, Work::Leave(_)) {
            return Ok((done, false));
        }
        let has_written = transaction.total_changes() != before;
        transaction.commit()?;
        Ok((done, has_written))
    }

    /// Looks whether the disk takes anything, by writing what stands there already; opens the file as usual again
    /// once it does.
    pub fn probe(&mut self) -> Result<(), StoreError> {
        let written = self.probe_once();
        match &written {
            Ok(()) => {
                self.open_as_usual();
                self.condition.mend();
            }
            Err(error) => self.condition.note(error),
        }
        written
    }

    fn probe_once(&mut self) -> Result<(), StoreError> {
        self.let_write(true)?;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.pragma_update(None, "user_version", migrations::version(&transaction)?)?;
        Ok(transaction.commit()?)
    }

    /// Opens a makeshift file with its journal, now that there is room for one.
    fn open_as_usual(&mut self) {
        let Some(file) = &self.makeshift else { return };
        let Ok(placeholder) = Connection::open_in_memory() else { return };
        drop(mem::replace(&mut self.connection, placeholder));
        self.reads_only = false;
        match file::connect(file, Access::Write).or_else(|_| file::connect_alone(file)) {
            Ok(connection) => {
                self.connection = connection;
                self.makeshift = None;
            }
            Err(error) => tracing::error!(%error, "the database cannot be opened again"),
        }
    }

    fn let_write(&mut self, may: bool) -> Result<(), StoreError> {
        if self.reads_only == may {
            self.connection.pragma_update(None, "query_only", !may)?;
            self.reads_only = !may;
        }
        Ok(())
    }

    /// Closes the database with its journal taken in, so that one file is left.
    pub fn close(mut self) {
        let closed = self
            .let_write(true)
            .and_then(|()| Ok(self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?));
        if let Err(error) = closed {
            tracing::warn!(%error, "the journal of the database is left beside it");
        }
    }
}

/// What keeps the database from being written, for all who ask. Clones share one state.
#[derive(Debug, Clone, Default)]
pub(super) struct Condition(Arc<Mutex<Option<String>>>);

impl Condition {
    pub fn trouble(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, error: &StoreError) {
        let is_of_the_disk = match error {
            StoreError::NoRoom => true,
            StoreError::Sql(error) => matches!(
                error.sqlite_error_code(),
                Some(ErrorCode::SystemIoFailure | ErrorCode::ReadOnly | ErrorCode::CannotOpen)
            ),
            _ => false,
        };
        if !is_of_the_disk {
            return;
        }
        let before = self.0.lock().unwrap_or_else(PoisonError::into_inner).replace(error.to_string());
        if before.is_none() {
            tracing::error!(%error, "nothing can be saved; the board goes on");
        }
    }

    fn mend(&self) {
        if self.0.lock().unwrap_or_else(PoisonError::into_inner).take().is_some() {
            tracing::info!("the database can be written again");
        }
    }
}

/// Tells when the thread has closed the database and given its file back.
#[derive(Debug, Clone, Default)]
pub struct Ended(Arc<(Mutex<bool>, Condvar)>);

impl Ended {
    pub(super) fn tell(&self) {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.1.notify_all();
    }

    /// Waits until the database is closed, but no longer than `patience`. Tells whether it is.
    pub fn wait(&self, patience: Duration) -> bool {
        let ended = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.0.1.wait_timeout_while(ended, patience, |ended| !*ended);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}
