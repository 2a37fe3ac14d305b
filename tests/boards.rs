//! Boards that admins make: a tab, a wall and a plain page with lamps in an order of their own.

use std::time::Duration;

use lampfield_shared::Role;
use serde_json::{Value, json};
use support::{Browser, Look, Page, Solo, Visitor, ensure, wait};

/// A change is there at once; this is for a machine that is busy.
const SOON: Duration = Duration::from_secs(5);

/// `Desk: 1002 1001 | Door: 7777`
fn board(groups: &str, changed: &Value) -> Value {
    let group = |text: &str| {
        let (title, extens) = text.split_once(':').expect("a title and its extensions");
        json!({ "title": title, "extens": extens.split_whitespace().collect::<Vec<_>>() })
    };
    let groups: Vec<Value> = groups.split('|').map(group).collect();
    json!({ "title": "Front desk", "groups": groups, "changed": changed })
}

/// Two lamps that are heard, and everybody an admin.
fn solo() -> Solo {
    let solo = Solo::start_with(|config| config.open(Some(Role::Admin)).people(&["1001"]));
    for (exten, state) in [("1001", "NOT_INUSE"), ("1002", "INUSE")] {
        solo.publish(exten, state);
    }
    solo
}

#[test]
fn a_board_is_a_tab_with_groups_in_its_order_and_changes_below_its_reader() {
    let solo = solo();
    let mut admin = Visitor::of(&solo.server);
    let path = "api/v1/boards/front";
    let made = admin.put(path, &board("Desk: 1002 1001 | Door: 7777", &Value::Null)).expect(201).json();
    let browser = Browser::start(Look { language: "ru", ..Look::DESKTOP });
    let open = browser.open_board(&solo.server.url());
    let page = browser.page();
    page.click("[data-tab='board:front']");
    page.wait_for_lamps(&["1002", "1001", "7777"]);
    page.wait_for_text("[data-tab='board:front']", "Front desk 3");
    assert_eq!(page.count(".band__group"), 2, "{}", page.read());
    open.wait_for_tile("1002", "on a call", SOON, |tile| tile.state == "on_call");
    open.wait_for_tile("7777", "unknown", SOON, |tile| tile.state == "no_data" && tile.freshness == "never");
    let select = Page::by_id("order");
    page.wait_for_text(&select, "Свой порядок");
    page.fill_select("order", "number");
    page.wait_for_lamps(&["1001", "1002", "7777"]);
    page.fill_select("order", "own");

    let changed = admin.put(path, &board("Door: 7777 | Desk: 1001", &made["changed"])).expect(200).json();
    page.wait_for_lamps(&["7777", "1001"]);
    let outdated = admin.put(path, &board("Desk: 1002", &made["changed"])).expect(409);
    assert!(outdated.text.contains("has changed the board `front` meanwhile"), "{}", outdated.text);
    solo.publish("7777", "RINGING");
    open.wait_for_tile("7777", "it rings", SOON, |tile| tile.state == "ringing");
    browser.reload();
    page.wait_for_lamps(&["7777", "1001"]);
    page.click("[data-tab='all']");
    wait("all are there", SOON, || ensure(open.tiles() == 3, || page.read()));
    page.wait_gone(&format!("{select} [value='own']"), "only a board has an order of its own");
    page.click("[data-tab='board:front']");
    assert_ne!(changed["changed"], made["changed"]);
    admin.delete(path).expect(204);
    page.wait_gone("[data-tab='board:front']", "the board is gone");
    wait("all are seen instead", SOON, || ensure(open.tiles() == 3, || page.read()));
}
