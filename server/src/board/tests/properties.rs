//! What holds whatever is told, by many thrown dice.

use lampfield_shared::DeviceState;
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use super::{ARTICLE, Stage, at, run, serving, settings};

#[test]
fn the_same_votes_in_any_order_give_the_same_board() {
    let mut dice = StdRng::seed_from_u64(22);
    for round in 0..300 {
        let mut votes = Vec::new();
        for device in ["PJSIP/1001", "PJSIP/901001", "Custom:DND1001", "PJSIP/1002", "Custom:DND1002", "PJSIP/77"] {
            for (peer, eid) in [("perm", 1), ("perm", 3), ("kazan", 2)] {
                let state = DeviceState::ALL[rand::Rng::random_range(&mut dice, 0..9)];
                votes.push(format!("1 {peer}/{eid} {device} {state}"));
            }
        }
        let mut outcomes = Vec::new();
        for _ in 0..4 {
            votes.shuffle(&mut dice);
            let mut stage = Stage::new(serving(settings(&[ARTICLE]), 1, "_X."));
            run(&mut stage, "1 perm live");
            run(&mut stage, "1 kazan live");
            for vote in &votes {
                run(&mut stage, vote);
            }
            // `since` tells when it came to be so, and everything came in the same second.
            outcomes.push(stage.board.lamps().cloned().collect::<Vec<_>>());
        }
        assert!(outcomes.iter().all(|outcome| *outcome == outcomes[0]), "round {round}: {votes:?}");
        assert_eq!(outcomes[0].len(), 3);
    }
}

/// Only the lamps of what changed are looked at: none of the others may differ by then.
#[test]
fn no_lamp_is_overlooked() {
    let mut dice = StdRng::seed_from_u64(16);
    let pick = |dice: &mut StdRng, from: &[&str]| from[rand::Rng::random_range(dice, 0..from.len())].to_owned();
    let devices = ["PJSIP/1001", "PJSIP/901001", "Custom:DND1001", "PJSIP/2001", "Custom:DND2001", "PJSIP/77"];
    let words: Vec<&str> = DeviceState::ALL.iter().map(|state| state.as_str()).collect();
    for _ in 0..200 {
        let mut stage = Stage::new(serving(settings(&[ARTICLE]), 1, "_2XXX"));
        let mut history = Vec::new();
        for second in 1..60 {
            let peer = pick(&mut dice, &["perm", "perm/3", "kazan", "omsk"]);
            let what = match rand::Rng::random_range(&mut dice, 0..10) {
                0 => "live".to_owned(),
                1 => "silent 0".to_owned(),
                2 => "gap".to_owned(),
                _ => format!("{} {}", pick(&mut dice, &devices), pick(&mut dice, &words)),
            };
            history.push(format!("{second} {peer} {what}"));
            run(&mut stage, &history[history.len() - 1]);
            for lamp in stage.board.lamps.ids() {
                stage.refresh(lamp, at(second * 1_000));
            }
            assert_eq!(stage.poll_change(), None, "{history:#?}");
        }
    }
}
