//! Cost of a change of one device on boards of all sizes, cost of a new device among many patterns, and memory per lamp
//! (`max alloc` of `memory`).

use std::fmt::Write as _;

use divan::counter::ItemsCount;
use divan::{AllocProfiler, Bencher, black_box};
use lampfield::board::{Board, BoardSettings, News, SiteSettings};
use lampfield::moment::Moment;
use lampfield_dialplan::{AsteriskVersion, Dialplan, FileLine, IncludeError};
use lampfield_shared::{DeviceName, DeviceState, Eid, SiteName, Timestamp};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

const ARTICLE: &str = "_XXXXXX,hint,PJSIP/${EXTEN}&&PJSIP/90${EXTEN}&PJSIP/99${EXTEN}&Custom:DND${EXTEN}";

fn main() {
    divan::main();
}

/// One device changes, and the changed lamp is taken.
#[divan::bench(args = [100, 10_000, 100_000])]
fn change(bencher: Bencher<'_, '_>, lamps: u32) {
    let mut board = board(lamps);
    let mut round: u32 = 0;
    bencher.counter(ItemsCount::new(1_usize)).bench_local(|| {
        round = round.wrapping_add(1);
        let state = if round & 1 == 0 { DeviceState::InUse } else { DeviceState::NotInUse };
        let number = round.wrapping_mul(2_654_435_761) % lamps;
        board.apply(at(u64::from(round)), device(format!("PJSIP/{number:06}"), state));
        let mut changes = 0;
        while let Some(change) = board.poll_change() {
            black_box(change);
            changes += 1;
        }
        changes
    });
}

/// A peer's publication starts anew with each state: there is a gap each time.
#[divan::bench(args = [100, 10_000, 100_000])]
fn gap(bencher: Bencher<'_, '_>, lamps: u32) {
    let mut board = board(lamps);
    board.apply(at(2), News::Gap { peer: perm() });
    while board.poll_change().is_some() {}
    bencher.counter(ItemsCount::new(1_usize)).bench_local(|| {
        board.apply(at(3), News::Gap { peer: perm() });
        board.apply(at(3), device("PJSIP/000001".to_owned(), DeviceState::NotInUse));
        while let Some(change) = board.poll_change() {
            black_box(change);
        }
    });
}

/// A peer repeats a known state: the answer to a refresh that finds nothing new.
#[divan::bench]
fn repetition(bencher: Bencher<'_, '_>) {
    let mut board = board(10_000);
    bencher.counter(ItemsCount::new(1_usize)).bench_local(|| {
        board.apply(at(2), device("PJSIP/000001".to_owned(), DeviceState::NotInUse));
        board.poll_change()
    });
}

/// A board with a phone and its DND for each lamp, and two more devices in the hint.
#[divan::bench(args = [10_000, 100_000], sample_count = 3, sample_size = 1)]
fn memory(bencher: Bencher<'_, '_>, lamps: u32) {
    bencher.counter(ItemsCount::new(lamps)).bench_local(|| board(lamps));
}

/// Finds the extensions of a device that was never heard before.
#[divan::bench(args = [1, 100, 10_000])]
fn naming(bencher: Bencher<'_, '_>, patterns: u32) {
    let mut text = "[c]\n".to_owned();
    for number in 0..patterns {
        let _infallible = writeln!(
            text,
            "exten => _{number:04}XX,hint,PJSIP/${{EXTEN}}&PJSIP/90${{EXTEN}}&Custom:DND${{EXTEN}}&Custom:D{number:04}${{EXTEN:4}}"
        );
    }
    let mut dialplan = Dialplan::default();
    let mut no_file = |_: &str| Err(IncludeError::Missing(String::new()));
    dialplan.read("bench", text.as_bytes(), &mut no_file).expect("the text includes nothing");
    let hints = dialplan.hints("c", AsteriskVersion::V22);
    let mut number = 0;
    bencher.counter(ItemsCount::new(1_usize)).bench_local(|| {
        number = (number + 7) % patterns;
        hints.naming(&format!("PJSIP/90{number:04}42"))
    });
}

fn device(name: String, state: DeviceState) -> News {
    let eid = Eid::from_bytes([2, 0, 0, 0, 0, 1]);
    News::Device { peer: perm(), eid, device: DeviceName::from(name), state }
}

fn at(milliseconds: u64) -> Moment {
    Moment::virtual_at(Timestamp(milliseconds))
}

fn perm() -> SiteName {
    SiteName::from("perm")
}

fn board(lamps: u32) -> Board {
    let mut dialplan = Dialplan::default();
    dialplan.add_hint("c", ARTICLE, FileLine { file: "bench".into(), line: 1 }).expect("it is a hint");
    let sites = vec![SiteSettings { name: perm(), title: "Perm".into(), serves: Vec::new(), stops_calls: false }];
    let settings = BoardSettings { dialplan, context: "c".into(), sites, ..BoardSettings::default() };
    let mut board = Board::new(settings, at(0));
    board.apply(at(0), News::Live { peer: perm() });
    for number in 0..lamps {
        board.apply(at(1), device(format!("PJSIP/{number:06}"), DeviceState::NotInUse));
        board.apply(at(1), device(format!("Custom:DND{number:06}"), DeviceState::NotInUse));
        while board.poll_change().is_some() {}
    }
    board
}
