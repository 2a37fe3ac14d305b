//! A PBX that has forgotten our states is told them again: where it answers 412, and where it restarts in the midst of
//! a thousand.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use lampfield_shared::{PeerReport, Role};
use serde_json::json;
use support::{Lab, Pbx, Server, Version, Visitor, ensure, wait};
use ureq::http::Method;

with_each_asterisk!(
    a_pbx_that_answers_412_is_told_everything_again,
    a_thousand_lamps_outlive_a_crash_in_the_midst_of_telling_them,
);

const SOON: Duration = Duration::from_secs(20);
/// Time in which a PBX is told a thousand states on a busy machine.
const LONG: Duration = Duration::from_mins(1);

fn peer(server: &Server, pbx: Pbx) -> PeerReport {
    server.report().peers.into_iter().find(|it| it.site.name.as_str() == pbx.name()).expect("it is configured")
}

fn set(server: &Server, extens: &[impl AsRef<str>], state: &str) {
    let extens: Vec<&str> = extens.iter().map(AsRef::as_ref).collect();
    let order = json!({ "state": state, "kind": "lamp", "extens": extens });
    Visitor::of(server).put("api/v1/dnd", &order).expect(200);
}

/// A PBX that publishes shows its restart by its own publication, mostly before we publish anything. One that publishes
/// nothing here shows it only by its 412.
fn a_pbx_that_answers_412_is_told_everything_again(version: Version) {
    let mute = tempfile::tempdir().expect("there is room");
    let elsewhere = |text: String| text.replace("@127.0.0.6:5060", "@127.0.0.6:5999");
    Pbx::FreePbx.overlay(mute.path(), "pjsip_peers.conf", elsewhere);
    let lab = Lab::with(version, mute.path(), &Pbx::ALL);
    let server = Server::start(lab.config().open(Some(Role::Admin)));
    let [first, then, last] = ["1001", "2001", "1002"];
    // Asterisk's entity-tags are small numbers, so after its start another peer's publication soon has ours again: make
    // ours a large one.
    for _ in 0..50 {
        for state in ["on", "off"] {
            set(&server, &[last], state);
        }
    }
    set(&server, &[first, then], "on");
    for pbx in Pbx::ALL {
        lab.wait_for_hint(pbx, first, "Busy");
        lab.wait_for_hint(pbx, then, "Busy");
    }
    assert_eq!(peer(&server, Pbx::FreePbx).got.get("412"), None);

    lab.kill(Pbx::FreePbx);
    lab.up(Pbx::FreePbx);
    assert_eq!(lab.extension_state_at(Pbx::FreePbx, first), "Unavailable", "it has forgotten");
    set(&server, &[then], "off");
    set(&server, &[last], "on");
    for pbx in Pbx::ALL {
        lab.wait_for_hint(pbx, first, "Busy");
        lab.wait_for_hint(pbx, then, "Unavailable");
        lab.wait_for_hint(pbx, last, "Busy");
    }
    let told = peer(&server, Pbx::FreePbx);
    assert!(told.got.get("412").is_some_and(|times| *times >= 1), "{:?}", told.got);
    assert_eq!(told.untold, 0);
    assert_eq!(peer(&server, Pbx::PbxAct).got.get("412"), None, "the other has forgotten nothing");
}

const LAMPS: usize = 1000;

fn lamps() -> Vec<String> {
    (3000..3000 + LAMPS).map(|exten| exten.to_string()).collect()
}

/// Adds a hint for each of the lamps to the lab's dialplan.
fn with_hints(text: &str) -> String {
    let mut text = format!("{text}\n[from-internal-custom](+)\n");
    for exten in lamps() {
        let _ = writeln!(text, "exten => {exten},hint,Custom:DND{exten}");
    }
    text
}

/// Number of these hints that are in this state, as the PBX itself says.
fn hints(lab: &Lab, pbx: Pbx, state: &str) -> usize {
    let (hints, state) = (lab.cli(pbx, "core show hints"), format!("State:{state} "));
    let lamps = hints.lines().filter(|line| line.contains(": Custom:DND3"));
    lamps.filter(|line| line.contains(&state)).count()
}

fn a_thousand_lamps_outlive_a_crash_in_the_midst_of_telling_them(version: Version) {
    let folder = tempfile::tempdir().expect("there is room");
    let [dialplan, _] = Pbx::ALL.map(|pbx| pbx.overlay(folder.path(), "extensions.conf", |text| with_hints(&text)));
    let lab = Lab::with(version, folder.path(), &Pbx::ALL);
    let server = Server::start(lab.config().dialplan(&dialplan).open(Some(Role::Admin)));
    server.assert_all_agree(&lab);
    // All states are sent at once, so that the PBX needs a while.
    let path = "api/v1/peers/freepbx/pause";
    Visitor::of(&server).send(Method::PUT, path, None).expect(204);
    set(&server, &lamps(), "on");
    let all_are = |pbx: Pbx, state: &str| {
        wait(&format!("{pbx} says {state} of each"), LONG, || {
            let said = hints(&lab, pbx, state);
            ensure(said == LAMPS, || format!("{said} of {LAMPS}"))
        });
    };
    all_are(Pbx::PbxAct, "Busy");
    assert_eq!(peer(&server, Pbx::FreePbx).untold, LAMPS as u64);

    Visitor::of(&server).send(Method::DELETE, path, None).expect(204);
    wait("some are told", LONG, || {
        let untold = peer(&server, Pbx::FreePbx).untold;
        ensure(untold < LAMPS as u64 - 100, || format!("{untold} are not"))
    });
    lab.freeze(Pbx::FreePbx);
    let untold = peer(&server, Pbx::FreePbx).untold;
    println!("it crashes with {untold} of {LAMPS} untold");
    assert!(untold > 100, "that was too late: {untold} are untold");
    lab.kill(Pbx::FreePbx);
    let off: Vec<String> = lamps().split_off(LAMPS - 100);
    set(&server, &off, "off");
    lab.up(Pbx::FreePbx);
    let since = Instant::now();
    for pbx in Pbx::ALL {
        wait(&format!("{pbx} has all as they are"), LONG, || {
            let said = ["Busy", "Unavailable"].map(|state| hints(&lab, pbx, state));
            ensure(said == [LAMPS - 100, 100], || format!("{said:?}"))
        });
    }
    println!("it had all {:?} after its start", since.elapsed());
    wait("everything is told", SOON, || {
        let untold: u64 = server.report().peers.iter().map(|peer| peer.untold).sum();
        ensure(untold == 0, || format!("{untold} are not"))
    });
    for pbx in Pbx::ALL {
        assert_eq!(server.trouble(pbx.name()), None);
    }
}
