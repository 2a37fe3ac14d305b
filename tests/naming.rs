//! Names of extensions: edited in the page and by files, over crashes, on every board at once.

use lampfield_shared::Role;
use serde_json::json;
use support::{Browser, Look, Page, SOON, Solo, Visitor, ensure, key, wait};

#[test]
fn an_admin_names_extensions_in_their_table_and_takes_it_back() {
    let solo = Solo::start_with(|config| config.open(Some(Role::Admin)).people(&["1001"]));
    for exten in ["1001", "1002", "1003"] {
        solo.publish(exten, "NOT_INUSE");
    }
    let (desk, other) = (Browser::start(Look::DESKTOP), Browser::start(Look { language: "ru", ..Look::DESKTOP }));
    let board = other.open_board(&solo.server.url());
    board.wait_for_tile("1002", "free", SOON, |tile| tile.state == "free");
    let page = desk.open(&format!("{}#/extensions", solo.server.url()));
    let (toast, undo) = (Page::by_id("toast"), Page::by_id("undo"));
    page.wait_for_text(&Page::by_id("ext-sum"), "3 extensions, 2 seen on a PBX but not named");
    page.press_button("only-1");
    page.wait_gone("[data-named='1001']", "1001 has a name");
    page.press_button("only-0");

    // By keys alone: Enter saves and goes down, Esc leaves a cell as it was.
    page.focus("[data-key='cell name 1002']");
    desk.press(&"Boris Orlov".chars().collect::<Vec<_>>());
    desk.press(&[key::ENTER]);
    page.wait_for("[data-key='cell name 1003']:focus", "the next row is edited");
    page.wait_for_text(&toast, "1002: – → Boris Orlov");
    other.page().wait_for_text("[data-exten='1002']", "Boris Orlov");
    desk.press(&['x', key::ESCAPE, key::TAB]);
    page.wait_for("[data-key='cell group 1003']:focus", "Tab goes to the next cell");
    assert_eq!(page.cell("name", "1003"), "", "Esc has left the name as it was");

    // Two cells of one row, one right after the other.
    page.fill_cell("group", "1002", "Lab");
    page.fill_cell("site", "1002", "pbx");
    page.wait_for_text(&toast, "1002: – → pbx");
    page.wait_for_text("[data-named='1002'] .tag", "edited");
    let kept = |field: &str| {
        let all = Visitor::of(&solo.server).get("api/v1/extensions").expect(200).json();
        let it = all.as_array().and_then(|all| all.iter().find(|it| it["exten"] == "1002")).expect("it is there");
        it["now"][field].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(["name", "group", "site"].map(kept), ["Boris Orlov", "Lab", "pbx"].map(str::to_owned));
    page.click(&undo);
    page.wait_for_text(&toast, "Undone.");
    wait("the PBX is as it was", SOON, || ensure(kept("site").is_empty(), || kept("site")));
    assert_eq!(kept("group"), "Lab", "the change before stays");

    // What cannot be is said, and the cell shows what holds.
    page.fill_cell("name", "1002", "???? ????");
    page.wait_for_text(&Page::by_id("notice"), "Letters of a name are lost");
    wait("the cell is as it was", SOON, || {
        ensure(page.cell("name", "1002") == "Boris Orlov", || page.cell("name", "1002"))
    });
    // Somebody else comes between.
    let naming = json!({ "name": "Olga", "group": "", "site": "" });
    Visitor::of(&solo.server).put("api/v1/extensions/1002", &naming).expect(204);
    page.fill_cell("name", "1002", "Vera");
    page.wait_for_text(&Page::by_id("notice"), "Someone else changed 1002 meanwhile");
    assert_eq!(kept("name"), "Olga");

    page.press_button("ext-add");
    page.fill("ext-number", "1009");
    page.fill("ext-name", "Door");
    page.press_button("ext-save");
    page.wait_for("[data-named='1009']", "it is there though nobody has told of it");
    page.press_button("only-2");
    page.wait_gone("[data-named='1002']", "1002 is seen");
    page.press_button("only-0");
    page.click("[data-named='1002'] [data-testid='ext-reset']");
    page.wait_gone("[data-named='1002'] .tag", "it is called as in the file again");
}

#[test]
fn a_file_is_imported_above_the_table_and_taken_back() {
    let solo = Solo::start_with(|config| config.open(Some(Role::Admin)).people(&["1001"]));
    let other = Browser::start(Look::DESKTOP);
    let desk = Browser::start(Look::DESKTOP);
    solo.publish("1001", "NOT_INUSE");
    other.open_board(&solo.server.url());
    let name = json!({ "name": "Olsen Henry", "group": "Accounting", "site": "" });
    Visitor::of(&solo.server).put("api/v1/extensions/1005", &name).expect(204);
    let page = desk.open(&format!("{}#/extensions", solo.server.url()));
    page.wait_for("[data-named='1005']", "the names are there");
    page.press_button("csv-paste");
    page.fill("csv", "Extension;Name;Department;Room\n1005;Olsen Henrik;Accounting;7\n1006;Vera Lis;Lab;8\n1001");
    page.press_button("csv-try");
    page.wait_for_text(&Page::by_id("csv-sum"), "2 will change, 1 stays.");
    assert_eq!(
        page.texts("[data-testid='csv-columns'] li").join(", "),
        "Extension → Number, Name → Name, Department → Department, Room → not used"
    );
    let row = "[data-changes='1005']";
    assert_eq!(
        (page.text(&format!("{row} del")), page.text(&format!("{row} ins"))),
        ("Olsen Henry".into(), "Olsen Henrik".into())
    );
    assert!(!page.text(row).contains('/'), "{}", page.text(row));
    assert!(!other.page().has("[data-exten='1006']"), "a trial changes nothing");
    let top = "return document.querySelector('[data-testid=import]').getBoundingClientRect().top
        < document.querySelector('.table--cells').getBoundingClientRect().top";
    assert_eq!(page.run(top), true, "the import is above the table");
    page.press_button("csv-go");
    page.wait_for_text(&Page::by_id("toast"), "2 extensions imported");
    other.page().wait_for_text("[data-exten='1006']", "Vera Lis");
    page.wait_gone(&Page::by_id("import"), "the form is closed");
    page.press_button("undo");
    page.wait_for_text(&Page::by_id("toast"), "Undone.");
    wait("what was new is gone", SOON, || {
        let tile = other.page().text("[data-exten='1006']");
        ensure(!tile.contains("Vera"), || tile)
    });
    wait("the name is as before", SOON, || {
        ensure(page.cell("name", "1005") == "Olsen Henry", || page.cell("name", "1005"))
    });

    page.press_button("csv-paste");
    page.fill("csv", "Extension,Name\n1007,Petrov, Ivan\n,Nobody\n1008,Ok\n");
    page.press_button("csv-try");
    page.wait_for_text(&Page::by_id("csv-passed"), "Line 2: It has 3 columns, expected 2");
    page.wait_for_text(&Page::by_id("csv-passed"), "Line 3: The number is empty.");
    page.fill("csv", "Extension,Name\n1007,Petrov\n1007,Ivanov\n");
    page.press_button("csv-try");
    page.wait_for_text(&Page::by_id("csv-errors"), "Line 3: 1007 appears twice, with different names.");
    assert!(!page.has(&Page::by_id("csv-go")), "{}", page.read());
    page.press_button("csv-cancel");
    page.wait_gone(&Page::by_id("import"), "it is given up");
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
    let cyrillic = |text: &str| -> Vec<u8> {
        let byte = |letter: char| match letter {
            'А'..='я' => u8::try_from(u32::from(letter) - 0x0410 + 0xc0).expect("a letter of Windows-1251"),
            other => u8::try_from(other).expect("a letter of ASCII"),
        };
        text.chars().map(byte).collect()
    };
    let file = cyrillic("Номер;Имя;Пароль\r\n1002;Анна;s3cret\r\n1003.0;Ян;\r\nx y;Вера;\r\n;;\r\n");
    page.choose_file("csv-file", &file);
    page.wait_for_text("[data-changes='1002'] ins", "Анна");
    page.wait_for_text(&Page::by_id("csv-read"), "Windows-1251");
    page.wait_for_text(&Page::by_id("csv-columns"), "Пароль → не используется");
    page.wait_for_text(&Page::by_id("csv-taken"), "1003.0");
    page.wait_for_text(&Page::by_id("csv-passed"), "«x y» — не номер.");
    assert!(!page.text("main").contains("s3cret") && !page.text("main").contains('\u{fffd}'));
    assert!(solo.server.lamp("1002").is_err(), "a trial changes nothing");
    // The admin knows better.
    page.fill("csv-encoding", "IBM866");
    page.wait_for_text(&Page::by_id("csv-read"), "IBM866");
    assert!(!page.text("main").contains("Анна"), "{}", page.read());
    page.fill("csv-encoding", "Windows-1251");
    page.wait_for_text("[data-changes='1002'] ins", "Анна");
    page.press_button("csv-go");
    page.wait_for("[data-named='1003']", "it is done");
    let file = Visitor::of(&solo.server).get("api/v1/extensions.csv").expect(200).text;
    assert!(file.contains("\n1002,Анна,,\n1003,Ян,,\n") && !file.contains("s3cret"), "{file}");
}
