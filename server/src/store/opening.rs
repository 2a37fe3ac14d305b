//! Opens the database: for a server, which takes in a backup that waits, and for a command beside a server.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::error::{StoreError, refusal};
use super::file::{
    Access, LOOK, Lock, Opened, beside, connect, connect_alone, create, is_locked, real, refuse_other_name, there,
};
use super::{Store, copies, migrations, schema};

/// How long a server that starts waits for the lock: a command that has it is soon done, and so is the server before.
const HANDOVER: Duration = Duration::from_secs(2);

/// How long a command waits for a server that is starting.
const START: Duration = Duration::from_secs(10);

impl Store {
    /// Opens the database at `file`, or makes it where there is none. Where the disk has no room for its journal the
    /// database can be read, and is written again once there is.
    ///
    /// # Errors
    /// Why the file cannot be trusted or used, in words for the admin. The file is left as it is.
    pub fn open(file: &Path) -> Result<Self, StoreError> {
        Self::with(open(file)?)
    }

    /// Opens the database that is there, beside a server that may be running, or just starting.
    ///
    /// # Errors
    /// As [`Store::open`]; also when there is no database, or it would have to be migrated below a running server.
    pub fn beside(file: &Path) -> Result<Self, StoreError> {
        Self::with(Opened { connection: open_beside(file)?, lock: None, makeshift: None })
    }
}

/// Opens the database for a server, alone.
fn open(file: &Path) -> Result<Opened, StoreError> {
    let file = &real(file);
    let mut lock = Lock::await_free(file, HANDOVER)?;
    copies::take_in_or_leave(file)?;
    if !there(file)? {
        create(file)?;
        tracing::info!(file = %file.display(), "made a new database");
    }
    lock.seize(file)?;
    let (mut connection, makeshift) = match connect(file, Access::Write) {
        Err(StoreError::NoRoom) => (connect_alone(file)?, Some(file.clone())),
        connected => (connected?, None),
    };
    migrations::migrate(&mut connection).map_err(|error| refusal(file, error))?;
    schema::tables(file, &connection)?;
    Ok(Opened { connection, lock: Some(lock), makeshift })
}

/// Opens the database beside a server that may be running, or just starting.
fn open_beside(file: &Path) -> Result<Connection, StoreError> {
    let file = &real(file);
    refuse_other_name(file)?;
    let end = Instant::now() + START;
    // A server that has the lock of a file which is not there yet, or not up to date, is making it so.
    let is_starting = || Instant::now() < end && is_locked(&beside(file, "lock"));
    loop {
        match connect(file, Access::Write) {
            Err(StoreError::Missing { .. }) if is_starting() => {}
            Err(error) => return Err(error),
            Ok(connection) if migrations::version(&connection)? == migrations::VERSION => return Ok(connection),
            Ok(mut connection) => match Lock::take(file) {
                Ok(_no_server_runs) => {
                    migrations::migrate(&mut connection)?;
                    return Ok(connection);
                }
                Err(StoreError::InUse { .. }) if Instant::now() < end => {}
                Err(error) => return Err(error),
            },
        }
        thread::sleep(LOOK);
    }
}
