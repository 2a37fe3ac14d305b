//! No input makes a reader panic, take more memory than its length allows, or more than twice the time for twice the
//! input.

use std::fs;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hostile::torture::{self, Verdict};
use hostile::{Shape, TARGETS, Target, mutate};
use lampfield_sip::{Request, Response};
use peak_alloc::PeakAlloc;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Runs tests one at a time: memory and time are measured.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Number of mutated inputs for each target; `LAMPFIELD_MUTATIONS` sets another.
const MUTATIONS: u64 = 1_500;

fn mutations() -> u64 {
    std::env::var("LAMPFIELD_MUTATIONS")
        .map_or(MUTATIONS, |told| told.parse().expect("LAMPFIELD_MUTATIONS is a number"))
}

/// Runs an input, and prints it when it does harm.
fn survive(target: &Target, input: &[u8]) {
    let ended = std::panic::catch_unwind(|| (target.run)(input));
    assert!(ended.is_ok(), "{}: {}", target.name, input.escape_ascii());
}

#[test]
fn nothing_recorded_or_changed_makes_a_reader_panic() {
    let _alone = alone();
    for target in TARGETS {
        let corpus = (target.corpus)();
        for input in &corpus {
            survive(target, input);
        }
        for seed in 0..mutations() {
            survive(target, &mutate::mutate(&mut StdRng::seed_from_u64(seed), &corpus, target.longest));
        }
    }
}

/// The shape, at about this length.
fn shaped((head, middle, tail): Shape, length: usize) -> Vec<u8> {
    let mut text = head.to_owned();
    for number in 0.. {
        if text.len() + middle.len() + tail.len() > length {
            break;
        }
        text += &middle.replace('#', &number.to_string());
    }
    (text + tail).into_bytes()
}

/// CPU time of this thread: other programs on the machine do not count.
fn cpu() -> Duration {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").expect("Linux tells the time of a thread");
    let nanoseconds = stat.split_whitespace().next().and_then(|first| first.parse().ok());
    Duration::from_nanos(nanoseconds.expect("the first number is nanoseconds"))
}

/// Time of one run. The kernel's account goes on in steps of some milliseconds, so this is the mean of as many runs as
/// fill some of them, and the least of a few means.
fn time(target: &Target, input: &[u8]) -> Duration {
    let mean = || {
        let (start, mut runs) = (cpu(), 0);
        loop {
            (target.run)(input);
            runs += 1;
            let passed = cpu().saturating_sub(start);
            if passed > Duration::from_millis(40) || runs == 200 {
                return passed / runs;
            }
        }
    };
    (0..2).map(|_| mean()).min().expect("there are means")
}

#[test]
fn eight_times_the_input_costs_about_eight_times_the_time() {
    let _alone = alone();
    let mut slow = Vec::new();
    for target in TARGETS {
        for shape in target.shapes {
            let (short, long) = (shaped(*shape, target.longest / 8), shaped(*shape, target.longest));
            let (less, more) = (time(target, &short), time(target, &long));
            // Quadratic cost would be 64 times; very short times are not judged.
            if more > Duration::from_millis(10) && more > less * 24 {
                slow.push(format!("{}: {less:?}, eight times as long {more:?}: {:?}", target.name, shape.1));
            }
        }
    }
    assert!(slow.is_empty(), "more than linear:\n{}", slow.join("\n"));
}

#[test]
fn memory_is_bounded_by_the_input() {
    let _alone = alone();
    let mut large = Vec::new();
    for target in TARGETS {
        let base = peak(target, b"");
        for shape in target.shapes {
            let input = shaped(*shape, target.longest);
            let most = peak(target, &input).saturating_sub(base);
            // 512 bytes per byte: each byte of a pattern becomes a node of the tree, and two of a dialplan a line.
            if most > input.len() * 512 {
                large.push(format!("{}: {} MB for {} kB: {:?}", target.name, most >> 20, input.len() >> 10, shape.1));
            }
        }
    }
    assert!(large.is_empty(), "too much memory:\n{}", large.join("\n"));
}

/// The most memory that an input takes at once.
fn peak(target: &Target, input: &[u8]) -> usize {
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    (target.run)(input);
    MEMORY.peak_usage().saturating_sub(before)
}

#[test]
fn takes_the_torture_messages_as_the_rfc_says() {
    let mut otherwise = Vec::new();
    for ((name, expected), (_, bytes)) in torture::ALL.into_iter().zip(torture::messages()) {
        let read = match (Request::read(&bytes), Response::read(&bytes)) {
            (Ok(_), _) => Verdict::Request,
            (_, Ok(_)) => Verdict::Response,
            _ => Verdict::Flawed,
        };
        if read != expected {
            otherwise.push(format!("{name}: {read:?}, {:?}", Request::read(&bytes).err()));
        }
    }
    assert!(otherwise.is_empty(), "read otherwise:\n{}", otherwise.join("\n"));
}
