//! Hours of ordinary work in minutes: a steady stream of changes, and watchers that come and go. Memory must not grow.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rand::Rng as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;

use crate::publisher::Publisher;
use crate::servers;
use crate::table::{Table, float, number};

const RATE: u32 = 1_000;
const PUBLISHERS: usize = 50;
const WATCHERS: usize = 200;
/// The longest time that a watcher stays.
const LOOKS: Duration = Duration::from_mins(1);
/// Most lines of the table.
const LINES: u64 = 15;

/// Runs for this number of minutes, and prints the table.
pub(crate) fn measure(minutes: u64) {
    let server = servers::lampfield(PUBLISHERS, "hints = [\"_XXXX,hint,PJSIP/${EXTEN}&Custom:DND${EXTEN}\"]");
    let (publishes, looks) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let mut publishers: Vec<Publisher> = (0..PUBLISHERS).map(|index| Publisher::new(index, &server)).collect();
    let answered = Arc::clone(&publishes);
    thread::spawn(move || publish(&mut publishers, &answered));
    let runtime = Runtime::new().expect("a runtime starts");
    for _ in 0..WATCHERS {
        runtime.spawn(come_and_go(server.web.expect("it has a page"), Arc::clone(&looks)));
    }
    let title = format!("{RATE} PUBLISHes a second to 1,000 lamps, {WATCHERS} watchers that come and go");
    let table = Table::begin(&title, &["minute", "MiB", "files", "PUBLISHes", "watchers came", "CPU %"]);
    let (start, step) = (Instant::now(), Duration::from_mins(minutes.div_ceil(LINES).max(1)));
    let mut cpu = server.program.cpu();
    while start.elapsed() < Duration::from_mins(minutes) {
        thread::sleep(step);
        let used = server.program.cpu();
        table.row(&[
            number(start.elapsed().as_secs_f64() / 60.0, 0),
            number(float(usize::try_from(server.program.memory() >> 10).expect("memory fits")) / 1024.0, 1),
            server.program.files().to_string(),
            publishes.load(Ordering::Relaxed).to_string(),
            looks.load(Ordering::Relaxed).to_string(),
            number(used.saturating_sub(cpu).as_secs_f64() / step.as_secs_f64() * 100.0, 0),
        ]);
        cpu = used;
    }
}

/// Publishes without end, one device of each publisher at a time; `RATE` per second in all.
fn publish(publishers: &mut [Publisher], answered: &AtomicUsize) {
    let pace = Duration::from_secs(1) * u32::try_from(PUBLISHERS).expect("few") / RATE;
    let (mut buffer, mut next) = (vec![0; 65_535], Instant::now());
    for round in 0_usize.. {
        let state = ["RINGING", "INUSE", "NOT_INUSE"][round / 20 % 3];
        for (index, publisher) in publishers.iter_mut().enumerate() {
            publisher.send(&format!("PJSIP/{}", 1000 + index * 20 + round % 20), state);
        }
        for publisher in publishers.iter_mut() {
            if publisher.receive(&mut buffer).is_err() {
                // The server is gone, so the measurement is over.
                return;
            }
            answered.fetch_add(1, Ordering::Relaxed);
        }
        next += pace;
        thread::sleep(next.saturating_duration_since(Instant::now()));
    }
}

/// A watcher that stays for a while and comes back, without end.
async fn come_and_go(port: u16, looks: Arc<AtomicUsize>) {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let length = LOOKS.mul_f64(rand::rng().random());
        // The server is gone when the measurement is over.
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)).await else { return };
        looks.fetch_add(1, Ordering::Relaxed);
        let request = b"GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
        if stream.write_all(request).await.is_err() {
            return;
        }
        let reading = async { while matches!(stream.read(&mut buffer).await, Ok(1..)) {} };
        let _its_time_is_over = tokio::time::timeout(length, reading).await;
    }
}
