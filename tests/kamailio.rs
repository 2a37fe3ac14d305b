//! A real Kamailio that publishes registrations and calls: one publication for each.

use std::time::Duration;

use lampfield_shared::{Direction, ExtensionState, Freshness, Lamp, LampState, Side};
use support::handset::Placed;
use support::{Config, Handset, Kamailio, SOON, Server, ensure, loopback, wait};

/// Time after which the publication of a finished call has ended: Kamailio keeps it for 11 seconds, and our compositor
/// waits for 45 after that.
const ITS_PUBLICATION_ENDS: Duration = Duration::from_secs(58);

#[track_caller]
fn shows(server: &Server, exten: &str, state: LampState) -> Lamp {
    let what = format!("{state:?}, live");
    let is_so = |lamp: &Lamp| lamp.state == state && lamp.freshness == Freshness::Live;
    server.wait_for_lamp(exten, &what, SOON, |it| is_so(&it.lamp)).lamp
}

#[test]
fn the_calls_of_a_kamailio_light_its_lamps() {
    let _addresses = loopback();
    let server = Server::start(Config::new().peers(&[Kamailio::peer()]));
    let kamailio = Kamailio::start();
    let [mut anna, mut boris, mut clara] =
        [("161", 11), ("162", 12), ("163", 13)].map(|(exten, host)| kamailio.phone(exten, &format!("127.0.0.{host}")));
    for exten in ["161", "162", "163"] {
        shows(&server, exten, LampState::Free);
    }

    let mut first = anna.call("162", "first");
    let taken = boris.ring("first");
    let call = shows(&server, "162", LampState::Ringing).call.expect("it is told who calls");
    assert_eq!((call.direction, call.party.map(|it| it.side)), (Some(Direction::Incoming), Some(Side::Internal)));
    shows(&server, "161", LampState::OnCall);
    boris.take(&taken);
    anna.talk(&mut first);
    shows(&server, "162", LampState::OnCall);

    let second = clara.call("162", "second");
    let refused = boris.ring("second");
    assert_eq!(shows(&server, "162", LampState::CallRinging).hint_state, ExtensionState::InUseRinging);
    shows(&server, "163", LampState::OnCall);
    boris.refuse(&refused);
    clara.give_up(&second);
    shows(&server, "162", LampState::OnCall);
    shows(&server, "163", LampState::Free);

    // The publication of the finished call ends, and that must not change the lamp.
    std::thread::sleep(ITS_PUBLICATION_ENDS);
    shows(&server, "162", LampState::OnCall);
    shows(&server, "163", LampState::Free);

    anna.hang_up(&first);
    boris.see_the_end();
    for exten in ["161", "162", "163"] {
        shows(&server, exten, LampState::Free);
    }
    clara.unregister();
    server.wait_for_freshness(&["163"], Freshness::LastKnown, SOON);
    for refusal in ["bad_body", "unsupported_media_type", "tag_unknown", "too_brief", "publication_evicted"] {
        assert_eq!(server.counter("kamailio", refusal), 0, "{refusal}");
    }
}

/// The phones 161 and 162 in a call with each other.
fn talking(kamailio: &Kamailio) -> (Handset, Handset, Placed) {
    let [mut anna, mut boris] =
        [("161", 11), ("162", 12)].map(|(exten, host)| kamailio.phone(exten, &format!("127.0.0.{host}")));
    let mut call = anna.call("162", "call");
    let taken = boris.ring("call");
    boris.take(&taken);
    anna.talk(&mut call);
    (anna, boris, call)
}

#[test]
fn a_phone_of_a_kamailio_that_registers_anew_goes_on_with_its_call() {
    let _addresses = loopback();
    let server = Server::start(Config::new().peers(&[Kamailio::peer()]));
    let kamailio = Kamailio::start();
    let (mut anna, mut boris, call) = talking(&kamailio);
    shows(&server, "162", LampState::OnCall);
    boris.start_again();
    anna.start_again();
    std::thread::sleep(Duration::from_secs(1));
    shows(&server, "161", LampState::OnCall);
    shows(&server, "162", LampState::OnCall);
    anna.hang_up(&call);
    boris.see_the_end();
    shows(&server, "161", LampState::Free);
    shows(&server, "162", LampState::Free);
}

#[test]
fn a_call_that_outlives_a_restart_of_lampfield_is_not_over_because_its_phone_is_registered() {
    let _addresses = loopback();
    let mut server = Server::start(Config::new().peers(&[Kamailio::peer()]));
    let kamailio = Kamailio::start();
    let (mut anna, mut boris, call) = talking(&kamailio);
    shows(&server, "162", LampState::OnCall);
    server.wait_until_kept();
    server.restart();
    boris.start_again();
    wait("its registration is told", SOON, || {
        let told = server.counter("kamailio", "extension_state");
        ensure(told > 0, || "nothing was".into())
    });
    let lamp = server.lamp("162").expect("it has a lamp").lamp;
    assert_eq!((lamp.state, lamp.freshness), (LampState::OnCall, Freshness::LastKnown));
    anna.hang_up(&call);
    boris.see_the_end();
    shows(&server, "162", LampState::Free);
}
