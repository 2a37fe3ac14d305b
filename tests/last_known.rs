//! The board over a restart of lampfield: first the last known states, drawn as such, then the live ones.

use lampfield_shared::{Freshness, Lamp, LampState};
use support::element::Request;
use support::{Config, Element, Peer, SOON, Server, loopback};

const PBX: &str = "127.0.0.8:5060";
const EID: &str = "02:00:00:00:00:08";

const AWAY: &str = "<presence xmlns='urn:ietf:params:xml:ns:pidf'><note>Ready</note>\
    <tuple id='1002'><status><basic>open</basic></status></tuple><tuple id='digium-presence'><status>\
    <digium_presence type='away'/></status></tuple></presence>";

fn config() -> Config {
    Config::new().peers(&[Peer::new("pbx", PBX, "pbx").eid(EID)]).hint("_1XXX,hint,PJSIP/${EXTEN}")
}

#[test]
fn the_last_known_board_outlives_a_crash_and_becomes_live() {
    let _addresses = loopback();
    let peer = Element::bind(PBX);
    let mut server = Server::start(config());
    let tell = |device: &str, state: &str| {
        let answer = peer.ask(&Request::device("pbx", EID, device, state));
        assert_eq!(answer.code(), 200, "{}", answer.text);
    };
    tell("PJSIP/1001", "INUSE");
    tell("PJSIP/1002", "NOT_INUSE");
    let answer = peer.ask(&Request::document("1002", "presence", "application/pidf+xml", AWAY));
    assert_eq!(answer.code(), 200, "{}", answer.text);
    server.wait_until_kept();
    let before = server.lamps().expect("the lamps are told");
    server.restart();
    let after = server.lamps().expect("the lamps are told");
    assert_eq!(after.len(), before.len());
    for (before, after) in before.iter().zip(&after) {
        assert_eq!((before.state, before.since, &before.site), (after.state, after.since, &after.site));
        assert_eq!(after.freshness, Freshness::LastKnown);
        assert!(after.as_of.is_some(), "{after:?}");
        let presence = |lamp: &Lamp| lamp.presence.as_ref().map(|presence| presence.state);
        assert_eq!(presence(before), presence(after));
    }
    tell("PJSIP/1001", "INUSE");
    server.wait_for_lamp("1001", "live", SOON, |it| it.lamp.freshness == Freshness::Live);
    let lamp = server.lamp("1001").expect("it has a lamp").lamp;
    assert_eq!(lamp.since, before[0].since, "nothing changed meanwhile, as far as is known");
    let old = server.lamp("1002").expect("it has a lamp").lamp;
    assert_eq!(old.freshness, Freshness::LastKnown, "nobody told of it again: {old:?}");
}

#[test]
fn a_polite_stop_keeps_what_was_told_last() {
    let _addresses = loopback();
    let peer = Element::bind(PBX);
    let mut server = Server::start(config());
    let answer = peer.ask(&Request::device("pbx", EID, "PJSIP/1001", "RINGINUSE"));
    assert_eq!(answer.code(), 200, "{}", answer.text);
    server.wait_for_lamp("1001", "ringing", SOON, |it| it.lamp.state == LampState::CallRinging);
    server.stop_politely();
    server.start_again();
    let lamp = server.lamp("1001").expect("it has a lamp").lamp;
    assert_eq!((lamp.state, lamp.freshness), (LampState::CallRinging, Freshness::LastKnown));
}
