//! A paused machine, and a clock that was set: nobody knows which messages were missed, and no lamp claims to.

use std::time::{Duration, SystemTime};

use lampfield_shared::{Freshness, LampState, RefreshReason};
use support::element::Request;
use support::{Lab, Pbx, SOON, Server, Solo, Version, ensure, stays, wait};

with_each_asterisk!(what_was_missed_in_a_pause_is_asked_for);

fn milliseconds(moment: SystemTime) -> u64 {
    let since = moment.duration_since(SystemTime::UNIX_EPOCH).expect("it is after 1970");
    u64::try_from(since.as_millis()).expect("it fits")
}

/// A guest that its host pauses is told of it only by its wall clock, when NTP sets it.
fn what_was_missed_in_a_pause_is_asked_for(version: Version) {
    let lab = Lab::start(version);
    let server = Server::start(lab.config().own_clock());
    server.assert_all_agree(&lab);
    let refreshed = |server: &Server| {
        let asked = server.report().peers.into_iter().map(|peer| peer.refresh.expect("it was asked"));
        asked.map(|round| (round.why, round.asked_at)).collect::<Vec<_>>()
    };
    let before = refreshed(&server);
    let watcher = server.watch();
    watcher.next(SOON).expect("the board comes first");
    let paused = milliseconds(SystemTime::now());
    server.set_clock(45);
    let doubted = std::iter::from_fn(|| watcher.next(SOON)).filter_map(|event| event.lamp());
    let doubted = doubted.take(200).find(|lamp| lamp.exten.as_str() == "1001").expect("it is told of");
    assert_eq!(doubted.freshness, Freshness::LastKnown);
    let as_of = doubted.as_of.expect("it was known").0;
    assert!(as_of <= paused + 1_000 && as_of + 15_000 > paused, "{as_of} and {paused}");
    for pbx in [Pbx::FreePbx, Pbx::PbxAct] {
        let extens = pbx.extens();
        server.wait_for_freshness(&extens[..2], Freshness::Live, SOON);
    }
    for ((_, before), (why, asked_at)) in before.into_iter().zip(refreshed(&server)) {
        assert_eq!(why, RefreshReason::Gap);
        assert!(asked_at > before);
    }
    assert!(server.log().contains("the clock jumped ahead by 4"), "{}", server.log());
    server.assert_all_agree(&lab);
}

#[test]
fn after_a_pause_no_lamp_is_live_before_its_pbx_has_spoken() {
    let solo = Solo::start_with(|config| config.patient().own_clock());
    let server = &solo.server;
    solo.publish("1001", "NOT_INUSE");
    solo.publish("1002", "NOT_INUSE");
    assert_eq!(server.lamp("1001").expect("it has a lamp").lamp.freshness, Freshness::Live);
    // Nothing arrives and nothing is answered: only the clocks tell.
    server.set_clock(45);
    server.wait_for_lamp("1001", "last known", SOON, |it| it.lamp.freshness == Freshness::LastKnown);
    stays("nobody makes it live", Duration::from_secs(3), || {
        let lamp = server.lamp("1001")?.lamp;
        ensure(lamp.freshness == Freshness::LastKnown && lamp.state == LampState::Free, || format!("{lamp:?}"))
    });
    solo.publish("1001", "INUSE");
    server.wait_for_lamp("1001", "live", SOON, |it| it.lamp.freshness == Freshness::Live);
    assert_eq!(
        server.lamp("1002").expect("it has a lamp").lamp.freshness,
        Freshness::LastKnown,
        "of that nothing came"
    );
}

#[test]
fn a_clock_that_is_set_back_leaves_nothing_of_a_time_to_come() {
    let solo = Solo::start_with(|config| config.patient().own_clock());
    let server = &solo.server;
    solo.publish("1001", "NOT_INUSE");
    server.set_clock(-3600);
    server.wait_for_lamp("1001", "last known", SOON, |it| it.lamp.freshness == Freshness::LastKnown);
    let set_back = || milliseconds(SystemTime::now() - Duration::from_hours(1));
    let lamp = server.lamp("1001").expect("it has a lamp");
    let votes = lamp.votes.iter().map(|vote| vote.when.0).max();
    let times = [Some(lamp.lamp.since.0), lamp.lamp.as_of.map(|it| it.0), votes];
    assert!(times.iter().flatten().all(|time| *time <= set_back()), "{times:?} at {}", set_back());
    let site = server.report().peers.remove(0).site;
    assert!(site.heard.expect("it was heard").0 <= set_back() && site.since.0 <= set_back(), "{site:?}");
    assert!(server.log().contains("the clock was set back by "), "{}", server.log());
    wait("the buffers have run dry, and the peer is live again", SOON, || {
        solo.publish("1001", "INUSE");
        let lamp = server.lamp("1001")?.lamp;
        ensure(lamp.freshness == Freshness::Live && lamp.state == LampState::OnCall, || format!("{lamp:?}"))
    });
}

#[test]
fn a_publication_that_runs_out_in_a_pause_has_ended() {
    let solo = Solo::start_with(|config| config.patient().own_clock());
    let dialog = "<dialog-info xmlns='urn:ietf:params:xml:ns:dialog-info' version='0' state='full' entity='sip:1001@a'>\
        <dialog id='1'><state>confirmed</state></dialog></dialog-info>";
    let publish = Request::document("1001", "dialog", "application/dialog-info+xml", dialog).with("Expires", "60");
    let answer = solo.peer.ask(&publish);
    assert_eq!(answer.code(), 200, "{}", answer.text);
    let tag = answer.header("SIP-ETag").expect("it has a tag").to_owned();
    solo.server.set_clock(600);
    solo.server.wait_for_lamp("1001", "last known", SOON, |it| it.lamp.freshness == Freshness::LastKnown);
    let refresh = Request::publish("1001").with("Event", "dialog").with("SIP-If-Match", &tag);
    assert_eq!(solo.peer.ask(&refresh).code(), 412);
}
