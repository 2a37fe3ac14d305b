//! Our own states at the PBXes: they arrive, they are the newest, and they are not sent more often than need be.

use std::time::Duration;

use lampfield::mesh::body::json::MeshEvent;
use lampfield_shared::{Counter, Mailbox, RefreshReason};

use crate::support::{NAMES, OWN_EID, World, mesh_settings, pbx_settings};
use crate::two_offices;

fn heard(world: &World) -> [u64; 2] {
    [0, 1].map(|index| world.pbxes[index].table().heard())
}

fn counter(world: &World, pbx: usize, of: Counter) -> u64 {
    world.report()[pbx].counters.get(&of).copied().unwrap_or(0)
}

/// A world in which this many states of ours are set and told.
fn with_own(seed: u64, number: usize) -> World {
    let mut world = two_offices(seed);
    world.run_seconds(2);
    for number in 0..number {
        world.set_own(&format!("Custom:DND{}", 10_000 + number), "BUSY");
    }
    world.run_seconds(10);
    assert_eq!(world.own_differences(), [""; 0]);
    world
}

#[test]
fn a_state_of_ours_is_told_to_every_pbx_and_withdrawn_again() {
    let mut world = with_own(1, 3);
    assert_eq!(heard(&world), [3, 3]);
    world.set_own("Custom:DND10001", "INVALID");
    world.set_own("Custom:DND10001", "INVALID");
    world.run_seconds(1);
    assert_eq!(world.own_differences(), [""; 0]);
    assert_eq!(heard(&world), [4, 4]);
    world.run_seconds(4 * 3600);
    assert_eq!(heard(&world), [4, 4], "nothing is said twice in a calm mesh");
}

#[test]
fn of_a_device_that_changes_quickly_the_newest_state_is_told() {
    let mut world = with_own(2, 0);
    for _ in 0..100 {
        world.set_own("Custom:DND1001", "BUSY");
        world.set_own("Custom:DND1001", "INVALID");
    }
    world.run_seconds(1);
    assert_eq!(world.own_differences(), [""; 0]);
    assert_eq!(heard(&world), [2, 2], "the first, and the last");
}

#[test]
fn a_pbx_that_was_away_has_the_newest_when_it_is_back() {
    let mut world = with_own(3, 5);
    world.cut.insert(0);
    world.run_seconds(100);
    world.set_own("Custom:DND10001", "INVALID");
    world.set_own("Custom:DND10002", "INVALID");
    world.set_own("Custom:DND10002", "BUSY");
    world.run_seconds(1000);
    world.cut.clear();
    world.run_seconds(10);
    assert_eq!(world.own_differences(), [""; 0]);
}

#[test]
fn a_pbx_that_has_started_again_is_told_everything_once_it_hears() {
    let mut world = with_own(4, 200);
    world.restart_pbx(0, Duration::from_secs(30));
    world.run_seconds(29);
    assert_eq!(heard(&world), [0, 200]);
    world.run_seconds(20);
    assert_eq!(world.own_differences(), [""; 0]);
    assert!(heard(&world)[0] <= 201, "{:?}", heard(&world));
    assert_eq!(heard(&world)[1], 200, "the other heard nothing twice");
}

#[test]
fn after_our_own_restart_every_state_is_told_once_withdrawn_ones_too() {
    let mut world = with_own(5, 50);
    world.set_own("Custom:DND10007", "INVALID");
    world.run_seconds(1);
    let before = heard(&world);
    world.restart_console();
    world.run_seconds(20);
    assert_eq!(world.own_differences(), [""; 0]);
    assert_eq!(heard(&world), before.map(|heard| heard + 50));
}

#[test]
fn a_pbx_that_forgets_us_while_a_thousand_states_wait_is_not_told_each_twice() {
    let mut world = with_own(6, 0);
    for number in 0..1000 {
        world.set_own(&format!("Custom:DND{}", 10_000 + number), "BUSY");
    }
    world.run(Duration::from_millis(500));
    let halfway = heard(&world)[0];
    assert!(halfway > 10 && halfway < 900, "{halfway}");
    world.restart_pbx(0, Duration::ZERO);
    world.run_seconds(60);
    assert_eq!(world.own_differences(), [""; 0]);
    assert!(heard(&world)[0] <= 1001, "{:?}", heard(&world));
    assert_eq!(heard(&world)[1], 1000);
}

#[test]
fn a_pbx_that_asks_is_told_everything_but_not_for_every_reload_in_a_row() {
    let mut world = with_own(7, 100);
    let (before, asked) = (heard(&world), counter(&world, 0, Counter::RefreshRequest));
    for _ in 0..60 {
        world.pbxes[0].ask_again(MeshEvent::DeviceState);
        world.run_seconds(1);
    }
    assert_eq!(counter(&world, 0, Counter::RefreshRequest) - asked, 60);
    let told = heard(&world)[0] - before[0];
    assert!((600..=700).contains(&told), "{told} in a minute");
    world.run_seconds(60);
    assert_eq!(world.own_differences(), [""; 0]);
    assert!(heard(&world)[0] - before[0] <= 800, "the storm is over");
    assert_eq!(heard(&world)[1], before[1]);
}

#[test]
fn a_filter_keeps_states_from_one_pbx_and_of_one() {
    let mut mesh = mesh_settings();
    mesh.peers[0].filters.outbound_device_state = Some("^custom:dnd1".parse().unwrap());
    mesh.peers[1].filters.device_state = Some("^pjsip/.*[2-5]$".parse().unwrap());
    let mut world = crate::furnish(World::with(8, mesh, [0, 1].map(pbx_settings).into()));
    world.set_own("Custom:DND1001", "BUSY");
    world.set_own("Custom:DND2001", "BUSY");
    world.run_seconds(5);
    assert_eq!(world.own_differences(), ["perm: Custom:DND2001 Some(Invalid) instead of BUSY"]);
    assert_eq!(heard(&world), [2, 2], "it may have it lit from before the filter");
    world.set_own("Custom:DND2001", "INVALID");
    world.set_own("Custom:DND2001", "BUSY");
    world.run_seconds(5);
    assert_eq!(heard(&world), [2, 4], "but what becomes of it then is not its business");
    assert_eq!(world.differences(), ["PJSIP/2001: no lamp"]);
    assert!(counter(&world, 1, Counter::Filtered) > 0);
    assert_eq!(counter(&world, 1, Counter::Missed), 0, "what is filtered is not missing");
}

#[test]
fn a_polite_stop_takes_back_what_we_publish_and_leaves_what_we_said() {
    let mut world = with_own(9, 5);
    assert_eq!(world.pbxes[0].table().publications(), 2);
    world.cut.insert(1);
    world.run_seconds(60);
    world.stop();
    assert!(!world.core.mesh().is_done());
    world.run_seconds(1);
    assert!(world.core.mesh().is_done(), "nobody waits for a PBX that does not answer");
    assert_eq!(world.pbxes[0].table().publications(), 0);
    assert_eq!(world.own_differences(), [""; 0], "the states stay");
    world.run_seconds(100);
    assert_eq!(world.pbxes[0].table().publications(), 0, "and that was the end");
    world.cut.clear();
    world.restart_console();
    world.run_seconds(30);
    assert_eq!((world.differences(), world.own_differences()), (vec![], vec![]));
}

#[test]
fn a_state_that_is_not_liked_is_told_of_and_offered_until_it_is_taken() {
    let mut world = with_own(15, 5);
    world.refused = Some(("Custom:DND2001", 603));
    for device in ["Custom:DND2001", "Custom:DND2002"] {
        world.set_own(device, "BUSY");
    }
    world.run_seconds(10 * 60);
    assert_eq!(world.own_differences().len(), 2, "the others pass");
    for numbers in world.report() {
        assert_eq!(numbers.untold, 1, "it is still owed");
        let trouble = numbers.trouble.expect("there is trouble");
        assert!(trouble.contains("BUSY of `Custom:DND2001`") && trouble.contains("603"), "{trouble}");
        assert!(numbers.got[&603] <= 12, "and not offered in a loop: {:?}", numbers.got);
    }
    // A state that is set meanwhile goes out at once, and changes nothing else.
    world.set_own("Custom:DND2003", "BUSY");
    world.run_seconds(3);
    assert_eq!(world.own_differences().len(), 2);
    assert!(world.report()[0].trouble.is_some());
    world.refused = None;
    world.run_seconds(80);
    assert_eq!(world.own_differences(), [""; 0]);
    assert_eq!([0, 1].map(|pbx| world.report()[pbx].trouble.clone()), [None, None]);
}

#[test]
fn a_refresh_request_that_is_not_liked_is_asked_again() {
    let mut world = two_offices(16);
    world.run_seconds(5);
    world.refused = Some(("refresh", 481));
    world.restart_console();
    world.run_seconds(60);
    assert_ne!(world.differences(), [""; 0], "what was before our start is not known");
    let trouble = world.report()[0].trouble.clone().expect("there is trouble");
    assert!(trouble.contains("the request for all states") && trouble.contains("481"), "{trouble}");
    world.refused = None;
    world.run_seconds(80);
    assert_eq!(world.differences(), [""; 0]);
    assert_eq!(world.report()[0].trouble, None);
}

#[test]
fn a_goodbye_stays_one_whatever_happens_while_it_is_said() {
    let mut world = with_own(14, 5);
    world.stop();
    world.set_own("Custom:DND10001", "INVALID");
    world.restart_pbx(0, Duration::ZERO);
    world.set(1, "PJSIP/2001", "INUSE");
    world.run_seconds(1);
    assert!(world.core.mesh().is_done(), "a PBX that starts again has nothing to be taken back");
    world.run_seconds(100);
    assert_eq!([0, 1].map(|pbx| world.pbxes[pbx].table().publications()), [0, 0], "and it is published to no more");
    world.restart_console();
    world.run_seconds(30);
    assert_eq!(world.own_differences(), [""; 0], "what was set meanwhile is told by the next start");
}

#[test]
fn nothing_is_told_to_a_pbx_that_has_our_own_entity_id() {
    let mut pbxes: Vec<_> = [0, 1].map(pbx_settings).into();
    pbxes[0].eid = OWN_EID;
    let mut world = crate::furnish(World::with(10, mesh_settings(), pbxes));
    world.run_seconds(3);
    let mine = world.pbxes[0].devices().len();
    world.set_own("Custom:DND1001", "BUSY");
    world.run_seconds(100);
    assert_eq!(world.pbxes[0].devices().len(), mine, "it did not take our state for its own");
    let trouble = world.report()[0].trouble.clone().unwrap();
    assert!(trouble.contains("lampfield's own entity id 02:00:00:00:00:06") && trouble.contains("asterisk.conf"));
    assert_eq!(world.report()[1].trouble, None);
    assert_eq!(world.own_differences(), ["perm: Custom:DND1001 None instead of BUSY"]);
    world.pbx_settings[0].eid = crate::support::eid(0);
    world.restart_pbx(0, Duration::ZERO);
    world.run_seconds(30);
    assert_eq!(world.own_differences(), [""; 0], "mended, it is told");
    assert_eq!(world.report()[0].trouble, None);
}

#[test]
fn a_heartbeat_finds_what_was_missed_and_counts_it() {
    let mut world = two_offices(11);
    world.run_seconds(100);
    world.pbxes[0].set_device_unheard("PJSIP/1003".into(), "INUSE".parse().unwrap());
    world.run_seconds(60);
    assert_ne!(world.differences(), [""; 0], "nobody could know");
    world.run_seconds(3600 * 11 / 10);
    assert_eq!(world.differences(), [""; 0]);
    assert_eq!([0, 1].map(|pbx| counter(&world, pbx, Counter::Drift)), [1, 0]);
    let round = world.report()[0].refresh.clone().unwrap();
    assert_eq!((round.why, round.states, round.drift), (RefreshReason::Heartbeat, 5, 1));
    assert!(round.accepted_ms.is_some() && round.first_ms < round.last_ms, "{round:?}");
    world.run_seconds(2 * 3600);
    assert_eq!(counter(&world, 0, Counter::Drift), 1, "what was found is right from then on");
}

#[test]
fn an_answer_that_overtakes_the_200_is_one_too() {
    let overtakes = |seed| {
        let mut world = two_offices(seed);
        world.run_seconds(100);
        for device in ["1001", "1002", "1003", "1004"] {
            world.pbxes[0].set_device_unheard(format!("PJSIP/{device}").into(), "INUSE".parse().unwrap());
        }
        world.refresh(0);
        world.run_seconds(10);
        let round = world.report()[0].refresh.clone().unwrap();
        assert_eq!(round.drift, 4, "with seed {seed}: {round:?}");
        round.first_ms < round.accepted_ms
    };
    assert_eq!([false, true].map(|first| (0..32).any(|seed| overtakes(seed) == first)), [true; 2], "both were seen");
}

#[test]
fn a_mailbox_that_was_missed_is_found_and_counted() {
    let mut world = two_offices(11);
    let (read, unread) = (Mailbox { new: 0, old: 3 }, Mailbox { new: 3, old: 0 });
    world.pbxes[0].set_mailbox("1001@default".into(), read);
    world.pbxes[0].set_mailbox("1002@default".into(), read);
    world.run_seconds(100);
    assert_eq!([Counter::Drift, Counter::Repaired].map(|of| counter(&world, 0, of)), [0; 2], "all was told");
    world.pbxes[0].set_mailbox_unheard("1001@default".into(), unread);
    world.run_seconds(3600 * 11 / 10);
    assert_eq!([Counter::Drift, Counter::Repaired].map(|of| counter(&world, 0, of)), [1, 0]);
    world.cut.insert(0);
    world.run_seconds(30);
    world.pbxes[0].set_mailbox_unheard("1002@default".into(), unread);
    world.cut.clear();
    world.run_seconds(60);
    assert_eq!([Counter::Drift, Counter::Repaired].map(|of| counter(&world, 0, of)), [1, 1]);
    world.run_seconds(2 * 3600);
    assert_eq!([Counter::Drift, Counter::Repaired].map(|of| counter(&world, 0, of)), [1, 1], "what was found is right");
    assert_eq!(counter(&world, 1, Counter::Drift), 0);
}

#[test]
fn a_change_while_the_pbx_answers_is_no_drift() {
    let mut world = two_offices(12);
    world.run_seconds(100);
    world.refresh(0);
    world.run(Duration::from_millis(7));
    world.set(0, "PJSIP/1005", "RINGING");
    world.set(0, "PJSIP/1005", "INUSE");
    world.run_seconds(10);
    let round = world.report()[0].refresh.clone().unwrap();
    assert_eq!((round.why, round.states, round.drift), (RefreshReason::Request, 7, 0), "{NAMES:?}");
}

#[test]
fn what_a_known_gap_had_hidden_is_repaired_and_no_drift() {
    let mut world = two_offices(13);
    world.run_seconds(100);
    world.cut.insert(0);
    world.run_seconds(30);
    world.pbxes[0].set_device_unheard("PJSIP/1003".into(), "INUSE".parse().unwrap());
    world.cut.clear();
    world.run_seconds(60);
    assert_eq!(world.differences(), [""; 0]);
    assert_eq!([Counter::Drift, Counter::Repaired].map(|of| counter(&world, 0, of)), [0, 1]);
}
