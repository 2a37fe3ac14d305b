//! A calm page: nothing jumps, nothing moves for readers who want no motion, and an enlarged page is read without
//! scrolling sideways.

use std::time::{Duration, Instant};

use support::{Browser, Look, Server, Solo, key, loopback};

/// Time after which the layout has settled.
const SETTLED: Duration = Duration::from_secs(1);

const LAMPS: [&str; 6] =
    ["1001 NOT_INUSE", "1002 RINGING", "1003 INUSE", "1004 BUSY", "1005 RINGINUSE", "1006 UNAVAILABLE"];

#[test]
fn nothing_jumps_while_the_board_loads_and_while_lamps_change() {
    let solo = Solo::with(&LAMPS);
    for (look, size) in [
        (Look::DESKTOP, "fit"),
        (Look { language: "ru", ..Look::DESKTOP }, "small"),
        (Look::DESKTOP, "dense"),
        (Look { width: 390, height: 844, language: "en" }, "fit"),
    ] {
        let browser = Browser::start(look);
        browser.open_board(&solo.server.url());
        browser.page().choose_view(&[&format!("size-{size}")]);
        browser.visit(&solo.server.url());
        browser.board().wait_for_connection("live", Duration::from_secs(20));
        browser.page().wait_for("[data-exten='1006']", "the lamps are there");
        std::thread::sleep(SETTLED);
        for state in ["RINGING", "INUSE", "ONHOLD", "NOT_INUSE"] {
            solo.publish("1001", state);
            solo.publish("1006", state);
            std::thread::sleep(Duration::from_millis(200));
        }
        std::thread::sleep(SETTLED);
        assert_eq!(browser.jumps(), [""; 0], "{look:?}, {size}");
        solo.publish("1006", "UNAVAILABLE");
    }
}

#[test]
fn nothing_jumps_on_a_wall() {
    let solo = Solo::with(&LAMPS);
    let browser = Browser::start(Look { width: 1920, height: 1080, language: "en" });
    browser.open_wall(&format!("{}wall/all", solo.server.url()));
    browser.page().wait_for("[data-exten='1006']", "the lamps hang");
    for state in ["INUSE", "ONHOLD", "NOT_INUSE"] {
        solo.publish("1001", state);
        std::thread::sleep(Duration::from_millis(200));
    }
    std::thread::sleep(SETTLED);
    assert_eq!(browser.jumps(), [""; 0]);
}

#[test]
fn nothing_moves_for_whoever_wants_less_motion() {
    let solo = Solo::with(&LAMPS);
    let browser = Browser::start(Look::DESKTOP);
    browser.open_board(&solo.server.url());
    let page = browser.page();
    page.wait_for("[data-state='call_ringing']", "the lamps are there");
    assert!(beats(&browser), "the edge of what rings beats");
    assert_eq!(browser.motions(), [""; 0], "and makes the browser draw no oftener than that");
    page.press_button("view");
    page.press_button("blink");
    assert!(!beats(&browser), "until that is switched off");
    page.press_button("blink");
    assert!(beats(&browser), "and again");
    page.press_button("view");
    browser.emulate("prefers-reduced-motion", "reduce");
    assert_eq!((beats(&browser), browser.motions()), (false, vec![]));
    assert_eq!(browser.style(EDGE, "opacity"), "1", "the edge stays");
}

const EDGE: &str = ".board [data-state='ringing']::after";

/// Whether the edge of a ringing lamp goes dark and bright again; what it says never does.
fn beats(browser: &Browser) -> bool {
    let (first, end) = (browser.style(EDGE, "opacity"), Instant::now() + Duration::from_millis(1500));
    let mut differs = false;
    while Instant::now() < end {
        differs |= browser.style(EDGE, "opacity") != first;
        for part in ["", " .lamp__shape", " .lamp__name", " .lamp__word"] {
            assert_eq!(browser.style(&format!(".board [data-state='ringing']{part}"), "opacity"), "1");
        }
    }
    differs
}

#[test]
fn an_enlarged_page_is_read_without_scrolling_sideways() {
    let _addresses = loopback();
    let demo = Server::demo(1);
    // A window of 1920 × 1080 at 200 %, and one of 1280 × 1024 at 400 % (WCAG 1.4.10).
    for (width, height) in [(960, 540), (320, 256)] {
        let browser = Browser::start(Look { width, height, language: "ru" });
        browser.open_board(&demo.url());
        let page = browser.page();
        page.wait_for("[data-exten='1001']", "the lamps are there");
        assert_eq!(browser.wider_than_the_window(), [""; 0], "{width} pixels wide");
        browser.press(&[key::ESCAPE]);
        browser.press(&[key::ENTER]);
        page.wait_for("[data-vote]", "a lamp is explained");
        assert_eq!(browser.wider_than_the_window(), [""; 0], "{width} pixels wide, with details");
    }
}
