//! The part of the page that is loaded after the first lamps.

use std::time::Duration;

use serde_json::json;
use support::{Browser, Look, Page, Solo, ensure, wait};

const LAMPS: [&str; 2] = ["1001 NOT_INUSE", "1002 INUSE"];

/// Time limit of what takes several attempts.
const PATIENT: Duration = Duration::from_secs(30);

const NOT_COME: &str = "This part of the page could not be loaded. Trying again…";

#[test]
fn the_first_lamps_wait_for_nothing_that_comes_later() {
    let solo = Solo::with(&LAMPS);
    let browser = Browser::start(Look::DESKTOP);
    let note = "new MutationObserver(() => {
        if (document.querySelector('[data-exten]')) { window.firstLamps ??= performance.now(); }
    }).observe(document, { subtree: true, childList: true });";
    browser.devtools("Page.addScriptToEvaluateOnNewDocument", &json!({ "source": note }));
    browser.open_board(&solo.server.url());
    let asked = wait("the rest is asked for", PATIENT, || {
        let script = "return performance.getEntriesByType('resource').find(({ name }) => name.includes('desk-later-'))
            ?.startTime";
        browser.script(script, vec![]).as_f64().ok_or("it is not")
    });
    let shown = browser.script("return window.firstLamps", vec![]).as_f64().expect("lamps are shown");
    assert!(shown < asked, "lamps were shown at {shown}, the rest was asked for at {asked}");
    browser.page().wait_for("[data-testid='size-fit']", "the rest is there without a click");
}

#[test]
fn a_link_to_details_and_the_first_click_wait_for_no_rest() {
    let solo = Solo::with(&LAMPS);
    let browser = Browser::start(Look::DESKTOP);
    let page = browser.page();
    browser.visit(&format!("{}#/lamp/1002", solo.server.url()));
    page.wait_for("[data-details='1002'] [data-testid='details-state']", "the details are told");
    browser.visit(&solo.server.url());
    browser.reload();
    page.click("[data-exten='1001']");
    page.wait_for("[data-details='1001'] [data-testid='details-state']", "the details are told");
}

#[test]
fn what_cannot_be_loaded_is_told_in_words_and_comes_when_it_can() {
    let solo = Solo::with(&LAMPS);
    let browser = Browser::start(Look::DESKTOP);
    let page = browser.page();
    browser.devtools("Network.enable", &json!({}));
    browser.devtools("Network.setBlockedURLs", &json!({ "urls": ["*/desk-later-*"] }));
    browser.visit(&solo.server.url());
    browser.script("window.isFirst = true", vec![]);
    wait("the page takes itself for one of an older build and loads itself anew, once", PATIENT, || {
        ensure(browser.script("return window.isFirst ?? false", vec![]) == false, || "it has not".into())
    });
    browser.board().wait_for_connection("live", PATIENT);

    page.click("[data-exten='1001']");
    page.wait_for_text("[data-details='1001'] [data-testid='later']", NOT_COME);
    page.press_button("details-close");
    page.wait_gone("[data-details]", "the details close nevertheless");
    page.press_button("account");
    page.wait_for_text("[data-testid='account-menu'] [data-testid='later']", NOT_COME);
    page.press_button("account");
    page.wait_gone("[data-testid='account-menu']:popover-open", "the menu is closed");
    browser.press(&['?']);
    page.wait_for_text("[data-testid='notice']", NOT_COME);

    browser.devtools("Network.setBlockedURLs", &json!({ "urls": [] }));
    wait("the list of the keys opens when it is there", PATIENT, || {
        ensure(page.has(&format!("{}[open]", Page::by_id("help-dialog"))), || page.text(".page"))
    });
    assert!(!page.has(&Page::by_id("later")), "nothing stands in its place any more");
}
