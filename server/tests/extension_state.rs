//! Extension state by `Event: dialog` and `presence`: the recordings of real Asterisks, and what others send.

#![allow(clippy::unwrap_used, reason = "a test says by panicking what is wrong")]

#[path = "extension_state/run.rs"]
mod run;
#[path = "extension_state/several.rs"]
mod several;

use std::fs;
use std::path::PathBuf;

use lampfield::board::Kept;
use lampfield_shared::{Exten, Side};
use run::{FREEPBX, Publish, Run, dialog, moment, presence, ringing};
use serde_json::Value;

/// Recorded requests and notes of one scenario, in order.
fn recorded(scenario: &str) -> Vec<Value> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/captures").join(scenario).join("index.jsonl");
    let lines = fs::read_to_string(path).unwrap();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Publishes the recorded requests, and gives what the lamp shows after each note.
fn replay(run: &mut Run, scenario: &str, exten: &str) -> Vec<String> {
    let mut shown: Vec<String> = Vec::new();
    for row in recorded(scenario) {
        let text = |key: &str| row[key].as_str().unwrap_or_default();
        if row.get("note").is_some() {
            shown.push(format!("{}: -", text("note")));
        }
        if !text("start").starts_with("PUBLISH") || !["dialog", "presence"].contains(&text("Event")) {
            continue;
        }
        let told = text("start").trim_start_matches("PUBLISH sip:").split('@').next().unwrap();
        let publish = Publish {
            event: text("Event"),
            media_type: text("Content-Type"),
            // The recorded entity-tags are of another compositor, so each request is sent like a first one.
            call: &format!("{}{told}", text("Event")),
            body: text("body"),
            ..Publish::dialog(told, "")
        };
        assert_eq!(run.publish(&publish).0, "200 OK", "{row}");
        if let Some(last) = shown.last_mut().filter(|_| told == exten) {
            let note = last.split(": ").next().unwrap().to_owned();
            let lamp = run.lamp(exten);
            *last = format!("{note}: {} ({})", lamp.state.as_str(), lamp.hint_state);
        }
    }
    shown
}

#[test]
fn shows_every_state_that_an_asterisk_recorded() {
    for version in ["22", "16"] {
        let mut run = Run::new();
        replay(&mut run, &format!("{version}/exten-state/startup"), "1001");
        assert_eq!(run.shows("1001"), "offline (Unavailable) live", "{version}");
        assert_eq!(run.shows("1003"), "offline (Unavailable) live", "its xpidf says so, {version}");
        assert_eq!(run.shows("1004"), "no_data (Idle) live", "dialogs alone do not tell, {version}");
        replay(&mut run, &format!("{version}/exten-state/register"), "1001");
        assert_eq!(run.shows("1001"), "free (Idle) live", "{version}");
        let custom = replay(&mut run, &format!("{version}/exten-state/custom"), "1001");
        let expected = [
            "Custom:DND1001 INUSE: on_call (InUse)",
            "Custom:DND1001 BUSY: on_call (InUse)",
            "Custom:DND1001 RINGING: ringing (Ringing)",
            "Custom:DND1001 RINGINUSE: call_ringing (InUse&Ringing)",
            "Custom:DND1001 ONHOLD: on_hold (Hold)",
            "Custom:DND1001 UNAVAILABLE: free (Idle)",
            "Custom:DND1001 INVALID: -",
            "Custom:DND1001 UNKNOWN: -",
            "Custom:DND1001 NOT_INUSE: -",
        ];
        assert_eq!(custom, expected, "{version}");
    }
}

#[test]
fn follows_a_recorded_call_and_invents_no_state_between() {
    for version in ["22", "16"] {
        let mut run = Run::new();
        replay(&mut run, &format!("{version}/exten-state/register"), "1002");
        let mut seen: Vec<String> = vec![run.lamp("1002").state.as_str().into()];
        for row in recorded(&format!("{version}/exten-state/call")) {
            let text = |key: &str| row[key].as_str().unwrap_or_default();
            if text("start").starts_with("PUBLISH sip:1002@") {
                let body = text("body");
                let publish = match text("Event") {
                    "dialog" => Publish { call: "dialog1002", ..Publish::dialog("1002", body) },
                    _ => Publish { call: "presence1002", ..Publish::presence("1002", body) },
                };
                run.publish(&publish);
                let state = run.lamp("1002").state.as_str();
                if seen.last().is_none_or(|last| last != state) {
                    seen.push(state.into());
                }
            }
        }
        assert_eq!(seen, ["free", "ringing", "on_call", "on_hold", "on_call", "free"], "{version}");
    }
}

#[test]
fn a_ringing_phone_shows_who_is_calling() {
    let mut run = Run::new();
    let call = |identity: &str| ringing(&format!("<remote><identity {identity}</identity></remote>"));
    run.publish(&Publish::dialog("1002", &dialog("terminated")));
    run.publish(&Publish::dialog("1001", &call("display='Orlov'>sip:5551234@pbx")));
    assert_eq!(run.shows("1001"), "ringing (Ringing) live, Incoming External Some(\"5551234\") Some(\"Orlov\")");
    run.publish(&Publish::dialog("1001", &call("display='Anna'>sip:1002@pbx")));
    assert_eq!(run.lamp("1001").call.unwrap().party.unwrap().side, Side::Internal);
    run.publish(&Publish::dialog("1001", &call("display='Anna'>sip:anonymous@anonymous.invalid")));
    assert_eq!(run.shows("1001"), "ringing (Ringing) live, Incoming Withheld None None");
    run.publish(&Publish::dialog("1001", &ringing("")));
    assert_eq!(run.shows("1001"), "ringing (Ringing) live, Incoming of somebody", "as an Asterisk publishes it");
    run.publish(&Publish::dialog("1001", &dialog("confirmed")));
    assert_eq!(run.shows("1001"), "on_call (InUse) live");
    run.publish(&Publish::dialog("1001", &call("display='Orlov'>sip:5551234@pbx")));
    run.pass(16);
    assert_eq!(
        run.shows("1001"),
        "ringing (Ringing) last known at 0, Incoming External Some(\"5551234\") Some(\"Orlov\") at 0",
        "a silent peer's caller is not calling now"
    );
}

#[test]
fn shows_what_a_person_says() {
    let mut run = Run::new();
    let said = "<presence xmlns='urn:ietf:params:xml:ns:pidf'><note>Ready</note>\
        <tuple id='1'><status><basic>open</basic></status></tuple>\
        <tuple id='digium-presence'><status><digium_presence type='xa' subtype='vacation'>gone fishing\
        </digium_presence></status></tuple></presence>";
    run.publish(&Publish::presence("1001", said));
    assert_eq!(run.shows("1001"), "free (Idle) live, xa Some(\"vacation\") Some(\"gone fishing\")");
    assert!(!run.lamp("1001").dnd, "presence is no DND");
    run.pass(16);
    assert_eq!(run.shows("1001"), "free (Idle) last known at 0, xa Some(\"vacation\") Some(\"gone fishing\") at 0");
    run.publish(&Publish::presence("1001", &presence("Ready", "open")));
    assert_eq!(run.shows("1001"), "free (Idle) live", "it is taken back");
}

#[test]
fn an_extension_stands_as_long_as_its_publication_goes_on() {
    let mut run = Run::new();
    let talking = presence("On the phone", "open");
    let (_, tag) = run.publish(&Publish::presence("1001", &talking));
    run.pass(16);
    assert_eq!(run.shows("1001"), "on_call (InUse) last known at 0");
    let (answer, tag) = run.publish(&Publish { tag: &tag, ..Publish::presence("1001", "") });
    assert_eq!((answer.as_str(), &*run.shows("1001")), ("200 OK", "on_call (InUse) live"), "nothing was missed");
    run.cseq += 1;
    let (_, tag) = run.publish(&Publish { tag: &tag, ..Publish::presence("1001", "") });
    assert_eq!(
        run.shows("1001"),
        "on_call (InUse) last known at 16",
        "one request never came, though the PBX is heard"
    );
    let (_, tag) = run.publish(&Publish { tag: &tag, ..Publish::presence("1001", &talking) });
    assert_eq!(run.shows("1001"), "on_call (InUse) live");
    run.cseq += 1;
    run.pass(16);
    run.publish(&Publish { tag: &tag, ..Publish::presence("1001", "") });
    assert_eq!(run.shows("1001"), "on_call (InUse) last known at 16", "one request never came");
    let (_, tag) = run.publish(&Publish::presence("1001", &talking));
    assert_eq!(run.shows("1001"), "on_call (InUse) live");
    run.publish(&Publish { call: "other", ..Publish::presence("1002", &talking) });
    run.pass(3_600 + 365);
    assert_eq!(
        run.publish(&Publish { tag: &tag, ..Publish::presence("1001", "") }).0,
        "412 Conditional Request Failed"
    );
}

/// Waits until messages of a peer that answers no OPTIONS count again: after a jump they may be old ones.
fn let_the_buffers_run_dry(run: &mut Run) {
    run.pass(2);
}

#[test]
fn what_was_said_of_an_extension_before_a_sleep_is_last_known_until_it_is_said_again() {
    let mut run = Run::new();
    let talking = presence("On the phone", "open");
    let (_, first) = run.publish(&Publish::presence("1001", &talking));
    let (_, other) = run.publish(&Publish { call: "p2", ..Publish::presence("1002", &talking) });
    let (_, third) = run.publish(&Publish { call: "p3", ..Publish::dialog("1003", &dialog("confirmed")) });
    run.pass(5);
    run.sleep(45);
    for exten in ["1001", "1002", "1003"] {
        assert_eq!(run.shows(exten), "on_call (InUse) last known at 0");
    }
    let_the_buffers_run_dry(&mut run);
    run.cseq = 1;
    run.publish(&Publish { tag: &first, ..Publish::presence("1001", "") });
    assert_eq!(run.shows("1001"), "on_call (InUse) live", "no request of its is missing");
    run.publish(&Publish { tag: &other, call: "another", ..Publish::presence("1002", "") });
    assert_eq!(run.shows("1002"), "on_call (InUse) last known at 0", "nobody knows what was said in between");
    run.publish(&Publish { tag: &third, call: "another3", ..Publish::dialog("1003", &dialog("terminated")) });
    assert!(run.shows("1003").ends_with(" live"), "{}", run.shows("1003"));
}

#[test]
fn a_publication_that_runs_out_while_the_machine_sleeps_has_ended() {
    let mut run = Run::new();
    let (_, tag) = run.publish(&Publish::presence("1001", &presence("On the phone", "open")));
    run.pass(5);
    run.sleep(2 * 3600);
    let_the_buffers_run_dry(&mut run);
    let (answer, _) = run.publish(&Publish { tag: &tag, ..Publish::presence("1001", "") });
    assert_eq!(answer, "412 Conditional Request Failed");
    assert_eq!(run.shows("1001"), "on_call (InUse) last known at 0");
}

#[test]
fn a_restarted_pbx_does_not_stand_by_what_it_said_in_its_life_before() {
    let mut run = Run::new();
    let talking = presence("On the phone", "open");
    run.publish(&Publish::presence("1001", &talking));
    run.publish(&Publish { call: "p2", ..Publish::presence("1002", &talking) });
    for _ in 0..10 {
        run.publish(&Publish { call: "p3", ..Publish::presence("1003", &talking) });
        run.pass(10);
    }
    run.publish(&Publish { call: "new", ..Publish::presence("1001", &presence("Ready", "open")) });
    assert_eq!(run.shows("1001"), "free (Idle) live");
    assert_eq!(run.shows("1002"), "on_call (InUse) last known at 100", "Asterisk does not tell of an unavailable one");
    run.publish(&Publish { call: "new3", ..Publish::presence("1003", &talking) });
    assert_eq!(run.shows("1003"), "on_call (InUse) live");
}

#[test]
fn the_answers_say_what_to_mend() {
    let mut run = Run::new();
    let refuse = |run: &mut Run, publish: &Publish<'_>, expected: &str| {
        assert_eq!(run.publish(publish).0, expected, "{}", publish.body);
    };
    let good = Publish::dialog("1001", "<dialog-info/>");
    refuse(&mut run, &good, "200 OK");
    refuse(&mut run, &Publish { media_type: "application/json", ..good.clone() }, "415 Unsupported Media Type");
    refuse(&mut run, &Publish { media_type: "application/pidf+xml", ..good.clone() }, "415 Unsupported Media Type");
    refuse(&mut run, &Publish { body: "{}", ..good.clone() }, "400 Bad Request");
    refuse(&mut run, &Publish { body: "<!DOCTYPE x><dialog-info/>", ..good.clone() }, "400 Bad Request");
    refuse(&mut run, &Publish { body: &"<a>".repeat(1_000), ..good.clone() }, "400 Bad Request");
    refuse(&mut run, &Publish { event: "Dialog", ..good.clone() }, "489 Bad Event");
    refuse(&mut run, &Publish { event: "Dialog", exten: "freepbx", ..good.clone() }, "489 Bad Event");
    refuse(&mut run, &Publish { tag: "nobody", ..good.clone() }, "412 Conditional Request Failed");
    let mut two = Run::with(&[("perm", "127.0.0.4:5060"), ("kazan", "127.0.0.4:5062")]);
    refuse(&mut two, &good, "403 Forbidden");
    let mut other = Run::with(&[("perm", "127.0.0.4:5062"), ("kazan", FREEPBX)]);
    refuse(&mut other, &good, "200 OK");
    assert_eq!(other.lamp("1001").site.unwrap().as_str(), "kazan");
    let mut stranger = Run::with(&[("perm", "127.0.0.5:5060")]);
    refuse(&mut stranger, &good, "403 Forbidden");
    refuse(&mut run, &Publish { exten: "kitchen", ..good.clone() }, "200 OK");
    assert_eq!(run.core.details(&Exten::from("kitchen")), None, "it is no number, and in no hint");
}

#[test]
fn what_was_said_comes_back_as_last_known() {
    let mut run = Run::new();
    run.pass(5);
    run.publish(&Publish::dialog("1001", &ringing("<remote><identity>sip:5551234@pbx</identity></remote>")));
    let said = "<presence xmlns='urn:ietf:params:xml:ns:pidf'><note>Ringing</note>\
        <tuple id='digium-presence'><status><digium_presence type='chat'/></status></tuple></presence>";
    run.publish(&Publish::presence("1001", said));
    let (board, ledger) = run.core.board_mut();
    let kept: Kept = board.poll_to_keep(moment(9), ledger).unwrap();
    let mut next = Run::new();
    let (board, ledger) = next.core.board_mut();
    board.restore(moment(60), ledger, kept);
    next.seconds = 60;
    assert_eq!(next.shows("1001"), "ringing (Ringing) last known at 5, chat None None at 5", "nobody is calling");
    next.publish(&Publish::presence("1001", &presence("Ready", "open")));
    assert_eq!(next.shows("1001"), "free (Idle) live");
}
