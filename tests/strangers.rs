//! Who may publish what: only peers, and each only for itself.

use std::time::Duration;

use lampfield_shared::{DeviceState, Fault, Freshness, LampState};
use support::element::Request;
use support::{Config, Element, Lab, Pbx, Peer, Server, Version, ensure, loopback, stays};

with_each_asterisk!(a_stranger_changes_no_lamp);

const ONE: (&str, &str) = ("127.0.0.8:5060", "02:00:00:00:00:08");
const OTHER: (&str, &str) = ("127.0.0.9:5060", "02:00:00:00:00:09");

fn a_stranger_changes_no_lamp(version: Version) {
    let lab = Lab::start(version);
    let server = Server::beside(&lab);
    server.assert_all_agree(&lab);
    let stranger = Element::bind("127.0.0.7:5060");
    for resource in ["FreePBX", "PBXact", "nobody"] {
        for eid in [Pbx::FreePbx.eid(), "02:00:00:00:00:07"] {
            let answer = stranger.ask(&Request::device(resource, eid, "PJSIP/1001", "INUSE"));
            assert!([403, 404].contains(&answer.code()), "{}", answer.text);
        }
    }
    assert_eq!(server.strangers("stranger"), 6);
    stays("no stranger is believed", Duration::from_millis(500), || {
        let lamp = server.lamp("1001")?;
        let peers = lamp.votes.iter().all(|vote| vote.eid.is_none_or(|eid| eid.to_string() != "02:00:00:00:00:07"));
        ensure(lamp.lamp.state == LampState::Offline && peers, || format!("{lamp:?}"))
    });
    server.assert_all_agree(&lab);
}

#[test]
fn a_peer_speaks_only_for_the_eids_pinned_to_it() {
    let _addresses = loopback();
    let peers = [("one", ONE), ("other", OTHER)].map(|(name, (address, eid))| Peer::new(name, address, name).eid(eid));
    let server = Server::start(Config::new().peers(&peers).hint("_XXXX,hint,PJSIP/${EXTEN}"));
    let (one, other) = (Element::bind(ONE.0), Element::bind(OTHER.0));

    let truth = one.ask(&Request::device("one", ONE.1, "PJSIP/1001", "NOT_INUSE"));
    assert_eq!(truth.code(), 200, "{}", truth.text);
    for spoofed in [ONE.1, "02:00:00:00:00:0a"] {
        let answer = other.ask(&Request::device("other", spoofed, "PJSIP/1001", "INUSE"));
        assert_eq!(answer.code(), 403, "{}", answer.text);
    }
    // S15 of `docs/protocol.md`: our own states come from us only.
    let answer = other.ask(&Request::device("other", Config::EID, "PJSIP/1001", "INUSE"));
    println!("our own EID is answered {}", answer.code());

    let votes = server.lamp("1001").expect("it has a lamp").votes;
    assert_eq!(votes.iter().map(|vote| vote.state).collect::<Vec<_>>(), [DeviceState::NotInUse]);
    assert_eq!(server.counter("other", "spoofed_eid"), 2);
    assert_eq!(server.counter("other", "own_eid"), 1);
    assert_eq!(server.counter("one", "spoofed_eid"), 0);
}

#[test]
fn an_unpinned_eid_belongs_to_whom_used_it_first() {
    let _addresses = loopback();
    let peers = [("one", ONE.0), ("other", OTHER.0)].map(|(name, address)| Peer::new(name, address, name));
    let server = Server::start(Config::new().peers(&peers).hint("_XXXX,hint,PJSIP/${EXTEN}"));
    let (one, other) = (Element::bind(ONE.0), Element::bind(OTHER.0));

    assert_eq!(one.ask(&Request::device("one", ONE.1, "PJSIP/1001", "RINGING")).code(), 200);
    assert_eq!(other.ask(&Request::device("other", ONE.1, "PJSIP/1001", "NOT_INUSE")).code(), 403);
    assert_eq!(other.ask(&Request::device("other", OTHER.1, "PJSIP/1002", "INUSE")).code(), 200);
    assert_eq!(server.lamp("1001").expect("it has a lamp").lamp.state, LampState::Ringing);
    assert_eq!(server.lamp("1002").expect("it has a lamp").lamp.state, LampState::OnCall);
    assert_eq!(server.counter("other", "eid_clash"), 1);
}

#[test]
fn a_peer_names_no_more_than_it_may_in_all_its_runs() {
    const MOST: usize = 20;
    let _addresses = loopback();
    let peers = [("one", ONE), ("other", OTHER)].map(|(name, (address, eid))| Peer::new(name, address, name).eid(eid));
    let config = Config::new().peers(&peers).max_names(20);
    let mut server = Server::start(config);
    let one = Element::bind(ONE.0);
    let forge = |from: usize| {
        for number in from..from + 60 {
            let answer = one.ask(&Request::device("one", ONE.1, &format!("PJSIP/{number}"), "INUSE"));
            assert_eq!(answer.code(), 200, "{}", answer.text);
        }
    };
    forge(1000);
    assert_eq!(server.lamps().expect("the lamps are told").len(), MOST);
    assert_eq!(server.counter("one", "beyond_limit"), 40);
    let report = server.report();
    let found = report.peers[0].findings.iter().find(|it| it.fault == Fault::TooManyNames { most: MOST });
    assert!(found.is_some_and(|it| it.lines.contains("max_names = 40")), "{:?}", report.peers[0].findings);
    server.wait_until_kept();
    server.restart();
    forge(2000);
    assert_eq!(server.lamps().expect("the lamps are told").len(), MOST, "those of before count, too");
    let presence = Request::document("3000", "dialog", "application/dialog-info+xml", "<dialog-info/>");
    assert_eq!(one.ask(&presence).code(), 403);
    let answer = Element::bind(OTHER.0).ask(&Request::device("other", OTHER.1, "PJSIP/4000", "INUSE"));
    assert_eq!(answer.code(), 200, "{}", answer.text);
    assert_eq!(server.lamp("4000").expect("the other names what it likes").lamp.state, LampState::OnCall);
    let answer = one.ask(&Request::device("one", ONE.1, "PJSIP/1007", "RINGING"));
    assert_eq!(answer.code(), 200, "{}", answer.text);
    assert_eq!(server.lamp("1007").expect("it is known").lamp.freshness, Freshness::Live);
}
