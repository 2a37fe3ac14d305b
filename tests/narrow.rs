//! Small screens: a laptop, a telephone, a page that is enlarged to twice its size.

use std::time::Duration;

use lampfield_shared::Role;
use serde_json::json;
use support::{Browser, Config, Look, Page, SOON, Server, Solo, Visitor, key, loopback};

/// The window that a screen of 1920 × 1080 leaves to a page at 200 %.
const ENLARGED: Look = Look { width: 960, height: 540, language: "en" };
const LAPTOP: Look = Look { width: 1180, height: 760, language: "ru" };
const TELEPHONE: Look = Look { width: 390, height: 844, language: "en" };

/// Element that tells the DND of a lamp.
const NOW: &str = "[data-testid='dnd-now']";

#[test]
fn what_happens_now_is_reached_at_every_width() {
    let solo = Solo::with(&["1001 RINGING", "1002 NOT_INUSE"]);
    for look in [ENLARGED, LAPTOP, TELEPHONE] {
        let browser = Browser::start(look);
        let page = browser.page();
        browser.open_board(&solo.server.url());
        page.wait_for("[data-testid='now']:not(:popover-open)", "it lies over nothing before it is called");
        page.tap(&Page::by_id("open-now"));
        page.wait_for_text("[data-testid='now']:popover-open [data-testid='ringing-now']", "1001");
        page.tap("[name='sound']");
        page.wait_for("[name='sound']:checked", "the sound is switched on");
        page.tap("[data-testid='ringing-now'] a");
        page.wait_for("[data-details='1001']", "a lamp leads to its details");
        page.wait_gone("[data-testid='now']:popover-open", "which take its place");
        page.tap(&Page::by_id("details-close"));
        page.wait_gone("[data-details]", "and are closed again");
        page.tap(&Page::by_id("open-now"));
        browser.press(&[key::ESCAPE]);
        page.wait_gone("[data-testid='now']:popover-open", "Esc closes it, too");
    }
    let browser = Browser::start(Look::DESKTOP);
    browser.open_board(&solo.server.url());
    let page = browser.page();
    page.wait_for_text("[data-testid='now'] [data-testid='ringing-now']", "1001");
    page.tap("[name='sound']");
    assert_eq!(
        browser.style(&Page::by_id("open-now"), "display"),
        "none",
        "it stands beside the lamps, and has no button"
    );
}

#[test]
fn the_focus_is_never_hidden() {
    let _addresses = loopback();
    let demo = Server::demo(1);
    for look in [ENLARGED, LAPTOP, TELEPHONE] {
        let browser = Browser::start(look);
        let page = browser.page();
        browser.open_board(&demo.url());
        page.wait_for("[data-exten='1040']", "the lamps are there");
        for details in [false, true] {
            browser.press(&[key::ESCAPE, key::HOME]);
            if details {
                browser.press(&[key::PAGE_DOWN, key::ENTER]);
                page.wait_for("[data-vote]", "the lamp is explained");
            }
            let check = |pressed: &str| {
                // The page scrolls in the next frame.
                std::thread::sleep(Duration::from_millis(100));
                let hidden = page.hides_focus();
                assert_eq!(hidden, "", "{look:?}, details {details}, after {pressed}");
            };
            check("Enter");
            for _ in 0..12 {
                browser.press(&[key::DOWN]);
                check("Down");
            }
            for _ in 0..12 {
                browser.press(&[key::UP]);
                check("Up");
            }
            for _ in 0..12 {
                browser.press(&[key::TAB]);
                check("Tab");
            }
        }
    }
}

#[test]
fn a_telephone_lists_finds_and_sets_do_not_disturb() {
    let _addresses = loopback();
    let config = Config::new().open(Some(Role::Admin)).people(&["1001", "1002"]);
    let config = config.hint("_XXXX,hint,PJSIP/${EXTEN}&Custom:DND${EXTEN}");
    let server = Server::start(config);
    let browser = Browser::start(TELEPHONE);
    let page = browser.page();
    browser.open_board(&server.url());
    page.wait_for_lamps(&["1001", "1002"]);
    page.tap(".search");
    page.fill("search", "1002");
    page.wait_for_hits(&["1002"]);
    page.tap("[data-hit='1002'] .hit__name");
    page.wait_for("[data-details='1002']", "a tap explains the lamp");
    page.tap("input[name='dnd-kind'][value='lamp']");
    page.tap(&Page::by_id("dnd-on"));
    page.wait_for_attribute(NOW, "data-dnd", "true", SOON);
    page.tap(&Page::by_id("dnd-off"));
    page.wait_for_attribute(NOW, "data-dnd", "false", SOON);
    page.tap(&Page::by_id("details-close"));
    page.wait_gone("[data-details]", "the list is there again");
    page.wait_for_hits(&["1002"]);
}

#[test]
fn no_name_makes_the_plain_page_wider_than_its_window_or_covers_another() {
    let solo = Solo::start_with(|config| config.open(Some(Role::Admin)).people(&["1001", "1002", "1003", "1004"]));
    let csv = format!("exten,name\n1001,{}\n1002,{}\n", "W".repeat(100), "long name ".repeat(9));
    Visitor::of(&solo.server).post("api/v1/extensions/import", &json!({ "csv": csv, "dry_run": false })).expect(200);
    for width in [390, 960, 1920] {
        let browser = Browser::start(Look { width, ..TELEPHONE });
        browser.visit(&format!("{}plain", solo.server.url()));
        browser.page().wait_for_text("table", "WWW");
        assert_eq!(browser.page().overflows(".lamps, .lamps td, h1"), Vec::<String>::new(), "{width}");
    }
}
