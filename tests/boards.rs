//! Own boards (those that admins put together): a tab, a wall and a plain page with lamps in an order of their own.

use lampfield_shared::Role;
use serde_json::{Value, json};
use support::{Browser, Look, Page, SOON, Solo, Visitor, ensure, key, wait};

/// A board from `Desk: 1002 1001 | Door: 7777`.
fn board(groups: &str, changed: &Value) -> Value {
    let group = |text: &str| {
        let (title, extens) = text.split_once(':').expect("a title and its extensions");
        json!({ "title": title, "extens": extens.split_whitespace().collect::<Vec<_>>() })
    };
    let groups: Vec<Value> = groups.split('|').map(group).collect();
    json!({ "title": "Front desk", "groups": groups, "changed": changed })
}

/// A server with two live lamps, where everybody is an admin.
fn solo() -> Solo {
    let solo = Solo::start_with(|config| config.open(Some(Role::Admin)).people(&["1001"]).patient());
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
    page.choose_tab("board:front");
    page.wait_for_lamps(&["1002", "1001", "7777"]);
    page.wait_for_text("[data-tab='board:front']", "Front desk 3");
    assert_eq!(page.count(".group"), 2, "{}", page.read());
    open.wait_for_tile("1002", "on a call", SOON, |tile| tile.state == "on_call");
    open.wait_for_tile("7777", "unknown", SOON, |tile| tile.state == "no_data" && tile.freshness == "never");
    page.click("[data-exten='7777']");
    page.wait_for_text(&Page::by_id("why"), "Лампы «7777» нет.");
    page.press_button("details-close");
    page.wait_for_text(&Page::by_id("view"), "Свой порядок");
    page.choose_view(&["order-state"]);
    page.wait_for_lamps(&["1002", "1001", "7777"]);
    page.choose_view(&["group-nothing", "order-number"]);
    page.wait_for_lamps(&["1001", "1002", "7777"]);
    page.choose_view(&["order-own"]);

    let changed = admin.put(path, &board("Door: 7777 | Desk: 1001", &made["changed"])).expect(200).json();
    page.wait_for_lamps(&["7777", "1001"]);
    let outdated = admin.put(path, &board("Desk: 1002", &made["changed"])).expect(409);
    assert!(outdated.text.contains("has changed the board `front` meanwhile"), "{}", outdated.text);
    solo.publish("7777", "RINGING");
    open.wait_for_tile("7777", "it rings", SOON, |tile| tile.state == "ringing");
    browser.reload();
    page.wait_for_lamps(&["7777", "1001"]);
    page.choose_tab("all");
    wait("all are there", SOON, || ensure(open.tiles() == 3, || page.read()));
    page.wait_for("[data-testid='order-own'][hidden]", "only a board has an order of its own");
    page.choose_tab("board:front");
    assert_ne!(changed["changed"], made["changed"]);
    admin.delete(path).expect(204);
    page.wait_gone("[data-tab='board:front']", "the board is gone");
    wait("all are seen instead", SOON, || ensure(open.tiles() == 3, || page.read()));
}

/// Types into the element that has the focus.
fn type_text(browser: &Browser, text: &str) {
    browser.press(&text.chars().collect::<Vec<_>>());
}

/// Presses, by the keyboard, the element with that key.
fn press(page: Page<'_>, browser: &Browser, what: &str) {
    page.focus(&format!("[data-key='{what}']"));
    browser.press(&[key::ENTER]);
}

#[test]
fn an_admin_makes_a_board_by_keys_alone_and_others_see_it_at_once() {
    let solo = solo();
    let (desk, other) = (Browser::start(Look::DESKTOP), Browser::start(Look { language: "ru", ..Look::DESKTOP }));
    let named = json!({ "name": "Boris Orlov", "group": "", "site": "" });
    Visitor::of(&solo.server).put("api/v1/extensions/1002", &named).expect(204);
    other.open_board(&solo.server.url());
    let page = desk.open(&format!("{}#/boards", solo.server.url()));
    page.wait_for_text("main", "No boards yet");
    page.focus(&Page::by_id("new-board"));
    desk.press(&[key::ENTER]);
    page.wait_for("[name='board-title']", "a board can be made");
    page.focus("[name='board-title']");
    type_text(&desk, "Front desk");
    desk.press(&[key::TAB, key::TAB]);
    type_text(&desk, "Desk");
    // Tab past the three buttons.
    desk.press(&[key::TAB; 4]);
    type_text(&desk, "1001, 7777");
    desk.press(&[key::ENTER]);
    page.wait_for("[data-listed='1001']", "numbers are taken as they are");
    type_text(&desk, "orlov");
    page.wait_for("datalist [value='1002']", "whoever may be meant is offered");
    desk.press(&[key::ENTER]);
    page.wait_for("[data-listed='1002']", "a name is enough where it means one lamp");
    press(page, &desk, "up 1002");
    page.wait_for_text(&Page::by_id("unknown"), "No PBX knows 7777 yet");
    assert_eq!(page.text("[data-listed='1001'] .tag"), "", "1001 is known");
    page.focus("[name='which-0']");
    type_text(&desk, "1001");
    desk.press(&[key::ENTER]);
    page.wait_for_text(&Page::by_id("said"), "1001 is in “Desk” already.");

    press(page, &desk, "group-new 0");
    page.wait_for("[name='title-1']:focus", "the new group wants a title");
    type_text(&desk, "Door");
    press(page, &desk, "down 7777");
    page.wait_for("[data-group='1'] [data-listed='7777']", "7777 has gone into the next group");
    press(page, &desk, "up 1002");
    page.wait_for_text(&Page::by_id("said"), "1002: 1 of 2 in “Desk”");
    page.wait_for("[data-key='up 1002']:focus", "and one can go on moving it");
    assert!(!other.page().has("[data-tab^='board:']"), "nothing of it is on any page yet");
    page.focus("[name='title-1']");
    desk.press(&[key::ENTER]);
    page.wait_for("[data-board='front-desk']", "it is listed");
    page.wait_for_text(&Page::by_id("notice"), "“Front desk” saved");

    let seen = other.page();
    seen.click("[data-tab='board:front-desk']");
    seen.wait_for_lamps(&["1002", "1001", "7777"]);
    seen.wait_for_text(".group", "Desk");
    page.click("[data-board='front-desk'] a");
    page.wait_for("[data-listed='1002']", "it can be changed");
    press(page, &desk, "remove 1002");
    page.wait_for("[data-key='remove 1001']:focus", "the next one has the focus");
    press(page, &desk, "group-up 1");
    page.wait_for("[data-group='0'] [data-listed='7777']", "the door comes first");
    page.press_button("save");
    seen.wait_for_lamps(&["7777", "1001"]);

    page.press_button("delete");
    page.press_button("sure");
    page.wait_gone("[data-board='front-desk']", "it is not listed any more");
    seen.wait_gone("[data-tab='board:front-desk']", "and on no page");
}

#[test]
fn what_another_admin_saved_meanwhile_is_not_lost() {
    let solo = solo();
    let mut another = Visitor::of(&solo.server);
    let made = another.put("api/v1/boards/front", &board("Desk: 1001", &Value::Null)).expect(201).json();
    let desk = Browser::start(Look { language: "ru", ..Look::DESKTOP });
    let page = desk.open(&format!("{}#/boards/front", solo.server.url()));
    page.wait_for_text("main", "Название группы");
    page.fill("board-title", "Mine");
    page.fill("title-0", "My group");
    another.put("api/v1/boards/front", &board("Desk: 1001 1002", &made["changed"])).expect(200);
    page.wait_for_text(&Page::by_id("outdated"), "Это табло тем временем изменили");
    page.press_button("save");
    page.wait_for_text(&Page::by_id("refusal"), "Табло «front» тем временем изменено");
    assert_eq!(page.value("board-title"), "Mine", "what was typed stays");
    page.press_button("load-anew");
    page.wait_for("[data-listed='1002']", "it is as the other one saved it");
    page.wait_gone(&Page::by_id("outdated"), "and the newest");
    assert_eq!(page.value("title-0"), "Desk");
    page.fill("board-title", "Ours");
    page.press_button("save");
    page.wait_for_text("[data-board='front']", "Ours");
}

#[test]
fn what_was_not_saved_is_there_when_one_comes_back() {
    let solo = solo();
    let mut another = Visitor::of(&solo.server);
    another.put("api/v1/boards/front", &board("Desk: 1001", &Value::Null)).expect(201);
    let desk = Browser::start(Look::DESKTOP);
    let page = desk.open(&format!("{}#/boards/front", solo.server.url()));
    let unsaved = Page::by_id("unsaved");
    page.wait_for("[name='title-0']", "it can be changed");
    assert!(!page.has(&unsaved), "nothing is changed yet");
    page.fill("board-title", "Mine");
    page.fill("title-0", "My group");
    press(page, &desk, "remove 1001");
    page.wait_for_text(&unsaved, "Not saved yet.");
    desk.go("#/boards");
    page.wait_for_text("[data-board='front']", "not saved");
    another.post("api/v1/screens", &json!({ "name": "Lobby", "board": "front" })).expect(201);
    page.press_button("delete");
    page.press_button("sure");
    page.wait_for_text(&Page::by_id("notice"), "Lobby");
    desk.reload();
    page.click("[data-board='front'] a");
    page.wait_for_text(&unsaved, "Not saved yet.");
    assert_eq!((page.value("board-title"), page.value("title-0")), ("Mine".into(), "My group".into()));
    assert!(!page.has("[data-listed='1001']"), "{}", page.read());
    page.press_button("drop");
    page.wait_for("[data-listed='1001']", "it is as it was saved");
    page.wait_gone(&unsaved, "and nothing is changed");
    assert_eq!((page.value("board-title"), page.value("title-0")), ("Front desk".into(), "Desk".into()));

    desk.go("#/boards/+");
    page.wait_for("[name='board-name']", "a new one can be made");
    page.fill("board-title", "Door");
    page.wait_for_text(&unsaved, "Not saved yet.");
    desk.go("#/boards");
    page.wait_for("[data-board='front']", "the list is seen");
    assert!(!page.text("[data-board='front']").contains("not saved"), "that was dropped");
    desk.go("#/boards/+");
    page.wait_for_text(&unsaved, "Not saved yet.");
    assert_eq!(page.value("board-title"), "Door");
    page.fill("title-0", "Door");
    page.press_button("save");
    page.wait_for("[data-board='door']", "it is saved");
    desk.go("#/boards/+");
    page.wait_for("[name='board-name']", "the next one");
    assert_eq!(page.value("board-title"), "", "begins with nothing");
}

#[test]
fn a_screen_shows_its_board_in_its_order_and_follows_each_change() {
    let solo = solo();
    let url = solo.server.url();
    let mut admin = Visitor::of(&solo.server);
    let put = |admin: &mut Visitor, groups: &str, changed: &Value| {
        let answer = admin.put("api/v1/boards/front", &board(groups, changed));
        assert!([200, 201].contains(&answer.status), "{answer:?}");
        answer.json()["changed"].clone()
    };
    let made = put(&mut admin, "Вход: 7777 | Desk: 1002", &Value::Null);
    let desk = Browser::start(Look::DESKTOP);
    let page = desk.open(&format!("{url}#/screens"));
    page.wait_for("option[value='front']", "a screen can show the board");
    page.fill("board", "front");
    page.fill("place", "Lobby");
    page.press_button("create");
    page.wait_for(&Page::by_id("secret"), "the link is shown");
    let link = page.text(&Page::by_id("secret"));

    let wall = Browser::start(Look { width: 1920, height: 1080, language: "ru" });
    let screen = wall.open_wall(&link);
    let hangs = |lamps: &[&str]| {
        wait(&format!("{lamps:?} hang there"), SOON, || ensure(screen.shown() == lamps, || screen.text()));
    };
    hangs(&["7777", "1002"]);
    let text = screen.text();
    assert!(text.contains("Front desk") && text.contains("Вход") && text.contains("Нет данных"), "{text}");
    let changed = put(&mut admin, "Desk: 1002 1001", &made);
    hangs(&["1002", "1001"]);
    solo.publish("1001", "RINGING");
    wait("1001 rings on the wall", SOON, || {
        let look = screen.lamp("1001").unwrap_or_default();
        ensure(look.0 == "ringing", || format!("{look:?}"))
    });
    let refused = admin.delete("api/v1/boards/front").expect(409);
    assert!(refused.text.contains("first revoke the screens `Lobby`"), "{}", refused.text);

    let plain = Browser::start(Look { language: "ru", ..Look::DESKTOP });
    put(&mut admin, "Desk: 1002 7777", &changed);
    plain.visit(&format!("{link}?plain"));
    let read = plain.page().read();
    assert!(read.contains("Front desk") && read.contains("7777") && !read.contains("1001"), "{read}");
    assert!(read.find("1002") < read.find("7777"), "{read}");
    hangs(&["1002", "7777"]);
}

/// A department, a selection on the desk, several at once, the mouse, the keys: all lead to the same board.
#[test]
fn a_board_is_put_together_by_departments_selections_drag_and_keys() {
    let solo = Solo::start_with(|config| config.open(Some(Role::Admin)).people(&["1001"]).patient());
    let csv = "exten,name,group\n1002,Boris,Sales\n1003,Vera,Sales\n1004,Olga,Lab\n1005,Sales Person,Lab\n";
    Visitor::of(&solo.server).post("api/v1/extensions/import", &json!({ "csv": csv, "dry_run": false })).expect(200);
    for exten in ["1002", "1003", "1004", "1005"] {
        solo.publish(exten, "NOT_INUSE");
    }
    let desk = Browser::start(Look::DESKTOP);
    let page = desk.open(&format!("{}admin.html#/boards/+?lamps=1005,1004", solo.server.url()));
    page.wait_for("[data-group='0'] [data-listed='1004']", "the selection of the desk is there");
    wait("it is asked for once", SOON, || ensure(desk.address().ends_with("#/boards/+"), || desk.address()));
    page.wait_for("[data-testid='department'] [value='Sales']", "departments are offered");
    page.fill_select("department", "Sales");
    page.wait_for_text(&Page::by_id("said"), "2 lamps of “Sales” added.");
    let listed = |group: usize| {
        let rows = page.texts(&format!("[data-group='{group}'] [data-listed] th"));
        rows.join(" ")
    };
    assert_eq!((listed(0).as_str(), listed(1).as_str()), ("1005 1004", "1002 1003"));
    assert_eq!((page.value("title-0").as_str(), page.value("title-1").as_str()), ("", "Sales"));

    page.drag("[data-listed='1003']", "[data-listed='1004']");
    wait("it is dropped before 1004", SOON, || ensure(listed(0) == "1005 1003 1004", || listed(0)));
    page.focus("[data-key='pick 1003']");
    desk.press_with(key::ALT, &[key::UP]);
    wait("the keys move it", SOON, || ensure(listed(0) == "1003 1005 1004", || listed(0)));
    page.click("[data-key='pick 1003']");
    page.click("[data-key='pick 1004']");
    page.wait_for_text(&Page::by_id("picked"), "2 selected");
    page.fill_select("move", "1");
    wait("both go", SOON, || ensure(listed(1) == "1002 1003 1004", || listed(1)));
    page.wait_gone(&Page::by_id("picked"), "nothing is selected any more");

    page.press_button("save");
    page.wait_for_text(&Page::by_id("said"), "Give the board a title.");
    page.fill("board-title", "Ours");
    page.press_button("save");
    page.wait_for("[data-board='ours']", "it is saved, though a group had no title");
    let board = Visitor::of(&solo.server).get("api/v1/boards/ours").expect(200).json();
    let titles: Vec<&str> =
        board["groups"].as_array().into_iter().flatten().filter_map(|it| it["title"].as_str()).collect();
    assert_eq!(titles, ["Group 1", "Sales"]);
    page.click("[data-board='ours'] a");
    page.wait_for(&format!("{}:disabled", Page::by_id("drop")), "there is nothing to discard");
    page.fill("board-title", "Theirs");
    page.press_button("drop");
    assert_eq!(page.value("board-title"), "Ours", "it is as it was saved");
}
