//! The mesh over a network that drops, delays and duplicates, in virtual time.

#[path = "network/findings.rs"]
mod findings;
#[path = "network/loud.rs"]
mod loud;
#[path = "network/names.rs"]
mod names;
#[path = "network/names_without_end.rs"]
mod names_without_end;
#[path = "network/neighbours.rs"]
mod neighbours;
#[path = "network/own_states.rs"]
mod own_states;
#[path = "network/passwords.rs"]
mod passwords;
#[path = "network/sleep.rs"]
mod sleep;
#[path = "network/strangers.rs"]
mod strangers;
#[path = "network/trace.rs"]
mod trace;
// Each test program uses other parts of it.
#[allow(dead_code)]
mod support;

use std::time::Duration;

use lampfield_shared::{Counter, ExtensionState, Freshness, LampState};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use support::{FAIR, NAMES, SILENCE, STORM, World};

const STATES: [&str; 6] = ["NOT_INUSE", "INUSE", "RINGING", "RINGINUSE", "ONHOLD", "UNAVAILABLE"];

fn two_offices(seed: u64) -> World {
    furnish(World::new(seed))
}

fn furnish(mut world: World) -> World {
    for (pbx, prefix) in [(0, 1), (1, 2)] {
        for number in 1..=5 {
            world.set(pbx, &format!("PJSIP/{prefix}00{number}"), "NOT_INUSE");
        }
    }
    world
}

#[test]
fn a_phone_rings_and_the_lamp_rings() {
    let mut world = two_offices(1);
    world.run_seconds(2);
    assert_eq!(world.differences(), [""; 0]);
    world.set(0, "PJSIP/1001", "RINGING");
    world.run_seconds(1);
    let lamp = world.lamp("1001");
    assert_eq!(
        (lamp.state, lamp.hint_state, lamp.freshness),
        (LampState::Ringing, ExtensionState::Ringing, Freshness::Live)
    );
    assert_eq!(lamp.site.unwrap().as_str(), "perm");
}

#[test]
fn a_dead_pbx_is_last_known_within_the_promised_time_and_the_other_stays_live() {
    let mut world = two_offices(2);
    world.run_seconds(5);
    world.cut.insert(0);
    world.run(SILENCE);
    assert_eq!(world.freshness("1001"), Freshness::LastKnown);
    assert_eq!(world.lamp("1001").state, LampState::Free);
    assert_eq!(world.freshness("2001"), Freshness::Live);
    world.cut.clear();
    world.run_seconds(10);
    assert_eq!(world.differences(), [""; 0]);
}

#[test]
fn what_happened_behind_a_cut_is_told_after_it() {
    let mut world = two_offices(3);
    world.run_seconds(5);
    world.cut.insert(0);
    world.run_seconds(20);
    world.set(0, "PJSIP/1002", "INUSE");
    world.run_seconds(60);
    assert_eq!(world.lamp("1002").state, LampState::Free, "nobody could know");
    assert_eq!(world.freshness("1002"), Freshness::LastKnown);
    world.cut.clear();
    world.run_seconds(60);
    assert_eq!(world.differences(), [""; 0]);
    assert_eq!(world.lamp("1002").state, LampState::OnCall);
}

#[test]
fn after_a_restart_of_lampfield_everything_is_live_again_within_seconds() {
    let mut world = two_offices(4);
    world.run_seconds(100);
    world.restart_console();
    world.run_seconds(3);
    assert_eq!(world.differences(), [""; 0]);
}

#[test]
fn after_a_restart_of_a_pbx_its_new_word_counts() {
    let mut world = two_offices(5);
    world.run_seconds(10);
    world.set(0, "PJSIP/1003", "INUSE");
    world.run_seconds(1);
    world.restart_pbx(0, Duration::ZERO);
    world.set(0, "PJSIP/1003", "NOT_INUSE");
    world.run_seconds(3);
    assert_eq!(world.differences(), [""; 0]);
    assert_eq!(world.lamp("1003").state, LampState::Free);
}

#[test]
fn a_calm_mesh_says_nothing_twice() {
    let mut world = two_offices(6);
    world.run_seconds(10);
    let shown = world.shown.len();
    world.run_seconds(1800);
    assert_eq!(world.shown.len(), shown, "lamps changed though nothing happened");
    let refreshes: u64 = world.report().iter().filter_map(|peer| peer.counters.get(&Counter::Restart)).sum();
    assert_eq!(refreshes, 0);
}

/// Storms, cuts and restarts by the seed; then calm, and the check that everything is right on both sides.
fn survives(seed: u64, mut world: World) {
    let mut rng = StdRng::seed_from_u64(seed ^ 0x5eed);
    for _ in 0..30 {
        let pbx = rng.random_range(0..NAMES.len());
        match rng.random_range(0..16) {
            0 => world.weather = STORM,
            1 => world.weather = FAIR,
            2 => drop(world.cut.insert(pbx)),
            3 => world.cut.clear(),
            4 => world.restart_console(),
            5 => world.restart_pbx(pbx, Duration::from_secs(rng.random_range(0..40))),
            6..=8 => {
                let device = format!("Custom:DND{}00{}", pbx + 1, rng.random_range(1..=5));
                world.set_own(&device, ["BUSY", "INVALID"][rng.random_range(0..2)]);
            }
            _ => {
                let device = format!("PJSIP/{}00{}", pbx + 1, rng.random_range(1..=5));
                world.set(pbx, &device, STATES[rng.random_range(0..STATES.len())]);
            }
        }
        world.run(Duration::from_millis(rng.random_range(10..20_000)));
    }
    world.weather = FAIR;
    world.cut.clear();
    world.run_seconds(120);
    assert_eq!(world.differences(), [""; 0], "seed {seed}");
    assert_eq!(world.own_differences(), [""; 0], "seed {seed}");
}

#[test]
fn every_storm_ends_in_the_truth() {
    (0..100).for_each(|seed| survives(seed, two_offices(seed)));
}

#[test]
fn no_lamp_is_live_while_its_source_is_silent_beyond_the_bound() {
    for seed in 0..50 {
        let mut world = two_offices(seed);
        world.weather = STORM;
        world.run_seconds(60);
        world.cut.insert(1);
        // Datagrams under way arrive after the cut.
        world.run(SILENCE + Duration::from_millis(STORM.delay_ms));
        for number in 1..=5 {
            assert_ne!(world.freshness(&format!("200{number}")), Freshness::Live, "seed {seed}");
        }
    }
}
