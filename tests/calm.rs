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
    for (look, density) in [
        (Look::DESKTOP, "comfortable"),
        (Look { language: "ru", ..Look::DESKTOP }, "compact"),
        (Look::DESKTOP, "dots"),
        (Look { width: 390, height: 844, language: "en" }, "comfortable"),
    ] {
        let browser = Browser::start(look);
        browser.open_board(&solo.server.url());
        browser.page().press_button(&format!("density-{density}"));
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
        assert_eq!(browser.jumps(), [""; 0], "{look:?}, {density}");
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
    assert_eq!(blinks(&browser), [true; 2], "what rings blinks");
    assert_eq!(browser.motions(), [""; 0], "and makes the browser draw no oftener than that");
    browser.press(&['b']);
    assert_eq!(blinks(&browser), [false; 2], "until that is switched off");
    browser.press(&['b']);
    browser.emulate("prefers-reduced-motion", "reduce");
    assert_eq!((blinks(&browser), browser.motions()), ([false; 2], vec![]));
    for state in ["ringing", "call_ringing"] {
        let outline = browser.style(&format!(".board [data-state='{state}']"), "outline-style");
        assert_eq!(outline, "double", "a double border stands for the blinking");
    }
    browser.emulate("prefers-reduced-motion", "no-preference");
    assert_eq!(blinks(&browser), [true; 2], "where it blinks else");
}

/// Whether a ringing lamp goes dark and bright again, and whether the second line of a phone in a call does.
fn blinks(browser: &Browser) -> [bool; 2] {
    let seen = || {
        let shape = browser.style("[data-exten][data-state='ringing'] .lamp__shape", "opacity");
        [shape, browser.style("[data-exten][data-state='call_ringing']", "--second-opacity")]
    };
    let (first, end) = (seen(), Instant::now() + Duration::from_millis(1500));
    let mut differs = [false; 2];
    while Instant::now() < end {
        for (differs, (now, first)) in differs.iter_mut().zip(seen().iter().zip(&first)) {
            *differs |= now != first;
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
