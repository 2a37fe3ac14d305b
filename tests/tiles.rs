//! What a change writes into the page: what is new, and no more.

use std::time::Duration;

use support::{Browser, Look, Solo};

/// A change is there at once; this is for a machine that is busy.
const SOON: Duration = Duration::from_secs(5);

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
    assert_eq!(board.writes(), ["aria-label", "class", "data-state"]);
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
    // And where somebody looks.
    solo.publish("1599", "INUSE");
    browser.page().focus("[data-exten='1599']");
    board.wait_for_tile("1599", "what it is", SOON, |tile| tile.state == "on_call");
}
