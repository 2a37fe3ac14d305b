//! A peer, or someone who forges its address, that names devices without end.

use lampfield::board::Kept;
use lampfield::ledger::PeerId;
use lampfield::mesh::MeshSettings;
use lampfield_shared::{Counter, Fault, Freshness};

use crate::furnish;
use crate::support::{NAMES, World, address, eid, mesh_settings, pbx_settings, request};

const MOST: usize = 50;

fn limited(seed: u64) -> World {
    let settings = MeshSettings { max_names: MOST, ..mesh_settings() };
    let mut world = furnish(World::with(seed, settings, (0..NAMES.len()).map(pbx_settings).collect()));
    world.run_seconds(5);
    assert_eq!(world.differences(), [""; 0]);
    world
}

/// Forges publications of many numbers, each by a request of its own; gives the status codes of the answers.
fn forge(world: &mut World, event: &str, media_type: &str, body: impl Fn(usize) -> (String, String)) -> Vec<String> {
    let mut codes = Vec::new();
    for number in 0..500 {
        let (user, body) = body(number);
        let headers = format!("Event: {event}\r\nContent-Type: {media_type}\r\n");
        let request = request("PUBLISH", &user, address(0), &headers, &body);
        let request = request.replace("z9hG4bK", &format!("z9hG4bK{event}{number}x"));
        let request = request.replace("Call-ID: ", &format!("Call-ID: {event}{number}x"));
        let answer = world.ask(address(0), &request).expect("it is answered");
        codes.push(answer["SIP/2.0 ".len()..][..3].to_owned());
    }
    codes.sort();
    codes.dedup();
    codes
}

#[track_caller]
fn check(world: &mut World, most: usize) {
    let lamps = world.core.board().lamps().count();
    assert!(lamps <= most + 5, "{lamps} lamps");
    assert!(world.core.ledger().names_of(PeerId::at(0)) <= MOST);
    let numbers = &world.report()[0];
    assert!(numbers.counters[&Counter::BeyondLimit] >= 400, "{:?}", numbers.counters);
    let found = numbers.findings.iter().find(|it| it.fault == Fault::TooManyNames { most: MOST });
    assert!(found.is_some_and(|it| it.lines.ends_with("max_names = 100")), "{:?}", numbers.findings);
    assert_eq!(world.report()[1].findings, [], "that is no fault of the other");
    world.set(0, "PJSIP/1001", "INUSE");
    world.set(1, "PJSIP/2001", "INUSE");
    world.run_seconds(120);
    assert_eq!(world.differences(), [""; 0], "nothing is lost of what was known");
}

#[test]
fn devices_beyond_the_limit_are_passed_over_and_what_is_known_stays() {
    let mut world = limited(1);
    let body = |number: usize| {
        let (number, eid) = (10_000 + number, eid(0));
        let body =
            format!(r#"{{"type":"devicestate","device":"PJSIP/{number}","state":"INUSE","cachable":1,"eid":"{eid}"}}"#);
        ("perm".to_owned(), body)
    };
    assert_eq!(forge(&mut world, "asterisk-devicestate", "application/json", body), ["200"]);
    check(&mut world, MOST);
}

#[test]
fn mailboxes_and_ids_count_as_well() {
    let mut world = limited(2);
    let body = |number: usize| {
        let eid = eid(0);
        let body =
            format!(r#"{{"type":"mailboxstate","uniqueid":"{number}@default","newmsgs":1,"oldmsgs":0,"eid":"{eid}"}}"#);
        ("perm".to_owned(), body)
    };
    assert_eq!(forge(&mut world, "asterisk-mwi", "application/json", body), ["200"]);
    let body = |number: usize| {
        let eid = format!("04:00:00:00:{:02x}:{:02x}", number / 256, number % 256);
        let body =
            format!(r#"{{"type":"devicestate","device":"PJSIP/1002","state":"INUSE","cachable":1,"eid":"{eid}"}}"#);
        ("perm".to_owned(), body)
    };
    assert_eq!(forge(&mut world, "asterisk-devicestate", "application/json", body), ["200", "403"]);
    assert!(world.report()[0].eids.len() <= 100, "{}", world.report()[0].eids.len());
    check(&mut world, MOST);
}

#[test]
fn extensions_beyond_the_limit_are_refused() {
    let mut world = limited(3);
    let body = |number: usize| (format!("{}", 30_000 + number), "<dialog-info/>".to_owned());
    assert_eq!(forge(&mut world, "dialog", "application/dialog-info+xml", body), ["200", "403"]);
    check(&mut world, MOST);
}

fn poll_to_keep(world: &mut World) -> Option<Kept> {
    let now = world.now();
    let (board, ledger) = world.core.board_mut();
    board.poll_to_keep(now, ledger)
}

fn restore(world: &mut World, kept: Kept) {
    let now = world.now();
    let (board, ledger) = world.core.board_mut();
    board.restore(now, ledger, kept);
}

#[test]
fn what_was_named_before_a_restart_counts_too() {
    let mut world = limited(4);
    let body = |number: usize| {
        let (number, eid) = (10_000 + number, eid(0));
        let body =
            format!(r#"{{"type":"devicestate","device":"PJSIP/{number}","state":"INUSE","cachable":1,"eid":"{eid}"}}"#);
        ("perm".to_owned(), body)
    };
    forge(&mut world, "asterisk-devicestate", "application/json", body);
    let kept = poll_to_keep(&mut world).expect("it is new");
    world.restart_console();
    restore(&mut world, kept);
    assert_eq!(world.core.ledger().names_of(PeerId::at(0)), MOST);
    let kept = poll_to_keep(&mut world).expect("it was restored");
    world.restart_console();
    restore(&mut world, kept);
    let others = |number: usize| {
        let (user, text) = body(number);
        (user, text.replace("PJSIP/1", "PJSIP/4"))
    };
    forge(&mut world, "asterisk-devicestate", "application/json", others);
    assert!(world.core.board().lamps().all(|lamp| !lamp.exten.as_str().starts_with('4')), "none is new");
    world.run_seconds(20);
    assert_eq!(world.freshness("1001"), Freshness::Live);
    check(&mut world, MOST);
}
