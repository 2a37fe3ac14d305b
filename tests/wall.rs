//! The wall display, and everything that runs unattended: the curtain, the pages, the shared stream, the offline page,
//! the page without scripts.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;
use support::{Browser, Lab, Look, Phone, SOON, Server, Solo, Version, ensure, loopback, stays, wait};

with_each_asterisk!(a_phone_that_rings_in_asterisk_is_pinned_on_every_page_of_the_wall);

/// Time limit of the curtain: a tick comes every 10 s, the curtain falls 25 s after the last; the machine may be busy.
const CURTAIN: Duration = Duration::from_secs(45);
const TICK: Duration = Duration::from_secs(15);

/// A television screen.
const TELEVISION: Look = Look { width: 1920, height: 1080, language: "en" };

fn a_phone_that_rings_in_asterisk_is_pinned_on_every_page_of_the_wall(version: Version) {
    let lab = Lab::start(version);
    let server = Server::beside(&lab);
    server.assert_all_agree(&lab);
    // The screen is so small that the lab's phones need several pages.
    let browser = Browser::start(Look { width: 300, height: 260, language: "en" });
    let wall = browser.open_wall(&format!("{}wall/all", server.url()));
    assert!(wall.page().ends_with(|digit: char| digit.is_ascii_digit()), "pages turn: {}", wall.text());
    assert_eq!(wall.pinned(), Vec::<String>::new());
    let mut callee = Phone::register("1001", "127.0.0.11");
    let mut caller = Phone::register("1002", "127.0.0.12");
    callee.answer_a_call();
    caller.call("1001");
    wait("1001 is pinned", SOON, || ensure(wall.pinned() == ["1001"], || format!("{:?}", wall.pinned())));
    wait("it is taken down", SOON, || ensure(wall.pinned().is_empty(), || format!("{:?}", wall.pinned())));
    caller.finish();
    callee.finish();
}

#[test]
fn all_lamps_hang_as_large_as_they_fit_and_nothing_scrolls() {
    let _addresses = loopback();
    let server = Server::demo(1);
    for (width, height) in [(1920, 1080), (1280, 720), (1080, 1920), (390, 844)] {
        let browser = Browser::start(Look { width, height, language: "en" });
        let wall = browser.open_wall(&format!("{}wall/all", server.url()));
        wait("the lamps hang", SOON, || ensure(wall.shown().len() > 10, || wall.text()));
        assert!(!wall.overflows(), "{width}x{height}");
        let least = (18.0 * f64::from(width.min(height)) / 1080.0).max(13.0);
        assert!(wall.smallest_text() >= least - 0.01, "{width}x{height}: {}", wall.smallest_text());
        if width >= 1280 {
            assert_eq!((wall.shown().len(), wall.page()), (80, String::new()), "{width}x{height}: one page holds all");
        }
    }
}

#[test]
fn every_count_is_seen_above_a_wide_wall() {
    let _addresses = loopback();
    let server = Server::demo(1);
    let browser = Browser::start(Look { language: "ru", ..TELEVISION });
    browser.open_wall(&format!("{}wall/all", server.url()));
    let page = browser.page();
    page.wait_for("[data-exten='1001']", "the lamps hang");
    for total in ["free", "on_call", "ringing", "busy", "on_hold", "dnd", "offline", "no_data", "last_known"] {
        page.tap(&format!("[data-total='{total}']"));
    }
}

#[test]
fn many_lamps_turn_pages_and_each_has_its_turn() {
    let _addresses = loopback();
    let server = Server::demo_of(150);
    let browser = Browser::start(TELEVISION);
    let wall = browser.open_wall(&format!("{}wall/all?lang=ru", server.url()));
    assert_eq!(wall.attribute("html", "lang"), "ru");
    let pages: usize = wall.page().split('/').nth(1).and_then(|of| of.parse().ok()).expect("a place such as 1/3");
    assert!(pages >= 3, "{}", wall.page());
    assert!(!wall.overflows() && wall.smallest_text() >= 18.0, "{}", wall.smallest_text());
    let mut seen = BTreeSet::new();
    let turn = Duration::from_secs(13) * u32::try_from(pages).expect("few");
    wait("every lamp had its turn", turn, || {
        assert!(!wall.overflows(), "{}: a page that follows another is as whole", wall.page());
        seen.extend(wall.shown());
        ensure(seen.len() == 300, || format!("{} were seen", seen.len()))
    });
}

#[test]
fn a_wall_shows_the_board_of_its_address_and_says_where_there_is_none() {
    let _addresses = loopback();
    let server = Server::demo(1);
    let browser = Browser::start(TELEVISION);
    let wall = browser.open_wall(&format!("{}wall/perm?theme=light", server.url()));
    wait("Perm hangs there alone", SOON, || {
        ensure(wall.shown().len() == 40 && !wall.text().contains("Kazan"), || wall.text())
    });
    assert_eq!(wall.attribute("html", "data-theme"), "light");
    let wall = browser.open_wall(&format!("{}wall/omsk", server.url()));
    wait("it says so", SOON, || {
        ensure(wall.text().contains("There is no board, site or department “omsk”"), || wall.text())
    });
}

#[test]
fn the_curtain_falls_when_the_script_hangs() {
    let solo = Solo::start();
    solo.publish("1001", "INUSE");
    let browser = Browser::start(TELEVISION);
    let wall = browser.open_wall(&format!("{}wall/all", solo.server.url()));
    stays("live, there is no curtain", Duration::from_secs(30), || {
        let curtain = wall.curtain();
        ensure(curtain == 0.0, || format!("it is {curtain}"))
    });
    let told = wall.curtain_text();
    assert!(told.contains("Stale") && told.contains("Last update "), "{told}");
    // The server goes on publishing; the page's scripts are halted and do not hear it.
    browser.halt_scripts(true);
    wall.wait_for_curtain(1.0, CURTAIN);
    browser.halt_scripts(false);
    wall.wait_for_curtain(0.0, TICK);
}

#[test]
fn the_curtain_falls_when_the_script_never_comes_to_its_end() {
    let solo = Solo::start();
    solo.publish("1001", "INUSE");
    let browser = Browser::start(TELEVISION);
    let wall = browser.open_wall(&format!("{}wall/all?theme=light", solo.server.url()));
    let mut film = browser.film();
    film.wait_for(SOON, |brightness| brightness > 200);
    wall.hang_script(Duration::from_mins(1));
    film.wait_for(CURTAIN, |brightness| brightness < 80);
    // The script is done; the page now hears what the server published meanwhile.
    film.wait_for(Duration::from_mins(1), |brightness| brightness > 200);
    wall.wait_for_curtain(0.0, SOON);
}

#[test]
fn the_curtain_falls_when_the_server_hangs_and_rises_when_it_is_back() {
    let _addresses = loopback();
    let server = Server::demo(1);
    let browser = Browser::start(TELEVISION);
    let wall = browser.open_wall(&format!("{}wall/all?lang=ru", server.url()));
    let live = || browser.page().count(".hung.lamp--live");
    wait("the lamps are live", SOON, || ensure(live() > 70, || wall.text()));
    server.freeze();
    wait("all lamps are last known", Duration::from_secs(25), || ensure(live() == 0, || wall.text()));
    wall.wait_for_curtain(1.0, CURTAIN);
    let (since, beat) = (wall.curtain_text(), wall.attribute(".wall", "data-beat"));
    assert!(since.contains("Данные устарели") && since.contains("Обновлено в "), "{since}");
    server.thaw();
    wall.wait_for_curtain(0.0, Duration::from_secs(30));
    wait("the lamps are live", Duration::from_secs(30), || ensure(live() > 70, || wall.text()));
    wait("the heart beats", TICK, || ensure(wall.attribute(".wall", "data-beat") != beat, || beat.clone()));
}

#[test]
fn three_tabs_share_one_stream_and_each_is_told_everything() {
    let solo = Solo::start();
    solo.publish("1001", "NOT_INUSE");
    let browser = Browser::start(Look::DESKTOP);
    let watchers = || solo.server.get("healthz").map(|health| health["watchers"].as_u64());
    let first = browser.tab();
    browser.open_board(&solo.server.url());
    // A change before the others come: no cached snapshot has it.
    solo.publish("1001", "RINGING");
    let others = [browser.open_tab(), browser.open_tab()];
    for tab in &others {
        browser.show_tab(tab);
        let page = browser.open_board(&solo.server.url());
        page.wait_for_tile("1001", "ringing", SOON, |tile| tile.state == "ringing");
    }
    stays("the server has one watcher", Duration::from_secs(12), || {
        let watchers = watchers()?;
        ensure(watchers == Some(1), || format!("{watchers:?}"))
    });
    // The tab that opened the stream is closed; no other tab notices.
    browser.show_tab(&first);
    browser.close_tab();
    for tab in &others {
        browser.show_tab(tab);
        solo.publish("1001", "INUSE");
        let page = browser.board();
        page.wait_for_tile("1001", "a call", SOON, |tile| tile.state == "on_call");
        assert_eq!(page.connection(), "live");
        solo.publish("1001", "RINGING");
        page.wait_for_tile("1001", "ringing", SOON, |tile| tile.state == "ringing");
    }
    assert_eq!(watchers(), Ok(Some(1)));
}

#[test]
fn a_machine_that_slept_knows_at_once_what_happened_meanwhile() {
    let solo = Solo::start();
    solo.publish("1001", "NOT_INUSE");
    let browser = Browser::start(Look::DESKTOP);
    let page = browser.open_board(&solo.server.url());
    page.wait_for_tile("1001", "free", SOON, |tile| tile.state == "free");
    browser.sleep();
    std::thread::sleep(Duration::from_secs(20));
    solo.publish("1001", "INUSE");
    browser.wake();
    page.wait_for_tile("1001", "a call, live", SOON, |tile| tile.state == "on_call" && tile.freshness == "live");
}

#[test]
fn a_page_that_is_opened_without_its_server_says_that_it_is_offline() {
    let mut solo = Solo::start();
    solo.publish("1001", "INUSE");
    let browser = Browser::start(Look { language: "ru", ..Look::DESKTOP });
    let page = browser.open_board(&solo.server.url());
    page.wait_for_tile("1001", "a call", SOON, |tile| tile.state == "on_call");
    browser.wait_for_offline_page();
    solo.server.stop();
    browser.reload();
    wait("it says so", SOON, || ensure(page.text().contains("Нет связи"), || page.text()));
    assert_eq!(page.tiles(), 0, "no lamp comes from yesterday");
    assert!(page.text().contains("Лампы не показаны"), "{}", page.text());
    solo.server.start_again();
    page.wait_for_connection("live", Duration::from_secs(30));
}

#[test]
fn a_wall_weighs_no_more_after_thousands_of_changes() {
    let solo = Solo::start();
    let phones = || (1001..1031).map(|number: u32| number.to_string());
    phones().for_each(|exten| solo.publish(&exten, "NOT_INUSE"));
    let browser = Browser::start(TELEVISION);
    let wall = browser.open_wall(&format!("{}wall/all", solo.server.url()));
    wait("all hang there", SOON, || ensure(wall.shown().len() == 30, || wall.text()));
    let change = |rounds: u32| {
        for state in (0..rounds).flat_map(|_| ["RINGING", "INUSE", "NOT_INUSE"]) {
            phones().for_each(|exten| solo.publish(&exten, state));
        }
        wait("all are free", SOON, || ensure(browser.page().count(".hung.lamp--free") == 30, || wall.text()));
        browser.weight()
    };
    let (before, after) = (change(10), change(100));
    assert!(after.nodes <= before.nodes + 50.0 && after.listeners <= before.listeners, "{before:?}, then {after:?}");
    assert!(after.heap <= before.heap + 1e6, "{before:?}, then {after:?}");
    // A burst needs room for a moment, and WebAssembly gives none back; a lamp leaked with each of the nine thousand
    // changes would be five times as much.
    assert!(after.wasm <= before.wasm + 524_288.0, "{before:?}, then {after:?}");
}

#[test]
fn the_plain_page_needs_no_script() {
    let _addresses = loopback();
    let server = Server::demo(1);
    let browser = Browser::start(Look { language: "ru", ..Look::DESKTOP });
    browser.halt_scripts(true);
    browser.visit(&format!("{}plain", server.url()));
    browser.halt_scripts(false);
    let rows = || browser.page().count("td:nth-child(2)");
    wait("it shows all", SOON, || ensure(rows() == 80, || rows().to_string()));
    let time = || browser.page().text(".time strong");
    let first = time();
    wait("it refreshes itself", Duration::from_secs(20), || ensure(time() != first, || first.clone()));
}

#[test]
fn the_page_can_be_installed() {
    let _addresses = loopback();
    let server = Server::demo(1);
    let manifest = server.get("manifest.webmanifest").expect("there is a manifest");
    for icon in manifest["icons"].as_array().expect("it names icons") {
        let path = icon["src"].as_str().expect("an icon has an address");
        assert!(server.bytes(path).len() > 300, "{path}");
    }
    let browser = Browser::start(Look::DESKTOP);
    browser.open_board(&server.url());
    let read = browser.devtools("Page.getAppManifest", &json!({}));
    assert_eq!(read["errors"], json!([]), "the browser takes the manifest as it is");
    let missing = browser.devtools("Page.getInstallabilityErrors", &json!({}));
    assert_eq!(missing["installabilityErrors"], json!([]), "the browser would install it");
}
