//! Several publications of one extension: one for each call and one for each registration, their ends, and beside them
//! a registrar's.

use lampfield_shared::{Counter, Freshness};

use crate::run::{Publish, Run, ringing};

/// A call in the form that Kamailio publishes.
fn call(id: &str, state: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" version=\"0\" state=\"full\" \
         entity=\"sip:111@pbx.example\"><dialog id=\"{id}\" call-id=\"{id}@h\" direction=\"recipient\">\
         <state>{state}</state></dialog></dialog-info>"
    )
}

/// A registration in the form that a registrar publishes.
fn registered(tuple: &str, basic: &str) -> String {
    format!(
        "<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" entity=\"111@pbx.example\"><tuple id=\"{tuple}\">\
         <status><basic>{basic}</basic></status></tuple></presence>"
    )
}

/// Publishes by a request with a Call-ID of its own, which must be accepted; gives its entity-tag.
#[track_caller]
fn tell(run: &mut Run, publish: &Publish<'_>) -> String {
    let call = format!("c{}", run.cseq);
    let (answer, tag) = run.publish(&Publish { call: &call, ..publish.clone() });
    assert_eq!(answer, "200 OK", "{}", publish.body);
    tag
}

#[test]
fn each_call_has_a_publication_and_they_are_joined() {
    let mut run = Run::new();
    let first = tell(&mut run, &Publish::dialog("111", &call("c1", "confirmed")));
    assert_eq!(run.shows("111"), "on_call (InUse) live, Incoming of somebody");
    let second = tell(&mut run, &Publish::dialog("111", &call("c2", "early")));
    assert_eq!(run.shows("111"), "call_ringing (InUse&Ringing) live, Incoming of somebody");
    tell(&mut run, &Publish { tag: &second, expires: 11, ..Publish::dialog("111", &call("c2", "terminated")) });
    assert_eq!(run.shows("111"), "on_call (InUse) live, Incoming of somebody");
    run.live(120);
    assert_eq!(run.shows("111"), "on_call (InUse) live, Incoming of somebody", "the end of a call that is over");
    tell(&mut run, &Publish { tag: &first, expires: 11, ..Publish::dialog("111", &call("c1", "terminated")) });
    assert_eq!(run.shows("111"), "no_data (Idle) live");
    run.live(120);
    assert_eq!(run.shows("111"), "no_data (Idle) live", "its end takes nothing back");
}

#[test]
fn one_call_does_not_vouch_for_another_of_which_something_may_have_been_missed() {
    for registrar in [false, true] {
        let mut run = Run::new();
        if registrar {
            tell(&mut run, &Publish::presence("111", &registered("t", "open")));
        }
        tell(&mut run, &Publish::dialog("111", &call("c1", "early")));
        tell(&mut run, &Publish::dialog("111", &call("c2", "early")));
        assert_eq!(run.shows("111"), "ringing (Ringing) live, Incoming of somebody");
        run.sleep(45);
        run.live(10);
        if registrar {
            tell(&mut run, &Publish::presence("111", &registered("t", "open")));
        }
        tell(&mut run, &Publish::dialog("111", &call("c2", "early")));
        let lamp = run.lamp("111");
        assert_eq!((lamp.state.as_str(), lamp.freshness), ("ringing", Freshness::LastKnown), "c1 may be answered");
        tell(&mut run, &Publish::dialog("111", &call("c1", "confirmed")));
        assert_eq!(run.shows("111"), "call_ringing (InUse&Ringing) live, Incoming of somebody");
    }
}

#[test]
fn a_call_that_waited_in_the_buffers_since_before_a_sleep_is_not_live() {
    let mut run = Run::new();
    tell(&mut run, &Publish::dialog("111", &call("c1", "early")));
    run.sleep(45);
    let body = call("c2", "early");
    let buffered = Publish { call: "d2", ..Publish::dialog("111", &body) };
    assert_eq!(run.publish(&buffered).0, "200 OK");
    run.live(10);
    assert_eq!(run.lamp("111").freshness, Freshness::LastKnown);
    tell(&mut run, &Publish::dialog("111", &call("c1", "terminated")));
    assert_eq!(run.lamp("111").freshness, Freshness::LastKnown, "c2 may be answered");
    tell(&mut run, &Publish::dialog("111", &body));
    assert_eq!(run.shows("111"), "ringing (Ringing) live, Incoming of somebody");
}

#[test]
fn a_call_that_is_no_longer_published_is_last_known() {
    let mut run = Run::new();
    tell(&mut run, &Publish { expires: 11, ..Publish::dialog("111", &call("c1", "confirmed")) });
    run.live(40);
    assert_eq!(run.shows("111"), "on_call (InUse) live, Incoming of somebody");
    run.live(20);
    assert_eq!(run.shows("111"), "on_call (InUse) last known at 60, Incoming of somebody at 60");
    let tag = tell(&mut run, &Publish::dialog("111", &call("c2", "early")));
    assert_eq!(run.shows("111"), "ringing (Ringing) live, Incoming of somebody");
    tell(&mut run, &Publish { tag: &tag, expires: 0, ..Publish::dialog("111", "") });
    assert_eq!(
        run.shows("111"),
        "ringing (Ringing) last known at 60, Incoming of somebody at 60",
        "withdrawn without a word"
    );
}

#[test]
fn a_dialog_that_is_published_anew_has_one_state() {
    let mut run = Run::new();
    for state in ["trying", "early", "confirmed"] {
        tell(&mut run, &Publish::dialog("111", &call("c1", state)));
    }
    assert_eq!(run.shows("111"), "on_call (InUse) live, Incoming of somebody", "it no longer rings");
    let of_other = call("c1", "early").replace("pbx.example", "other.example");
    let tag = tell(&mut run, &Publish::dialog("111", &of_other));
    assert_eq!(run.lamp("111").state.as_str(), "call_ringing", "the same id, of another entity");
    tell(&mut run, &Publish { tag: &tag, ..Publish::dialog("111", &of_other.replace("early", "terminated")) });
    tell(&mut run, &Publish::dialog("111", &call("c1", "terminated")));
    assert_eq!(run.shows("111"), "no_data (Idle) live");
    run.live(3_600 + 365);
    assert_eq!(run.shows("111"), "no_data (Idle) live", "nobody is left who burns");
}

#[test]
fn a_second_call_leaves_what_was_said_of_others() {
    let mut run = Run::new();
    tell(&mut run, &Publish::dialog("112", &call("c1", "confirmed")));
    run.live(100);
    tell(&mut run, &Publish::dialog("111", &call("c2", "early")));
    tell(&mut run, &Publish::dialog("111", &call("c3", "early")));
    assert_eq!(run.shows("112"), "on_call (InUse) live, Incoming of somebody");
}

#[test]
fn the_last_word_of_a_publication_counts() {
    let mut run = Run::new();
    let body = call("e", "terminated");
    let confirmed = call("e", "confirmed");
    let tag = tell(&mut run, &Publish::dialog("114", &confirmed));
    tell(&mut run, &Publish { tag: &tag, expires: 0, ..Publish::dialog("114", &body) });
    assert_eq!(run.shows("114"), "no_data (Idle) live", "by its tag");

    tell(&mut run, &Publish::dialog("114", &confirmed));
    tell(&mut run, &Publish { expires: 0, ..Publish::dialog("114", &body) });
    assert_eq!(run.shows("114"), "no_data (Idle) live", "without a tag");
    run.live(3_600 + 365);
    assert_eq!(run.shows("114"), "no_data (Idle) live");

    let now = run.seconds;
    let tag = tell(&mut run, &Publish::dialog("114", &confirmed));
    tell(&mut run, &Publish { tag: &tag, expires: 0, ..Publish::dialog("114", "<dialog-info><di") });
    assert_eq!(run.shows("114"), format!("on_call (InUse) last known at {now}, Incoming of somebody at {now}"));

    let refused = |run: &mut Run, publish: &Publish<'_>, expected: &str| assert_eq!(run.publish(publish).0, expected);
    let last = Publish { expires: 0, ..Publish::dialog("114", &body) };
    refused(&mut run, &Publish { body: "", ..last.clone() }, "412 Conditional Request Failed");
    refused(&mut run, &Publish { tag: "nobody", ..last.clone() }, "412 Conditional Request Failed");
    refused(&mut run, &Publish { body: "<x/>", ..last.clone() }, "400 Bad Request");

    let tag = tell(&mut run, &Publish::presence("115", &registered("t", "open")));
    tell(&mut run, &Publish { tag: &tag, expires: 0, ..Publish::presence("115", &registered("t", "closed")) });
    assert_eq!(run.shows("115"), "offline (Unavailable) live");
    run.live(100);
    assert_eq!(run.shows("115"), "offline (Unavailable) live");
}

#[test]
fn a_registrar_beside_dialogs_denies_no_call() {
    let open = registered("t", "open");
    let orders: [&[&str]; 3] =
        [&["open", "early", "confirmed"], &["early", "open", "confirmed"], &["early", "confirmed", "open"]];
    for order in orders {
        let mut run = Run::new();
        let mut last = String::new();
        for word in order {
            if *word == "open" {
                tell(&mut run, &Publish::presence("201", &open));
            } else {
                last = tell(&mut run, &Publish { tag: &last, ..Publish::dialog("201", &call("x", word)) });
            }
        }
        assert_eq!(run.shows("201"), "on_call (InUse) live, Incoming of somebody", "{order:?}");
        tell(&mut run, &Publish { tag: &last, expires: 11, ..Publish::dialog("201", &call("x", "terminated")) });
        assert_eq!(run.shows("201"), "free (Idle) live");
        run.live(100);
        assert_eq!(run.shows("201"), "free (Idle) live");
    }
}

#[test]
fn a_phone_registers_anew_and_its_calls_go_on() {
    let mut run = Run::new();
    tell(&mut run, &Publish::presence("111", &registered("0x1", "open")));
    tell(&mut run, &Publish::dialog("111", &call("c1", "confirmed")));
    tell(&mut run, &Publish::presence("111", &registered("0x2", "open")));
    assert_eq!(run.lamp("111").state.as_str(), "on_call");
    let tag = tell(&mut run, &Publish::presence("111", &registered("0x2", "closed")));
    tell(&mut run, &Publish { tag: &tag, expires: 0, ..Publish::presence("111", "") });
    assert_eq!(run.shows("111"), "on_call (InUse) live, Incoming of somebody");
    tell(&mut run, &Publish::dialog("111", &call("c1", "terminated")));
    assert_eq!(run.shows("111"), "free (Idle) live");
}

#[test]
fn no_more_than_some_publications_of_one_extension_are_kept() {
    let mut run = Run::new();
    for number in 0..200 {
        tell(&mut run, &Publish::dialog("111", &call(&format!("c{number}"), "confirmed")));
    }
    assert_eq!(run.counter(Counter::PublicationEvicted), 200 - 32);
    assert_eq!(run.lamp("111").state.as_str(), "on_call");
    run.publish(&Publish::dialog("112", &ringing("")));
    assert_eq!(run.counter(Counter::PublicationEvicted), 200 - 32, "each extension has its own");
}
