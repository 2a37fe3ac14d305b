//! Cost of a change for the driver, with no watcher, a hundred and a thousand.

use std::time::Duration;

use divan::Bencher;
use divan::counter::ItemsCount;
use lampfield::board::BoardChange;
use lampfield::gzip::Packed;
use lampfield::hub::{BoardIdentity, Hub, Watcher};
use lampfield::view::View;
use lampfield_shared::{Exten, ExtensionState, Freshness, Lamp, LampState, Timestamp};

fn main() {
    divan::main();
}

/// `Hub::publish` of one lamp among a thousand, as fast as possible: the watchers take what they are given, and rest
/// between.
#[divan::bench(args = [0, 100, 1000])]
fn publish(bencher: Bencher<'_, '_>, watchers: usize) {
    publish_beside(bencher, watchers, |hub| hub.watch(View::whole(), None));
}

/// `Hub::publish` beside this number of screens that show another board: they wake, look, and find nothing of theirs.
#[divan::bench(args = [100, 400])]
fn publish_beside_screens(bencher: Bencher<'_, '_>, screens: usize) {
    publish_beside(bencher, screens, |hub| hub.watch_board(View::whole(), "omsk"));
}

/// Publishes as fast as possible, beside this number of watchers of one kind.
fn publish_beside(bencher: Bencher<'_, '_>, watchers: usize, watch: impl Fn(&Hub) -> Watcher) {
    let runtime = tokio::runtime::Runtime::new().expect("the machine has threads to spare");
    let _inside = runtime.enter();
    let hub = board();
    for _ in 0..watchers {
        let mut watcher = watch(&hub);
        runtime.spawn(async move { while watcher.next().await.is_some() {} });
    }
    std::thread::sleep(Duration::from_millis(200));
    let mut round = 0;
    bencher.counter(ItemsCount::new(1_usize)).bench_local(|| {
        round += 1;
        hub.publish(Timestamp(round), [lamp(round % 1000, round)]);
    });
    hub.close();
}

/// A screen's first snapshot of its board, which has a tenth of this number of lamps.
#[divan::bench(args = [1_000, 10_000])]
fn snapshot_of_a_screen(bencher: Bencher<'_, '_>, lamps: u64) {
    let runtime = tokio::runtime::Runtime::new().expect("the machine has threads to spare");
    let _inside = runtime.enter();
    let hub = board();
    let in_department = |number: u64| match lamp(number, 1) {
        BoardChange::Lamp(lamp) if number.is_multiple_of(10) => {
            BoardChange::from(Lamp { group: Some("Support".into()), ..Lamp::clone(&lamp) })
        }
        other => other,
    };
    hub.publish(Timestamp(1), (0..lamps).map(in_department));
    bencher.bench_local(|| hub.lamps_json(View::whole(), Some("support")));
}

/// The first snapshot of a board of this size after a change.
#[divan::bench(args = [100, 1_000, 10_000])]
fn snapshot(bencher: Bencher<'_, '_>, lamps: u64) {
    let runtime = tokio::runtime::Runtime::new().expect("the machine has threads to spare");
    let _inside = runtime.enter();
    let hub = board();
    hub.publish(Timestamp(1), (0..lamps).map(|number| lamp(number, 1)));
    let mut round = 1;
    bencher.bench_local(|| {
        round += 1;
        hub.publish(Timestamp(round), [lamp(0, round)]);
        hub.lamps_json(View::whole(), None)
    });
}

/// All lamps of a snapshot packed, as the first reader of gzip has it done.
#[divan::bench(args = [500, 5_000])]
fn pack(bencher: Bencher<'_, '_>, lamps: u64) {
    let runtime = tokio::runtime::Runtime::new().expect("the machine has threads to spare");
    let _inside = runtime.enter();
    let hub = board();
    hub.publish(Timestamp(1), (0..lamps).map(|number| lamp(number, number)));
    let (_, array) = hub.lamps_json(View::whole(), None);
    bencher.bench_local(|| Packed::new(array.json()));
}

fn board() -> Hub {
    let identity = BoardIdentity {
        title: "Bench".into(),
        demo: false,
        build: "bench".into(),
        sites: Vec::new(),
        boards: Vec::new(),
    };
    Hub::new(identity, [], Timestamp(0))
}

fn lamp(number: u64, since: u64) -> BoardChange {
    BoardChange::from(Lamp {
        exten: Exten::from(format!("{number:05}")),
        name: Some("Anna Petrova".into()),
        site: Some("perm".into()),
        group: Some("Sales".into()),
        state: LampState::OnCall,
        dnd: false,
        dnd_details: None,
        dnd_freshness: Freshness::Live,
        dnd_as_of: None,
        phone: None,
        hint_state: ExtensionState::InUse,
        freshness: Freshness::Live,
        since: Timestamp(since),
        as_of: None,
        mailbox: None,
        mailbox_as_of: None,
        presence: None,
        call: None,
    })
}
