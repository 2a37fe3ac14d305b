//! One peer that sends much must not cost the others their turn.

use std::time::{Duration, Instant};

use lampfield_shared::{Freshness, LampState};

use crate::support::{World, address, eid, request};
use crate::two_offices;

const EVENT: &str = "Event: asterisk-devicestate\r\nContent-Type: application/json\r\n";

/// A PUBLISH of the first office by a sender that starts over each time, and keeps no entity-tag.
fn initial(number: usize, exten: usize) -> String {
    let state = ["INUSE", "NOT_INUSE"][number % 2];
    let body = format!(
        r#"{{"type":"devicestate","device":"PJSIP/{exten}","state":"{state}","cachable":1,"eid":"{}"}}"#,
        eid(0)
    );
    let request = request("PUBLISH", "perm", address(0), EVENT, &body);
    request.replace("z9hG4bK", &format!("z9hG4bK{number}x")).replace("Call-ID: ", &format!("Call-ID: {number}x"))
}

/// A world in which the first office has told this number of phones.
fn of_phones(phones: usize) -> World {
    let mut world = two_offices(1);
    world.run_seconds(1);
    for number in 0..phones {
        world.ask(address(0), &initial(number, 100_000 + number)).expect("it is answered");
    }
    world
}

/// Time of a hundred requests that start over, with this number of phones; the best of several measurements.
fn cost(phones: usize) -> Duration {
    let mut world = of_phones(phones);
    let mut hundred = |round: usize| {
        let requests: Vec<String> = (0..100).map(|it| initial(1_000_000 + round * 100 + it, 100_000 + it)).collect();
        let start = Instant::now();
        for request in &requests {
            world.ask(address(0), request).expect("it is answered");
        }
        start.elapsed()
    };
    (0..5).map(&mut hundred).min().expect("there are rounds")
}

#[test]
fn an_initial_publish_costs_the_same_however_many_lamps_its_peer_has() {
    let (few, many) = (cost(200), cost(6_000));
    println!("a hundred initial PUBLISHes: {few:?} beside 200 phones, {many:?} beside 6,000");
    assert!(many < few * 5, "{few:?} beside 200 phones, {many:?} beside 6,000");
}

#[test]
fn a_peer_that_comes_and_goes_with_each_request_does_so_once_a_second() {
    let mut world = two_offices(2);
    // The peer holds no other publication.
    world.cut.insert(0);
    let (mut turns, mut was) = (0, Freshness::Never);
    let mut note = |world: &World| {
        let is = world.core.sites().next().expect("there is a site").freshness;
        turns += usize::from(is != was);
        was = is;
    };
    for number in 0..1000 {
        let begun = world.ask(address(0), &initial(2_000_000 + number, 100_000)).expect("it is answered");
        note(&world);
        let tag = begun.lines().find_map(|line| line.strip_prefix("SIP-ETag: ")).expect("it has a tag");
        let headers = format!("Event: asterisk-devicestate\r\nExpires: 0\r\nSIP-If-Match: {tag}\r\n");
        let end = request("PUBLISH", "perm", address(0), &headers, "").replace("z9hG4bK", &format!("z9hG4bK{number}e"));
        let end = end.replace("Call-ID: ", &format!("Call-ID: {number}e"));
        assert!(world.ask(address(0), &end).expect("it is answered").starts_with("SIP/2.0 200 "));
        note(&world);
        world.run(Duration::from_millis(5));
    }
    assert!(turns <= 14, "{turns} times in five seconds");
    world.cut.clear();
    world.run_seconds(70);
    assert_eq!((world.lamp("1001").state, world.freshness("1001")), (LampState::Free, Freshness::Live));
}

#[test]
fn a_peer_that_begins_anew_all_the_time_is_asked_for_everything_once_a_second() {
    let mut world = two_offices(3);
    world.run_seconds(5);
    let asked = |world: &World| world.report()[0].got.get(&200).copied().unwrap_or(0);
    let before = asked(&world);
    for number in 0..1000 {
        world.ask(address(0), &initial(number, 1001)).expect("it is answered");
        world.run(Duration::from_millis(5));
    }
    // Five seconds pass, with an OPTIONS in them.
    assert!(asked(&world) - before <= 9, "{} answers", asked(&world) - before);
    world.set(0, "PJSIP/1001", "RINGING");
    world.run_seconds(20);
    assert_eq!(world.differences(), [""; 0], "all of it is told in the end");
}
