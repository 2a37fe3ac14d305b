//! Proofs are checked again in the transaction that writes: whatever happens between a request and its write.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::http::{Method, StatusCode};
use lampfield_shared::{Exten, Freshness, Pause, Role, SiteName};
use serde_json::json;

use super::super::{WebSettings, WebState};
use super::access::{House, origin};
use super::{Answer, state};
use crate::board::Edited;
use crate::handle::{Command, Handle};
use crate::identity::{AccountChange, AccountName, Actor, HolderChange, Proved, password};
use crate::store::Store;

const OLD: &str = "an old password that was stolen";
const NEW: &str = "a new password of the thief";

/// Makes an account whose password is hashed as usual.
async fn join(house: &House, name: &str, role: Role) {
    let (store, now) = (&house.web.store, crate::clock::now());
    let name: AccountName = name.parse().unwrap();
    let actor = || Actor::program("a test");
    store.create_account(now, actor(), name.clone(), role, "x".into(), HolderChange::default()).await.unwrap().unwrap();
    let account = store.credentials(name, String::new()).await.unwrap().unwrap().id;
    let (proved, begin) = (Proved { account, hash: "x".into() }, (origin(), house.web.settings.lifetime));
    store.set_own_password(now, actor(), proved, password::hash(OLD), begin).await.unwrap();
}

async fn login(house: &House, name: &str, password: &str) -> Answer {
    let body = json!({ "name": name, "password": password }).to_string();
    house.send(Method::POST, "/api/v1/session", "", &body).await
}

fn cookie(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer.header("set-cookie").split(';').next().unwrap_or_default().to_owned()
}

/// Sends a request that has to wait for the doorkeeper, and does something else in between.
async fn meanwhile(
    house: &House,
    (method, path, cookie, body): (Method, &str, &str, &str),
    other: impl AsyncFnOnce(),
) -> Answer {
    let held = house.web.doorkeeper.hold().await;
    let other = async {
        while house.web.doorkeeper.present() == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        other().await;
        drop(held);
    };
    let (answer, ()) = tokio::join!(house.send(method, path, cookie, body), other);
    answer
}

async fn change(house: &House, name: &str, change: AccountChange) {
    let (now, actor) = (crate::clock::now(), Actor::command_line("lampfield set-password"));
    house.web.store.change_account(now, actor, name.parse().unwrap(), change).await.unwrap().unwrap();
}

fn reset() -> AccountChange {
    AccountChange { role: None, one_time_hash: Some(password::hash("a one-time password")), ..AccountChange::default() }
}

async fn remove(house: &House, name: &str) {
    let (now, actor) = (crate::clock::now(), Actor::program("root"));
    house.web.store.remove_account(now, actor, name.parse().unwrap()).await.unwrap().unwrap();
}

/// A server with an account, and another admin beside it.
async fn house() -> House {
    let house = House::new(None);
    join(&house, "root", Role::Admin).await;
    join(&house, "anna", Role::Admin).await;
    house
}

/// Which of the two passwords lets anna in.
async fn lets_in(house: &House) -> Vec<&'static str> {
    let mut good = Vec::new();
    for password in [OLD, NEW, "a one-time password"] {
        if login(house, "anna", password).await.status == StatusCode::OK {
            good.push(password);
        }
    }
    good
}

#[tokio::test]
async fn a_login_in_flight_does_not_outlive_the_password_or_the_account() {
    let body = json!({ "name": "anna", "password": OLD }).to_string();
    let request = || (Method::POST, "/api/v1/session", "", &*body);
    let house = house().await;
    let answer = meanwhile(&house, request(), async || change(&house, "anna", reset()).await).await;
    assert_eq!((answer.status.as_u16(), answer.header("set-cookie")), (401, ""), "{}", answer.body);
    assert!(answer.body.contains("wrong name or password"), "{}", answer.body);
    let house = self::house().await;
    let answer = meanwhile(&house, request(), async || remove(&house, "anna").await).await;
    assert_eq!((answer.status.as_u16(), answer.header("set-cookie")), (401, ""), "{}", answer.body);
    let record = house.web.store.audit(None, 10).await.unwrap().entries;
    assert_eq!((record[0].action.as_str(), record[0].result.as_str()), ("login", "wrong name or password"));
}

#[tokio::test]
async fn a_new_password_in_flight_undoes_no_reset() {
    let house = house().await;
    let thief = cookie(&login(&house, "anna", OLD).await);
    let body = json!({ "old": OLD, "new": NEW }).to_string();
    let request = (Method::PUT, "/api/v1/me/password", &*thief, &*body);
    let answer = meanwhile(&house, request, async || change(&house, "anna", reset()).await).await;
    assert_eq!((answer.status.as_u16(), answer.header("set-cookie")), (401, ""), "{}", answer.body);
    assert_eq!(lets_in(&house).await, ["a one-time password"]);
}

#[tokio::test]
async fn of_two_new_passwords_in_flight_one_stands_and_one_session() {
    let house = house().await;
    let (one, two) = (cookie(&login(&house, "anna", OLD).await), cookie(&login(&house, "anna", OLD).await));
    let body = json!({ "old": OLD, "new": NEW }).to_string();
    let put = |cookie| house.send(Method::PUT, "/api/v1/me/password", cookie, &body);
    let (first, second) = tokio::join!(put(&one), put(&two));
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401]);
    let sessions =
        house.web.store.sessions(crate::clock::now(), None, None, house.web.settings.lifetime).await.unwrap();
    assert_eq!(sessions.iter().filter(|session| session.name == "anna").count(), 1);
}

#[tokio::test]
async fn a_removed_or_demoted_admin_makes_and_changes_nobody() {
    let demote = || AccountChange { role: Some(Role::Viewer), one_time_hash: None, ..AccountChange::default() };
    for (method, path, body) in [
        (Method::POST, "/api/v1/accounts", r#"{"name": "mallory", "role": "admin"}"#),
        (Method::PATCH, "/api/v1/accounts/root", r#"{"reset_password": true}"#),
    ] {
        for removed in [true, false] {
            let house = house().await;
            let admin = cookie(&login(&house, "anna", OLD).await);
            let request = (method.clone(), path, &*admin, body);
            let answer = meanwhile(&house, request, async || {
                if removed { remove(&house, "anna").await } else { change(&house, "anna", demote()).await }
            });
            let answer = answer.await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}: {}", answer.body);
            let accounts = house.web.store.accounts().await.unwrap();
            assert!(accounts.iter().all(|account| account.name != "mallory"), "{accounts:?}");
            assert_eq!(login(&house, "root", OLD).await.status, StatusCode::OK, "{path}");
        }
    }
}

/// Rounds of the writers; `LAMPFIELD_ROUNDS` gives more.
const ROUNDS: u32 = 60;

/// Writers at once.
const WRITERS: u32 = 16;

fn rounds() -> u32 {
    std::env::var("LAMPFIELD_ROUNDS").map_or(ROUNDS, |told| told.parse().expect("LAMPFIELD_ROUNDS is a number"))
}

/// State that a driver was told: the naming of each extension, and the paused peers.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Applied {
    names: BTreeMap<Exten, Edited>,
    paused: BTreeSet<SiteName>,
}

/// State that is shown, as the driver has it.
type Shown = Arc<Mutex<Applied>>;

/// Starts a server with its database in this file, and a driver that does as it is told, in order.
fn applying(file: &Path) -> (House, Shown) {
    let (handle, mut commands) = Handle::channel();
    let shown = Shown::default();
    let applied = Arc::clone(&shown);
    tokio::spawn(async move {
        while let Some(command) = commands.recv().await {
            match command {
                Command::Name { edits, reply } => {
                    applied.lock().unwrap().names.extend(edits);
                    let _gone = reply.send(());
                }
                Command::Pause { peer, pause, reply } => {
                    let paused = &mut applied.lock().unwrap().paused;
                    match pause {
                        Pause::On => paused.insert(peer),
                        Pause::Off => paused.remove(&peer),
                    };
                    let _gone = reply.send(true);
                }
                other => super::answer(other),
            }
        }
    });
    let settings = WebSettings { open: Some(Role::Admin), ..WebSettings::default() };
    let sites = ["Perm", "Omsk"].map(|title| super::site(title, Freshness::Live));
    let web = state(handle, sites.into());
    let house = House { web: WebState { settings: settings.into(), store: Store::open(file).unwrap(), ..web } };
    (house, shown)
}

/// Writes of one writer in a round: names, a pause, and a board that is made, changed or deleted.
async fn write(house: &House, round: u32, writer: u32) {
    let name = json!({ "name": format!("{round} {writer}") }).to_string();
    house.send(Method::PUT, &format!("/api/v1/extensions/{}", 1001 + writer % 2), "", &name).await;
    let method = if writer.is_multiple_of(2) { Method::PUT } else { Method::DELETE };
    let peer = ["perm", "omsk"][usize::from(writer % 4 > 1)];
    house.send(method, &format!("/api/v1/peers/{peer}/pause"), "", "").await;
    let path = format!("/api/v1/boards/board{}", writer % 3);
    let there = house.send(Method::GET, &path, "", "").await;
    if there.status == StatusCode::OK && writer.is_multiple_of(5) {
        house.send(Method::DELETE, &path, "", "").await;
        return;
    }
    let changed = (there.status == StatusCode::OK).then(|| there.json()["changed"].clone());
    let board = json!({ "title": format!("{round} {writer}"), "groups": [], "changed": changed }).to_string();
    house.send(Method::PUT, &path, "", &board).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_shown_is_what_is_kept_whoever_comes_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let (house, shown) = applying(&folder.path().join("lampfield.db"));
    let house = Arc::new(house);
    for round in 0..rounds() {
        let writer = |number| {
            let house = Arc::clone(&house);
            tokio::spawn(async move { write(&house, round, number).await })
        };
        let writers: Vec<_> = (0..WRITERS).map(writer).collect();
        for writer in writers {
            writer.await.unwrap();
        }
        let store = &house.web.store;
        let names = store.edited_namings().await.unwrap().into_iter().collect();
        let paused = store.paused().await.unwrap().into_iter().collect();
        assert_eq!(shown.lock().unwrap().clone(), Applied { names, paused }, "in round {round}");
        let (boards, kept) = (house.web.hub.own_boards(None), store.own_boards().await.unwrap());
        assert_eq!(boards, kept, "in round {round}");
    }
    let written = shown.lock().unwrap().names.len();
    assert_eq!(written, 2, "they did write");
}
