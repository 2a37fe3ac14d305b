//! The event stream, as a program hears it that reads it by itself.

use std::time::Duration;

use lampfield_shared::LampState;
use support::{Solo, Watcher};

const SOON: Duration = Duration::from_secs(3);

/// The number of the newest change that this watcher was told.
#[track_caller]
fn told(watcher: &Watcher, exten: &str, state: LampState) -> String {
    loop {
        let event = watcher.next(SOON).expect("the change is told");
        if event.lamp().is_some_and(|lamp| lamp.exten.as_str() == exten && lamp.state == state) {
            return event.id.expect("a change has a number");
        }
    }
}

#[test]
fn a_watcher_that_was_away_for_a_moment_is_told_what_it_missed() {
    let solo = Solo::start();
    let watcher = solo.server.watch();
    assert!(watcher.next(SOON).is_some_and(|event| event.snapshot().is_some()), "a stream opens with the board");
    solo.publish("1001", "RINGING");
    let last = told(&watcher, "1001", LampState::Ringing);
    drop(watcher);
    solo.publish("1001", "INUSE");
    solo.publish("1002", "ONHOLD");
    let again = Watcher::connect(&solo.server.url(), Some(&last));
    let missed: Vec<_> =
        [again.next(SOON), again.next(SOON)].into_iter().flatten().filter_map(|it| it.lamp()).collect();
    let missed: Vec<_> = missed.iter().map(|lamp| (lamp.exten.as_str(), lamp.state)).collect();
    assert_eq!(missed, [("1001", LampState::OnCall), ("1002", LampState::OnHold)]);
}

#[test]
fn a_watcher_of_a_former_life_gets_the_whole_board() {
    let mut solo = Solo::start();
    let watcher = solo.server.watch();
    solo.publish("1001", "RINGING");
    let last = told(&watcher, "1001", LampState::Ringing);
    solo.server.restart();
    solo.publish("1001", "INUSE");
    let again = Watcher::connect(&solo.server.url(), Some(&last));
    let board = again.next(SOON).and_then(|event| event.snapshot()).expect("the first event is a snapshot");
    let lamp = board.lamps.iter().find(|lamp| lamp.exten.as_str() == "1001").expect("it has its lamp");
    assert_eq!(lamp.state, LampState::OnCall);
    assert!(board.revision.0 > last.parse().expect("a revision is a number"), "revisions only grow");
}

#[test]
fn the_stream_proves_that_it_lives() {
    let solo = Solo::start();
    let watcher = solo.server.watch();
    let within = Duration::from_secs(lampfield_shared::event::TICK_SECONDS + 2);
    let ticks = std::iter::from_fn(|| watcher.next(within)).take(10);
    assert!(ticks.into_iter().any(|event| event.name == lampfield_shared::event::name::TICK), "a tick comes in time");
}
