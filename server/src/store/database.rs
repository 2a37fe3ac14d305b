//! The connection on the one thread that has it: reads that cannot write, writes that are proven, and a disk
//! that has no room.

use std::cell::RefCell;
use std::mem;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use lampfield_shared::Timestamp;
use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};

use super::file::{self, Access, Lock, Opened};
use super::proof::Proof;
use super::{StoreError, migrations};

/// See the module.
#[derive(Debug)]
pub(super) struct Database {
    connection: Connection,
    /// Where SQLite itself refuses to write now.
    reads_only: bool,
    /// A file that was opened without room for its journal, and is therefore opened by nobody else.
    makeshift: Option<PathBuf>,
    condition: Condition,
    /// Dropped last: two servers never share a file, not even while one takes its journal in.
    _lock: Option<Lock>,
}

impl Database {
    pub fn of_file(opened: Opened, condition: Condition) -> Self {
        let Opened { connection, lock, makeshift } = opened;
        if makeshift.is_some() {
            condition.note(&StoreError::NoRoom);
        }
        Self { connection, reads_only: false, makeshift, condition, _lock: lock }
    }

    /// Reads; what is tried to be written then is refused by SQLite.
    pub fn read<T>(&mut self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        self.let_write(false)?;
        Ok(work(&self.connection)?)
    }

    /// Writes in one transaction, where `proof` holds in it. Where `work` refuses, nothing has changed.
    pub fn write<T, E>(
        &mut self,
        now: Timestamp,
        proof: &Proof,
        work: impl FnOnce(&Write<'_>) -> Result<Result<T, E>, StoreError>,
    ) -> Result<Result<T, E>, StoreError> {
        let outcome = self.transact(now, proof, work);
        match &outcome {
            Ok((_, wrote)) if !wrote => {}
            Ok(_) => {
                self.open_as_usual();
                self.condition.mend();
            }
            Err(error) => self.condition.note(error),
        }
        outcome.map(|(outcome, _)| outcome)
    }

    /// What the work came to, and whether anything was committed.
    fn transact<T, E>(
        &mut self,
        now: Timestamp,
        proof: &Proof,
        work: impl FnOnce(&Write<'_>) -> Result<Result<T, E>, StoreError>,
    ) -> Result<(Result<T, E>, bool), StoreError> {
        self.let_write(true)?;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        proof.check(&transaction, now)?;
        let before = transaction.total_changes();
        let write = Write { transaction, told: RefCell::default() };
        let outcome = work(&write)?;
        let Write { transaction, told } = write;
        if outcome.is_err() {
            return Ok((outcome, false));
        }
        let wrote = transaction.total_changes() != before;
        transaction.commit()?;
        told.into_inner().into_iter().for_each(|tell| tell());
        Ok((outcome, wrote))
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

    /// Takes the journal in and closes: what is left is one file.
    pub fn close(mut self) {
        let closed = self
            .let_write(true)
            .and_then(|()| Ok(self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?));
        if let Err(error) = closed {
            tracing::warn!(%error, "the journal of the database is left beside it");
        }
    }
}

/// A transaction whose proof holds. There is no other way to write.
pub(super) struct Write<'a> {
    transaction: Transaction<'a>,
    told: RefCell<Vec<Box<dyn FnOnce()>>>,
}

impl Write<'_> {
    /// Has others told once it is kept: on this one thread, so in the order of the transactions, and also where
    /// whoever asked has gone away.
    pub fn then(&self, tell: impl FnOnce() + 'static) {
        self.told.borrow_mut().push(Box::new(tell));
    }
}

impl Deref for Write<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.transaction
    }
}

/// What keeps the database from being written, for all who ask; clones are the same.
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
            tracing::error!(%error, "nothing can be kept; the board goes on");
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

    /// Waits for it, but not for ever. Whether it came.
    pub fn wait(&self, patience: Duration) -> bool {
        let ended = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.0.1.wait_timeout_while(ended, patience, |ended| !*ended);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}
