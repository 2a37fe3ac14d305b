//! Cost of the page in a browser while lamps change.

use std::time::Duration;

use support::{Browser, Look};

use crate::latency::{board, lampfield};
use crate::load::Load;
use crate::process::Program;
use crate::table::{Table, number};

/// Changes per second, of 200 lamps on the page.
const RATES: [u32; 4] = [20, 200, 1_000, 2_000];
const LENGTH: Duration = Duration::from_secs(20);

/// Prints the table.
pub(crate) fn measure() {
    let title = format!("What the page costs Chromium, all its processes, in {} s", LENGTH.as_secs());
    let table = Table::begin(&title, &["", "changes/s", "CPU %", "CPU µs a change"]);
    let server = lampfield();
    let browser = Browser::start(Look::DESKTOP);
    board(&browser, &server);
    for rate in RATES {
        let load = Load::start(&server, rate);
        let cpu = Program::these(browser.processes()).share(LENGTH);
        let rate = load.rate();
        let cells = [number(rate, 0), number(cpu * 100.0, 0), number(cpu * 1e6 / rate, 0)];
        table.row(&[vec!["a window of 1280 × 900".into()], cells.into()].concat());
    }
}
