//! Cost of PUBLISH: publishers side by side; each repeats a publication, fifty modifications chained by entity-tag, and
//! its removal. Every modification changes a lamp.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crate::crowd::{self, CYCLE, PUBLISHERS};
use crate::peers;
use crate::servers::{self, Server};
use crate::sipp;
use crate::table::{Table, float, mebibytes, micros, number};

/// Cycles of each publisher against lampfield, whose memory after a million requests is of interest. Other servers are
/// slower, and fewer cycles give a figure, too.
const MANY: usize = 385;
const SOME: usize = 40;

/// A server that is measured.
struct Candidate {
    name: &'static str,
    start: fn() -> Server,
    /// Runs this number of cycles; gives the number of refused requests.
    publish: fn(&Server, usize) -> usize,
    cycles: usize,
}

const FLOOR: Candidate = Candidate {
    name: "floor: copies headers into a 200",
    start: servers::floor_process,
    publish: crowd::publish,
    cycles: MANY,
};
const LAMPFIELD: Candidate = Candidate { name: "lampfield, one watcher", start: watched, ..FLOOR };

/// Measures lampfield and the floor.
pub(crate) fn alone() {
    compare(&[FLOOR, LAMPFIELD]);
}

/// Measures comparable servers as well; and once more with sipp's publishers.
pub(crate) fn beside() {
    let other = |name, start| Candidate { name, start, publish: crowd::publish, cycles: SOME };
    compare(&[
        FLOOR,
        LAMPFIELD,
        Candidate { name: "lampfield, nobody watches", start: unwatched, ..FLOOR },
        other("Asterisk 22, device states", peers::asterisk),
        other("Kamailio presence, one watcher", peers::kamailio_watched),
        other("Kamailio presence, nobody watches", peers::kamailio),
    ]);
    compare(&[
        Candidate { name: "by sipp: floor", publish: sipp::publish, ..FLOOR },
        Candidate { name: "by sipp: lampfield, one watcher", publish: sipp::publish, ..LAMPFIELD },
    ]);
}

/// A server with a peer for each publisher, numbered as ours and as sipp's, which begin at 1. Extensions appear when
/// their phones are told.
fn unwatched() -> Server {
    servers::lampfield(PUBLISHERS + 1, "")
}

fn watched() -> Server {
    let mut server = unwatched();
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
        "not taken",
        "told",
        "CPU / floor",
        "CPU / lampfield",
        "MiB before",
        "MiB after",
    ];
    let table = Table::begin(&title, &columns);
    let (mut floor, mut lampfield) = (None, None);
    for candidate in candidates {
        let server = (candidate.start)();
        let run = load(&server, candidate);
        let publishes = candidate.cycles * CYCLE * PUBLISHERS;
        let cpu = micros(run.cpu, publishes);
        let over_floor = cpu / *floor.get_or_insert(cpu);
        if candidate.name.contains("lampfield") {
            lampfield.get_or_insert(cpu);
        }
        table.row(&[
            candidate.name.into(),
            publishes.to_string(),
            number(cpu, 2),
            number(float(publishes) / run.wall.as_secs_f64(), 0),
            run.not_taken.to_string(),
            run.told.map_or_else(|| "–".into(), |told| told.to_string()),
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
    not_taken: usize,
    /// Number of changes that a watcher was told of.
    told: Option<usize>,
    before: u64,
}

fn load(server: &Server, candidate: &Candidate) -> Run {
    let told = || server.told.as_ref().map(|told| told.load(Ordering::Relaxed));
    let not_taken = (candidate.publish)(server, 1);
    let (before, earlier, cpu, start) = (server.program.memory(), told(), server.program.cpu(), Instant::now());
    let not_taken = not_taken + (candidate.publish)(server, candidate.cycles);
    let (cpu, wall) = (server.program.cpu().saturating_sub(cpu), start.elapsed());
    let told = told().zip(earlier).map(|(told, earlier)| told - earlier);
    Run { cpu, wall, not_taken, told, before }
}
