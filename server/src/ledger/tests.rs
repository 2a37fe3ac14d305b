//! The ledger against naive maps: whatever is told, in whatever order.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use lampfield_shared::Timestamp;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};

use super::*;

const OWN: Eid = Eid::from_bytes([2, 0, 0, 0, 0, 9]);
const DEVICES: [&str; 3] = ["PJSIP/1001", "PJSIP/1002", "Custom:DND1001"];

fn ledger() -> Ledger {
    Ledger::new(OWN, ["perm".into(), "kazan".into()], at(0))
}

fn at(milliseconds: u64) -> Moment {
    Moment::virtual_at(Timestamp(milliseconds))
}

/// One of the two entity ids that a peer speaks for.
fn eid(peer: PeerId, which: u8) -> Eid {
    Eid::from_bytes([2, 0, 0, 0, u8::try_from(peer.index()).unwrap(), which])
}

/// What is known of a device by one entity id: the state, when it was told, and until when it was good.
type Known = (DeviceState, Moment, Option<Moment>);

/// How drift was found before there was a ledger: each peer with a copy of its own of what it told.
#[derive(Default)]
struct OldRounds {
    number: u32,
    last: Option<OldRound>,
    told: HashMap<(Eid, &'static str), (DeviceState, u32)>,
}

struct OldRound {
    asked_at: u64,
    why: RefreshReason,
    taken_at: Option<u64>,
    last_at: Option<u64>,
    states: u64,
    drift: u64,
}

impl OldRound {
    fn is_open(&self, now: u64) -> bool {
        match (self.taken_at, self.last_at) {
            (None, _) => now - self.asked_at < 500,
            (Some(taken_at), Some(last_at)) if last_at >= taken_at => now - last_at < 2_000,
            (Some(taken_at), _) => now - taken_at < 5_000,
        }
    }
}

impl OldRounds {
    fn ask(&mut self, asked_at: u64, why: RefreshReason) {
        self.number += 1;
        self.last = Some(OldRound { asked_at, why, taken_at: None, last_at: None, states: 0, drift: 0 });
    }

    fn told(&mut self, now: u64, eid: Eid, device: &'static str, state: DeviceState) -> Finding {
        let before = self.told.insert((eid, device), (state, self.number));
        let Some(round) = self.last.as_mut().filter(|round| round.is_open(now)) else { return Finding::Ordinary };
        round.last_at = Some(now);
        round.states += 1;
        let was_right = before.is_some_and(|(before, _)| before == state);
        let is_answer = before.is_none_or(|(_, number)| number != self.number);
        if !is_answer || was_right || round.why == RefreshReason::Start {
            return Finding::Ordinary;
        }
        round.drift += 1;
        if round.why == RefreshReason::Gap { Finding::Repair } else { Finding::Drift }
    }
}

#[test]
fn the_ledger_is_what_a_naive_map_says_and_finds_the_drift_that_copies_found() {
    const REASONS: [RefreshReason; 4] =
        [RefreshReason::Start, RefreshReason::Gap, RefreshReason::Heartbeat, RefreshReason::Request];
    let mut dice = StdRng::seed_from_u64(7);
    let (mut drifts, mut repairs) = (0, 0);
    for _ in 0..300 {
        let (mut ledger, mut now) = (ledger(), 0);
        let mut rounds: BTreeMap<PeerId, OldRounds> = BTreeMap::new();
        let mut naive: BTreeMap<(&str, Eid), (PeerId, Known)> = BTreeMap::new();
        for _ in 0..80 {
            now += dice.random_range(0..1_500);
            let peer = PeerId::at(dice.random_range(0..2));
            let old = rounds.entry(peer).or_default();
            let its = naive.values_mut().filter(|(teller, _)| *teller == peer);
            match dice.random_range(0..12) {
                0 => {
                    let why = *REASONS.choose(&mut dice).unwrap();
                    ledger.begin_round(peer, Source::DeviceStates, at(now).mono, why);
                    old.ask(now, why);
                }
                1 | 2 => {
                    ledger.note_taken(peer, Source::DeviceStates, at(now).mono);
                    old.last.iter_mut().for_each(|round| _ = round.taken_at.get_or_insert(now));
                }
                3 => {
                    ledger.doubt(peer, Source::DeviceStates, at(now));
                    its.for_each(|(_, (_, _, good_until))| _ = good_until.get_or_insert(at(now)));
                    ledger.note_gap(peer, Source::DeviceStates);
                    let last = old.last.as_mut().filter(|round| round.why != RefreshReason::Start);
                    if let Some(round) = last {
                        round.why = RefreshReason::Gap;
                    }
                }
                _ => {
                    let (device, eid) = (*DEVICES.choose(&mut dice).unwrap(), eid(peer, dice.random_range(1..3)));
                    let state = *[DeviceState::InUse, DeviceState::NotInUse].choose(&mut dice).unwrap();
                    let (filed, finding) = ledger.file_device(at(now), (peer, eid), &device.into(), state);
                    assert_eq!(finding, old.told(now, eid, device, state));
                    drifts += u32::from(finding == Finding::Drift);
                    repairs += u32::from(finding == Finding::Repair);
                    let is_first = naive.keys().all(|(known, _)| *known != device);
                    let before = naive.insert((device, eid), (peer, (state, at(now), None)));
                    let expected = match before {
                        Some((_, (before, ..))) => Change::From(before),
                        None if is_first => Change::NewDevice,
                        None => Change::New,
                    };
                    assert_eq!(filed.change, expected, "nobody is heard, so nothing is known to be the same");
                }
            }
        }
        let facts = DEVICES.iter().flat_map(|device| {
            let facts = ledger.find_device(&(*device).into()).map_or(&[][..], |id| ledger.facts(id));
            let good_until = |fact: &Fact| fact.age.doubt_began();
            let known = move |fact: &Fact| (fact.peer, (fact.state, fact.age.when, good_until(fact)));
            facts.iter().map(move |fact| ((*device, fact.eid.unwrap()), known(fact)))
        });
        assert_eq!(facts.collect::<BTreeMap<_, _>>(), naive);
        for (peer, old) in rounds {
            let report = ledger.round(peer).map(|round| round.report(at(now)));
            let counts = report.map(|report| (report.states, report.drift));
            assert_eq!(counts, old.last.map(|round| (round.states, round.drift)));
            let names: BTreeSet<_> = old.told.keys().collect();
            assert_eq!(ledger.names_of(peer), names.len());
        }
    }
    assert!(drifts > 100 && repairs > 100, "{drifts} and {repairs}: the dice meet both");
}

#[test]
fn what_is_repeated_by_a_peer_that_is_heard_changes_nothing() {
    let (mut ledger, perm, device) = (ledger(), PeerId::at(0), "PJSIP/1001".into());
    ledger.set_live(perm, at(1));
    let tell = |ledger: &mut Ledger, now, state| {
        let (filed, _) = ledger.file_device(at(now), (perm, eid(perm, 1)), &device, state);
        filed.change
    };
    assert_eq!(tell(&mut ledger, 2, DeviceState::InUse), Change::NewDevice);
    assert_eq!(tell(&mut ledger, 3, DeviceState::InUse), Change::None);
    assert_eq!(tell(&mut ledger, 4, DeviceState::Ringing), Change::From(DeviceState::InUse));
    let doubted = ledger.doubt(perm, Source::DeviceStates, at(5));
    assert_eq!(doubted, Some(Doubted::Devices(vec![DeviceId::at(0)])));
    let again = ledger.doubt(perm, Source::DeviceStates, at(6));
    assert_eq!(again, Some(Doubted::Devices(Vec::new())), "a gap that follows another costs nothing");
    assert_eq!(tell(&mut ledger, 7, DeviceState::Ringing), Change::From(DeviceState::Ringing));
}

#[test]
fn a_silent_peer_stood_by_what_it_told_until_it_was_last_heard() {
    let (mut ledger, perm) = (ledger(), PeerId::at(0));
    assert_eq!(ledger.set_silent(perm, at(1), Duration::ZERO), None, "nobody has heard it");
    ledger.set_live(perm, at(2));
    let (filed, _) = ledger.file_device(at(1_000), (perm, eid(perm, 1)), &"PJSIP/1001".into(), DeviceState::InUse);
    assert!(ledger.facts(filed.device)[0].is_live(ledger.peers()));
    assert_eq!(ledger.set_silent(perm, at(20_000), Duration::from_secs(15)), Some(at(5_000)));
    assert_eq!(ledger.facts(filed.device)[0].doubted(ledger.peers()), Some(at(5_000)));
    ledger.set_live(perm, at(30_000));
    assert!(!ledger.facts(filed.device)[0].is_live(ledger.peers()), "a return does not make up for it");
}

#[test]
fn an_entity_id_that_came_to_another_peer_is_that_peers_name() {
    let mut ledger = ledger();
    let (perm, kazan, device) = (PeerId::at(0), PeerId::at(1), "PJSIP/1001".into());
    let kept = ledger.file_device(at(1), (perm, OWN), &device, DeviceState::InUse).0;
    assert_eq!(ledger.file_device(at(2), (kazan, OWN), &device, DeviceState::InUse).0.device, kept.device);
    assert_eq!([perm, kazan].map(|peer| ledger.names_of(peer)), [0, 1]);
    assert!(
        ledger.has_named(kazan, Named::Device(OWN, &device)) && !ledger.has_named(perm, Named::Device(OWN, &device))
    );
}

#[test]
fn our_own_states_are_told_in_the_order_of_their_names() {
    let mut ledger = ledger();
    for (now, name, state) in [(1, "Custom:DND2", DeviceState::Busy), (2, "Custom:DND1", DeviceState::Invalid)] {
        ledger.file_own(at(now), &name.into(), state);
    }
    let again = ledger.file_own(at(3), &"Custom:DND2".into(), DeviceState::Busy);
    assert_eq!(again.change, Change::None);
    let own: Vec<_> = ledger.own().map(|(name, _, state)| (name.as_str(), state)).collect();
    assert_eq!(own, [("Custom:DND1", DeviceState::Invalid), ("Custom:DND2", DeviceState::Busy)]);
    assert_eq!(ledger.fact(again.device, OWN).unwrap().age.when, at(3));
}

#[test]
fn the_last_word_on_a_mailbox_counts_and_each_peers_own_is_compared() {
    let (mut ledger, perm, kazan) = (ledger(), PeerId::at(0), PeerId::at(1));
    let mailbox = MailboxName::from("1001@default");
    let count = |new| Mailbox { new, old: 0 };
    let tell = |ledger: &mut Ledger, now, peer, new| {
        ledger.file_mailbox(at(now), (peer, eid(peer, 1)), &mailbox, count(new)).1
    };
    tell(&mut ledger, 1, perm, 1);
    tell(&mut ledger, 2, kazan, 2);
    let id = ledger.find_mailbox("1001@default").unwrap();
    assert_eq!(ledger.counts(id).map(|counts| (counts.peer, counts.counts.new)), Some((kazan, 2)));
    ledger.begin_round(perm, Source::Mailboxes, at(10).mono, RefreshReason::Heartbeat);
    assert_eq!(tell(&mut ledger, 11, perm, 1), Finding::Ordinary, "that is what it had told");
    ledger.begin_round(kazan, Source::Mailboxes, at(12).mono, RefreshReason::Heartbeat);
    assert_eq!(tell(&mut ledger, 13, kazan, 5), Finding::Drift);
    assert_eq!(ledger.mailboxes_of(perm).count(), 0);
    assert_eq!([perm, kazan].map(|peer| ledger.names_of(peer)), [1, 1]);
}
