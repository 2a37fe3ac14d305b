//! How sure a lamp is of its phone, and how sure of its "do not disturb": a table of what was told, and what is
//! known then. In 0.1.0 an old vote on either made the whole lamp old.

use super::*;

const TWO_PHONES: &str = "_1xxx,hint,PJSIP/${EXTEN}&PJSIP/90${EXTEN}&Custom:DND${EXTEN}";
const KEYS: &str = "_1xxx,hint,Custom:DND${EXTEN}&Custom:DEVDND${EXTEN}";
const LIVE: &str = "1 perm live, 1 kazan live";

/// What 1001 shows after these lines, which are told behind [`LIVE`].
#[track_caller]
fn check_on(settings: BoardSettings, script: &str, expected: &str) {
    let mut stage = Stage::new(settings);
    for line in LIVE.split(", ").chain(script.split(", ")) {
        run(&mut stage, line);
    }
    let lamp = stage.details("1001").lamp;
    assert_eq!(describe(&lamp).strip_suffix(", perm"), Some(expected), "{script}");
}

/// Votes of perm are told at 2, perm misses something at 9, and then it tells some of them again.
#[track_caller]
fn check(before: &str, after: &str, expected: &str) {
    let told = |votes: &str, second: u32| {
        let lines = votes.split_whitespace().map(|vote| format!("{second} perm {}", vote.replace('=', " ")));
        lines.collect::<Vec<_>>()
    };
    let script = [told(before, 2), vec!["9 perm gap".into()], told(after, 10)].concat().join(", ");
    check_on(settings(&[TWO_PHONES]), &script, expected);
}

#[test]
fn an_old_dnd_makes_no_live_phone_old() {
    let off = "PJSIP/1001=NOT_INUSE Custom:DND1001=NOT_INUSE";
    check(off, "PJSIP/1001=NOT_INUSE", "1001 free (Idle) since 2, live, its dnd last known at 9");
    check(off, "PJSIP/1001=RINGING", "1001 ringing (Ringing) since 10, live, its dnd last known at 9");
    check(off, "PJSIP/1001=UNAVAILABLE", "1001 offline (Idle) since 10, live, its dnd last known at 9");
    let on = "PJSIP/1001=NOT_INUSE Custom:DND1001=BUSY";
    check(on, "PJSIP/1001=INUSE", "1001 on_call dnd (Busy) since 10, live, its dnd last known at 9");
    check(on, "PJSIP/1001=RINGING", "1001 ringing dnd (InUse&Ringing) since 10, live, its dnd last known at 9");
    check(on, "PJSIP/1001=NOT_INUSE", "1001 dnd dnd (Busy) since 2, last known at 9, its phone free live");
}

#[test]
fn an_old_phone_makes_no_live_dnd_old() {
    let off = "PJSIP/1001=INUSE Custom:DND1001=NOT_INUSE";
    check(off, "Custom:DND1001=NOT_INUSE", "1001 on_call (InUse) since 2, last known at 9, its dnd live");
    check(off, "Custom:DND1001=BUSY", "1001 on_call dnd (Busy) since 10, last known at 9, its dnd live");
    let free = "PJSIP/1001=NOT_INUSE Custom:DND1001=NOT_INUSE";
    // The phone may be in a call by now, and that would be shown.
    check(free, "Custom:DND1001=BUSY", "1001 dnd dnd (Busy) since 10, last known at 9, its dnd live");
}

#[test]
fn an_old_vote_matters_where_it_may_be_another_by_now_and_would_show() {
    let two = "PJSIP/1001=NOT_INUSE PJSIP/901001=UNAVAILABLE Custom:DND1001=NOT_INUSE";
    let told = |phone: &str| format!("{phone} Custom:DND1001=NOT_INUSE");
    check(two, &told("PJSIP/1001=NOT_INUSE"), "1001 free (Idle) since 2, last known at 9, its dnd live");
    // The other may ring.
    check(two, &told("PJSIP/1001=INUSE"), "1001 on_call (InUse) since 10, last known at 9, its dnd live");
    // More than that is not shown whatever the other does.
    check(two, &told("PJSIP/1001=RINGINUSE"), "1001 call_ringing (InUse&Ringing) since 10, live");
    let both = "PJSIP/1001=NOT_INUSE PJSIP/901001=NOT_INUSE Custom:DND1001=NOT_INUSE";
    check(both, &told("PJSIP/1001=INUSE PJSIP/901001=RINGING"), "1001 call_ringing (InUse&Ringing) since 10, live");
}

#[test]
fn a_silent_neighbour_makes_only_that_old_which_it_alone_holds() {
    let told = "2 perm PJSIP/1001 NOT_INUSE, 3 perm Custom:DND1001 NOT_INUSE";
    let on = |settings, votes: &str, expected: &str| {
        check_on(settings, &format!("{told}, {votes}, 100 kazan silent 30"), expected);
    };
    let two = || settings(&[TWO_PHONES]);
    on(two(), "4 kazan PJSIP/1001 UNAVAILABLE, 5 kazan Custom:DND1001 UNAVAILABLE", "1001 free (Idle) since 2, live");
    on(
        two(),
        "4 kazan Custom:DND1001 BUSY, 5 perm PJSIP/1001 INUSE",
        "1001 on_call dnd (Busy) since 5, live, its dnd last known at 70",
    );
    on(two(), "4 kazan Custom:DND1001 BUSY, 5 perm Custom:DND1001 BUSY", "1001 dnd dnd (Busy) since 4, live");
    on(
        two(),
        "4 perm Custom:DND1001 BUSY, 5 kazan PJSIP/901001 INUSE",
        "1001 on_call dnd (Busy) since 5, last known at 70, its dnd live",
    );
    // A lit `Custom:DND…` that is not BUSY shows as a call.
    on(two(), "4 kazan Custom:DND1001 INUSE", "1001 on_call (InUse) since 4, last known at 70");
}

#[test]
fn a_key_for_dnd_has_no_phone_to_be_unsure_of() {
    let keys = |script: &str, expected: &str| check_on(settings(&[KEYS]), script, expected);
    let told = "2 perm Custom:DND1001 BUSY, 3 perm Custom:DEVDND1001 NOT_INUSE, 9 perm gap";
    keys(told, "1001 dnd dnd (Busy) since 2, last known at 9");
    keys(&format!("{told}, 10 perm Custom:DND1001 BUSY"), "1001 dnd dnd (Busy) since 2, live");
    keys(&format!("{told}, 10 perm Custom:DND1001 NOT_INUSE"), "1001 free (Idle) since 10, last known at 9");
}

#[test]
fn where_nobody_has_told_of_a_dnd_there_is_none_to_be_unsure_of() {
    let mut stage = Stage::new(settings(&[TWO_PHONES]));
    run(&mut stage, "1 perm live");
    run(&mut stage, "2 perm PJSIP/1001 NOT_INUSE");
    assert_eq!(stage.details("1001").lamp.dnd_freshness, Freshness::Never);
    run(&mut stage, "9 perm silent 0");
    let lamp = stage.details("1001").lamp;
    assert_eq!((lamp.freshness, lamp.dnd_freshness), (Freshness::LastKnown, Freshness::Never));
}

#[test]
fn a_restart_leaves_both_old_and_each_becomes_live_alone() {
    let mut before = Stage::new(settings(&[TWO_PHONES]));
    for line in ["1 perm live", "2 perm PJSIP/1001 INUSE", "3 perm Custom:DND1001 BUSY"] {
        run(&mut before, line);
    }
    let kept = before.poll_to_keep(at(5_000)).unwrap();
    let mut stage = Stage::at(settings(&[TWO_PHONES]), at(9_000));
    stage.restore(at(9_000), kept);
    let shows = |stage: &Stage| describe(&stage.details("1001").lamp);
    assert_eq!(shows(&stage), "1001 on_call dnd (Busy) since 3, last known at 3, perm");
    run(&mut stage, "10 perm live");
    run(&mut stage, "11 perm PJSIP/1001 INUSE");
    assert_eq!(shows(&stage), "1001 on_call dnd (Busy) since 3, live, its dnd last known at 3, perm");
    run(&mut stage, "12 perm Custom:DND1001 BUSY");
    assert_eq!(shows(&stage), "1001 on_call dnd (Busy) since 3, live, perm");
}

/// However a stale vote has changed meanwhile, what counts as live is still so. Votes of one PBX, some of them
/// told again after a gap; then the others come, as anything.
#[test]
fn whatever_an_old_vote_has_become_what_is_live_stays_so() {
    use rand::rngs::StdRng;
    use rand::seq::IndexedRandom;
    use rand::{Rng, SeedableRng};

    let mut dice = StdRng::seed_from_u64(11);
    let devices = ["PJSIP/1001", "PJSIP/901001", "Custom:DND1001"];
    for _ in 0..3_000 {
        let mut stage = Stage::new(serving(settings(&[TWO_PHONES]), 0, "_1XXX"));
        let mut history = vec!["1 perm live".to_owned()];
        let state = |dice: &mut StdRng, device: &str| {
            let of_dnd = [DeviceState::Busy, DeviceState::NotInUse];
            *if device.starts_with("Custom") { of_dnd.choose(dice) } else { DeviceState::ALL.choose(dice) }.unwrap()
        };
        history.extend(devices.map(|device| format!("2 perm {device} {}", state(&mut dice, device))));
        history.push("9 perm gap".into());
        let (again, rest): (Vec<_>, Vec<_>) = devices.into_iter().partition(|_| dice.random_bool(0.5));
        history.extend(again.iter().map(|device| format!("10 perm {device} {}", state(&mut dice, device))));
        for line in &history {
            run(&mut stage, line);
        }
        let before = stage.details("1001").lamp;
        for device in rest {
            history.push(format!("11 perm {device} {}", state(&mut dice, device)));
            run(&mut stage, &history[history.len() - 1]);
        }
        let after = stage.details("1001").lamp;
        let phone = |lamp: &Lamp| lamp.phone.as_ref().map_or(lamp.state, |phone| phone.state);
        let sure = |lamp: &Lamp| lamp.phone.as_ref().map_or(lamp.freshness, |phone| phone.freshness);
        assert!(sure(&before) != Freshness::Live || phone(&before) == phone(&after), "{history:#?}");
        assert!(before.dnd_freshness != Freshness::Live || before.dnd == after.dnd, "{history:#?}");
        assert_eq!((after.freshness, after.dnd_freshness), (Freshness::Live, Freshness::Live), "{history:#?}");
    }
}
