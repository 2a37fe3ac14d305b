//! The file: how it is made, locked, opened and judged.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};
use tempfile::NamedTempFile;

use super::{StoreError, copies, migrations};

/// Stands in the head of each of our files: "lamp".
const APPLICATION_ID: i32 = 0x6c61_6d70;

/// So long a statement waits for another process, such as `lampfield set-password`.
const BUSY: Duration = Duration::from_secs(5);

/// Held while a server runs. It is a file of its own: SQLite's locks on the database are lost
/// when anyone else in the process closes it.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of a database, or says that someone has it.
    pub(super) fn take(file: &Path) -> Result<Self, StoreError> {
        let path = beside(file, "lock");
        let lock = private(&path).map_err(|error| StoreError::unusable(&path, &error))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { _file: lock }),
            Err(TryLockError::WouldBlock) => Err(StoreError::InUse { file: file.into(), lock: path }),
            Err(TryLockError::Error(error)) => Err(StoreError::unusable(&path, &error)),
        }
    }
}

/// `lampfield.db` becomes `lampfield.db-lock`, as SQLite makes `lampfield.db-wal`.
pub(super) fn beside(file: &Path, what: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push("-");
    name.push(what);
    name.into()
}

/// Opens or makes a file that only its owner reads.
fn private(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// The folder of a file; a bare name lies in the current one.
pub(super) fn folder(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Opens the database for a server, alone.
pub(super) fn open(file: &Path) -> Result<(Connection, Lock), StoreError> {
    let lock = Lock::take(file)?;
    copies::take_in(file)?;
    if !there(file)? {
        create(file)?;
        tracing::info!(file = %file.display(), "made a new database");
    }
    let mut connection = connect(file, Access::Write)?;
    migrations::migrate(&mut connection).map_err(|error| refusal(file, error))?;
    Ok((connection, lock))
}

/// Opens the database beside a server that may be running.
pub(super) fn open_beside(file: &Path) -> Result<Connection, StoreError> {
    let mut connection = connect(file, Access::Write)?;
    if migrations::version(&connection)? < migrations::VERSION {
        let _no_server_runs = Lock::take(file)?;
        migrations::migrate(&mut connection)?;
    }
    Ok(connection)
}

/// How an existing database is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    Write,
}

/// Opens a database that is there, and judges it.
pub(super) fn connect(file: &Path, access: Access) -> Result<Connection, StoreError> {
    if !there(file)? {
        return Err(StoreError::Missing { file: file.into() });
    }
    // SQLite takes an empty file for a new database; ours never is.
    if fs::metadata(file).map_err(|error| StoreError::unusable(file, &error))?.len() == 0 {
        return Err(StoreError::Damaged { file: file.into(), reason: "it is empty".into() });
    }
    // Read alone first: SQLite tidies up behind whoever may write, and what is damaged is left as it is.
    let connection = opened(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    judge(file, &connection)?;
    if access == Access::Read {
        return Ok(connection);
    }
    drop(connection);
    let connection = opened(file, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    prepare(&connection).map_err(|error| refusal(file, error))?;
    Ok(connection)
}

fn opened(file: &Path, mode: OpenFlags) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(file, mode | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(|error| refusal(file, error))?;
    connection.busy_timeout(BUSY)?;
    Ok(connection)
}

/// Whether it is ours, whole, and not from the future.
pub(super) fn judge(file: &Path, connection: &Connection) -> Result<(), StoreError> {
    let refused = |error| refusal(file, error);
    let id: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(refused)?;
    if id != APPLICATION_ID {
        return Err(StoreError::Foreign { file: file.into() });
    }
    let found = migrations::version(connection).map_err(refused)?;
    if found > migrations::VERSION {
        return Err(StoreError::Newer { file: file.into(), found, known: migrations::VERSION });
    }
    let verdict: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).map_err(refused)?;
    if verdict != "ok" {
        return Err(StoreError::Damaged { file: file.into(), reason: verdict });
    }
    Ok(())
}

/// What holds for each connection that writes.
pub(super) fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)
}

/// Makes a new database. It gets its name only when it is whole, so a crash leaves none that is empty.
fn create(file: &Path) -> Result<(), StoreError> {
    let unusable = |error: io::Error| StoreError::unusable(file, &error);
    let new = NamedTempFile::with_prefix_in(".lampfield-new-", folder(file)).map_err(unusable)?;
    let mut connection = Connection::open(new.path())?;
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    migrations::migrate(&mut connection)?;
    connection.close().map_err(|(_, error)| error)?;
    put(new, file)
}

/// Gives a finished file its name, for good; never in the place of another.
pub(super) fn put(mut new: NamedTempFile, file: &Path) -> Result<(), StoreError> {
    let unusable = |error: io::Error| StoreError::unusable(file, &error);
    new.flush().and_then(|()| new.as_file().sync_all()).map_err(unusable)?;
    match new.persist_noclobber(file) {
        Ok(_) => sync_folder(file).map_err(unusable),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
            Err(StoreError::Exists { file: file.into() })
        }
        Err(error) => Err(unusable(error.error)),
    }
}

/// A name is on the disk when its folder is.
pub(super) fn sync_folder(file: &Path) -> io::Result<()> {
    File::open(folder(file))?.sync_all()
}

fn there(file: &Path) -> Result<bool, StoreError> {
    file.try_exists().map_err(|error| StoreError::unusable(file, &error))
}

/// What an error at the opening means.
fn refusal(file: &Path, error: rusqlite::Error) -> StoreError {
    let reason = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => StoreError::Damaged { file: file.into(), reason },
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => {
            StoreError::Unusable { file: file.into(), reason }
        }
        _ => StoreError::Sql(error),
    }
}
