//! Requests against a PBX that is played here, with people at its phones who choose the worst moment.

mod played;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use lampfield_shared::{DeviceState, Dnd, DndKind, Exten, Fact, Timestamp};
use tokio::time::sleep;

use super::DndError;
use super::settle::Settled;
use crate::store::dnd::{DndRecord, DndState};
use played::{Pbx, Reply, Run, When, says};

fn soon(milliseconds: u64) -> Timestamp {
    Timestamp(crate::clock::now().0 + milliseconds)
}

fn record(state: DndState, since: Timestamp) -> DndRecord {
    DndRecord {
        exten: "1001".into(),
        kind: DndKind::Calls,
        state,
        node: Some("perm".into()),
        since,
        until: Some(soon(400)),
        reason: None,
        by: None,
    }
}

/// A DND that a person has set at the PBX stays, though the time of ours is over.
async fn stays_set(run: &Run) {
    run.hear().await;
    run.wait_until_records(<[_]>::is_empty).await;
    run.pbx(|pbx| {
        pbx.actions.clear();
        pbx.person_sets();
    });
    sleep(Duration::from_millis(900)).await;
    assert!(run.pbx(|pbx| pbx.flag), "{:?}", run.pbx(|pbx| pbx.actions.clone()));
}

#[tokio::test]
async fn one_that_is_ended_in_the_instant_of_its_confirmation_has_ended() {
    // Once with both of the PBX's states heard, and once with only one of them when lampfield asks.
    for action in ["DND=BUSY", "DEVDND=BUSY"] {
        let run = Run::start().await;
        run.by_itself();
        run.after(action, Pbx::person_ends);
        run.request(Dnd::On, Some(soon(500))).await.unwrap();
        stays_set(&run).await;
        let deeds = run.deeds().await;
        assert_eq!(deeds, [("dnd.on".into(), "ok".into()), ("dnd.ended".into(), "ok".into())], "{action}");
    }
}

#[tokio::test]
async fn one_that_is_ended_and_set_anew_before_it_is_confirmed_is_somebody_elses() {
    let run = Run::start().await;
    run.by_itself();
    run.after("DND=BUSY", |pbx| {
        pbx.person_ends();
        pbx.person_sets();
    });
    run.request(Dnd::On, Some(soon(500))).await.unwrap();
    run.wait_until_records(<[_]>::is_empty).await;
    sleep(Duration::from_millis(900)).await;
    assert!(run.pbx(|pbx| pbx.flag && pbx.device == DeviceState::Busy));
}

#[tokio::test]
async fn the_timer_comes_too_late_for_what_was_ended_while_it_was_at_work() {
    let run = Run::start().await;
    run.request(Dnd::On, Some(soon(150))).await.unwrap();
    run.by_itself();
    let mut asked = false;
    run.meddle(move |action, when, pbx| {
        if action == "DBGet AMPUSER" && when == When::Before && !std::mem::replace(&mut asked, true) {
            pbx.person_ends();
            pbx.person_sets();
        }
        Reply::Done
    });
    run.wait_until_records(<[_]>::is_empty).await;
    sleep(Duration::from_millis(300)).await;
    assert!(run.pbx(|pbx| pbx.flag), "{:?}", run.pbx(|pbx| pbx.actions.clone()));
}

#[tokio::test]
async fn one_that_is_half_off_is_ended_and_none_that_is_set_anew_meanwhile() {
    for set_anew in [false, true] {
        let run = Run::start().await;
        run.request(Dnd::On, Some(soon(100))).await.unwrap();
        run.by_itself();
        let mut times = 0;
        run.meddle(move |action, when, pbx| {
            if action == "DND=UNAVAILABLE" && when == When::Before {
                times += 1;
                if times == 1 {
                    pbx.flag = set_anew;
                    return Reply::Denied;
                }
            }
            Reply::Done
        });
        run.wait_until_records(<[_]>::is_empty).await;
        assert_eq!(run.pbx(|pbx| (pbx.flag, pbx.device == DeviceState::Busy)), (set_anew, set_anew));
    }
}

#[tokio::test]
async fn what_was_cut_off_is_settled_unless_somebody_ended_it() {
    let since = soon(0);
    // A request that reached the PBX is carried out.
    let run = Run::start_with(&[record(DndState::Beginning, since)]).await;
    run.pbx(|pbx| pbx.flag = true);
    let kept = run.records().await;
    assert_eq!(run.service.settle(&kept[0]).await.unwrap(), Settled::Yes);
    assert_eq!(run.records().await[0].state, DndState::On);
    // One that was ended at the phone is not, and what was set there afterwards stays.
    for state in [DndState::Beginning, DndState::Ending] {
        let run = Run::start_with(&[record(state, since)]).await;
        run.pbx(|pbx| {
            pbx.person_sets();
            pbx.person_ends();
            pbx.person_sets();
        });
        run.hear().await;
        let kept = run.records().await;
        assert_eq!(run.service.settle(&kept[0]).await.unwrap(), Settled::Yes, "{state:?}");
        assert!(run.pbx(|pbx| pbx.flag), "{state:?}");
        assert_eq!(run.records().await, [], "{state:?}");
    }
}

#[tokio::test]
async fn what_had_ended_before_a_restart_has_ended() {
    let since = soon(0);
    let run = Run::start_with(&[record(DndState::On, since)]).await;
    run.by_itself();
    stays_set(&run).await;
}

#[tokio::test]
async fn what_the_database_did_not_take_is_kept_when_it_does() {
    let run = Run::start().await;
    // The audit log is written with the outcome: the request itself is kept.
    run.set_broken("audit", true).await;
    assert!(matches!(run.request(Dnd::On, Some(soon(60_000))).await, Err(DndError::Store(_))));
    assert_eq!(run.records().await[0].state, DndState::Beginning);
    run.set_broken("audit", false).await;
    run.by_itself();
    run.wait_until_records(|records| records.iter().any(|it| it.state == DndState::On)).await;
    assert_eq!(run.deeds().await, [("dnd.on".into(), "ok".into())]);
}

#[tokio::test]
async fn an_end_that_could_not_be_kept_ends_no_other() {
    let run = Run::start().await;
    run.request(Dnd::On, None).await.unwrap();
    run.set_broken("audit", true).await;
    assert!(matches!(run.request(Dnd::Off, None).await, Err(DndError::Store(_))));
    assert!(!run.pbx(|pbx| pbx.flag));
    run.pbx(Pbx::person_sets);
    run.set_broken("audit", false).await;
    run.by_itself();
    run.wait_until_records(<[_]>::is_empty).await;
    sleep(Duration::from_millis(200)).await;
    assert!(run.pbx(|pbx| pbx.flag), "{:?}", run.pbx(|pbx| pbx.actions.clone()));
}

#[tokio::test]
async fn a_database_that_cannot_be_read_for_a_while_leaves_nothing_unsettled() {
    let run = Run::start_with(&[record(DndState::Beginning, soon(0))]).await;
    let rename = |from: &'static str, to: &'static str| {
        let sql = format!("ALTER TABLE {from} RENAME TO {to}");
        run.store.batch(sql)
    };
    rename("dnd", "away").await.unwrap();
    run.by_itself();
    sleep(Duration::from_millis(100)).await;
    rename("away", "dnd").await.unwrap();
    run.wait_until_records(<[_]>::is_empty).await;
    assert_eq!(run.deeds().await, [("dnd.on".into(), "cut off by a restart".into())]);
}

#[tokio::test]
async fn a_manager_that_falls_silent_half_way_leaves_nothing_that_nobody_ends() {
    for action in ["DBPut DND", "DND=BUSY", "DEVDND=BUSY"] {
        let run = Run::start().await;
        let mute = Arc::new(Mutex::new(false));
        let is_mute = Arc::clone(&mute);
        run.meddle(move |seen, when, _| {
            let mut mute = is_mute.lock().unwrap();
            *mute |= seen == action && when == When::Before;
            if *mute { Reply::Mute } else { Reply::Done }
        });
        assert!(matches!(run.request(Dnd::On, None).await, Err(DndError::Failed { .. })), "{action}");
        run.pbx(|pbx| pbx.meddle = None);
        *mute.lock().unwrap() = false;
        run.by_itself();
        run.wait_until_records(<[_]>::is_empty).await;
        assert_eq!(run.pbx(|pbx| (pbx.flag, pbx.device)), (false, DeviceState::Unavailable), "{action}");
    }
}

#[tokio::test]
async fn one_whose_lamp_is_gone_ends_all_the_same() {
    let mut over = record(DndState::On, soon(0));
    over.exten = Exten::from("4711");
    over.until = Some(soon(50));
    let run = Run::start_with(&[over]).await;
    run.by_itself();
    run.news.send(says(DeviceState::Busy)).unwrap();
    // The PBX publishes nothing about that extension: its manager's answer is enough, and the report says so.
    run.wait_until_records(<[_]>::is_empty).await;
}

#[tokio::test]
async fn what_was_cut_off_at_a_pbx_that_is_no_longer_configured_is_recorded_as_it_was_meant() {
    let run = Run::start().await;
    for (state, action) in [(DndState::Beginning, "dnd.on"), (DndState::Ending, "dnd.off")] {
        let gone = DndRecord { node: Some("omsk".into()), ..record(state, soon(0)) };
        run.store.keep_dnd(gone.clone(), crate::identity::Actor::program("test"), None).await.unwrap();
        assert_eq!(run.service.settle(&gone).await.unwrap(), Settled::Yes);
        let deed = run.store.audit(None, 1).await.unwrap().entries.remove(0);
        assert_eq!((deed.action.as_str(), deed.result.as_str()), (action, "cut off by a restart"));
        assert_eq!(deed.facts, [Fact::Kind(DndKind::Calls), Fact::OutOfReach("omsk".into())]);
        assert_eq!(run.records().await, []);
    }
}
