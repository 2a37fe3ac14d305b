//! Our own states at the PBXes: every PBX has them, and has them again after any outage of either side.

use std::time::{Duration, Instant};

use lampfield_shared::{RefreshReason, RefreshReport, Role};
use serde_json::json;
use support::{Config, Lab, Pbx, Server, Version, Visitor, ensure, wait};
use ureq::http::Method;

with_each_asterisk!(
    a_lamp_that_is_set_here_is_lit_on_every_pbx_and_survives_both_sides,
    a_thousand_devices_are_told_again,
);

const SOON: Duration = Duration::from_secs(20);
/// Time in which a PBX publishes a thousand states on a busy machine.
const LONG: Duration = Duration::from_mins(1);

fn admin(config: Config) -> Server {
    Server::start(config.open(Some(Role::Admin)))
}

#[track_caller]
fn dnd(server: &Server, exten: &str, state: &str) {
    let path = format!("api/v1/extensions/{exten}/dnd");
    Visitor::of(server).put(&path, &json!({ "state": state, "kind": "lamp" })).expect(200);
}

#[track_caller]
fn says(lab: &Lab, pbx: Pbx, exten: &str, state: &str) {
    wait(&format!("{pbx} says {state} of {exten}"), SOON, || {
        let said = lab.extension_state_at(pbx, exten);
        ensure(said == state, || format!("it says {said}"))
    });
}

#[track_caller]
fn everybody_says(lab: &Lab, exten: &str, state: &str) {
    for pbx in Pbx::ALL {
        says(lab, pbx, exten, state);
    }
}

fn a_lamp_that_is_set_here_is_lit_on_every_pbx_and_survives_both_sides(version: Version) {
    let lab = Lab::start(version);
    let mut server = admin(lab.config());
    dnd(&server, "1001", "on");
    dnd(&server, "2001", "on");
    everybody_says(&lab, "1001", "Busy");
    everybody_says(&lab, "2001", "Busy");

    // One PBX crashes, and misses the changes.
    lab.kill(Pbx::FreePbx);
    dnd(&server, "2001", "off");
    dnd(&server, "1002", "on");
    says(&lab, Pbx::PbxAct, "2001", "Unavailable");
    lab.up(Pbx::FreePbx);
    let since = Instant::now();
    for (exten, state) in [("1001", "Busy"), ("1002", "Busy"), ("2001", "Unavailable")] {
        everybody_says(&lab, exten, state);
    }
    println!("a PBX that crashed had our states {:?} after its start", since.elapsed());

    // The other one stops in good order.
    lab.down(Pbx::PbxAct);
    dnd(&server, "1002", "off");
    lab.up(Pbx::PbxAct);
    everybody_says(&lab, "1001", "Busy");
    everybody_says(&lab, "1002", "Unavailable");

    // lampfield crashes: the PBXes keep its states. After the start it publishes all of them again.
    server.restart();
    dnd(&server, "1001", "off");
    dnd(&server, "2002", "on");
    everybody_says(&lab, "1001", "Unavailable");
    everybody_says(&lab, "2002", "Busy");

    let took = server.stop_politely();
    println!("the goodbye took {took:?}");
    assert!(took < Duration::from_secs(2), "both PBXes answered");
    everybody_says(&lab, "2002", "Busy");
    lab.kill(Pbx::FreePbx);
    lab.up(Pbx::FreePbx);
    server.start_again();
    everybody_says(&lab, "2002", "Busy");
    for name in Pbx::ALL.map(Pbx::name) {
        assert_eq!(server.trouble(name), None);
    }
    wait("everything is told", SOON, || {
        let untold: u64 = server.report().peers.iter().map(|peer| peer.untold).sum();
        ensure(untold == 0, || format!("{untold} are not"))
    });
}

/// A dialplan that gives a thousand devices of the PBX their states.
const MANY: &str = "
[many]
exten => s,1,Set(i=0)
 same => n(next),Set(i=$[${i}+1])
 same => n,Set(DEVICE_STATE(Custom:Many${i})=INUSE)
 same => n,GotoIf($[${i}<1000]?next)
 same => n,Wait(1)
";

fn refresh(server: &Server) -> RefreshReport {
    let report = server.report();
    report.peers[0].refresh.clone().expect("it was asked at the start")
}

fn a_thousand_devices_are_told_again(version: Version) {
    let folder = tempfile::tempdir().expect("there is room");
    Pbx::FreePbx.overlay(folder.path(), "extensions.conf", |text| text + MANY);
    let lab = Lab::with(version, folder.path(), &[Pbx::FreePbx]);
    let server = admin(lab.config_with(&[Pbx::FreePbx.peer()]));
    lab.cli(Pbx::FreePbx, "channel originate Local/s@many application Wait 1");
    let states = || server.counter("freepbx", "device_state");
    wait("a thousand devices have changed", LONG, || ensure(states() >= 1000, || states().to_string()));

    // No further state changes; an Asterisk 16 publishes some twice, and a slow one late.
    let mut heard = (states(), Instant::now());
    wait("it has said all", LONG, || {
        if states() != heard.0 {
            heard = (states(), Instant::now());
        }
        ensure(heard.1.elapsed() > Duration::from_secs(3), || format!("{} states", heard.0))
    });
    Visitor::of(&server).send(Method::POST, "api/v1/peers/freepbx/refresh", None).expect(202);
    let told = wait("all are told again", LONG, || {
        let told = refresh(&server);
        ensure(told.why == RefreshReason::Request && told.states >= 1000, || format!("{told:?}")).map(|()| told)
    });
    println!("a thousand devices: {told:?}");
    assert_eq!(told.drift, 0, "we had them all right");
    assert_eq!(server.counter("freepbx", "missed"), 0);
    wait("nothing is wrong with it", SOON, || match server.trouble("freepbx") {
        None => Ok(()),
        Some(trouble) => Err(trouble),
    });
    Visitor::of(&server).send(Method::POST, "api/v1/peers/nobody/refresh", None).expect(404);
}
