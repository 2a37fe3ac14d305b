//! PUBLISH: publishers side by side, each a publication, fifty modifications chained by entity-tag and its
//! removal, again and again; every modification changes a lamp, and a watcher is told.

use std::time::{Duration, Instant};

use crate::peers;
use crate::publisher::Publisher;
use crate::servers::{self, Server};
use crate::table::{Table, float, mebibytes, micros, number};

pub(crate) const PUBLISHERS: usize = 50;
/// A publication, fifty modifications, its removal.
const CYCLE: usize = 52;
const STATES: [&str; 4] = ["INUSE", "NOT_INUSE", "RINGING", "ONHOLD"];

/// Rounds of 2,600 requests: lampfield's memory after a million is the question; others are slower, and
/// fewer make a figure, too.
const MANY: usize = 385;
const SOME: usize = 40;

/// What is measured, and how many rounds it is given.
type Candidate = (&'static str, fn() -> Server, usize);

const FLOOR: Candidate = ("floor: copies headers into a 200", servers::floor_process, MANY);
const LAMPFIELD: Candidate = ("lampfield, one watcher", lampfield, MANY);

/// lampfield over the floor.
pub(crate) fn alone() {
    compare(&[FLOOR, LAMPFIELD]);
}

/// With those that do such work.
pub(crate) fn beside() {
    compare(&[
        FLOOR,
        LAMPFIELD,
        ("Asterisk 22, device states", peers::asterisk, SOME),
        ("Kamailio presence, in memory", peers::kamailio, SOME),
    ]);
}

/// With a peer for each publisher; extensions appear when their phones are told.
pub(crate) fn lampfield() -> Server {
    let server = servers::lampfield(PUBLISHERS, "");
    server.watch();
    server
}

fn compare(candidates: &[Candidate]) {
    let title = format!(
        "PUBLISH by {PUBLISHERS} publishers at once, as fast as each is answered; all but the first and last of {CYCLE} change a lamp"
    );
    let columns = [
        "",
        "PUBLISHes",
        "CPU µs each",
        "answered/s",
        "lost",
        "CPU / floor",
        "CPU / lampfield",
        "MiB before",
        "MiB after",
    ];
    let table = Table::begin(&title, &columns);
    let (mut floor, mut lampfield) = (None, None);
    for (name, start, rounds) in candidates {
        let server = start();
        let run = load(&server, rounds * CYCLE);
        let publishes = rounds * CYCLE * PUBLISHERS;
        let cpu = micros(run.cpu, publishes);
        let over_floor = cpu / *floor.get_or_insert(cpu);
        if name.starts_with("lampfield") {
            lampfield = Some(cpu);
        }
        table.row(&[
            (*name).into(),
            publishes.to_string(),
            number(cpu, 2),
            number(float(publishes) / run.wall.as_secs_f64(), 0),
            run.lost.to_string(),
            number(over_floor, 2),
            lampfield.map_or_else(|| "–".into(), |own| number(cpu / own, 2)),
            mebibytes(run.before),
            mebibytes(server.program.memory()),
        ]);
    }
}

struct Run {
    cpu: Duration,
    wall: Duration,
    lost: usize,
    before: u64,
}

fn load(server: &Server, rounds: usize) -> Run {
    let mut publishers: Vec<Publisher> = (0..PUBLISHERS).map(|index| Publisher::new(index, server)).collect();
    let mut buffer = vec![0; 65_535];
    let mut lost = 0;
    let mut round = |number: usize| {
        let last = number % CYCLE == CYCLE - 1;
        for (index, publisher) in publishers.iter_mut().enumerate() {
            if last {
                publisher.remove();
            } else {
                let device = format!("PJSIP/{}", 1000 + index * 10 + number % 10);
                publisher.send(&device, STATES[number / 10 % STATES.len()]);
            }
        }
        for publisher in &mut publishers {
            lost += usize::from(publisher.receive(&mut buffer).is_err());
            if last {
                publisher.forget();
            }
        }
    };
    (0..CYCLE).for_each(&mut round);
    let (before, cpu, start) = (server.program.memory(), server.program.cpu(), Instant::now());
    (0..rounds).for_each(round);
    Run { cpu: server.program.cpu().saturating_sub(cpu), wall: start.elapsed(), lost, before }
}
