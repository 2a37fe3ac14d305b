//! Peers that are configured by host name.

use std::collections::BTreeSet;
use std::time::Duration;

use lampfield::ledger::PeerId;
use lampfield::mesh::PeerAddress;
use lampfield_shared::Freshness;
use lampfield_sip::locate::Question;

use crate::support::{NAMES, World, address, mesh_settings, pbx_settings};

/// A world whose first office is configured by name only: where it sends from, and where we publish.
fn by_name(seed: u64) -> (World, Question, Question) {
    let mut settings = mesh_settings();
    let perm = &mut settings.peers[0];
    perm.addresses = vec![PeerAddress { host: "out.perm.example".parse().expect("a host"), port: None }];
    perm.publish_to.target.host = "in.perm.example".parse().expect("a host");
    let questions = (Question::Host("out.perm.example".into()), Question::Host("in.perm.example".into()));
    let world = World::with(seed, settings, (0..NAMES.len()).map(pbx_settings).collect());
    assert_eq!(world.core.mesh().questions(), [questions.0.clone(), questions.1.clone()].into());
    (world, questions.0, questions.1)
}

/// A simulated PBX that was refused waits a minute before it says anything again; an Asterisk would not.
const AFTER_403: Duration = Duration::from_secs(65);

fn asked(world: &mut World) -> BTreeSet<Question> {
    std::iter::from_fn(|| world.core.poll_question()).collect()
}

#[test]
fn a_peer_is_heard_in_full_as_soon_as_its_names_are_known_in_whatever_order() {
    for order in [[0, 1], [1, 0]] {
        let (mut world, from, to) = by_name(20);
        let known = [from, to];
        world.set(0, "PJSIP/1001", "INUSE");
        world.set(1, "PJSIP/2001", "INUSE");
        world.run_seconds(10);
        assert_eq!(world.freshness("2001"), Freshness::Live, "the other peer is not kept waiting");
        assert!(asked(&mut world).contains(&known[0]), "whoever was refused may be the one of that name");
        world.resolve(&known[order[0]], Ok(&["127.0.0.4"]));
        world.run_seconds(10);
        assert_eq!(world.differences().len(), 1, "nothing is known of it yet");
        world.resolve(&known[order[1]], Ok(&["127.0.0.4"]));
        world.run(AFTER_403);
        assert_eq!(world.differences(), [""; 0], "{order:?}");
    }
}

#[test]
fn what_a_peer_said_from_an_address_that_was_not_its_own_yet_is_asked_for() {
    let (mut world, from, to) = by_name(21);
    world.resolve(&from, Ok(&["127.0.0.40"]));
    world.resolve(&to, Ok(&["127.0.0.4"]));
    world.set(0, "PJSIP/1001", "INUSE");
    world.run_seconds(30);
    assert_eq!(world.differences().len(), 1);
    world.resolve(&from, Ok(&["127.0.0.4", "127.0.0.40"]));
    world.run(AFTER_403);
    assert_eq!(world.differences(), [""; 0]);
}

#[test]
fn the_last_good_addresses_stay_when_a_name_cannot_be_looked_up() {
    let (mut world, from, to) = by_name(22);
    world.resolve(&from, Ok(&["127.0.0.4"]));
    world.resolve(&to, Ok(&["127.0.0.4"]));
    world.set(0, "PJSIP/1001", "INUSE");
    world.run_seconds(5);
    world.resolve(&to, Err("the name in.perm.example cannot be looked up: timeout"));
    world.set(0, "PJSIP/1001", "NOT_INUSE");
    world.run_seconds(60);
    assert_eq!(world.differences(), [""; 0]);
    let trouble = |world: &World| world.report()[0].trouble.clone();
    assert_eq!(trouble(&world).as_deref(), Some("the name in.perm.example cannot be looked up: timeout"));
    world.resolve(&to, Ok(&["127.0.0.4"]));
    assert_eq!(trouble(&world), None);
}

#[test]
fn a_way_that_leads_nowhere_is_left_for_the_next_one() {
    let (mut world, from, to) = by_name(23);
    world.resolve(&from, Ok(&["127.0.0.4"]));
    world.resolve(&to, Ok(&["127.0.0.41", "127.0.0.4"]));
    world.set(0, "PJSIP/1001", "INUSE");
    asked(&mut world);
    // Nobody answers at the first address: that takes a transaction's time.
    world.run_seconds(40);
    assert_eq!(world.differences(), [""; 0]);
    assert!(asked(&mut world).contains(&to), "its name is doubtful");
}

#[test]
fn tells_the_messages_of_peers_at_one_address_apart_by_the_user_whom_they_are_about() {
    let mut settings = mesh_settings();
    settings.peers[1].addresses = settings.peers[0].addresses.clone();
    settings.peers[0].publish_to.user = "lampfield".into();
    let world = World::with(21, settings, (0..NAMES.len()).map(pbx_settings).collect());
    let at = |address, user| {
        let peers = world.core.mesh().peers_at(address, user);
        peers.into_iter().map(PeerId::index).collect::<Vec<_>>()
    };
    let of = |user| at(address(0), user);
    for (user, peers) in [("perm", vec![0]), ("lampfield", vec![0]), ("kazan", vec![1]), ("nobody", vec![0, 1])] {
        assert_eq!(of(Some(user)), peers, "{user}");
    }
    assert_eq!(of(None), [0, 1]);
    assert_eq!(at(address(1), Some("perm")), [1], "no other is at that address");
    assert_eq!(at("192.0.2.1:5060".parse().expect("an address"), Some("perm")), [0; 0]);
}
