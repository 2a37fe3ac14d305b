//! Our own votes, and what is told of a DND that was set through lampfield.

use lampfield_shared::{Dnd, DndDetails, DndKind};

use super::*;

const HINT: &str = "_1xxx,hint,PJSIP/${EXTEN}&Custom:DND${EXTEN}";

struct Run(Stage);

impl Run {
    fn new(settings: BoardSettings) -> Self {
        Self(Stage::new(settings))
    }

    /// Lines such as `12 perm PJSIP/1001 INUSE`.
    fn told(&mut self, lines: &[&str]) -> &mut Self {
        for line in lines {
            self.0.tell_line(line);
        }
        self
    }

    fn own(&mut self, second: u64, device: &str, state: &str) -> &mut Self {
        let Stage { ledger, board } = &mut self.0;
        let now = at(second * 1_000);
        let filed = ledger.file_own(now, &device.into(), state.parse().unwrap());
        board.apply(now, ledger, News::Device(filed));
        self
    }

    fn set(&mut self, exten: &str, kind: DndKind, told: Option<DndTold>) -> &mut Self {
        self.dnd(60_000, DndNews::Told { exten: exten.into(), kind, told })
    }

    fn dnd(&mut self, milliseconds: u64, news: DndNews) -> &mut Self {
        self.0.board.apply_dnd(at(milliseconds), &self.0.ledger, news);
        self
    }

    fn lamp(&self, exten: &str) -> Lamp {
        self.0.details(exten).lamp
    }

    #[track_caller]
    fn shows(&mut self, exten: &str, expected: &str) -> &mut Self {
        let lamp = self.lamp(exten);
        let kind = lamp.dnd_details.as_ref().map_or("", |details| details.kind.as_str());
        assert_eq!(format!("{} [{kind}]", describe(&lamp)), expected);
        self
    }

    fn facts(&self, exten: &str) -> DndFacts {
        self.0.board.dnd_facts(&self.0.ledger, &Whose::These(vec![exten.into()])).remove(&Exten::from(exten)).unwrap()
    }

    fn ended(&mut self) -> Vec<DndEnded> {
        std::iter::from_fn(|| self.0.board.poll_dnd_ended()).collect()
    }
}

fn told(node: Option<&str>) -> DndTold {
    DndTold {
        since: Timestamp(5_000),
        until: Some(Timestamp(90_000)),
        reason: Some("lunch".into()),
        by: Some("anna".into()),
        node: node.map(SiteName::from),
    }
}

#[test]
fn our_own_vote_counts_at_once_and_is_no_site() {
    let mut run = Run::new(settings(&[HINT]));
    run.told(&["1 perm live", "2 perm PJSIP/1001 NOT_INUSE"]).own(3, "Custom:DND1001", "BUSY");
    run.shows("1001", "1001 dnd dnd (Busy) since 3, live, perm [lamp]");
    assert_eq!(run.0.sites().len(), 2);
    let votes = run.0.details("1001").votes;
    let ours = votes.iter().find(|vote| vote.eid == Some(OWN)).unwrap();
    assert_eq!((ours.peer.as_str(), ours.freshness), ("lampfield", Freshness::Live));
    run.own(4, "Custom:DND1001", "INVALID").shows("1001", "1001 free (Idle) since 4, live, perm []");
}

#[test]
fn our_own_vote_is_no_news_of_a_phone() {
    let mut run = Run::new(naming(settings(&[HINT]), "1001"));
    run.own(1, "Custom:DND1001", "BUSY").shows("1001", "1001 dnd dnd (Busy) since 1, never heard, its dnd live [lamp]");
    run.own(1, "Custom:DND1002", "BUSY").shows("1002", "1002 dnd dnd (Busy) since 1, never heard, its dnd live [lamp]");
    run.told(&["2 kazan live", "3 kazan PJSIP/1001 NOT_INUSE", "4 kazan silent 0"]);
    run.shows("1001", "1001 dnd dnd (Busy) since 1, last known at 4, its dnd live, kazan [lamp]");
}

#[test]
fn an_extension_without_a_hint_has_a_dnd_all_the_same() {
    let mut run = Run::new(settings(&[]));
    run.told(&["1 perm live", "2 perm PJSIP/7001 NOT_INUSE"]).own(3, "Custom:DND7001", "BUSY");
    run.shows("7001", "7001 dnd dnd (Unknown) since 3, live, perm [lamp]");
    assert_eq!(run.facts("7001").follows, Follows::Yes);
}

#[test]
fn a_pbx_that_holds_it_stops_calls_and_we_alone_do_not() {
    let mut run = Run::new(settings(&[HINT]));
    run.told(&["1 perm live", "2 perm PJSIP/1001 NOT_INUSE", "3 perm Custom:DND1001 BUSY"]);
    run.shows("1001", "1001 dnd dnd (Busy) since 3, live, perm [calls]");
    run.own(4, "Custom:DND1001", "BUSY").shows("1001", "1001 dnd dnd (Busy) since 3, live, perm [calls]");
    run.told(&["5 perm Custom:DND1001 UNAVAILABLE"]);
    run.shows("1001", "1001 dnd dnd (Busy) since 3, live, perm [lamp]");
    run.own(6, "Custom:DND1001", "INVALID").told(&["7 perm Custom:DND1001 BUSY", "8 perm gap"]);
    run.shows("1001", "1001 dnd dnd (Busy) since 7, last known at 8, perm [calls]");
}

#[test]
fn the_lamp_says_until_when_and_why() {
    let mut run = Run::new(settings(&[HINT]));
    run.told(&["1 perm live", "2 perm PJSIP/1001 NOT_INUSE"]).own(3, "Custom:DND1001", "BUSY");
    while run.0.poll_change().is_some() {}
    run.set("1001", DndKind::Lamp, Some(told(None)));
    assert!(run.0.poll_change().is_some(), "the watchers are told");
    let details = DndDetails {
        kind: DndKind::Lamp,
        until: Some(Timestamp(90_000)),
        reason: Some("lunch".into()),
        by: Some("anna".into()),
    };
    assert_eq!(run.lamp("1001").dnd_details.as_deref(), Some(&details));
    run.set("1001", DndKind::Lamp, None);
    assert_eq!(run.lamp("1001").dnd_details.unwrap().until, None);
}

#[test]
fn tells_when_a_dnd_is_ended_at_its_pbx() {
    let mut run = Run::new(settings(&[HINT]));
    run.told(&["1 perm live", "2 kazan live", "3 perm Custom:DND1001 BUSY"]);
    run.set("1001", DndKind::Calls, Some(told(Some("perm"))));
    run.told(&["4 perm Custom:DND1001 BUSY", "5 kazan Custom:DND1001 UNAVAILABLE", "6 perm gap"]);
    run.told(&["7 perm Custom:DND1001 UNKNOWN", "8 perm Custom:DND1001 INVALID", "9 perm Custom:DND1002 NOT_INUSE"]);
    assert_eq!(run.ended(), [], "none of these is a person who ends it");
    run.told(&["10 perm Custom:DND1001 UNAVAILABLE"]);
    assert_eq!(run.ended(), [DndEnded { exten: "1001".into(), since: Timestamp(5_000) }]);
    run.told(&["11 perm Custom:DND1001 BUSY", "12 perm Custom:DND1001 UNAVAILABLE"]);
    assert_eq!(run.ended(), [], "what was set anew at the phone is nobody's but theirs");
}

#[test]
fn the_facts_name_home_and_holders() {
    let mut run = Run::new(settings(&[HINT, "2001,hint,PJSIP/2001"]));
    assert_eq!(run.facts("2001").follows, Follows::No, "its hint does not name the device");
    run.told(&["1 perm live", "2 perm PJSIP/1001 UNAVAILABLE"]);
    assert_eq!(run.facts("1001").home, None, "a PBX without the phone is a guess");
    run.told(&["3 perm PJSIP/1001 NOT_INUSE", "4 kazan Custom:DND1001 BUSY"]).own(5, "Custom:DND1001", "BUSY");
    let facts = run.facts("1001");
    assert_eq!(facts.home, Some(("perm".into(), Freshness::Live)));
    assert_eq!((facts.own, facts.held_by.len()), (Dnd::On, 1));
    assert!(facts.is_held_at(&"kazan".into(), &"1001".into()) && !facts.is_held_at(&"perm".into(), &"1001".into()));
    let on: Vec<_> = run.0.board.dnd_facts(&run.0.ledger, &Whose::On).into_keys().collect();
    assert_eq!(on, [Exten::from("1001")]);
}

#[test]
fn only_a_live_vote_confirms() {
    let mut run = Run::new(settings(&[HINT]));
    let awaited = Awaited::Says { peer: "perm".into(), device: "Custom:DND1001".into(), state: DeviceState::Busy };
    let confirms = |run: &mut Run| run.0.has_come(at(0), &awaited);
    run.told(&["1 kazan Custom:DND1001 BUSY", "2 perm Custom:DND1001 BUSY"]);
    assert!(!confirms(&mut run), "perm was not heard properly yet");
    run.told(&["3 perm live"]);
    assert!(confirms(&mut run));
    run.told(&["4 perm gap"]);
    assert!(!confirms(&mut run), "it may have changed since");
    run.told(&["5 perm Custom:DND1001 NOT_INUSE"]);
    assert!(!confirms(&mut run));
}

fn told_since(since: u64) -> DndTold {
    DndTold { since: Timestamp(since), ..told(Some("perm")) }
}

/// What the board says after each of these words of perm about `Custom:DND1001`.
#[track_caller]
fn order(claim: Claim, words: &[&str]) -> (Run, bool) {
    let mut run = Run::new(settings(&[HINT]));
    run.told(&["1 perm live", "2 perm Custom:DND1001 UNAVAILABLE"]);
    let is_there = run.0.board.claim_dnd(&"1001".into(), claim);
    for word in words {
        run.told(&[&format!("3 perm Custom:DND1001 {word}")]);
    }
    (run, is_there)
}

fn stands(run: &mut Run, since: u64) -> bool {
    run.0.has_come(at(0), &Awaited::Stands { exten: "1001".into(), since: Timestamp(since) })
}

#[test]
fn an_order_stands_from_the_word_that_confirms_it_to_the_one_that_ends_it() {
    let begin = || Claim::Begin(told_since(7));
    let ended = [DndEnded { exten: "1001".into(), since: Timestamp(7) }];
    let (mut run, _) = order(begin(), &[]);
    assert!(!stands(&mut run, 7), "nothing was said yet");
    run.told(&["4 perm Custom:DND1001 BUSY"]);
    assert!(stands(&mut run, 7));
    assert_eq!(run.lamp("1001").dnd_details.unwrap().reason.as_deref(), Some("lunch"));
    run.told(&["5 perm Custom:DND1001 UNAVAILABLE"]);
    assert_eq!(run.ended(), ended);

    // Both words before anybody asked; and a third, which is somebody else's.
    for words in [&["BUSY", "NOT_INUSE"][..], &["BUSY", "UNAVAILABLE", "BUSY"]] {
        let (mut run, _) = order(begin(), words);
        assert_eq!(run.ended(), ended);
        assert!(stands(&mut run, 7), "it was confirmed");
        assert!(!run.0.board.claim_dnd(&"1001".into(), Claim::End { since: Timestamp(7) }));
    }
    // A word that was under way when the PBX was told.
    let (mut run, _) = order(begin(), &["UNAVAILABLE", "UNKNOWN"]);
    assert!(!stands(&mut run, 7) && run.ended().is_empty());
}

#[test]
fn what_was_ended_at_its_pbx_is_claimed_by_nobody() {
    let end = |since| Claim::End { since: Timestamp(since) };
    let mut run = Run::new(settings(&[HINT]));
    run.told(&["1 perm live", "2 perm Custom:DND1001 BUSY"]);
    run.set("1001", DndKind::Calls, Some(told_since(7)));
    assert!(!run.0.board.claim_dnd(&"1001".into(), end(8)), "that is another one");
    assert!(run.0.board.claim_dnd(&"1001".into(), end(7)));
    run.told(&["3 perm Custom:DND1001 UNAVAILABLE"]);
    assert_eq!(run.ended(), [], "that was we");
    run.0.board.leave_dnd(&"1001".into(), Timestamp(7), Left::Nothing);
    assert!(run.0.board.claim_dnd(&"1001".into(), end(7)), "half off, and tried again");
    run.told(&["4 perm Custom:DND1001 BUSY"]);
    assert_eq!(run.ended().len(), 1);
    assert!(!run.0.board.claim_dnd(&"1001".into(), end(7)));
}

#[test]
fn an_order_that_was_cut_off_is_carried_on_unless_others_were_at_work() {
    let resume = |run: &mut Run| run.0.board.claim_dnd(&"1001".into(), Claim::Resume(told_since(7)));
    for (words, goes_on) in [
        (&[][..], true),
        (&["BUSY"], true),
        (&["UNAVAILABLE"], true),
        (&["BUSY", "UNAVAILABLE"], false),
        (&["UNAVAILABLE", "BUSY"], false),
    ] {
        let mut run = Run::new(settings(&[HINT]));
        run.told(&["1 perm live"]);
        run.dnd(0, DndNews::Order { exten: "1001".into(), wanted: Dnd::On, told: told_since(7) });
        for word in words {
            run.told(&[&format!("3 perm Custom:DND1001 {word}")]);
        }
        assert_eq!(resume(&mut run), goes_on, "{words:?}");
        assert_eq!(run.ended().is_empty(), goes_on, "{words:?}");
    }
}

#[test]
fn what_was_kept_tells_that_one_had_ended_before_the_restart() {
    for (second, ended) in [(4, false), (6, true)] {
        let mut run = Run::new(settings(&[HINT]));
        run.told(&[&format!("{second} perm Custom:DND1001 UNAVAILABLE")]);
        run.dnd(5_000, DndNews::Kept { exten: "1001".into(), told: told_since(5_000) });
        assert_eq!(run.ended().len(), usize::from(ended), "told at {second}, set at 5");
    }
}
