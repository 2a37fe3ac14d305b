//! A PBX that publishes the states of its hints (`Event: dialog` and `presence`) instead of its devices, and callers
//! and presences that other programs publish in the same way.

use std::time::Duration;

use lampfield_shared::{Direction, ExtensionState, Freshness, Lamp, LampState, Presence, PresenceState, Role, Side};
use support::element::Request;
use support::{Config, Element, Lab, Pbx, Peer, Phone, SOON, Server, Version, loopback, wait};

with_each_asterisk!(
    the_hints_of_a_pbx_light_its_lamps,
    a_restarted_pbx_tells_its_hints_again,
    the_last_known_hints_outlive_lampfield,
);

/// Asterisk repeats its first requests until it has fully booted.
const STARTED: Duration = Duration::from_secs(15);

/// A PBX that publishes only its hints, and lampfield beside it.
fn publishing_hints(version: Version) -> (Lab, Server) {
    let lab = Lab::variant_of(version, "exten-state", &[Pbx::FreePbx]);
    let freepbx = Peer::new(Pbx::FreePbx.name(), Pbx::FreePbx.address(), "nothing").serves("_1XXX");
    let server = Server::start(Config::new().peers(&[freepbx]).people(&Pbx::FreePbx.extens()));
    (lab, server)
}

fn shows(server: &Server, exten: &str, state: LampState) -> Lamp {
    let what = format!("{state:?}, live");
    let is_so = |lamp: &Lamp| lamp.state == state && lamp.freshness == Freshness::Live;
    server.wait_for_lamp(exten, &what, SOON, |it| is_so(&it.lamp)).lamp
}

/// Changes each hint once: the PBX's first publications came before lampfield started, and nobody heard them.
fn tell_all(lab: &Lab) {
    for exten in Pbx::FreePbx.extens() {
        lab.set_device(Pbx::FreePbx, &format!("Custom:DND{exten}"), "ONHOLD");
        lab.set_device(Pbx::FreePbx, &format!("Custom:DND{exten}"), "UNAVAILABLE");
    }
}

fn the_hints_of_a_pbx_light_its_lamps(version: Version) {
    let (lab, server) = publishing_hints(version);
    tell_all(&lab);
    assert_eq!(shows(&server, "1001", LampState::Offline).hint_state, ExtensionState::Unavailable);
    assert_eq!(shows(&server, "1005", LampState::NoData).presence, None, "dialogs do not tell free from switched off");
    let mut callee = Phone::register("1001", "127.0.0.11");
    let mut caller = Phone::register("1002", "127.0.0.12");
    shows(&server, "1001", LampState::Free);
    shows(&server, "1002", LampState::Free);
    callee.answer_a_call();
    caller.call("1001");
    let call = shows(&server, "1001", LampState::Ringing).call;
    assert_eq!(call.map(|call| (call.direction, call.party)), Some((Some(Direction::Incoming), None)));
    shows(&server, "1002", LampState::OnCall);
    assert_eq!(shows(&server, "1001", LampState::OnCall).call, None, "Asterisk names nobody");
    shows(&server, "1001", LampState::OnHold);
    shows(&server, "1001", LampState::OnCall);
    shows(&server, "1001", LampState::Free);
    caller.finish();
    callee.finish();
    callee.unregister();
    shows(&server, "1001", LampState::Offline);
    for (state, lamp) in [
        ("INUSE", LampState::OnCall),
        ("RINGING", LampState::Ringing),
        ("RINGINUSE", LampState::CallRinging),
        ("ONHOLD", LampState::OnHold),
        ("UNAVAILABLE", LampState::Offline),
    ] {
        lab.set_device(Pbx::FreePbx, "Custom:DND1003", state);
        shows(&server, "1003", lamp);
    }
    assert_eq!(server.counter(Pbx::FreePbx.name(), "bad_body"), 0);
    assert_eq!(server.counter(Pbx::FreePbx.name(), "unsupported_media_type"), 0);
}

fn a_restarted_pbx_tells_its_hints_again(version: Version) {
    let (lab, server) = publishing_hints(version);
    tell_all(&lab);
    lab.set_device(Pbx::FreePbx, "Custom:DND1001", "INUSE");
    shows(&server, "1001", LampState::OnCall);
    // Asterisk writes its own database a second later.
    std::thread::sleep(Duration::from_secs(2));
    lab.kill(Pbx::FreePbx);
    server.wait_for_freshness(&["1001"], Freshness::LastKnown, SOON);
    assert_eq!(server.lamp("1001").expect("it has a lamp").lamp.state, LampState::OnCall);
    lab.up(Pbx::FreePbx);
    server.wait_for_freshness(&["1001"], Freshness::Live, STARTED);
    shows(&server, "1001", LampState::OnCall);
}

fn the_last_known_hints_outlive_lampfield(version: Version) {
    let (lab, mut server) = publishing_hints(version);
    tell_all(&lab);
    lab.set_device(Pbx::FreePbx, "Custom:DND1001", "RINGING");
    shows(&server, "1001", LampState::Ringing);
    server.wait_until_kept();
    server.restart();
    let lamp = server.lamp("1001").expect("it has a lamp").lamp;
    assert_eq!((lamp.state, lamp.freshness, lamp.call), (LampState::Ringing, Freshness::LastKnown, None));
    lab.set_device(Pbx::FreePbx, "Custom:DND1001", "UNAVAILABLE");
    shows(&server, "1001", LampState::Offline);
}

const PBX: &str = "127.0.0.8:5060";
const EID: &str = "02:00:00:00:00:08";

fn config() -> Config {
    Config::new().peers(&[Peer::new("pbx", PBX, "pbx").eid(EID)]).hint("_1XXX,hint,PJSIP/${EXTEN}")
}

fn publish(peer: &Element, exten: &str, event: &str, body: &str) {
    let media_type = if event == "dialog" { "application/dialog-info+xml" } else { "application/pidf+xml" };
    let answer = peer.ask(&Request::document(exten, event, media_type, body));
    assert_eq!(answer.code(), 200, "{}", answer.text);
}

const RINGING: &str = "<dialog-info xmlns='urn:ietf:params:xml:ns:dialog-info' version='0' state='full'>\
    <dialog id='a' direction='recipient'><state>early</state>\
    <remote><identity display='Orlov'>sip:5551234@pbx.example</identity></remote></dialog></dialog-info>";

const AWAY: &str = "<presence xmlns='urn:ietf:params:xml:ns:pidf'><note>Ready</note>\
    <tuple id='1002'><status><basic>open</basic></status></tuple><tuple id='digium-presence'><status>\
    <digium_presence type='away' subtype='lunch'>back at three</digium_presence></status></tuple></presence>";

#[test]
fn a_ringing_phone_shows_the_caller_to_those_who_may_know() {
    let _addresses = loopback();
    let peer = Element::bind(PBX);
    for (role, number) in [(Role::Screen, None), (Role::Viewer, None), (Role::Receptionist, Some("5551234"))] {
        let server = Server::start(config().open(Some(role)));
        publish(&peer, "1001", "dialog", RINGING);
        let lamp = wait("the lamp rings", SOON, || {
            let lamps = server.lamps()?;
            let lamp = lamps.into_iter().find(|lamp| lamp.exten.as_str() == "1001");
            lamp.filter(|lamp| lamp.state == LampState::Ringing).ok_or("it does not".to_owned())
        });
        let party = lamp.call.and_then(|call| call.party);
        let side = (role > Role::Screen).then_some(Side::External);
        assert_eq!(party.as_ref().map(|party| party.side), side, "{role}");
        assert_eq!(party.as_ref().and_then(|party| party.number.as_deref()), number, "{role}");
    }
}

#[test]
fn a_presence_shows_with_its_note() {
    let _addresses = loopback();
    let peer = Element::bind(PBX);
    let server = Server::start(config());
    publish(&peer, "1002", "presence", AWAY);
    let lamp = server.wait_for_lamp("1002", "free", SOON, |it| it.lamp.state == LampState::Free).lamp;
    let presence = Presence {
        state: PresenceState::Away,
        subtype: Some("lunch".into()),
        note: Some("back at three".into()),
        as_of: None,
    };
    assert_eq!((lamp.presence.as_deref(), lamp.dnd), (Some(&presence), false));
}
