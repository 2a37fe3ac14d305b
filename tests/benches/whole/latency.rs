//! How long a change takes: from the PUBLISH to the bytes at a watcher of lampfield, and beside it to the
//! NOTIFY at a phone that subscribed to the same hint in Asterisk.

use std::io::Read as _;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::publisher::Publisher;
use crate::servers::{self, Server};
use crate::table::{Table, float, number};
use crate::{peers, phone};

/// How many changes are timed.
const PROBES: usize = 1_000;
/// The extension whose lamp is timed.
const EXTEN: &str = "1001";
/// A change that comes sooner after the last is told with others: a lone one is what is timed.
const PAUSE: Duration = Duration::from_millis(55);
/// What else is published: so many a second, by so many publishers, each answered before its next.
const RATE: u32 = 2_000;
const OTHERS: usize = 20;

/// A state that was told, and when.
pub(crate) struct Seen {
    pub(crate) state: &'static str,
    pub(crate) at: Instant,
}

/// Prints the table.
pub(crate) fn measure() {
    let title = format!("From a PUBLISH to who looks: {PROBES} changes of one lamp, in milliseconds");
    let table = Table::begin(&title, &["", "others/s", "p50", "p99", "p99.9", "max", "not seen"]);
    let own = servers::lampfield(OTHERS + 1, "hints = [\"_XXXX,hint,PJSIP/${EXTEN}&Custom:DND${EXTEN}\"]");
    let seen = watch(own.stream());
    row(&table, "lampfield: bytes at a watcher", &own, &seen);
    drop(own);
    let other = peers::asterisk();
    let seen = phone::subscribe(other.sip, EXTEN);
    row(&table, "Asterisk 22: NOTIFY at a phone", &other, &seen);
}

/// Idle, then under load.
fn row(table: &Table, name: &str, server: &Server, seen: &Receiver<Seen>) {
    let mut probe = Publisher::new(0, server);
    let idle = probes(&mut probe, seen);
    table.row(&idle.cells(name, 0.0));
    let load = Load::start(server);
    let start = (Instant::now(), load.answered.load(Ordering::Relaxed));
    let loaded = probes(&mut probe, seen);
    let answered = load.answered.load(Ordering::Relaxed) - start.1;
    table.row(&loaded.cells(name, float(answered) / start.0.elapsed().as_secs_f64()));
}

/// Sorted times, and how many never came.
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

fn probes(probe: &mut Publisher, seen: &Receiver<Seen>) -> Times {
    let (mut times, mut missing, mut buffer) = (Vec::with_capacity(PROBES), 0, vec![0; 65_535]);
    for number in 0..PROBES {
        let state = ["RINGING", "INUSE"][number % 2];
        let start = Instant::now();
        probe.send(&format!("PJSIP/{EXTEN}"), state);
        match time(seen, state, start) {
            Some(time) => times.push(time),
            None => missing += 1,
        }
        // Where no answer comes the change counts by what was seen of it.
        let _answered = probe.receive(&mut buffer);
        // Not in step with what is gathered.
        thread::sleep(PAUSE + Duration::from_micros(u64::try_from(number * 7_919 % 20_000).expect("small")));
    }
    times.sort_unstable();
    Times { times, missing }
}

/// How long it took until this state was told.
fn time(seen: &Receiver<Seen>, state: &str, start: Instant) -> Option<Duration> {
    let end = start + Duration::from_secs(2);
    loop {
        let told = seen.recv_timeout(end.saturating_duration_since(Instant::now())).ok()?;
        if told.state == state && told.at > start {
            return Some(told.at - start);
        }
    }
}

/// A watcher that looks at one lamp.
fn watch(mut stream: TcpStream) -> Receiver<Seen> {
    let (sender, seen) = channel();
    thread::spawn(move || {
        let (mut chunk, mut text) = (vec![0; 1 << 18], Vec::new());
        while let Ok(length @ 1..) = stream.read(&mut chunk) {
            let at = Instant::now();
            text.extend_from_slice(&chunk[..length]);
            // Only what has come whole.
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
    let word = lamp.split_once("\"state\":\"")?.1.split('"').next()?;
    match word {
        "ringing" => Some("RINGING"),
        "on_call" => Some("INUSE"),
        _ => None,
    }
}

/// Others who publish at a steady pace, until it is dropped.
struct Load {
    stop: Arc<AtomicBool>,
    answered: Arc<AtomicUsize>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Load {
    fn start(server: &Server) -> Self {
        let mut publishers: Vec<Publisher> = (1..=OTHERS).map(|index| Publisher::new(index, server)).collect();
        let (stop, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let (told, count) = (Arc::clone(&stop), Arc::clone(&answered));
        let thread = thread::spawn(move || {
            let (mut buffer, mut next) = (vec![0; 65_535], Instant::now());
            let pace = Duration::from_secs(1) / (RATE / u32::try_from(OTHERS).expect("few"));
            for round in 0_usize.. {
                if told.load(Ordering::Relaxed) {
                    return;
                }
                let state = ["RINGING", "INUSE", "NOT_INUSE"][round / 10 % 3];
                for (index, publisher) in publishers.iter_mut().enumerate() {
                    publisher.send(&format!("PJSIP/{}", 1100 + index * 10 + round % 10), state);
                }
                let here = publishers.iter_mut().filter_map(|it| it.receive(&mut buffer).ok()).count();
                count.fetch_add(here, Ordering::Relaxed);
                next += pace;
                thread::sleep(next.saturating_duration_since(Instant::now()));
            }
        });
        // The first round makes the lamps.
        thread::sleep(Duration::from_secs(1));
        Self { stop, answered, thread: Some(thread) }
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ended = thread.join();
        }
    }
}
