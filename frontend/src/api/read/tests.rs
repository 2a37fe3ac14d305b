use std::fmt::Debug;

use lampfield_shared::dnd::DndReport;
use lampfield_shared::{Account, Cause, DeviceState, ScreenLink, Why};
use serde::Serialize;

use super::*;
use crate::state::testing;

#[track_caller]
fn same<T: Serialize + PartialEq + Debug>(value: &T, read: fn(&str) -> Result<T>) {
    let text = serde_json::to_string(value).unwrap();
    assert_eq!(read(&text).unwrap(), *value, "{text}");
}

fn vote() -> Vote {
    Vote {
        peer: "perm".into(),
        eid: Some(Eid::from_bytes([2, 0, 0, 0, 0, 4])),
        device: "PJSIP/1".into(),
        state: DeviceState::InUse,
        when: Timestamp(7),
        freshness: Freshness::Live,
    }
}

#[test]
fn reads_each_answer_as_serde_does() {
    let lamp = testing::lamp("1@perm on_call Anna Sales");
    same(
        &LampDetails { lamp, hint: Some("PJSIP/1".into()), devices: vec!["PJSIP/1".into()], votes: vec![vote()] },
        details,
    );
    let peer = PeerReport {
        site: testing::site("perm"),
        eids: vec![Eid::from_bytes([2, 0, 0, 0, 0, 4])],
        counters: [("drift".to_owned(), 3)].into(),
        last_in: Some(Timestamp(3)),
        last_out: None,
        given: [("200".to_owned(), 3)].into(),
        got: [("404".to_owned(), 1)].into(),
        told: [Publishing::Held, Publishing::Nothing, Publishing::Failing, Publishing::Refused]
            .map(|standing| PublicationReport { event: "asterisk-mwi".into(), standing, code: Some(404) })
            .into(),
        pause: Pause::On,
        trouble: Some("404".into()),
        findings: vec![Finding {
            fault: Fault::NeverHeard,
            text: "404".into(),
            file: "pjsip.conf".into(),
            lines: "[us]".into(),
        }],
        setup: "[all]".into(),
        untold: 2,
        refresh: None,
    };
    let eid = Some(Eid::from_bytes([2, 0, 0, 0, 0, 6]));
    let (strangers, transport) = ([("stranger".to_owned(), 1)].into(), [("tcp".to_owned(), 2)].into());
    same(&MeshReport { eid, peers: vec![peer], strangers, transport }, mesh);
}

#[test]
fn reads_what_was_said_last() {
    let event = || "dialog".to_owned();
    let topics = [
        Topic::Alive,
        Topic::Device { device: "PJSIP/1".into(), state: DeviceState::RingInUse },
        Topic::Mailbox { mailbox: "1@default".into(), new: 2, old: 7 },
        Topic::Refresh,
        Topic::Extension { exten: "1".into(), event: event() },
        Topic::Renewal { event: event() },
        Topic::Withdrawal { event: event() },
        Topic::Other,
    ];
    for (direction, topic) in [Direction::Incoming, Direction::Outgoing].into_iter().cycle().zip(topics) {
        let message = SipMessage {
            id: 7,
            at: Timestamp(8),
            direction,
            transport: "UDP".into(),
            address: "10.0.0.4:5060".into(),
            first_line: "SIP/2.0 200 OK".into(),
            headers: "CSeq: 1 PUBLISH".into(),
            body: "{}".into(),
            left_out: 9,
            gist: Gist { transaction: "PUBLISH z9".into(), method: "PUBLISH".into(), code: Some(200), topic },
        };
        same(&vec![message], messages);
    }
}

#[test]
fn reads_what_extensions_are_called() {
    let now = Naming { name: "Anna".into(), group: "Sales".into(), site: "perm".into() };
    let file = Naming::default();
    let entry = NamedExtension { exten: "1".into(), now: now.clone(), file: file.clone(), heard: true };
    same(&vec![entry], named_extensions);
    let changes = vec![NamingChange { exten: "1".into(), before: file, after: now }];
    same(&NamingsChanged { changed: 2, passed: vec!["1".into()] }, names_changed);
    let error = ImportError { line: Some(2), text: "1 appears twice".into(), why: Some(Why::of(Cause::Twice, &[&1])) };
    let column = |field| ImportColumn { title: "Имя".into(), field };
    let report = ImportReport {
        dry_run: true,
        read: ImportReading {
            encoding: "windows-1251".into(),
            guessed: true,
            delimiter: ";".into(),
            columns: vec![column(Some(Field::Name)), column(None)],
        },
        changes,
        unchanged: 3,
        taken: vec![ImportTaken { line: 4, written: "'1001".into(), exten: "1001".into() }],
        passed: vec![error.clone()],
        passed_count: 7,
        errors: vec![error],
    };
    same(&report, import);
}

#[test]
fn reads_every_outcome() {
    let kinds = vec![DndKind::Calls];
    let plan = DndPlan { exten: "1".into(), state: Dnd::On, kinds: kinds.clone(), node: Some("perm".into()) };
    let done = DndReport {
        exten: "2".into(),
        state: Dnd::Off,
        kinds,
        node: None,
        confirmed_by: Some("perm".into()),
        held_by: vec![vote()],
        until: Some(Timestamp(9)),
        reason: Some("lunch".into()),
        by: None,
        when: Timestamp(8),
    };
    same(&done, report);
    let refused = [None, Some(Why::of(Cause::NoLamp, &[&"3"]))].map(|why| DndOutcome::Refused {
        exten: "3".into(),
        status: 504,
        detail: "no answer".into(),
        why,
    });
    let mut outcomes = vec![DndOutcome::Planned(plan), DndOutcome::Done(done)];
    outcomes.extend(refused);
    same(&DndManyReport { dry_run: false, outcomes }, many);
}

#[test]
fn reads_who_looks() {
    let notes = [("1".into(), "back at 3".to_owned())].into();
    let anna = Me {
        name: Some("anna".into()),
        display_name: Some("Анна".into()),
        role: Role::Receptionist,
        exten: Some("1001".into()),
        own_dnd: OwnDnd::Lamp,
        must_change_password: true,
        board: None,
        favourites: vec!["1".into(), "2".into()],
        notes,
        choices: [("theme".into(), "dark".into())].into(),
    };
    same(&anna, me);
    let screen = Me { name: None, role: Role::Screen, board: Some("sales".into()), ..anna.clone() };
    same(&screen, me);
    let text = serde_json::to_string(&anna).unwrap();
    for unknown in [
        text.replace("receptionist", "king"),
        text.replace("\"lamp\"", "\"all\""),
        text.replace("\"back at 3\"", "3"),
        "{}".into(),
    ] {
        assert!(me(&unknown).is_err(), "{unknown}");
    }
}

#[test]
fn guesses_nothing() {
    let lamp = testing::lamp("1@perm on_call Anna Sales");
    let details_of = |vote| LampDetails { lamp: lamp.clone(), hint: None, devices: Vec::new(), votes: vec![vote] };
    let text = serde_json::to_string(&details_of(vote())).unwrap();
    for (known, unknown) in
        [("INUSE", "DOZING"), ("02:00", "02:xx"), ("\"when\":7", "\"when\":-7"), ("\"PJSIP/1\"", "1")]
    {
        assert!(text.contains(known), "{text}");
        assert!(details(&text.replace(known, unknown)).is_err(), "{unknown}");
    }
    assert!(report("{}").is_err());
    assert!(many(r#"{"dry_run":true,"outcomes":[{"outcome":"done","exten":"1","state":"maybe"}]}"#).is_err());
}

#[test]
fn reads_what_is_granted() {
    let anna = Account {
        name: "anna".into(),
        display_name: None,
        role: Role::Viewer,
        exten: Some("1001".into()),
        own_dnd: OwnDnd::Calls,
        must_change_password: true,
        created: Timestamp(1),
        last_login: None,
    };
    let text = serde_json::to_string(&GrantedAccount { account: anna.clone(), one_time_password: Some("x".into()) });
    let granted = account(&text.unwrap()).unwrap();
    assert_eq!((granted.account, granted.one_time_password.as_deref()), (anna, Some("x")));
    let lobby = ScreenLink {
        id: 1,
        name: "Lobby".into(),
        board: "all".into(),
        created: Timestamp(1),
        created_by: "admin".into(),
        last_seen: None,
    };
    let text = serde_json::to_string(&GrantedScreen { screen: lobby.clone(), path: "screen/abc".into() });
    let granted = screen(&text.unwrap()).unwrap();
    assert_eq!((granted.screen, granted.path.as_str()), (lobby, "screen/abc"));
}
