//! One's own: the own extension and its "do not disturb", favourites in one's own order, choices that follow the account.

use std::time::Duration;

use lampfield_shared::Role;
use serde_json::json;
use support::{Browser, Look, Method, Page, SOON, Server, Solo, Visitor, ensure, key, wait};

use crate::people::PASSWORD;

/// A server that shows 1001 to 1003 with their "do not disturb", its admin, and anna, who is logged in by nobody yet.
fn office(open: Option<Role>) -> (Solo, Visitor) {
    let solo = Solo::start_with(|config| {
        let hints = ["1001", "1002", "1003"];
        let config = config.patient().open(open);
        hints.iter().fold(config, |config, exten| config.hint(&format!("{exten},hint,PJSIP/{exten}&Custom:DND{exten}")))
    });
    for exten in ["1001", "1002", "1003"] {
        solo.publish(exten, "NOT_INUSE");
    }
    let mut admin = Visitor::of(&solo.server);
    admin.settle("admin", &solo.server.one_time_password(), PASSWORD);
    (solo, admin)
}

/// Makes an account, and sets its password.
fn join(server: &Server, admin: &mut Visitor, name: &str, role: Role) {
    let made = admin.post("api/v1/accounts", &json!({ "name": name, "role": role })).expect(201);
    let one_time = made.json()["one_time_password"].as_str().expect("a password").to_owned();
    Visitor::of(server).settle(name, &one_time, PASSWORD);
}

fn change(admin: &mut Visitor, name: &str, what: &serde_json::Value) {
    admin.send(Method::PATCH, &format!("api/v1/accounts/{name}"), Some(what)).expect(200);
}

/// Opens the board as this account.
#[track_caller]
fn enter<'a>(browser: &'a Browser, server: &Server, name: &str) -> Page<'a> {
    let page = browser.open(&format!("{}#/login", server.url()));
    page.wait_for(&Page::by_id("login"), "a login is asked for");
    page.log_in(name, PASSWORD);
    page.wait_for("[data-exten='1003']", "the board is shown");
    page
}

fn own(page: Page<'_>) -> String {
    page.text(&Page::by_id("own")).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn wait_own(page: Page<'_>, wanted: &str) {
    wait("the own line", SOON, || ensure(own(page) == wanted, || own(page)));
}

#[test]
fn the_own_line_shows_the_own_state_and_sets_the_own_dnd() {
    for (language, free, dnd, was) in
        [("en", "Me 1001 Free", "Me 1001 DND, lamp only", "Me 1001 was free"), ("ru", "Я 1001 Свободен", "", "")]
    {
        let (solo, mut admin) = office(None);
        join(&solo.server, &mut admin, "anna", Role::Viewer);
        let browser = Browser::start(Look { language, ..Look::DESKTOP });
        let page = enter(&browser, &solo.server, "anna");
        assert!(!page.has(&Page::by_id("own")), "nobody has said whose extension this account is");

        change(&mut admin, "anna", &json!({ "exten": "1001", "display_name": "Анна Петрова" }));
        wait_own(page, free);
        page.press_button("account");
        page.wait_for_text("[data-testid='account-menu'] b", "Анна Петрова");
        page.press_button("account");
        page.press_button("own");
        page.wait_for("[data-testid='own-menu']:popover-open", "its menu");
        assert!(!page.has(&Page::by_id("own-dnd-forever")), "a right is off until it is given");
        page.press_button("own-details");
        page.wait_for("[data-details='1001'] [data-testid='dnd-locked']", "nor do the details let her");

        change(&mut admin, "anna", &json!({ "own_dnd": "lamp" }));
        page.wait_for("[data-details='1001'] [data-testid='dnd-on']", "the page learns of it by itself");
        page.wait_for("[name='dnd-kind'][value='calls']:disabled", "the lamp, and no more");
        page.press_button("own");
        page.press_button("own-dnd-after-60");
        page.wait_for("[data-testid='dnd-now'][data-dnd='true']", "the lamp is lit");
        page.wait_for("[data-testid='deeds'] [data-testid='undo']", "and that can be undone");
        let kept = admin.get("api/v1/dnd").expect(200).json();
        let entry = &kept["entries"][0];
        assert_eq!((&entry["exten"], &entry["kind"], &entry["by"]), (&json!("1001"), &json!("lamp"), &json!("anna")));
        assert!(entry["until"].is_number(), "{entry}");
        if !dnd.is_empty() {
            wait_own(page, dnd);
        }
        browser.go("#/lamp/1002");
        page.wait_for("[data-details='1002'] [data-testid='dnd-locked']", "of another extension she may look at it");
        page.press_button("own");
        page.press_button("own-dnd-off");
        wait_own(page, free);
        if !was.is_empty() {
            drop(solo.server);
            browser.board().wait_for_connection("lost", Duration::from_mins(1));
            page.wait_for_text(&Page::by_id("own"), was);
        }
    }
}

#[test]
fn nothing_jumps_where_the_own_line_comes() {
    let (solo, mut admin) = office(None);
    join(&solo.server, &mut admin, "anna", Role::Viewer);
    change(&mut admin, "anna", &json!({ "exten": "1001", "own_dnd": "lamp" }));
    let browser = Browser::start(Look::DESKTOP);
    let page = enter(&browser, &solo.server, "anna");
    page.wait_for(&Page::by_id("own"), "the own line");
    browser.reload();
    page.wait_for("[data-exten='1003']", "the lamps");
    page.wait_for(&Page::by_id("own"), "the own line");
    assert_eq!(browser.jumps(), [""; 0]);
    for width in [1280, 800, 390] {
        let browser = Browser::start(Look { width, ..Look::DESKTOP });
        let page = enter(&browser, &solo.server, "anna");
        page.wait_for(&Page::by_id("own"), "the own line");
        assert_eq!(browser.wider_than_the_window(), [""; 0], "{width}");
        let over = "const own = document.querySelector('.own').getBoundingClientRect();
            return ['.health', '.search', '.account'].filter((name) => {
                const it = document.querySelector(name).getBoundingClientRect();
                return own.left < it.right && it.left < own.right && own.top < it.bottom && it.top < own.bottom;
            })";
        assert_eq!(page.run(over), json!([]), "{width}");
    }
}

#[test]
fn favourites_stand_in_ones_own_order() {
    let (solo, mut admin) = office(None);
    join(&solo.server, &mut admin, "anna", Role::Receptionist);
    let browser = Browser::start(Look::DESKTOP);
    let page = enter(&browser, &solo.server, "anna");
    let kept = |wanted: &[&str]| {
        let mut anna = Visitor::of(&solo.server);
        anna.login("anna", PASSWORD).expect(200);
        wait("the server keeps the order", SOON, || {
            let me = anna.get("api/v1/me").expect(200).json();
            ensure(me["favourites"] == json!(wanted), || me.to_string())
        });
    };
    for exten in ["1003", "1001", "1002"] {
        page.focus(&format!("[data-exten='{exten}']"));
        browser.press(&['f']);
        page.wait_for_text(".side", exten);
    }
    page.choose_tab("favourites");
    page.wait_for_lamps(&["1003", "1001", "1002"]);
    page.focus("[data-exten='1002']");
    browser.press_with(key::SHIFT, &[key::UP]);
    page.wait_for_lamps(&["1003", "1002", "1001"]);
    page.wait_for_focus_on("1002");
    browser.press_with(key::SHIFT, &[key::UP]);
    page.wait_for_lamps(&["1002", "1003", "1001"]);
    browser.press_with(key::SHIFT, &[key::UP]);
    page.wait_for_focus_on("1002");
    kept(&["1002", "1003", "1001"]);
    page.drag("[data-exten='1001']", "[data-exten='1002']");
    page.wait_for_lamps(&["1001", "1002", "1003"]);
    kept(&["1001", "1002", "1003"]);
    browser.press(&['z']);
    page.wait_for_lamps(&["1002", "1003", "1001"]);
    kept(&["1002", "1003", "1001"]);
    page.choose_view(&["order-name"]);
    page.focus("[data-exten='1001']");
    browser.press_with(key::SHIFT, &[key::DOWN]);
    kept(&["1002", "1003", "1001"]);
}

#[test]
fn choices_follow_the_account_to_another_machine_and_nobody_else() {
    let (solo, mut admin) = office(None);
    join(&solo.server, &mut admin, "anna", Role::Receptionist);
    join(&solo.server, &mut admin, "boris", Role::Receptionist);
    solo.publish("1002", "INUSE");
    let (one, other) = (Browser::start(Look::DESKTOP), Browser::start(Look::DESKTOP));
    let page = enter(&one, &solo.server, "anna");
    page.choose_view(&["size-small", "group-site", "order-name", "palette-contrast"]);
    page.press_button("account");
    page.press_button("theme-dark");
    page.press_button("language-ru");
    page.press_button("account");
    page.focus("[data-exten='1002']");
    one.press(&['w']);
    page.wait_for("[data-testid='watching'] a[href$='1002']", "it is waited for");
    wait("the server keeps them", SOON, || {
        let mut anna = Visitor::of(&solo.server);
        anna.login("anna", PASSWORD).expect(200);
        let choices = anna.get("api/v1/me").expect(200).json()["choices"].clone();
        let word = |name: &str| choices[name].as_str().unwrap_or_default().to_owned();
        let said = ["size", "grouping", "order", "palette", "theme", "language"].map(word);
        let watches = word("watches").contains("1002");
        ensure(said == ["small", "site", "name", "contrast", "dark", "ru"] && watches, || choices.to_string())
    });

    let page = enter(&other, &solo.server, "anna");
    page.wait_for("html[data-theme='dark'][data-palette='contrast'][lang='ru']", "as she left it");
    page.wait_for(".board[data-size='small']", "the size");
    page.wait_for("[data-testid='order-name'][aria-pressed='true']", "the order");
    page.wait_for("[data-testid='group-site'][aria-pressed='true']", "the grouping");
    page.wait_for("[data-testid='watching'] a[href$='1002']", "what she waits for");

    // Whoever comes next at that machine finds nothing of hers.
    page.press_button("account");
    page.press_button("log-out");
    page.wait_for(&Page::by_id("login"), "a login is asked for");
    let page = enter(&other, &solo.server, "boris");
    page.wait_for("html:not([data-theme='dark']):not([data-palette='contrast'])", "his own looks");
    page.wait_for(".board:not([data-size='small'])", "his own size");
    assert!(!page.has("[data-testid='watching'] a[href$='1002']"), "{}", page.read());
}

#[test]
fn an_admin_gives_an_extension_a_name_and_a_right_in_the_table_and_takes_them_back() {
    let (solo, mut admin) = office(None);
    join(&solo.server, &mut admin, "anna", Role::Viewer);
    let browser = Browser::start(Look::DESKTOP);
    let page = enter(&browser, &solo.server, "admin");
    browser.go("#/accounts");
    page.wait_for("[data-account='anna']", "the accounts");
    let account = |field: &'static str| {
        let mut admin = admin.clone();
        move || {
            let all = admin.get("api/v1/accounts").expect(200).json();
            all.as_array().and_then(|all| all.iter().find(|it| it["name"] == "anna")).expect("hers")[field].clone()
        }
    };
    let kept = |field: &'static str, wanted: serde_json::Value| {
        let mut ask = account(field);
        wait(field, SOON, || {
            let is = ask();
            ensure(is == wanted, || is.to_string())
        });
    };
    let type_in = "const field = document.querySelector(arguments[0]); field.value = arguments[1];
        field.dispatchEvent(new Event('change', { bubbles: true }))";
    let set = |key: &str, value: &str| {
        let field = format!("[data-key='{key} anna']");
        page.wait_for(&field, "the field");
        browser.script(type_in, vec![json!(field), json!(value)]);
    };
    set("display", "Анна Петрова");
    kept("display_name", json!("Анна Петрова"));
    set("exten", "1001");
    kept("exten", json!("1001"));
    set("dnd", "calls");
    kept("own_dnd", json!("calls"));
    page.press_button("undo");
    kept("own_dnd", json!("nothing"));
    set("exten", "10 01");
    page.wait_for_text(&Page::by_id("refusal"), "10 01");
    kept("exten", json!("1001"));
    assert_eq!(page.axe(), [""; 0]);
}
