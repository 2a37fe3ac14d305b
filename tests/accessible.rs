//! Accessibility: axe-core finds nothing wrong with any screen in any theme.

use std::time::Duration;

use lampfield_shared::Role;
use support::{Browser, Config, Look, Page, Server, Visitor, ensure, loopback, wait};

/// Time after which the page has noticed a lost server, and the curtain has fallen.
const LOST: Duration = Duration::from_secs(45);

/// Rounds through the screens: look of the browser, role, and theme.
const ROUNDS: [(Look, &str, &str); 5] = [
    (Look::DESKTOP, "light", "standard"),
    (Look::DESKTOP, "dark", "standard"),
    (Look::DESKTOP, "light", "contrast"),
    (Look { width: 390, height: 844, language: "ru" }, "dark", "contrast"),
    (Look { width: 390, height: 844, language: "ru" }, "light", "phone"),
];

#[test]
fn nothing_is_wrong_with_any_screen_in_any_look() {
    let _addresses = loopback();
    let (demo, locked) = (Server::demo(1), Server::start(Config::new().open(None)));
    Visitor::of(&demo).make_board();
    let mut found = Vec::new();
    for (look, theme, palette) in ROUNDS {
        let browser = Browser::start(look);
        browser.open_board_in(&demo.url(), theme);
        let page = browser.page();
        page.wait_for("[data-exten='1001']", "the lamps are there");
        page.choose_view(&[&format!("palette-{palette}")]);
        let mut check = |place: &str| {
            let wrong = page.axe();
            found.extend(wrong.into_iter().map(|it| format!("{place}, {look:?}, {theme}, {palette}: {it}")));
        };
        check("board");
        page.fill("search", "10");
        page.wait_for("[data-hit]", "some are found");
        check("hits");
        page.fill("search", "");
        for size in ["small", "dense", "numbers"] {
            page.choose_view(&[&format!("size-{size}")]);
            check(size);
        }
        page.press_button("view");
        check("view menu");
        page.press_button("view");
        page.choose_tab("board:front");
        page.wait_for_lamps(&["1003", "1001", "7777"]);
        check("board of one's own");
        page.press_button("account");
        check("menu");
        page.press_button("help");
        page.wait_for(&Page::by_id("help-dialog"), "the keys are listed");
        check("help");
        browser.reload();
        if look.width < 1200 {
            page.press_button("open-now");
            page.wait_for("[data-testid='now']:popover-open", "what happens now is shown");
            check("now");
        }
        for (place, ready) in [
            ("#/lamp/1001", "[data-vote]"),
            ("#/peers", "[data-peer]"),
            ("#/peers/perm", "[data-testid='ladder']"),
            ("#/extensions", "[data-named]"),
            ("#/boards", "[data-board]"),
            ("#/boards/front", "[data-listed]"),
            ("#/boards/+", "[data-group]"),
            ("#/accounts", "[data-testid='create']"),
            ("#/screens", "[data-testid='create']"),
            ("#/audit", "[data-testid='older']"),
        ] {
            browser.go(place);
            page.wait_for(ready, "the place is drawn");
            check(place);
        }
        browser.open(&locked.url());
        page.wait_for(&Page::by_id("login"), "a login is asked for");
        check("login");
    }
    assert!(found.is_empty(), "axe-core finds:\n{}", found.join("\n"));
}

/// Findings of axe-core about things that are seldom seen, collected here.
struct Finds(Vec<String>);

impl Finds {
    fn check(&mut self, browser: &Browser, place: &str) {
        self.0.extend(browser.page().axe().into_iter().map(|it| format!("{place}: {it}")));
    }
}

#[test]
fn nothing_is_wrong_with_dialogs_and_what_is_seen_seldom() {
    let _addresses = loopback();
    let mut server = Server::start(Config::new().open(None).people(&["1001", "1002"]));
    let mut found = Finds(Vec::new());
    let (browser, wall) = (Browser::start(Look::DESKTOP), Browser::start(Look::DESKTOP));
    let page = browser.open(&server.url());
    let given = server.one_time_password();
    page.log_in("admin", &given);
    page.wait_for(&Page::by_id("password"), "a password of one's own is asked for");
    found.check(&browser, "a forced change of the password");
    page.change_password(&given, "four lamps on a wall");
    page.wait_for("[data-exten='1001']", "the board is shown");
    browser.go("#/password");
    page.wait_for(&Page::by_id("password"), "it can be changed again");
    found.check(&browser, "a change of the password");
    browser.go("#/");

    page.press_button("selecting");
    page.click("[data-exten='1001']");
    page.wait_for(&Page::by_id("selection"), "a lamp is selected");
    found.check(&browser, "a selection");
    page.press_button("selection-dnd");
    page.click("dialog input[name='dnd-kind'][value='lamp']");
    page.press_button("many-preview");
    page.wait_for("[data-outcome]", "it is said what would be done");
    found.check(&browser, "do not disturb for many");

    browser.go("#/screens");
    page.fill("place", "Lobby");
    page.press_button("create");
    page.wait_for(&Page::by_id("secret"), "the link is shown");
    found.check(&browser, "a secret");
    wall.open_wall(&page.text(&Page::by_id("secret")));
    browser.reload();
    page.click("[data-screen='Lobby'] [data-testid='revoke']");
    page.wait_for(&Page::by_id("sure"), "it is asked whether that is meant");
    found.check(&browser, "a question");
    page.press_button("sure");
    wall.page().wait_for(".wall__end", "the screen says that its access has ended");
    found.check(&wall, "a screen that was revoked");

    browser.visit(&server.url());
    page.wait_for("[data-exten='1001']", "the board is shown");
    browser.wait_for_offline_page();
    server.stop();
    browser.board().wait_for_connection("lost", LOST);
    page.wait_for(&Page::by_id("banner"), "the page says so");
    found.check(&browser, "a lost connection");
    browser.visit(&server.url());
    found.check(&browser, "a page without its server");
    // The page holds nothing that a reload could take away, and a reload is its way back (WCAG 2.2.1 excepts that).
    found.0.retain(|it| !it.contains("meta-refresh"));
    assert!(found.0.is_empty(), "axe-core finds:\n{}", found.0.join("\n"));
}

#[test]
fn nothing_is_wrong_with_a_curtain_and_a_closed_door() {
    let _addresses = loopback();
    let mut server = Server::start(Config::new().open(Some(Role::Viewer)).people(&["1001"]));
    let mut found = Finds(Vec::new());
    let browser = Browser::start(Look { width: 1920, height: 1080, language: "ru" });
    let page = browser.open(&format!("{}#/accounts", server.url()));
    page.wait_for_text("main", "не позволяет");
    found.check(&browser, "what one may not see");
    browser.open_wall(&format!("{}wall/all", server.url()));
    page.wait_for("[data-exten='1001']", "the lamps hang");
    server.stop();
    wait("the curtain has fallen", LOST, || {
        let opacity = browser.style(".curtain", "opacity");
        ensure(opacity == "1", || opacity)
    });
    found.check(&browser, "a curtain");
    assert!(found.0.is_empty(), "axe-core finds:\n{}", found.0.join("\n"));
}

#[test]
fn nothing_is_wrong_with_what_hangs_on_a_wall_in_any_theme() {
    let _addresses = loopback();
    let (few, many) = (Server::demo(1), Server::demo_of(150));
    Visitor::of(&few).make_board();
    let mut found = Vec::new();
    for theme in ["light", "dark"] {
        let browser = Browser::start(Look { width: 1920, height: 1080, language: "en" });
        browser.prefer(theme);
        for (url, ready) in [
            (format!("{}wall/all", few.url()), "[data-exten='1001']"),
            (format!("{}wall/all", many.url()), "[data-testid='page']"),
            (format!("{}wall/front", few.url()), "[data-exten='7777']"),
            (format!("{}wall/nowhere", few.url()), ".wall__note"),
            (format!("{}plain", few.url()), "td"),
        ] {
            browser.visit(&url);
            let page = browser.page();
            page.wait_for(ready, "it is drawn");
            // Lamps are a real-time event, which WCAG 2.2.1 excepts: a table that stands still would be wrong.
            let wrong = page.axe().into_iter().filter(|it| !it.starts_with("meta-refresh"));
            found.extend(wrong.map(|it| format!("{url}, {theme}: {it}")));
        }
    }
    assert!(found.is_empty(), "axe-core finds:\n{}", found.join("\n"));
}
