//! Latency of a change from its PUBLISH: to the bytes at a watcher of lampfield and to the lamp drawn in Chromium; for
//! comparison to the least page that can draw one, and to the NOTIFY at a phone that subscribed to the same hint in
//! Asterisk.

use std::io::Read as _;
use std::net::TcpStream;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use support::{BoardPage, Browser, Look};

use crate::load::{Load, OTHERS};
use crate::publisher::Publisher;
use crate::servers::{self, Server};
use crate::table::{Table, number};
use crate::{grid, peers, phone};

/// Number of changes that are timed.
const PROBES: usize = 1_000;
/// Extension whose lamp is timed.
const EXTEN: &str = "1001";
/// Pause between timed changes: a change that follows sooner is sent in a batch, and single ones are timed.
const PAUSE: Duration = Duration::from_millis(55);
/// Changes per second of the load.
const RATE: u32 = 2_000;
/// Time after which a change counts as not seen.
const PATIENCE: Duration = Duration::from_secs(2);

/// A state that was seen, and when.
pub(crate) struct Seen {
    pub(crate) state: &'static str,
    pub(crate) at: Instant,
}

/// A state that was published, and when.
struct Sent {
    state: &'static str,
    at: Instant,
    /// Time by the machine's wall clock, which the browser shares, since 1970.
    wall: Duration,
}

/// Prints the table.
pub(crate) fn measure() {
    let title = format!("From a PUBLISH to who looks: {PROBES} changes of one lamp, in milliseconds");
    let table = Table::begin(&title, &["", "others/s", "p50", "p99", "p99.9", "max", "not seen"]);
    let own = lampfield();
    let seen = watch(own.stream());
    rows(&table, "lampfield: bytes at a watcher", &own, &|sent| time(&seen, sent));
    drop(own);
    let own = lampfield();
    let browser = Browser::start(Look::DESKTOP);
    let page = board(&browser, &own);
    page.note_drawings(EXTEN);
    rows(&table, "lampfield: drawn in Chromium", &own, &|sent| drawn(&page, sent));
    drop((browser, own));
    let own = lampfield();
    let (proxy, browser) = (grid::with_floor(&own), Browser::start(Look::DESKTOP));
    one_lamp(&own);
    browser.open(&proxy.own_url()).wait_for("[data-exten]", "the lamp is there");
    let page = browser.board();
    page.note_drawings(EXTEN);
    rows(&table, "floor, plain JavaScript: drawn", &own, &|sent| drawn(&page, sent));
    drop((browser, proxy, own));
    let other = peers::asterisk();
    let seen = phone::subscribe(other.sip, EXTEN);
    rows(&table, "Asterisk 22: NOTIFY at a phone", &other, &|sent| time(&seen, sent));
}

/// A server with a peer for the probe, and those of the load.
pub(crate) fn lampfield() -> Server {
    let others = usize::try_from(OTHERS).expect("few");
    servers::lampfield(others + 1, "hints = [\"_XXXX,hint,PJSIP/${EXTEN}&Custom:DND${EXTEN}\"]")
}

/// The page of a server whose board has lamps.
pub(crate) fn board<'a>(browser: &'a Browser, server: &Server) -> BoardPage<'a> {
    one_lamp(server);
    browser.open_board(&format!("http://127.0.0.1:{}/", server.web.expect("it has a page")))
}

/// Makes the lamp that is timed.
fn one_lamp(server: &Server) {
    Publisher::new(0, server).tell(&format!("PJSIP/{EXTEN}"), "NOT_INUSE", &mut vec![0; 65_535]);
}

/// Measures idle, then under load.
fn rows(table: &Table, name: &str, server: &Server, see: &dyn Fn(&Sent) -> Option<Duration>) {
    let mut probe = Publisher::new(0, server);
    table.row(&probes(&mut probe, see).cells(name, 0.0));
    let load = Load::start(server, RATE);
    let loaded = probes(&mut probe, see);
    table.row(&loaded.cells(name, load.rate()));
}

/// Sorted times, and the number of changes that were never seen.
struct Times {
    times: Vec<Duration>,
    missing: usize,
}

impl Times {
    fn cells(&self, name: &str, others: f64) -> Vec<String> {
        let at = |per_mille: usize| self.times[(self.times.len() * per_mille / 1000).min(self.times.len() - 1)];
        let milliseconds = |time: Duration| number(time.as_secs_f64() * 1e3, 2);
        let times = [500, 990, 999, 1000].map(|per_mille| milliseconds(at(per_mille)));
        let ends = [name.to_owned(), number(others, 0)];
        ends.into_iter().chain(times).chain([self.missing.to_string()]).collect()
    }
}

fn probes(probe: &mut Publisher, see: &dyn Fn(&Sent) -> Option<Duration>) -> Times {
    let (mut times, mut missing, mut buffer) = (Vec::with_capacity(PROBES), 0, vec![0; 65_535]);
    for number in 0..PROBES {
        let state = ["RINGING", "INUSE"][number % 2];
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970");
        let sent = Sent { state, at: Instant::now(), wall };
        probe.send(&format!("PJSIP/{EXTEN}"), state);
        match see(&sent) {
            Some(time) => times.push(time),
            None => missing += 1,
        }
        // A change counts by what was seen of it, answered or not.
        let _answered = probe.receive(&mut buffer);
        // The varying pause keeps the probes out of step with the batches.
        thread::sleep(PAUSE + Duration::from_micros(u64::try_from(number * 7_919 % 20_000).expect("small")));
    }
    times.sort_unstable();
    Times { times, missing }
}

/// Time until this state was seen.
fn time(seen: &Receiver<Seen>, sent: &Sent) -> Option<Duration> {
    let end = sent.at + PATIENCE;
    loop {
        let told = seen.recv_timeout(end.saturating_duration_since(Instant::now())).ok()?;
        if told.state == sent.state && told.at > sent.at {
            return Some(told.at - sent.at);
        }
    }
}

/// Time until this state was drawn. The page notes it by itself, and is asked later.
fn drawn(page: &BoardPage<'_>, sent: &Sent) -> Option<Duration> {
    while sent.at.elapsed() < PATIENCE {
        thread::sleep(PAUSE);
        let mut drawings = page.drawings().into_iter().filter(|(state, _)| state_of_word(state) == Some(sent.state));
        if let Some(time) = drawings.find_map(|(_, at)| Duration::from_secs_f64(at / 1e3).checked_sub(sent.wall)) {
            return Some(time);
        }
    }
    None
}

/// Watches the stream for one lamp.
fn watch(mut stream: TcpStream) -> Receiver<Seen> {
    let (sender, seen) = channel();
    thread::spawn(move || {
        let (mut chunk, mut text) = (vec![0; 1 << 18], Vec::new());
        while let Ok(length @ 1..) = stream.read(&mut chunk) {
            let at = Instant::now();
            text.extend_from_slice(&chunk[..length]);
            // Only complete events are read.
            let Some(end) = text.windows(2).rposition(|it| it == b"\n\n") else { continue };
            let state = state_of(&String::from_utf8_lossy(&text[..end]));
            text.drain(..end);
            if let Some(state) = state
                && sender.send(Seen { state, at }).is_err()
            {
                return;
            }
        }
    });
    seen
}

/// The newest state of the lamp in these events.
fn state_of(events: &str) -> Option<&'static str> {
    let lamp = &events[events.rfind(&format!("\"exten\":\"{EXTEN}\""))?..];
    state_of_word(lamp.split_once("\"state\":\"")?.1.split('"').next()?)
}

/// The state that has to be published for a lamp to show this one.
fn state_of_word(word: &str) -> Option<&'static str> {
    match word {
        "ringing" => Some("RINGING"),
        "on_call" => Some("INUSE"),
        _ => None,
    }
}
