//! Time from our start to a board on which everything is live, with a real Asterisk that has a thousand phones.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::Range;
use std::time::{Duration, Instant};

use lampfield_shared::{Exten, Freshness, Lamp, RefreshReport};
use support::{Config, Lab, Pbx, Server, Version};

use crate::servers::folder;
use crate::table::{Table, number};

const PHONES: Range<usize> = 1_000..2_000;
const STARTS: usize = 3;
/// Time after which a board that is not live never will be.
const PATIENCE: Duration = Duration::from_mins(2);

/// Prints the table.
pub(crate) fn measure() {
    let title =
        format!("Until all is live: Asterisk 22 with {} phones, lampfield started anew each time", PHONES.len());
    let columns = ["", "lamps", "seconds", "of them Asterisk tells", "its share"];
    let table = Table::begin(&title, &columns);
    let files = folder();
    let of_pbx = files.path().join(Pbx::FreePbx.name());
    std::fs::create_dir(&of_pbx).expect("there is room for a folder");
    std::fs::write(of_pbx.join("pjsip_phones.conf"), phones()).expect("there is room for a file");
    let lab = Lab::with(Version::V22, files.path(), &[Pbx::FreePbx]);
    for start in 1..=STARTS {
        let (lamps, seconds, report) = converge(lab.config_with(&[Pbx::FreePbx.peer()]));
        let [taken, last] = [report.accepted_ms, report.last_ms].map(|at| at.map_or(f64::NAN, milliseconds));
        table.row(&[
            format!("start {start}"),
            lamps.to_string(),
            number(seconds, 2),
            number(last - taken, 2),
            format!("{} %", number((last - taken) / seconds * 100.0, 0)),
        ]);
    }
}

fn milliseconds(at: u64) -> f64 {
    Duration::from_millis(at).as_secs_f64()
}

/// Number of lamps that became live, after how many seconds, and the server's report of the refresh.
fn converge(config: Config) -> (usize, f64, RefreshReport) {
    let start = Instant::now();
    let server = Server::start(config);
    let watcher = server.watch();
    let (mut live, mut seconds) = (BTreeSet::<Exten>::new(), f64::NAN);
    while live.len() < PHONES.len() {
        let event = watcher.next(PATIENCE.saturating_sub(start.elapsed()));
        let event = event.unwrap_or_else(|| panic!("only {} lamps became live", live.len()));
        let lamps = event.snapshot().map_or_else(|| event.lamp().into_iter().collect(), |board| board.lamps);
        let is_live = |lamp: &Lamp| lamp.freshness == Freshness::Live;
        live.extend(lamps.into_iter().filter(is_live).map(|lamp| lamp.exten));
        seconds = start.elapsed().as_secs_f64();
    }
    let peer = server.report().peers.remove(0);
    (live.len(), seconds, peer.refresh.expect("it was asked"))
}

/// A configuration of phones of which none is registered.
fn phones() -> String {
    let mut text = "[phone](!)\ntype = endpoint\ncontext = from-internal\ndisallow = all\nallow = ulaw\n\
                    [phone-aor](!)\ntype = aor\nmax_contacts = 1\n"
        .to_owned();
    for phone in PHONES {
        let _infallible = write!(text, "[{phone}](phone)\naors = {phone}\n[{phone}](phone-aor)\n");
    }
    text
}
