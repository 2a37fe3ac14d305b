//! No write without a proof that holds, no write in a read, and what a full disk leaves.

use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use lampfield_shared::board::PutBoard;
use lampfield_shared::{DndKind, Pause, Role, Timestamp};
use rusqlite::Connection;

use super::dnd::{DndRecord, DndState};
use super::notes::Favourite;
use super::order::{Order, Record};
use super::{Store, StoreError, carry_out};
use crate::board::Kept;
use crate::identity::{
    AccountChange, AccountName, Actor, Credentials, Deed, HolderChange, Lifetime, Origin, Proof, Proved, Unproved,
};

/// 2023-11-14T22:13:20Z
const NOW: Timestamp = Timestamp(1_700_000_000_000);
const LIFETIME: Lifetime = Lifetime { idle: Duration::from_hours(2), absolute: Duration::from_hours(24) };
const DAY: u64 = 24 * 60 * 60 * 1000;

fn root() -> Actor {
    Actor::program("root")
}

fn name(text: &str) -> AccountName {
    text.parse().unwrap()
}

fn origin() -> Origin {
    Origin { address: "192.0.2.1".into(), browser: "a test".into() }
}

/// A store with two admins, anna as an actor with an open session, and the proof of her password.
async fn house() -> (Store, Actor, Proved) {
    let store = Store::in_memory().unwrap();
    for who in ["anna", "boris"] {
        store
            .create_account(NOW, root(), name(who), Role::Admin, "hash".into(), HolderChange::default())
            .await
            .unwrap()
            .unwrap();
    }
    let Credentials { id, hash, .. } = store.credentials(name("anna"), String::new()).await.unwrap().unwrap();
    let proved = Proved { account: id, hash };
    let who = ("anna".to_owned(), proved.clone());
    let token = store.begin_session(NOW, who, origin(), Vec::new(), LIFETIME).await.unwrap();
    let held = store.session(NOW, &token, LIFETIME).await.unwrap().unwrap();
    let anna = Actor { who: "anna".into(), address: None, proof: held.proof() };
    (store, anna, proved)
}

/// Does each write that somebody can ask for, and tells what came of it.
async fn every_write(
    store: &Store,
    now: Timestamp,
    by: &Actor,
    proved: &Proved,
) -> Vec<(&'static str, Option<Unproved>)> {
    let reset = || AccountChange { role: None, one_time_hash: Some("another".into()), ..AccountChange::default() };
    let board = || PutBoard { title: "Front".into(), groups: Vec::new(), changed: None };
    let lamp = DndRecord {
        exten: "1001".into(),
        kind: DndKind::Lamp,
        state: DndState::On,
        node: None,
        since: now,
        until: None,
        reason: None,
        by: None,
    };
    let own = || ("anna".to_owned(), "1001".into());
    let by = || by.clone();
    let begin = (origin(), LIFETIME);
    let mut outcomes = Vec::new();
    macro_rules! outcome {
        ($what:literal, $write:expr) => {
            outcomes.push((
                $what,
                match $write.await {
                    Ok(_) => None,
                    Err(StoreError::Unproved(why)) => Some(why),
                    Err(other) => panic!("{}: {other}", $what),
                },
            ))
        };
    }
    outcome!("record", store.record(now, by(), Deed::done("test", "x")));
    outcome!("favourite", store.set_favourite(now, by(), own(), Favourite::Yes));
    outcome!("no favourite", store.set_favourite(now, by(), own(), Favourite::No));
    outcome!("note", store.set_note(now, by(), own(), "a note".into()));
    outcome!("no note", store.set_note(now, by(), own(), String::new()));
    outcome!("names", store.name_extensions(now, by(), Vec::new(), Deed::done("test", "x"), || ()));
    outcome!("pause", store.set_pause(now, by(), ("perm".into(), Pause::On), || ()));
    outcome!("resume", store.set_pause(now, by(), ("perm".into(), Pause::Off), || ()));
    outcome!("refresh", store.note_refresh(now, by(), "perm".into(), || ()));
    outcome!("board", store.put_own_board(now, by(), "front".into(), board(), |_| ()));
    outcome!("no board", store.remove_own_board(now, by(), "front".into(), |_| ()));
    outcome!("screen", store.create_screen(now, by(), "lobby".into(), "all".into()));
    outcome!("no screen", store.remove_screen(now, by(), 1));
    outcome!("dnd", store.keep_dnd(lamp, by(), None));
    outcome!("no dnd", store.conclude_dnd(now, "1001".into(), None, by(), None));
    outcome!(
        "account",
        store.create_account(now, by(), name("mallory"), Role::Admin, "x".into(), HolderChange::default())
    );
    outcome!("reset", store.change_account(now, by(), name("boris"), reset()));
    outcome!("no account", store.remove_account(now, by(), name("boris")));
    outcome!("a foreign session", store.end_session(now, by(), 99, None, "session.end"));
    outcome!("own password", store.set_own_password(now, by(), proved.clone(), "mine".into(), begin));
    outcomes
}

/// All that is kept, row by row.
pub(super) fn dump(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
    let tables: Vec<String> =
        connection.prepare(sql)?.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let mut rows = Vec::new();
    for table in tables {
        let mut all = connection.prepare(&format!("SELECT * FROM {table}"))?;
        let columns = all.column_count();
        let row = |row: &rusqlite::Row<'_>| {
            let values = (0..columns).map(|column| row.get_ref(column).map(|value| format!("{value:?}")));
            Ok(format!("{table}: {}", values.collect::<rusqlite::Result<Vec<_>>>()?.join(" ")))
        };
        rows.extend(all.query_map([], row)?.collect::<rusqlite::Result<Vec<_>>>()?);
    }
    Ok(rows)
}

async fn kept(store: &Store) -> Vec<String> {
    store.read(dump).await.unwrap()
}

#[tokio::test]
async fn every_write_goes_through_while_its_proof_holds() {
    let (store, anna, proved) = house().await;
    let refused: Vec<_> =
        every_write(&store, NOW, &anna, &proved).await.into_iter().filter(|(_, why)| why.is_some()).collect();
    assert_eq!(refused, []);
}

#[tokio::test]
async fn no_write_goes_through_once_its_proof_no_longer_holds() {
    for case in ["logged out", "removed", "demoted", "reset", "run out"] {
        let (store, anna, proved) = house().await;
        let (mut now, id) = (
            NOW,
            match &anna.proof {
                Proof::Session(session) => session.id,
                other => panic!("{other:?}"),
            },
        );
        let change = |role, one_time_hash| {
            store.change_account(
                NOW,
                root(),
                name("anna"),
                AccountChange { role, one_time_hash, ..AccountChange::default() },
            )
        };
        match case {
            "logged out" => drop(store.end_session(NOW, root(), id, None, "session.end").await.unwrap()),
            "removed" => store.remove_account(NOW, root(), name("anna")).await.unwrap().unwrap(),
            "demoted" => drop(change(Some(Role::Receptionist), None).await.unwrap().unwrap()),
            "reset" => drop(change(None, Some("one-time".into())).await.unwrap().unwrap()),
            _ => now = Timestamp(NOW.0 + DAY),
        }
        let before = kept(&store).await;
        for (what, why) in every_write(&store, now, &anna, &proved).await {
            assert_eq!(why, Some(Unproved::Session), "{case}: {what}");
        }
        assert_eq!(kept(&store).await, before, "{case}: nothing has changed");
    }
}

#[tokio::test]
async fn a_role_that_is_lower_than_it_was_proves_nothing() {
    let (store, anna, proved) = house().await;
    // Done by SQL: no order lowers a role and leaves the session.
    store.batch("UPDATE account SET role = 'viewer'".into()).await.unwrap();
    for (what, why) in every_write(&store, NOW, &anna, &proved).await {
        assert_eq!(why, Some(Unproved::Role), "{what}");
    }
}

#[tokio::test]
async fn a_password_proves_nothing_once_it_is_another() {
    let (store, _, proved) = house().await;
    let begin = || store.begin_session(NOW, ("anna".into(), proved.clone()), origin(), Vec::new(), LIFETIME);
    begin().await.map(drop).unwrap();
    let change = AccountChange { role: None, one_time_hash: Some("another".into()), ..AccountChange::default() };
    store.change_account(NOW, root(), name("anna"), change).await.unwrap().unwrap();
    let before = kept(&store).await;
    assert!(matches!(begin().await, Err(StoreError::Unproved(Unproved::Password))));
    store.remove_account(NOW, root(), name("anna")).await.unwrap().unwrap();
    assert!(matches!(begin().await, Err(StoreError::Unproved(Unproved::Password))));
    assert_eq!(before.iter().filter(|row| row.starts_with("session")).count(), 0);
}

#[tokio::test]
async fn what_was_begun_is_kept_although_the_session_has_ended() {
    let (store, anna, _) = house().await;
    store.remove_account(NOW, root(), name("anna")).await.unwrap().unwrap();
    store.record(NOW, anna.clone().to_the_end(), Deed::done("dnd.on", "1001")).await.unwrap();
    assert_eq!(store.audit(None, 1).await.unwrap().entries[0].who, "anna");
}

#[tokio::test]
async fn what_only_reads_cannot_write() {
    let store = Store::in_memory().unwrap();
    for _ in 0..2 {
        let sly = store.read(|connection| connection.execute("DELETE FROM identity", [])).await;
        assert!(sly.unwrap_err().to_string().contains("readonly"));
        store.record(NOW, root(), Deed::done("test", "x")).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_is_told_in_its_order_also_for_one_who_has_gone() {
    let store = Store::in_memory().unwrap();
    let deed = || Deed::done("test", "x");
    let told = Arc::new(Mutex::new(Vec::new()));
    let (free, held) = mpsc::channel::<()>();
    let (begun, has_begun) = mpsc::channel();
    let note = Arc::clone(&told);
    let order = Order::new(NOW, root(), Record { deed: deed() });
    let first = store.ask(move |database| {
        begun.send(()).unwrap();
        held.recv().unwrap();
        carry_out::<Record>(database, &order, |()| note.lock().unwrap().push("first"))
    });
    tokio::time::timeout(Duration::from_millis(50), first).await.expect_err("it is held, and nobody waits for it now");
    has_begun.recv().unwrap();
    let note = Arc::clone(&told);
    let unbegun =
        store.name_extensions(NOW, root(), Vec::new(), deed(), move || note.lock().unwrap().push("never begun"));
    tokio::time::timeout(Duration::from_millis(50), unbegun).await.expect_err("it waits behind the first");
    free.send(()).unwrap();
    let note = Arc::clone(&told);
    let last = move || note.lock().unwrap().push("last");
    store.name_extensions(NOW, root(), Vec::new(), deed(), last).await.unwrap();
    assert_eq!(*told.lock().unwrap(), ["first", "last"]);
}

/// Lets the database grow by no page.
async fn fill(store: &Store) {
    let count = |connection: &Connection| connection.pragma_query_value(None, "page_count", |row| row.get::<_, i64>(0));
    let pages = store.read(count).await.unwrap();
    limit(store, pages).await;
}

async fn limit(store: &Store, pages: i64) {
    let limit =
        store.read(move |connection| connection.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(())));
    limit.await.unwrap();
}

#[tokio::test]
async fn a_full_disk_is_named_costs_no_session_and_is_over_when_there_is_room() {
    let (store, anna, proved) = house().await;
    let token =
        store.begin_session(NOW, ("anna".into(), proved.clone()), origin(), Vec::new(), LIFETIME).await.unwrap();
    assert_eq!(store.look_for_trouble().await, None);
    fill(&store).await;
    let deed = || Deed::done("test", "x".repeat(100_000));
    assert!(matches!(store.record(NOW, anna.clone(), deed()).await, Err(StoreError::NoRoom)));
    let trouble = store.trouble().expect("it is known from now on");
    assert!(trouble.contains("the disk is full"), "{trouble}");
    // A session holds a minute later too, when its last use would be written.
    let later = Timestamp(NOW.0 + 90_000);
    assert!(store.session(later, &token, LIFETIME).await.unwrap().is_some());
    store.kept_board(vec!["perm".into()], Timestamp(0)).await.unwrap();
    let kept = store.keep_board(Kept::default()).await;
    assert!(matches!(kept, Ok(()) | Err(StoreError::NoRoom)), "{kept:?}");
    limit(&store, 1 << 20).await;
    store.record(later, anna, deed()).await.unwrap();
    assert_eq!(store.trouble(), None);
}

#[tokio::test]
async fn nobody_waits_for_ever_for_a_database_that_hangs() {
    let store = Store::in_memory().unwrap();
    let (free, held) = mpsc::channel::<()>();
    let hang = store.read(move |_| {
        let _freed = held.recv();
        Ok(())
    });
    let since = std::time::Instant::now();
    let (hung, behind) = tokio::join!(hang, store.accounts());
    assert!(matches!(hung, Err(StoreError::Hangs)) && matches!(behind, Err(StoreError::Hangs)));
    assert!(since.elapsed() < Duration::from_mins(1), "{:?}", since.elapsed());
    drop(free);
    store.accounts().await.expect("it goes on afterwards");
}
