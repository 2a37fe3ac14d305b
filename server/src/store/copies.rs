//! Copies: a backup while the server runs, and its way back.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use lampfield_shared::Eid;
use rusqlite::Connection;
use rusqlite::backup;
use tempfile::NamedTempFile;

use super::file::{self, Access, Lock};
use super::{StoreError, identity};

/// So many pages are copied in one go; between two the server writes.
const PAGES: i32 = 256;

/// A database opened beside a server that may be running, to be looked at and copied.
pub struct Backup {
    connection: Connection,
}

impl Backup {
    /// Opens the database at `file` for reading.
    ///
    /// # Errors
    /// When there is none, or it cannot be trusted.
    pub fn of(file: &Path) -> Result<Self, StoreError> {
        Ok(Self { connection: file::connect(file, Access::Read)? })
    }

    /// The entity id that it keeps.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn eid(&self) -> Result<Option<Eid>, StoreError> {
        Ok(identity::kept(&self.connection)?)
    }

    /// Writes a copy to `target`: one moment of the database, whole, and checked before it gets its name.
    ///
    /// # Errors
    /// When `target` is there already, or cannot be written.
    pub fn write(&self, target: &Path) -> Result<(), StoreError> {
        if target.try_exists().map_err(|error| StoreError::unusable(target, &error))? {
            return Err(StoreError::Exists { file: target.into() });
        }
        let new = copy(&self.connection, target)?;
        file::put(new, target)
    }
}

/// A copy of all that a connection sees, in a nameless file beside `target`.
fn copy(source: &Connection, target: &Path) -> Result<NamedTempFile, StoreError> {
    let unusable = |error: io::Error| StoreError::unusable(target, &error);
    let new = NamedTempFile::with_prefix_in(".lampfield-copy-", file::folder(target)).map_err(unusable)?;
    let mut connection = Connection::open(new.path())?;
    backup::Backup::new(source, &mut connection)?.run_to_completion(PAGES, Duration::from_millis(5), None)?;
    // One file, without a journal beside it.
    connection.pragma_update(None, "journal_mode", "delete")?;
    file::judge(target, &connection)?;
    connection.close().map_err(|(_, error)| error)?;
    Ok(new)
}

/// Puts the backup `from` in the place of the database at `file`, and tells where the one that was
/// there now is. No server may run.
///
/// # Errors
/// When a server runs, or `from` is no good backup; then nothing has changed.
pub fn restore(file: &Path, from: &Path, moment: &str) -> Result<Option<PathBuf>, StoreError> {
    let unusable = |error: io::Error| StoreError::unusable(file, &error);
    let _lock = Lock::take(file)?;
    // An older one is brought up to date at the next start.
    let source = file::connect(from, Access::Read)?;
    let new = copy(&source, file)?;
    let aside = file.try_exists().map_err(unusable)?.then(|| file::beside(file, &format!("replaced-{moment}")));
    if let Some(aside) = &aside {
        set_aside(file, aside).map_err(unusable)?;
    }
    new.as_file().sync_all().map_err(unusable)?;
    // In one step: at no moment is there no database.
    new.persist(file).map_err(|error| unusable(error.error))?;
    file::sync_folder(file).map_err(unusable)?;
    Ok(aside)
}

/// Gives the database a second name, and takes its journal along: SQLite would play that into the new one.
fn set_aside(file: &Path, aside: &Path) -> io::Result<()> {
    // A whole database takes its journal in when it is closed.
    drop(file::connect(file, Access::Write));
    fs::hard_link(file, aside)?;
    for journal in ["wal", "shm"] {
        match fs::rename(file::beside(file, journal), file::beside(aside, journal)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}
