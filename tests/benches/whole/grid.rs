//! The board in Chromium, beside a floor: the same tiles with the same style and stream, in plain JavaScript that does
//! nothing but lamps.

use std::thread;
use std::time::Duration;

use serde_json::json;
use support::{Browser, Look, Proxy, ensure, wait};

use crate::load::{Load, OTHERS};
use crate::process::Program;
use crate::publisher::Publisher;
use crate::servers::{self, Server};
use crate::table::{Table, mebibytes, number};

const SIZES: [usize; 3] = [100, 1_000, 10_000];
/// First extension.
pub(crate) const FIRST: usize = 100_000;
/// Number of page loads; the median counts. The first load fills the browser's cache.
const LOADS: usize = 6;
/// Changes per second.
const RATE: u32 = 1_000;
const LENGTH: Duration = Duration::from_secs(20);
/// Time limit, for a slow machine and a large board.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// Measurement of memory over time: number of lamps, changes per second, and the times of the samples.
const LAMPS: usize = 1_000;
const QUICK: u32 = 5_000;
const CHANGES: [u32; 4] = [0, 250_000, 500_000, 1_000_000];

/// Notes when the first lamps are drawn: the message comes after the frame that shows them.
pub(crate) const NOTE: &str = "new MutationObserver((_, self) => {
    if (document.querySelector('[data-exten]') === null) return;
    self.disconnect();
    const { port1, port2 } = new MessageChannel();
    port2.onmessage = () => { window.firstLamps = performance.now(); };
    requestAnimationFrame(() => port1.postMessage(0));
}).observe(document, { subtree: true, childList: true });";

/// Prints the cost of boards of all sizes.
pub(crate) fn compare() {
    let title = format!("A board in Chromium, a window of 1280 x 900: {RATE} changes a second over all its lamps");
    let columns = [
        "",
        "lamps",
        "first lamps, ms",
        "/ floor",
        "changes/s",
        "CPU %",
        "CPU µs a change",
        "/ floor",
        "MiB in scripts",
    ];
    let table = Table::begin(&title, &columns);
    for lamps in SIZES {
        let floor = cost(lamps, Proxy::own_url);
        let page = cost(lamps, Proxy::url);
        for (name, it) in [("plain JavaScript", &floor), ("lampfield", &page)] {
            table.row(&[
                name.into(),
                lamps.to_string(),
                number(it.first, 0),
                number(it.first / floor.first, 2),
                number(it.rate, 0),
                number(it.cpu * it.rate / 1e4, 0),
                number(it.cpu, 0),
                number(it.cpu / floor.cpu, 2),
                mebibytes(it.memory),
            ]);
        }
    }
}

/// Cost of a page.
struct Cost {
    /// Milliseconds from the navigation to the first lamps, with a warm cache.
    first: f64,
    /// Changes per second.
    rate: f64,
    /// CPU time of all the browser's processes for each change, in microseconds.
    cpu: f64,
    /// Bytes of the page's scripts.
    memory: u64,
}

fn cost(lamps: usize, url: fn(&Proxy) -> String) -> Cost {
    let (server, proxy) = site(lamps);
    let browser = Browser::start(Look::DESKTOP);
    browser.devtools("Page.addScriptToEvaluateOnNewDocument", &json!({ "source": NOTE }));
    let page = browser.open(&url(&proxy));
    let mut times: Vec<f64> = Vec::new();
    for load in 0..LOADS {
        if load > 0 {
            browser.reload();
        }
        let first = wait("the first lamps are drawn", PATIENCE, || page.number("firstLamps").ok_or("not yet"));
        wait("all lamps are there", PATIENCE, || {
            let there = page.count("[data-exten]");
            ensure(there == lamps as u64, || format!("{there} are"))
        });
        times.push(first);
    }
    let mut times = times.split_off(1);
    times.sort_by(f64::total_cmp);
    let load = Load::over(&server, RATE, FIRST, lamps / publishers());
    let cpu = Program::these(browser.processes()).share(LENGTH);
    let rate = load.rate();
    Cost { first: times[times.len() / 2], rate, cpu: cpu * 1e6 / rate, memory: scripts(&browser) }
}

/// Prints whether the page's memory grows.
pub(crate) fn weigh() {
    let title = format!("What lampfield's page holds while {LAMPS} lamps change, {QUICK} a second");
    let table = Table::begin(&title, &["", "changes", "MiB of JavaScript", "MiB of WebAssembly", "nodes", "listeners"]);
    let (server, proxy) = site(LAMPS);
    let browser = Browser::start(Look::DESKTOP);
    browser.open(&proxy.url()).wait_for("[data-exten]", "lamps are there");
    let mut told = 0;
    for changes in CHANGES {
        if changes > told {
            let load = Load::over(&server, QUICK, FIRST, LAMPS / publishers());
            let length = Duration::from_secs_f64(f64::from(changes - told) / f64::from(QUICK));
            thread::sleep(length);
            told += rounded(load.rate() * length.as_secs_f64());
        }
        // Each sample is of the same board: ringing extensions make a list.
        calm(&server, LAMPS);
        thread::sleep(Duration::from_secs(2));
        let weight = browser.weight();
        let mebibytes = |bytes: f64| number(bytes / f64::from(1 << 20), 2);
        table.row(&[
            "lampfield".into(),
            told.to_string(),
            mebibytes(weight.heap),
            mebibytes(weight.wasm),
            number(weight.nodes, 0),
            number(weight.listeners, 0),
        ]);
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a million at most")]
fn rounded(count: f64) -> u32 {
    count as u32
}

fn scripts(browser: &Browser) -> u64 {
    let weight = browser.weight();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bytes of a page")]
    let bytes = (weight.heap + weight.wasm) as u64;
    bytes
}

pub(crate) fn publishers() -> usize {
    usize::try_from(OTHERS).expect("few")
}

/// A server with this number of lamps, behind a proxy that serves the floor, too.
pub(crate) fn site(lamps: usize) -> (Server, Proxy) {
    let hint = "hints = [\"_1XXXXX,hint,PJSIP/${EXTEN}&Custom:DND${EXTEN}\"]";
    let server = servers::lampfield(publishers() + 1, hint);
    calm(&server, lamps);
    let proxy = with_floor(&server);
    (server, proxy)
}

/// A proxy before a server, which serves the floor, too.
pub(crate) fn with_floor(server: &Server) -> Proxy {
    let web = server.web.expect("it has a page");
    let own = ureq::get(format!("http://127.0.0.1:{web}/")).call().expect("it has a page");
    Proxy::with_page(web, floor(&own.into_body().read_to_string().expect("a page is text")))
}

/// Sets every phone free; the publishers share the phones.
pub(crate) fn calm(server: &Server, lamps: usize) {
    let (each, mut buffer) = (lamps / publishers(), vec![0; 65_535]);
    for index in 1..=publishers() {
        let mut publisher = Publisher::new(index, server);
        for phone in 0..each {
            publisher.tell(&format!("PJSIP/{}", FIRST + (index - 1) * each + phone), "NOT_INUSE", &mut buffer);
        }
    }
}

/// lampfield's page with the floor's script in place of its program.
fn floor(page: &str) -> String {
    let is_kept =
        |line: &&str| !["modulepreload", "preload", "<script", "id=\"boot\""].iter().any(|word| line.contains(word));
    let kept: Vec<&str> = page.lines().filter(is_kept).collect();
    let program = include_str!("grid.js");
    kept.join("\n").replace(
        "</body>",
        &format!("<div class=\"page\"><main class=\"board\"></main></div><script>{program}</script></body>"),
    )
}
