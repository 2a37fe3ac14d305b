//! The lamps of a wall display, site by site; those of an admin's own board as that has them. However long it hangs
//! there it holds one board.

use std::collections::{BTreeSet, HashMap};

use lampfield_shared::board::Part;
use lampfield_shared::{Exten, Lamp, OwnBoard, Site, SiteName, Snapshot, Timestamp};
use leptos::prelude::{ArcRwSignal, GetUntracked, WithUntracked};

use super::place::Choice;
use crate::live::BoardEvent;
use crate::state::tabs::by_number;
use crate::state::{Heading, Sites, Tally, Totals, set_if_new};

/// Lamps that hang together, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Band {
    /// What stands above them.
    pub head: BandHead,
    /// Of a site by number, for that is what is looked for across a room; of an own board in its order.
    pub lamps: Vec<Exten>,
}

/// What lamps have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum BandHead {
    /// Their site; `None` gathers the lamps of no site.
    Site(Option<SiteName>),
    /// The group of an own board that bears this title.
    Group(String),
}

/// See the module.
pub struct Wall {
    choice: Choice,
    /// All lamps of the board, also those that do not hang here: a lamp may move.
    lamps: HashMap<Exten, ArcRwSignal<Lamp>>,
    sites: Sites,
    heading: Option<Heading>,
    /// Which of them hang here.
    part: Part,
    /// The list of them, where an admin made one.
    own: Option<OwnBoard>,
    /// Counts the lamps that hang here.
    tally: Tally,
}

impl Wall {
    /// An empty wall.
    pub fn new(choice: Choice) -> Self {
        Self {
            part: Part::of(choice.name(), &[], &[]),
            choice,
            lamps: HashMap::new(),
            sites: Sites::default(),
            heading: None,
            own: None,
            tally: Tally::default(),
        }
    }

    /// Takes what came. Tells whether a lamp may stand elsewhere now.
    pub fn apply(&mut self, event: BoardEvent) -> bool {
        match event {
            BoardEvent::Snapshot(snapshot) => self.apply_snapshot(snapshot),
            BoardEvent::Change(lamp) => self.apply_lamp(*lamp),
            BoardEvent::Site(site) => self.apply_site(site),
            BoardEvent::Boards(boards) => self.apply_boards(&boards),
            BoardEvent::Tick(_) => false,
        }
    }

    /// What stands above all; `None` until the first snapshot.
    pub fn heading(&self) -> Option<Heading> {
        let title = self.own.as_ref().map(|own| own.title.clone());
        self.heading.clone().map(|heading| Heading { title: title.unwrap_or(heading.title), ..heading })
    }

    /// The sites, in the order of the configuration.
    pub fn sites(&self) -> &[Site] {
        &self.sites
    }

    /// How many of the lamps that hang here are in which category.
    pub const fn totals(&self) -> Totals {
        self.tally.totals()
    }

    /// The lamps that ring here, in the order of their numbers.
    pub const fn ringing(&self) -> &BTreeSet<Exten> {
        self.tally.ringing()
    }

    /// A lamp's signal. Nothing is known of an extension that stands on an own board and has no lamp.
    pub fn lamp(&self, exten: &Exten) -> ArcRwSignal<Lamp> {
        let known = self.lamps.get(exten).cloned();
        known.unwrap_or_else(|| ArcRwSignal::new(Lamp::unknown(exten.clone())))
    }

    /// What hangs here. All sites hang where everything does, also those without a lamp; and an own board hangs whole.
    pub fn bands(&self) -> Vec<Band> {
        if let Some(own) = &self.own {
            let groups = own.groups.iter().filter(|group| !group.extens.is_empty());
            let band = groups.map(|it| Band { head: BandHead::Group(it.title.clone()), lamps: it.extens.clone() });
            return band.collect();
        }
        let known = self.sites.len();
        let empty = |site| Band { head: BandHead::Site(site), lamps: Vec::new() };
        let mut bands: Vec<Band> = self.sites.iter().map(|site| empty(Some(site.name.clone()))).collect();
        let mut lamps: Vec<&Exten> = self.lamps.keys().collect();
        lamps.sort_by(|one, other| by_number(one, other));
        for signal in lamps.into_iter().filter_map(|exten| self.lamps.get(exten)) {
            signal.with_untracked(|lamp| {
                if !self.shows(lamp) {
                    return;
                }
                let head = BandHead::Site(lamp.site.clone());
                let at = bands.iter().position(|band| band.head == head).unwrap_or_else(|| {
                    bands.push(empty(lamp.site.clone()));
                    bands.len() - 1
                });
                bands[at].lamps.push(lamp.exten.clone());
            });
        }
        // The lamps of no site, and those of sites that the server names only in its lamps.
        bands[known..].sort_by(|one, other| one.head.cmp(&other.head));
        let none = BandHead::Site(None);
        bands.retain(|band| !band.lamps.is_empty() || (self.choice == Choice::All && band.head != none));
        bands
    }

    fn apply_snapshot(&mut self, snapshot: Snapshot) -> bool {
        self.sites = snapshot.sites.into();
        self.heading = Some(Heading { title: snapshot.title, demo: snapshot.demo });
        let mut before = std::mem::take(&mut self.lamps);
        for lamp in snapshot.lamps {
            let exten = lamp.exten.clone();
            let signal = match before.remove(&exten) {
                Some(signal) => {
                    set_if_new(&signal, lamp);
                    signal
                }
                None => ArcRwSignal::new(lamp),
            };
            self.lamps.insert(exten, signal);
        }
        self.apply_boards(&snapshot.boards)
    }

    /// The stream is lost, last heard at that time, or lives. All is counted anew as it is drawn then.
    pub fn set_lost(&mut self, lost: Option<Timestamp>) {
        self.count_all(lost);
    }

    fn apply_boards(&mut self, boards: &[OwnBoard]) -> bool {
        self.part = Part::of(self.choice.name(), boards, &self.sites);
        self.own = OwnBoard::find(boards, self.choice.name()).cloned();
        self.count_all(self.tally.lost());
        true
    }

    fn count_all(&mut self, lost: Option<Timestamp>) {
        let mut tally = Tally::new(lost);
        for signal in self.lamps.values() {
            signal.with_untracked(|lamp| {
                if self.shows(lamp) {
                    tally.add(lamp);
                }
            });
        }
        let unknown = self.own.iter().flat_map(OwnBoard::extens).filter(|exten| !self.lamps.contains_key(*exten));
        unknown.for_each(|exten| tally.add(&Lamp::unknown(exten.clone())));
        self.tally = tally;
    }

    fn apply_site(&mut self, site: Site) -> bool {
        let is_new = self.sites.put(site);
        if is_new && self.own.is_none() {
            self.part = Part::of(self.choice.name(), &[], &self.sites);
            self.count_all(self.tally.lost());
        }
        is_new
    }

    fn apply_lamp(&mut self, lamp: Lamp) -> bool {
        let Some(signal) = self.lamps.get(&lamp.exten).cloned() else {
            if self.shows(&lamp) {
                if self.own.is_some() {
                    self.tally.remove(&Lamp::unknown(lamp.exten.clone()));
                }
                self.tally.add(&lamp);
            }
            self.lamps.insert(lamp.exten.clone(), ArcRwSignal::new(lamp));
            return true;
        };
        let before = signal.get_untracked();
        if self.shows(&before) {
            self.tally.remove(&before);
        }
        if self.shows(&lamp) {
            self.tally.add(&lamp);
        }
        let moved = (&before.site, &before.group) != (&lamp.site, &lamp.group);
        set_if_new(&signal, lamp);
        moved
    }

    fn shows(&self, lamp: &Lamp) -> bool {
        self.part.shows(&lamp.exten, lamp.site.as_ref(), lamp.group.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use lampfield_shared::{BoardGroup, ExtensionState, Freshness, LampState, Revision};
    use lampfield_words::{Category, Look};

    use super::*;

    /// `214@perm/Sales ringing`
    fn lamp(text: &str) -> Lamp {
        let (place, state) = text.split_once(' ').unwrap_or((text, "free"));
        let (place, group) = place.split_once('/').map_or((place, None), |(place, group)| (place, Some(group)));
        let (exten, site) = place.split_once('@').map_or((place, None), |(exten, site)| (exten, Some(site)));
        Lamp {
            exten: exten.into(),
            name: None,
            site: site.map(Into::into),
            group: group.map(Into::into),
            state: LampState::ALL.into_iter().find(|known| known.as_str() == state).unwrap(),
            dnd: false,
            dnd_details: None,
            dnd_freshness: Freshness::Live,
            dnd_as_of: None,
            phone: None,
            hint_state: ExtensionState::Idle,
            freshness: Freshness::Live,
            since: Timestamp(0),
            as_of: None,
            mailbox: None,
            mailbox_as_of: None,
            presence: None,
            call: None,
        }
    }

    fn site(name: &str, title: &str) -> Site {
        let (freshness, since) = (Freshness::Live, Timestamp(0));
        Site { name: name.into(), title: title.into(), freshness, since, heard: None, stops_calls: false }
    }

    fn front(extens: &[&str]) -> OwnBoard {
        let group = |title: &str, extens: &[&str]| {
            let extens = extens.iter().map(|exten| Exten::from(*exten)).collect();
            BoardGroup { title: title.into(), extens }
        };
        let groups = vec![group("Desk", extens), group("Nobody", &[]), group("Door", &["2"])];
        OwnBoard { name: "front".into(), title: "Front".into(), groups, changed: Timestamp(7) }
    }

    fn wall(choice: &str, lamps: &[&str]) -> Wall {
        let choice = if choice.is_empty() { Choice::All } else { Choice::Named(choice.into()) };
        let mut wall = Wall::new(choice);
        wall.apply(BoardEvent::Snapshot(Snapshot {
            revision: Revision(1),
            time: Timestamp(0),
            title: "Desk".into(),
            demo: false,
            build: "1".into(),
            sites: vec![site("perm", "Пермь"), site("kazan", "Kazan")],
            boards: vec![front(&["9", "*7"])],
            lamps: lamps.iter().map(|text| lamp(text)).collect(),
        }));
        wall
    }

    fn shown(wall: &Wall) -> String {
        let band = |band: Band| {
            let head = match band.head {
                BandHead::Site(site) => site.map_or_else(|| "-".into(), |site| site.to_string()),
                BandHead::Group(title) => title,
            };
            format!("{head}: {}", band.lamps.iter().map(Exten::as_str).collect::<Vec<_>>().join(" "))
        };
        wall.bands().into_iter().map(band).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn sites_stand_as_configured_and_lamps_by_number() {
        let lamps = ["7", "1000@perm/Sales", "99@perm/Sales", "*7@perm", "100@perm", "5@perm/Office"];
        assert_eq!(shown(&wall("", &lamps)), "perm: 5 99 100 1000 *7; kazan: ; -: 7");
    }

    #[test]
    fn a_board_is_a_site_by_name_or_title_or_a_department() {
        let lamps = ["1@perm/Sales", "2@kazan/Sales", "3@kazan"];
        for (choice, expected) in [
            ("perm", "perm: 1"),
            ("ПЕРМЬ", "perm: 1"),
            ("sales", "perm: 1; kazan: 2"),
            ("Kazan", "kazan: 2 3"),
            ("omsk", ""),
        ] {
            assert_eq!(shown(&wall(choice, &lamps)), expected, "{choice}");
        }
    }

    #[test]
    fn counts_only_what_hangs_here() {
        let mut wall = wall("perm", &["1@perm", "2@perm ringing", "3@kazan ringing"]);
        let ringing = |wall: &Wall| wall.ringing().iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        assert_eq!((wall.totals().of(Category::Free), wall.totals().of(Category::Ringing)), (1, 1));
        assert_eq!(ringing(&wall), "2");
        for change in ["1@perm call_ringing", "2@perm", "3@kazan free", "4@perm ringing"] {
            wall.apply(BoardEvent::Change(Box::new(lamp(change))));
        }
        assert_eq!((wall.totals().of(Category::OnCall), wall.totals().of(Category::Free)), (1, 1));
        assert_eq!(ringing(&wall), "1 4");
    }

    #[test]
    fn what_a_site_brings_to_the_wall_that_is_named_later_is_counted() {
        let mut wall = wall("Moscow", &["1@msk ringing", "2@perm"]);
        assert_eq!((shown(&wall).as_str(), wall.ringing().len()), ("", 0));
        assert!(wall.apply(BoardEvent::Site(site("msk", "Moscow"))));
        assert_eq!((shown(&wall).as_str(), wall.totals().of(Category::Ringing)), ("msk: 1", 1));
        wall.apply(BoardEvent::Change(Box::new(lamp("1@msk"))));
        assert_eq!([Category::Ringing, Category::Free].map(|it| wall.totals().of(it)), [0, 1]);
    }

    #[test]
    fn counts_as_it_draws_while_the_stream_is_lost() {
        let mut wall = wall("Front", &["1@perm ringing", "2@kazan", "*7@perm ringing"]);
        wall.set_lost(Some(Timestamp(5)));
        let of = |wall: &Wall| [Category::LastKnown, Category::NoData, Category::Free].map(|it| wall.totals().of(it));
        assert_eq!((of(&wall), wall.ringing().len()), ([2, 1, 0], 0));
        wall.apply(BoardEvent::Change(Box::new(lamp("2@kazan ringing"))));
        assert_eq!((of(&wall), wall.ringing().len()), ([2, 1, 0], 0));
        wall.set_lost(None);
        assert_eq!((of(&wall), wall.ringing().len()), ([0, 1, 0], 2));
    }

    #[test]
    fn an_own_board_hangs_whole_in_its_order_and_what_is_not_known_as_that() {
        let mut wall = wall("Front", &["1@perm ringing", "2@kazan", "*7@perm ringing"]);
        let totals = |wall: &Wall| [Category::NoData, Category::Free, Category::Ringing].map(|it| wall.totals().of(it));
        assert_eq!(shown(&wall), "Desk: 9 *7; Door: 2");
        assert_eq!((totals(&wall), wall.heading().unwrap().title.as_str()), ([1, 1, 1], "Front"));
        let state =
            |wall: &Wall, exten: &str| wall.lamp(&exten.into()).with_untracked(|lamp| Look::of(lamp, None).category());
        assert_eq!((state(&wall, "9"), state(&wall, "2")), (Category::NoData, Category::Free));
        assert!(wall.apply(BoardEvent::Change(Box::new(lamp("9@perm")))));
        assert_eq!((totals(&wall), state(&wall, "9")), ([0, 2, 1], Category::Free));
        assert!(wall.apply(BoardEvent::Boards(vec![front(&["1", "8"])])));
        assert_eq!((shown(&wall).as_str(), totals(&wall)), ("Desk: 1 8; Door: 2", [1, 1, 1]));
        assert_eq!(wall.ringing(), &BTreeSet::from(["1".into()]));
        wall.apply(BoardEvent::Boards(Vec::new()));
        assert_eq!((shown(&wall).as_str(), totals(&wall)), ("", [0, 0, 0]));
    }

    #[test]
    fn tells_when_a_lamp_may_stand_elsewhere() {
        let mut wall = wall("", &["1@perm"]);
        assert!(!wall.apply(BoardEvent::Change(Box::new(lamp("1@perm ringing")))));
        assert!(wall.apply(BoardEvent::Change(Box::new(lamp("1@kazan ringing")))));
        assert!(wall.apply(BoardEvent::Change(Box::new(lamp("2@kazan")))));
        assert_eq!(shown(&wall), "perm: ; kazan: 1 2");
    }

    #[test]
    fn a_hundred_thousand_changes_leave_one_board() {
        let mut wall = wall("", &["1@perm"]);
        for number in 0..100_000 {
            let state = if number % 2 == 0 { "ringing" } else { "free" };
            wall.apply(BoardEvent::Change(Box::new(lamp(&format!("{}@perm {state}", number % 10)))));
        }
        assert_eq!((wall.lamps.len(), wall.ringing().len()), (10, 5));
    }
}
