//! Which files are taken as a backup, and that one database has one server, whatever its names.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::time::Duration;

use lampfield_shared::{Role, Timestamp};
use rusqlite::Connection;
use tempfile::TempDir;

use super::file::{self, Lock};
use super::{Asked, Backup, Restored, Store, StoreError, migrations, restore};
use crate::identity::{AccountName, Actor, HolderChange};

const NOW: Timestamp = Timestamp(1_700_000_000_000);

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn file(&self) -> PathBuf {
        self.path("lampfield.db")
    }

    /// A database with somebody in it, closed, and a backup of it.
    async fn used(&self) -> PathBuf {
        let store = Store::open(&self.file()).unwrap();
        let name: AccountName = "anna".parse().unwrap();
        store
            .create_account(NOW, Actor::program("root"), name, Role::Admin, "hash".into(), HolderChange::default())
            .await
            .unwrap()
            .unwrap();
        close(store);
        let copy = self.path("copy.db");
        Backup::of(&self.file()).unwrap().write(&copy).unwrap();
        copy
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(self.0.path()).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

fn close(store: Store) {
    let ended = store.ended();
    drop(store);
    assert!(ended.wait(Duration::from_secs(20)), "it is closed");
}

fn sql(file: &Path, sql: &str) {
    Connection::open(file).unwrap().execute_batch(sql).unwrap();
}

/// SQL that spoils a backup, and a part of the refusal.
const SPOILS: [(&str, &str); 12] = [
    ("DROP TABLE session", "its table `session` is missing"),
    ("DROP TABLE audit", "its table `audit` is missing"),
    ("DROP INDEX session_by_account", "its index `session_by_account` is missing"),
    ("DROP TRIGGER account_takes_its_own_along", "its trigger `account_takes_its_own_along` is missing"),
    ("ALTER TABLE account DROP COLUMN last_login", "its table `account` is not as lampfield makes it"),
    ("ALTER TABLE screen RENAME COLUMN board TO wall", "its table `screen` is not as lampfield makes it"),
    ("INSERT INTO known_address VALUES (99, '192.0.2.1', 1)", "the table `known_address` names what is not there"),
    ("INSERT INTO board_lamp VALUES ('1', 'purple', 0, 0, NULL, 0)", "`purple` is no word of the board"),
    ("UPDATE identity SET eid = 'x'", "is damaged"),
    ("PRAGMA user_version = 3", "already exists"),
    ("PRAGMA user_version = 0", "already exists"),
    ("INSERT INTO own_board VALUES ('b', 'b', 'no json', 1, 'anna')", "is damaged"),
];

#[tokio::test]
async fn a_backup_with_which_no_server_would_start_is_refused_whole() {
    for (spoil, words) in SPOILS {
        let place = Folder::new();
        let copy = place.used().await;
        sql(&copy, &format!("PRAGMA foreign_keys = off; {spoil}"));
        let (before, names) = (fs::read(place.file()).unwrap(), place.names());
        let refusal = restore(&place.file(), &copy).expect_err(spoil).to_string();
        assert!(refusal.contains("copy.db: is damaged: ") && refusal.contains(words), "{spoil}: {refusal}");
        assert!(fs::read(place.file()).unwrap() == before, "{spoil}: the database is as it was");
        assert_eq!(place.names(), names, "{spoil}: nothing is left behind");
        close(Store::open(&place.file()).unwrap());
    }
}

#[tokio::test]
async fn what_is_no_backup_at_all_is_refused_in_plain_words() {
    let place = Folder::new();
    let copy = place.used().await;
    let whole = fs::read(&copy).unwrap();
    fs::write(place.path("empty"), "").unwrap();
    fs::write(place.path("text"), "Dear diary").unwrap();
    fs::write(place.path("torn"), &whole[..whole.len() - 5000]).unwrap();
    fs::create_dir(place.path("folder")).unwrap();
    fs::copy(&copy, place.path("newer")).unwrap();
    sql(&place.path("newer"), "PRAGMA user_version = 99");
    symlink(place.file(), place.path("link")).unwrap();
    fs::hard_link(place.file(), place.path("other name")).unwrap();
    for (name, words) in [
        ("empty", "empty: is damaged: it is empty"),
        ("text", "text: is damaged: "),
        ("torn", "torn: is damaged: "),
        ("folder", "folder: is damaged: it is no file"),
        ("newer", "was written by a newer lampfield (version 99"),
        ("nothing", "nothing: is not there"),
        ("lampfield.db", "is the database itself"),
        ("link", "is the database itself"),
        ("other name", "is the database itself"),
    ] {
        let refusal = restore(&place.file(), &place.path(name)).expect_err(name).to_string();
        assert!(refusal.contains(words), "{name}: {refusal}");
    }
    fs::remove_file(place.path("other name")).unwrap();
    close(Store::open(&place.file()).unwrap());
    // A link to a good backup is as good.
    symlink(&copy, place.path("link to the copy")).unwrap();
    assert!(matches!(restore(&place.file(), &place.path("link to the copy")), Ok(Restored::Here(Some(_)))));
}

#[tokio::test]
async fn a_bad_backup_that_waits_is_put_aside_and_the_server_starts_with_what_it_has() {
    let place = Folder::new();
    let copy = place.used().await;
    sql(&copy, "DROP TABLE session");
    fs::rename(&copy, file::beside(&place.file(), "restore")).unwrap();
    let store = Store::open(&place.file()).unwrap();
    assert_eq!(store.accounts().await.unwrap().len(), 1);
    let is_aside = |name: &String| name.starts_with("lampfield.db-refused-");
    assert!(place.names().iter().any(is_aside), "{:?}", place.names());
    close(store);

    // A server that runs need not start again for a bad one.
    let asked = Asked::of(&place.file());
    fs::write(file::beside(&place.file(), "restore"), "no backup").unwrap();
    let waited = tokio::time::timeout(Duration::from_secs(2), asked.clone().wait()).await;
    assert!(waited.is_err() && !asked.was_heard());
    assert_eq!(place.names().iter().filter(|name| is_aside(name)).count(), 2, "{:?}", place.names());
}

#[tokio::test]
async fn a_restore_that_a_crash_cut_off_before_its_last_step_is_done_at_the_next_start() {
    let place = Folder::new();
    let copy = place.used().await;
    fs::rename(place.file(), place.path("lampfield.db-replaced-x")).unwrap();
    fs::write(place.path("lampfield.db-wal"), "a journal of another").unwrap();
    fs::rename(&copy, file::beside(&place.file(), "restore")).unwrap();
    let store = Store::open(&place.file()).unwrap();
    assert_eq!(store.accounts().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_restored_database_belongs_to_whom_the_one_before_belonged() {
    let place = Folder::new();
    let copy = place.used().await;
    if std::os::unix::fs::chown(place.file(), Some(12_345), Some(12_345)).is_err() {
        println!("only root can give files away: not looked at");
        return;
    }
    fs::remove_file(place.path("lampfield.db-lock")).unwrap();
    restore(&place.file(), &copy).unwrap();
    for name in ["lampfield.db", "lampfield.db-lock"] {
        let found = fs::metadata(place.path(name)).unwrap();
        assert_eq!((found.uid(), found.permissions().mode() & 0o777), (12_345, 0o600), "{name}");
    }
}

/// Gives another name to a database that a server has.
fn other_name(place: &Folder, way: &str) -> PathBuf {
    let other = place.path("other.db");
    match way {
        "a symbolic link" => symlink(place.file(), &other).unwrap(),
        "a hard link" => fs::hard_link(place.file(), &other).unwrap(),
        _ => {
            fs::remove_file(place.path("lampfield.db-lock")).unwrap();
            return place.file();
        }
    }
    other
}

#[tokio::test]
async fn two_servers_never_share_a_database_by_another_name_or_without_the_lock_file() {
    for way in ["a symbolic link", "a hard link", "no lock file"] {
        let place = Folder::new();
        place.used().await;
        let first = Store::open(&place.file()).unwrap();
        let other = other_name(&place, way);
        let second = Store::open(&other).map(drop).expect_err(way).to_string();
        assert!(second.contains("is in use by another lampfield"), "{way}: {second}");
        // A command may read and write, but not under a name beside which no journal lies.
        let beside = Store::beside(&other).map(drop);
        let backup = Backup::of(&other).and_then(|it| it.write(&place.path("another copy.db")));
        assert_eq!((beside.is_ok(), backup.is_ok()), (way != "a hard link", way != "a hard link"), "{way}");
        close(first);
        close(Store::open(&other).unwrap());
    }
}

#[tokio::test]
async fn a_link_that_leads_nowhere_yet_is_where_the_database_is_made() {
    let place = Folder::new();
    fs::create_dir(place.path("data")).unwrap();
    symlink("data/lampfield.db", place.file()).unwrap();
    close(Store::open(&place.file()).unwrap());
    assert!(place.path("data/lampfield.db").is_file() && place.path("data/lampfield.db-lock").is_file());
}

#[tokio::test]
async fn what_is_closed_is_one_file() {
    let place = Folder::new();
    place.used().await;
    let store = Store::open(&place.file()).unwrap();
    let name: AccountName = "boris".parse().unwrap();
    store
        .create_account(NOW, Actor::program("root"), name, Role::Viewer, "x".into(), HolderChange::default())
        .await
        .unwrap()
        .unwrap();
    assert!(place.path("lampfield.db-wal").exists());
    close(store);
    assert_eq!(place.names(), ["copy.db", "lampfield.db", "lampfield.db-lock"]);
}

#[test]
fn a_command_waits_for_a_server_that_is_just_starting() {
    let place = Folder::new();
    let lock = Lock::take(&place.file()).unwrap();
    let target = place.file();
    let start = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        drop(lock);
        Store::open(&target).unwrap()
    });
    // A command waits while the lock is held; then there is a database, or a plain refusal.
    match Store::beside(&place.file()) {
        Ok(_) | Err(StoreError::Missing { .. }) => {}
        Err(other) => panic!("{other}"),
    }
    drop(start.join().unwrap());
    let old = place.path("old.db");
    migrations::make_as_of(&Connection::open(&old).unwrap(), 2);
    sql(&old, "PRAGMA application_id = 0x6c616d70");
    let lock = Lock::take(&old).unwrap();
    let free = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        drop(lock);
    });
    Store::beside(&old).map(drop).expect("it waits until nobody has it, and brings it up to date");
    free.join().unwrap();
}
