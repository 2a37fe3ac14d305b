//! The store as a whole: what is kept, which files are refused, and how older ones are migrated.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use lampfield_shared::{DndKind, Eid, Exten, Role, Timestamp};
use rusqlite::Connection;
use tempfile::TempDir;

use super::dnd::{DndRecord, DndState};
use super::notes::{Favourite, Full};
use super::{Backup, Restored, Store, StoreError, migrations, restore};
use crate::identity::{
    AccountChange, AccountName, AccountRefusal, Actor, Credentials, Deed, Entry, HolderChange, Lifetime, Origin,
    Proved, Token,
};

/// 2023-11-14T22:13:20Z
const NOW: Timestamp = Timestamp(1_700_000_000_000);
const LIFETIME: Lifetime = Lifetime { idle: Duration::from_hours(2), absolute: Duration::from_hours(24) };

fn after(time: Duration) -> Timestamp {
    Timestamp(NOW.0 + u64::try_from(time.as_millis()).unwrap())
}

fn actor() -> Actor {
    Actor { address: Some("192.0.2.1".into()), ..Actor::program("root") }
}

fn name(text: &str) -> AccountName {
    text.parse().unwrap()
}

fn origin(address: &str) -> Origin {
    Origin { address: address.into(), browser: "a test".into() }
}

/// Begins a session for anna, who has just given her password.
async fn begin(store: &Store, now: Timestamp, address: &str) -> Token {
    let Credentials { id, hash, .. } = store.credentials(name("anna"), String::new()).await.unwrap().unwrap();
    let proved = Proved { account: id, hash };
    store.begin_session(now, ("anna".into(), proved), origin(address), Vec::new(), LIFETIME).await.unwrap()
}

struct Folder {
    folder: TempDir,
}

impl Folder {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(&self) -> PathBuf {
        self.path("lampfield.db")
    }

    /// A database that was used and closed.
    async fn used(&self) {
        let store = self.open();
        store
            .create_account(NOW, actor(), name("anna"), Role::Admin, "hash".into(), HolderChange::default())
            .await
            .unwrap()
            .unwrap();
        self.close(store).await;
    }

    fn open(&self) -> Store {
        Store::open(&self.file()).unwrap()
    }

    /// The thread gives the file back a moment after the last handle is gone.
    async fn close(&self, store: Store) {
        drop(store);
        while matches!(super::file::Lock::take(&self.file()), Err(StoreError::InUse { .. })) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

#[tokio::test]
async fn what_was_answered_is_there_after_a_restart() {
    let place = Folder::new();
    let store = place.open();
    let eid = store.eid();
    assert_eq!(eid.to_string().split(':').next(), Some("02"), "locally administered: no network card has it");
    store
        .create_account(NOW, actor(), name("anna"), Role::Admin, "hash".into(), HolderChange::default())
        .await
        .unwrap()
        .unwrap();
    store.set_favourite(NOW, actor(), ("anna".into(), Exten::from("1001")), Favourite::Yes).await.unwrap().unwrap();
    place.close(store).await;
    let store = place.open();
    assert_eq!(store.eid(), eid, "generated once");
    assert_eq!(store.accounts().await.unwrap()[0].name, "anna");
    assert_eq!(store.own("anna".into()).await.unwrap().favourites, [Exten::from("1001")]);
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_reads_the_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Folder::new();
    let _store = place.open();
    for entry in fs::read_dir(place.folder.path()).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{}", path.display());
    }
}

#[tokio::test]
async fn two_servers_never_share_a_file() {
    let place = Folder::new();
    let _first = place.open();
    let refusal = Store::open(&place.file()).unwrap_err().to_string();
    assert!(refusal.contains("lampfield.db: is in use by another lampfield"), "{refusal}");
    let beside = Store::beside(&place.file()).unwrap();
    assert_eq!(beside.accounts().await.unwrap(), [], "the command line may look in");
}

/// Spoils a used database, and gives the refusal at the next start. The file must be left as it is.
async fn spoiled(spoil: impl FnOnce(&Path)) -> String {
    let place = Folder::new();
    place.used().await;
    spoil(&place.file());
    let before = fs::read(place.file()).unwrap();
    let refusal = Store::open(&place.file()).expect_err("it was taken").to_string();
    assert!(refusal.starts_with(&format!("{}: ", place.file().display())), "{refusal}");
    assert!(fs::read(place.file()).unwrap() == before, "nothing is changed in it");
    refusal
}

fn sql(file: &Path, sql: &str) {
    Connection::open(file).unwrap().execute_batch(sql).unwrap();
}

#[tokio::test]
async fn a_file_that_cannot_be_trusted_is_refused_with_what_to_do() {
    let text = spoiled(|file| fs::write(file, "Dear diary, ".repeat(100)).unwrap()).await;
    assert!(text.contains("is damaged: ") && text.contains("lampfield restore"), "{text}");
    let empty = spoiled(|file| fs::write(file, "").unwrap()).await;
    assert!(empty.contains("is damaged: it is empty"), "{empty}");
    let newer = spoiled(|file| sql(file, "PRAGMA user_version = 99")).await;
    assert!(newer.contains("was written by a newer lampfield (version 99 of its tables"), "{newer}");
    let foreign = spoiled(|file| sql(file, "PRAGMA application_id = 7")).await;
    assert!(foreign.contains("not lampfield's"), "{foreign}");
    let torn = spoiled(|file| {
        let bytes = fs::read(file).unwrap();
        fs::write(file, &bytes[..bytes.len() / 2]).unwrap();
    })
    .await;
    assert!(torn.contains("is damaged: "), "{torn}");
    let scribbled = spoiled(|file| {
        let mut bytes = fs::read(file).unwrap();
        bytes[4096..].iter_mut().step_by(7).for_each(|byte| *byte ^= 0x55);
        fs::write(file, bytes).unwrap();
    })
    .await;
    assert!(scribbled.contains("is damaged: "), "{scribbled}");
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let place = Folder::new();
    let refusal = Store::open(&place.path("none/lampfield.db")).unwrap_err().to_string();
    assert!(refusal.contains("none/lampfield.db") && refusal.contains("cannot be read and written"), "{refusal}");
    assert!(matches!(Store::beside(&place.file()), Err(StoreError::Missing { .. })));
    assert!(!place.file().exists(), "who only looks makes nothing");
}

#[tokio::test]
async fn a_file_of_an_older_version_is_brought_up_to_date() {
    for steps in 1..=migrations::VERSION {
        let place = Folder::new();
        // A file as that version made it, with an entity id in it.
        migrations::make_as_of(&Connection::open(place.file()).unwrap(), steps);
        sql(&place.file(), "PRAGMA application_id = 0x6c616d70");
        sql(&place.file(), "INSERT INTO identity VALUES (1, '02:00:00:00:00:99')");
        let store = place.open();
        assert_eq!(store.eid().to_string(), "02:00:00:00:00:99", "from version {steps}");
        assert_eq!(store.accounts().await.unwrap(), [], "from version {steps}");
        place.close(store).await;
        let version = migrations::version(&Connection::open(place.file()).unwrap()).unwrap();
        assert_eq!(version, migrations::VERSION, "from version {steps}");
    }
}

#[tokio::test]
async fn work_that_panics_takes_nothing_with_it() {
    let store = Store::in_memory().unwrap();
    let lost = store.read(|_| -> rusqlite::Result<()> { panic!("a seeded mistake") }).await;
    assert!(matches!(lost, Err(StoreError::Gone)));
    let half = store.keep_own(|write| -> rusqlite::Result<()> {
        write.execute("INSERT INTO note VALUES ('anna', '1001', 'half')", [])?;
        panic!("a seeded mistake")
    });
    assert!(matches!(half.await, Err(StoreError::Gone)));
    assert_eq!(store.own("anna".into()).await.unwrap().notes.len(), 0);
}

#[tokio::test]
async fn a_backup_is_one_whole_file_and_overwrites_nothing() {
    let place = Folder::new();
    let store = place.open();
    let copy = place.path("copy.db");
    store
        .create_account(NOW, actor(), name("anna"), Role::Admin, "hash".into(), HolderChange::default())
        .await
        .unwrap()
        .unwrap();
    Backup::of(&place.file()).unwrap().write(&copy).unwrap();
    let again = Backup::of(&place.file()).unwrap().write(&copy).unwrap_err().to_string();
    assert!(again.ends_with("copy.db: is there already, and is not overwritten"), "{again}");
    store
        .create_account(NOW, actor(), name("boris"), Role::Viewer, "hash".into(), HolderChange::default())
        .await
        .unwrap()
        .unwrap();
    place.close(store).await;

    let Restored::Here(Some(aside)) = restore(&place.file(), &copy).unwrap() else { panic!("nobody else is there") };
    let names = async |store: &Store| -> Vec<String> {
        store.accounts().await.unwrap().into_iter().map(|account| account.name).collect()
    };
    let store = place.open();
    assert_eq!(names(&store).await, ["anna"]);
    place.close(store).await;
    fs::remove_file(place.file()).unwrap();
    fs::rename(aside, place.file()).unwrap();
    assert_eq!(names(&place.open()).await, ["anna", "boris"], "what was replaced is kept");
}

#[tokio::test]
async fn a_restore_heals_a_damaged_file_and_takes_no_bad_backup() {
    let place = Folder::new();
    place.used().await;
    let copy = place.path("copy.db");
    Backup::of(&place.file()).unwrap().write(&copy).unwrap();
    let bad = place.path("bad.db");
    fs::write(&bad, "no backup").unwrap();
    assert!(matches!(restore(&place.file(), &bad), Err(StoreError::Damaged { .. })));
    assert!(matches!(restore(&place.file(), &place.path("none")), Err(StoreError::Missing { .. })));
    // The journal of the damaged one must not be played into the one that is restored.
    fs::write(place.file(), "scribbled over").unwrap();
    fs::write(place.path("lampfield.db-wal"), "a journal").unwrap();
    let Restored::Here(Some(aside)) = restore(&place.file(), &copy).unwrap() else { panic!("nobody else is there") };
    assert_eq!(fs::read(&aside).unwrap(), b"scribbled over");
    assert_eq!(fs::read(super::file::beside(&aside, "wal")).unwrap(), b"a journal");
    assert_eq!(place.open().accounts().await.unwrap().len(), 1);
}

/// A DND lamp that was switched to `state` at this second.
fn lamp(exten: &str, state: DndState, second: u64) -> DndRecord {
    let (exten, since, until) =
        (exten.into(), after(Duration::from_secs(second)), Some(after(Duration::from_hours(1))));
    DndRecord { exten, kind: DndKind::Lamp, state, node: None, since, until, reason: Some("lunch".into()), by: None }
}

#[tokio::test]
async fn a_restore_withdraws_the_lamps_of_which_the_backup_knows_nothing() {
    let place = Folder::new();
    let store = place.open();
    let set = async |lamp: DndRecord| store.keep_dnd(lamp, actor(), None).await.unwrap();
    set(lamp("1001", DndState::On, 1)).await;
    set(lamp("1002", DndState::Off, 2)).await;
    let copy = place.path("copy.db");
    Backup::of(&place.file()).unwrap().write(&copy).unwrap();
    set(lamp("1001", DndState::Off, 3)).await;
    set(lamp("1002", DndState::On, 4)).await;
    set(lamp("1003", DndState::On, 5)).await;
    set(lamp("1004", DndState::Off, 6)).await;
    let calls = DndRecord { kind: DndKind::Calls, node: Some("perm".into()), ..lamp("1005", DndState::On, 7) };
    set(calls).await;
    place.close(store).await;

    restore(&place.file(), &copy).unwrap();
    let withdrawn = |exten, second| DndRecord { until: None, reason: None, ..lamp(exten, DndState::Off, second) };
    let expected = [
        lamp("1001", DndState::On, 1),
        lamp("1002", DndState::Off, 2),
        // Peers show these, or did: nobody else would ever tell them that the DND is over.
        withdrawn("1003", 5),
        withdrawn("1004", 6),
    ];
    assert_eq!(place.open().dnd().await.unwrap(), expected);
}

#[tokio::test]
async fn another_entity_id_is_noticed_where_lamps_were_told_under_the_former_one() {
    let [first, second]: [Eid; 2] = ["02:00:00:00:00:01", "02:00:00:00:00:02"].map(|eid| eid.parse().unwrap());
    let place = Folder::new();
    let store = place.open();
    assert_eq!(store.speak_as(NOW, first).await.unwrap(), None);
    assert_eq!(store.speak_as(NOW, second).await.unwrap(), None, "nothing was told under the first");
    let copy = place.path("copy.db");
    Backup::of(&place.file()).unwrap().write(&copy).unwrap();
    store.keep_dnd(lamp("1001", DndState::On, 1), actor(), None).await.unwrap();
    assert_eq!(store.speak_as(NOW, second).await.unwrap(), None);
    assert_eq!(store.speak_as(NOW, first).await.unwrap(), Some(second));
    assert_eq!(store.speak_as(NOW, first).await.unwrap(), None, "it is told once");
    place.close(store).await;
    restore(&place.file(), &copy).unwrap();
    let store = place.open();
    assert_eq!(
        store.speak_as(NOW, second).await.unwrap(),
        Some(first),
        "the backup knows under which its lamps were told"
    );
}

#[tokio::test]
async fn a_backup_of_a_version_without_lamps_learns_which_are_to_be_withdrawn() {
    let place = Folder::new();
    let store = place.open();
    store.keep_dnd(lamp("1001", DndState::On, 1), actor(), None).await.unwrap();
    place.close(store).await;
    let old = place.path("old.db");
    migrations::make_as_of(&Connection::open(&old).unwrap(), 2);
    sql(&old, "PRAGMA application_id = 0x6c616d70");
    restore(&place.file(), &old).unwrap();
    assert_eq!(place.open().dnd().await.unwrap()[0].state, DndState::Off);
}

#[tokio::test]
async fn a_session_ends_by_disuse_and_by_age() {
    let store = Store::in_memory().unwrap();
    store
        .create_account(NOW, actor(), name("anna"), Role::Viewer, "hash".into(), HolderChange::default())
        .await
        .unwrap()
        .unwrap();
    let token = begin(&store, NOW, "192.0.2.1").await;
    let holds = async |time| store.session(after(time), &token, LIFETIME).await.unwrap().is_some();
    for hour in 0..24 {
        assert!(holds(Duration::from_hours(hour)).await, "used each hour: {hour}");
    }
    assert!(!holds(Duration::from_hours(24)).await, "a day is the end, used or not");
    let token = begin(&store, NOW, "192.0.2.1").await;
    let just_before = after(Duration::from_secs(7199));
    assert!(store.session(just_before, &token, LIFETIME).await.unwrap().is_some());
    let other = begin(&store, NOW, "192.0.2.1").await;
    assert!(store.session(after(Duration::from_hours(2)), &other, LIFETIME).await.unwrap().is_none(), "unused");
    let listed = store.sessions(after(Duration::from_hours(3)), None, None, LIFETIME).await.unwrap();
    assert_eq!(listed.len(), 1, "what has run out is taken away");
}

#[tokio::test]
async fn a_screen_has_no_end_but_its_revocation() {
    let store = Store::in_memory().unwrap();
    let (screen, link) = store.create_screen(NOW, actor(), "lobby".into(), "all".into()).await.unwrap();
    let nowhere = store.begin_screen_session(NOW, &Token::new(), Vec::new(), origin("::1")).await.unwrap();
    assert!(nowhere == Entry::Gone);
    let Entry::Open(token) = store.begin_screen_session(NOW, &link, Vec::new(), origin("::1")).await.unwrap() else {
        panic!("the link is good")
    };
    let year = after(Duration::from_hours(24 * 365));
    assert_eq!(store.session(year, &token, LIFETIME).await.unwrap().unwrap().role, Role::Screen);
    let seen = store.screens().await.unwrap()[0].last_seen;
    assert_eq!(seen, Some(year));
    let mut told = store.watch_sessions();
    assert!(store.remove_screen(year, actor(), screen.id).await.unwrap());
    assert!(told.has_changed().unwrap() && store.session(year, &token, LIFETIME).await.unwrap().is_none());
    told.mark_unchanged();
    assert!(!store.remove_screen(year, actor(), screen.id).await.unwrap());
}

#[tokio::test]
async fn a_browser_that_logs_in_again_and_again_fills_nothing() {
    let store = Store::in_memory().unwrap();
    store
        .create_account(NOW, actor(), name("anna"), Role::Viewer, "hash".into(), HolderChange::default())
        .await
        .unwrap()
        .unwrap();
    let mut last = None;
    for number in 0..120 {
        let time = after(Duration::from_secs(number));
        last = Some(begin(&store, time, &format!("192.0.2.{number}")).await);
    }
    assert_eq!(store.sessions(NOW, None, None, LIFETIME).await.unwrap().len(), 50);
    assert!(store.session(NOW, &last.unwrap(), LIFETIME).await.unwrap().is_some());
    let known =
        async |address: &str| store.credentials(name("anna"), address.into()).await.unwrap().unwrap().known_here;
    assert!(known("192.0.2.119").await && !known("192.0.2.1").await && !known("203.0.113.1").await);
}

#[tokio::test]
async fn what_is_someones_own_goes_with_their_account() {
    let store = Store::in_memory().unwrap();
    for (who, role) in [("anna", Role::Admin), ("boris", Role::Viewer)] {
        store
            .create_account(NOW, actor(), name(who), role, "hash".into(), HolderChange::default())
            .await
            .unwrap()
            .unwrap();
        store.set_note(NOW, actor(), (who.into(), Exten::from("1001")), "a note".into()).await.unwrap().unwrap();
    }
    let twice = store
        .create_account(NOW, actor(), name("Anna"), Role::Viewer, "hash".into(), HolderChange::default())
        .await
        .unwrap();
    assert_eq!(twice, Err(AccountRefusal::Exists(name("anna"))));
    assert_eq!(
        store.remove_account(NOW, actor(), name("anna")).await.unwrap(),
        Err(AccountRefusal::LastAdmin(name("anna")))
    );
    store.remove_account(NOW, actor(), name("boris")).await.unwrap().unwrap();
    assert_eq!(store.own("boris".into()).await.unwrap().notes.len(), 0);
    assert_eq!(store.own("anna".into()).await.unwrap().notes.len(), 1);
    let nobody = store.change_account(NOW, actor(), name("boris"), AccountChange::default()).await.unwrap();
    assert_eq!(nobody, Err(AccountRefusal::Unknown(name("boris"))));
}

#[tokio::test]
async fn favourites_and_notes_are_bounded() {
    let store = Store::in_memory().unwrap();
    for number in 0..1000 {
        let exten = Exten::from(number.to_string());
        store.set_favourite(NOW, actor(), ("anna".into(), exten.clone()), Favourite::Yes).await.unwrap().unwrap();
        store.set_note(NOW, actor(), ("anna".into(), exten), "x".into()).await.unwrap().unwrap();
    }
    let more = Exten::from("more");
    assert_eq!(
        store.set_favourite(NOW, actor(), ("anna".into(), more.clone()), Favourite::Yes).await.unwrap(),
        Err(Full)
    );
    assert_eq!(store.set_note(NOW, actor(), ("anna".into(), more), "x".into()).await.unwrap(), Err(Full));
    assert_eq!(
        store.set_note(NOW, actor(), ("anna".into(), Exten::from("7")), "changed".into()).await.unwrap(),
        Ok(())
    );
}

#[tokio::test]
async fn the_record_forgets_what_is_older_than_a_year() {
    let store = Store::in_memory().unwrap();
    for (days, count) in [(0, 300), (200, 300), (400, 600)] {
        for _ in 0..count {
            store.record(after(Duration::from_hours(24 * days)), actor(), Deed::done("test", "x")).await.unwrap();
        }
    }
    let mut times = std::collections::BTreeMap::new();
    let mut before = None;
    loop {
        let page = store.audit(before, 200).await.unwrap();
        page.entries.iter().for_each(|entry| *times.entry(entry.time).or_insert(0) += 1);
        before = page.before;
        if before.is_none() {
            break;
        }
    }
    let expected = [(after(Duration::from_hours(24 * 200)), 300), (after(Duration::from_hours(24 * 400)), 600)];
    assert_eq!(times, expected.into());
}
