//! Several peers at one address: signs of life of one prove nothing of the others.

use std::time::Duration;

use lampfield::mesh::{Auth, MeshSettings, PeerAddress};
use lampfield_shared::{Counter, Fault, Freshness};
use lampfield_sip::auth::Login;

use crate::furnish;
use crate::support::{NAMES, SILENCE, World, address, mesh_settings, pbx_settings, request};

/// Both offices send from both addresses, by any port.
fn at_one_address(seed: u64, change: impl FnOnce(&mut MeshSettings)) -> World {
    let mut settings = mesh_settings();
    let host =
        |index: usize| PeerAddress { host: address(index).ip().to_string().parse().expect("an address"), port: None };
    for peer in &mut settings.peers {
        peer.addresses = vec![host(0), host(1)];
    }
    change(&mut settings);
    furnish(World::with(seed, settings, (0..NAMES.len()).map(pbx_settings).collect()))
}

/// Checks that the first office counts as dead when it dies, although something at its address sends this every second.
#[track_caller]
fn check(mut world: World, neighbour: &str) {
    world.run_seconds(10);
    assert_eq!(world.differences(), [""; 0]);
    world.cut.insert(0);
    for second in 0..SILENCE.as_secs() {
        // Each is a new request: a copy would only get the stored answer.
        let neighbour = neighbour.replace("z9hG4bK", &format!("z9hG4bK{second}x"));
        world.ask(address(1), &neighbour);
        world.run_seconds(1);
    }
    assert_eq!(world.freshness("1001"), Freshness::LastKnown, "{neighbour}");
    assert_eq!(world.freshness("2001"), Freshness::Live, "{neighbour}");
}

#[test]
fn a_living_neighbour_does_not_keep_the_lamps_of_a_dead_pbx_live() {
    let from = address(1);
    for (method, user) in [("OPTIONS", "console"), ("OPTIONS", "perm"), ("OPTIONS", "kazan")] {
        check(at_one_address(1, |_| {}), &request(method, user, from, "", ""));
    }
    // A refused request may be of anybody, for whatever reason it is refused.
    let event = |event: &str| format!("Event: {event}\r\nContent-Type: application/json\r\n");
    let of = |eid: &str| {
        format!(r#"{{"type":"devicestate","device":"PJSIP/1001","state":"INUSE","cachable":1,"eid":"{eid}"}}"#)
    };
    let kazans = of("02:00:00:00:00:05");
    for (user, headers, body) in [
        ("perm", event("message-summary"), ""),
        ("perm", event("dialog"), ""),
        ("perm", event("asterisk-devicestate"), "{"),
        ("perm", event("asterisk-devicestate"), &kazans),
        ("perm", format!("{}SIP-If-Match: nobodys\r\n", event("asterisk-devicestate")), ""),
        ("perm", format!("{}Expires: 0\r\n", event("asterisk-devicestate")), ""),
        ("nobody", event("asterisk-devicestate"), &kazans),
    ] {
        check(at_one_address(2, |_| {}), &request("PUBLISH", user, from, &headers, body));
    }
}

#[test]
fn an_answer_from_where_two_peers_are_reached_is_no_sign_of_life_of_either() {
    let mut world = at_one_address(3, |settings| {
        settings.peers[0].publish_to.target = settings.peers[1].publish_to.target.clone();
    });
    world.run_seconds(10);
    world.cut.insert(0);
    world.run(SILENCE);
    assert_eq!(world.freshness("1001"), Freshness::LastKnown, "the one that lives answers for both");
    world.set(1, "PJSIP/2001", "INUSE");
    world.run_seconds(1);
    assert_eq!(world.freshness("2001"), Freshness::Live, "what it says itself is one");
}

#[test]
fn requests_without_credentials_say_nothing_of_whose_they_are() {
    let auth = |username: &str| {
        let login = Login { username: username.into(), password: "secret".into() };
        Some(Auth { login, realm: None })
    };
    let mut world = at_one_address(4, |settings| {
        for (peer, name) in settings.peers.iter_mut().zip(NAMES) {
            (peer.resource, peer.auth) = ("office".into(), auth(name));
        }
    });
    let headers = "Event: asterisk-devicestate\r\nContent-Type: application/json\r\n";
    let answer = world.ask(address(1), &request("PUBLISH", "office", address(1), headers, "{}")).expect("an answer");
    assert!(answer.starts_with("SIP/2.0 401 "), "{answer}");
    world.run_seconds(10);
    for numbers in world.report() {
        let blamed = numbers.findings.iter().find(|it| matches!(it.fault, Fault::NoPassword { .. }));
        assert_eq!(blamed, None, "{}: nobody knows who was asked", numbers.name);
    }
}

#[test]
fn two_peers_whose_names_turn_out_to_be_one_host_are_not_taken_for_one_another() {
    let mut world = at_one_address(5, |settings| settings.peers[1].resource = "perm".into());
    let headers = "Event: asterisk-devicestate\r\nContent-Type: application/json\r\n";
    let body = r#"{"type":"devicestate","device":"PJSIP/1001","state":"INUSE","cachable":1,"eid":"02:00:00:00:00:04"}"#;
    let answer = world.ask(address(0), &request("PUBLISH", "perm", address(0), headers, body)).expect("an answer");
    assert!(answer.starts_with("SIP/2.0 403 "), "{answer}");
    assert_eq!(world.core.mesh().strangers().get(&Counter::AmbiguousAddress), Some(&1));
}

#[test]
fn one_that_speaks_by_tls_says_nothing_of_its_neighbour() {
    let mut world = at_one_address(6, |_| {});
    world.run_seconds(5);
    world.call_by_tls_in_vain(0, "its certificate has expired");
    world.speak_by_tls(1);
    world.run(Duration::from_secs(1));
    let tells = |index: usize| world.report()[index].findings.iter().any(|it| matches!(it.fault, Fault::NoTls { .. }));
    assert!(tells(0), "nobody knows who it was that can");
}
