//! "Do not disturb", set in lampfield and seen at real PBXes, and the other way round.

use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lampfield_shared::dnd::{DndEntry, DndList, DndManyReport, DndOutcome, DndReport};
use lampfield_shared::{Dnd, DndKind, Freshness, LampState, Role, SiteName};
use serde_json::{Value, json};
use support::{Authority, Config, Lab, Pbx, Phone, Server, Version, ensure, stays, wait};

with_each_asterisk!(
    a_lamp_shows_at_both_pbxes_and_goes_away_again,
    a_lamp_reaches_a_pbx_that_was_away,
    a_dnd_of_the_pbx_shows_in_lampfield_and_holds_the_lamp,
    a_dnd_that_stops_calls_stops_a_call_and_lets_it_through_again,
    what_is_wrong_with_the_manager_is_told,
    a_timed_dnd_ends_by_itself_over_a_restart,
    a_timer_leaves_alone_what_was_set_anew_at_the_phone,
    nothing_that_was_answered_is_lost_by_a_crash,
    calls_are_as_they_are_said_to_be_after_a_crash,
);

/// A change is there at once; this is for a machine that is busy.
const SOON: Duration = Duration::from_secs(5);
/// A PBX that is back has been told everything after this: it answers nothing before it has fully booted.
const TOLD_AGAIN: Duration = Duration::from_secs(20);

/// What a PBX says of an extension without a phone.
const AWAY: &str = "Unavailable";

const MANAGER: &str = "user = 'lampfield'\nsecret = 'blf'";

/// Everybody who looks may set, and each PBX has a manager.
fn config(lab: &Lab, manager: &str) -> Config {
    lab.config_with(&Pbx::ALL.map(|pbx| pbx.peer().ami(manager))).open(Some(Role::Admin))
}

/// lampfield without a manager: lamps alone.
fn lamps_only(lab: &Lab) -> Server {
    settled(lab, lab.config().open(Some(Role::Admin)))
}

fn with_managers(lab: &Lab) -> Server {
    settled(lab, config(lab, MANAGER))
}

/// With a phone at 1001, so that it is known where that is, and all lamps live.
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

/// The status and the words of a refusal.
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

/// So many seconds from now, in milliseconds since 1970.
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
    // A crash: it has forgotten us, answers 412, and asks to be told all again.
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
    // A silence: it remembers us, and would show the lamp for ever.
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

fn a_dnd_that_stops_calls_stops_a_call_and_lets_it_through_again(version: Version) {
    let lab = Lab::start(version);
    let mut callee = Phone::register("1001", "127.0.0.11");
    let mut caller = Phone::register("1002", "127.0.0.12");
    lab.cli(Pbx::FreePbx, "database put AMPUSER 1001/device 1001&9001");
    let server = with_managers(&lab);
    let report = set(&server, "1001", &json!({ "state": "on", "reason": "lunch" }));
    let freepbx = Some(SiteName::from("freepbx"));
    assert_eq!((report.kinds, &report.node, &report.confirmed_by), (vec![DndKind::Calls], &freepbx, &freepbx));
    assert_eq!(lab.database(Pbx::FreePbx, "DND", "1001").as_deref(), Some("YES"));
    for device in ["Custom:DND1001", "Custom:DEVDND1001", "Custom:DEVDND9001"] {
        let states = lab.cli(Pbx::FreePbx, "devstate list");
        let line = states.lines().position(|line| line.contains(&format!("Name: {device}'")));
        assert!(line.is_some() || states.contains(device), "{device}: {states}");
    }
    lamp_is(&server, "1001", Some(DndKind::Calls));
    for pbx in Pbx::ALL {
        lab.wait_for_hint(pbx, "1001", "Busy");
    }
    caller.call_in_vain("1001");
    assert_eq!(set(&server, "1001", &on()).kinds, [DndKind::Calls], "again, and nothing has changed");

    let report = set(&server, "1001", &off());
    assert_eq!((report.kinds, &report.confirmed_by, report.held_by), (vec![DndKind::Calls], &freepbx, vec![]));
    assert_eq!(lab.database(Pbx::FreePbx, "DND", "1001"), None);
    lamp_is(&server, "1001", None);
    callee.answer_a_call();
    caller.call("1001");
    server.wait_for_lamp("1001", "ringing", SOON, |it| it.lamp.state == LampState::Ringing);
    caller.finish();
    callee.finish();
    set(&server, "1001", &off());
    let deeds = server.get("api/v1/audit").expect("it is told");
    let deeds: Vec<&str> =
        deeds["entries"].as_array().into_iter().flatten().filter_map(|it| it["details"].as_str()).collect();
    assert!(deeds.contains(&"kind calls, confirmed by freepbx, reason: lunch"), "{deeds:?}");
}

fn what_is_wrong_with_the_manager_is_told(version: Version) {
    let lab = Lab::start(version);
    let _phone = Phone::register("1001", "127.0.0.11");
    let wrong = [
        (
            "user = 'lampfield'\nsecret = 'wrong'",
            502,
            "refuses the login of `lampfield`: Authentication failed; see the section [lampfield]",
        ),
        ("user = 'nobody'\nsecret = 'blf'", 502, "refuses the login of `nobody`"),
        ("user = 'nosystem'\nsecret = 'blf'", 502, "`nosystem` may not DBGet: add `system` to `write`"),
        (
            "user = 'nocall'\nsecret = 'blf'",
            502,
            "`nocall` may not SetVar: add `call` to `write` in the section [nocall] of manager.conf. Done before that, and taken back: DBPut DND/1001",
        ),
        ("user = 'lampfield'\nsecret = 'blf'\nport = 5039", 502, "cannot be reached: Connection refused"),
        (
            "user = 'lampfield'\nsecret = 'blf'\ntls = true\nport = 5038\nroots = 'roots.pem'",
            502,
            "do not agree on TLS: it does not speak TLS there",
        ),
        ("user = 'lampfield'\nsecret = 'blf'\nhost = '127.0.0.5'", 504, "has not published Custom:DND1001 as BUSY"),
    ];
    let roots = tempfile::tempdir().expect("there is room for a folder");
    let authority = Authority::new(roots.path(), "lab");
    for (manager, status, words) in wrong {
        let manager =
            manager.replace("roots.pem", authority.roots().to_str().expect("the folder has an ordinary name"));
        let server = settled(&lab, config(&lab, &manager));
        let (said, why) = refused(&server, "1001", &on());
        assert!(said == status && why.contains(words), "{manager}: {said} {why}");
        println!("{why}");
        for pbx in Pbx::ALL {
            assert_eq!(lab.database(pbx, "DND", "1001"), None, "nothing is left of it");
        }
        lamp_is(&server, "1001", None);
        assert_eq!(listed(&server), [""; 0]);
        assert_eq!(
            set(&server, "1001", &json!({ "state": "on", "kind": "lamp" })).kinds,
            [DndKind::Lamp],
            "a lamp needs no manager"
        );
        set(&server, "1001", &json!({ "state": "off", "kind": "lamp" }));
        lab.wait_for_hint(Pbx::FreePbx, "1001", "Idle");
    }
}

fn a_timed_dnd_ends_by_itself_over_a_restart(version: Version) {
    let lab = Lab::start(version);
    let _phone = Phone::register("1001", "127.0.0.11");
    let mut server = with_managers(&lab);
    set(&server, "1001", &json!({ "state": "on", "until": in_seconds(6), "kind": "lamp" }));
    set(&server, "1001", &json!({ "state": "on", "until": in_seconds(6) }));
    set(&server, "1002", &json!({ "state": "on", "until": in_seconds(600), "kind": "lamp" }));
    assert_eq!(listed(&server), ["1001 lamp", "1001 calls at freepbx", "1002 lamp"]);
    server.stop();
    thread::sleep(Duration::from_secs(7));
    assert_eq!(lab.database(Pbx::FreePbx, "DND", "1001").as_deref(), Some("YES"), "nobody was there to end it");
    // The PBX is away when it is over: it is ended when the PBX is back.
    lab.freeze(Pbx::FreePbx);
    server.start_again();
    wait("the lamp has ended, the calls have not", SOON, || {
        let entries = list(&server);
        let calls = entries.iter().find(|entry| entry.kind == DndKind::Calls);
        let told = calls.is_some_and(|entry| entry.overdue.is_some());
        ensure(told && entries.len() == 2, || format!("{entries:?}"))
    });
    lab.thaw(Pbx::FreePbx);
    wait("the calls come through", Duration::from_secs(40), || {
        let flag = lab.database(Pbx::FreePbx, "DND", "1001");
        ensure(flag.is_none(), || format!("{flag:?}"))
    });
    lamp_is(&server, "1001", None);
    wait("it is off the list", SOON, || ensure(listed(&server) == ["1002 lamp"], || format!("{:?}", list(&server))));
    for pbx in Pbx::ALL {
        lab.wait_for_hint(pbx, "1001", "Idle");
        lab.wait_for_hint(pbx, "1002", "Busy");
    }
}

fn a_timer_leaves_alone_what_was_set_anew_at_the_phone(version: Version) {
    let lab = Lab::start(version);
    let _phone = Phone::register("1001", "127.0.0.11");
    let server = with_managers(&lab);
    set(&server, "1001", &json!({ "state": "on", "until": in_seconds(5) }));
    let by_phone = |flag: &str, state: &str| {
        lab.cli(Pbx::FreePbx, flag);
        lab.set_device(Pbx::FreePbx, "Custom:DND1001", state);
    };
    // *79, and *78
    by_phone("database del DND 1001", "UNAVAILABLE");
    lamp_is(&server, "1001", None);
    by_phone("database put DND 1001 YES", "BUSY");
    lamp_is(&server, "1001", Some(DndKind::Calls));
    let entries = list(&server);
    assert!(entries.len() == 1 && entries[0].until.is_none() && entries[0].since.is_none(), "{entries:?}");
    stays("what a person has set stays", Duration::from_secs(6), || {
        let flag = lab.database(Pbx::FreePbx, "DND", "1001");
        ensure(flag.as_deref() == Some("YES"), || "it was ended".into())
    });
    lamp_is(&server, "1001", Some(DndKind::Calls));
}

#[test]
fn many_at_once_are_told_beforehand_what_will_be_done() {
    let lab = Lab::start(Version::V22);
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

#[test]
fn a_manager_may_be_told_by_tls() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let authority = Authority::new(folder.path(), "lab");
    let lab = tls_manager(&folder.path().join("lab"), &authority);
    let _phone = Phone::register("1001", "127.0.0.11");
    let manager = format!("{MANAGER}\ntls = true\ntls_name = 'freepbx.lab'\nroots = {:?}", authority.roots());
    let peers = [Pbx::FreePbx.peer().ami(&manager), Pbx::PbxAct.peer()];
    let server = settled(&lab, lab.config_with(&peers).open(Some(Role::Admin)));
    assert_eq!(set(&server, "1001", &on()).kinds, [DndKind::Calls]);
    assert_eq!(lab.database(Pbx::FreePbx, "DND", "1001").as_deref(), Some("YES"));
}

fn nothing_that_was_answered_is_lost_by_a_crash(version: Version) {
    let lab = Lab::start(version);
    let mut server = lamps_only(&lab);
    let extens = Pbx::FreePbx.extens();
    for round in 0_u64..4 {
        let port = server.port();
        let orders = thread::spawn(move || toggle_until_it_ends(port, &Pbx::FreePbx.extens()));
        thread::sleep(Duration::from_millis(400 + round * 170));
        server.stop();
        let answered = orders.join().expect("it counts");
        server.start_again();
        println!("round {round}: killed after {answered} answers");
        assert!(answered >= extens.len(), "only {answered} were answered: this proves nothing");
        let on: Vec<String> = list(&server).into_iter().map(|entry| entry.exten.to_string()).collect();
        for (index, exten) in extens.iter().enumerate() {
            let is_on = on.iter().any(|it| it == exten);
            // The one that was under way may have been done or not.
            if index != answered % extens.len() {
                let toggles = answered / extens.len() + usize::from(index < answered % extens.len());
                assert_eq!(is_on, toggles % 2 == 1, "{exten} after {answered} answers: {on:?}");
            }
            for pbx in Pbx::ALL {
                lab.wait_for_hint(pbx, exten, if is_on { "Busy" } else { AWAY });
            }
            lamp_is(&server, exten, is_on.then_some(DndKind::Lamp));
        }
        let (status, answer) =
            server.put("api/v1/dnd", &json!({ "state": "off", "extens": extens })).expect("it answers");
        assert_eq!(status, 200, "{answer}");
    }
}

fn calls_are_as_they_are_said_to_be_after_a_crash(version: Version) {
    let lab = Lab::start(version);
    let _phone = Phone::register("1001", "127.0.0.11");
    let mut server = with_managers(&lab);
    for round in 0_u64..4 {
        let port = server.port();
        let orders = thread::spawn(move || toggle_until_it_ends(port, &["1001"]));
        thread::sleep(Duration::from_millis(700 + round * 113));
        server.stop();
        let answered = orders.join().expect("it counts");
        println!("round {round}: killed after {answered} answers");
        assert!(answered > 0, "nobody was stopped: this proves nothing");
        server.start_again();
        wait("the list, the database and the lamp are of one mind", TOLD_AGAIN, || {
            let entries = list(&server);
            let open = entries.iter().any(|entry| entry.overdue.is_some());
            let flag = lab.database(Pbx::FreePbx, "DND", "1001").is_some();
            let lamp = server.lamp("1001")?.lamp;
            let agree = !open && flag == !entries.is_empty() && flag == lamp.dnd && lamp.freshness == Freshness::Live;
            ensure(agree, || format!("flag {flag}, {lamp:?}, {entries:?}"))
        });
        set(&server, "1001", &off());
    }
}

/// Switches one extension after the other on, round after round off and on, until nobody answers; how many
/// were answered.
fn toggle_until_it_ends(port: u16, extens: &[&str]) -> usize {
    for answered in 0.. {
        let exten = extens[answered % extens.len()];
        let order = if answered / extens.len() % 2 == 0 { on() } else { off() };
        let url = format!("http://127.0.0.1:{port}/api/v1/extensions/{exten}/dnd");
        if ureq::put(&url).header("Content-Type", "application/json").send(order.to_string()).is_err() {
            return answered;
        }
    }
    unreachable!("the server is killed")
}

/// The lab with a manager at freepbx that also speaks TLS.
fn tls_manager(overlay: &std::path::Path, authority: &Authority) -> Lab {
    let own = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("lab/conf/freepbx/manager.conf");
    let manager = std::fs::read_to_string(own).expect("the lab has a manager");
    let (certificate, key) = authority.sign("freepbx.lab");
    let pem = [certificate, key].map(|file| std::fs::read_to_string(file).expect("it was issued")).concat();
    let tls = "[general]\ntlsenable = yes\ntlsbindaddr = 127.0.0.4:5039\ntlscertfile = /lab/freepbx/etc/manager.pem\n";
    for pbx in Pbx::ALL {
        std::fs::create_dir_all(overlay.join(pbx.name())).expect("there is room");
    }
    let folder = overlay.join("freepbx");
    std::fs::write(folder.join("manager.conf"), manager.replacen("[general]\n", tls, 1)).expect("there is room");
    std::fs::write(folder.join("manager.pem"), pem).expect("there is room");
    Lab::with(Version::V22, overlay, &Pbx::ALL)
}
