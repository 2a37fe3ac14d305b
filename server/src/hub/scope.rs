//! What a screen's link lets it see: one board, and of the rest not even that it is there.
//!
//! It is cut out of what everybody gets, event by event. There are few screens, and a lamp is read again for
//! each in a microsecond; so nothing is kept for them beside the board's own extensions.

use std::collections::BTreeSet;

use bytes::Bytes;
use lampfield_shared::board::Part;
use lampfield_shared::event::name;
use lampfield_shared::{Exten, OwnBoard, Revision, Site, SiteName, Snapshot};
use serde::Deserialize;
use serde_json::value::RawValue;

/// One board, and what its watcher was told of it.
#[derive(Debug)]
pub(super) struct Scope {
    board: String,
    part: Part,
    /// The list that it is of, where an admin made it.
    own: Option<OwnBoard>,
    /// Some site is called so.
    is_site: bool,
    /// The lamps that the watcher has: one of them may be moved to another board.
    told: BTreeSet<Exten>,
    /// The newest change that the watcher has.
    newest: Revision,
}

/// What is left of a batch.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// Nothing of it is of this board.
    Nothing,
    /// These events.
    Some(Bytes),
    /// A lamp has left the board, for which there is no event: all is to be told anew.
    Anew,
}

/// As much of a lamp as says where it hangs.
#[derive(Debug, Deserialize)]
struct Place {
    exten: Exten,
    site: Option<SiteName>,
    group: Option<String>,
}

impl Scope {
    pub(super) fn new(board: &str) -> Self {
        Self {
            board: board.to_owned(),
            part: Part::of(board, &[], &[]),
            own: None,
            is_site: false,
            told: BTreeSet::new(),
            newest: Revision::default(),
        }
    }

    /// The newest change that the watcher has been told: a sign of life that named a later one would tell it
    /// that it had missed something.
    pub(super) fn newest(&self) -> Revision {
        self.newest
    }

    /// A snapshot and its lamps (a JSON array), as far as they are of this board.
    pub(super) fn cut_snapshot(&mut self, head: &mut Snapshot, lamps: &[u8]) -> Bytes {
        self.part = Part::of(&self.board, &head.boards, &head.sites);
        self.own = OwnBoard::find(&head.boards, &self.board).cloned();
        self.is_site = head.sites.iter().any(|site| self.part.is_site(&site.name));
        self.newest = head.revision;
        self.told.clear();
        head.sites.retain(|site| self.shows_site(&site.name));
        head.boards = self.own.clone().into_iter().collect();
        let mut own: Vec<&str> = Vec::new();
        // What is there was written here, so it can be read; if not, nothing is shown rather than too much.
        for lamp in serde_json::from_slice::<Vec<&RawValue>>(lamps).unwrap_or_default() {
            if let Some(place) = self.place_here(lamp.get()) {
                self.told.insert(place.exten);
                own.push(lamp.get());
            }
        }
        format!("[{}]", own.join(",")).into()
    }

    /// The events of a batch, as far as they are of this board.
    pub(super) fn cut(&mut self, batch: &[u8]) -> Cut {
        let text = std::str::from_utf8(batch).unwrap_or_default();
        let mut own = String::new();
        for event in text.split_inclusive("\n\n") {
            match self.shows_event(event) {
                Some(true) => own.push_str(event),
                Some(false) => {}
                None => return Cut::Anew,
            }
        }
        if own.is_empty() { Cut::Nothing } else { Cut::Some(own.into()) }
    }

    /// Whether an event is of this board; `None` for a lamp that was, and for another list of lamps.
    fn shows_event(&mut self, event: &str) -> Option<bool> {
        let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        let (kind, data) = (field("event: "), field("data: "));
        let is_shown = if kind == name::SITE {
            serde_json::from_str::<Site>(data).is_ok_and(|site| self.shows_site(&site.name))
        } else if kind == name::BOARDS {
            let boards: Vec<OwnBoard> = serde_json::from_str(data).unwrap_or_default();
            return (OwnBoard::find(&boards, &self.board) == self.own.as_ref()).then_some(false);
        } else if let Some(place) = self.place_here(data) {
            self.told.insert(place.exten);
            true
        } else if serde_json::from_str::<Place>(data).is_ok_and(|place| self.told.contains(&place.exten)) {
            return None;
        } else {
            false
        };
        if is_shown {
            self.newest = field("id: ").parse().map_or(self.newest, Revision);
        }
        Some(is_shown)
    }

    fn place_here(&self, lamp: &str) -> Option<Place> {
        let place: Place = serde_json::from_str(lamp).ok()?;
        self.part.shows(&place.exten, place.site.as_ref(), place.group.as_deref()).then_some(place)
    }

    /// A site's board is of that site alone; the lamps of a department or of a list may be of any.
    fn shows_site(&self, name: &SiteName) -> bool {
        !self.is_site || self.part.is_site(name)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use lampfield_shared::{BoardGroup, Exten, Freshness, Lamp, LampState, OwnBoard, Privacy, Timestamp};

    use crate::board::BoardChange;
    use crate::hub::tests::{identity, lamp, pieces};
    use crate::hub::{Hub, Watcher};

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
        let hub = Hub::new(identity(sites), NOW);
        for (exten, site, group) in [
            ("1001", "perm", "Sales"),
            ("1002", "perm", "Support"),
            ("2001", "omsk", "Sales"),
            ("2002", "omsk", "Support"),
        ] {
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
        let mut watcher = hub.watch_board(Privacy::Full, "PERM");
        check(&told(&mut watcher), &["\"1001\"", "\"1002\"", "\"perm\""], &["2001", "2002", "omsk"]);
        tokio::time::advance(std::time::Duration::from_secs(1)).await;
        hub.publish(
            NOW,
            [BoardChange::Site(site("omsk").into()), BoardChange::Lamp(in_group("2001", "omsk", "Other"))],
        );
        check(&told(&mut watcher), &[], &["2001", "omsk"]);
        hub.publish(
            NOW,
            [BoardChange::Site(site("perm").into()), BoardChange::Lamp(in_group("1001", "perm", "Other"))],
        );
        check(&told(&mut watcher), &["event: change", "\"1001\"", "event: site"], &["omsk"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_lamp_that_leaves_a_department_leaves_its_board() {
        let hub = hub();
        let mut watcher = hub.watch_board(Privacy::Full, "sales");
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
        let mut watcher = hub.watch_board(Privacy::Full, "perm");
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
        let mut watcher = hub.watch_board(Privacy::Full, "Front");
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
        let (_, lamps) = hub().lamps_json(Privacy::Full, Some("omsk"));
        let lamps: Vec<Lamp> = serde_json::from_slice(&lamps).unwrap();
        assert_eq!(lamps.iter().map(|lamp| lamp.exten.as_str()).collect::<Vec<_>>(), ["2001", "2002"]);
    }
}
