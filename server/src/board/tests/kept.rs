//! A board that is put away and taken out again.

use std::collections::BTreeMap;

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};

use super::*;

/// What a store makes of what it is given: the newest of each.
#[derive(Default)]
struct Shelf {
    sites: BTreeMap<SiteName, KeptSite>,
    votes: BTreeMap<(DeviceName, Eid), KeptVote>,
    words: BTreeMap<(Exten, SiteName), KeptWord>,
    persons: BTreeMap<(Exten, SiteName), KeptPerson>,
    lamps: BTreeMap<Exten, KeptLamp>,
    mailboxes: BTreeMap<MailboxName, KeptMailbox>,
}

impl Shelf {
    fn put(&mut self, kept: Kept) {
        self.sites.extend(kept.sites.into_iter().map(|it| (it.name.clone(), it)));
        self.votes.extend(kept.votes.into_iter().map(|it| ((it.device.clone(), it.eid), it)));
        self.words.extend(kept.words.into_iter().map(|it| ((it.exten.clone(), it.peer.clone()), it)));
        self.persons.extend(kept.persons.into_iter().map(|it| ((it.exten.clone(), it.peer.clone()), it)));
        self.lamps.extend(kept.lamps.into_iter().map(|it| (it.exten.clone(), it)));
        self.mailboxes.extend(kept.mailboxes.into_iter().map(|it| (it.mailbox.clone(), it)));
    }

    fn take(self) -> Kept {
        Kept {
            sites: self.sites.into_values().collect(),
            votes: self.votes.into_values().collect(),
            words: self.words.into_values().collect(),
            persons: self.persons.into_values().collect(),
            lamps: self.lamps.into_values().collect(),
            mailboxes: self.mailboxes.into_values().collect(),
        }
    }
}

fn told(settings: BoardSettings, lines: &[&str]) -> Board {
    let mut board = Board::new(settings, at(0));
    for line in lines {
        run(&mut board, line);
    }
    board
}

fn lamps(board: &Board) -> Vec<String> {
    board.lamps().map(|lamp| describe(lamp)).collect()
}

/// The board after a restart at that second.
fn restarted(mut before: Board, settings: BoardSettings, second: u64) -> Board {
    let kept = before.poll_to_keep(at(second * 1_000)).unwrap_or_default();
    let mut board = Board::new(settings, at(second * 1_000));
    board.restore(at(second * 1_000), kept);
    board
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
    let mut board = restarted(told(settings(&[ARTICLE]), &lines), settings(&[ARTICLE]), 100);
    assert_eq!(board.poll_change(), None);
    assert_eq!(
        lamps(&board),
        [
            "1001 on_call (InUse) since 3, last known at 9, perm, 2 new 0 old at 9",
            "777 offline (Unknown) since 5, last known at 9, perm",
        ],
        "as of the last sign of the PBX"
    );
    let site = board.sites().next().unwrap();
    assert_eq!(
        (site.freshness, site.since, site.heard),
        (Freshness::LastKnown, Timestamp(9_000), Some(Timestamp(9_000)))
    );
    for line in ["101 perm live", "102 perm PJSIP/1001 NOT_INUSE", "103 perm Custom:DND1001 NOT_INUSE"] {
        run(&mut board, line);
    }
    assert_eq!(
        lamps(&board),
        [
            "1001 free (Idle) since 102, live, perm, 2 new 0 old at 9",
            "777 offline (Unknown) since 5, last known at 9, perm",
        ]
    );
}

#[test]
fn what_was_old_stays_as_old_as_it_was() {
    let lines = ["1 perm live", "2 perm PJSIP/1001 INUSE", "50 perm silent 20"];
    let board = restarted(told(settings(&[ARTICLE]), &lines), settings(&[ARTICLE]), 100);
    let board = restarted(board, settings(&[ARTICLE]), 200);
    assert_eq!(lamps(&board), ["1001 on_call (InUse) since 2, last known at 30, perm"]);
}

#[test]
fn a_clock_that_was_set_back_meanwhile_leaves_nothing_of_a_time_to_come() {
    let before = told(settings(&[ARTICLE]), &["100 perm live", "200 perm PJSIP/1001 INUSE"]);
    let board = restarted(before, settings(&[ARTICLE]), 50);
    assert_eq!(lamps(&board), ["1001 on_call (InUse) since 50, last known at 50, perm"]);
    assert_eq!(board.details(&"1001".into()).unwrap().votes[0].when, Timestamp(50_000));
    assert_eq!(board.sites().find_map(|site| site.heard), Some(Timestamp(50_000)));
}

#[test]
fn when_a_peer_was_heard_is_kept_also_after_the_clock_was_set_back() {
    let mut board = told(settings(&[ARTICLE]), &["100 perm live", "100 perm PJSIP/1001 INUSE"]);
    assert!(board.poll_to_keep(at(1_000_000)).is_some());
    let set_back = |milliseconds| Moment { wall: Timestamp(milliseconds - 500_000), ..at(milliseconds) };
    board.set_clock(set_back(1_000_000));
    assert_eq!(board.poll_to_keep(set_back(1_000_000)), None);
    assert!(board.poll_to_keep(set_back(1_060_000)).is_some_and(|kept| kept.sites.len() == 1));
}

#[test]
fn a_peer_that_is_gone_leaves_no_ghosts() {
    let lines = ["1 perm live", "1 kazan live", "2 perm PJSIP/1001 INUSE", "3 kazan PJSIP/2001 INUSE"];
    let mut without = settings(&[ARTICLE]);
    without.sites.pop();
    let board = restarted(told(settings(&[ARTICLE]), &lines), without, 100);
    assert_eq!(lamps(&board), ["1001 on_call (InUse) since 2, last known at 2, perm"]);
    assert_eq!(board.sites().count(), 1);
}

#[test]
fn keeps_each_thing_once_and_nothing_twice() {
    let mut board = told(settings(&[ARTICLE]), &["1 perm live", "2 perm PJSIP/1001 INUSE"]);
    run(&mut board, "3 perm PJSIP/1001 RINGING");
    let kept = board.poll_to_keep(at(5_000)).unwrap();
    let vote = &kept.votes[0];
    assert_eq!((kept.votes.len(), kept.lamps.len(), vote.state), (1, 1, DeviceState::Ringing));
    assert_eq!(vote.good_until, None, "its PBX stands by it");
    assert_eq!(board.poll_to_keep(at(10_000)), None);
    run(&mut board, "11 perm PJSIP/1001 RINGING");
    assert_eq!(board.poll_to_keep(at(15_000)), None, "nothing is new");
    let heard = board.poll_to_keep(at(70_000)).unwrap();
    assert_eq!((heard.votes.len(), heard.sites[0].heard), (0, Timestamp(11_000)), "but that it was heard");
    board.keep_all();
    assert_eq!(board.poll_to_keep(at(71_000)).unwrap().votes.len(), 1);
}

/// One thing that is told, and told again in a refresh.
fn something(dice: &mut StdRng) -> (String, News) {
    let peer = *["perm", "kazan"].choose(dice).unwrap();
    let exten = Exten::from(*["1001", "2001", "77"].choose(dice).unwrap());
    let site = SiteName::from(peer);
    let state = *DeviceState::ALL.choose(dice).unwrap();
    match dice.random_range(0..8) {
        0 => {
            let call = CallSaid { rings: state == DeviceState::Ringing, direction: None, caller: None };
            let dialogs = vec![DialogTold { id: 1, state, call: Some(call) }];
            let said = Said::Dialog(DialogSaid { scope: Scope::Full, subject: Subject::Extension, dialogs });
            (format!("2 dialog {exten} {peer}"), News::Extension { peer: site, exten, publication: 1, said })
        }
        1 => {
            let person = PersonSaid { state: lampfield_shared::PresenceState::Xa, subtype: None, note: None };
            let person = dice.random_bool(0.5).then_some(person);
            let said = Said::Presence(PresenceSaid { state, grain: Grain::Fine, person, tuples: vec![1] });
            (format!("3 presence {exten} {peer}"), News::Extension { peer: site, exten, publication: 1, said })
        }
        2 => {
            let counts = Mailbox { new: dice.random_range(0..3), old: 0 };
            (format!("4 mailbox {exten}"), News::Mailbox { peer: site, mailbox: exten.as_str().into(), counts })
        }
        _ => {
            let kind = ["PJSIP/", "PJSIP/90", "Custom:DND"].choose(dice).unwrap();
            let number = if peer == "perm" { 1 } else { 2 };
            let device = DeviceName::from(format!("{kind}{exten}"));
            let eid = Eid::from_bytes([2, 0, 0, 0, 0, number]);
            (format!("1 {device} {peer}"), News::Device { peer: site, eid, device, state })
        }
    }
}

/// What a lamp shows once nothing is left over of its history. When a state in two documents began depends
/// on which of them came first.
fn settled(board: &Board) -> Vec<Lamp> {
    let lamp = |lamp: &Lamp| {
        let has_words = board.by_exten.get(&lamp.exten).is_some_and(|id| !board.lamps[id.index()].words.is_empty());
        Lamp { since: if has_words { Timestamp(0) } else { lamp.since }, ..lamp.clone() }
    };
    board.lamps().map(|it| lamp(it)).collect()
}

#[test]
fn a_restart_and_a_full_refresh_leave_the_board_as_it_would_be_without() {
    let mut dice = StdRng::seed_from_u64(4);
    for round in 0..300 {
        let mut board = told(settings(&[ARTICLE]), &["0 perm live", "0 kazan live"]);
        let mut last: BTreeMap<String, News> = BTreeMap::new();
        let mut shelf = Shelf::default();
        for second in 1..60 {
            let now = at(second * 1_000);
            match dice.random_range(0..20) {
                0 => board.apply(now, News::Gap { peer: "perm".into() }),
                1 => shelf.put(board.poll_to_keep(now).unwrap_or_default()),
                _ => {
                    let (key, news) = something(&mut dice);
                    last.insert(key, news.clone());
                    board.apply(now, news);
                }
            }
        }
        shelf.put(board.poll_to_keep(at(60_000)).unwrap_or_default());
        let mut next = Board::new(settings(&[ARTICLE]), at(70_000));
        next.restore(at(70_000), shelf.take());
        assert!(next.lamps().all(|lamp| lamp.freshness != Freshness::Live), "round {round}");
        for board in [&mut board, &mut next] {
            for peer in ["perm", "kazan"] {
                board.apply(at(71_000), News::Silent { peer: peer.into(), silent_for: Duration::ZERO });
                board.apply(at(72_000), News::Live { peer: peer.into() });
            }
            for news in last.values() {
                board.apply(at(73_000), news.clone());
            }
        }
        assert_eq!(settled(&next), settled(&board), "round {round}");
    }
}
