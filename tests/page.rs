//! The board in a real browser.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use support::{Browser, Config, Lab, Look, Page, Pbx, Phone, Proxy, SOON, Server, Solo, Version};

with_each_asterisk!(a_phone_rings_in_asterisk_and_a_lamp_in_the_browser);

/// Time limit of a change, which is immediate unless the machine is busy.
/// Time in which the page has noticed a lost server, or is live again: it tries again after at most 15 s.
const RECONNECTED: Duration = Duration::from_secs(30);

fn a_phone_rings_in_asterisk_and_a_lamp_in_the_browser(version: Version) {
    let lab = Lab::start(version);
    let server = Server::beside(&lab);
    server.assert_all_agree(&lab);
    let browser = Browser::start(Look::DESKTOP);
    let page = browser.open_board(&server.url());
    page.wait_for_tile("1001", "no phone", SOON, |tile| tile.state == "offline" && tile.freshness == "live");
    assert!(page.tiles() >= 10, "each phone of the lab has a tile, not only {}", page.tiles());

    let mut callee = Phone::register("1001", "127.0.0.11");
    let mut caller = Phone::register("1002", "127.0.0.12");
    page.wait_for_tile("1001", "free", SOON, |tile| tile.state == "free");
    callee.answer_a_call();
    caller.call("1001");
    for state in ["ringing", "on_call", "on_hold", "on_call", "free"] {
        page.wait_for_tile("1001", state, Duration::from_secs(10), |tile| tile.state == state);
    }
    caller.finish();
    callee.finish();

    lab.set_device(Pbx::FreePbx, "Custom:DND1003", "BUSY");
    page.wait_for_tile("1003", "do not disturb", SOON, |tile| tile.dnd && tile.state == "dnd");
    lab.kill(Pbx::PbxAct);
    let lost = Duration::from_secs(u64::from(Config::SILENCE_SECONDS) + 3);
    page.wait_for_tile("2001", "last known", lost, |tile| tile.freshness == "last_known");
    page.wait_for_tile("1001", "live", Duration::ZERO, |tile| tile.freshness == "live");
}

#[test]
fn a_publish_is_seen_within_a_blink() {
    let solo = Solo::start();
    let browser = Browser::start(Look::DESKTOP);
    let page = browser.open_board(&solo.server.url());
    solo.publish("1001", "NOT_INUSE");
    page.wait_for_tile("1001", "free", SOON, |tile| tile.state == "free");
    let mut delays = Vec::new();
    for (state, seen) in [("RINGING", "ringing"), ("INUSE", "on_call"), ("ONHOLD", "on_hold"), ("NOT_INUSE", "free")] {
        page.note_when("1001", seen);
        let sent = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is later than 1970").as_millis();
        solo.publish("1001", state);
        delays.push(page.noted(SOON).saturating_sub(sent));
    }
    println!("from PUBLISH to the lamp in the browser, in ms: {delays:?}");
    let median = {
        delays.sort_unstable();
        delays[delays.len() / 2]
    };
    assert!(median < 300, "a blink lasts 300 ms; it took {delays:?}");
}

#[test]
fn the_page_says_that_the_server_is_gone_and_is_right_when_it_is_back() {
    let mut solo = Solo::start();
    solo.publish("1001", "INUSE");
    let browser = Browser::start(Look::DESKTOP);
    let page = browser.open_board(&solo.server.url());
    page.wait_for_tile("1001", "a call", SOON, |tile| tile.state == "on_call");
    solo.server.stop();
    page.wait_for_connection("lost", RECONNECTED);
    page.wait_for_tile("1001", "what was", SOON, |tile| tile.state == "on_call" && tile.freshness == "last_known");
    solo.server.start_again();
    // The new server does not know the revision, which is of an earlier run: the page gets a snapshot.
    solo.publish("1001", "NOT_INUSE");
    page.wait_for_connection("live", RECONNECTED);
    browser.page().wait_for_text("[data-testid='notice']", "Connected again. Lamps are up to date.");
    page.wait_for_tile("1001", "free", SOON, |tile| tile.state == "free");
}

#[test]
fn the_page_works_below_a_path_of_a_proxy() {
    let solo = Solo::start();
    let proxy = Proxy::before(solo.server.port());
    let browser = Browser::start(Look::DESKTOP);
    let page = browser.open_board(&proxy.url());
    solo.publish("1001", "RINGING");
    page.wait_for_tile("1001", "ringing", SOON, |tile| tile.state == "ringing");
    assert_eq!(proxy.strays(), Vec::<String>::new(), "everything is asked for below the path");
}

/// Compares the words about a lamp, wherever they are, and the totals of its state.
#[test]
fn no_word_and_no_total_claims_more_than_the_lamps_while_the_server_is_gone() {
    let mut solo = Solo::with(&["1001 NOT_INUSE", "1002 RINGING", "1003 INUSE"]);
    let browser = Browser::start(Look::DESKTOP);
    let board = browser.open_board(&solo.server.url());
    let page = browser.page();
    let total = |category: &str| page.attribute(&format!("[data-total='{category}']"), "data-count");
    board.wait_for_tile("1002", "rings", SOON, |tile| tile.state == "ringing");
    page.wait_for_text("[data-testid='ringing-now']", "1002");
    page.click("[data-total='free']");
    page.wait_for_lamps(&["1001"]);
    assert_eq!([total("free"), total("last_known")], [Some("1".into()), Some("0".into())]);
    browser.go("#/lamp/1001");
    page.wait_for_text(&Page::by_id("details-state"), "Free");
    solo.server.stop();
    board.wait_for_connection("lost", RECONNECTED);
    page.wait_for_text(&Page::by_id("details-state"), "Last known: free");
    for category in ["free", "ringing", "on_call"] {
        page.wait_for_attribute(&format!("[data-total='{category}']"), "data-count", "0", SOON);
    }
    page.wait_for_attribute("[data-total='last_known']", "data-count", "3", SOON);
    page.wait_gone("[data-testid='ringing-now'] a", "nobody knows who rings");
    page.wait_for_lamps(&["1001", "1002", "1003"]);
    assert_eq!(browser.style(".totals", "display"), "none", "nobody knows the counts: the warning takes their place");
    page.wait_for_text("[data-testid='banner']", "Connection lost");
    assert_eq!(browser.style("[data-exten='1001'] .lamp__word", "display"), "block");
    assert_eq!(page.text("[data-exten='1001'] .lamp__word"), "was free");
    solo.server.start_again();
    solo.publish("1001", "NOT_INUSE");
    board.wait_for_connection("live", RECONNECTED);
    page.wait_for_attribute("[data-total='free']", "data-count", "1", SOON);
    page.wait_for_text(&Page::by_id("details-state"), "Free");
}
