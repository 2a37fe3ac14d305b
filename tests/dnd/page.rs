//! An admin sets DND in the page: a real PBX carries it out, and the page says who confirmed it.

use std::time::Duration;

use support::{Browser, Lab, Look, Page, Pbx, Phone, Version};

use super::{lamps_only, with_managers};

with_each_asterisk!(
    an_admin_blocks_calls_in_the_page_and_lets_them_through_again,
    an_admin_lights_the_lamp_alone_in_the_page,
);

/// Time in which the PBX has carried out and confirmed an order, on a busy machine.
const DONE: Duration = Duration::from_secs(10);

/// Element that tells the DND of a lamp.
const NOW: &str = "[data-testid='dnd-now']";

fn outcome() -> String {
    Page::by_id("dnd-outcome")
}

fn an_admin_blocks_calls_in_the_page_and_lets_them_through_again(version: Version) {
    let lab = Lab::start(version);
    let mut callee = Phone::register("1001", "127.0.0.11");
    let mut caller = Phone::register("1002", "127.0.0.12");
    let server = with_managers(&lab);
    let browser = Browser::start(Look { language: "ru", ..Look::DESKTOP });
    browser.open_board(&server.url());
    let page = browser.page();
    browser.go("#/lamp/1001");
    page.wait_for(&Page::by_id("dnd-on"), "whoever may, sets it");
    page.fill("dnd-reason", "обед");
    page.press_button("dnd-on");
    page.wait_for_attribute(&outcome(), "data-outcome", "done", DONE);
    let said = page.text(&outcome());
    assert!(said.contains("freepbx") || said.contains("FreePBX"), "it names the PBX that confirmed it: {said}");
    page.wait_for_attribute(NOW, "data-dnd", "true", DONE);
    page.wait_for_text(NOW, "обед");
    page.wait_for_attribute("[data-exten='1001']", "data-state", "dnd", DONE);
    assert_eq!(lab.database(Pbx::FreePbx, "DND", "1001").as_deref(), Some("YES"));
    for pbx in Pbx::ALL {
        lab.wait_for_hint(pbx, "1001", "Busy");
    }
    caller.call_in_vain("1001");

    page.press_button("dnd-off");
    page.wait_for_attribute(NOW, "data-dnd", "false", DONE);
    page.wait_for_attribute("[data-exten='1001']", "data-state", "free", DONE);
    assert_eq!(lab.database(Pbx::FreePbx, "DND", "1001"), None);
    callee.answer_a_call();
    caller.call("1001");
    page.wait_for_attribute("[data-exten='1001']", "data-state", "ringing", DONE);
    caller.finish();
    callee.finish();
}

fn an_admin_lights_the_lamp_alone_in_the_page(version: Version) {
    let lab = Lab::start(version);
    let server = lamps_only(&lab);
    let browser = Browser::start(Look::DESKTOP);
    browser.open_board(&server.url());
    let page = browser.page();
    browser.go("#/lamp/2001");
    page.wait_for("input[name='dnd-kind'][value='lamp']:checked", "what can be done is chosen");
    assert!(page.has("input[name='dnd-kind'][value='calls']:disabled"), "no PBX has a [peer.ami]");
    page.press_button("dnd-on");
    page.wait_for_attribute(&outcome(), "data-outcome", "done", DONE);
    page.wait_for_attribute(NOW, "data-dnd", "true", DONE);
    for pbx in Pbx::ALL {
        lab.wait_for_hint(pbx, "2001", "Busy");
    }
    // The other PBX publishes the DND, too: it stays on when lampfield takes its own back.
    lab.set_device(Pbx::PbxAct, "Custom:DND2001", "BUSY");
    server.wait_for_lamp("2001", "held by both", DONE, |it| it.votes.len() > 2);
    page.press_button("dnd-off");
    page.wait_for_attribute(&outcome(), "data-outcome", "held", DONE);
    page.wait_for_text(&outcome(), "pbxact");
    page.wait_for_attribute(NOW, "data-dnd", "true", DONE);
    lab.set_device(Pbx::PbxAct, "Custom:DND2001", "NOT_INUSE");
    page.wait_for_attribute(NOW, "data-dnd", "false", DONE);
    server.assert_agrees(&lab, "2001");
}
