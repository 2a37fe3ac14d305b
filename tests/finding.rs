//! Finding somebody and acting at once: the search of the board in a browser, by keyboard.

use std::fmt::Write as _;
use std::time::Duration;

use lampfield_shared::Role;
use serde_json::json;
use support::{Browser, Config, Look, Loopback, Page, Peer, Server, Solo, Visitor, key, loopback};

/// Time after which the page has noticed a lost server.
const LOST: Duration = Duration::from_secs(45);

const RUSSIAN: Look = Look { language: "ru", ..Look::DESKTOP };

/// Lines `exten,name,department,site`.
const PETROVS: &str = "1034,Petrov Leonid,Front desk,perm
2009,Petrova Anna,Sales,kazan
2023,Petrov Ignat,Warehouse,kazan
2051,Петров Глеб,Снабжение,kazan";

/// A directory of 80 invented people on two sites, four of them called Petrov; nobody's state is known.
fn directory() -> (Loopback, Server) {
    with_people(&(0..76).fold(PETROVS.to_owned(), |mut csv, at| {
        let site = if at % 2 == 0 { "perm" } else { "kazan" };
        let _ = write!(csv, "\n{},Nn{at} Mm,Support,{site}", 3000 + at);
        csv
    }))
}

fn with_people(csv: &str) -> (Loopback, Server) {
    let addresses = loopback();
    let peer = |name: &str, title: &str, address| Peer::new(name, address, name).line(&format!("title = {title:?}"));
    let peers = [peer("perm", "Perm", "127.0.0.8:5060"), peer("kazan", "Казань", "127.0.0.9:5060")];
    let server = Server::start(Config::new().peers(&peers).open(Some(Role::Admin)));
    let csv = format!("exten,name,group,site\n{csv}\n");
    Visitor::of(&server).post("api/v1/extensions/import", &json!({ "csv": csv, "dry_run": false })).expect(200);
    (addresses, server)
}

/// The board with the focus in the search field, where it is at the start.
fn open<'a>(server: &Server, browser: &'a Browser, exten: &str) -> Page<'a> {
    browser.open_board(&server.url());
    let page = browser.page();
    page.wait_for(&format!("[data-exten='{exten}']"), "the lamps are there");
    page.wait_for(".search:focus", "what is typed first is searched");
    page
}

#[test]
fn one_of_four_petrovs_is_called_with_seven_keys() {
    let (_addresses, server) = directory();
    for (look, notice) in [(Look::DESKTOP, "Calling 1034 Petrov Leonid…"), (RUSSIAN, "Звоним: 1034 Petrov Leonid…")]
    {
        let browser = Browser::start(look);
        let page = open(&server, &browser, "1034");
        let calls = browser.note_calls();
        browser.press(&['p', 'e', 't', 'r', ' ', 'p', key::ENTER]);
        calls.wait_for(&["tel:1034"]);
        page.wait_for_text(&Page::by_id("notice"), notice);
        page.wait_for_focus_on("1034");
    }
}

#[test]
fn the_number_itself_is_called_and_not_one_that_begins_with_it() {
    let people = "1010,Long Ann,Accounting,perm\n101,Short Sam,Sales,perm\n1020,Early Eve,Accounting,perm\n2000,Late Lee,Sales,kazan";
    let (_addresses, server) = with_people(people);
    let browser = Browser::start(Look::DESKTOP);
    let page = open(&server, &browser, "101");
    let calls = browser.note_calls();
    browser.type_text("20");
    page.wait_for_hits(&["2000", "1020"]);
    browser.press(&[key::ESCAPE]);
    page.wait_for_focus_on("2000");
    // A digit goes on to the field by itself.
    browser.type_text("101");
    page.wait_for_hits(&["101", "1010"]);
    assert_eq!(page.chosen_hit().as_deref(), Some("101"));
    browser.press(&[key::ENTER]);
    calls.wait_for(&["tel:101"]);
    page.wait_for_focus_on("101");
}

#[test]
fn every_key_works_on_the_chosen_row_while_the_field_has_the_focus() {
    let (_addresses, server) = directory();
    let browser = Browser::start(Look::DESKTOP);
    let page = open(&server, &browser, "1034");
    let calls = browser.note_calls();
    browser.type_text("1034");
    page.wait_for_hits(&["1034"]);
    browser.press(&[key::ESCAPE]);
    page.wait_for_focus_on("1034");
    browser.press(&['w']);
    page.wait_for_text(&Page::by_id("notice"), "when 1034");
    assert_eq!(page.value("search"), "", "a letter on the lamp is typed nowhere");

    browser.press(&['/']);
    browser.type_text("petr");
    page.wait_for_hits(&["1034", "2009", "2023", "2051"]);
    browser.press(&[key::DOWN, key::DOWN, key::DOWN, key::DOWN, key::UP]);
    assert_eq!(page.chosen_hit().as_deref(), Some("2023"));
    assert!(page.has(".search:focus"), "the focus stays in the field");
    browser.press_with(key::ALT, &['w']);
    page.wait_for_text(&Page::by_id("notice"), "when 2023");
    page.wait_for("[data-hit='2023'] [data-key='W'][aria-pressed='true']", "its button says so");
    for (letter, focused) in [('d', "#details-dnd :focus"), ('y', "#details-why:focus, #details-why :focus")] {
        browser.press_with(key::ALT, &[letter]);
        page.wait_for(&format!("[data-details='2023'] {focused}"), &format!("Alt {letter} leads there"));
        browser.press(&[key::ESCAPE]);
        page.wait_gone("[data-details]", "Esc closes the details");
        page.wait_for(".search:focus", "and leads back to the field");
    }
    browser.press(&[key::END, key::LEFT, key::RIGHT]);
    assert!(!page.has("[data-details]"), "Right moves the caret to the end of the text");
    browser.press(&[key::RIGHT]);
    page.wait_for("[data-details='2023'] [data-testid='call']:focus", "at the end it opens the details");
    browser.press(&[key::ESCAPE]);
    page.wait_for(".search:focus", "the focus is in the field again");
    page.wait_for_hits(&["1034", "2009", "2023", "2051"]);
    assert_eq!(page.chosen_hit().as_deref(), Some("2023"), "and nothing else is chosen");
    assert_eq!(page.value("search"), "petr", "and no key was typed");

    // The browser may ask which application shall call, and take the keys that come then.
    browser.press_with(key::SHIFT, &[key::ENTER]);
    calls.wait_for(&["tel:2023"]);
    page.wait_for_hits(&["1034", "2009", "2023", "2051"]);
    browser.press_with(key::ALT, &['c']);
    calls.wait_for(&["tel:2023", "tel:2023"]);
    page.wait_for_focus_on("2023");
}

#[test]
fn buttons_of_the_row_and_rows_themselves_are_pressed_without_the_keyboard() {
    let (_addresses, server) = directory();
    let browser = Browser::start(Look::DESKTOP);
    let page = open(&server, &browser, "1034");
    let calls = browser.note_calls();
    browser.type_text("petr");
    page.wait_for_hits(&["1034", "2009", "2023", "2051"]);
    page.click_by_mouse("[data-hit='1034'] [data-key='W']");
    page.wait_for_text(&Page::by_id("notice"), "when 1034");
    assert!(page.has(".search:focus"), "a click takes the focus from no field");
    page.click_by_mouse("[data-hit='2009'] .hit__name");
    page.wait_for("[data-details='2009']", "a row leads to its details");
    assert_eq!(page.chosen_hit().as_deref(), Some("2009"));
    browser.press(&[key::TAB]);
    page.wait_for("[data-hit='2009'] [data-key='Enter']:focus", "the buttons follow the field");
    browser.press(&[key::DOWN]);
    page.wait_for("[data-hit='2023'] [data-key='Enter']:focus", "the keys of the field work on them, too");
    browser.press(&[key::ENTER]);
    calls.wait_for(&["tel:2023"]);
    page.wait_for_focus_on("2023");
}

#[test]
fn esc_leads_to_the_same_lamp_among_all() {
    let (_addresses, server) = directory();
    for look in [Look::DESKTOP, RUSSIAN] {
        let browser = Browser::start(look);
        let page = open(&server, &browser, "1034");
        browser.type_text("petr");
        page.wait_for_hits(&["1034", "2009", "2023", "2051"]);
        browser.press(&[key::DOWN, key::ESCAPE]);
        page.wait_for_focus_on("2009");
        assert_eq!(page.lamps().len(), 80);
        browser.press(&[key::RIGHT]);
        assert!(page.focused_lamp().is_some_and(|exten| exten != "2009"), "and the arrows go on from there");
        // From a tab on which the lamp is not.
        page.click("[data-tab='group:Support']");
        browser.press(&['/']);
        browser.type_text("2051");
        page.wait_for_hits(&["2051"]);
        browser.press(&[key::ESCAPE]);
        page.wait_for_focus_on("2051");
        browser.press(&[key::ENTER]);
        page.wait_for("[data-details='2051']", "it is explained");
        browser.press(&[key::ESCAPE]);
        page.wait_gone("[data-details]", "and no more");
        page.wait_for_focus_on("2051");
        // Nothing is found: there is nowhere to go but to some lamp.
        browser.press(&['/']);
        browser.type_text("zzzz");
        page.wait_for_text(&Page::by_id("no-hits"), "zzzz");
        browser.press(&[key::ENTER, key::ESCAPE]);
        page.wait_for("[data-exten]:focus", "the focus is on a lamp");
    }
}

#[test]
fn hits_are_one_list_that_is_counted_marked_and_narrowed_by_states() {
    let solo = Solo::start_with(|config| config.patient().people(&["1001", "1002", "1003"]));
    let people = "exten,name,group\n1001,Petrov Leonid,Sales\n1002,Петров Глеб,Support\n1003,Petrova Anna,Sales\n";
    Visitor::of(&solo.server).post("api/v1/extensions/import", &json!({ "csv": people, "dry_run": false })).expect(200);
    for (exten, state) in [("1001", "INUSE"), ("1002", "NOT_INUSE"), ("1003", "RINGING")] {
        solo.publish(exten, state);
    }
    for (look, count, free, states) in [
        (Look::DESKTOP, "3 of 3", "petrov free", ["On a call", "Free", "Ringing"]),
        (RUSSIAN, "3 из 3", "петров свободен", ["Разговор", "Свободен", "Вызов"]),
    ] {
        let browser = Browser::start(look);
        let page = open(&solo.server, &browser, "1003");
        browser.type_text("petr");
        page.wait_for_hits(&["1001", "1003", "1002"]);
        page.wait_for_text(&Page::by_id("hits-foot"), count);
        assert_eq!(page.text("[data-hit='1001'] mark"), "Petr");
        assert_eq!(page.text("[data-hit='1002'] mark"), "Петр");
        for (exten, state) in ["1001", "1002", "1003"].into_iter().zip(states) {
            page.wait_for_text(&format!("[data-hit='{exten}'] .hit__state"), state);
        }
        browser.press(&[key::ESCAPE, '/']);
        browser.type_text("petrof");
        page.wait_for_hits(&["1001", "1002", "1003"]);
        browser.press(&[key::ESCAPE, '/']);
        browser.type_text(free);
        page.wait_for_hits(&["1002"]);
        // Nothing moves while it is looked at: whoever is listed is listed as he is now.
        solo.publish("1002", "INUSE");
        page.wait_for_text("[data-hit='1002'] .hit__state", states[0]);
        page.wait_for_hits(&["1002"]);
        browser.type_text(" ");
        page.wait_for_hits(&[]);
        solo.publish("1002", "NOT_INUSE");
    }
}

#[test]
fn an_old_state_is_listed_as_old() {
    let mut solo = Solo::with(&["1001 NOT_INUSE", "1002 INUSE"]);
    let browser = Browser::start(Look::DESKTOP);
    let page = open(&solo.server, &browser, "1002");
    browser.type_text("100");
    page.wait_for_hits(&["1001", "1002"]);
    page.wait_for_text("[data-hit='1001'] .hit__state", "Free");
    solo.server.stop();
    page.wait_for_attribute("[data-connection]", "data-connection", "lost", LOST);
    page.wait_for("[data-hit='1001'][data-freshness='last_known']", "it is old");
    page.wait_for_text("[data-hit='1001'] .hit__state", "Last known: free");
    browser.type_text(" free");
    page.wait_for_hits(&[]);
}

#[test]
fn a_telephone_has_no_columns_and_wide_buttons() {
    let (_addresses, server) = directory();
    let browser = Browser::start(Look { width: 390, height: 844, language: "en" });
    browser.open_board(&server.url());
    let page = browser.page();
    page.wait_for("[data-exten='1034']", "the lamps are there");
    page.tap(".search");
    page.fill("search", "petr");
    page.wait_for_hits(&["1034", "2009", "2023", "2051"]);
    assert_eq!(page.overflows(".hits, .hit, .hit__acts"), Vec::<String>::new());
    page.tap("[data-hit='2009'] .hit__name");
    page.wait_for("[data-details='2009']", "a tap explains the lamp");
}
