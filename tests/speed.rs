//! What makes the page quick, where it can be seen without a clock: the packed stream, the skeleton, and how often a page
//! draws. How long it all takes is measured by `cargo xtask bench --peers grid slow storm`.

use std::thread;
use std::time::{Duration, Instant};

use lampfield_shared::LampState;
use serde_json::{from_value, json};
use support::{Browser, Look, SOON, Solo, Visitor, Watcher, ensure, wait};

/// A phone that goes through these states, and what its lamp shows.
const STATES: [(&str, LampState); 4] = [
    ("RINGING", LampState::Ringing),
    ("INUSE", LampState::OnCall),
    ("ONHOLD", LampState::OnHold),
    ("NOT_INUSE", LampState::Free),
];

#[test]
fn a_packed_stream_tells_each_change_without_waiting_for_the_next() {
    let solo = Solo::with(&["1001 NOT_INUSE", "1002 NOT_INUSE"]);
    let (plain, packed) = (solo.server.watch(), Watcher::unpacking(&solo.server.url()));
    for watcher in [&plain, &packed] {
        let board = watcher.next(SOON).and_then(|event| event.snapshot()).expect("a stream opens with the board");
        assert_eq!(board.lamps.len(), 2);
    }
    for (said, shown) in STATES {
        solo.publish("1001", said);
        for watcher in [&plain, &packed] {
            let changed = std::iter::from_fn(|| watcher.next(SOON)).find_map(|event| event.lamp());
            assert_eq!(changed.map(|lamp| lamp.state), Some(shown), "nothing of the change is held back");
        }
    }
}

#[test]
fn a_browser_is_sent_a_packed_stream_and_shows_each_change() {
    let solo = Solo::with(&["1001 NOT_INUSE"]);
    let browser = Browser::start(Look::DESKTOP);
    let page = browser.open_board(&solo.server.url());
    let script = "const [path, done] = arguments;
        const stop = new AbortController();
        fetch(path, { signal: stop.signal }).then(({ headers }) => {
            done(headers.get('content-encoding'));
            stop.abort();
        })";
    for path in ["api/v1/events", "api/v1/lamps"] {
        assert_eq!(browser.script_async(script, vec![json!(path)]), json!("gzip"), "{path}");
    }
    let lamps = "fetch('api/v1/lamps').then((it) => it.json()).then(({ lamps }) => arguments[0](lamps.length))";
    assert_eq!(browser.script_async(lamps, vec![]), json!(1), "the list is whole");
    for (said, shown) in STATES {
        solo.publish("1001", said);
        page.wait_for_tile("1001", shown.as_str(), SOON, |tile| tile.state == shown.as_str());
    }
}

/// Where the parts of a skeleton stand, as `left, top, width, height` of the bar, its title, the search, and the first and last tile.
/// How long the title may be depends on what stands beside it.
fn places(browser: &Browser) -> Vec<[f64; 4]> {
    let script = "const all = (selector) => [...document.querySelectorAll(selector)];
        return [...all('.bar'), ...all('.bar__title'), ...all('.search'), ...all('.lamp--unborn').filter((_, at) => at % 59 === 0)]
            .map((it) => [it.getBoundingClientRect(), it.matches('.bar__title')])
            .map(([it, isTitle]) => [it.left, it.top, isTitle ? 0 : it.width, it.height])";
    from_value(browser.script(script, vec![])).expect("lengths")
}

/// Blocks requests of the page whose addresses match.
fn block(browser: &Browser, patterns: &[&str]) {
    browser.devtools("Network.enable", &json!({}));
    browser.devtools("Network.setBlockedURLs", &json!({ "urls": patterns }));
}

#[test]
fn a_skeleton_stands_in_the_html_where_the_page_will_stand() {
    let solo = Solo::start();
    for file in ["", "admin.html", "wall.html"] {
        let html = Visitor::of(&solo.server).get(file).expect(200).text;
        assert!(html.contains("id=\"boot\""), "{file}: {html}");
        assert_eq!(html.contains("lamp--unborn"), file.is_empty(), "{file}");
    }
    for look in [
        Look::DESKTOP,
        Look { width: 1920, height: 1080, language: "ru" },
        Look { width: 390, height: 844, language: "en" },
    ] {
        let browser = Browser::start(look);
        block(&browser, &["*.wasm"]);
        browser.visit(&solo.server.url());
        browser.page().wait_for("#boot .lamp--unborn", "the skeleton is there");
        let before = places(&browser);
        // The page itself, before any lamp: the worker with its stream says nothing.
        block(&browser, &[]);
        let mute = "SharedWorker = class { port = new MessageChannel().port1; }";
        browser.devtools("Page.addScriptToEvaluateOnNewDocument", &json!({ "source": mute }));
        browser.visit(&solo.server.url());
        browser.page().wait_for(".page .lamp--unborn", "the page has drawn itself");
        assert!(!browser.page().has("#boot"), "and the skeleton is gone");
        assert_eq!(places(&browser), before, "{look:?}");
        assert_eq!(before.len(), 5);
    }
}

#[test]
fn a_skeleton_has_the_theme_that_the_reader_chose() {
    let solo = Solo::start();
    let browser = Browser::start(Look::DESKTOP);
    let colours = ["light", "dark"].map(|theme| {
        browser.open_board_in(&solo.server.url(), theme);
        block(&browser, &["*.wasm"]);
        browser.visit(&solo.server.url());
        browser.page().wait_for("#boot .lamp--unborn", "the skeleton is there");
        let colour = browser.style(".lamp--unborn", "background-color");
        block(&browser, &[]);
        colour
    });
    assert_ne!(colours[0], colours[1]);
}

/// Counts from now on in how many frames something of the board changes.
const COUNT: &str = "let isCounted = false;
    window.drawn = 0;
    new MutationObserver(() => {
        if (isCounted) return;
        isCounted = true;
        window.drawn += 1;
        requestAnimationFrame(() => { isCounted = false; });
    }).observe(document.querySelector('.board'), { subtree: true, attributes: true, characterData: true })";

#[test]
fn in_a_storm_a_page_draws_ten_times_a_second_answers_keys_and_ends_up_right() {
    storm("");
}

#[test]
fn so_does_a_page_without_a_worker() {
    storm("delete self.SharedWorker");
}

/// A storm over a page that is prepared by this script.
fn storm(preparation: &str) {
    const PHONES: usize = 100;
    let extens: Vec<String> = (1000..1000 + PHONES).map(|number| number.to_string()).collect();
    let solo = Solo::with(&[]);
    for exten in &extens {
        solo.publish(exten, "NOT_INUSE");
    }
    let browser = Browser::start(Look { width: 1920, height: 1080, language: "en" });
    browser.devtools("Page.addScriptToEvaluateOnNewDocument", &json!({ "source": preparation }));
    let page = browser.open_board(&solo.server.url());
    wait("all lamps are there", SOON, || ensure(page.tiles() == PHONES as u64, || format!("{} are", page.tiles())));
    browser.script(COUNT, vec![]);
    let begin = Instant::now();
    let mut typed = String::new();
    for (round, (said, _)) in STATES.into_iter().cycle().take(3 * STATES.len()).enumerate() {
        for exten in &extens {
            solo.publish(exten, said);
        }
        // Keys among it, into the field that has the focus.
        browser.type_text(if round % 2 == 0 { "1" } else { "0" });
        typed.push(if round % 2 == 0 { '1' } else { '0' });
        assert_eq!(browser.page().value("search"), typed);
    }
    let (seconds, drawn) = (begin.elapsed().as_secs_f64(), browser.script("return window.drawn", vec![]));
    // At most one drawing for each message of the worker, and a few for ages and the search.
    let bound = seconds.mul_add(13.0, 20.0);
    assert!(drawn.as_f64().is_some_and(|drawn| drawn <= bound), "{drawn} drawings in {seconds} s");
    browser.script("document.querySelector('.search').select()", vec![]);
    browser.press(&[support::key::ESCAPE]);
    let wrong = |shown: LampState| {
        let script =
            "return document.querySelectorAll(`.board [data-exten]:not([data-state='${arguments[0]}'])`).length";
        browser.script(script, vec![json!(shown.as_str())])
    };
    wait("all lamps are right", SOON, || {
        let wrong = wrong(LampState::Free);
        ensure(wrong == 0, || format!("{wrong} are not"))
    });
    thread::sleep(Duration::from_millis(300));
    assert_eq!(wrong(LampState::Free), json!(0), "and stay so");
    assert_eq!(page.connection(), "live");
}
