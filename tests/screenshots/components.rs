//! One page with every component in every state and theme: `components.html`, and its picture.
//!
//! The components are cut out of the running page, each with the attributes of the document that it stood in, and are
//! shown in frames of their own: so they are always those that people see, and nothing of this is shipped.
//!
//! The tests draw the page as well, so that a component that is called otherwise is missed at once.

use std::path::Path;

use lampfield_shared::Role;
use serde_json::{Value, json};
use support::{Browser, Look, SOON, Solo, Visitor, ensure, key, wait};

/// A phone in each state, and its name; the last has told nothing.
const PEOPLE: [(&str, &str, &str); 9] = [
    ("101", "NOT_INUSE", "Kuznetsov Tikhon"),
    ("102", "RINGING", "Васнецова Полина"),
    ("103", "INUSE", "Petrova Anna"),
    ("104", "BUSY", "Reed Clara"),
    ("105", "RINGINUSE", "Франк Фёдор"),
    ("106", "ONHOLD", "Дымов Дарья"),
    ("107", "NOT_INUSE", "Orlov Boris"),
    ("108", "UNAVAILABLE", "Jorgensen Maria"),
    ("109", "", "Weber Yuri"),
];
const SIZES: [&str; 5] = ["large", "medium", "small", "dense", "numbers"];

/// Cuts an element out of the page.
const CUT: &str = include_str!("cut.js");
/// Draws the page of the pieces.
const SHEET: &str = include_str!("sheet.html");

/// Writes the page into the folder, and takes its picture.
pub(crate) fn take(folder: &Path) -> anyhow::Result<()> {
    let solo =
        Solo::start_with(|config| config.hint("_XXX,hint,PJSIP/${EXTEN}&Custom:DND${EXTEN}").open(Some(Role::Admin)));
    let browser = Browser::start(Look { width: 1440, height: 900, language: "en" });
    let pieces = pieces(&solo, &browser);
    let of_page = "const sheets = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
        return [sheets.map((rule) => rule.cssText).join('\\n'), document.querySelector('.sprite').outerHTML]";
    let of_page = browser.script(of_page, Vec::new());
    let data = json!({ "pieces": pieces, "style": of_page[0], "sprite": of_page[1] });
    let file = folder.join("components.html");
    // `<` would end the script that this stands in.
    std::fs::write(&file, SHEET.replace("{{data}}", &data.to_string().replace('<', "\\u003c")))?;
    browser.visit(&format!("file://{}", std::path::absolute(&file)?.display()));
    browser.page().wait_for("html[data-drawn]", "all components are drawn");
    let height = browser.script("return document.documentElement.scrollHeight", Vec::new());
    let metrics = json!({ "width": 1800, "height": height, "deviceScaleFactor": 1, "mobile": false });
    browser.devtools("Emulation.setDeviceMetricsOverride", &metrics);
    browser.screenshot(&folder.join("components.png"));
    println!("{}", file.display());
    Ok(())
}

/// The components, each as it stood in the page.
fn pieces(solo: &Solo, browser: &Browser) -> Vec<Value> {
    let rows: Vec<String> = PEOPLE.iter().map(|(exten, _, name)| format!("{exten},{name},Sales")).collect();
    let order = json!({ "csv": format!("exten,name,group\n{}", rows.join("\n")), "dry_run": false });
    Visitor::of(&solo.server).post("api/v1/extensions/import", &order).expect(200);
    let publish = || {
        for (exten, state, _) in PEOPLE.iter().filter(|(_, state, _)| !state.is_empty()) {
            solo.publish(exten, state);
        }
        solo.publish_device("Custom:DND107", "BUSY");
    };
    publish();
    browser.open_board(&solo.server.url());
    let page = browser.page();
    let cut = |title: &str, selector: &str| browser.script(CUT, vec![json!(title), json!(selector)]);
    let tiles = |what: &str| {
        SIZES.map(|size| {
            if what == "live" {
                publish();
            }
            page.choose_view(&[&format!("size-{size}"), "order-number"]);
            cut(&format!("Tiles, {size}, {what}"), ".sheet-of-lamps")
        })
    };
    page.wait_for("[data-exten='108'][data-state='offline']", "the lamps are lit");
    let mut pieces: Vec<Value> = tiles("live").into();
    page.choose_view(&["size-medium"]);
    publish();
    pieces.extend([cut("Bar", ".bar"), cut("Rail", ".rail"), cut("Filters", ".filters")]);
    page.press_button("view");
    page.wait_for("[data-testid='view-menu']:popover-open [data-testid='size-fit']", "its lines are there");
    pieces.push(cut("Menu of the view", ".menu--view"));
    page.press_button("view");
    page.press_button("account");
    page.wait_for("[data-testid='account-menu']:popover-open", "it is open");
    pieces.push(cut("Menu of the account", "[data-testid='account-menu']"));
    page.press_button("account");
    browser.go("#/lamp/103");
    page.press_button("watch");
    page.press_button("favourite");
    page.wait_for("[data-testid='deeds'] [data-testid='undo']", "what was done is listed");
    browser.go("#/lamp/107");
    page.wait_for("[data-details='107'] [data-vote]", "the lamp is explained");
    pieces.push(cut("Details", ".side--details"));
    page.press_button("details-close");
    solo.publish("103", "NOT_INUSE");
    page.wait_for("[data-testid='free-card']", "who was waited for is free");
    pieces.push(cut("Now, waiting for, last actions", ".side--now"));
    page.fill("search", "o");
    page.wait_for("[data-hit][aria-selected='true']", "somebody is found");
    pieces.push(cut("Search: the field", ".bar__search"));
    pieces.push(cut("Search: the hits", ".hits__list"));
    browser.press(&[key::ESCAPE]);
    page.press_button("account");
    page.press_button("help");
    page.wait_for("dialog[open]", "the keys are listed");
    pieces.push(cut("Dialog", "dialog[open]"));
    browser.press(&[key::ESCAPE]);
    browser.go("#/lamp/101");
    page.press_button("copy-number");
    page.wait_for("[data-testid='notice']", "it says what was done");
    pieces.push(cut("Notice", "[data-testid='notice']"));
    page.press_button("details-close");
    // The peer speaks no more.
    page.wait_for_attribute("[data-exten='101']", "data-freshness", "last_known", SOON * 3);
    pieces.extend(tiles("last known"));
    pieces.push(cut("Health: a silent site", ".health"));
    browser.go("#/lamp/103");
    page.wait_for("[data-details='103'] [data-vote]", "the lamp is explained");
    pieces.push(cut("Details of an old state", ".details"));
    page.press_button("details-close");
    solo.server.freeze();
    let banner = "[data-testid='banner']";
    wait("the connection is lost", SOON * 3, || ensure(page.count(banner) > 0, || "not yet".into()));
    pieces.push(cut("Banner", banner));
    solo.server.thaw();
    pieces
}

#[test]
fn every_component_is_on_one_page() {
    let folder = tempfile::tempdir().expect("there is room");
    take(folder.path()).expect("the page is drawn");
    let picture = std::fs::metadata(folder.path().join("components.png")).expect("the picture is taken");
    assert!(picture.len() > 100_000, "it shows next to nothing");
}
