//! Answered changes are kept: over `kill -9`, over damage that is noticed, over a backup and back.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, SystemTime};

use lampfield_shared::Role;
use serde_json::{Value, json};
use support::server::command;
use support::{Config, Method, Reply, Server, Visitor, loopback};

const OWN: &str = "a password of my own";
/// How often the server is killed.
const KILLS: u32 = 25;

/// What a client that writes without pause was told, and its last request, which got no answer.
#[derive(Default)]
struct Told {
    notes: BTreeMap<String, String>,
    favourites: BTreeMap<String, bool>,
    dnd: BTreeMap<String, bool>,
    /// Titles of the boards, and the state from which each is changed next.
    boards: BTreeMap<String, (String, Value)>,
    unanswered: Option<String>,
    answers: u32,
}

impl Told {
    /// The next request of this round.
    fn next(&self, round: u32, exten: &str) -> (Method, String, Option<Value>) {
        let is_on = |map: &BTreeMap<String, bool>| map.get(exten).copied().unwrap_or_default();
        match round % 4 {
            0 => {
                let method = if is_on(&self.favourites) { Method::DELETE } else { Method::PUT };
                (method, format!("api/v1/me/favourites/{exten}"), None)
            }
            1 => {
                let state = if is_on(&self.dnd) { "off" } else { "on" };
                let body = json!({ "state": state, "kind": "lamp" });
                (Method::PUT, format!("api/v1/extensions/{exten}/dnd"), Some(body))
            }
            2 => {
                let seen = self.boards.get(exten).map(|(_, changed)| changed);
                let body = json!({ "title": format!("board {round}"), "groups": [], "changed": seen });
                (Method::PUT, format!("api/v1/boards/{exten}"), Some(body))
            }
            _ => {
                let body = json!({ "text": format!("note {round}") });
                (Method::PUT, format!("api/v1/me/notes/{exten}"), Some(body))
            }
        }
    }

    /// Notes a request that was answered.
    fn note(&mut self, round: u32, exten: String, answer: &Reply) {
        let turn = |map: &mut BTreeMap<String, bool>, exten| {
            let on = map.entry(exten).or_default();
            *on = !*on;
        };
        match round % 4 {
            0 => turn(&mut self.favourites, exten),
            1 => turn(&mut self.dnd, exten),
            2 => drop(self.boards.insert(exten, (format!("board {round}"), answer.json()["changed"].clone()))),
            _ => drop(self.notes.insert(exten, format!("note {round}"))),
        }
    }
}

/// A configuration in which the extensions of the test have lamps from the start.
fn config() -> Config {
    let hint = |exten| format!("{exten},hint,PJSIP/{exten}&Custom:DND{exten}");
    (1000..1007).fold(Config::new(), |config, exten: u32| config.hint(&hint(exten)))
}

/// Writes notes, favourites, boards and "do not disturb" until the server is gone or `stop`.
fn write(mut visitor: Visitor, mut told: Told, stop: Arc<AtomicBool>) -> JoinHandle<Told> {
    thread::spawn(move || {
        told.unanswered = None;
        for round in told.answers.. {
            if stop.load(Ordering::Relaxed) {
                return told;
            }
            let exten = format!("{}", 1000 + round % 7);
            let (method, path, body) = told.next(round, &exten);
            let Ok(reply) = visitor.try_send(method, &path, body.as_ref()) else {
                told.unanswered = Some(exten);
                return told;
            };
            assert!([200, 201, 204].contains(&reply.status), "{path}: {reply:?}");
            told.note(round, exten, &reply);
            told.answers += 1;
        }
        told
    })
}

/// Compares the database with what was told; the last request may or may not have been carried out.
fn assert_kept(visitor: &mut Visitor, told: &mut Told) {
    let me = visitor.get("api/v1/me").expect(200).json();
    let unanswered = told.unanswered.take();
    for (exten, text) in &told.notes {
        let kept = me["notes"][exten].as_str().unwrap_or_default().to_owned();
        assert!(kept == *text || unanswered.as_ref() == Some(exten), "{exten}: told {text}, kept {kept}");
    }
    let favourites = me["favourites"].as_array().expect("a list").clone();
    for (exten, on) in &told.favourites {
        let kept = favourites.contains(&json!(exten));
        assert!(kept == *on || unanswered.as_ref() == Some(exten), "{exten}: told {on}, kept {kept}");
    }
    let dnd = visitor.get("api/v1/dnd").expect(200).json()["entries"].as_array().expect("a list").clone();
    for (exten, on) in &told.dnd {
        let kept = dnd.iter().any(|entry| entry["exten"] == json!(exten));
        assert!(kept == *on || unanswered.as_ref() == Some(exten), "{exten}: told {on}, kept {kept}: {dnd:?}");
    }
    let boards = visitor.get("api/v1/boards").expect(200).json();
    let boards = boards.as_array().expect("a list").iter().map(|board| {
        let text = |key: &str| board[key].as_str().expect("text").to_owned();
        (text("name"), (text("title"), board["changed"].clone()))
    });
    let boards: BTreeMap<_, _> = boards.collect();
    for (exten, board) in &told.boards {
        let kept = boards.get(exten);
        assert!(kept == Some(board) || unanswered.as_ref() == Some(exten), "{exten}: told {board:?}, kept {kept:?}");
    }
    // From here on the outcome of the last request is known.
    told.boards = boards;
    told.favourites = favourites.iter().map(|exten| (exten.as_str().expect("text").to_owned(), true)).collect();
    told.dnd = dnd.iter().map(|entry| (entry["exten"].as_str().expect("text").to_owned(), true)).collect();
    let notes = me["notes"].as_object().expect("an object");
    told.notes = notes.iter().map(|(exten, text)| (exten.clone(), text.as_str().expect("text").into())).collect();
}

#[test]
fn what_was_answered_outlives_kill_9_at_any_moment() {
    let _addresses = loopback();
    let mut server = Server::start(config().open(None));
    let mut admin = Visitor::of(&server);
    admin.settle("admin", &server.one_time_password(), OWN);
    let mut told = Told::default();
    let mut dice = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("it is after 1970").subsec_nanos();
    for _ in 0..KILLS {
        let writer = write(admin.clone(), told, Arc::default());
        dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        thread::sleep(Duration::from_micros(u64::from(dice >> 14)));
        server.stop();
        told = writer.join().expect("each answer is as agreed");
        // The start itself refuses a file whose pages contradict each other; the session has survived, too.
        server.start_again();
        assert_kept(&mut admin, &mut told);
    }
    println!("{} writes were answered over {KILLS} kills, and all are there", told.answers);
    assert!(told.answers > KILLS, "the writer hardly wrote: {}", told.answers);
    server.command(&["backup", "whole.db"]).expect("the file is whole");
}

#[test]
fn a_backup_is_made_and_brought_back_while_the_server_writes() {
    let _addresses = loopback();
    let mut server = Server::start(config().open(Some(Role::Admin)));
    let stop = Arc::new(AtomicBool::new(false));
    let mut guest = Visitor::of(&server);
    guest.put("api/v1/me/notes/before", &json!({ "text": "the backup" })).expect(204);
    let writer = write(guest.clone(), Told::default(), Arc::clone(&stop));
    thread::sleep(Duration::from_millis(200));
    server.command(&["backup", "copy.db"]).expect("it works while the server writes");
    let again = server.command(&["backup", "copy.db"]).expect_err("nothing is overwritten");
    assert!(again.contains("copy.db: is there already"), "{again}");
    stop.store(true, Ordering::Relaxed);
    let told = writer.join().expect("no write was refused meanwhile");
    assert!(told.answers > 5, "{}", told.answers);
    guest.put("api/v1/me/notes/after", &json!({ "text": "the backup" })).expect(204);

    let bad = server.command(&["restore", "log"]).expect_err("that is no backup");
    assert!(bad.contains("log: is damaged"), "{bad}");
    guest.get("api/v1/me").expect(200);
    let said = server.command(&["restore", "copy.db"]).expect("the server takes it");
    assert!(said.contains("has restarted with it"), "{said}");
    server.await_restart();
    assert!(server.log().contains("what was there before"), "{}", server.log());
    let mut guest = Visitor::of(&server);
    let notes = guest.get("api/v1/me").expect(200).json()["notes"].clone();
    assert_eq!((&notes["before"], &notes["after"]), (&json!("the backup"), &json!(null)), "{notes}");
    server.stop();
    let said = server.command(&["restore", "copy.db"]).expect("nobody is in the way");
    assert!(said.contains("what was there before"), "{said}");
    server.start_again();
}

/// Damages the database of a server that was used, and gives the error of the next start.
fn refusal(spoil: impl FnOnce(&Server)) -> String {
    let mut server = Server::start(Config::new());
    server.stop();
    spoil(&server);
    let before = fs::read(server.file("lampfield.db")).ok();
    let said = server.command(&["run", "--config", "lampfield.toml"]).expect_err("it must not start");
    assert!(said.contains("lampfield.db: "), "{said}");
    assert_eq!(fs::read(server.file("lampfield.db")).ok(), before, "nothing is changed in it");
    said
}

#[test]
fn a_file_that_cannot_be_trusted_is_refused_and_never_replaced_by_a_new_one() {
    let _addresses = loopback();
    let spoil = |bytes: &'static [u8], at: usize| {
        refusal(move |server| {
            let file = server.file("lampfield.db");
            // After this, as after a proper end, all data is in the one file.
            server.command(&["backup", "whole.db"]).expect("it is whole");
            for journal in ["lampfield.db-wal", "lampfield.db-shm"] {
                let _there_or_not = fs::remove_file(server.file(journal));
            }
            let mut whole = fs::read(server.file("whole.db")).expect("it was made");
            whole[at..at + bytes.len()].copy_from_slice(bytes);
            fs::write(file, whole).expect("there is room");
        })
    };
    let no_database = spoil(b"Dear diary", 0);
    assert!(no_database.contains("is damaged: ") && no_database.contains("lampfield restore"), "{no_database}");
    let scribbled = spoil(&[0x55; 300], 4096);
    assert!(scribbled.contains("is damaged: "), "{scribbled}");
    // The field `user_version` in the header of SQLite's file.
    let newer = spoil(&[0, 0, 0, 99], 60);
    assert!(newer.contains("was written by a newer lampfield (version 99"), "{newer}");
    let foreign = spoil(&[0, 0, 0, 7], 68);
    assert!(foreign.contains("not lampfield's"), "{foreign}");
    let empty = refusal(|server| fs::write(server.file("lampfield.db"), "").expect("there is room"));
    assert!(empty.contains("is damaged: it is empty"), "{empty}");
}

#[test]
fn two_servers_never_share_a_file() {
    let _addresses = loopback();
    let server = Server::start(Config::new());
    let second = server.command(&["run", "--config", "lampfield.toml"]).expect_err("there is one already");
    assert!(second.contains("is in use by another lampfield"), "{second}");
}

#[test]
fn the_entity_id_is_generated_once_kept_and_shown() {
    let _addresses = loopback();
    let folder = tempfile::tempdir().expect("there is room for a folder");
    fs::write(folder.path().join("lampfield.toml"), "[sip]\nlisten = \"127.0.0.6:5060\"\n").expect("there is room");
    let none = command(folder.path(), &["show-eid"]).expect_err("there is none yet");
    assert!(none.contains("lampfield.db: is not there"), "{none}");

    let mut server = Server::start(Config::new().without_eid());
    let eid = server.eid();
    assert!(eid.starts_with("02:"), "{eid}");
    assert_eq!(server.command(&["show-eid"]).expect("it is kept").trim(), eid);
    server.restart();
    assert_eq!(server.eid(), eid);
    assert_eq!(server.log().matches(&format!("eid={eid}")).count(), 2, "told at each start");
    server.stop();

    let configured = Server::start(Config::new());
    assert_eq!(configured.eid(), Config::EID, "sip.eid counts");
    assert_eq!(configured.command(&["show-eid"]).expect("it is configured").trim(), Config::EID);
    assert!(configured.log().contains("overrides the entity id in the database"), "{}", configured.log());
}

#[test]
fn an_entity_id_that_is_a_peers_is_refused_at_start() {
    let _addresses = loopback();
    let mut server = Server::start(Config::new().without_eid());
    let eid = server.eid();
    server.stop();
    let file = server.file("lampfield.toml");
    let text = fs::read_to_string(&file).expect("it was written");
    let peer = format!("[[peer]]\nname = \"perm\"\naddress = \"127.0.0.8\"\nresource = \"perm\"\neids = [\"{eid}\"]\n");
    fs::write(&file, text + &peer).expect("there is room");
    let said = server.command(&["run", "--config", "lampfield.toml"]).expect_err("it must not start");
    assert!(said.contains(&format!("{eid} is lampfield's own entity id")) && said.contains("`perm`"), "{said}");
}
