//! Daily work with the board in a browser: counting, selecting, copying, and who is told what.

use std::time::Duration;

use lampfield_shared::Role;
use support::element::Request;
use support::{Browser, Config, Look, Page, SOON, Server, Solo, ensure, loopback, stays, wait};

/// A dialog-info document in which 1001 is called.
const ORLOV: &str = "<dialog-info xmlns='urn:ietf:params:xml:ns:dialog-info' version='0' state='full'>\
    <dialog id='a' direction='recipient'><state>early</state>\
    <remote><identity display='Orlov'>sip:5551234@pbx.example</identity></remote></dialog></dialog-info>";

#[test]
fn a_total_shows_its_lamps_alone() {
    let solo = Solo::with(&["1001 NOT_INUSE", "1002 RINGING", "1003 INUSE", "1004 RINGING"]);
    let browser = Browser::start(Look::DESKTOP);
    browser.open_board(&solo.server.url());
    let page = browser.page();
    page.wait_for_attribute("[data-total='ringing']", "data-count", "2", SOON);
    page.tap("[data-total='ringing']");
    page.wait_for_lamps(&["1002", "1004"]);
    page.tap("[data-total='on_call']");
    page.wait_for_lamps(&["1002", "1003", "1004"]);
    solo.publish("1004", "NOT_INUSE");
    page.wait_for_lamps(&["1002", "1003"]);
    page.wait_for_attribute("[data-total='ringing']", "data-count", "1", SOON);
    page.tap("[data-total='ringing']");
    page.tap("[data-total='on_call']");
    page.wait_for_lamps(&["1001", "1002", "1003", "1004"]);
}

#[test]
fn several_are_selected_and_set_do_not_disturb_at_once() {
    let _addresses = loopback();
    let config = Config::new().open(Some(Role::Admin)).people(&["1001", "1002", "1003"]);
    let server = Server::start(config.hint("_XXXX,hint,PJSIP/${EXTEN}&Custom:DND${EXTEN}"));
    let browser = Browser::start(Look::DESKTOP);
    browser.open_board(&server.url());
    let page = browser.page();
    page.tap(&Page::by_id("selecting"));
    page.tap("[data-exten='1001']");
    page.tap("[data-exten='1003']");
    page.wait_for_text(&Page::by_id("selection"), "2 selected");
    page.tap(&Page::by_id("selection-dnd"));
    page.click("dialog input[name='dnd-kind'][value='lamp']");
    page.fill("dnd-reason", "drill");
    page.tap(&Page::by_id("many-preview"));
    page.wait_for("[data-outcome='planned'][data-for='1003']", "it is said what would be done");
    assert!(!page.has("[data-dnd='true']"), "and nothing is done yet");
    page.tap(&Page::by_id("many-go"));
    for exten in ["1001", "1003"] {
        page.wait_for(&format!("[data-outcome='done'][data-for='{exten}']"), "it is done");
        page.wait_for(&format!("[data-exten='{exten}'][data-dnd='true']"), "and seen");
    }
    assert!(page.has("[data-exten='1002'][data-dnd='false']"), "for these alone");
}

#[test]
fn a_do_not_disturb_that_a_pbx_cannot_be_told_of_says_so() {
    let solo = Solo::start_with(|config| {
        let config = config.patient().hint("_1XXX,hint,PJSIP/${EXTEN}&Custom:DND${EXTEN}");
        config.open(Some(Role::Admin)).managers("user = 'lampfield'\nsecret = 'change-me'")
    });
    solo.publish("1001", "NOT_INUSE");
    let browser = Browser::start(Look { language: "ru", ..Look::DESKTOP });
    browser.open_board(&solo.server.url());
    let (page, outcome) = (browser.page(), Page::by_id("dnd-outcome"));
    page.tap("[data-exten='1001']");
    page.wait_for("input[name='dnd-kind'][value='calls']:checked", "calls can be blocked, it is thought");
    page.tap(&Page::by_id("dnd-on"));
    page.wait_for_attribute(&outcome, "data-outcome", "failed", SOON);
    page.wait_for_text(&outcome, "АТС");
    assert!(page.has("[data-exten='1001'][data-dnd='false']"), "the lamp is as it was");
}

#[test]
fn one_that_is_on_is_changed_without_being_ended() {
    let _addresses = loopback();
    let config = Config::new().open(Some(Role::Admin)).people(&["1001"]);
    let server = Server::start(config.hint("_XXXX,hint,PJSIP/${EXTEN}&Custom:DND${EXTEN}"));
    let browser = Browser::start(Look { language: "ru", ..Look::DESKTOP });
    let board = browser.open_board(&server.url());
    let page = browser.page();
    let now = Page::by_id("dnd-now");
    page.tap("[data-exten='1001']");
    page.wait_for("input[name='dnd-kind'][value='lamp']:checked", "what can be done is chosen");
    assert!(page.has("input[name='dnd-kind'][value='calls']:disabled"), "no PBX could be told");
    page.wait_for_text("#details-dnd", "нет связи с этой АТС по AMI");
    page.fill("dnd-reason", "обед");
    page.tap(&Page::by_id("dnd-on"));
    page.wait_for_text(&now, "обед");
    board.note_drawings("1001");
    page.tap(&Page::by_id("dnd-change"));
    page.wait_for("input[name='dnd-kind'][value='lamp']:checked", "its kind is chosen already");
    assert_eq!(page.value("dnd-reason"), "обед", "and its reason stands there");
    page.fill("dnd-reason", "врач");
    page.fill("dnd-end", "after-60");
    page.tap(&Page::by_id("dnd-save"));
    page.wait_for_text(&now, "врач");
    page.wait_for_text(&now, "до ");
    page.wait_for(&Page::by_id("dnd-off"), "the fields are put away");
    page.tap(&Page::by_id("dnd-change"));
    page.wait_for("[name='dnd-time']", "its end stands there, too");
    assert!(!page.value("dnd-time").is_empty(), "{}", page.read());
    let left = board.drawings();
    assert!(left.is_empty(), "the lamp stayed lit: {left:?}");
}

#[test]
fn a_number_is_copied_and_the_theme_is_kept() {
    let solo = Solo::with(&["1001 NOT_INUSE"]);
    let browser = Browser::start(Look::DESKTOP);
    let page = browser.open(&format!("{}#/lamp/1001", solo.server.url()));
    browser.allow_clipboard();
    page.tap(&Page::by_id("copy-number"));
    page.wait_for_text(&Page::by_id("notice"), "Copied");
    assert_eq!(browser.clipboard(), "1001");

    browser.emulate("prefers-color-scheme", "dark");
    assert!(page.attribute("html", "data-theme").is_none(), "the system decides until somebody does");
    page.tap(&Page::by_id("account"));
    page.tap(&Page::by_id("theme-light"));
    page.wait_for("html[data-theme='light']", "it is light");
    page.tap(&Page::by_id("account"));
    page.choose_view(&["palette-phone"]);
    page.wait_for("html[data-palette='phone']", "the lamps have the colours of telephones");
    browser.reload();
    page.wait_for("html[data-theme='light'][data-palette='phone']", "and both are kept");
    page.tap(&Page::by_id("account"));
    page.tap(&Page::by_id("theme-system"));
    page.wait_for("html:not([data-theme])", "the system may decide again");
}

#[test]
fn new_voicemail_is_counted_on_its_lamp() {
    let solo = Solo::with(&["1001 NOT_INUSE"]);
    let browser = Browser::start(Look::DESKTOP);
    browser.open_board(&solo.server.url());
    let page = browser.page();
    page.wait_for("[data-exten='1001']", "the lamp is there");
    let told = |new: u32| {
        let eid = Solo::EID;
        let body = format!(r#"{{"type":"mailboxstate","uniqueid":"1001@default","old":1,"new":{new},"eid":"{eid}"}}"#);
        let answer = solo.peer.ask(&Request::publish(Solo::NAME).with("Event", "asterisk-mwi").json(&body));
        assert_eq!(answer.code(), 200, "{}", answer.text);
    };
    told(2);
    page.wait_for_text("[data-exten='1001'] .lamp__mail", "2");
    let label = page.attribute("[data-exten='1001']", "aria-label").unwrap_or_default();
    assert!(label.contains("2 new voicemails"), "{label}");
    told(0);
    page.wait_gone("[data-exten='1001'] .lamp__mail", "all were heard");
}

#[test]
fn who_calls_is_shown_to_those_who_may_know() {
    for (role, shown) in [(Role::Viewer, "external"), (Role::Receptionist, "5551234")] {
        let solo = Solo::start_with(|config| config.patient().open(Some(role)));
        let call = Request::document("1001", "dialog", "application/dialog-info+xml", ORLOV);
        assert_eq!(solo.peer.ask(&call).code(), 200);
        let browser = Browser::start(Look::DESKTOP);
        browser.open_board(&solo.server.url());
        let page = browser.page();
        page.wait_for_text("[data-exten='1001'] .lamp__party", shown);
        page.click("[data-exten='1001']");
        page.wait_for_text(&Page::by_id("details-call"), shown);
        assert_eq!(page.source().contains("5551234"), role > Role::Viewer, "{role}");
    }
}

#[test]
fn only_what_is_waited_for_is_spoken_of() {
    let solo = Solo::with(&["1001 INUSE", "1002 INUSE"]);
    let browser = Browser::start(Look::DESKTOP);
    let board = browser.open_board(&solo.server.url());
    let page = browser.page();
    page.click("[data-exten='1001']");
    page.press_button("watch");
    page.wait_for_attribute(&Page::by_id("watch"), "aria-pressed", "true", SOON);
    for (state, shown) in [("NOT_INUSE", "free"), ("RINGING", "ringing"), ("INUSE", "on_call")] {
        solo.publish("1002", state);
        board.wait_for_tile("1002", shown, SOON, |tile| tile.state == shown);
    }
    stays("nobody speaks of 1002", Duration::from_secs(3), || {
        let said = page.text(&Page::by_id("announcer"));
        ensure(said.is_empty(), || said)
    });
    solo.publish("1001", "NOT_INUSE");
    wait("1001 is spoken of", SOON, || {
        let said = page.text(&Page::by_id("announcer"));
        ensure(said.contains("1001"), || said)
    });
}

#[test]
fn a_board_without_lamps_says_how_to_begin() {
    let _addresses = loopback();
    for (role, link) in [(Role::Viewer, 0), (Role::Admin, 1)] {
        let server = Server::start(Config::new().open(Some(role)));
        let browser = Browser::start(Look::DESKTOP);
        browser.open_board(&server.url());
        let page = browser.page();
        page.wait_for_text(&Page::by_id("note"), "when a PBX publishes; you can also import a CSV file");
        for place in ["#/extensions", "#/peers"] {
            let links = page.count(&format!("[data-testid='note'] a[href$='{place}']"));
            assert_eq!(links, link, "{role}, {place}");
        }
    }
}

#[test]
fn a_site_that_falls_silent_says_since_when_and_for_how_many_lamps() {
    let solo = Solo::start();
    let browser = Browser::start(Look { language: "ru", ..Look::DESKTOP });
    browser.open_board(&solo.server.url());
    let page = browser.page();
    // Not before: the peer falls silent soon, and a browser may take its time to start.
    page.wait_for_attribute(&Page::by_id("connection"), "data-silent", "1", SOON);
    solo.publish("1001", "NOT_INUSE");
    page.wait_for_attribute(&Page::by_id("connection"), "data-silent", "0", SOON);
    page.wait_for_text(&Page::by_id("connection"), "1 площадка на связи");
    page.wait_for_text(&Page::by_id("connection"), "pbx: нет данных с ");
    page.wait_for_attribute("[data-total='last_known']", "data-count", "1", SOON);
    page.wait_for_text("[data-exten='1001'] .lamp__word", "был свободен");
}
