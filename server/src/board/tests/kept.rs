//! A board that is put away and taken out again.

use std::collections::BTreeMap;

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};

use super::*;
use crate::ledger::{KeptMailbox, KeptSite, KeptVote};
use crate::news::{CallSaid, DialogSaid, DialogTold, Grain, PersonSaid, PresenceSaid, Scope, Subject};

/// What a store makes of what it is given: the newest of each.
#[derive(Default)]
struct Shelf {
    sites: BTreeMap<SiteName, KeptSite>,
    votes: BTreeMap<(DeviceName, Eid), KeptVote>,
    extensions: BTreeMap<(Exten, SiteName), KeptExtension>,
    persons: BTreeMap<(Exten, SiteName), KeptPerson>,
    lamps: BTreeMap<Exten, KeptLamp>,
    mailboxes: BTreeMap<MailboxName, KeptMailbox>,
}

impl Shelf {
    fn put(&mut self, kept: Kept) {
        self.sites.extend(kept.sites.into_iter().map(|it| (it.name.clone(), it)));
        self.votes.extend(kept.votes.into_iter().map(|it| ((it.device.clone(), it.eid), it)));
        self.extensions.extend(kept.extensions.into_iter().map(|it| ((it.exten.clone(), it.peer.clone()), it)));
        self.persons.extend(kept.persons.into_iter().map(|it| ((it.exten.clone(), it.peer.clone()), it)));
        self.lamps.extend(kept.lamps.into_iter().map(|it| (it.exten.clone(), it)));
        self.mailboxes.extend(kept.mailboxes.into_iter().map(|it| (it.mailbox.clone(), it)));
    }

    fn take(self) -> Kept {
        Kept {
            sites: self.sites.into_values().collect(),
            votes: self.votes.into_values().collect(),
            extensions: self.extensions.into_values().collect(),
            persons: self.persons.into_values().collect(),
            lamps: self.lamps.into_values().collect(),
            mailboxes: self.mailboxes.into_values().collect(),
        }
    }
}

fn after(settings: BoardSettings, lines: &[&str]) -> Stage {
    let mut stage = Stage::new(settings);
    for line in lines {
        run(&mut stage, line);
    }
    stage
}

fn lamps(stage: &Stage) -> Vec<String> {
    stage.board.lamps().map(|lamp| describe(lamp)).collect()
}

/// The board after a restart at that second.
fn restarted(mut before: Stage, settings: BoardSettings, second: u64) -> Stage {
    let kept = before.poll_to_keep(at(second * 1_000)).unwrap_or_default();
    let mut stage = Stage::at(settings, at(second * 1_000));
    stage.restore(at(second * 1_000), kept);
    stage
}

#[test]
fn starts_with_what_was_last_known_and_becomes_live() {
    let lines = [
        "1 perm live",
        "2 perm PJSIP/1001 NOT_INUSE",
        "3 perm PJSIP/1001 INUSE",
        "4 perm Custom:DND1001 NOT_INUSE",
        "5 perm PJSIP/777 UNAVAILABLE",
        "9 perm mailbox 1001@default 2 0",
    ];
    let mut stage = restarted(after(settings(&[ARTICLE]), &lines), settings(&[ARTICLE]), 100);
    assert_eq!(stage.poll_change(), None);
    assert_eq!(
        lamps(&stage),
        [
            "1001 on_call (InUse) since 3, last known at 9, perm, 2 new 0 old at 9",
            "777 offline (Unknown) since 5, last known at 9, perm",
        ],
        "as of the last sign of the PBX"
    );
    let site = stage.sites().remove(0);
    assert_eq!(
        (site.freshness, site.since, site.heard),
        (Freshness::LastKnown, Timestamp(9_000), Some(Timestamp(9_000)))
    );
    for line in ["101 perm live", "102 perm PJSIP/1001 NOT_INUSE", "103 perm Custom:DND1001 NOT_INUSE"] {
        run(&mut stage, line);
    }
    assert_eq!(
        lamps(&stage),
        [
            "1001 free (Idle) since 102, live, perm, 2 new 0 old at 9",
            "777 offline (Unknown) since 5, last known at 9, perm",
        ]
    );
}

#[test]
fn what_was_old_stays_as_old_as_it_was() {
    let lines = ["1 perm live", "2 perm PJSIP/1001 INUSE", "50 perm silent 20"];
    let stage = restarted(after(settings(&[ARTICLE]), &lines), settings(&[ARTICLE]), 100);
    let stage = restarted(stage, settings(&[ARTICLE]), 200);
    assert_eq!(lamps(&stage), ["1001 on_call (InUse) since 2, last known at 30, perm"]);
}

#[test]
fn a_clock_that_was_set_back_meanwhile_leaves_nothing_of_a_time_to_come() {
    let before = after(settings(&[ARTICLE]), &["100 perm live", "200 perm PJSIP/1001 INUSE"]);
    let stage = restarted(before, settings(&[ARTICLE]), 50);
    assert_eq!(lamps(&stage), ["1001 on_call (InUse) since 50, last known at 50, perm"]);
    assert_eq!(stage.details("1001").votes[0].when, Timestamp(50_000));
    assert_eq!(stage.sites().iter().find_map(|site| site.heard), Some(Timestamp(50_000)));
}

#[test]
fn when_a_peer_was_heard_is_kept_also_after_the_clock_was_set_back() {
    let mut stage = after(settings(&[ARTICLE]), &["100 perm live", "100 perm PJSIP/1001 INUSE"]);
    assert!(stage.poll_to_keep(at(1_000_000)).is_some());
    let set_back = |milliseconds| Moment { wall: Timestamp(milliseconds - 500_000), ..at(milliseconds) };
    stage.board.set_clock(set_back(1_000_000), &mut stage.ledger);
    assert_eq!(stage.poll_to_keep(set_back(1_000_000)), None);
    assert!(stage.poll_to_keep(set_back(1_060_000)).is_some_and(|kept| kept.sites.len() == 1));
}

#[test]
fn a_peer_that_is_gone_leaves_no_ghosts() {
    let lines = ["1 perm live", "1 kazan live", "2 perm PJSIP/1001 INUSE", "3 kazan PJSIP/2001 INUSE"];
    let mut without = settings(&[ARTICLE]);
    without.sites.pop();
    let stage = restarted(after(settings(&[ARTICLE]), &lines), without, 100);
    assert_eq!(lamps(&stage), ["1001 on_call (InUse) since 2, last known at 2, perm"]);
    assert_eq!(stage.sites().len(), 1);
}

#[test]
fn keeps_each_thing_once_and_nothing_twice() {
    let mut stage = after(settings(&[ARTICLE]), &["1 perm live", "2 perm PJSIP/1001 INUSE"]);
    run(&mut stage, "3 perm PJSIP/1001 RINGING");
    let kept = stage.poll_to_keep(at(5_000)).unwrap();
    let vote = &kept.votes[0];
    assert_eq!((kept.votes.len(), kept.lamps.len(), vote.state), (1, 1, DeviceState::Ringing));
    assert_eq!(vote.good_until, None, "its PBX stands by it");
    assert_eq!(stage.poll_to_keep(at(10_000)), None);
    run(&mut stage, "11 perm PJSIP/1001 RINGING");
    assert_eq!(stage.poll_to_keep(at(15_000)), None, "nothing is new");
    let heard = stage.poll_to_keep(at(70_000)).unwrap();
    assert_eq!((heard.votes.len(), heard.sites[0].heard), (0, Timestamp(11_000)), "but that it was heard");
    stage.board.keep_all(&mut stage.ledger);
    assert_eq!(stage.poll_to_keep(at(71_000)).unwrap().votes.len(), 1);
}

/// One thing that is told, and told again in a refresh.
fn something(dice: &mut StdRng) -> (String, (SiteName, Tells)) {
    let peer = *["perm", "kazan"].choose(dice).unwrap();
    let exten = Exten::from(*["1001", "2001", "77"].choose(dice).unwrap());
    let state = *DeviceState::ALL.choose(dice).unwrap();
    let (key, tells) = match dice.random_range(0..8) {
        0 => {
            let call = CallSaid { rings: state == DeviceState::Ringing, direction: None, caller: None };
            let dialogs = vec![DialogTold { id: 1, state, call: Some(call) }];
            let said = Said::Dialog(DialogSaid { scope: Scope::Full, subject: Subject::Extension, dialogs });
            (format!("2 dialog {exten} {peer}"), Tells::Extension(exten, said))
        }
        1 => {
            let person = PersonSaid { state: lampfield_shared::PresenceState::Xa, subtype: None, note: None };
            let person = dice.random_bool(0.5).then_some(person);
            let said = Said::Presence(PresenceSaid { state, grain: Grain::Fine, person, tuples: vec![1] });
            (format!("3 presence {exten} {peer}"), Tells::Extension(exten, said))
        }
        2 => {
            let counts = Mailbox { new: dice.random_range(0..3), old: 0 };
            (format!("4 mailbox {exten}"), Tells::Mailbox(exten.as_str().into(), counts))
        }
        _ => {
            let kind = ["PJSIP/", "PJSIP/90", "Custom:DND"].choose(dice).unwrap();
            let number = if peer == "perm" { 1 } else { 2 };
            let device = DeviceName::from(format!("{kind}{exten}"));
            let eid = Eid::from_bytes([2, 0, 0, 0, 0, number]);
            (format!("1 {device} {peer}"), Tells::Device(eid, device, state))
        }
    };
    (key, (peer.into(), tells))
}

/// What a lamp shows once nothing is left over of its history. When a state in two documents began depends
/// on which of them came first.
fn settled(Stage { board, .. }: &Stage) -> Vec<Lamp> {
    let lamp = |(_, cell): (&Exten, &Cell)| {
        let since = if cell.extension.is_empty() { cell.lamp.since } else { Timestamp(0) };
        Lamp { since, ..Lamp::clone(&cell.lamp) }
    };
    board.lamps.by_exten().map(lamp).collect()
}

#[test]
fn a_restart_and_a_full_refresh_leave_the_board_as_it_would_be_without() {
    let mut dice = StdRng::seed_from_u64(4);
    for round in 0..300 {
        let mut stage = after(settings(&[ARTICLE]), &["0 perm live", "0 kazan live"]);
        let mut last: BTreeMap<String, (SiteName, Tells)> = BTreeMap::new();
        let mut shelf = Shelf::default();
        for second in 1..60 {
            let now = at(second * 1_000);
            match dice.random_range(0..20) {
                0 => stage.tell(now, &("perm".into(), Tells::Gap(Source::DeviceStates))),
                1 => shelf.put(stage.poll_to_keep(now).unwrap_or_default()),
                _ => {
                    let (key, told) = something(&mut dice);
                    stage.tell(now, &told);
                    last.insert(key, told);
                }
            }
        }
        shelf.put(stage.poll_to_keep(at(60_000)).unwrap_or_default());
        let mut next = Stage::at(settings(&[ARTICLE]), at(70_000));
        next.restore(at(70_000), shelf.take());
        assert!(next.board.lamps().all(|lamp| lamp.freshness != Freshness::Live), "round {round}");
        for stage in [&mut stage, &mut next] {
            for peer in ["perm", "kazan"] {
                stage.tell(at(71_000), &(peer.into(), Tells::Silent(Duration::ZERO)));
                stage.tell(at(72_000), &(peer.into(), Tells::Live));
            }
            for told in last.values() {
                stage.tell(at(73_000), told);
            }
        }
        assert_eq!(settled(&next), settled(&stage), "round {round}");
    }
}
