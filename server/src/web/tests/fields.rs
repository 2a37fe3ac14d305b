//! Every field of every JSON answer, read by every kind of reader, against the table of who is told what.
//!
//! A new field, event or route fails the test until it stands in the table.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request};
use futures_util::StreamExt as _;
use lampfield_shared::event::name;
use lampfield_shared::naming::{NamedExtension, Naming};
use lampfield_shared::{
    BoardGroup, Call, DeviceState, Direction, DndDetails, DndKind, ExtensionState, Fault, Finding, Freshness, Lamp,
    LampDetails, LampState, Mailbox, MeshReport, OwnBoard, Party, Pause, PeerReport, Phone, Presence, PresenceState,
    Privacy, PublicationReport, Publishing, RefreshReason, RefreshReport, Role, Side, SipMessage, Site, Timestamp,
    Vote,
};
use serde_json::Value;
use tower::ServiceExt;

use super::access::House;
use super::{NOW, state};
use crate::board::{BoardChange, DndFacts, Follows};
use crate::handle::{Command, Handle};
use crate::web::routes::routes;
use crate::web::{WebSettings, WebState, router};

/// Each line: where, which field, and who is told: `s`creen, `g`uest, `v`iewer, `r`eceptionist, `a`dmin.
const TABLE: &str = include_str!("fields.txt");

/// Every kind of reader, in the order of the letters.
const READERS: [char; 5] = ['s', 'g', 'v', 'r', 'a'];

/// Routes that give no JSON, or nothing of a board.
const OTHERS: [&str; 7] = [
    "/screen/{token}",
    "/wall/{board}",
    "/plain.css",
    "/plain",
    "/api/v1/extensions.csv",
    "/api/v1/audit.csv",
    "/api/v1/events",
];

fn site(name: &str) -> Site {
    let freshness = Freshness::LastKnown;
    Site {
        name: name.into(),
        title: format!("{name}-title"),
        freshness,
        since: NOW,
        heard: Some(NOW),
        stops_calls: true,
    }
}

/// A lamp with every field filled.
fn lamp(mark: &str) -> Lamp {
    let text = |word: &str| Some(format!("{word}-{mark}"));
    let at = |second: u64| Some(Timestamp(NOW.0 + second));
    let dnd = DndDetails { kind: DndKind::Calls, until: at(1), reason: text("reason"), by: text("setter") };
    let party = Party { side: Side::External, number: text("number"), name: text("caller") };
    let presence = Presence { state: PresenceState::Away, subtype: text("subtype"), note: text("note"), as_of: at(2) };
    Lamp {
        exten: "1001".into(),
        name: text("person"),
        site: Some("perm".into()),
        group: text("group"),
        state: LampState::Dnd,
        dnd: true,
        dnd_details: Some(Box::new(dnd)),
        dnd_freshness: Freshness::LastKnown,
        dnd_as_of: at(6),
        phone: Some(Box::new(Phone { state: LampState::Free, freshness: Freshness::LastKnown, as_of: at(7) })),
        hint_state: ExtensionState::Busy,
        freshness: Freshness::LastKnown,
        since: NOW,
        as_of: at(3),
        mailbox: Some(Mailbox { new: 3, old: 4 }),
        mailbox_as_of: at(4),
        presence: Some(Box::new(presence)),
        call: Some(Box::new(Call { direction: Some(Direction::Incoming), party: Some(party), as_of: at(5) })),
    }
}

fn vote() -> Vote {
    Vote {
        peer: "perm".into(),
        eid: Some("02:00:00:00:00:06".parse().unwrap()),
        device: "PJSIP/login-of-anna".into(),
        state: DeviceState::Busy,
        when: NOW,
        freshness: Freshness::Live,
    }
}

fn peer() -> PeerReport {
    let count = |name: &str| BTreeMap::from([(name.to_owned(), 7)]);
    PeerReport {
        site: site("perm"),
        eids: vec!["02:00:00:00:00:06".parse().unwrap()],
        counters: count("publish"),
        last_in: Some(NOW),
        last_out: Some(NOW),
        given: count("200"),
        got: count("404"),
        told: vec![PublicationReport { event: "asterisk-mwi".into(), standing: Publishing::Refused, code: Some(404) }],
        pause: Pause::On,
        trouble: Some("trouble-with-login".into()),
        findings: vec![Finding {
            fault: Fault::WrongPassword { user: "user-of-digest".into() },
            text: "text-of-finding".into(),
            file: "pjsip.conf".into(),
            lines: "[lines-to-paste]".into(),
        }],
        setup: "[all-lines]".into(),
        untold: 8,
        refresh: Some(RefreshReport {
            asked_at: NOW,
            why: RefreshReason::Gap,
            accepted_ms: Some(1),
            first_ms: Some(2),
            last_ms: Some(3),
            states: 4,
            drift: 5,
        }),
    }
}

fn message(privacy: Privacy) -> SipMessage {
    SipMessage {
        id: 7,
        at: NOW,
        direction: Direction::Incoming,
        transport: "UDP".into(),
        address: "10.0.0.4:5060".into(),
        first_line: "PUBLISH".into(),
        headers: "CSeq".into(),
        body: format!("{privacy:?}"),
        gist: lampfield_shared::Gist {
            transaction: "PUBLISH z9hG4bK1".into(),
            method: "PUBLISH".into(),
            code: Some(404),
            topic: lampfield_shared::Topic::Device { device: "PJSIP/login-of-anna".into(), state: DeviceState::Busy },
        },
        left_out: 9,
    }
}

fn answer(command: Command) {
    match command {
        Command::Lamp { reply, .. } => {
            let hint = Some("PJSIP/login-of-anna&Custom:DND1001".into());
            let details =
                LampDetails { lamp: lamp("a"), hint, devices: vec!["PJSIP/login-of-anna".into()], votes: vec![vote()] };
            reply.send(Some(details)).unwrap();
        }
        Command::Mesh { reply } => {
            let (strangers, transport) =
                ([("stranger".to_owned(), 2)].into(), [("connections_made".to_owned(), 1)].into());
            let eid = Some("02:00:00:00:00:10".parse().unwrap());
            reply.send(MeshReport { eid, peers: vec![peer()], strangers, transport }).unwrap();
        }
        Command::Messages { privacy, reply, .. } => reply.send(Some(vec![message(privacy)])).unwrap(),
        Command::Extensions { reply } => {
            let naming = Naming { name: "Anna".into(), group: "Sales".into(), site: "perm".into() };
            let named = NamedExtension { exten: "1001".into(), now: naming.clone(), file: naming, heard: true };
            reply.send(vec![named]).unwrap();
        }
        Command::DndFacts { reply, .. } => {
            let facts =
                DndFacts { home: None, own: lampfield_shared::Dnd::On, held_by: vec![vote()], follows: Follows::Yes };
            reply.send([("1001".into(), facts)].into()).unwrap();
        }
        Command::Ping { reply } | Command::Dnd { reply, .. } => reply.send(()).unwrap(),
        Command::Confirm { .. } | Command::DndEnded { .. } => {}
        other => panic!("nobody asks for {other:?} here"),
    }
}

fn board() -> OwnBoard {
    let groups = vec![BoardGroup { title: "Desk".into(), extens: vec!["1001".into()] }];
    OwnBoard { name: "front".into(), title: "Front".into(), groups, changed: NOW }
}

/// A server with something to read behind every route.
async fn house() -> House {
    let (handle, mut commands) = Handle::channel();
    tokio::spawn(async move {
        while let Some(command) = commands.recv().await {
            answer(command);
        }
    });
    let web = state(handle, vec![site("perm")]);
    let settings = WebSettings { open: Some(Role::Viewer), ..WebSettings::default() };
    let house = House { web: WebState { settings: settings.into(), ..web } };
    house.web.hub.publish(NOW, [lamp("a").into(), BoardChange::OwnBoards([board()].into())]);
    let admin = house.login(Role::Admin).await;
    let soon = crate::clock::now().0 + 600_000;
    let order = format!(r#"{{"state":"on","kind":"lamp","until":{soon},"reason":"reason-of-order"}}"#);
    let done = house.send(Method::PUT, "/api/v1/extensions/1001/dnd", &admin, &order).await;
    assert_eq!(done.status, 200, "{}", done.body);
    house.send(Method::PUT, "/api/v1/me/favourites/1001", &admin, "").await;
    house.send(Method::PATCH, "/api/v1/me/choices", &admin, r#"{"choices": {"theme": "dark"}}"#).await;
    let holder = r#"{"display_name": "Anna", "exten": "1001", "own_dnd": "lamp"}"#;
    house.send(Method::PATCH, "/api/v1/accounts/admin", &admin, holder).await;
    house.send(Method::PUT, "/api/v1/me/notes/1001", &admin, r#"{"text":"note-of-mine"}"#).await;
    house
}

async fn cookie(house: &House, reader: char) -> String {
    match reader {
        's' => house.screen().await,
        'g' => String::new(),
        'v' => house.login(Role::Viewer).await,
        'r' => house.login(Role::Receptionist).await,
        _ => house.login(Role::Admin).await,
    }
}

/// Reads a stream: its snapshot, and then an event of each kind.
async fn events(house: &House, cookie: &str) -> Vec<(String, Value)> {
    let request = Request::builder()
        .uri("/api/v1/events")
        .header("host", "desk")
        .header("cookie", cookie)
        .body(Body::empty())
        .unwrap();
    let mut body = router(house.web.clone()).oneshot(request).await.unwrap().into_body().into_data_stream();
    let mut text = String::new();
    for end in ["event: snapshot", "event: change", "event: boards", "event: site", "event: tick"] {
        while !text.contains(end) || !text.ends_with("\n\n") {
            let bytes = tokio::time::timeout(Duration::from_secs(5), body.next()).await.expect("it goes on");
            text.push_str(std::str::from_utf8(&bytes.unwrap().unwrap()).unwrap());
        }
        if end == "event: snapshot" {
            let boards = BoardChange::OwnBoards([OwnBoard { title: "Back".into(), ..board() }].into());
            house.web.hub.publish(NOW, [lamp("b").into(), boards, BoardChange::Site(Box::new(site("perm")))]);
            house.web.hub.tick(NOW);
        }
    }
    let event = |event: &str| {
        let name = event.lines().find_map(|line| line.strip_prefix("event: "))?;
        let data = event.lines().find_map(|line| line.strip_prefix("data: "))?;
        Some((name.to_owned(), serde_json::from_str(data).unwrap()))
    };
    text.split_terminator("\n\n").filter_map(event).collect()
}

/// All leaves of a JSON by their paths.
fn leaves(path: &str, value: &Value, found: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(fields) => {
            let dot = if path.is_empty() { "" } else { "." };
            fields.iter().for_each(|(name, value)| leaves(&format!("{path}{dot}{name}"), value, found));
        }
        Value::Array(items) => {
            let path = format!("{path}[]");
            // The first item counts that has a value.
            for item in items {
                let mut one = BTreeMap::new();
                leaves(&path, item, &mut one);
                for (path, value) in one {
                    let known = found.entry(path).or_insert(Value::Null);
                    if known.is_null() {
                        *known = value;
                    }
                }
            }
        }
        leaf => drop(found.insert(path.into(), leaf.clone())),
    }
}

/// Whether a leaf tells as much as an admin's. Numbers may be those of another moment.
fn is_told(whole: &Value, told: Option<&Value>) -> bool {
    match (whole, told) {
        (Value::Number(whole), Some(Value::Number(told))) => told.as_u64() != Some(0) || told == whole,
        (whole, Some(told)) => whole == told,
        (_, None) => false,
    }
}

/// All that a reader gets, by route and event.
async fn all_that_is_told(reader: char) -> BTreeMap<String, (BTreeMap<String, Value>, String)> {
    let house = house().await;
    let cookie = cookie(&house, reader).await;
    let mut told = BTreeMap::new();
    for route in routes().into_iter().filter(|route| route.method == Method::GET) {
        if OTHERS.contains(&route.path) {
            continue;
        }
        let path =
            route.path.replace("{exten}", "1001").replace("/boards/{name}", "/boards/front").replace("{name}", "perm");
        let answer = house.send(Method::GET, &path, &cookie, "").await;
        let mut found = BTreeMap::new();
        if answer.status == 200 {
            leaves("", &answer.json(), &mut found);
        }
        told.insert(route.path.to_owned(), (found, answer.body));
    }
    for (name, data) in events(&house, &cookie).await {
        let mut found = BTreeMap::new();
        leaves("", &data, &mut found);
        told.insert(format!("event {name}"), (found, data.to_string()));
    }
    let plain = house.send(Method::GET, "/plain", &cookie, "").await;
    told.insert("/plain".to_owned(), (BTreeMap::new(), plain.body));
    told
}

#[tokio::test]
async fn every_field_is_told_to_whom_the_table_says_and_nobody_else() {
    let mut all = Vec::new();
    for reader in READERS {
        all.push(all_that_is_told(reader).await);
    }
    let whole = all.last().unwrap();
    let kinds: BTreeSet<&str> = whole.keys().filter_map(|place| place.strip_prefix("event ")).collect();
    assert_eq!(kinds, [name::SNAPSHOT, name::CHANGE, name::SITE, name::BOARDS, name::TICK].into());
    let mut table = String::new();
    for (place, (fields, _)) in whole {
        // A field that one item lacks counts where another has it.
        let inside =
            |field: &str| fields.keys().any(|other| other.strip_prefix(field).is_some_and(|it| it.starts_with('.')));
        for (field, value) in fields.iter().filter(|(field, value)| !(value.is_null() && inside(field))) {
            let is_rich = ["lamps", "peers", "event"].iter().any(|word| place.contains(word));
            assert!(!(is_rich && value.is_null()), "{place} {field} is empty, and so nothing is tried by it");
            let who = READERS.iter().zip(&all).map(|(letter, told)| {
                let told = told[place].0.get(field);
                if is_told(value, told) { *letter } else { '-' }
            });
            let _ = writeln!(table, "{place} {field} {}", who.collect::<String>());
        }
    }
    for (at, (line, expected)) in table.lines().zip(TABLE.lines()).enumerate() {
        assert_eq!(line, expected, "line {} of the table; it should be:\n{table}", at + 1);
    }
    assert_eq!(table.lines().count(), TABLE.lines().count(), "the table should be:\n{table}");
}

#[tokio::test]
async fn what_is_not_told_in_its_place_is_told_nowhere_else() {
    // Each field with all who may read it anywhere.
    let words = [
        ("reason-a", "vra"),
        ("reason-b", "vra"),
        ("reason-of-order", "vra"),
        ("setter-a", "vra"),
        ("subtype-a", "vra"),
        ("note-a", "vra"),
        ("number-a", "ra"),
        ("caller-a", "ra"),
        ("02:00:00:00:00:06", "a"),
        ("02:00:00:00:00:10", "a"),
        ("login-of-anna", "vra"),
        ("user-of-digest", "a"),
        ("text-of-finding", "a"),
        ("trouble-with-login", "a"),
        ("lines-to-paste", "a"),
        ("pjsip.conf", "a"),
    ];
    for reader in READERS {
        for (place, (_, text)) in all_that_is_told(reader).await {
            for (word, readers) in words {
                assert!(
                    readers.contains(reader) || !text.contains(word),
                    "{word} is told to {reader} at {place}: {text}"
                );
            }
        }
    }
}
