//! The SIP trace of each peer: which messages it shows, whosever address they bear.

use lampfield_shared::{Direction, Privacy, SipMessage};
use lampfield_sip::auth::Login;

use lampfield::mesh::Auth;

use crate::support::{NAMES, World, address, console, mesh_settings, pbx_settings, request};
use crate::{furnish, two_offices};

/// Messages of a peer that say this, in order: their directions and start lines.
fn trace(world: &World, pbx: usize, words: &str) -> Vec<(Direction, String)> {
    let messages = world.core.messages(world.now(), &NAMES[pbx].into(), Privacy::Full).expect("it is a peer");
    let all = |it: &SipMessage| format!("{}\n{}\n{}", it.first_line, it.headers, it.body);
    let said = messages.into_iter().filter(|it| all(it).contains(words));
    said.map(|it| (it.direction, it.first_line.split(" sip:").next().unwrap_or_default().to_owned())).collect()
}

fn incoming(line: &str) -> (Direction, String) {
    (Direction::Incoming, line.into())
}

fn outgoing(line: &str) -> (Direction, String) {
    (Direction::Outgoing, line.into())
}

#[test]
fn shows_a_request_its_copies_and_every_answer_in_their_order() {
    let mut world = two_offices(1);
    let publish = request("PUBLISH", "nobody", address(0), "Event: presence\r\nExpires: 0\r\n", "");
    let call = "Call-ID: ".to_owned() + publish.split("Call-ID: ").nth(1).unwrap().split('\r').next().unwrap();
    world.ask(address(0), &publish);
    world.ask(address(0), &publish);
    let once = [incoming("PUBLISH"), outgoing("SIP/2.0 412 Conditional Request Failed")];
    assert_eq!(trace(&world, 0, &call), [once.clone(), once].concat());
    assert_eq!(trace(&world, 1, &call), []);
}

#[test]
fn shows_what_is_refused_below_and_what_nobody_asked_for_and_what_is_no_sip() {
    let mut world = two_offices(2);
    for (message, expected) in [
        (
            request("INVITE", "perm", address(0), "", ""),
            &[incoming("INVITE"), outgoing("SIP/2.0 405 Method Not Allowed")][..],
        ),
        (
            format!(
                "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP {};branch=z9hG4bKx\r\nFrom: <sip:a@b>\r\nTo: <sip:a@b>\r\nCall-ID: stray\r\nCSeq: 1 PUBLISH\r\n\r\n",
                console()
            ),
            &[incoming("SIP/2.0 200 OK")],
        ),
        ("This is no SIP\r\n\r\n".into(), &[incoming("This is no SIP")]),
    ] {
        let mut world_now = world;
        let before = trace(&world_now, 0, "").len();
        world_now.ask(address(0), &message);
        assert_eq!(trace(&world_now, 0, "")[before..], *expected, "{message}");
        assert_eq!(trace(&world_now, 1, "INVITE"), []);
        world = world_now;
    }
}

#[test]
fn shows_nothing_of_strangers() {
    let mut world = two_offices(3);
    let stranger = "192.0.2.1:5060".parse().expect("an address");
    world.ask(stranger, &request("PUBLISH", "perm", stranger, "Event: presence\r\n", ""));
    for pbx in 0..NAMES.len() {
        assert_eq!(trace(&world, pbx, "192.0.2.1"), []);
    }
}

#[test]
fn shows_our_requests_and_their_answers_at_the_peer_that_they_went_to() {
    let mut world = two_offices(4);
    world.run_seconds(3);
    for pbx in 0..NAMES.len() {
        let refresh = trace(&world, pbx, "\"refresh\"");
        assert!(refresh.contains(&outgoing("PUBLISH")), "{refresh:?}");
        let probes = trace(&world, pbx, "OPTIONS");
        assert!(probes.contains(&outgoing("OPTIONS")) && probes.contains(&incoming("SIP/2.0 200 OK")), "{probes:?}");
    }
}

/// Only what a PBX presents tells these two apart: no reader of addresses and users could.
#[test]
fn shows_what_a_login_tells_to_be_of_one_of_two_pbxes_only_there() {
    let auth = |username: &str| {
        let login = Login { username: username.into(), password: "secret".into() };
        Some(Auth { login, realm: None })
    };
    let mut settings = mesh_settings();
    for (peer, name) in settings.peers.iter_mut().zip(NAMES) {
        peer.addresses = vec![address(0).into(), address(1).into()];
        (peer.resource, peer.auth) = ("office".into(), auth(name));
    }
    let pbx = |index: usize| {
        let mut settings = pbx_settings(index);
        (settings.user, settings.outbound_auth) = ("office".into(), auth(NAMES[index]));
        settings
    };
    let mut world = furnish(World::with(5, settings, (0..NAMES.len()).map(pbx).collect()));
    world.run_seconds(3);
    assert_eq!(world.differences(), [""; 0]);
    for (pbx, other) in [(0, 1), (1, 0)] {
        let proven = |by: usize| trace(&world, pbx, &format!("username=\"{}\"", NAMES[by]));
        assert!(proven(pbx).len() >= 5, "{:?}", proven(pbx));
        assert_eq!(proven(other), []);
    }
}
