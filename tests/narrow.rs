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

/// The least width and height of what a thumb presses, in CSS px (WCAG 2.5.5).
const THUMB: u64 = 44;

/// What can be pressed on the screen and is too small for a thumb. The label of a switch belongs to it.
const TOO_SMALL: &str =
    "const all = document.querySelectorAll('button, a, input, select, textarea, [role=button], [data-hit]');
    const seen = [...all].filter((it) => it.checkVisibility({ visibilityProperty: true, opacityProperty: true }));
    const boxes = seen.map((it) => [it, (it.closest('label') ?? it).getBoundingClientRect()]);
    const here = boxes.filter(([, box]) => box.width > 0 && box.bottom > 0 && box.top < innerHeight);
    const small = here.filter(([, box]) => box.width < arguments[0] || box.height < arguments[0]);
    return small.map(([it, box]) => `${it.outerHTML.slice(0, 100)}: ${box.width} x ${box.height}`)";

#[test]
fn a_telephone_shows_its_lamps_high_and_has_below_what_the_thumb_needs() {
    let _addresses = loopback();
    let demo = Server::demo(1);
    for language in ["en", "ru"] {
        let browser = Browser::start(Look { language, ..TELEPHONE });
        let page = browser.page();
        browser.open_board(&demo.url());
        page.wait_for("[data-exten='1040']", "the lamps are there");
        let for_thumbs = |what: &str| {
            assert_eq!(browser.script(TOO_SMALL, vec![json!(THUMB)]), json!([]), "{language}: {what}");
        };
        let top = |selector: &str| {
            let script = "return document.querySelector(arguments[0]).getBoundingClientRect().top / innerHeight";
            browser.script(script, vec![json!(selector)]).as_f64().expect("it has a place")
        };
        let first = browser.script(
            "const lamps = [...document.querySelectorAll('[data-exten]')];
            return Math.min(...lamps.map((it) => it.getBoundingClientRect().top)) / innerHeight",
            Vec::new(),
        );
        assert!(first.as_f64().is_some_and(|share| share <= 0.2), "{language}: the first lamp begins at {first}");
        for_thumbs("the board");
        for below in [".search", "[data-tab='all']", "[popovertarget='rail-departments']"] {
            assert!(top(below) > 0.8, "{language}: {below} at {}", top(below));
        }

        page.fill("search", "an");
        page.wait_for("[data-hit][aria-selected='true']", "somebody is found");
        for_thumbs("the search");
        let gap = "const bottom = (it) => document.querySelector(it).getBoundingClientRect().bottom;
            return document.querySelector('.search').getBoundingClientRect().top - bottom('[data-hit][aria-selected=true]')";
        let gap = browser.script(gap, Vec::new()).as_f64().expect("both have a place");
        assert!((0.0..32.0).contains(&gap), "{language}: the best hit ends {gap} px above the field");
        let acts = top(".hit__acts > .button");
        assert!(acts > 0.5, "{language}: what is done with it is at {acts}");
        browser.press(&[key::ESCAPE]);

        browser.visit(&format!("{}#/lamp/1019", demo.url()));
        page.wait_for("[data-vote]", "the lamp is explained");
        for_thumbs("the details");
        for scrolled in ["0", "it.scrollHeight"] {
            let scroll = format!("const it = document.querySelector('.side--details'); it.scrollTop = {scrolled}");
            browser.script(&scroll, Vec::new());
            let call = top("[data-testid='call']");
            assert!((0.85..0.95).contains(&call), "{language}: scrolled to {scrolled}, Call begins at {call}");
        }
        for_thumbs("the end of the details");
        page.tap(&Page::by_id("details-close"));
        for (button, opened) in [("account", ".menu:popover-open"), ("view", ".menu--view:popover-open")] {
            page.tap(&Page::by_id(button));
            page.wait_for(opened, "it is open");
            for_thumbs(button);
            browser.press(&[key::ESCAPE]);
        }
    }
}
