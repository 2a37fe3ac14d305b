//! The machine of lampfield sleeps, or is paused: nobody knows which messages were missed.

use std::time::Duration;

use lampfield::demo::pbx::PbxSettings;
use lampfield::mesh::MeshSettings;
use lampfield_shared::{Freshness, LampState, Mailbox};

use crate::support::{NAMES, World, address, mesh_settings, pbx_settings, request};
use crate::{furnish, two_offices};

const ASLEEP: Duration = Duration::from_secs(45);

/// Seconds after which a PBX has repeated an unanswered PUBLISH.
const REPEATED: u64 = 5;

/// While the machine sleeps, 1001 begins to talk.
fn asleep(seed: u64) -> World {
    let mut world = two_offices(seed);
    world.run_seconds(20);
    assert_eq!(world.differences(), [""; 0]);
    world.set(0, "PJSIP/1001", "INUSE");
    world.sleep(ASLEEP);
    world
}

#[test]
fn what_was_missed_in_a_sleep_is_last_known_as_of_before_and_asked_for() {
    let mut world = asleep(1);
    let fell_asleep = world.timestamp().0 - 45_000;
    world.wake_up();
    for exten in ["1001", "1002", "2001"] {
        let lamp = world.lamp(exten);
        assert_eq!((lamp.state, lamp.freshness), (LampState::Free, Freshness::LastKnown), "{exten}");
        let as_of = lamp.as_of.expect("it was known").0;
        assert!(as_of <= fell_asleep && as_of + 6_000 > fell_asleep, "{as_of}, and fell asleep at {fell_asleep}");
    }
    for site in world.core.sites() {
        assert_eq!(site.freshness, Freshness::LastKnown);
        assert!(site.heard.expect("it was heard").0 <= fell_asleep);
    }
    world.run_seconds(REPEATED);
    assert_eq!(world.differences(), [""; 0]);
    assert_eq!(world.lamp("1001").state, LampState::OnCall);
}

#[test]
fn what_waited_in_the_buffers_since_before_the_sleep_makes_no_lamp_live() {
    let mut world = two_offices(2);
    world.run_seconds(20);
    world.set(0, "PJSIP/1001", "RINGING");
    world.run(Duration::ZERO);
    world.set(0, "PJSIP/1001", "INUSE");
    world.sleep(ASLEEP);
    world.shown.clear();
    world.wake_up();
    // The PBX cannot be reached yet: the network wakes later than we do.
    world.cut.insert(0);
    world.run_seconds(10);
    assert_eq!(world.lamp("1001").state, LampState::Ringing, "it had been on its way");
    let live = world.shown.iter().find(|lamp| lamp.exten.as_str() == "1001" && lamp.freshness == Freshness::Live);
    assert_eq!(live, None);
    assert_eq!(world.freshness("2001"), Freshness::Live, "the other one is back");
    world.cut.clear();
    world.run_seconds(20);
    assert_eq!(world.differences(), [""; 0]);
}

#[test]
fn a_clock_that_is_set_makes_everything_last_known_until_it_is_told_again() {
    let mut world = two_offices(3);
    world.run_seconds(20);
    world.set_clock(-10_000);
    world.wake_up();
    assert_eq!(world.freshness("1001"), Freshness::LastKnown);
    world.run_seconds(3);
    assert_eq!(world.differences(), [""; 0]);
    // The clock is set once more while everything is being told.
    world.set_clock(2_000);
    world.wake_up();
    world.run(Duration::from_millis(20));
    world.set_clock(-2_000);
    world.wake_up();
    world.run_seconds(5);
    assert_eq!(world.differences(), [""; 0]);
}

#[test]
fn a_clock_that_is_set_beyond_every_publication_leaves_nobody_waiting() {
    // There is no hourly refresh, and the PBXes believe that their publications are still held.
    let settings = MeshSettings { refresh_interval: None, ..mesh_settings() };
    let mut world = furnish(World::with(7, settings, (0..NAMES.len()).map(pbx_settings).collect()));
    world.run_seconds(20);
    assert_eq!(world.differences(), [""; 0]);
    world.set_clock(10 * 3_600_000);
    world.wake_up();
    assert_eq!(world.freshness("1001"), Freshness::LastKnown);
    world.run_seconds(5);
    assert_eq!(world.differences(), [""; 0]);
}

#[test]
fn a_pbx_whose_publication_ran_out_while_it_was_cut_off_is_asked_again() {
    let settings = MeshSettings { refresh_interval: None, ..mesh_settings() };
    let offices = (0..NAMES.len()).map(|pbx| PbxSettings { expires: Duration::from_mins(1), ..pbx_settings(pbx) });
    let mut world = furnish(World::with(8, settings, offices.collect()));
    world.run_seconds(20);
    assert_eq!(world.differences(), [""; 0]);
    world.cut.insert(0);
    world.run_seconds(400);
    assert_eq!(world.freshness("1001"), Freshness::LastKnown);
    world.cut.clear();
    world.run_seconds(90);
    assert_eq!(world.differences(), [""; 0], "it believes that it publishes, and has nothing new to say");
}

#[test]
fn a_sleep_before_anybody_was_heard_costs_nothing() {
    let mut world = two_offices(4);
    world.cut.extend([0, 1]);
    world.run_seconds(5);
    world.sleep(ASLEEP);
    world.wake_up();
    world.cut.clear();
    world.run_seconds(3);
    assert_eq!(world.differences(), [""; 0], "nobody waits for the end of a pause that was begun before");
}

#[test]
fn mailboxes_of_before_a_sleep_are_last_known_until_they_are_told_again() {
    let mut world = two_offices(5);
    let counts = |new| Mailbox { new, old: 0 };
    world.pbxes[0].set_mailbox("1001@default".into(), counts(1));
    world.run_seconds(20);
    assert_eq!((world.lamp("1001").mailbox, world.lamp("1001").mailbox_as_of), (Some(counts(1)), None));
    world.pbxes[0].set_mailbox("1001@default".into(), counts(2));
    world.sleep(ASLEEP);
    world.wake_up();
    let lamp = world.lamp("1001");
    assert!(lamp.mailbox == Some(counts(1)) && lamp.mailbox_as_of.is_some(), "{lamp:?}");
    world.run_seconds(REPEATED);
    assert_eq!((world.lamp("1001").mailbox, world.lamp("1001").mailbox_as_of), (Some(counts(2)), None));
}

#[test]
fn a_peer_that_answers_nothing_is_back_by_what_it_says_after_the_sleep() {
    // Our requests go to an address where nobody is.
    let mut settings: MeshSettings = mesh_settings();
    settings.peers[0].publish_to.target.port = Some(5999);
    let mut world = furnish(World::with(6, settings, (0..NAMES.len()).map(pbx_settings).collect()));
    let alive = |world: &mut World| {
        let from = address(0);
        world.ask(from, &request("OPTIONS", "perm", from, "", "")).expect("it is answered");
    };
    world.set(0, "PJSIP/1001", "RINGING");
    world.run_seconds(1);
    alive(&mut world);
    assert_eq!(world.freshness("1001"), Freshness::Live);
    world.sleep(ASLEEP);
    world.wake_up();
    alive(&mut world);
    assert_eq!(world.freshness("1001"), Freshness::LastKnown, "that may have waited in a buffer");
    world.run_seconds(3);
    world.set(0, "PJSIP/1001", "INUSE");
    world.run_seconds(1);
    assert_eq!((world.lamp("1001").state, world.freshness("1001")), (LampState::OnCall, Freshness::Live));
}

#[test]
fn storms_with_sleeps_end_in_the_truth() {
    for seed in 0..20 {
        let mut world = two_offices(seed);
        for round in 0..6 {
            let state = ["RINGING", "INUSE", "NOT_INUSE"][round % 3];
            world.set(round % 2, ["PJSIP/1003", "PJSIP/2003"][round % 2], state);
            world.run(Duration::from_millis(seed * 7));
            world.set(0, "PJSIP/1001", state);
            world.sleep(Duration::from_secs(2 + 20 * u64::try_from(round).unwrap()));
            world.wake_up();
            world.run(Duration::from_millis(seed * 11));
        }
        // The pauses between its attempts have grown meanwhile, up to a minute.
        world.run_seconds(100);
        assert_eq!(world.differences(), [""; 0], "seed {seed}");
    }
}
