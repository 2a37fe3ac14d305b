//! Takes screenshots of every screen of the demo, and of every component: `cargo xtask screenshots`.

mod components;

use std::path::{Path, PathBuf};

use support::{Browser, Config, Look, Page, Server, Visitor, key};

/// Seed of the story, so that screenshots can be compared.
const SEED: u64 = 1;
/// Time into the story after which something has happened.
const LATER: std::time::Duration = std::time::Duration::from_secs(20);

/// Screens: name, path, and an element that is there when the screen is drawn.
const SCREENS: [(&str, &str, &str); 11] = [
    ("board", "#/", "[data-exten='1040']"),
    ("lamp", "#/lamp/1019", "[data-vote]"),
    ("dnd", "#/lamp/1032", "[data-vote]"),
    ("peers", "#/peers", "[data-peer]"),
    ("peer", "#/peers/perm", "[data-testid='ladder']"),
    ("extensions", "#/extensions", "[data-named]"),
    ("boards", "#/boards", "[data-board]"),
    ("own-board", "#/boards/front", "[data-listed]"),
    ("accounts", "#/accounts", "[data-testid='create']"),
    ("screens", "#/screens", "[data-testid='create']"),
    ("audit", "#/audit", "[data-testid='older']"),
];

fn main() -> anyhow::Result<()> {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        anyhow::bail!("say into which folder");
    };
    std::fs::create_dir_all(&folder)?;
    let (demo, locked) = (Server::demo(SEED), Server::start(Config::new().open(None)));
    Visitor::of(&demo).make_board();
    std::thread::sleep(LATER);
    for (width, height) in [(1280, 900), (1920, 1080), (390, 844)] {
        for language in ["en", "ru"] {
            let browser = Browser::start(Look { width, height, language });
            for theme in ["light", "dark"] {
                let file = |screen: &str| folder.join(format!("{screen}-{language}-{theme}-{width}.png"));
                take_all(&browser, &demo.url(), theme, &file);
                browser.open(&locked.url());
                take(&browser, &file("login"));
            }
        }
    }
    take_walls(&folder);
    components::take(&folder)
}

/// Wall displays, with few lamps and with many, and the page for old televisions.
fn take_walls(folder: &Path) {
    for people in [3, 15, 150] {
        let demo = Server::demo_of(people);
        std::thread::sleep(LATER);
        for (width, height) in [(1920, 1080), (1280, 720), (1080, 1920)] {
            for language in ["en", "ru"] {
                let browser = Browser::start(Look { width, height, language });
                for theme in ["light", "dark"] {
                    let file =
                        |screen: &str| folder.join(format!("{screen}-{}-{language}-{theme}-{width}.png", people * 2));
                    browser.open_wall(&format!("{}wall/all?theme={theme}", demo.url()));
                    take(&browser, &file("wall"));
                    browser.prefer(theme);
                    browser.visit(&format!("{}plain", demo.url()));
                    take(&browser, &file("plain"));
                }
            }
        }
    }
    let demo = Server::demo(SEED);
    let browser = Browser::start(Look { width: 1920, height: 1080, language: "en" });
    let wall = browser.open_wall(&format!("{}wall/all", demo.url()));
    demo.freeze();
    wall.wait_for_curtain(1.0, std::time::Duration::from_secs(45));
    take(&browser, &folder.join("wall-curtain.png"));
    demo.thaw();
}

fn take_all(browser: &Browser, url: &str, theme: &str, file: &dyn Fn(&str) -> PathBuf) {
    browser.open_board_in(url, theme);
    let page = browser.page();
    for (name, place, ready) in SCREENS {
        browser.go(place);
        page.wait_for(ready, "the screen is drawn");
        take(browser, &file(name));
    }
    browser.go("#/");
    for size in ["large", "dense", "numbers", "fit"] {
        page.choose_view(&[&format!("size-{size}")]);
        take(browser, &file(size));
    }
    page.choose_tab("board:front");
    page.wait_for_lamps(&["1003", "1001", "7777"]);
    take(browser, &file("tab"));
    page.choose_tab("all");
    page.fill("search", "an");
    page.wait_for("[data-hit][aria-selected='true']", "somebody is found");
    take(browser, &file("search"));
    browser.press(&[key::ESCAPE]);
    page.press_button("account");
    take(browser, &file("menu"));
    page.press_button("help");
    page.wait_for(&Page::by_id("help-dialog"), "the keys are listed");
    take(browser, &file("keys"));
    browser.reload();
    page.press_button("group-dnd");
    page.click("dialog input[name='dnd-kind'][value='lamp']");
    page.press_button("many-preview");
    page.wait_for("[data-outcome='planned']", "the plan is shown");
    take(browser, &file("many"));
    browser.reload();
}

fn take(browser: &Browser, file: &Path) {
    // An element that was just added may still be moving to its place.
    std::thread::sleep(std::time::Duration::from_millis(300));
    browser.screenshot(file);
    println!("{}", file.display());
}
