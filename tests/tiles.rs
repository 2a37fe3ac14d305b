//! Updates of the page: only what has changed is written.

use std::time::Duration;

use lampfield_shared::Freshness;
use support::{Browser, Look, Page, SOON, Solo, ensure, wait};

/// Time in which the page is live again.
const RECONNECTED: Duration = Duration::from_secs(30);

#[test]
fn a_lamp_that_changes_keeps_the_focus_and_all_that_stays_the_same() {
    let solo = Solo::with(&["1001 NOT_INUSE", "1002 NOT_INUSE"]);
    let browser = Browser::start(Look::DESKTOP);
    let board = browser.open_board(&solo.server.url());
    let page = browser.page();
    page.wait_for("[data-exten='1002']", "the lamps are there");
    page.focus("[data-exten='1002']");
    board.note_writes("1002");
    for (phone, state) in [("INUSE", "on_call"), ("RINGING", "ringing"), ("NOT_INUSE", "free")] {
        solo.publish("1002", phone);
        board.wait_for_tile("1002", state, SOON, |tile| tile.state == state && tile.text.contains("1002"));
    }
    assert_eq!(board.writes(), ["aria-label", "class", "data-state", "title"]);
    assert_eq!(page.focused_lamp().as_deref(), Some("1002"));
}

#[test]
fn a_lamp_that_nobody_sees_is_true_as_well() {
    let phones: Vec<String> = (1000..1600).map(|exten| format!("{exten} NOT_INUSE")).collect();
    let solo = Solo::with(&phones.iter().map(String::as_str).collect::<Vec<_>>());
    let browser = Browser::start(Look::DESKTOP);
    let board = browser.open_board(&solo.server.url());
    board.wait_for_tile("1599", "a free phone far below", SOON, |tile| tile.state == "free");
    for (phone, state) in [("INUSE", "on_call"), ("RINGING", "ringing"), ("NOT_INUSE", "free")] {
        solo.publish("1599", phone);
        board.wait_for_tile("1599", state, SOON, |tile| tile.state == state);
    }
    // The next change is at a visible lamp.
    solo.publish("1599", "INUSE");
    browser.page().focus("[data-exten='1599']");
    board.wait_for_tile("1599", "what it is", SOON, |tile| tile.state == "on_call");
}

/// Lamps in the list of ringing extensions, by number: the list itself begins with who rings longest.
fn rows(page: Page<'_>) -> Vec<String> {
    let mut rows = page.texts("[data-testid='ringing-now'] .rows__two > b");
    rows.sort();
    rows
}

#[test]
fn the_line_of_a_phone_that_rings_keeps_the_focus_while_others_come_and_go() {
    let solo = Solo::with(&["1001 NOT_INUSE", "1002 RINGING", "1003 NOT_INUSE", "1004 RINGING"]);
    let browser = Browser::start(Look::DESKTOP);
    browser.open_board(&solo.server.url());
    let page = browser.page();
    let line = "[data-testid='ringing-now'] a[href$='1002']";
    page.wait_for(line, "1002 is named");
    page.focus(line);
    let steps = [
        ("1003", "RINGING", &["1002", "1003", "1004"][..]),
        ("1001", "RINGING", &["1001", "1002", "1003", "1004"]),
        ("1003", "INUSE", &["1001", "1002", "1004"]),
        ("1001", "NOT_INUSE", &["1002", "1004"]),
        ("1002", "RINGINUSE", &["1002", "1004"]),
        ("1004", "NOT_INUSE", &["1002"]),
    ];
    for (exten, state, named) in steps {
        solo.publish(exten, state);
        wait("just those that ring are named", SOON, || {
            let rows = rows(page);
            ensure(rows == named, || format!("after {exten} {state} they are {rows:?}"))
        });
        assert!(page.has(&format!("{line}:focus")), "after {exten} {state}");
    }
    solo.publish("1002", "NOT_INUSE");
    page.wait_gone("[data-testid='ringing-now'] a", "nobody rings");
}

/// A DND that a PBX told before its publication started over is old, and the phone beside it is not.
#[test]
fn an_old_dnd_is_marked_beside_a_live_phone() {
    let mut solo = Solo::start_with(|config| config.patient().hint("_2XXX,hint,PJSIP/${EXTEN}&Custom:DND${EXTEN}"));
    solo.publish("2001", "NOT_INUSE");
    solo.publish_device("Custom:DND2001", "BUSY");
    let browser = Browser::start(Look::DESKTOP);
    let board = browser.open_board(&solo.server.url());
    board.wait_for_tile("2001", "do not disturb", SOON, |tile| tile.state == "dnd" && tile.freshness == "live");
    solo.server.wait_until_kept();
    solo.server.restart();
    solo.publish("2001", "RINGING");
    board.wait_for_tile("2001", "rings, live", RECONNECTED, |it| it.state == "ringing" && it.freshness == "live");
    let lamp = solo.server.lamp("2001").expect("it has a lamp").lamp;
    assert_eq!((lamp.freshness, lamp.dnd, lamp.dnd_freshness), (Freshness::Live, true, Freshness::LastKnown));
    let page = browser.page();
    page.wait_for("[data-exten='2001'] .lamp__dnd--last_known", "its DND is marked as old");
    page.wait_for_text("[data-testid='ringing-now']", "2001");
    let label = page.attribute("[data-exten='2001']", "aria-label").unwrap_or_default();
    assert!(label.contains("Ringing") && label.contains("Do not disturb: last known on"), "{label}");
}
