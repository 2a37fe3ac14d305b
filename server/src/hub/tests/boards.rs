//! What a watcher of a screen's link can see.

use std::sync::Arc;

use lampfield_shared::{BoardGroup, Exten, Freshness, Lamp, LampState, OwnBoard, Timestamp};

use crate::board::BoardChange;
use crate::hub::tests::{identity, lamp, pieces};
use crate::hub::{Hub, Watcher};
use crate::view::View;

const NOW: Timestamp = Timestamp(1);

fn site(name: &str) -> lampfield_shared::Site {
    lampfield_shared::Site {
        name: name.into(),
        title: name.to_uppercase(),
        freshness: Freshness::Live,
        since: NOW,
        heard: None,
        stops_calls: false,
    }
}

fn in_group(exten: &str, site: &str, group: &str) -> Arc<Lamp> {
    let free = lamp(exten, LampState::Free);
    Arc::new(Lamp { site: Some(site.into()), group: Some(group.into()), name: None, ..free })
}

/// Two sites, with a lamp of Sales and one of Support at each.
fn hub() -> Hub {
    let sites = vec![site("perm"), site("omsk")];
    let hub = Hub::new(identity(sites), [], NOW);
    for (exten, site, group) in
        [("1001", "perm", "Sales"), ("1002", "perm", "Support"), ("2001", "omsk", "Sales"), ("2002", "omsk", "Support")]
    {
        hub.publish(NOW, [BoardChange::Lamp(in_group(exten, site, group))]);
    }
    hub
}

fn told(watcher: &mut Watcher) -> String {
    String::from_utf8(pieces(watcher).concat()).unwrap()
}

#[track_caller]
fn check(told: &str, there: &[&str], not_there: &[&str]) {
    for part in there {
        assert!(told.contains(part), "no {part} in {told}");
    }
    for part in not_there {
        assert!(!told.contains(part), "{part} in {told}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_watcher_of_a_site_gets_that_site_and_nothing_else() {
    let hub = hub();
    let mut watcher = hub.watch_board(View::whole(), "PERM");
    check(&told(&mut watcher), &["\"1001\"", "\"1002\"", "\"perm\""], &["2001", "2002", "omsk"]);
    tokio::time::advance(std::time::Duration::from_secs(1)).await;
    hub.publish(NOW, [BoardChange::Site(site("omsk").into()), BoardChange::Lamp(in_group("2001", "omsk", "Other"))]);
    check(&told(&mut watcher), &[], &["2001", "omsk"]);
    hub.publish(NOW, [BoardChange::Site(site("perm").into()), BoardChange::Lamp(in_group("1001", "perm", "Other"))]);
    check(&told(&mut watcher), &["event: change", "\"1001\"", "event: site"], &["omsk"]);
}

#[tokio::test(start_paused = true)]
async fn a_lamp_that_leaves_a_department_leaves_its_board() {
    let hub = hub();
    let mut watcher = hub.watch_board(View::whole(), "sales");
    check(&told(&mut watcher), &["\"1001\"", "\"2001\"", "\"perm\"", "\"omsk\""], &["1002", "2002"]);
    tokio::time::advance(std::time::Duration::from_secs(1)).await;
    hub.publish(NOW, [BoardChange::Lamp(in_group("1001", "perm", "Support"))]);
    check(&told(&mut watcher), &["event: snapshot", "\"2001\""], &["1001", "event: change"]);
    tokio::time::advance(std::time::Duration::from_secs(1)).await;
    hub.publish(NOW, [BoardChange::Lamp(in_group("1002", "perm", "Sales"))]);
    check(&told(&mut watcher), &["event: change", "\"1002\""], &["event: snapshot"]);
}

#[tokio::test(start_paused = true)]
async fn a_sign_of_life_names_the_newest_change_of_the_board() {
    let hub = hub();
    let mut watcher = hub.watch_board(View::whole(), "perm");
    told(&mut watcher);
    let seen = hub.revision().0;
    tokio::time::advance(std::time::Duration::from_secs(1)).await;
    hub.publish(NOW, [BoardChange::Lamp(in_group("2001", "omsk", "Other"))]);
    hub.tick(NOW);
    check(&told(&mut watcher), &["event: tick", &format!("\"revision\":{seen}")], &["event: change"]);
}

#[tokio::test(start_paused = true)]
async fn a_watcher_of_an_own_board_gets_its_lamps_and_all_anew_when_that_is_another_list() {
    let hub = hub();
    let publish = |boards: &[(&str, &[&str])]| {
        let boards = boards.iter().map(|(name, extens)| own(name, extens)).collect();
        hub.publish(NOW, [BoardChange::OwnBoards(boards)]);
    };
    publish(&[("front", &["2002", "1001"]), ("back", &["1002"])]);
    let mut watcher = hub.watch_board(View::whole(), "Front");
    check(&told(&mut watcher), &["\"front\"", "{\"exten\":\"1001\"", "\"omsk\""], &["1002", "2001", "back"]);
    tokio::time::advance(std::time::Duration::from_secs(1)).await;
    publish(&[("front", &["2002", "1001"]), ("back", &["1001"])]);
    check(&told(&mut watcher), &[], &["event"]);
    publish(&[("front", &["2001"])]);
    check(&told(&mut watcher), &["event: snapshot", "{\"exten\":\"2001\""], &["1001", "2002"]);
    tokio::time::advance(std::time::Duration::from_secs(1)).await;
    publish(&[]);
    check(&told(&mut watcher), &["event: snapshot", "\"lamps\":[]"], &["2001"]);
    assert_eq!(hub.own_boards(Some("front")), []);
}

fn own(name: &str, extens: &[&str]) -> OwnBoard {
    let extens = extens.iter().map(|exten| Exten::from(*exten)).collect();
    let groups = vec![BoardGroup { title: "Desk".into(), extens }];
    OwnBoard { name: name.into(), title: name.to_uppercase(), groups, changed: NOW }
}

#[test]
fn a_list_is_of_the_board_alone() {
    let (_, lamps) = hub().lamps_json(View::whole(), Some("omsk"));
    let lamps: Vec<Lamp> = serde_json::from_slice(lamps.json()).unwrap();
    assert_eq!(lamps.iter().map(|lamp| lamp.exten.as_str()).collect::<Vec<_>>(), ["2001", "2002"]);
}

/// A hub with this number of lamps of Omsk, `0000` upwards, and 1001 of Perm among them.
fn crowd(lamps: usize) -> Hub {
    let lamps = (0..lamps).map(|number| of_omsk(number, LampState::Free));
    let own = in_group("1001", "perm", "Sales");
    Hub::new(identity(vec![site("perm"), site("omsk")]), lamps.chain([own]), NOW)
}

fn of_omsk(number: usize, state: LampState) -> Arc<Lamp> {
    Arc::new(Lamp { site: Some("omsk".into()), ..lamp(&format!("8{number:04}"), state) })
}

fn own_rings() -> BoardChange {
    BoardChange::Lamp(Arc::new(Lamp { site: Some("perm".into()), ..lamp("1001", LampState::Ringing) }))
}

#[tokio::test(start_paused = true)]
async fn what_happens_on_other_boards_holds_no_change_back() {
    // A lost PBX changes as many, up to half of all lamps, beyond which a snapshot is sent; far more than a batch
    // holds.
    for (lamps, changed) in [(940, 440), (2_900, 1_440), (2_900, 1_500), (20_000, 9_999)] {
        for own_first in [false, true] {
            let hub = crowd(lamps);
            let mut watcher = hub.watch_board(View::whole(), "perm");
            told(&mut watcher);
            tokio::time::advance(std::time::Duration::from_secs(1)).await;
            if own_first {
                hub.publish(NOW, [own_rings()]);
            }
            hub.publish(NOW, (0..changed).map(|number| BoardChange::Lamp(of_omsk(number, LampState::Offline))));
            if !own_first {
                hub.publish(NOW, [own_rings()]);
            }
            let seen = told(&mut watcher);
            check(&seen, &["\"1001\"", "\"ringing\""], &["\"80001\"", "omsk"]);
            tokio::time::advance(std::time::Duration::from_secs(1)).await;
            hub.tick(NOW);
            check(&told(&mut watcher), &["event: tick"], &["event: change"]);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_sign_of_life_comes_whatever_happens_on_other_boards() {
    let hub = crowd(2_900);
    let mut watcher = hub.watch_board(View::whole(), "perm");
    told(&mut watcher);
    for round in 0..10 {
        tokio::time::advance(std::time::Duration::from_secs(10)).await;
        let state = LampState::ALL[round % 4];
        hub.publish(NOW, (0..1_400).map(|number| BoardChange::Lamp(of_omsk(number, state))));
        hub.tick(NOW);
        check(&told(&mut watcher), &["event: tick"], &["event: change", "event: snapshot"]);
    }
}

#[tokio::test(start_paused = true)]
async fn one_who_is_always_behind_is_told_that_the_stream_lives() {
    let hub = crowd(2_900);
    let mut watcher = hub.watch(View::whole(), Some(hub.revision()));
    told(&mut watcher);
    let mut read = String::new();
    for round in 0..60 {
        // The watcher reads a batch a second, and more than that happens.
        tokio::time::advance(std::time::Duration::from_secs(1)).await;
        let state = LampState::ALL[round % 9];
        hub.publish(NOW, (0..300).map(|at| BoardChange::Lamp(of_omsk((round * 300 + at) % 2_900, state))));
        if round % 10 == 0 {
            hub.tick(NOW);
        }
        let pieces = futures_util::FutureExt::now_or_never(watcher.next()).flatten();
        read.push_str(std::str::from_utf8(&pieces.expect("there is more")).unwrap());
    }
    assert!(read.matches("event: tick").count() >= 3, "{} ticks", read.matches("event: tick").count());
}

#[tokio::test(start_paused = true)]
async fn a_lamp_that_comes_back_at_once_has_not_left() {
    let hub = hub();
    let mut watcher = hub.watch_board(View::whole(), "sales");
    told(&mut watcher);
    tokio::time::advance(std::time::Duration::from_secs(1)).await;
    for group in ["Support", "Sales", "Support", "Sales"] {
        hub.publish(NOW, [BoardChange::Lamp(in_group("1001", "perm", group))]);
    }
    let seen = told(&mut watcher);
    check(&seen, &["event: change", "\"1001\""], &["event: snapshot"]);
    for (exten, group) in [("1001", "Support"), ("1002", "Sales"), ("1001", "Sales"), ("1002", "Support")] {
        hub.publish(NOW, [BoardChange::Lamp(in_group(exten, "perm", group))]);
    }
    tokio::time::advance(std::time::Duration::from_secs(1)).await;
    check(&told(&mut watcher), &["\"1001\""], &["\"1002\""]);
}
