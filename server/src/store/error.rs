//! Why the store cannot be opened or used, in words for the admin.

use std::io;
use std::path::PathBuf;

/// See the module.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file, or the folder that it belongs into, cannot be read or written.
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
    /// It is no database at all, or its pages contradict each other.
    #[error("{}: is damaged: {reason}. lampfield changes nothing in it. Put a backup in its place with `lampfield restore FILE`, or move it away to begin anew, without accounts and with another entity id", .file.display())]
    Damaged {
        /// The database.
        file: PathBuf,
        /// What SQLite says.
        reason: String,
    },
    /// It belongs to another program.
    #[error("{}: is a database, but none of lampfield's. Name another [store] file", .file.display())]
    Foreign {
        /// The database.
        file: PathBuf,
    },
    /// A newer lampfield has written it.
    #[error("{}: was written by a newer lampfield (version {found} of its tables; this program knows {known}). Install that lampfield again, or put a backup from before the update in its place with `lampfield restore FILE`", .file.display())]
    Newer {
        /// The database.
        file: PathBuf,
        /// Its version.
        found: u32,
        /// Ours.
        known: u32,
    },
    /// There is none, where one is needed.
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
    /// SQLite refuses: the disk is full, the file is gone.
    #[error("the database cannot be used: {0}")]
    Sql(#[from] rusqlite::Error),
    /// The thread that owns the database has ended, or did not survive this work.
    #[error("the database does not answer")]
    Gone,
}

impl StoreError {
    pub(super) fn unusable(file: impl Into<PathBuf>, reason: &io::Error) -> Self {
        Self::Unusable { file: file.into(), reason: reason.to_string() }
    }
}
