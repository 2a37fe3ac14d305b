//! PBXes and lampfield that know each other by passwords.

use std::time::Duration;

use lampfield::mesh::{Auth, MeshSettings};
use lampfield_shared::Counter;
use lampfield_sip::auth::Login;

use crate::support::{NAMES, World, mesh_settings, pbx_settings};
use crate::{furnish, survives};

fn auth(username: &str, password: &str, realm: Option<&str>) -> Auth {
    let login = Login { username: username.into(), password: password.into() };
    Auth { login, realm: realm.map(str::to_owned) }
}

/// Both PBXes ask for a password, and have one for us.
fn secured(seed: u64, change: impl FnOnce(&mut MeshSettings)) -> World {
    let mut mesh = mesh_settings();
    for (peer, name) in mesh.peers.iter_mut().zip(NAMES) {
        peer.auth = Some(auth(name, "theirs", None));
        peer.outbound_auth = Some(auth("console", "ours", None));
    }
    change(&mut mesh);
    let pbx = |index: usize| lampfield::demo::pbx::PbxSettings {
        auth: Some(auth("console", "ours", None)),
        outbound_auth: Some(auth(NAMES[index], "theirs", None)),
        ..pbx_settings(index)
    };
    furnish(World::with(seed, mesh, [0, 1].map(pbx).into()))
}

fn counter(world: &World, of: Counter) -> u64 {
    world.report()[0].counters.get(&of).copied().unwrap_or(0)
}

#[test]
fn every_storm_ends_in_the_truth_with_passwords_too() {
    (0..40).for_each(|seed| survives(seed, secured(seed, |_| {})));
}

#[test]
fn a_challenge_is_no_hole_in_what_we_were_told() {
    let mut world = secured(1, |_| {});
    world.run_seconds(10);
    world.set(0, "PJSIP/1001", "RINGING");
    world.set(0, "PJSIP/1001", "INUSE");
    world.run_seconds(2 * 3600);
    assert_eq!(world.differences(), [""; 0]);
    assert!(counter(&world, Counter::Challenged) > 8);
    assert_eq!(
        [Counter::Missed, Counter::Restart, Counter::StaleNonce, Counter::Drift].map(|of| counter(&world, of)),
        [0; 4]
    );
    assert_eq!(world.report()[0].trouble, None);
}

#[test]
fn our_own_states_need_one_challenge_and_not_one_each() {
    let mut world = secured(2, |_| {});
    world.run_seconds(5);
    for number in 0..100 {
        world.set_own(&format!("Custom:DND{}", 10_000 + number), "BUSY");
    }
    world.run_seconds(5);
    assert_eq!(world.own_differences(), [""; 0]);
    world.stop();
    world.run_seconds(1);
    assert!(world.core.mesh().is_done());
    assert_eq!(world.pbxes[0].table().publications(), 0, "the goodbye brings a password, too");
}

#[track_caller]
fn check_trouble(world: &World, words: &[&str]) {
    let trouble = world.report()[0].trouble.clone().unwrap_or_default();
    for word in words {
        assert!(trouble.contains(word), "`{word}` is not in: {trouble}");
    }
    assert_eq!(world.report()[1].trouble, None);
}

#[test]
fn a_pbx_with_a_wrong_password_is_kept_out_until_it_is_mended() {
    let mut world = secured(3, |mesh| mesh.peers[0].auth = Some(auth("perm", "other", None)));
    world.run_seconds(30);
    assert_eq!(world.core.details(&"1001".into()), None, "it was not believed");
    check_trouble(&world, &["wrong user name or password", "outbound_auth", "username=perm", "pjsip.conf"]);
    assert!(counter(&world, Counter::WrongPassword) > 0);
    world.mesh_settings = secured(3, |_| {}).mesh_settings;
    world.restart_console();
    world.run_seconds(100);
    assert_eq!(world.differences(), [""; 0]);
    assert_eq!(world.report()[0].trouble, None);
}

#[test]
fn a_pbx_that_answers_no_challenge_is_told_of() {
    let mut world = secured(4, |_| {});
    world.pbx_settings[0].outbound_auth = Some(auth("perm", "theirs", Some("asterisk")));
    world.restart_pbx(0, Duration::ZERO);
    world.run_seconds(10);
    check_trouble(&world, &["does not answer when it is asked for a password", "realm=lampfield"]);
}

#[test]
fn a_pbx_that_does_not_take_our_password_is_not_asked_in_a_loop() {
    let mut world = secured(5, |mesh| mesh.peers[0].outbound_auth = Some(auth("console", "wrong", None)));
    world.set_own("Custom:DND1001", "BUSY");
    world.run_seconds(10 * 60);
    check_trouble(&world, &["rejects our password for `console`", "identify", "`auth` of its endpoint"]);
    let (lost, _) = (world.own_differences(), world.differences());
    assert_eq!(lost, ["perm: Custom:DND1001 None instead of BUSY"]);
}

#[test]
fn a_missing_password_and_a_wrong_realm_have_their_own_words() {
    let mut world = secured(6, |mesh| mesh.peers[0].outbound_auth = None);
    world.run_seconds(5);
    check_trouble(&world, &["if its `endpoint` for us has `auth`", "outbound_auth"]);
    let mut world = secured(7, |mesh| mesh.peers[0].outbound_auth = Some(auth("console", "ours", Some("lab"))));
    world.run_seconds(5);
    check_trouble(&world, &["realm `asterisk`", "for the realm `lab`"]);
}

#[test]
fn two_pbxes_behind_one_address_are_told_apart_by_their_users() {
    let mut world = secured(8, |mesh| {
        // The peers differ only in their user names.
        mesh.peers[0].addresses = vec![crate::support::address(0).into(), crate::support::address(1).into()];
        mesh.peers[1].addresses = mesh.peers[0].addresses.clone();
        mesh.peers[0].resource = "office".into();
        mesh.peers[1].resource = "office".into();
        assert!(!mesh.peers[0].is_like(&mesh.peers[1]));
    });
    for index in 0..2 {
        world.pbx_settings[index].user = "office".into();
        world.restart_pbx(index, Duration::ZERO);
    }
    world.run_seconds(20);
    assert_eq!(world.differences(), [""; 0]);
}
