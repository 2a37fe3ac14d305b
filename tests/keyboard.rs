//! Keyboard shortcuts: each key of the page, pressed in a browser.

use serde_json::json;
use support::{Browser, Look, Page, Server, Solo, key, loopback};

use crate::people::log_in_as_admin;

/// Two rows of lamps, of which some are not free.
const LAMPS: [&str; 8] = [
    "1001 NOT_INUSE",
    "1002 RINGING",
    "1003 INUSE",
    "1004 BUSY",
    "1005 ONHOLD",
    "1006 UNAVAILABLE",
    "1007 NOT_INUSE",
    "1008 NOT_INUSE",
];

/// The board of an admin, with the focus on 1001.
fn board<'a>(solo: &Solo, browser: &'a Browser) -> Page<'a> {
    browser.open_board(&solo.server.url());
    log_in_as_admin(&solo.server, browser);
    let page = browser.page();
    page.wait_for("[data-exten='1008']", "the lamps are there");
    browser.press(&[key::ESCAPE, key::HOME]);
    page.wait_for_focus_on("1001");
    page
}

/// Presses a key, and checks its effect; then goes back to the lamps.
#[track_caller]
fn check(browser: &Browser, pressed: &[char], selector: &str) {
    let page = browser.page();
    browser.press(pressed);
    page.wait_for(selector, &format!("{pressed:?} does what it shall"));
    browser.press(&[key::ESCAPE]);
    page.wait_gone("[data-details]", "Esc leads back");
}

#[test]
fn letters_do_what_the_list_of_the_keys_says() {
    let solo = Solo::with(&LAMPS);
    let browser = Browser::start(Look::DESKTOP);
    let page = board(&solo, &browser);
    check(&browser, &['y'], "#details-why:focus, #details-why :focus");
    check(&browser, &['d'], "#details-dnd :focus");
    check(&browser, &['n'], "textarea[name='note']:focus");
    page.wait_for_focus_on("1001");
    browser.press(&['f']);
    page.wait_for_text("[data-tab='favourites'] .rail__count", "1");
    browser.press(&[key::SPACE]);
    page.wait_for("[data-exten='1001'][aria-selected='true']", "Space selects");
    browser.press(&[key::SPACE]);
    page.wait_gone("[aria-selected='true'][data-exten]", "Space again does not");
    page.wait_for_focus_on("1001");
    browser.press(&[key::SPACE]);
    page.wait_for("[data-exten='1001'][aria-selected='true']", "and again does");
    browser.press(&[key::ESCAPE]);
    page.wait_gone("[aria-selected='true'][data-exten]", "Esc lets go");
    page.wait_for_focus_on("1001");
    browser.press(&[key::DOWN, 'w']);
    page.wait_for_text(&Page::by_id("notice"), "when 1002 is free");
    page.wait_for("[data-testid='watching'] a[href$='1002']", "and it is among those that are waited for");

    // Letters that are kept for calls do nothing yet.
    let look = || ["data-theme", "data-blink", "data-density"].map(|name| page.attribute("html", name));
    let before = look();
    browser.press(&['a', 'v', 'x', 't', 'p', 'u', 'h', 'k', 'z', 'b']);
    assert_eq!(look(), before);
    assert!(!page.has("[aria-selected='true'][data-exten]"));
    page.wait_for_focus_on("1002");
    browser.press(&[',']);
    page.wait_for("[data-tab='favourites'][aria-selected='true']", "the tab before");
    page.wait_for_lamps(&["1001"]);
    browser.press(&['.']);
    page.wait_for("[data-tab='all'][aria-selected='true']", "the tab behind");
}

#[test]
fn g_and_a_letter_shows_lamps_of_one_kind() {
    let solo = Solo::with(&LAMPS);
    let browser = Browser::start(Look::DESKTOP);
    let page = board(&solo, &browser);
    for (second, lamps) in [
        ('r', vec!["1002"]),
        ('b', vec!["1003", "1004", "1005"]),
        ('f', vec!["1001", "1007", "1008"]),
        ('o', vec!["1006"]),
    ] {
        browser.press(&['g', second]);
        page.wait_for_lamps(&lamps);
    }
    assert!(page.has("html[data-blink='on']"), "B after G is not B");
    browser.press(&[key::ESCAPE]);
    page.wait_for_lamps(&["1001", "1002", "1003", "1004", "1005", "1006", "1007", "1008"]);
}

#[test]
fn arrows_and_pages_lead_to_every_lamp() {
    let phones: Vec<String> = (1001..=1060).map(|exten| format!("{exten} NOT_INUSE")).collect();
    let solo = Solo::with(&phones.iter().map(String::as_str).collect::<Vec<_>>());
    let browser = Browser::start(Look::DESKTOP);
    let page = board(&solo, &browser);
    // Lamps stand in columns, which are read downwards.
    browser.press(&[key::RIGHT]);
    let beside: u32 = page.focused_lamp().and_then(|it| it.parse().ok()).expect("Right leads to a lamp");
    let rows = beside - 1001;
    assert!((10..30).contains(&rows), "{rows} rows");
    browser.press(&[key::UP]);
    page.wait_for_focus_on(&(beside - 1).to_string());
    browser.press(&[key::DOWN]);
    page.wait_for_focus_on(&beside.to_string());
    browser.press(&[key::LEFT]);
    page.wait_for_focus_on("1001");
    browser.press(&[key::END]);
    let end: u32 = page.focused_lamp().and_then(|it| it.parse().ok()).expect("End leads to a lamp");
    assert_eq!((end - 1001) % rows, 0, "the end of the row: {end}");
    browser.press(&[key::HOME]);
    page.wait_for_focus_on("1001");
    browser.press(&[key::PAGE_DOWN]);
    page.wait_for_focus_on("1011");
    browser.press(&[key::PAGE_UP]);
    page.wait_for_focus_on("1001");
    browser.press_with(key::CONTROL, &[key::END]);
    page.wait_for_focus_on("1060");
    browser.press_with(key::CONTROL, &[key::HOME]);
    page.wait_for_focus_on("1001");
}

#[test]
fn brackets_lead_from_group_to_group() {
    let _addresses = loopback();
    let demo = Server::demo(1);
    let browser = Browser::start(Look::DESKTOP);
    browser.open_board(&demo.url());
    let page = browser.page();
    page.wait_for("[data-exten='2001']", "the lamps are there");
    let group = || {
        let script = "let it = document.activeElement;
            while (it && !it.classList.contains('group')) { it = it.previousElementSibling; }
            return it && `${it.dataset.site} ${it.dataset.group}`";
        browser.script(script, vec![]).as_str().map(str::to_owned)
    };
    browser.press(&[key::ESCAPE]);
    page.wait_for("[data-exten]:focus", "a lamp has the focus");
    let first = group();
    browser.press(&[']']);
    let second = group();
    assert!(first.is_some() && second.is_some() && first != second, "{first:?} {second:?}");
    browser.press(&['[']);
    assert_eq!(group(), first);
}

#[test]
fn enter_explains_a_lamp_and_enter_again_calls_it() {
    let solo = Solo::with(&LAMPS);
    let browser = Browser::start(Look::DESKTOP);
    let page = board(&solo, &browser);
    let calls = browser.note_calls();
    browser.press(&[key::ENTER]);
    page.wait_for("[data-details='1001']", "Enter explains");
    page.wait_for_focus_on("1001");
    assert_eq!(calls.noted(), [""; 0], "and calls nobody");
    browser.press(&[key::ENTER]);
    calls.wait_for(&["tel:1001"]);
    browser.press(&[key::ESCAPE, key::DOWN, 'c']);
    calls.wait_for(&["tel:1001", "tel:1002"]);
}

#[test]
fn a_key_is_known_by_its_place_in_another_layout() {
    let solo = Solo::with(&LAMPS);
    let browser = Browser::start(Look { language: "ru", ..Look::DESKTOP });
    let page = board(&solo, &browser);
    for (letter, code, selector) in [
        ("а", "KeyF", "[data-exten='1001'] use[href='#icon-star']"),
        ("ц", "KeyW", "[data-testid='notice']"),
        ("н", "KeyY", "[data-details='1001']"),
    ] {
        for kind in ["keyDown", "keyUp"] {
            let event = json!({ "type": kind, "key": letter, "code": code, "text": letter });
            browser.devtools("Input.dispatchKeyEvent", &event);
        }
        page.wait_for(selector, &format!("{letter} stands where {code} is"));
    }
}
