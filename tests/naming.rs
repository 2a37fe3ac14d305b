//! Names of extensions: edited in the page and by files, over crashes, on every board at once.

use lampfield_shared::Role;
use serde_json::json;
use support::{Browser, Look, Page, SOON, Solo, Visitor};

#[test]
fn an_admin_names_extensions_and_every_board_shows_it_at_once() {
    let solo = Solo::start_with(|config| config.open(Some(Role::Admin)).people(&["1001"]));
    for exten in ["1001", "1002"] {
        solo.publish(exten, "NOT_INUSE");
    }
    let (desk, other) = (Browser::start(Look::DESKTOP), Browser::start(Look { language: "ru", ..Look::DESKTOP }));
    let board = other.open_board(&solo.server.url());
    board.wait_for_tile("1002", "free", SOON, |tile| tile.state == "free");
    let page = desk.open(&format!("{}#/extensions", solo.server.url()));
    page.press_button("only-1");
    page.wait_for("[data-named='1002']", "1002 is heard, and has no name");
    page.wait_gone("[data-named='1001']", "1001 has one");
    page.click("[data-key='edit 1002']");
    page.fill("ext-name", "Boris Orlov");
    page.fill("ext-group", "Lab");
    page.press_button("ext-save");
    other.page().wait_for_text("[data-exten='1002']", "Boris Orlov");
    page.wait_gone("[data-named='1002']", "it is without a name no longer");

    page.press_button("only-0");
    page.fill("csv", "exten;name\n1002;Boris Orlov\n1003;Vera Lis\n1004;\n");
    page.press_button("csv-try");
    page.wait_for_text(&Page::by_id("csv-sum"), "Changed: 1. Unchanged: 2.");
    page.wait_for_text(&Page::by_id("csv-diff"), "1003:  /  /  → Vera Lis");
    assert!(!other.page().has("[data-exten='1003']"), "a trial changes nothing");
    page.press_button("csv-go");
    other.page().wait_for_text("[data-exten='1003']", "Vera Lis");
    page.press_button("only-2");
    page.wait_for("[data-named='1003']", "nobody has said anything of 1003");

    page.press_button("only-0");
    page.click("[data-key='edit 1002']");
    page.press_button("ext-reset");
    page.wait_gone("[data-named='1002'] .tag", "it is called as in the file again");
    let file = Visitor::of(&solo.server).get("api/v1/extensions.csv").expect(200).text;
    assert!(file.starts_with("exten,name,group,site\n1001,") && file.contains("\n1003,Vera Lis,,\n"), "{file}");
}

#[test]
fn what_was_edited_outlives_a_crash() {
    let mut solo = Solo::start_with(|config| config.open(Some(Role::Admin)).people(&["1001"]));
    let naming = json!({ "name": "Olga Serova", "group": "", "site": "pbx" });
    Visitor::of(&solo.server).put("api/v1/extensions/1001", &naming).expect(204);
    solo.server.restart();
    let lamp = solo.server.lamp("1001").expect("it is there").lamp;
    assert_eq!((lamp.name.as_deref(), lamp.group.as_deref()), (Some("Olga Serova"), None));
    assert_eq!(lamp.site, Some("pbx".into()));
    let wrong = Visitor::of(&solo.server).put("api/v1/extensions/1001", &json!({ "site": "nowhere" })).expect(422);
    assert!(wrong.text.contains("there is no PBX `nowhere`"), "{}", wrong.text);
}

/// The list is in the form in which a Russian Excel saves it: Windows-1251, semicolons, odd numbers and empty lines.
#[test]
fn a_file_of_excel_is_shown_as_it_is_taken_before_it_is_done() {
    let solo = Solo::start_with(|config| config.open(Some(Role::Admin)).people(&["1001"]));
    let desk = Browser::start(Look { language: "ru", ..Look::DESKTOP });
    let page = desk.open(&format!("{}#/extensions", solo.server.url()));
    // Номер;Имя;Пароль / 1002;Анна;s3cret / 1003.0;Ян; / x y;Вера; / ;;
    let cyrillic = |text: &str| -> Vec<u8> {
        let byte = |letter: char| match letter {
            'А'..='я' => u8::try_from(u32::from(letter) - 0x0410 + 0xc0).expect("a letter of Windows-1251"),
            other => u8::try_from(other).expect("a letter of ASCII"),
        };
        text.chars().map(byte).collect()
    };
    page.choose_file(
        "csv-file",
        &cyrillic("Номер;Имя;Пароль\r\n1002;Анна;s3cret\r\n1003.0;Ян;\r\nx y;Вера;\r\n;;\r\n"),
    );
    page.wait_for_text(&Page::by_id("csv-diff"), "1002:  /  /  → Анна");
    page.wait_for_text(&Page::by_id("csv-read"), "windows-1251");
    page.wait_for_text(&Page::by_id("csv-taken"), "1003.0");
    page.wait_for_text(&Page::by_id("csv-passed"), "«x y» — не номер.");
    assert!(!page.text("main").contains("s3cret") && !page.text("main").contains('\u{fffd}'));
    assert!(solo.server.lamp("1002").is_err(), "a trial changes nothing");
    page.press_button("csv-go");
    page.wait_for("[data-named='1003']", "it is done");
    let file = Visitor::of(&solo.server).get("api/v1/extensions.csv").expect(200).text;
    assert!(file.contains("\n1002,Анна,,\n1003,Ян,,\n") && !file.contains("s3cret"), "{file}");
}
