//! Backups: taken while the server runs, and restored.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use lampfield_shared::{Eid, Exten, Timestamp};
use rusqlite::Connection;
use rusqlite::backup;
use tempfile::NamedTempFile;

use super::error::StoreError;
use super::file::{self, Access, Lock};
use super::order::{KeepDnd, Order, SpeakAs, apply_all};
use super::rows::dnd::{DndRecord, DndState, lamps};
use super::{check, eid, migrations, spoken};
use crate::identity::Actor;

/// Pages copied in one go; between two goes the server may write.
const PAGES: i32 = 256;

/// A database opened beside a server that may be running, to be looked at and copied.
pub struct Backup {
    connection: Connection,
}

impl Backup {
    /// Opens the database at `file` for reading.
    ///
    /// # Errors
    /// When there is no database, or it cannot be trusted.
    pub fn of(file: &Path) -> Result<Self, StoreError> {
        let file = &file::real(file);
        file::refuse_other_name(file)?;
        Ok(Self { connection: file::connect(file, Access::Read)? })
    }

    /// The entity id that the database keeps.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn eid(&self) -> Result<Option<Eid>, StoreError> {
        Ok(eid::kept(&self.connection)?)
    }

    /// Writes a copy to `target`: one moment of the database, checked before the file gets its name.
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

/// Copies all that a connection sees into a nameless file beside `target`.
fn copy(source: &Connection, target: &Path) -> Result<NamedTempFile, StoreError> {
    let unusable = |error: io::Error| StoreError::unusable(target, &error);
    let new = NamedTempFile::with_prefix_in(".lampfield-copy-", file::folder(target)).map_err(unusable)?;
    let mut connection = Connection::open(new.path())?;
    backup::Backup::new(source, &mut connection)?.run_to_completion(PAGES, Duration::from_millis(5), None)?;
    // The copy is one file, without a journal beside it.
    connection.pragma_update(None, "journal_mode", "delete")?;
    file::judge(target, &connection)?;
    connection.close().map_err(|(_, error)| error)?;
    Ok(new)
}

/// Puts the backup `from` in the place of the database at `file`, and tells where the replaced one now is. A server
/// that runs is asked to do so itself: it starts again with the backup, within seconds.
///
/// # Errors
/// When `from` is no backup with which a server would start, or a server that runs does not take it; then nothing has
/// changed.
pub fn restore(file: &Path, from: &Path) -> Result<Restored, StoreError> {
    let file = &file::real(file);
    let unusable = |error: io::Error| StoreError::unusable(file, &error);
    if is_same(file, from) {
        return Err(StoreError::Itself { file: from.into() });
    }
    let source = file::connect(from, Access::Read)?;
    check::would_start(from, &source)?;
    let new = copy(&source, file)?;
    file::give_to_owner(new.path(), file);
    let number = number(new.path()).map_err(unusable)?;
    let lock = match Lock::take(file) {
        Err(StoreError::InUse { .. }) => None,
        lock => Some(lock?),
    };
    let asked = wish(file);
    if lock.is_some() && file::there(&asked)? {
        // The backup of another restore that was cut off; this one is newer.
        fs::remove_file(&asked).map_err(unusable)?;
    }
    file::put(new, &asked)?;
    if lock.is_some() {
        return take_in(file).map(Restored::Here).inspect_err(|_| drop(fs::remove_file(&asked)));
    }
    let end = Instant::now() + PATIENCE;
    while file::there(&asked)? {
        if Instant::now() > end {
            fs::remove_file(&asked).map_err(unusable)?;
            return Err(StoreError::InUse { file: file.clone(), lock: file::beside(file, "lock") });
        }
        thread::sleep(LOOK);
    }
    if self::number(file).map_err(unusable)? == number {
        Ok(Restored::ByTheServer)
    } else {
        Err(StoreError::Untaken { file: from.into() })
    }
}

/// Device and inode of a file, by which it is known whatever its name.
fn number(file: &Path) -> io::Result<(u64, u64)> {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata(file).map(|file| (file.dev(), file.ino()))
}

fn is_same(file: &Path, other: &Path) -> bool {
    matches!((number(file), number(other)), (Ok(one), Ok(other)) if one == other)
}

/// Who has put a backup in the place of the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Restored {
    /// This program; the database that was there before, if any, is now in this file.
    Here(Option<PathBuf>),
    /// The server that runs, which tells the rest in its log.
    ByTheServer,
}

/// How often a server looks whether a backup waits, and a command whether its backup was taken.
const LOOK: Duration = Duration::from_millis(500);

/// How long the server may take to end and start again.
const PATIENCE: Duration = Duration::from_secs(30);

/// Path at which a backup waits for the server.
fn wish(file: &Path) -> PathBuf {
    file::beside(file, "restore")
}

/// Puts the backup that waits, if there is one, in the place of the database, for a server. A backup that cannot be
/// taken is put aside, and the server goes on with what it has.
pub(super) fn take_in_or_leave(file: &Path) -> Result<(), StoreError> {
    let Err(error) = take_in(file) else { return Ok(()) };
    refuse(file, &error)
}

/// Puts the backup that waits aside.
fn refuse(file: &Path, why: &StoreError) -> Result<(), StoreError> {
    let (new, aside) = (wish(file), file::beside(file, &format!("refused-{}", moment())));
    tracing::error!(error = %why, backup = %aside.display(), "the backup is not taken; what is there stays");
    fs::rename(&new, &aside).or_else(|_| fs::remove_file(&new)).map_err(|error| StoreError::unusable(&new, &error))
}

/// Puts the backup that waits, if there is one, in the place of the database, and tells where the replaced one now is.
/// The caller holds the lock. Where this fails the database is as it was.
fn take_in(file: &Path) -> Result<Option<PathBuf>, StoreError> {
    let unusable = |error: io::Error| StoreError::unusable(file, &error);
    let new = wish(file);
    if !file::there(&new)? {
        return Ok(None);
    }
    check::would_start(&new, &file::connect(&new, Access::Read)?)?;
    withdraw_lamps(file, &new)?;
    let aside = file::beside(file, &format!("replaced-{}", moment()));
    let aside = set_aside(file, &aside).map_err(unusable)?.then_some(aside);
    // A crash before this line leaves no database; the next start takes the backup in again.
    if let Err(error) = fs::rename(&new, file).and_then(|()| file::sync_folder(file)) {
        if let Some(aside) = &aside {
            set_aside(aside, file).map_err(unusable)?;
        }
        return Err(unusable(error));
    }
    tracing::info!(file = %file.display(), "a backup is in its place");
    if let Some(aside) = &aside {
        tracing::info!(file = %aside.display(), "what was there before is in this file");
    }
    Ok(aside)
}

/// The present moment as a part of a file's name.
fn moment() -> String {
    humantime::format_rfc3339_millis(SystemTime::now()).to_string().replace(['-', ':'], "")
}

/// Has the backup that waits at `new` withdraw the lamps of which it knows nothing: PBXes show what they were
/// told until they are told that it is over. Done before the backup gets its name, so a crash in between begins all
/// again.
fn withdraw_lamps(file: &Path, new: &Path) -> Result<(), StoreError> {
    let told = |former: Connection| Ok((lamps(&former)?, spoken::spoken_as(&former).unwrap_or_default()));
    let (told, spoken_as) = match file::connect(file, Access::Read).and_then(told) {
        Ok(told) => told,
        Err(StoreError::Missing { .. }) => return Ok(()),
        Err(error) => {
            tracing::warn!(%error, "lamps that were lit after the backup are not known, and may stay lit on the PBXes");
            return Ok(());
        }
    };
    let mut backup = Connection::open(new)?;
    migrations::migrate(&mut backup)?;
    let known: BTreeSet<Exten> = lamps(&backup)?.into_iter().map(|lamp| lamp.exten).collect();
    let unknown = told.into_iter().filter(|lamp| !known.contains(&lamp.exten));
    let mut orders: Vec<Order> = unknown.map(withdrawal).collect();
    let withdrawn = orders.len();
    orders.extend(spoken_as.map(|eid| Order::new(Timestamp::default(), restoring(), SpeakAs { eid })));
    apply_all(&mut backup, &orders)?;
    backup.close().map_err(|(_, error)| error)?;
    if withdrawn > 0 {
        tracing::info!(withdrawn, "lamps that the backup does not know are withdrawn");
    }
    Ok(())
}

/// The order that withdraws a lamp.
fn withdrawal(lamp: DndRecord) -> Order {
    let kept = DndRecord { state: DndState::Off, until: None, reason: None, ..lamp };
    Order::new(kept.since, restoring(), KeepDnd { kept, deed: None })
}

fn restoring() -> Actor {
    Actor::command_line("lampfield restore")
}

/// Watches for `lampfield restore`, for the server that runs.
#[derive(Debug, Clone)]
pub struct Asked {
    file: PathBuf,
    heard: Arc<AtomicBool>,
}

impl Asked {
    /// Watches for the server of this database.
    pub fn of(file: &Path) -> Self {
        Self { file: file::real(file), heard: Arc::default() }
    }

    /// Waits until a backup is to be restored with which a server would start.
    pub async fn wait(self) {
        loop {
            tokio::time::sleep(LOOK).await;
            let file = self.file.clone();
            // A look that panicked saw no backup that could be taken.
            if tokio::task::spawn_blocking(move || is_wished(&file)).await.unwrap_or(false) {
                break;
            }
        }
        self.heard.store(true, Ordering::Relaxed);
    }

    /// Whether the server has ended because a backup is to be restored.
    pub fn was_heard(&self) -> bool {
        self.heard.load(Ordering::Relaxed)
    }
}

/// Whether a good backup waits. A bad one is put aside at once, so that the server need not start again for it.
fn is_wished(file: &Path) -> bool {
    let new = wish(file);
    // A disk that gives no answer now gives it later: the backup waits.
    if !new.try_exists().unwrap_or(false) {
        return false;
    }
    let checked = file::connect(&new, Access::Read).and_then(|source| check::would_start(&new, &source));
    match checked {
        Ok(()) => true,
        Err(error) => {
            if let Err(error) = refuse(file, &error) {
                tracing::error!(%error, "the backup cannot be put aside either");
            }
            false
        }
    }
}

/// Gives the database another name, and takes its journal along: SQLite would play the journal into the new one. Tells
/// whether there was a database.
fn set_aside(file: &Path, aside: &Path) -> io::Result<bool> {
    // Opened and closed: a whole database takes its journal in then.
    drop(file::connect(file, Access::Write));
    for journal in ["wal", "shm"] {
        moved(&file::beside(file, journal), &file::beside(aside, journal))?;
    }
    moved(file, aside)
}

/// Renames a file if there is one, and tells whether there was.
fn moved(from: &Path, to: &Path) -> io::Result<bool> {
    match fs::rename(from, to) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}
