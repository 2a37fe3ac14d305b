//! Why the store cannot be opened or used, in words for the admin.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use crate::identity::Unproved;

/// Why the store cannot be opened or used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file, or the folder where it belongs, cannot be read or written.
    #[error("{}: cannot be read and written: {reason}. Its folder must belong to the user that lampfield runs as", .file.display())]
    Unusable {
        /// The database.
        file: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// Another process holds the lock beside it.
    #[error("{}: is in use by another lampfield (the lock {} is held). Stop that one first, or give this one a [store] file of its own", .file.display(), .lock.display())]
    InUse {
        /// The database.
        file: PathBuf,
        /// The file that is locked.
        lock: PathBuf,
    },
    /// The file is no database at all, or its pages contradict each other.
    #[error("{}: is damaged: {reason}. lampfield changes nothing in it. Put a backup in its place with `lampfield restore FILE`, or move it away to begin anew, without accounts and with another entity id", .file.display())]
    Damaged {
        /// The database.
        file: PathBuf,
        /// What SQLite says.
        reason: String,
    },
    /// The file belongs to another program.
    #[error("{}: is a database, but not lampfield's. Name another [store] file", .file.display())]
    Foreign {
        /// The database.
        file: PathBuf,
    },
    /// A newer lampfield has written it.
    #[error("{}: was written by a newer lampfield (version {found} of its tables; this program knows {known}). Install that lampfield again, or put a backup from before the update in its place with `lampfield restore FILE`", .file.display())]
    Newer {
        /// The database.
        file: PathBuf,
        /// Version of the file.
        found: u32,
        /// Version that this program knows.
        known: u32,
    },
    /// There is no database, where one is needed.
    #[error("{}: is not there. lampfield makes it at its first start", .file.display())]
    Missing {
        /// The database.
        file: PathBuf,
    },
    /// A backup would replace something.
    #[error("{}: is there already, and is not overwritten", .file.display())]
    Exists {
        /// The backup's file.
        file: PathBuf,
    },
    /// The database, by its own or another name, was to be restored from itself.
    #[error("{}: is the database itself, and no backup of it", .file.display())]
    Itself {
        /// What was to be the backup.
        file: PathBuf,
    },
    /// The server that runs has looked at the backup and does not take it.
    #[error("{}: the server that runs does not take this backup, and goes on with what it has; its log tells why", .file.display())]
    Untaken {
        /// The backup.
        file: PathBuf,
    },
    /// The disk is full.
    #[error("the disk is full: nothing can be saved until it has room")]
    NoRoom,
    /// SQLite refuses: the disk fails, the file is gone.
    #[error("the database cannot be used: {0}")]
    Sql(rusqlite::Error),
    /// What was proven before no longer holds.
    #[error(transparent)]
    Unproved(#[from] Unproved),
    /// An order is longer than any that somebody could mean.
    #[error("the order is too long to be saved")]
    TooLong,
    /// The thread that owns the database has ended, or did not survive this work.
    #[error("the database does not answer")]
    Gone,
    /// The answer takes far too long; what was asked may still be done.
    #[error("the database does not answer in time: the disk hangs, or has far too much to do")]
    Hangs,
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        if has_no_room(&error) { Self::NoRoom } else { Self::Sql(error) }
    }
}

/// Whether the disk is full. SQLite has one code for pages, and another for the index of its journal, which is made at
/// the opening.
fn has_no_room(error: &rusqlite::Error) -> bool {
    const SQLITE_IOERR_SHMSIZE: i32 = 0x130A;
    error.sqlite_error_code() == Some(ErrorCode::DiskFull)
        || error.sqlite_error().is_some_and(|error| error.extended_code == SQLITE_IOERR_SHMSIZE)
}

impl StoreError {
    pub(super) fn unusable(file: impl Into<PathBuf>, reason: &io::Error) -> Self {
        Self::Unusable { file: file.into(), reason: reason.to_string() }
    }
}

/// Reads what an error at the opening means.
pub(super) fn refusal(file: &Path, error: rusqlite::Error) -> StoreError {
    let reason = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => StoreError::Damaged { file: file.into(), reason },
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => {
            StoreError::Unusable { file: file.into(), reason }
        }
        _ => error.into(),
    }
}
