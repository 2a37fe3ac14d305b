//! What each view is told of one board, and when.

use std::collections::BTreeMap;
use std::time::Duration;

use lampfield_shared::{
    BoardGroup, Call, Direction, DndDetails, DndKind, Exten, Lamp, LampState, OwnBoard, Party, Presence, PresenceState,
    Privacy, Revision, Role, Side, Timestamp,
};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::Value;
use tokio::time::advance;

use super::{NOW, REST, hub_of, lamp, pieces};
use crate::board::BoardChange;
use crate::hub::{Hub, Watcher};
use crate::view::View;

const GUEST: View = View::of_guest(Role::Viewer, Privacy::Side);
const SCREEN: View = View::of_account(Role::Screen, Privacy::Nothing);

fn told(watcher: &mut Watcher) -> String {
    String::from_utf8(pieces(watcher).concat()).unwrap()
}

fn with_reason(reason: &str) -> Lamp {
    let (reason, by) = (Some(reason.into()), Some("anna".into()));
    let details = DndDetails { kind: DndKind::Lamp, until: None, reason, by };
    Lamp { dnd: true, dnd_details: Some(Box::new(details)), ..lamp("0001", LampState::Dnd) }
}

#[tokio::test(start_paused = true)]
async fn a_change_that_a_reader_may_not_see_is_not_told_them_at_all() {
    let hub = hub_of(2);
    hub.publish(NOW, [with_reason("lunch").into()]);
    let (mut guest, mut screen) = (hub.watch(GUEST, None), hub.watch_board(SCREEN, "perm"));
    let mut admin = hub.watch(View::whole(), None);
    for watcher in [&mut guest, &mut screen] {
        let board = told(watcher);
        assert!(board.contains("\"kind\":\"lamp\"") && !board.contains("lunch") && !board.contains("anna"), "{board}");
    }
    assert!(told(&mut admin).contains("lunch"));
    let seen = hub.revision().0;
    advance(REST).await;

    hub.publish(NOW, [with_reason("at the doctor").into()]);
    hub.tick(NOW);
    for watcher in [&mut guest, &mut screen] {
        let told = told(watcher);
        assert!(told.starts_with("event: tick\n") && told.contains(&format!("\"revision\":{seen}}}")), "{told}");
    }
    assert!(told(&mut admin).contains("at the doctor"));
    let again = told(&mut hub.watch(GUEST, Some(Revision(seen))));
    assert!(!again.contains("event: change") && again.contains("event: tick"), "and has missed nothing: {again}");

    advance(REST).await;
    hub.publish(NOW, [lamp("0001", LampState::Free).into()]);
    for watcher in [&mut guest, &mut screen, &mut admin] {
        let told = told(watcher);
        assert!(told.contains("event: change") && told.contains("\"free\""), "{told}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_is_told_also_where_one_that_is_not_has_replaced_it() {
    let hub = hub_of(2);
    let mut guest = hub.watch(GUEST, Some(hub.revision()));
    told(&mut guest);
    for reason in ["lunch", "a walk", "the doctor"] {
        hub.publish(NOW, [with_reason(reason).into()]);
    }
    let told = told(&mut guest);
    assert_eq!(told.matches("event: change").count(), 1, "{told}");
    assert!(told.contains("\"dnd\":true") && !told.contains("doctor"), "{told}");
}

/// A random lamp: on some board, with more or fewer private fields.
fn any_lamp(dice: &mut StdRng) -> Lamp {
    let exten = format!("{:04}", dice.random_range(0..60));
    let mut lamp = lamp(&exten, LampState::ALL[dice.random_range(0..3)]);
    lamp.group = Some(["Sales", "Support"][usize::from(dice.random_bool(0.1))].into());
    let text = |dice: &mut StdRng| dice.random_bool(0.5).then(|| dice.random_range(0..3).to_string());
    if dice.random_bool(0.4) {
        let party = Party { side: Side::External, number: text(dice), name: text(dice) };
        let party = dice.random_bool(0.7).then_some(party);
        lamp.call = Some(Box::new(Call { direction: Some(Direction::Incoming), party, as_of: None }));
    }
    if dice.random_bool(0.4) {
        let (subtype, note) = (text(dice), text(dice));
        lamp.presence = Some(Box::new(Presence { state: PresenceState::Away, subtype, note, as_of: None }));
    }
    if dice.random_bool(0.4) {
        let (reason, by) = (text(dice), text(dice));
        lamp.dnd_details = Some(Box::new(DndDetails { kind: DndKind::Lamp, until: None, reason, by }));
    }
    lamp
}

fn any_change(dice: &mut StdRng) -> BoardChange {
    if dice.random_bool(0.95) {
        return any_lamp(dice).into();
    }
    let extens = (0..dice.random_range(0..5)).map(|_| Exten::from(format!("{:04}", dice.random_range(0..60))));
    let groups = vec![BoardGroup { title: "Desk".into(), extens: extens.collect() }];
    let board = OwnBoard { name: "front".into(), title: "Front".into(), groups, changed: Timestamp(1) };
    BoardChange::OwnBoards(dice.random_bool(0.8).then_some(board).into_iter().collect())
}

/// A reader's picture of the board, built from the stream only.
struct Reader {
    view: View,
    board: Option<&'static str>,
    watcher: Watcher,
    told: u64,
    lamps: BTreeMap<String, Value>,
}

impl Reader {
    fn new(hub: &Hub, view: View, board: Option<&'static str>) -> Self {
        let watcher = board.map_or_else(|| hub.watch(view, None), |board| hub.watch_board(view, board));
        Self { view, board, watcher, told: 0, lamps: BTreeMap::new() }
    }

    fn come_back(&mut self, hub: &Hub) {
        match self.board {
            Some(board) => *self = Self::new(hub, self.view, Some(board)),
            None => self.watcher = hub.watch(self.view, Some(Revision(self.told)).filter(|_| self.told > 0)),
        }
    }

    fn read(&mut self, text: &str) {
        for event in text.split_terminator("\n\n").filter(|event| !event.starts_with("retry: ")) {
            let fields: BTreeMap<_, _> = event.lines().map(|line| line.split_once(": ").unwrap()).collect();
            let mut data: Value = serde_json::from_str(fields["data"]).unwrap();
            if let Some(id) = fields.get("id") {
                let id = id.parse().unwrap();
                assert!(id > self.told, "a revision came twice or too late");
                self.told = id;
            }
            let mut keep = |lamp: Value| self.lamps.insert(lamp["exten"].as_str().unwrap().into(), lamp);
            match fields["event"] {
                "snapshot" => {
                    let Value::Array(lamps) = data["lamps"].take() else { panic!("{event}") };
                    self.lamps = lamps.into_iter().map(|it| (it["exten"].as_str().unwrap().into(), it)).collect();
                }
                "change" => drop(keep(data)),
                "tick" => {
                    assert!(data["revision"].as_u64().unwrap() <= self.told, "it would seem to have missed something");
                }
                _ => {}
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn every_reader_comes_to_the_picture_that_is_theirs_and_is_told_nothing_else() {
    for seed in 0..4 {
        let mut dice = StdRng::seed_from_u64(seed);
        let hub = hub_of(60);
        let views = View::boards().chain([View::whole()]);
        let boards = [None, Some("perm"), Some("sales"), Some("front"), Some("nowhere")];
        let mut readers: Vec<Reader> = views
            .flat_map(|view| boards.map(|board| (view, board)))
            .map(|(view, board)| Reader::new(&hub, view, board))
            .collect();
        for _ in 0..400 {
            let changes: Vec<_> = (0..dice.random_range(1..4)).map(|_| any_change(&mut dice)).collect();
            hub.publish(NOW, changes);
            let one = dice.random_range(0..readers.len());
            match dice.random_range(0..20) {
                0 => hub.tick(NOW),
                1 => readers[one].come_back(&hub),
                2..8 => {
                    let text = told(&mut readers[one].watcher);
                    readers[one].read(&text);
                }
                8..12 => advance(Duration::from_millis(10)).await,
                _ => {}
            }
        }
        advance(REST).await;
        for reader in &mut readers {
            let text = told(&mut reader.watcher);
            reader.read(&text);
            let (_, board) = hub.lamps_json(reader.view, reader.board);
            let board: Vec<Value> = serde_json::from_slice(board.json()).unwrap();
            let board: BTreeMap<String, Value> =
                board.into_iter().map(|lamp| (lamp["exten"].as_str().unwrap().into(), lamp)).collect();
            assert_eq!(reader.lamps, board, "seed {seed}, {:?} {:?}", reader.view, reader.board);
        }
    }
}
