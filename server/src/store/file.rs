//! The database file: how it is made, locked, opened and judged.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags};
use tempfile::NamedTempFile;

use super::error::{StoreError, refusal};
use super::migrations;

/// SQLite's `application_id` in the head of each of our files: "lamp".
const APPLICATION_ID: i32 = 0x6c61_6d70;

/// How long a statement waits for another process, such as `lampfield set-password`.
const BUSY: Duration = Duration::from_secs(5);

/// Pause between two looks at a lock.
pub(super) const LOOK: Duration = Duration::from_millis(20);

/// Locks that a server holds while it runs: a file beside the database, by which one path has one server also while the
/// database itself is replaced, and the database itself, which may have other names.
///
/// The database is locked by `flock`, which does not meet SQLite's own locks. Those are lost when anyone in the process
/// closes the file, so this is dropped after the connection.
#[derive(Debug)]
pub(super) struct Lock {
    _beside: Option<File>,
    itself: Option<File>,
}

impl Lock {
    /// Takes the lock of a database, or says that someone has it.
    pub fn take(file: &Path) -> Result<Self, StoreError> {
        let path = beside(file, "lock");
        let in_use = || StoreError::InUse { file: file.into(), lock: path.clone() };
        let beside = match private(&path) {
            Ok(lock) => Some(lock),
            // Not even an empty file can be made: the database itself is locked all the same.
            Err(error) if error.kind() == io::ErrorKind::StorageFull => None,
            Err(error) => return Err(StoreError::unusable(&path, &error)),
        };
        if let Some(lock) = &beside {
            give_to_owner(&path, file);
            match lock.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(in_use()),
                Err(TryLockError::Error(error)) => return Err(StoreError::unusable(&path, &error)),
            }
        }
        let mut lock = Self { _beside: beside, itself: None };
        lock.seize(file)?;
        Ok(lock)
    }

    /// Takes the lock, and waits up to `patience` for whoever has it.
    pub fn await_free(file: &Path, patience: Duration) -> Result<Self, StoreError> {
        let end = Instant::now() + patience;
        loop {
            match Self::take(file) {
                Err(StoreError::InUse { .. }) if Instant::now() < end => thread::sleep(LOOK),
                taken => return taken,
            }
        }
    }

    /// Locks the database itself, where there is one; again after another file has got its name.
    pub fn seize(&mut self, file: &Path) -> Result<(), StoreError> {
        self.itself = None;
        let database = match File::open(file) {
            Ok(database) => database,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(StoreError::unusable(file, &error)),
        };
        match database.try_lock() {
            Err(TryLockError::WouldBlock) => {
                return Err(StoreError::InUse { file: file.into(), lock: file.into() });
            }
            // Some file systems have no such locks; there the file beside the database has to do.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        self.itself = Some(database);
        Ok(())
    }
}

/// Whether somebody has locked this file. No file is made for that.
pub(super) fn is_locked(path: &Path) -> bool {
    File::open(path).is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

/// Refuses a database that a server has open under another name: the journal lies beside that name, and we would not
/// see it.
pub(super) fn refuse_other_name(file: &Path) -> Result<(), StoreError> {
    if is_locked(file) && !is_locked(&beside(file, "lock")) && !beside(file, "wal").exists() {
        return Err(StoreError::InUse { file: file.into(), lock: file.into() });
    }
    Ok(())
}

/// Resolves links to the database's own name: a link would have another journal, and another lock.
pub(super) fn real(file: &Path) -> PathBuf {
    let mut file = file.to_owned();
    // A link that leads nowhere yet is followed, too; a circle of links is not.
    for _ in 0..40 {
        match fs::read_link(&file) {
            Ok(target) => file = folder(&file).join(target),
            Err(_) => break,
        }
    }
    let name = file.file_name().map(ToOwned::to_owned);
    match (fs::canonicalize(folder(&file)), name) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => file,
    }
}

/// Path beside the database: `lampfield.db-lock`, as SQLite makes `lampfield.db-wal`.
pub(super) fn beside(file: &Path, what: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push("-");
    name.push(what);
    name.into()
}

/// Opens or makes a file that only its owner reads.
fn private(path: &Path) -> io::Result<File> {
    File::options().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)
}

/// The folder of a file; a bare name lies in the current one.
pub(super) fn folder(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Gives a file to the owner of the database, or else of its folder: a command that root gives must not leave a file
/// that the server cannot open. Other users cannot give files away, and need not.
pub(super) fn give_to_owner(path: &Path, file: &Path) {
    let owner = fs::metadata(file).or_else(|_| fs::metadata(folder(file)));
    let (Ok(owner), Ok(given)) = (owner, fs::metadata(path)) else { return };
    if owner.uid() != given.uid()
        && let Err(error) = chown(path, Some(owner.uid()), Some(owner.gid()))
    {
        tracing::debug!(%error, file = %path.display(), "the owner of the file stays");
    }
}

/// A database that is opened, and judged.
pub(super) struct Opened {
    pub connection: Connection,
    /// Lock of a server; a command has none.
    pub lock: Option<Lock>,
    /// The file, where it was opened without room for its journal and is to be opened as usual later.
    pub makeshift: Option<PathBuf>,
}

/// How an existing database is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    Write,
}

/// Opens a database that is there, and checks that it can be trusted.
pub(super) fn connect(file: &Path, access: Access) -> Result<Connection, StoreError> {
    if !there(file)? {
        return Err(StoreError::Missing { file: file.into() });
    }
    // SQLite takes an empty file for a new database; ours is never empty.
    let what = fs::metadata(file).map_err(|error| StoreError::unusable(file, &error))?;
    if !what.is_file() {
        return Err(StoreError::Damaged { file: file.into(), reason: "it is no file".into() });
    }
    if what.len() == 0 {
        return Err(StoreError::Damaged { file: file.into(), reason: "it is empty".into() });
    }
    // Opened for reading first: SQLite tidies up in a file that it may write, and a damaged one is to be left as it is.
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

/// Opens a database where there is no room for the index of its journal. The index is then kept in memory, and nobody
/// else can open the file meanwhile.
pub(super) fn connect_alone(file: &Path) -> Result<Connection, StoreError> {
    let connection = opened(file, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.pragma_update(None, "locking_mode", "exclusive")?;
    judge(file, &connection)?;
    prepare(&connection).map_err(|error| refusal(file, error))?;
    Ok(connection)
}

fn opened(file: &Path, mode: OpenFlags) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(file, mode | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(|error| refusal(file, error))?;
    connection.busy_timeout(BUSY)?;
    Ok(connection)
}

/// Checks that a database is ours, whole, and of no later version.
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

/// Sets what holds for each connection that writes.
pub(super) fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    // Sorting must need no room on the disk.
    connection.pragma_update(None, "temp_store", "memory")?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)
}

/// Makes a new database. The file gets its name only when it is whole, so a crash leaves no empty one.
pub(super) fn create(file: &Path) -> Result<(), StoreError> {
    let unusable = |error: io::Error| StoreError::unusable(file, &error);
    let new = NamedTempFile::with_prefix_in(".lampfield-new-", folder(file)).map_err(unusable)?;
    let mut connection = Connection::open(new.path())?;
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    migrations::migrate(&mut connection)?;
    connection.close().map_err(|(_, error)| error)?;
    put(new, file)
}

/// Gives a finished file its name, and syncs it to the disk. Another file of that name is never replaced.
pub(super) fn put(mut new: NamedTempFile, file: &Path) -> Result<(), StoreError> {
    let unusable = |error: io::Error| StoreError::unusable(file, &error);
    new.flush().and_then(|()| new.as_file().sync_all()).map_err(unusable)?;
    match new.persist_noclobber(file) {
        Ok(_) => sync_folder(file).map_err(unusable),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
            Err(StoreError::Exists { file: file.into() })
        }
        // Some file systems cannot rename without replacing.
        Err(error) if !there(file)? => {
            error.file.persist(file).map_err(|error| unusable(error.error))?;
            sync_folder(file).map_err(unusable)
        }
        Err(error) => Err(unusable(error.error)),
    }
}

/// Syncs the folder of a file: only then is the file's name on the disk.
pub(super) fn sync_folder(file: &Path) -> io::Result<()> {
    File::open(folder(file))?.sync_all()
}

pub(super) fn there(file: &Path) -> Result<bool, StoreError> {
    file.try_exists().map_err(|error| StoreError::unusable(file, &error))
}
