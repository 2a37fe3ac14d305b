//! Whether the page answers while very many lamps change: its long tasks, and the time from a key to the frame after it.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, from_value, json};
use support::{Browser, Look, Proxy, ensure, key, wait};

use crate::grid::{FIRST, PATIENCE, calm, publishers, site};
use crate::load::Load;
use crate::process::Program;
use crate::table::{Table, float, number};

const LAMPS: usize = 500;
/// Changes per second.
const RATES: [u32; 3] = [0, 500, 10_000];
const LENGTH: Duration = Duration::from_secs(20);
/// Between two keys; every other leaves the search, and shows all lamps again.
const PAUSE: Duration = Duration::from_millis(400);

/// Notes tasks that are longer than 50 ms, and how long each key took to the frame that follows it.
const NOTE: &str = "window.tasks = [];
    window.keys = [];
    new PerformanceObserver((list) => window.tasks.push(...list.getEntries().map((it) => it.duration)))
        .observe({ type: 'longtask' });
    addEventListener('keydown', ({ timeStamp }) => requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port2.onmessage = () => window.keys.push(performance.now() - timeStamp);
        port1.postMessage(0);
    }), true);";

/// Prints the table.
pub(crate) fn measure() {
    let title = format!("{LAMPS} lamps in a window of 1920 x 1080 while a reader types, {} s each", LENGTH.as_secs());
    let columns =
        ["", "changes/s", "CPU %", "tasks > 100 ms", "longest, ms", "key p50, ms", "key longest", "right after, ms"];
    let table = Table::begin(&title, &columns);
    for rate in RATES {
        // The floor has no search: a key costs it nothing.
        for (name, url) in [("plain JavaScript", Proxy::own_url as fn(&Proxy) -> String), ("lampfield", Proxy::url)] {
            row(&table, name, rate, url);
        }
    }
}

fn row(table: &Table, name: &str, rate: u32, url: fn(&Proxy) -> String) {
    let (server, proxy) = site(LAMPS);
    let browser = Browser::start(Look { width: 1920, height: 1080, language: "en" });
    browser.visit(&url(&proxy));
    let page = browser.page();
    let all = || page.count(".board [data-exten]");
    wait("all lamps are there", PATIENCE, || ensure(all() == LAMPS as u64, || format!("{} are", all())));
    let load = (rate > 0).then(|| Load::over(&server, rate, FIRST, LAMPS / publishers()));
    browser.script(NOTE, vec![]);
    let (cpu, end) = (Program::these(browser.processes()), Instant::now() + LENGTH);
    let typing = thread::scope(|scope| {
        let share = scope.spawn(move || cpu.share(LENGTH));
        while Instant::now() < end {
            browser.press(&['1']);
            thread::sleep(PAUSE);
            browser.press(&[key::BACKSPACE]);
            thread::sleep(PAUSE);
        }
        share.join().expect("it counts")
    });
    let rate = load.map_or(0.0, |load| load.rate());
    let mut tasks = numbers(&browser.script("return window.tasks", vec![]));
    let mut keys = numbers(&browser.script("return window.keys", vec![]));
    tasks.sort_by(f64::total_cmp);
    keys.sort_by(f64::total_cmp);
    calm(&server, LAMPS);
    let (calmed, wrong) = (Instant::now(), ".board [data-exten]:not([data-state='free'])");
    wait("all lamps are right", PATIENCE, || ensure(page.count(wrong) == 0, || "not yet".to_owned()));
    let right = calmed.elapsed();
    table.row(&[
        name.into(),
        number(rate, 0),
        number(typing * 100.0, 0),
        tasks.iter().filter(|task| **task > 100.0).count().to_string(),
        number(tasks.last().copied().unwrap_or_default(), 0),
        number(keys.get(keys.len() / 2).copied().unwrap_or_default(), 0),
        number(keys.last().copied().unwrap_or_default(), 0),
        number(float(usize::try_from(right.as_millis()).unwrap_or(usize::MAX)), 0),
    ]);
}

fn numbers(list: &Value) -> Vec<f64> {
    from_value(json!(list)).expect("numbers")
}
