//! Findings: what an admin is told of a peer, what is odd, and which lines mend it; and that a peer can be paused.

use std::time::Duration;

use lampfield::mesh::PeerNumbers;
use lampfield_shared::{Fault, Freshness, Pause, Publishing};

use crate::support::{World, eid, mesh_settings, pbx_settings};
use crate::two_offices;

fn of_devices(numbers: &PeerNumbers) -> (Publishing, Option<u16>) {
    let told = numbers.told.iter().find(|told| told.event == "asterisk-devicestate").expect("it is published");
    (told.standing, told.code)
}

#[track_caller]
fn check_finding(world: &World, pbx: usize, file: &str, words: &[&str]) {
    let report = world.report();
    let found = report[pbx].findings.iter().find(|finding| finding.file.starts_with(file));
    let found = found.unwrap_or_else(|| panic!("nothing for {file}: {:?}", report[pbx].findings));
    for word in words {
        assert!(format!("{}\n{}", found.text, found.lines).contains(word), "`{word}` is not in: {found:?}");
    }
}

#[test]
fn where_all_is_well_nothing_is_found_and_the_codes_say_so() {
    let mut world = two_offices(1);
    world.run_seconds(20);
    for numbers in world.report() {
        assert_eq!(numbers.findings, []);
        assert_eq!(of_devices(&numbers), (Publishing::Held, None));
        assert!(numbers.given[&200] > 5 && numbers.got[&200] > 2, "{:?} {:?}", numbers.given, numbers.got);
    }
}

#[test]
fn a_peer_that_was_never_heard_is_told_of_with_the_lines_that_it_lacks() {
    let mut world = two_offices(2);
    world.cut.insert(0);
    world.run_seconds(60);
    assert_eq!(of_devices(&world.report()[0]), (Publishing::Failing, None));
    check_finding(
        &world,
        0,
        "pjsip.conf",
        &["server_uri = sip:perm@127.0.0.6:5060\n", "[console-mwi]", "devicestate_publish = console-devicestate"],
    );
    assert_eq!(world.report()[1].findings, []);
    let report = world.report().remove(0);
    let found = report.findings.iter().find(|finding| finding.fault == Fault::NeverHeard).expect("it was never heard");
    assert_eq!(found.lines, report.setup, "the lines are whole");
    for section in
        ["[console]\ntype = endpoint\n", "[console]\ntype = identify\nendpoint = console\nmatch = 127.0.0.6\n"]
    {
        assert!(found.lines.contains(section), "{}", found.lines);
    }
}

/// A peer that worked has all that it needs, though nothing comes from it now: neither in this run nor after a restart.
#[test]
fn a_peer_that_has_worked_is_off_and_lacks_no_lines() {
    let mut world = two_offices(7);
    world.run_seconds(60);
    world.cut.insert(0);
    world.run_seconds(60);
    let silent = |world: &World| {
        let all = world.report().remove(0).findings;
        assert!(all.iter().all(|finding| finding.lines.is_empty()), "{all:?}");
        all.into_iter().find_map(|finding| match finding.fault {
            Fault::Silent { since } => Some(since),
            _ => None,
        })
    };
    let since = silent(&world).expect("it is silent");
    world.restart_console_as_kept();
    world.run_seconds(60);
    assert_eq!(silent(&world), Some(since), "what is kept tells it");
    world.cut.clear();
    world.run_seconds(60);
    assert_eq!(world.report()[0].findings, []);
}

#[test]
fn two_peers_under_one_entity_id_are_told_of_for_an_hour() {
    let mut clash: Vec<_> = (0..2).map(pbx_settings).collect();
    clash[1].eid = eid(0);
    let mut world = World::with(3, mesh_settings(), clash);
    world.run_seconds(2);
    world.set(0, "PJSIP/1001", "INUSE");
    world.run_seconds(1);
    world.set(1, "PJSIP/2001", "INUSE");
    world.run_seconds(1);
    check_finding(&world, 1, "asterisk.conf", &[&eid(0).to_string(), "in use by another peer", "entityid ="]);
    world.run_seconds(3500);
    assert!(!world.report()[1].findings.is_empty());
}

#[test]
fn a_paused_peer_is_told_nothing_and_then_the_newest_alone() {
    let mut world = two_offices(4);
    world.run_seconds(5);
    world.set_pause(0, Pause::On);
    let told = |world: &World| world.report()[0].got.values().sum::<u64>();
    world.run_seconds(1);
    let heard = world.pbxes[0].table().heard();
    for _ in 0..5 {
        world.set_own("Custom:DND1001", "INVALID");
        world.set_own("Custom:DND1001", "BUSY");
    }
    world.set_own("Custom:DND1002", "BUSY");
    world.run_seconds(2 * 3600);
    assert_eq!(world.pbxes[0].table().heard(), heard, "nothing of ours goes there");
    let report = world.report();
    assert_eq!((report[0].pause, report[0].untold), (Pause::On, 2));
    assert_eq!((report[1].pause, report[1].untold), (Pause::Off, 0), "the other knows");
    assert_eq!(world.freshness("1001"), Freshness::Live, "signs of life go on");
    assert!(told(&world) > 100, "and are answered");
    world.set(0, "PJSIP/1001", "INUSE");
    world.run_seconds(1);
    assert_eq!(world.differences(), [""; 0], "what it tells is heard");

    world.set_pause(0, Pause::Off);
    world.run_seconds(15);
    assert_eq!(world.own_differences(), [""; 0]);
    assert_eq!(world.pbxes[0].table().heard(), heard + 2, "the newest of each, and no more");
    assert_eq!(world.report()[0].untold, 0);
}

#[test]
fn a_pause_outlives_a_restart_and_keeps_no_goodbye_waiting() {
    let mut settings = mesh_settings();
    settings.paused = vec!["perm".into()];
    let mut world = World::with(5, settings, (0..2).map(pbx_settings).collect());
    world.set_own("Custom:DND1001", "BUSY");
    world.run_seconds(60);
    assert_eq!(world.pbxes[0].table().heard(), 0);
    world.stop();
    world.run(Duration::from_secs(1));
    assert!(world.core.mesh().is_done(), "a paused peer is not waited for");
}

#[test]
fn a_peer_that_calls_by_tls_in_vain_is_told_of_until_it_does_not() {
    let mut world = two_offices(6);
    world.run_seconds(60);
    let why = "its certificate has expired";
    let vain = |world: &mut World| world.call_by_tls_in_vain(0, why);
    let of_tls = |world: &World| {
        let all = world.report().remove(0).findings;
        all.into_iter().filter(|finding| finding.fault == Fault::NoTls { why: why.into() }).count()
    };
    vain(&mut world);
    assert_eq!((of_tls(&world), world.report()[1].findings.len()), (1, 0));
    assert_eq!(world.report()[0].trouble, None, "it is heard by UDP");
    world.run_seconds(3700);
    assert_eq!(of_tls(&world), 0, "that was long ago");
    world.cut.insert(0);
    world.run_seconds(200);
    vain(&mut world);
    let trouble = world.report()[0].trouble.clone().unwrap();
    assert!(trouble.contains("its TLS connection to us failed: its certificate has expired"), "{trouble}");
    world.speak_by_tls(0);
    assert_eq!(of_tls(&world), 0, "now it can");
}
