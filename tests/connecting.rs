//! Connecting a PBX by the page "PBXes": it says what is missing, and its one block is all that a PBX needs.

use std::time::Duration;

use lampfield_shared::{Fault, Freshness, Mailbox, Role};
use support::element::Request;
use support::{Browser, Config, Lab, Look, Page, Pbx, Peer, Server, Solo, Version, ensure, loopback, wait};

with_each_asterisk!(the_block_of_the_page_connects_a_pbx, the_block_of_the_page_connects_a_pbx_with_passwords);

const SOON: Duration = Duration::from_secs(15);

fn the_block_of_the_page_connects_a_pbx(version: Version) {
    connect(version, Pbx::FreePbx.peer(), &[]);
}

fn the_block_of_the_page_connects_a_pbx_with_passwords(version: Version) {
    let peer = Pbx::FreePbx.peer().auth("FreePBX", "secret-of-it").outbound_auth("console", "secret-of-ours");
    connect(version, peer, &[("`auth`", "secret-of-it"), ("`outbound_auth`", "secret-of-ours")]);
}

/// Starts an Asterisk that knows nothing of lampfield, pastes the block of the page, and looks whether all is well.
fn connect(version: Version, peer: Peer, passwords: &[(&str, &str)]) {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let file = Pbx::FreePbx.overlay(folder.path(), "pjsip_peers.conf", |_| "; no neighbours\n".into());
    let lab = Lab::with(version, folder.path(), &[Pbx::FreePbx]);
    let server = Server::start(lab.config_with(&[peer]).open(Some(Role::Admin)));
    let browser = Browser::start(Look::DESKTOP);
    let page = browser.open(&format!("{}#/peers", server.url()));
    page.wait_for("[data-lines='freepbx/0']", "the block is shown");
    assert_eq!(page.count(".peer__lines"), 1, "once: {}", page.read());
    let mut block = page.text("[data-lines='freepbx/0']");
    assert_eq!(block, server.report().peers[0].setup, "it is the whole of it");
    for (of, password) in passwords {
        let lines = block.lines().map(|line| {
            let is_it = line.starts_with("password =") && line.contains(&format!("that of {of} of peer"));
            if is_it { format!("password = {password}") } else { line.to_owned() }
        });
        block = lines.collect::<Vec<_>>().join("\n");
        assert!(block.contains(password), "there is a place for {of}: {block}");
    }
    std::fs::write(&file, block + "\n").expect("there is room");
    lab.down(Pbx::FreePbx);
    lab.up(Pbx::FreePbx);

    server.wait_for_freshness(&Pbx::FreePbx.extens(), Freshness::Live, SOON);
    lab.set_mailbox(Pbx::FreePbx, "1001", 3, 2);
    server.wait_for_lamp("1001", "counted", SOON, |it| it.lamp.mailbox == Some(Mailbox { new: 3, old: 2 }));
    // A PBX that refuses is asked again every minute.
    wait("nothing is missing", Duration::from_secs(90), || {
        let findings = server.report().peers.remove(0).findings;
        ensure(findings.is_empty(), || format!("{findings:?}"))
    });
    page.wait_for_text(&Page::by_id("verdict"), "1 of 1 PBXes live. No problems.");
    page.wait_gone(".peer__lines", "there is nothing to paste");
    browser.go("#/peers/freepbx");
    page.click("[data-testid='setup'] summary");
    assert!(page.text("[data-testid='setup']").contains("type = identify"), "{}", page.read());
}

/// A restart of lampfield makes no configuration wrong: what is kept tells that the PBX worked.
#[test]
fn a_pbx_that_worked_is_off_and_is_not_told_to_change_anything() {
    let mut solo = Solo::start_with(|config| config.open(Some(Role::Admin)));
    solo.publish("1001", "NOT_INUSE");
    wait("it is silent", Duration::from_secs(40), || {
        let site = solo.server.report().peers.remove(0).site;
        ensure(site.freshness == Freshness::LastKnown, || format!("{site:?}"))
    });
    let silent = |server: &Server| {
        let all = server.report().peers.remove(0).findings;
        assert!(all.iter().all(|it| it.lines.is_empty() && it.fault != Fault::NeverHeard), "{all:?}");
        assert!(all.iter().any(|it| matches!(it.fault, Fault::Silent { .. })), "{all:?}");
    };
    silent(&solo.server);
    solo.server.wait_until_kept();
    solo.server.restart();
    silent(&solo.server);
    let browser = Browser::start(Look { language: "ru", ..Look::DESKTOP });
    let page = browser.open(&format!("{}#/peers", solo.server.url()));
    page.wait_for_text("[data-peer='pbx'] [data-testid='findings']", "Выключена или недоступна: сообщений нет с ");
    assert!(!page.has(".peer__lines"), "{}", page.read());
    let row = page.text("[data-from='pbx']");
    assert!(!row.contains("ещё не было"), "it was heard: {row}");
}

#[test]
fn without_a_pbx_the_page_says_how_to_connect_the_first() {
    let _addresses = loopback();
    let server = Server::start(Config::new().open(Some(Role::Admin)));
    let browser = Browser::start(Look::DESKTOP);
    let page = browser.open(&format!("{}#/peers", server.url()));
    page.wait_for_text(&Page::by_id("verdict"), "No PBX is connected yet.");
    let example = page.text("[data-lines='example']");
    assert!(!page.has("[data-testid='matrix']") && example.starts_with("[[peer]]\nname = "), "{}", page.read());
    page.click_by_mouse(&Page::by_id("copy"));
    page.wait_for_text(&Page::by_id("notice"), "Copied");
}

/// Each row has the request and its answer: when, which way, what, about whom, the answer in words, how long it took.
#[test]
fn the_messages_of_a_pbx_are_rows_of_words() {
    let solo = Solo::start_with(|config| config.open(Some(Role::Admin)).people(&["1001"]));
    for state in ["NOT_INUSE", "INUSE"] {
        solo.publish("1001", state);
    }
    let stray = Request::device("elsewhere", "02:00:00:00:00:04", "PJSIP/1001", "RINGING");
    assert_eq!(solo.peer.ask(&stray).code(), 404);
    let browser = Browser::start(Look::DESKTOP);
    let page = browser.open(&format!("{}#/peers/pbx", solo.server.url()));
    let row = "[data-testid='ladder'] [data-way='in'][data-says='PUBLISH']";
    page.wait_for_text(row, "State");
    let rows = page.texts(row);
    assert!(
        rows.len() == 3 && rows[0].contains("RINGING") && rows[0].contains("404 rejected"),
        "newest first: {rows:?}"
    );
    assert!(rows[1].contains("1001") && rows[1].contains("INUSE") && rows[1].contains("200 accepted"), "{rows:?}");
    assert!(rows[1].trim_end().ends_with(" ms"), "how long it took: {rows:?}");
    page.press_button("ladder-failures");
    page.wait_gone("[data-testid='ladder'] [data-failed='false']", "failures alone");
    page.press_button("ladder-in");
    page.wait_gone("[data-testid='ladder'] [data-way='out']", "what it sent alone");
    page.fill("ladder-search", "not_inuse");
    wait("one matches", SOON, || ensure(page.count(row) == 1, || page.read()));
    page.press_button("wire-open");
    page.wait_for_text("[data-testid='wire']", "Event: asterisk-devicestate");
    assert!(page.text("[data-testid='wire']").contains("SIP/2.0 200 OK"), "{}", page.read());
    page.click("[data-testid='back']");
    page.wait_for(&Page::by_id("matrix"), "one is back at all PBXes");
}
