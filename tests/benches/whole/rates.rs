//! Cost of PUBLISH at a steady rate: at a hundred a second a request pays for waking the process, at ten thousand it seldom does.

use std::thread;
use std::time::{Duration, Instant};

use crate::crowd::{PHONES, PUBLISHERS, STATES};
use crate::publisher::Publisher;
use crate::servers::{self, Server};
use crate::table::{Table, micros, number};

/// Rates of PUBLISH per second.
const RATES: [u32; 3] = [100, 1_000, 10_000];
/// Length of the measurement at each rate.
const LENGTH: Duration = Duration::from_secs(20);

/// Measures lampfield and the floor at each rate; every request changes a lamp.
pub(crate) fn measure() {
    let title =
        format!("PUBLISH at a steady pace, by {PUBLISHERS} publishers in turn; each changes a lamp, one watches");
    let columns = ["", "a second", "PUBLISHes", "CPU µs each", "CPU / floor", "% of a core"];
    let table = Table::begin(&title, &columns);
    for rate in RATES {
        let floor = run(&servers::floor_process(), rate);
        let mut lampfield = servers::lampfield(PUBLISHERS, "");
        lampfield.watch();
        for (name, run) in [("floor", floor), ("lampfield, one watcher", run(&lampfield, rate))] {
            let each = micros(run.cpu, run.publishes);
            let share = run.cpu.as_secs_f64() / LENGTH.as_secs_f64() * 100.0;
            table.row(&[
                name.into(),
                rate.to_string(),
                run.publishes.to_string(),
                number(each, 2),
                number(each / micros(floor.cpu, floor.publishes), 2),
                number(share, 1),
            ]);
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Run {
    publishes: usize,
    cpu: Duration,
}

/// Publishes at a steady rate. Each publisher waits for its own answers only.
fn run(server: &Server, rate: u32) -> Run {
    let mut publishers: Vec<Publisher> = (0..PUBLISHERS).map(|index| Publisher::new(index, server)).collect();
    let mut buffer = vec![0; 2048];
    let mut tell = |number: usize| {
        let (index, round) = (number % PUBLISHERS, number / PUBLISHERS);
        if round > 0 {
            publishers[index].receive(&mut buffer).expect("an answer within two seconds");
        }
        let device = format!("PJSIP/{}", 1000 + index * PHONES + round % PHONES);
        publishers[index].send(&device, STATES[round / PHONES % STATES.len()]);
    };
    // The first rounds create the lamps.
    let first = PUBLISHERS * PHONES;
    (0..first).for_each(&mut tell);
    let (cpu, start) = (server.program.exact_cpu(), Instant::now());
    let pace = Duration::from_secs(1) / rate;
    let mut publishes = 0;
    while start.elapsed() < LENGTH {
        tell(first + publishes);
        publishes += 1;
        let next = start + pace * u32::try_from(publishes).expect("few");
        thread::sleep(next.saturating_duration_since(Instant::now()));
    }
    Run { publishes, cpu: server.program.exact_cpu().saturating_sub(cpu) }
}
