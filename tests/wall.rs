//! The wall display, and everything that runs unattended: the curtain, the pages, the shared stream, the offline page,
//! the page without scripts.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;
use support::{
    Browser, Company, Hung, Lab, Look, Phone, SOON, Server, Solo, Version, WallPage, ensure, loopback, stays, wait,
};

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

/// Screens of a wall, and the languages of the names that hang there.
const WALLS: [(u32, u32); 2] = [(1920, 1080), (1080, 1920)];

/// Waits until that many lamps hang, and gives their tiles.
#[track_caller]
fn hung(wall: &WallPage<'_>, count: usize) -> Vec<Hung> {
    wait("the lamps hang", SOON, || ensure(wall.shown().len() == count, || wall.text()));
    wall.tiles()
}

#[test]
fn names_stand_whole_however_many_hang_there() {
    let _addresses = loopback();
    let mut report = Vec::new();
    for (alphabet, language) in [(0, "en"), (1, "ru")] {
        for people in [40, 80, 120] {
            let company = Company::start(if people > 60 { 6 } else { 2 }, people, alphabet, 0);
            for (width, height) in WALLS {
                let browser = Browser::start(Look { width, height, language });
                let wall = browser.open_wall(&format!("{}wall/all", company.server.url()));
                let tiles = hung(&wall, people);
                let setting = format!("{people}, {language}, {width}x{height}");
                assert_eq!(wall.outside(), [""; 0], "{setting}");
                assert!(tiles.iter().all(|tile| tile.seen), "{setting}: all of them are seen");
                let surname_and_name =
                    |exten: &str| company.name(exten).split(' ').take(2).collect::<Vec<_>>().join(" ");
                let is_whole = |tile: &&Hung| {
                    let shown = format!("{} {}", tile.lines[0], tile.lines[1]);
                    tile.cut == [false; 3] && shown.starts_with(&surname_and_name(&tile.exten))
                };
                let whole = tiles.iter().filter(is_whole).count();
                let cut: Vec<_> = tiles.iter().filter(|tile| !is_whole(tile)).map(|tile| &tile.lines).collect();
                report.push(format!("{setting}: {whole} whole, letters of {:.1} px", tiles[0].letters));
                assert!(whole * 20 >= people * 19, "{setting}: {whole} stand whole, not {cut:?}");
                assert!(tiles.iter().all(|tile| tile.lines[1].ends_with(&tile.exten)), "{setting}: no digit is cut");
                let least = if people == 40 && width > height { 1.3 * 28.6 } else { 20.0 };
                assert!(tiles[0].letters >= least, "{setting}: {}", tiles[0].letters);
            }
        }
    }
    println!("{}", report.join("\n"));
}

#[test]
fn no_word_of_a_state_is_cut_on_a_full_wall() {
    let _addresses = loopback();
    for (alphabet, language) in [(0, "en"), (1, "ru")] {
        let company = Company::start(2, 40, alphabet, 0);
        let states = ["RINGING", "INUSE", "BUSY", "RINGINUSE", "ONHOLD", "UNAVAILABLE"];
        for (exten, state) in company.extens().into_iter().zip(states.into_iter().cycle()) {
            company.publish(exten, state);
        }
        let browser = Browser::start(Look { language, ..TELEVISION });
        let wall = browser.open_wall(&format!("{}wall/all", company.server.url()));
        let tiles = hung(&wall, 40);
        let before = tiles[0].letters;
        let cut: Vec<_> = tiles.iter().filter(|tile| tile.cut[2]).map(|tile| &tile.lines[2]).collect();
        assert_eq!(cut, [""; 0], "{language}");
        company.server.freeze();
        wait("all is last known", Duration::from_secs(30), || {
            ensure(browser.page().count(".hung.lamp--last_known") == 40, || wall.text())
        });
        let tiles = wall.tiles();
        let cut: Vec<_> = tiles.iter().filter(|tile| tile.cut[2]).map(|tile| &tile.lines[2]).collect();
        assert_eq!(cut, [""; 0], "{language}, last known");
        let was = if language == "en" { "was " } else { "был" };
        assert!(tiles.iter().all(|tile| tile.lines[2].starts_with(was)), "{:?}", tiles[0].lines);
        assert!((tiles[0].letters - before).abs() < 0.01, "no state moves the lamps");
        company.server.thaw();
    }
}

#[test]
fn sites_that_are_quiet_and_well_make_room_for_the_others() {
    let _addresses = loopback();
    for people in [400, 500] {
        let company = Company::start(12, people, 0, 1);
        let browser = Browser::start(TELEVISION);
        let wall = browser.open_wall(&format!("{}wall/all", company.server.url()));
        wait("the lamps hang", SOON, || ensure(wall.page().ends_with("/2"), || wall.text()));
        let (mut heads, mut seen) = (BTreeSet::new(), BTreeSet::new());
        wait("both pages had their turn", Duration::from_secs(30), || {
            assert_eq!(wall.outside(), [""; 0], "{}", wall.page());
            heads.extend(wall.heads());
            seen.extend(wall.shown());
            ensure(heads.iter().any(|(class, _)| class.contains("small")) && heads.len() >= 12, || format!("{heads:?}"))
        });
        let small: Vec<_> = heads.iter().filter(|(class, _)| class.contains("small")).collect();
        assert!(small.len() >= 3 && seen.len() >= 150, "{small:?}, {} lamps hang", seen.len());
        let count = people / 12;
        let says =
            |text: &str| text.ends_with(&format!(" {count} free")) || text.ends_with(&format!(" {} free", count + 1));
        assert!(small.iter().all(|(_, text)| says(text)), "{small:?}");
        let silent: Vec<_> = heads.iter().filter(|(class, _)| class.contains("bad")).collect();
        assert!(
            silent.len() == 1 && silent[0].1.contains("no data yet") && !silent[0].0.contains("small"),
            "{silent:?}"
        );
        // Whatever rings is seen on each page, those of sites that shrank as well; up to three rows of them.
        let hidden: Vec<&str> = company.extens().into_iter().filter(|exten| !seen.contains(*exten)).collect();
        company.publish(hidden[0], "RINGING");
        wait("it is pinned", SOON, || ensure(wall.pinned() == [hidden[0]], || format!("{:?}", wall.pinned())));
        hidden.iter().skip(1).take(19).for_each(|exten| company.publish(exten, "RINGING"));
        wait("two rows are pinned", SOON, || ensure(wall.pinned().len() == 20, || format!("{:?}", wall.pinned())));
        assert_eq!(wall.outside(), [""; 0]);
        hidden.iter().skip(20).take(40).for_each(|exten| company.publish(exten, "RINGING"));
        wait("three rows are pinned", SOON, || {
            ensure(wall.pinned().len() > 24 && wall.text().contains("and "), || format!("{:?}", wall.pinned()))
        });
        assert_eq!(wall.outside(), [""; 0]);
        assert!(wall.tiles().iter().all(|tile| tile.seen));
    }
}

#[test]
fn what_rings_is_filled_and_only_its_edge_beats() {
    let solo = Solo::with(&["1001 RINGING", "1002 RINGINUSE", "1003 NOT_INUSE"]);
    let browser = Browser::start(TELEVISION);
    browser.open_wall(&format!("{}wall/all?theme=light", solo.server.url()));
    browser.page().wait_for("[data-state='call_ringing']", "the lamps hang");
    let ringing = "[data-exten='1001']";
    assert_eq!(browser.style(ringing, "background-color"), "rgb(255, 186, 36)");
    assert_eq!(browser.style("[data-exten='1003']", "background-color"), "rgb(191, 233, 207)");
    let seen = || {
        let edge = |exten: &str| browser.style(&format!("[data-exten='{exten}']"), "outline-color");
        for part in ["", " .hung__shape", " .hung__name", " .hung__word"] {
            for exten in ["1001", "1002"] {
                assert_eq!(browser.style(&format!("[data-exten='{exten}']{part}"), "opacity"), "1", "{exten}{part}");
            }
        }
        assert_eq!(browser.style("[data-exten='1002'] .hung__shape", "--second-opacity"), "1");
        (edge("1001"), edge("1002"))
    };
    let edges = || {
        let end = std::time::Instant::now() + Duration::from_millis(2500);
        let mut edges = BTreeSet::new();
        while std::time::Instant::now() < end {
            edges.insert(seen());
        }
        edges
    };
    let both = |edges: &BTreeSet<(String, String)>| {
        let firsts: BTreeSet<_> = edges.iter().map(|(first, _)| first).collect();
        let seconds: BTreeSet<_> = edges.iter().map(|(_, second)| second).collect();
        (firsts.len(), seconds.len())
    };
    assert_eq!(both(&edges()), (2, 2), "the edge is strong and weak");
    let is_due = |it: &String| ["curtain-", "beat-"].iter().any(|due| it.starts_with(due));
    assert!(browser.motions().iter().all(is_due), "the browser draws no oftener than that: {:?}", browser.motions());
    assert_eq!(browser.style(ringing, "outline-width"), "5px");
    browser.emulate("prefers-reduced-motion", "reduce");
    assert_eq!(both(&edges()), (1, 1), "it stays for whoever wants less motion");
    assert_eq!(browser.style(ringing, "outline-style"), "solid");
    browser.emulate("prefers-reduced-motion", "no-preference");
    assert_eq!(both(&edges()), (2, 2));
}

#[test]
fn a_silent_site_is_amber_and_its_lamps_are_hatched() {
    // A peer is lost after three seconds.
    let solo = Solo::start();
    solo.publish("1001", "INUSE");
    let browser = Browser::start(TELEVISION);
    let wall = browser.open_wall(&format!("{}wall/all?theme=light", solo.server.url()));
    let head = || wall.heads().into_iter().next().unwrap_or_default();
    wait("it is silent", SOON, || ensure(head().0.contains("bad"), || head().1));
    let (_, text) = head();
    let time = text.split_once("no data since ").unwrap_or_default().1;
    assert!(time.len() == 5 && time.contains(':'), "{text}");
    assert_eq!(browser.style(".wall__site", "background-color"), "rgb(255, 244, 214)");
    assert!(browser.style("[data-exten='1001']", "background-image").contains("repeating-linear-gradient"));
    assert!(wall.tiles()[0].lines[2].starts_with("was on a call"), "{:?}", wall.tiles());
    solo.publish("1001", "NOT_INUSE");
    wait("it is well again", SOON, || ensure(head().1.ends_with("1 free of 1"), || head().1));
}

#[test]
fn all_lamps_hang_as_large_as_they_fit_and_nothing_scrolls() {
    let _addresses = loopback();
    let server = Server::demo(1);
    for (width, height) in [(1920, 1080), (1280, 720), (1080, 1920), (390, 844)] {
        let browser = Browser::start(Look { width, height, language: "en" });
        let wall = browser.open_wall(&format!("{}wall/all", server.url()));
        wait("the lamps hang", SOON, || ensure(wall.shown().len() > 10, || wall.text()));
        assert_eq!(wall.outside(), [""; 0], "{width}x{height}");
        let least = (20.0 * f64::from(width.min(height)) / 1080.0).max(16.0);
        let letters = wall.tiles()[0].letters;
        assert!(letters >= least - 0.01 && wall.smallest_text() >= 0.57 * letters, "{width}x{height}: {letters}");
        if width >= 1080 {
            assert_eq!((wall.shown().len(), wall.page()), (80, String::new()), "{width}x{height}: one page holds all");
        }
    }
}

#[test]
fn every_count_that_is_not_zero_is_seen_on_one_line_above_a_wall() {
    let _addresses = loopback();
    for (width, height, language) in [(1920, 1080, "en"), (1920, 1080, "ru"), (1080, 1920, "ru"), (1280, 1024, "ru")] {
        let company = Company::start(2, 40, 0, 1);
        let states = ["RINGING", "INUSE", "BUSY", "ONHOLD", "UNAVAILABLE"];
        for (exten, state) in company.extens().into_iter().skip(20).zip(states) {
            company.publish(exten, state);
        }
        let browser = Browser::start(Look { width, height, language });
        let wall = browser.open_wall(&format!("{}wall/all", company.server.url()));
        wait("all is counted", SOON, || ensure(wall.totals().len() == 7, || format!("{:?}", wall.totals())));
        let totals = wall.totals();
        let counts: Vec<_> = totals.iter().map(|(total, count, _)| format!("{total} {count}")).collect();
        let expected = ["ringing 1", "free 15", "on_call 1", "busy 1", "on_hold 1", "offline 1", "no_data 20"];
        assert_eq!(counts, expected, "{width}, {language}");
        assert!(totals.iter().all(|(.., seen)| *seen), "{width}, {language}: {totals:?}");
    }
}

#[test]
fn many_lamps_turn_pages_and_each_has_its_turn() {
    let _addresses = loopback();
    let server = Server::demo_of(250);
    let browser = Browser::start(TELEVISION);
    let wall = browser.open_wall(&format!("{}wall/all?lang=ru", server.url()));
    assert_eq!(wall.attribute("html", "lang"), "ru");
    let pages: usize = wall.page().split('/').nth(1).and_then(|of| of.parse().ok()).expect("a place such as 1/3");
    assert!(pages >= 3, "{}", wall.page());
    assert_eq!(wall.outside(), [""; 0]);
    assert!(wall.tiles()[0].letters >= 20.0, "{:?}", wall.tiles()[0]);
    let mut seen = BTreeSet::new();
    let turn = Duration::from_secs(13) * u32::try_from(pages).expect("few");
    wait("every lamp had its turn", turn, || {
        assert_eq!(wall.outside(), [""; 0], "{}: a page that follows another is as whole", wall.page());
        seen.extend(wall.shown());
        ensure(seen.len() == 500, || format!("{} were seen", seen.len()))
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
    assert!(told.contains("Not live") && told.contains("Last update "), "{told}");
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
