//! "Do not disturb", set in lampfield and seen at real PBXes, and the other way round.

mod calls;
mod hanging;
mod page;
mod timed;
mod withdrawn;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lampfield_shared::dnd::{DndEntry, DndList, DndManyReport, DndOutcome, DndReport};
use lampfield_shared::{Dnd, DndKind, LampState, Role};
use serde_json::{Value, json};
use support::{Config, Lab, Pbx, Phone, SOON, Server, Version, ensure, stays, wait};

with_each_asterisk!(
    a_lamp_shows_at_both_pbxes_and_goes_away_again,
    a_lamp_reaches_a_pbx_that_was_away,
    a_dnd_of_the_pbx_shows_in_lampfield_and_holds_the_lamp,
    many_at_once_are_told_beforehand_what_will_be_done,
);

/// Time in which a PBX that is back has been told everything: it answers nothing before it has fully booted.
const TOLD_AGAIN: Duration = Duration::from_secs(20);

/// State of an extension without a phone, as a PBX names it.
const AWAY: &str = "Unavailable";

const MANAGER: &str = "user = 'lampfield'\nsecret = 'blf'";

/// A configuration in which every visitor may set DND, and each PBX has a manager.
fn config(lab: &Lab, manager: &str) -> Config {
    lab.config_with(&Pbx::ALL.map(|pbx| pbx.peer().ami(manager))).open(Some(Role::Admin))
}

/// lampfield without managers: "do not disturb" is a lamp only.
fn lamps_only(lab: &Lab) -> Server {
    settled(lab, lab.config().open(Some(Role::Admin)))
}

fn with_managers(lab: &Lab) -> Server {
    settled(lab, config(lab, MANAGER))
}

/// A server with a phone at 1001, so that its PBX is known, and all lamps live.
fn settled(lab: &Lab, config: Config) -> Server {
    let server = Server::start(config);
    server.assert_all_agree(lab);
    server
}

#[track_caller]
fn set(server: &Server, exten: &str, order: &Value) -> DndReport {
    let (status, answer) = server.put(&format!("api/v1/extensions/{exten}/dnd"), order).expect("it answers");
    assert_eq!(status, 200, "{answer}");
    serde_json::from_value(answer).expect("a report as agreed")
}

/// Status and text of a refusal.
#[track_caller]
fn refused(server: &Server, exten: &str, order: &Value) -> (u16, String) {
    let (status, answer) = server.put(&format!("api/v1/extensions/{exten}/dnd"), order).expect("it answers");
    assert!(status >= 400, "{answer}");
    (status, answer["detail"].as_str().expect("a problem says what it is").to_owned())
}

fn list(server: &Server) -> Vec<DndEntry> {
    let list: DndList =
        serde_json::from_value(server.get("api/v1/dnd").expect("it is told")).expect("a list as agreed");
    list.entries
}

/// Each entry in short: `1001 lamp`, `1001 calls at freepbx`.
fn listed(server: &Server) -> Vec<String> {
    let short = |entry: DndEntry| {
        let at = entry.node.map(|node| format!(" at {node}")).unwrap_or_default();
        format!("{} {}{at}", entry.exten, entry.kind.as_str())
    };
    list(server).into_iter().map(short).collect()
}

fn lamp_is(server: &Server, exten: &str, kind: Option<DndKind>) {
    server.wait_for_lamp(exten, &format!("{kind:?}"), SOON, |it| {
        it.lamp.dnd_details.as_ref().map(|details| details.kind) == kind && it.lamp.dnd == kind.is_some()
    });
}

fn on() -> Value {
    json!({ "state": "on" })
}

fn off() -> Value {
    json!({ "state": "off" })
}

/// The time in this number of seconds, in milliseconds since 1970.
fn in_seconds(seconds: u64) -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is later than 1970").as_millis();
    u64::try_from(now).expect("it is not that late") + seconds * 1_000
}

fn a_lamp_shows_at_both_pbxes_and_goes_away_again(version: Version) {
    let lab = Lab::start(version);
    let server = lamps_only(&lab);
    let report = set(&server, "1001", &json!({ "state": "on", "reason": "lunch" }));
    assert_eq!((report.kinds, report.node, report.held_by), (vec![DndKind::Lamp], None, vec![]));
    for pbx in Pbx::ALL {
        lab.wait_for_hint(pbx, "1001", "Busy");
    }
    lamp_is(&server, "1001", Some(DndKind::Lamp));
    server.assert_agrees(&lab, "1001");
    assert_eq!(listed(&server), ["1001 lamp"]);
    set(&server, "1001", &off());
    for pbx in Pbx::ALL {
        lab.wait_for_hint(pbx, "1001", AWAY);
    }
    lamp_is(&server, "1001", None);
    server.assert_all_agree(&lab);
    assert_eq!(listed(&server), [""; 0]);
    let (status, why) = refused(&server, "1001", &json!({ "state": "on", "kind": "calls" }));
    assert!(status == 409 && why.contains("[peer.ami]"), "{status} {why}");
}

fn a_lamp_reaches_a_pbx_that_was_away(version: Version) {
    let lab = Lab::start(version);
    let server = lamps_only(&lab);
    set(&server, "1001", &on());
    lab.wait_for_hint(Pbx::PbxAct, "1001", "Busy");
    // After a crash the PBX has forgotten us, answers 412, and asks for all states again.
    lab.kill(Pbx::PbxAct);
    set(&server, "1002", &on());
    set(&server, "1001", &off());
    lab.up(Pbx::PbxAct);
    wait("pbxact is told what was set meanwhile", TOLD_AGAIN, || {
        let said = lab.extension_state_at(Pbx::PbxAct, "1002");
        ensure(said == "Busy", || said)
    });
    lab.wait_for_hint(Pbx::PbxAct, "1001", AWAY);
    lab.wait_for_hint(Pbx::FreePbx, "1001", AWAY);
    // A silent PBX remembers us, and would show the lamp for ever.
    lab.freeze(Pbx::PbxAct);
    set(&server, "1002", &off());
    lab.wait_for_hint(Pbx::FreePbx, "1002", AWAY);
    lab.thaw(Pbx::PbxAct);
    wait("pbxact is told that it is off", TOLD_AGAIN, || {
        let said = lab.extension_state_at(Pbx::PbxAct, "1002");
        ensure(said == AWAY, || said)
    });
}

fn a_dnd_of_the_pbx_shows_in_lampfield_and_holds_the_lamp(version: Version) {
    let lab = Lab::start(version);
    let server = lamps_only(&lab);
    lab.set_device(Pbx::FreePbx, "Custom:DND1001", "BUSY");
    lamp_is(&server, "1001", Some(DndKind::Calls));
    assert_eq!(listed(&server), ["1001 calls at freepbx"]);
    set(&server, "1001", &on());
    let report = set(&server, "1001", &off());
    let [holder] = &report.held_by[..] else { panic!("{report:?}") };
    assert_eq!((holder.peer.as_str(), holder.device.as_str()), ("freepbx", "Custom:DND1001"));
    assert_eq!(holder.eid.map(|eid| eid.to_string()).as_deref(), Some(Pbx::FreePbx.eid()));
    stays("the PBX holds the lamp", Duration::from_secs(1), || {
        let lamp = server.lamp("1001")?.lamp;
        ensure(lamp.state == LampState::Dnd, || format!("{lamp:?}"))
    });
    lab.set_device(Pbx::FreePbx, "Custom:DND1001", "NOT_INUSE");
    lamp_is(&server, "1001", None);
    assert_eq!(listed(&server), [""; 0]);
}

fn many_at_once_are_told_beforehand_what_will_be_done(version: Version) {
    let lab = Lab::start(version);
    let _phone = Phone::register("1001", "127.0.0.11");
    let peers = [Pbx::FreePbx.peer().ami(MANAGER), Pbx::PbxAct.peer()];
    let server = settled(&lab, lab.config_with(&peers).open(Some(Role::Admin)));
    let ask = |order: Value| {
        let (status, answer) = server.put("api/v1/dnd", &order).expect("it answers");
        assert_eq!(status, 200, "{answer}");
        serde_json::from_value::<DndManyReport>(answer).expect("a report as agreed").outcomes
    };
    let planned = ask(json!({ "state": "on", "group": "Lab", "dry_run": true }));
    let nodes: Vec<Option<String>> = planned
        .iter()
        .map(|outcome| match outcome {
            DndOutcome::Planned(plan) => plan.node.as_ref().map(ToString::to_string),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(nodes, [vec![Some("freepbx".to_owned()); 5], vec![None; 5]].concat());
    assert_eq!(listed(&server), [""; 0], "nothing was done");
    let done = ask(json!({ "state": "on", "group": "Lab", "reason": "drill" }));
    for outcome in &done {
        let DndOutcome::Done(report) = outcome else { panic!("{outcome:?}") };
        assert_eq!((report.state, report.reason.as_deref()), (Dnd::On, Some("drill")));
    }
    for exten in Pbx::ALL.map(Pbx::extens).concat() {
        lab.wait_for_hint(Pbx::of(exten), exten, "Busy");
    }
    assert_eq!(listed(&server).len(), 10);
    ask(json!({ "state": "off", "extens": Pbx::ALL.map(Pbx::extens).concat() }));
    assert_eq!(listed(&server), [""; 0]);
    server.assert_all_agree(&lab);
}
