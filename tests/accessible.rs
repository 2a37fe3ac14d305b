//! What axe-core finds wrong with each screen, in each theme: nothing.

use support::{Browser, Config, Look, Page, Server, Visitor, loopback};

#[test]
fn nothing_is_wrong_with_any_screen_in_any_theme() {
    let _addresses = loopback();
    let (demo, locked) = (Server::demo(1), Server::start(Config::new().open(None)));
    Visitor::of(&demo).make_board();
    let mut found = Vec::new();
    let look = Look { language: "en", ..Look::DESKTOP };
    for theme in ["light", "dark"] {
        let browser = Browser::start(look);
        browser.open_board_in(&demo.url(), theme);
        let page = browser.page();
        page.wait_for("[data-exten='1001']", "the lamps are there");
        let mut check = |place: &str| {
            let wrong = page.axe();
            found.extend(wrong.into_iter().map(|it| format!("{place}, {theme}: {it}")));
        };
        check("board");
        for density in ["compact", "dots"] {
            page.press_button(&format!("density-{density}"));
            check(density);
        }
        page.click("[data-tab='board:front']");
        page.wait_for_lamps(&["1003", "1001", "7777"]);
        check("board of one's own");
        page.press_button("help");
        page.wait_for(&Page::by_id("help-dialog"), "the keys are listed");
        check("help");
        browser.reload();
        for (place, ready) in [
            ("#/lamp/1001", "[data-vote]"),
            ("#/peers", "[data-peer]"),
            ("#/peers/perm", ".rung"),
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
            // Lamps are a real-time event, which WCAG 2.2.1 excepts: a table that stands still would lie.
            let wrong = page.axe().into_iter().filter(|it| !it.starts_with("meta-refresh"));
            found.extend(wrong.map(|it| format!("{url}, {theme}: {it}")));
        }
    }
    assert!(found.is_empty(), "axe-core finds:\n{}", found.join("\n"));
}
