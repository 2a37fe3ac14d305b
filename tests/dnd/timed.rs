//! A DND that ends by itself, and the remains of one after a crash.

use std::thread;
use std::time::Duration;

use lampfield_shared::{DndKind, Freshness};
use serde_json::json;
use support::{Lab, Pbx, Phone, Version, Watcher, ensure, stays, wait};

use super::{AWAY, SOON, TOLD_AGAIN, in_seconds, lamp_is, lamps_only, list, listed, off, on, set, with_managers};

with_each_asterisk!(
    one_that_is_on_is_changed_and_its_lamp_stays_lit,
    a_timed_dnd_ends_by_itself_over_a_restart,
    a_timer_leaves_alone_what_was_set_anew_at_the_phone,
    nothing_that_was_answered_is_lost_by_a_crash,
    calls_are_as_they_are_said_to_be_after_a_crash,
);

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
    // The PBX is away at the end of the DND, and lampfield ends it when the PBX is back.
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
    // The phone dials *79, and then *78.
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
            // The last order may have been carried out or not.
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
            let agree = !open && flag != entries.is_empty() && flag == lamp.dnd && lamp.freshness == Freshness::Live;
            ensure(agree, || format!("flag {flag}, {lamp:?}, {entries:?}"))
        });
        set(&server, "1001", &off());
    }
}

/// Switches the extensions on one after the other, then off, and so on, until nobody answers; gives the number of
/// answers.
fn toggle_until_it_ends(port: u16, extens: &[&str]) -> usize {
    for answered in 0.. {
        let exten = extens[answered % extens.len()];
        let order = if (answered / extens.len()).is_multiple_of(2) { on() } else { off() };
        let url = format!("http://127.0.0.1:{port}/api/v1/extensions/{exten}/dnd");
        if ureq::put(&url).header("Content-Type", "application/json").send(order.to_string()).is_err() {
            return answered;
        }
    }
    unreachable!("the server is killed")
}

fn one_that_is_on_is_changed_and_its_lamp_stays_lit(version: Version) {
    let lab = Lab::start(version);
    let _phone = Phone::register("1001", "127.0.0.11");
    let server = with_managers(&lab);
    set(&server, "1001", &json!({ "state": "on", "kind": "calls", "reason": "lunch" }));
    lamp_is(&server, "1001", Some(DndKind::Calls));
    let watcher = Watcher::connect(&server.url(), None);
    let until = in_seconds(600);
    set(&server, "1001", &json!({ "state": "on", "kind": "calls", "reason": "dentist", "until": until }));
    let [entry] = &list(&server)[..] else { panic!("{:?}", listed(&server)) };
    assert_eq!((entry.reason.as_deref(), entry.until.map(|it| it.0)), (Some("dentist"), Some(until)));

    assert_eq!(set(&server, "1001", &json!({ "state": "on", "kind": "lamp" })).held_by, []);
    assert_eq!(listed(&server), ["1001 lamp"], "calls come through again");
    assert_eq!(lab.database(Pbx::FreePbx, "DND", "1001"), None);
    lamp_is(&server, "1001", Some(DndKind::Lamp));
    set(&server, "1001", &json!({ "state": "on", "kind": "calls" }));
    assert_eq!(listed(&server), ["1001 calls at freepbx"]);
    assert_eq!(lab.database(Pbx::FreePbx, "DND", "1001").as_deref(), Some("YES"));
    lamp_is(&server, "1001", Some(DndKind::Calls));
    let told = std::iter::from_fn(|| watcher.next(Duration::from_secs(1))).filter_map(|event| event.lamp());
    let dark: Vec<_> = told.filter(|lamp| lamp.exten.as_str() == "1001" && !lamp.dnd).collect();
    assert!(dark.is_empty(), "the lamp went out in between: {dark:?}");
    set(&server, "1001", &off());
    lamp_is(&server, "1001", None);
}
