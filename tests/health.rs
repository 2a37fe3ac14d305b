//! Health of the mesh as an admin sees it: who publishes to whom, the last messages, what to mend, and a paused peer.

use std::thread;
use std::time::Duration;

use lampfield_shared::{Pause, Role};
use serde_json::json;
use support::{Browser, Config, Lab, Look, Page, Pbx, Peer, Server, Version, Visitor, ensure, loopback, stays, wait};
use ureq::http::Method;

with_each_asterisk!(a_paused_asterisk_is_told_nothing_until_it_is_resumed, no_secret_is_shown_of_what_was_said);

const SOON: Duration = Duration::from_secs(15);

/// An element of the card of a peer.
fn of(peer: &str, element: &str) -> String {
    format!("[data-peer='{peer}'] [data-testid='{element}']")
}

fn a_paused_asterisk_is_told_nothing_until_it_is_resumed(version: Version) {
    let lab = Lab::start(version);
    let mut server = Server::start(lab.config().open(Some(Role::Admin)));
    server.assert_all_agree(&lab);
    let dnd = |server: &Server, exten: &str| {
        let order = json!({ "state": "on", "kind": "lamp" });
        Visitor::of(server).put(&format!("api/v1/extensions/{exten}/dnd"), &order).expect(200);
    };
    let says = |pbx: Pbx, exten: &str, state: &str| {
        wait(&format!("{pbx} says {state} of {exten}"), SOON, || {
            let said = lab.extension_state_at(pbx, exten);
            ensure(said == state, || format!("it says {said}"))
        });
    };
    dnd(&server, "1001");
    says(Pbx::FreePbx, "1001", "Busy");
    let path = "api/v1/peers/freepbx/pause";
    Visitor::of(&server).send(Method::PUT, path, None).expect(204);
    server.restart();
    dnd(&server, "1002");
    says(Pbx::PbxAct, "1002", "Busy");
    stays("the other is told nothing", Duration::from_secs(2), || {
        let said = lab.extension_state_at(Pbx::FreePbx, "1002");
        ensure(said == "Unavailable", || format!("it says {said}"))
    });
    let peer = server.report().peers.into_iter().find(|it| it.site.name.as_str() == "freepbx").expect("it is there");
    assert_eq!((peer.pause, peer.untold), (Pause::On, 2), "what waits is not lost, and a restart changes nothing");

    Visitor::of(&server).send(Method::DELETE, path, None).expect(204);
    says(Pbx::FreePbx, "1002", "Busy");
    server.assert_all_agree(&lab);
}

fn no_secret_is_shown_of_what_was_said(version: Version) {
    let lab = Lab::variant(version, "auth");
    let secured = |pbx: Pbx| {
        let user = if pbx == Pbx::FreePbx { "FreePBX" } else { "PBXact" };
        pbx.peer().auth(user, &format!("secret-of-{user}")).outbound_auth("console", "secret-of-console")
    };
    let server = Server::start(lab.config_with(&Pbx::ALL.map(secured)).open(Some(Role::Admin)));
    let said = wait("both have shown their passwords", SOON, || {
        let said = server.get("api/v1/peers/freepbx/messages")?.to_string();
        let count = said.matches("Authorization: Digest").count();
        ensure(count > 2 && said.contains("WWW-Authenticate"), || said.clone()).map(|()| said)
    });
    let proofs: Vec<&str> = said.split("response=").skip(1).map(|it| &it[..8]).collect();
    assert!(!proofs.is_empty() && proofs.iter().all(|it| *it == "(hidden)"), "{proofs:?}");
    assert!(said.contains("nonce="), "what was asked is shown");
}

#[test]
fn an_admin_sees_who_tells_whom_and_what_was_said() {
    let _addresses = loopback();
    let server = Server::demo(1);
    let browser = Browser::start(Look::DESKTOP);
    let page = browser.open(&format!("{}#/peers", server.url()));
    page.wait_for_text(&Page::by_id("verdict"), "2 of 2 PBXes live. No problems.");
    page.wait_for("[data-from='perm'] [data-told='good']", "Perm is heard");
    assert_eq!(page.count("[data-from='lampfield'] [data-told='good']"), 2, "and both are told");
    assert!(page.text("[data-from='kazan']").contains('?'), "what they tell each other nobody knows here");

    page.click(&of("perm", "pause"));
    page.wait_for_text(&of("perm", "paused"), "we send it nothing");
    page.wait_for_text(&Page::by_id("verdict"), "2 of 2 PBXes live, Perm paused. No problems.");
    page.wait_for("[data-from='lampfield'] [data-told='paused']", "it is drawn as paused");
    assert!(page.has(&format!("{}:disabled", of("perm", "refresh"))), "who is paused is asked nothing");
    let order = json!({ "state": "on", "kind": "lamp" });
    Visitor::of(&server).put("api/v1/extensions/1001/dnd", &order).expect(200);
    page.wait_for("[data-peer='perm'][data-untold='1']", "one state waits");
    assert!(page.has("[data-peer='kazan'][data-untold='0']"), "and the other has it");
    page.click(&of("perm", "pause"));
    page.wait_gone(&of("perm", "paused"), "it goes on");
    page.wait_for("[data-peer='perm'][data-untold='0']", "it has it, too");

    browser.go("#/peers/perm");
    let says = |way: &str| format!("[data-testid='ladder'] [data-way='{way}'][data-says='PUBLISH']");
    page.wait_for(&says("in"), "what it said is shown");
    page.wait_for(&says("out"), "and what we said");
    assert!(!page.text(".counts").contains("device_state"), "counters are words: {}", page.read());
    page.click(&format!("{} [data-testid='wire-open']", says("out")));
    page.wait_for_text("[data-testid='wire']", "Event: asterisk-devicestate");
    assert!(page.text("[data-testid='wire']").contains("UDP "), "{}", page.read());
    let deeds = Visitor::of(&server).get("api/v1/audit").expect(200).text;
    assert!(deeds.contains("peer.pause") && deeds.contains("peer.resume"), "{deeds}");
}

#[test]
fn what_is_to_be_mended_is_said_with_the_lines() {
    let _addresses = loopback();
    let peers = [Peer::new("omsk", "127.0.0.8:5060", "Omsk")];
    let server = Server::start(Config::new().peers(&peers).open(Some(Role::Admin)));
    let browser = Browser::start(Look { language: "ru", ..Look::DESKTOP });
    let page = browser.open(&format!("{}#/peers", server.url()));
    page.wait_for_text(&Page::by_id("verdict"), "На связи АТС: 0 из 1.");
    page.wait_for_text(&of("omsk", "findings"), "server_uri = sip:Omsk@127.0.0.6:5060");
    page.wait_for_text(&of("omsk", "findings"), "Сообщений от АТС ещё не было.");
    page.wait_for("[data-from='omsk'] [data-told='bad']", "it is not heard");

    // The page is updated every five seconds; a selection of the lines to paste must survive.
    page.select(".peer__lines");
    assert!(page.selected().contains("[console-devicestate]"), "{}", page.selected());
    thread::sleep(Duration::from_secs(6));
    assert!(page.selected().contains("[console-devicestate]"), "{}", page.selected());
    page.click_by_mouse(&of("omsk", "copy"));
    page.wait_for_text(&Page::by_id("notice"), "Скопировано");
    browser.go("#/peers/omsk");
    page.wait_for_text(&Page::by_id("ladder"), "Проверка связи (OPTIONS)");
}
