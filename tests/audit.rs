//! The audit log as an admin reads it: in words, an order for many in one row, found and saved as a file.

use lampfield_shared::Role;
use serde_json::json;
use support::{Browser, Look, Method, Page, SOON, Solo, Visitor, ensure, wait};

#[test]
fn the_log_is_in_words_and_an_order_for_many_is_one_row_that_opens() {
    let solo = Solo::start_with(|config| {
        config
            .open(Some(Role::Admin))
            .people(&["1001", "1002", "1003"])
            .hint("_1XXX,hint,PJSIP/${EXTEN}&Custom:DND${EXTEN}")
    });
    for exten in ["1001", "1002", "1003"] {
        solo.publish(exten, "NOT_INUSE");
    }
    let mut visitor = Visitor::of(&solo.server);
    let order = json!({ "state": "on", "kind": "lamp", "extens": ["1001", "1002", "1003"], "reason": "lunch" });
    visitor.put("api/v1/dnd", &order).expect(200);
    visitor.put("api/v1/extensions/1001/dnd", &json!({ "state": "off" })).expect(200);
    visitor.send(Method::PUT, "api/v1/peers/pbx/pause", None).expect(204);

    let (desk, other) = (Browser::start(Look::DESKTOP), Browser::start(Look { language: "ru", ..Look::DESKTOP }));
    let page = desk.open(&format!("{}#/audit", solo.server.url()));
    page.wait_for_text("[data-audit='peer.pause']", "PBX paused");
    page.wait_for_text("[data-audit='dnd.off']", "DND turned off");
    assert!(page.text("[data-audit='dnd.off']").contains("guest"), "{}", page.read());
    let on = "[data-audit='dnd.on']";
    assert_eq!(page.count(on), 1, "the order is one row: {}", page.read());
    let row = page.text(on);
    assert!(["DND turned on", "3 extensions", "Done", "lamp only", "lunch"].iter().all(|it| row.contains(it)), "{row}");
    page.press_button("order");
    wait("the row opens", SOON, || ensure(page.count(on) == 4, || page.read()));
    page.press_button("order");
    wait("and closes", SOON, || ensure(page.count(on) == 1, || page.read()));

    page.fill("audit-deed", "peer");
    page.wait_gone(on, "PBXes alone");
    page.fill("audit-deed", "");
    page.fill("audit-target", "1002");
    page.wait_gone("[data-audit='peer.pause']", "1002 alone");
    page.wait_for_text(on, "1002");
    page.fill("audit-target", "");
    page.fill("audit-text", "paused");
    page.wait_gone(on, "what was paused alone");
    let file = page.attribute(&Page::by_id("audit-csv"), "href").expect("the file has an address");
    let csv = visitor.get(&file).expect(200).text;
    assert!(csv.contains(",guest,PBX paused,pbx,Done,") && !csv.contains("DND"), "{csv}");
    page.fill("audit-text", "nothing of this kind");
    page.wait_for_text(&Page::by_id("audit-none"), "No entry matches.");

    let page = other.open(&format!("{}#/audit", solo.server.url()));
    page.wait_for_text("[data-audit='peer.pause']", "АТС поставлена на паузу");
    assert!(page.text(on).contains("3 номера") && page.text(on).contains("гость"), "{}", page.read());
    page.fill("audit-text", "пауз");
    page.wait_gone(on, "the words of the reader are searched");
    page.wait_for("[data-audit='peer.pause']", "and found");
}
