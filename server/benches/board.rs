//! Cost of a change of one device on boards of all sizes, cost of a new device among many patterns, and memory per lamp
//! (`max alloc` of `memory`).

use std::fmt::Write as _;

use divan::counter::ItemsCount;
use divan::{AllocProfiler, Bencher, black_box};
use lampfield::board::{Board, BoardSettings, SiteSettings};
use lampfield::ledger::{Ledger, PeerId, Source};
use lampfield::moment::Moment;
use lampfield::news::News;
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
    let mut stage = Stage::new(lamps);
    let mut round: u32 = 0;
    bencher.counter(ItemsCount::new(1_usize)).bench_local(|| {
        round = round.wrapping_add(1);
        let state = if round & 1 == 0 { DeviceState::InUse } else { DeviceState::NotInUse };
        let number = round.wrapping_mul(2_654_435_761) % lamps;
        stage.tell(at(u64::from(round)), format!("PJSIP/{number:06}"), state);
        let mut changes = 0;
        while let Some(change) = stage.poll_change() {
            black_box(change);
            changes += 1;
        }
        changes
    });
}

/// A peer's publication starts anew with each state: there is a gap each time.
#[divan::bench(args = [100, 10_000, 100_000])]
fn gap(bencher: Bencher<'_, '_>, lamps: u32) {
    let mut stage = Stage::new(lamps);
    stage.miss(at(2));
    while stage.poll_change().is_some() {}
    bencher.counter(ItemsCount::new(1_usize)).bench_local(|| {
        stage.miss(at(3));
        stage.tell(at(3), "PJSIP/000001".to_owned(), DeviceState::NotInUse);
        while let Some(change) = stage.poll_change() {
            black_box(change);
        }
    });
}

/// A peer repeats a known state: the answer to a refresh that finds nothing new.
#[divan::bench]
fn repetition(bencher: Bencher<'_, '_>) {
    let mut stage = Stage::new(10_000);
    bencher.counter(ItemsCount::new(1_usize)).bench_local(|| {
        stage.tell(at(2), "PJSIP/000001".to_owned(), DeviceState::NotInUse);
        stage.poll_change()
    });
}

/// A board, and the ledger behind it, with a phone and its DND for each lamp, and two more devices in the hint.
#[divan::bench(args = [10_000, 100_000], sample_count = 3, sample_size = 1)]
fn memory(bencher: Bencher<'_, '_>, lamps: u32) {
    bencher.counter(ItemsCount::new(lamps)).bench_local(|| Stage::new(lamps));
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

fn at(milliseconds: u64) -> Moment {
    Moment::virtual_at(Timestamp(milliseconds))
}

fn perm() -> SiteName {
    SiteName::from("perm")
}

/// A board with the ledger behind it.
struct Stage {
    ledger: Ledger,
    board: Board,
}

impl Stage {
    fn new(lamps: u32) -> Self {
        let mut dialplan = Dialplan::default();
        dialplan.add_hint("c", ARTICLE, FileLine { file: "bench".into(), line: 1 }).expect("it is a hint");
        let sites = vec![SiteSettings { name: perm(), title: "Perm".into(), serves: Vec::new(), stops_calls: false }];
        let settings = BoardSettings { dialplan, context: "c".into(), sites, ..BoardSettings::default() };
        let mut ledger = Ledger::new(Eid::from_bytes([2, 0, 0, 0, 0, 9]), [perm()], at(0));
        let board = Board::new(settings, &mut ledger, at(0));
        let mut stage = Self { ledger, board };
        let peer = PeerId::at(0);
        stage.ledger.set_live(peer, at(0));
        stage.board.apply(at(0), &mut stage.ledger, News::Live { peer });
        for number in 0..lamps {
            stage.tell(at(1), format!("PJSIP/{number:06}"), DeviceState::NotInUse);
            stage.tell(at(1), format!("Custom:DND{number:06}"), DeviceState::NotInUse);
            while stage.poll_change().is_some() {}
        }
        stage
    }

    /// The peer tells the state of a device.
    fn tell(&mut self, now: Moment, name: String, state: DeviceState) {
        let teller = (PeerId::at(0), Eid::from_bytes([2, 0, 0, 0, 0, 1]));
        let (filed, _) = self.ledger.file_device(now, teller, &DeviceName::from(name), state);
        self.board.apply(now, &mut self.ledger, News::Device(filed));
    }

    /// Something of the peer was missed.
    fn miss(&mut self, now: Moment) {
        if let Some(doubted) = self.ledger.doubt(PeerId::at(0), Source::DeviceStates, now) {
            self.board.apply(now, &mut self.ledger, News::Gap(doubted));
        }
    }

    fn poll_change(&mut self) -> Option<lampfield::board::BoardChange> {
        self.board.poll_change(&self.ledger)
    }
}
