//! A receptionist at work: the board by keyboard only, in both languages, and its explanations.

use std::time::Duration;

use serde_json::json;
use support::{Browser, Look, Page, SOON, Solo, ensure, key, wait};

use crate::people::{PASSWORD, log_in_as_admin};

/// A server with three free phones.
fn three() -> Solo {
    Solo::with(&["1001 NOT_INUSE", "1002 NOT_INUSE", "1003 NOT_INUSE"])
}

fn tile(exten: &str) -> String {
    format!("[data-exten='{exten}']")
}

#[test]
fn everything_is_done_by_the_keyboard_alone() {
    let solo = three();
    let browser = Browser::start(Look::DESKTOP);
    browser.open_board(&solo.server.url());
    let page = browser.page();
    page.wait_for(&tile("1003"), "the lamps are there");
    assert_eq!(page.count("[data-exten][tabindex='0']"), 1, "the lamps are one tab stop");

    browser.press(&['2']);
    page.wait_for_hits(&["1002"]);
    browser.press(&[key::ESCAPE]);
    page.wait_for_hits(&[]);
    page.wait_for_focus_on("1002");
    browser.press(&[key::UP]);
    page.wait_for_focus_on("1001");
    browser.press(&[key::DOWN, key::DOWN]);
    page.wait_for_focus_on("1003");
    browser.press(&[key::UP]);
    page.wait_for_focus_on("1002");
    assert_eq!(page.count("[data-exten][tabindex='0']"), 1, "and stay one");

    browser.press(&[key::ENTER]);
    page.wait_for("[data-details='1002']", "Enter explains the lamp");
    assert!(browser.address().ends_with("#/lamp/1002"), "{}", browser.address());
    browser.press(&[key::ESCAPE]);
    page.wait_gone("[data-details]", "Esc closes it");
    page.wait_for_focus_on("1002");

    browser.press(&['y']);
    page.wait_for("[data-details='1002']", "Y asks why");
    browser.press(&[key::ESCAPE]);
    page.wait_gone("[data-details]", "Esc closes it");
    browser.press(&['?']);
    page.wait_for("[data-testid='help-dialog'][open]", "? lists the keys");
    browser.press(&[key::ESCAPE]);
    page.wait_gone(&Page::by_id("help-dialog"), "Esc closes the list");
    browser.press(&['.']);
    page.wait_for(
        "[data-tab='group:Lab'][aria-selected='true'], [data-tab='favourites'][aria-selected='true']",
        ". turns",
    );
}

#[test]
fn keys_are_read_by_their_place_and_single_letters_can_be_switched_off() {
    let solo = three();
    let browser = Browser::start(Look { language: "ru", ..Look::DESKTOP });
    browser.open_board(&solo.server.url());
    let page = browser.page();
    page.wait_for(&tile("1001"), "the lamps are there");
    page.press_button("help");
    page.wait_for_text(&Page::by_id("help-dialog"), "Клавиши");
    page.press_button("letters");
    browser.press(&[key::ESCAPE]);
    page.wait_gone(&Page::by_id("help-dialog"), "the list is closed");
    browser.press(&[key::ESCAPE, key::HOME, key::DOWN]);
    page.wait_for_focus_on("1002");
    browser.press(&['w', '1', '/', '?', 'y']);
    browser.press(&[key::UP]);
    page.wait_for_focus_on("1001");
    assert!(!page.has("[data-testid='help-dialog'], [data-details], .search:focus, [data-testid='notice']"));
}

#[test]
fn a_watched_lamp_is_told_of_when_it_is_free() {
    let solo = three();
    solo.publish("1001", "INUSE");
    let browser = Browser::start(Look::DESKTOP);
    let board = browser.open_board(&solo.server.url());
    board.wait_for_tile("1001", "a call", SOON, |tile| tile.state == "on_call");
    let page = browser.page();
    page.click(&tile("1001"));
    page.press_button("watch");
    page.wait_for_text(&Page::by_id("notice"), "when 1001");
    page.wait_for_attribute(&Page::by_id("watch"), "aria-pressed", "true", SOON);

    browser.reload();
    board.wait_for_connection("live", Duration::from_secs(20));
    page.wait_for_attribute(&Page::by_id("watch"), "aria-pressed", "true", SOON);
    page.wait_for("[data-testid='watching'] a[href$='1001']", "it stands in the list before it changes");
    solo.publish("1001", "NOT_INUSE");
    page.wait_for_text(&Page::by_id("notice"), "1001 is free");
    page.wait_for_text(&Page::by_id("announcer"), "1001 is free");
    page.wait_for("[data-testid='free-card'][data-card='1001'].card--free", "the card stays");
    solo.publish("1001", "INUSE");
    page.wait_gone(&Page::by_id("free-card"), "who is in a call again is waited for again");
    page.wait_for("[data-testid='watching'] a[href$='1001']", "in the list");
    solo.publish("1001", "NOT_INUSE");
    page.wait_for(".card--free", "until it is free");
    page.press_button("free-dismiss");
    page.wait_gone(&Page::by_id("free-card"), "and answered");
    page.wait_for_attribute(&Page::by_id("watch"), "aria-pressed", "false", SOON);
}

#[test]
fn the_system_tells_of_a_watched_lamp_where_the_reader_allowed_that() {
    let solo = three();
    solo.publish("1001", "INUSE");
    let browser = Browser::start(Look::DESKTOP);
    let board = browser.open_board(&solo.server.url());
    browser.devtools("Browser.grantPermissions", &json!({ "permissions": ["notifications"] }));
    board.wait_for_tile("1001", "a call", SOON, |tile| tile.state == "on_call");
    let page = browser.page();
    page.click("[name='notify']");
    page.wait_for("[name='notify']:checked", "it is allowed");
    page.click(&tile("1001"));
    page.press_button("watch");
    page.wait_for_attribute(&Page::by_id("watch"), "aria-pressed", "true", SOON);
    assert_eq!(page.notifications(), [""; 0]);
    solo.publish("1001", "NOT_INUSE");
    wait("the system is told", SOON, || {
        let told = page.notifications();
        ensure(told == ["1001 is free (#/lamp/1001)"], || format!("{told:?}"))
    });
}

#[test]
fn a_link_leads_to_the_same_part_of_the_board_in_the_same_order() {
    let solo = three();
    solo.publish("1002", "INUSE");
    let browser = Browser::start(Look::DESKTOP);
    let page = browser.open(&format!("{}#/?only=on_call&by=state", solo.server.url()));
    page.wait_for_lamps(&["1002"]);
    page.wait_for("[data-testid='order-state'][aria-pressed='true']", "the order of the link");
    page.wait_for("[data-total='on_call'][aria-pressed='true']", "and its filter");
    browser.press(&[key::ESCAPE]);
    page.wait_for_lamps(&["1002", "1001", "1003"]);
    let address = |wanted: &str| {
        wait("the address", SOON, || ensure(browser.address().ends_with(wanted), || browser.address()));
    };
    address("#/?by=state");
    page.choose_tab("favourites");
    address("#/?tab=favourites");
    browser.go("#/?only=free");
    page.wait_for_lamps(&["1001", "1003"]);
    let board = browser.open_board(&solo.server.url());
    board.wait_for_connection("live", Duration::from_secs(20));
    page.wait_for("[data-testid='order-state'][aria-pressed='false']", "the order of a link is shown, not kept");
}

#[test]
fn a_lamp_explains_itself_and_its_link_survives_a_reload() {
    let solo = three();
    solo.publish("1002", "RINGING");
    let browser = Browser::start(Look::DESKTOP);
    let page = browser.open(&format!("{}#/lamp/1002", solo.server.url()));
    page.wait_for_text(&Page::by_id("details-state"), "Ringing");
    page.wait_for_attribute("[data-vote='PJSIP/1002']", "data-wins", "true", SOON);
    assert!(page.text("[data-vote='PJSIP/1002']").contains(Solo::EID), "{}", page.read());
    solo.publish("1002", "INUSE");
    page.wait_for_text(&Page::by_id("details-state"), "On a call");
    page.wait_for_text("[data-vote='PJSIP/1002']", "INUSE");
    page.wait_for_text(&Page::by_id("history"), "Ringing");
    assert_eq!(page.attribute(&Page::by_id("call"), "href").as_deref(), Some("tel:1002"));
    browser.reload();
    page.wait_for("[data-details='1002']", "the link leads here again");
    page.wait_for_text(&Page::by_id("details-state"), "On a call");
    browser.go("#/lamp/9999");
    page.wait_for_text(&Page::by_id("details-gone"), "9999");
}

#[test]
fn the_focus_stays_with_its_lamp_when_the_board_is_sorted_anew() {
    let solo = three();
    let browser = Browser::start(Look::DESKTOP);
    let board = browser.open_board(&solo.server.url());
    let page = browser.page();
    page.wait_for(&tile("1003"), "the lamps are there");
    page.choose_view(&["order-state"]);
    browser.press(&[key::ESCAPE]);
    page.wait_for_focus_on("1001");
    solo.publish("1003", "RINGING");
    board.wait_for_tile("1003", "ringing", SOON, |tile| tile.state == "ringing");
    assert_eq!(page.focused_lamp().as_deref(), Some("1001"));
    assert_eq!(page.lamps(), ["1001", "1002", "1003"], "nothing moves below the focus");
    browser.press(&['/']);
    page.wait_for(".search:focus", "the focus has left the lamps");
    page.wait_for_lamps(&["1003", "1001", "1002"]);
}

#[test]
fn a_search_forgives_the_wrong_layout() {
    let solo = three();
    let browser = Browser::start(Look { language: "ru", ..Look::DESKTOP });
    browser.open_board(&solo.server.url());
    let page = browser.page();
    page.wait_for(&tile("1003"), "the lamps are there");
    browser.press(&['/']);
    // The test's only site is called `pbx`.
    browser.press(&['з', 'и', 'ч']);
    page.wait_for_hits(&["1001", "1002", "1003"]);
    browser.press(&['щ']);
    page.wait_for_hits(&[]);
    page.wait_for_text(&Page::by_id("no-hits"), "зичщ");
}

#[test]
fn what_is_waited_for_is_told_after_a_reload_too_and_is_one_list_in_all_tabs() {
    let solo = three();
    solo.publish("1001", "INUSE");
    solo.publish("1002", "INUSE");
    let browser = Browser::start(Look::DESKTOP);
    let board = browser.open_board(&solo.server.url());
    board.wait_for_tile("1002", "a call", SOON, |tile| tile.state == "on_call");
    let page = browser.page();
    page.click(&tile("1001"));
    page.press_button("watch");
    page.wait_for_attribute(&Page::by_id("watch"), "aria-pressed", "true", SOON);
    browser.change_in_another_tab("lampfield.watches", |kept| format!("{kept}{}", kept.replace("1001", "1002")));
    browser.go("#/lamp/1002");
    page.wait_for("[data-details='1002']", "the other lamp is explained");
    page.wait_for_attribute(&Page::by_id("watch"), "aria-pressed", "true", SOON);

    browser.leave();
    solo.publish("1001", "NOT_INUSE");
    browser.open_board(&solo.server.url());
    page.wait_for_text(&Page::by_id("notice"), "1001 is free");
}

#[test]
fn an_empty_tab_says_why_it_is_empty() {
    let solo = three();
    let browser = Browser::start(Look { language: "ru", ..Look::DESKTOP });
    browser.open_board(&solo.server.url());
    let page = browser.page();
    page.wait_for(&tile("1001"), "the lamps are there");
    page.click("[data-tab='favourites']");
    page.wait_for_text(&Page::by_id("note"), "Избранного пока нет");
    page.click("[data-total='busy']");
    page.wait_for_text(&Page::by_id("note"), "Сейчас таких ламп нет");
    page.click("[data-total='free']");
    page.wait_for_text(&Page::by_id("note"), "на других вкладках: 3");
}

#[test]
fn votes_are_asked_for_again_while_they_are_looked_at() {
    let solo = three();
    let browser = Browser::start(Look::DESKTOP);
    let page = browser.open(&format!("{}#/lamp/1001", solo.server.url()));
    let when = "[data-vote='PJSIP/1001'] .vote__who";
    page.wait_for(when, "the vote is there");
    let first = page.text(when);
    std::thread::sleep(Duration::from_millis(1100));
    // The lamp stays free: nobody publishes another state.
    solo.publish("1001", "NOT_INUSE");
    support::wait("the vote is told anew", SOON, || {
        let now = page.text(when);
        if now == first { Err(now) } else { Ok(()) }
    });
}

#[test]
fn a_note_is_saved_or_stays_a_draft_and_is_never_lost() {
    let solo = three();
    for language in ["en", "ru"] {
        let browser = Browser::start(Look { language, ..Look::DESKTOP });
        browser.open_board(&solo.server.url());
        if language == "en" {
            log_in_as_admin(&solo.server, &browser);
        } else {
            browser.go("#/login");
            browser.page().log_in("admin", PASSWORD);
        }
        let page = browser.page();
        let (draft, reopen) = (format!("{language} is back at two"), [key::ESCAPE, 'n']);
        page.wait_for(&tile("1001"), "the lamps are there");
        browser.press(&[key::ESCAPE, key::HOME]);
        page.wait_for_focus_on("1001");
        browser.press(&['n']);
        page.wait_for("textarea:focus", "N leads to the note");
        page.fill("note", "");
        browser.type_text(&draft);
        browser.press(&[key::ESCAPE]);
        page.wait_gone("[data-details]", "Esc closes the details");
        page.wait_for_focus_on("1001");
        browser.press(&['n']);
        page.wait_for("textarea:focus", "N leads to it again");
        assert_eq!(page.value("note"), draft, "nothing that was typed is lost");
        let title = "#details-note .details__title";
        page.wait_for_text(title, if language == "en" { "not saved yet" } else { "ещё не сохранена" });
        browser.press_with(key::CONTROL, &[key::ENTER]);
        page.wait_for_text(&Page::by_id("notice"), if language == "en" { "The note was saved" } else { "сохранена" });
        browser.reload();
        page.wait_for("[data-details='1001']", "the details are there again");
        support::wait("it was saved", SOON, || ensure(page.value("note") == draft, || page.value("note")));
        // What takes the focus saves it.
        page.focus("textarea");
        browser.type_text("!");
        browser.press(&[key::TAB]);
        page.wait_for_text(&Page::by_id("notice"), if language == "en" { "The note was saved" } else { "сохранена" });
        browser.press(&reopen);
        page.wait_for("textarea:focus", "N leads to it again");
        assert!(!page.text(title).contains(if language == "en" { "not saved" } else { "не сохр" }));
    }
}

#[test]
fn forms_take_the_focus_and_lose_no_letter() {
    let solo = three();
    let browser = Browser::start(Look::DESKTOP);
    browser.open_board(&solo.server.url());
    let page = browser.page();
    let given = solo.server.one_time_password();
    browser.go("#/login");
    page.wait_for("[name='name']:focus", "the login has the focus");
    browser.type_text("admin");
    browser.press(&[key::TAB]);
    browser.type_text(&given);
    browser.press(&[key::ENTER]);
    page.wait_for("[name='old']:focus", "so has the change of the password");
    page.change_password(&given, PASSWORD);
    page.wait_for(&Page::by_id("account"), "the board is shown");
    browser.go("#/boards/+");
    page.wait_for("[name='board-title']:focus", "and a new board");
}

#[test]
fn open_details_follow_the_focus() {
    let solo = three();
    let browser = Browser::start(Look::DESKTOP);
    browser.open_board(&solo.server.url());
    let page = browser.page();
    page.wait_for(&tile("1003"), "the lamps are there");
    browser.press(&[key::ESCAPE, key::HOME, key::ENTER]);
    page.wait_for("[data-details='1001']", "Enter explains the lamp");
    browser.press(&[key::DOWN]);
    page.wait_for("[data-details='1002']", "and then the next");
    page.wait_for_focus_on("1002");
    let calls = browser.note_calls();
    browser.press(&['c']);
    calls.wait_for(&["tel:1002"]);
    browser.press(&[key::ESCAPE]);
    page.wait_gone("[data-details]", "Esc closes it");
    page.wait_for_focus_on("1002");
}
