//! How soon a slow machine on a slow line sees its first lamps, beside the floor of `grid`.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;
use support::{Browser, Look, wait};

use crate::grid::{NOTE, PATIENCE, site};
use crate::table::{Table, float, number};

const LAMPS: usize = 500;
/// Page loads, each by a new browser whose cache is empty; the median counts.
const LOADS: usize = 5;
/// How many times slower the page's own thread runs.
const SLOWER: u32 = 4;
/// Bytes a second, in all: 1.6 Mbit.
const RATE: f64 = 200_000.0;
/// One way; there and back takes 150 ms.
const WAY: Duration = Duration::from_millis(75);

/// Prints the table.
pub(crate) fn measure() {
    let title = format!("{LAMPS} lamps, 1920 x 1080, by 1.6 Mbit/s and 150 ms, the page {SLOWER} times slower");
    let table = Table::begin(&title, &["", "lamps", "first lamps, ms", "/ floor", "kB"]);
    let (_server, proxy) = site(LAMPS);
    let floor = load(&proxy.own_url());
    let page = load(&proxy.url());
    for (name, it) in [("plain JavaScript", &floor), ("lampfield", &page)] {
        let cells =
            [LAMPS.to_string(), number(it.first, 0), number(it.first / floor.first, 2), number(it.bytes / 1e3, 0)];
        table.row(&[vec![name.into()], cells.into()].concat());
    }
}

/// The median of several loads.
struct Cost {
    /// Milliseconds from the navigation to the first lamps.
    first: f64,
    /// Bytes from the server until then.
    bytes: f64,
}

fn load(url: &str) -> Cost {
    let (before, path) = url.split_at(url.rfind(':').map_or(0, |colon| colon + 1));
    let (port, path) = path.split_once('/').expect("an address with a path");
    let line = Line::before(port.parse().expect("a port"));
    let mut loads: Vec<(f64, usize)> = (0..LOADS)
        .map(|_| {
            let begin = line.bytes.load(Ordering::Relaxed);
            let browser = Browser::start(Look { width: 1920, height: 1080, language: "en" });
            browser.devtools("Emulation.setCPUThrottlingRate", &json!({ "rate": SLOWER }));
            browser.devtools("Page.addScriptToEvaluateOnNewDocument", &json!({ "source": NOTE }));
            browser.visit(&format!("{before}{}/{path}", line.port));
            let page = browser.page();
            let first = wait("the first lamps are drawn", PATIENCE, || page.number("firstLamps").ok_or("not yet"));
            (first, line.bytes.load(Ordering::Relaxed) - begin)
        })
        .collect();
    loads.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (first, bytes) = loads[LOADS / 2];
    Cost { first, bytes: float(bytes) }
}

/// A slow line: each byte comes late, and after those before it.
struct Line {
    port: u16,
    bytes: Arc<AtomicUsize>,
}

impl Line {
    fn before(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("a listener has an address").port();
        let (bytes, free) = (Arc::<AtomicUsize>::default(), Arc::new(Mutex::new(Instant::now())));
        let counted = Arc::clone(&bytes);
        thread::spawn(move || {
            for browser in listener.incoming().map_while(Result::ok) {
                let Ok(server) = TcpStream::connect(("127.0.0.1", server)) else { continue };
                let (free, counted) = (Arc::clone(&free), Arc::clone(&counted));
                let (to, from) = (server.try_clone().expect("a socket"), browser.try_clone().expect("a socket"));
                // To connect takes one way there and one back, before anything is asked.
                late(from, to, 2 * WAY, |_| Instant::now());
                late(server, browser, Duration::ZERO, move |length| {
                    counted.fetch_add(length, Ordering::Relaxed);
                    let mut free = free.lock().expect("nobody panics");
                    *free = (*free).max(Instant::now()) + Duration::from_secs_f64(float(length) / RATE);
                    *free
                });
            }
        });
        Self { port, bytes }
    }
}

/// Relays one direction: each piece leaves when `sent` says, not before the connection stands, and arrives a way later.
fn late(mut from: TcpStream, mut to: TcpStream, until: Duration, sent: impl Fn(usize) -> Instant + Send + 'static) {
    let stands = Instant::now() + until;
    let (pieces, arriving) = channel::<(Instant, Vec<u8>)>();
    thread::spawn(move || {
        let mut buffer = [0; 1460];
        while let Ok(length @ 1..) = from.read(&mut buffer) {
            let due = sent(length).max(stands) + WAY;
            if pieces.send((due, buffer[..length].to_vec())).is_err() {
                return;
            }
        }
    });
    thread::spawn(move || {
        for (due, piece) in arriving {
            thread::sleep(due.saturating_duration_since(Instant::now()));
            if to.write_all(&piece).is_err() {
                return;
            }
        }
        // Whoever closed is out of reach by now.
        let _closed = to.shutdown(Shutdown::Write);
    });
}
