//! Cost of a change on boards of all sizes, and memory of a lamp.

use std::fmt::Write as _;

use crate::publisher::Publisher;
use crate::servers::{self, Server};
use crate::table::{Table, float, mebibytes, micros, number};

/// Number of changes that are measured.
const CHANGES: usize = 100_000;
/// The most transactions that are kept: published first, so that afterwards only the lamps make memory grow.
const TRANSACTIONS: usize = 100_000;
/// The most publishers that share the work.
const PUBLISHERS: usize = 50;

/// Sizes: a name, lampfield's peers, its patterns, its lamps.
const SIZES: [(&str, usize, usize, usize); 9] = [
    ("100 extensions", 50, 1, 100),
    ("1,000 extensions", 50, 1, 1_000),
    ("10,000 extensions", 50, 1, 10_000),
    ("100,000 extensions", 50, 1, 100_000),
    ("2 peers", 2, 1, 1_000),
    ("100 peers", 100, 1, 1_000),
    ("1 pattern", 50, 1, 1_000),
    ("100 patterns", 50, 100, 1_000),
    ("10,000 patterns", 50, 10_000, 1_000),
];

/// Prints the table.
pub(crate) fn measure() {
    let title = format!(
        "lampfield growing: {CHANGES} changes of one lamp after the other, one watcher; {TRANSACTIONS} transactions are kept, as at such a rate they are"
    );
    let columns = ["", "lamps", "peers", "patterns", "CPU µs a change", "bytes a lamp", "MiB in all"];
    let table = Table::begin(&title, &columns);
    for (name, peers, patterns, lamps) in SIZES {
        let mut server = servers::lampfield(peers, &hints(patterns));
        server.watch();
        let mut work = Work::new(&server, peers.min(PUBLISHERS), lamps);
        work.warm_up();
        let empty = server.program.memory();
        work.rounds(0, lamps);
        let grown = server.program.memory().saturating_sub(empty);
        let cpu = server.program.cpu();
        work.rounds(1, CHANGES);
        let cpu = server.program.cpu().saturating_sub(cpu);
        table.row(&[
            name.into(),
            lamps.to_string(),
            peers.to_string(),
            patterns.to_string(),
            number(micros(cpu, CHANGES), 2),
            number(float(usize::try_from(grown).expect("memory fits")) / float(lamps), 0),
            mebibytes(server.program.memory()),
        ]);
    }
}

/// This number of patterns, of which only the first matches a phone of the measurement.
fn hints(patterns: usize) -> String {
    let mut text = "hints = [\n\"_1XXXXX,hint,PJSIP/${EXTEN}&Custom:DND${EXTEN}\"".to_owned();
    for number in 1..patterns {
        let _infallible = write!(text, ",\n\"_2{number:05}X,hint,PJSIP/${{EXTEN}}&Custom:DND${{EXTEN}}\"");
    }
    text + "]"
}

struct Work {
    publishers: Vec<Publisher>,
    lamps: usize,
    buffer: Vec<u8>,
}

impl Work {
    fn new(server: &Server, publishers: usize, lamps: usize) -> Self {
        let publishers = (0..publishers).map(|index| Publisher::new(index, server)).collect();
        Self { publishers, lamps, buffer: vec![0; 65_535] }
    }

    /// Publishes devices that no hint names.
    fn warm_up(&mut self) {
        for _ in 0..TRANSACTIONS / self.publishers.len() {
            self.publishers.iter_mut().for_each(|publisher| publisher.send("PJSIP/nobody", "INUSE"));
            for publisher in &mut self.publishers {
                publisher.receive(&mut self.buffer).expect("an answer within two seconds");
            }
        }
    }

    /// Publishes this number of states, each phone's by the same publisher, and each different from the one before.
    fn rounds(&mut self, begin: usize, count: usize) {
        let mut told = 0;
        while told < count {
            let some = self.publishers.len().min(count - told);
            for (at, publisher) in self.publishers[..some].iter_mut().enumerate() {
                let number = told + at;
                let state = ["NOT_INUSE", "RINGING", "INUSE"][(begin + number / self.lamps) % 3];
                publisher.send(&format!("PJSIP/{}", 100_000 + number % self.lamps), state);
            }
            for publisher in &mut self.publishers[..some] {
                publisher.receive(&mut self.buffer).expect("an answer within two seconds");
            }
            told += some;
        }
    }
}
