//! The lamps of a wall display, site by site. However long it hangs there it holds one board.

use std::collections::{BTreeSet, HashMap};

use lampfield_shared::{Exten, Lamp, LampState, Site, SiteName, Snapshot, board};
use leptos::prelude::{ArcRwSignal, GetUntracked, Set, WithUntracked};

use super::place::Choice;
use crate::live::BoardEvent;
use crate::state::tabs::by_number;
use crate::state::{Category, Totals};

/// The lamps of one site that hang here, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Band {
    /// Which site; `None` gathers the lamps of no site.
    pub site: Option<SiteName>,
    /// Its lamps, by number: that is what is looked for across a room.
    pub lamps: Vec<Exten>,
}

/// See the module.
pub struct Wall {
    choice: Choice,
    /// All lamps of the board, also those that do not hang here: a lamp may move.
    lamps: HashMap<Exten, ArcRwSignal<Lamp>>,
    sites: Vec<Site>,
    totals: Totals,
    ringing: BTreeSet<Exten>,
}

impl Wall {
    /// An empty wall.
    pub fn new(choice: Choice) -> Self {
        Self { choice, lamps: HashMap::new(), sites: Vec::new(), totals: Totals::default(), ringing: BTreeSet::new() }
    }

    /// Takes what came. Tells whether a lamp may stand elsewhere now.
    pub fn apply(&mut self, event: BoardEvent) -> bool {
        match event {
            BoardEvent::Snapshot(snapshot) => self.apply_snapshot(snapshot),
            BoardEvent::Change(lamp) => self.apply_lamp(*lamp),
            BoardEvent::Site(site) => self.apply_site(site),
            BoardEvent::Tick(_) => false,
        }
    }

    /// The sites, in the order of the configuration.
    pub fn sites(&self) -> &[Site] {
        &self.sites
    }

    /// How many of the lamps that hang here are in which category.
    pub const fn totals(&self) -> Totals {
        self.totals
    }

    /// The lamps that ring here, in the order of their numbers.
    pub const fn ringing(&self) -> &BTreeSet<Exten> {
        &self.ringing
    }

    /// A lamp's signal.
    pub fn lamp(&self, exten: &Exten) -> Option<ArcRwSignal<Lamp>> {
        self.lamps.get(exten).cloned()
    }

    /// What hangs here. All sites hang where everything does, also those without a lamp.
    pub fn bands(&self) -> Vec<Band> {
        let known = self.sites.len();
        let empty = |site| Band { site, lamps: Vec::new() };
        let mut bands: Vec<Band> = self.sites.iter().map(|site| empty(Some(site.name.clone()))).collect();
        let mut lamps: Vec<&Exten> = self.lamps.keys().collect();
        lamps.sort_by(|one, other| by_number(one, other));
        for signal in lamps.into_iter().filter_map(|exten| self.lamps.get(exten)) {
            signal.with_untracked(|lamp| {
                if !self.shows(lamp) {
                    return;
                }
                let at = bands.iter().position(|band| band.site == lamp.site).unwrap_or_else(|| {
                    bands.push(empty(lamp.site.clone()));
                    bands.len() - 1
                });
                bands[at].lamps.push(lamp.exten.clone());
            });
        }
        // The lamps of no site, and those of sites that the server names only in its lamps.
        bands[known..].sort_by(|one, other| one.site.cmp(&other.site));
        bands.retain(|band| !band.lamps.is_empty() || (self.choice == Choice::All && band.site.is_some()));
        bands
    }

    fn apply_snapshot(&mut self, snapshot: Snapshot) -> bool {
        self.sites = snapshot.sites;
        let mut before = std::mem::take(&mut self.lamps);
        self.totals = Totals::default();
        self.ringing.clear();
        for lamp in snapshot.lamps {
            self.count(&lamp);
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
        true
    }

    fn apply_site(&mut self, site: Site) -> bool {
        if let Some(known) = self.sites.iter_mut().find(|known| known.name == site.name) {
            *known = site;
            return false;
        }
        self.sites.push(site);
        true
    }

    fn apply_lamp(&mut self, lamp: Lamp) -> bool {
        let Some(signal) = self.lamps.get(&lamp.exten).cloned() else {
            self.count(&lamp);
            self.lamps.insert(lamp.exten.clone(), ArcRwSignal::new(lamp));
            return true;
        };
        let before = signal.get_untracked();
        if self.shows(&before) {
            self.totals.remove(Category::of(&before));
        }
        self.ringing.remove(&before.exten);
        self.count(&lamp);
        let moved = (&before.site, &before.group) != (&lamp.site, &lamp.group);
        set_if_new(&signal, lamp);
        moved
    }

    fn count(&mut self, lamp: &Lamp) {
        if !self.shows(lamp) {
            return;
        }
        let category = Category::of(lamp);
        self.totals.add(category);
        if category == Category::Ringing || category == Category::OnCall && lamp.state == LampState::CallRinging {
            self.ringing.insert(lamp.exten.clone());
        }
    }

    fn shows(&self, lamp: &Lamp) -> bool {
        let Choice::Named(name) = &self.choice else { return true };
        board::shows(name, &self.sites, lamp.site.as_ref(), lamp.group.as_deref())
    }
}

fn set_if_new(signal: &ArcRwSignal<Lamp>, lamp: Lamp) {
    if signal.with_untracked(|old| *old != lamp) {
        signal.set(lamp);
    }
}

#[cfg(test)]
mod tests {
    use lampfield_shared::{ExtensionState, Freshness, Revision, Timestamp};

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
        Site { name: name.into(), title: title.into(), freshness, since, heard: None }
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
            lamps: lamps.iter().map(|text| lamp(text)).collect(),
        }));
        wall
    }

    fn shown(wall: &Wall) -> String {
        let band = |band: Band| {
            let site = band.site.map_or_else(|| "-".into(), |site| site.to_string());
            format!("{site}: {}", band.lamps.iter().map(Exten::as_str).collect::<Vec<_>>().join(" "))
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
        assert_eq!((wall.lamps.len(), wall.ringing.len()), (10, 5));
    }
}
