//! The hub as its watchers see it, under a clock that only the test moves.

mod boards;
mod views;

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use lampfield_shared::{
    Exten, ExtensionState, Freshness, Lamp, LampState, Privacy, Revision, Role, Site, Snapshot, Tick, Timestamp,
};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::time::advance;

use super::{BoardIdentity, Hub, Watcher};
use crate::board::BoardChange;
use crate::view::View;

const NOW: Timestamp = Timestamp(1);
/// The revision before the first change, by the clock above.
const START: u64 = 1024;
/// The longest rest of a watcher.
const REST: Duration = Duration::from_millis(50);

fn hub() -> Hub {
    Hub::new(identity(vec![perm(Freshness::Never)]), [], NOW)
}

pub(crate) fn identity(sites: Vec<Site>) -> BoardIdentity {
    BoardIdentity { title: "Desk".into(), demo: false, build: "b1".into(), sites, boards: Vec::new() }
}

/// A hub with this number of free lamps, `0000` upwards.
fn hub_of(lamps: usize) -> Hub {
    let hub = hub();
    for number in 0..lamps {
        publish(&hub, &format!("{number:04}"), LampState::Free);
    }
    hub
}

fn perm(freshness: Freshness) -> Site {
    Site { name: "perm".into(), title: "Perm".into(), freshness, since: NOW, heard: None, stops_calls: false }
}

fn publish(hub: &Hub, exten: &str, state: LampState) {
    hub.publish(NOW, [lamp(exten, state).into()]);
}

/// A lamp whose name has characters that need escapes on the wire.
pub(crate) fn lamp(exten: &str, state: LampState) -> Lamp {
    Lamp {
        exten: exten.into(),
        name: Some("Anna\n\"Petrova\"".into()),
        site: Some("perm".into()),
        group: None,
        state,
        dnd: false,
        dnd_details: None,
        dnd_freshness: Freshness::Live,
        dnd_as_of: None,
        phone: None,
        hint_state: ExtensionState::Idle,
        freshness: Freshness::Live,
        since: NOW,
        as_of: None,
        mailbox: None,
        mailbox_as_of: None,
        presence: None,
        call: None,
    }
}

/// The pieces that a watcher gets without waiting.
pub(crate) fn pieces(watcher: &mut Watcher) -> Vec<Bytes> {
    std::iter::from_fn(|| watcher.next().now_or_never().flatten()).collect()
}

/// The snapshot that a new watcher gets.
fn snapshot(hub: &Hub) -> Snapshot {
    let stream = String::from_utf8(pieces(&mut hub.watch(View::whole(), None)).concat()).unwrap();
    serde_json::from_str(stream.split_once("data: ").unwrap().1.trim_end()).unwrap()
}

/// What a watcher is told without waiting, one event per line; revisions count from the start.
fn told(watcher: &mut Watcher) -> Vec<String> {
    let text = String::from_utf8(pieces(watcher).concat()).unwrap();
    assert!(text.is_empty() || text.ends_with("\n\n"), "an event is cut off: {text}");
    text.split_terminator("\n\n").filter(|event| !event.starts_with("retry: ")).map(line).collect()
}

fn line(event: &str) -> String {
    let fields: BTreeMap<_, _> = event.lines().map(|line| line.split_once(": ").unwrap()).collect();
    let (name, data) = (fields["event"], fields["data"]);
    let at = fields.get("id").map_or("-".into(), |id| (id.parse::<u64>().unwrap() - START).to_string());
    let what = match name {
        "change" => cell(&serde_json::from_str(data).unwrap()),
        "snapshot" => {
            let snapshot: Snapshot = serde_json::from_str(data).unwrap();
            snapshot.lamps.iter().map(cell).collect::<Vec<_>>().join(" ")
        }
        "site" => format!("{:?}", serde_json::from_str::<Site>(data).unwrap().freshness),
        "tick" => (serde_json::from_str::<Tick>(data).unwrap().revision.0 - START).to_string(),
        other => panic!("an event of another name: {other}"),
    };
    format!("{at} {name} {what}").trim_end().into()
}

fn cell(lamp: &Lamp) -> String {
    format!("{}:{}", lamp.exten, lamp.state.as_str())
}

#[tokio::test(start_paused = true)]
async fn tells_a_snapshot_and_then_each_change_in_order() {
    let hub = hub_of(2);
    let mut watcher = hub.watch(View::whole(), None);
    assert_eq!(told(&mut watcher), ["2 snapshot 0000:free 0001:free"]);
    advance(REST).await;
    let ring = [lamp("0001", LampState::Ringing), lamp("0000", LampState::OnCall)];
    hub.publish(NOW, ring.map(BoardChange::from));
    hub.publish(NOW, [BoardChange::Site(Box::new(perm(Freshness::Live)))]);
    assert_eq!(told(&mut watcher), ["3 change 0001:ringing", "4 change 0000:on_call", "5 site Live"]);
    assert_eq!(hub.sites(), [perm(Freshness::Live)]);
}

#[tokio::test(start_paused = true)]
async fn sends_a_lone_change_at_once_and_gathers_those_that_follow() {
    let hub = hub_of(2);
    let mut watcher = hub.watch(View::whole(), Some(hub.revision()));
    assert_eq!(told(&mut watcher), ["- tick 2"], "it missed nothing, and is told so");
    assert!(told(&mut watcher).is_empty());
    publish(&hub, "0000", LampState::Ringing);
    assert_eq!(told(&mut watcher), ["3 change 0000:ringing"], "nothing was sent before, so there is no rest");
    publish(&hub, "0000", LampState::OnCall);
    publish(&hub, "0001", LampState::Ringing);
    assert!(told(&mut watcher).is_empty());
    advance(Duration::from_millis(2)).await;
    assert_eq!(told(&mut watcher), ["4 change 0000:on_call", "5 change 0001:ringing"]);
}

#[tokio::test(start_paused = true)]
async fn gathers_the_longer_the_more_watch() {
    for (watchers, rest) in [(1, 1), (100, 5), (400, 20), (1_000, 50), (2_000, 50)] {
        let hub = hub_of(1);
        let mut all: Vec<Watcher> = (0..watchers).map(|_| hub.watch(View::whole(), None)).collect();
        told(&mut all[0]);
        publish(&hub, "0000", LampState::Ringing);
        let mut waited = 0;
        while told(&mut all[0]).is_empty() {
            advance(Duration::from_millis(1)).await;
            waited += 1;
        }
        assert_eq!(waited, rest, "{watchers} watchers");
    }
}

#[tokio::test(start_paused = true)]
async fn a_sign_of_life_holds_no_change_back() {
    let hub = hub_of(4);
    let mut watcher = hub.watch(View::whole(), Some(Revision(0)));
    told(&mut watcher);
    advance(REST).await;
    hub.tick(NOW);
    assert_eq!(told(&mut watcher), ["- tick 4"]);
    publish(&hub, "0000", LampState::Ringing);
    assert_eq!(told(&mut watcher), ["5 change 0000:ringing"]);
}

#[tokio::test(start_paused = true)]
async fn wakes_a_watcher_that_waits() {
    let hub = hub_of(1);
    let mut watcher = hub.watch(View::whole(), None);
    told(&mut watcher);
    let waiting = tokio::spawn(async move { told_next(&mut watcher).await });
    tokio::task::yield_now().await;
    publish(&hub, "0000", LampState::Ringing);
    assert_eq!(waiting.await.unwrap(), "2 change 0000:ringing");
}

async fn told_next(watcher: &mut Watcher) -> String {
    let bytes = watcher.next().await.unwrap();
    line(std::str::from_utf8(&bytes).unwrap().trim_end())
}

#[track_caller]
fn check_resume(last: Option<u64>, expected: &[&str]) {
    let hub = hub_of(2);
    publish(&hub, "0000", LampState::Ringing);
    let mut watcher = hub.watch(View::whole(), last.map(Revision));
    assert_eq!(told(&mut watcher), expected, "{last:?}");
}

#[tokio::test(start_paused = true)]
async fn resumes_from_any_revision_of_this_run_and_from_no_other() {
    let snapshot = ["3 snapshot 0000:ringing 0001:free"];
    check_resume(None, &snapshot);
    check_resume(Some(START + 3), &["- tick 3"]);
    check_resume(Some(START + 2), &["3 change 0000:ringing"]);
    check_resume(Some(START + 1), &["2 change 0001:free", "3 change 0000:ringing"]);
    check_resume(Some(START), &["2 change 0001:free", "3 change 0000:ringing"]);
    check_resume(Some(START - 1), &snapshot);
    check_resume(Some(START + 4), &snapshot);
    check_resume(Some(u64::MAX), &snapshot);
}

#[tokio::test(start_paused = true)]
async fn tells_a_stream_of_changes_with_rests_and_each_lamp_as_it_is_then() {
    let hub = hub_of(200);
    let mut watcher = hub.watch(View::whole(), Some(hub.revision()));
    told(&mut watcher);
    let stir = |state| (0..200).for_each(|number| publish(&hub, &format!("{number:04}"), state));
    stir(LampState::Ringing);
    assert_eq!(told(&mut watcher).len(), 200, "nothing was sent before, so there is no rest");
    stir(LampState::OnCall);
    stir(LampState::Busy);
    advance(Duration::from_millis(1)).await;
    assert!(told(&mut watcher).is_empty());
    advance(Duration::from_millis(1)).await;
    let events = told(&mut watcher);
    assert_eq!((events.len(), &*events[0], &*events[199]), (200, "601 change 0000:busy", "800 change 0199:busy"));
    advance(Duration::from_millis(2)).await;
    assert!(told(&mut watcher).is_empty());
    publish(&hub, "0000", LampState::Free);
    assert_eq!(
        told(&mut watcher),
        ["801 change 0000:free"],
        "the stream has ended, and a lone change goes out at once"
    );
}

#[tokio::test(start_paused = true)]
async fn gives_a_snapshot_when_more_than_half_of_very_many_lamps_changed() {
    for (lamps, changed, expected) in [(2000, 1000, "change"), (2000, 1001, "snapshot"), (200, 200, "change")] {
        let hub = hub_of(lamps);
        let mut watcher = hub.watch(View::whole(), Some(hub.revision()));
        for number in 0..changed {
            publish(&hub, &format!("{number:04}"), LampState::Busy);
        }
        let events = told(&mut watcher);
        assert!(events.iter().all(|event| event.split(' ').nth(1) == Some(expected)), "{changed}: {events:?}");
        assert_eq!(events.len(), if expected == "change" { changed } else { 1 });
    }
}

#[tokio::test(start_paused = true)]
async fn gives_a_slow_watcher_the_newest_state_of_each_lamp_once() {
    let hub = hub_of(3);
    let mut watcher = hub.watch(View::whole(), Some(hub.revision()));
    for _ in 0..1000 {
        publish(&hub, "0002", LampState::Ringing);
        publish(&hub, "0000", LampState::OnCall);
        publish(&hub, "0000", LampState::Free);
    }
    assert_eq!(told(&mut watcher), ["3001 change 0002:ringing", "3003 change 0000:free"]);
}

#[tokio::test(start_paused = true)]
async fn hands_a_long_list_out_in_batches_without_a_rest() {
    let hub = hub_of(2000);
    let mut watcher = hub.watch(View::whole(), Some(hub.revision()));
    pieces(&mut watcher);
    for number in 0..1000 {
        publish(&hub, &format!("{number:04}"), LampState::Busy);
    }
    advance(REST).await;
    let batches = pieces(&mut watcher);
    assert!(batches.len() > 2);
    assert!(batches.iter().all(|batch| batch.len() < 65 * 1024));
    let text = batches.concat();
    let revisions: Vec<u64> =
        String::from_utf8(text).unwrap().lines().filter_map(|line| line.strip_prefix("id: ")?.parse().ok()).collect();
    assert_eq!(revisions, (START + 2001..=START + 3000).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn serialises_once_for_all_watchers() {
    let hub = hub_of(200);
    let mut watchers = [hub.watch(View::whole(), None), hub.watch(View::whole(), None)];
    let [a, b] = watchers.each_mut().map(pieces);
    // Four pieces: the retry line, the snapshot's head, its lamps, its end.
    assert_eq!((a.len(), b.len()), (4, 4));
    assert_eq!(a[2].as_ptr(), b[2].as_ptr());
    for states in [&[LampState::Ringing][..], &[LampState::OnCall, LampState::Free]] {
        advance(REST).await;
        for (number, &state) in states.iter().enumerate() {
            publish(&hub, &format!("{number:04}"), state);
        }
        let [a, b] = watchers.each_mut().map(pieces);
        assert_eq!((a.len(), b.len()), (1, 1));
        assert_eq!(a[0].as_ptr(), b[0].as_ptr());
    }
}

#[tokio::test(start_paused = true)]
async fn ticks_after_the_changes_that_it_counts_and_without_an_id() {
    let hub = hub_of(2);
    let mut watcher = hub.watch(View::whole(), Some(hub.revision()));
    publish(&hub, "0000", LampState::Ringing);
    hub.tick(NOW);
    publish(&hub, "0001", LampState::Ringing);
    assert_eq!(told(&mut watcher), ["3 change 0000:ringing", "4 change 0001:ringing", "- tick 3"]);
    for _ in 0..5 {
        hub.tick(NOW);
    }
    advance(REST).await;
    assert_eq!(told(&mut watcher), ["- tick 4"], "only the last sign of life is of use");
    assert_eq!(
        told(&mut hub.watch(View::whole(), Some(hub.revision()))),
        ["- tick 4"],
        "one that was not there then gets one of its own"
    );
}

#[tokio::test(start_paused = true)]
async fn counts_the_time_on_between_the_calls_of_the_driver() {
    let hub = hub_of(1);
    hub.tick(Timestamp(5000));
    advance(Duration::from_millis(700)).await;
    assert_eq!(snapshot(&hub).time, Timestamp(5700));
}

#[tokio::test(start_paused = true)]
async fn holds_the_whole_board_in_the_order_of_the_extensions() {
    let hub = hub();
    for exten in ["300", "1001", "*76214"] {
        publish(&hub, exten, LampState::Free);
    }
    let expected = Snapshot {
        revision: Revision(START + 3),
        time: NOW,
        title: "Desk".into(),
        demo: false,
        build: "b1".into(),
        sites: vec![perm(Freshness::Never)],
        boards: Vec::new(),
        lamps: ["*76214", "1001", "300"].map(|exten| lamp(exten, LampState::Free)).into(),
    };
    assert_eq!(snapshot(&hub), expected);
    let (revision, lamps) = hub.lamps_json(View::whole(), None);
    assert_eq!(revision, expected.revision);
    assert_eq!(serde_json::from_slice::<Vec<Lamp>>(lamps.json()).unwrap(), expected.lamps);
}

#[tokio::test(start_paused = true)]
async fn forgets_a_watcher_that_leaves_and_ends_those_that_stay() {
    let hub = hub_of(1);
    let (mut stays, leaves) = (hub.watch(View::whole(), None), hub.watch(View::whole(), None));
    assert_eq!(hub.watchers(), 2);
    drop(leaves);
    assert_eq!(hub.watchers(), 1);
    hub.close();
    while stays.next().await.is_some() {}
    drop(stays);
    assert_eq!(hub.watchers(), 0);
    let mut late = hub.watch(View::whole(), None);
    assert!(late.next().await.unwrap().starts_with(b"retry: "));
    assert_eq!(late.next().await, None);
}

#[tokio::test(start_paused = true)]
async fn asks_browsers_to_come_back_at_different_times() {
    let hub = hub();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..100 {
        let first = hub.watch(View::whole(), None).next().await.unwrap();
        let text = std::str::from_utf8(&first).unwrap();
        let milliseconds: u32 = text.strip_prefix("retry: ").unwrap().strip_suffix("\n\n").unwrap().parse().unwrap();
        assert!((1500..=3000).contains(&milliseconds));
        seen.insert(milliseconds);
    }
    assert!(seen.len() > 50);
}

/// A browser's picture of the board, built from the stream only.
#[derive(Default)]
struct Picture {
    revision: Option<Revision>,
    lamps: BTreeMap<Exten, LampState>,
}

impl Picture {
    fn read(&mut self, watcher: &mut Watcher) {
        let text = String::from_utf8(pieces(watcher).concat()).unwrap();
        for event in text.split_terminator("\n\n").filter(|event| !event.starts_with("retry: ")) {
            let fields: BTreeMap<_, _> = event.lines().map(|line| line.split_once(": ").unwrap()).collect();
            let revision = Revision(fields["id"].parse().unwrap());
            assert!(self.revision < Some(revision), "a revision came twice or too late");
            self.revision = Some(revision);
            if fields["event"] == "snapshot" {
                self.lamps.clear();
            }
            let lamps = match fields["event"] {
                "snapshot" => serde_json::from_str::<Snapshot>(fields["data"]).unwrap().lamps,
                _ => vec![serde_json::from_str(fields["data"]).unwrap()],
            };
            self.lamps.extend(lamps.into_iter().map(|lamp| (lamp.exten, lamp.state)));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn every_watcher_comes_to_the_same_picture_whatever_it_missed() {
    for seed in 0..20 {
        let mut dice = StdRng::seed_from_u64(seed);
        let hub = hub_of(150);
        let mut pictures: Vec<Picture> = (0..4).map(|_| Picture::default()).collect();
        let mut watchers: Vec<Watcher> =
            pictures.iter().map(|picture| hub.watch(View::whole(), picture.revision)).collect();
        for round in 0..400 {
            let exten = format!("{:04}", dice.random_range(0..150));
            let lamp = lamp(&exten, LampState::ALL[dice.random_range(0..9)]);
            hub.publish(NOW, [Lamp { since: Timestamp(round), ..lamp }.into()]);
            let one = dice.random_range(0..watchers.len());
            match dice.random_range(0..40) {
                0 => watchers[one] = hub.watch(View::whole(), pictures[one].revision),
                1..8 => pictures[one].read(&mut watchers[one]),
                8..10 => advance(REST).await,
                _ => {}
            }
        }
        advance(REST).await;
        let (revision, board) = hub.lamps_json(View::whole(), None);
        let board: Vec<Lamp> = serde_json::from_slice(board.json()).unwrap();
        let board: BTreeMap<_, _> = board.into_iter().map(|lamp| (lamp.exten, lamp.state)).collect();
        for (picture, watcher) in pictures.iter_mut().zip(&mut watchers) {
            picture.read(watcher);
            assert_eq!(picture.revision, Some(revision), "seed {seed}");
            assert_eq!(picture.lamps, board, "seed {seed}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn each_sees_of_a_call_what_they_may_know() {
    use lampfield_shared::{Call, Direction, Party, Side};
    let hub = hub_of(2);
    let mut watchers = Privacy::ALL.map(|calls| hub.watch(View::of_account(Role::Viewer, calls), Some(hub.revision())));
    let party = Party { side: Side::External, number: Some("5551234".into()), name: Some("Orlov".into()) };
    let call = Call { direction: Some(Direction::Incoming), party: Some(party), as_of: None };
    hub.publish(NOW, [Lamp { call: Some(Box::new(call)), ..lamp("0001", LampState::Ringing) }.into()]);
    for (privacy, watcher) in Privacy::ALL.into_iter().zip(&mut watchers) {
        let streamed = String::from_utf8(pieces(watcher).concat()).unwrap();
        let (_, listed) = hub.lamps_json(View::of_account(Role::Viewer, privacy), None);
        for text in [streamed, String::from_utf8(listed.json().to_vec()).unwrap()] {
            let told = ["ringing", "external", "5551234", "Orlov"].map(|word| text.contains(word));
            let known = [Privacy::Nothing, Privacy::Side, Privacy::Number, Privacy::Full].map(|least| privacy >= least);
            assert_eq!(told, known, "{privacy:?}: {text}");
        }
    }
}
