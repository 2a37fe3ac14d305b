//! The board as signals: what the components show.

use std::collections::{BTreeMap, BTreeSet};

use lampfield_shared::{Exten, Lamp, OwnBoard, Site, SiteName, Timestamp};
use lampfield_words::{Categories, Order};
use leptos::prelude::{
    ArcRwSignal, Get, GetUntracked, ReadSignal, RwSignal, Set, StoredValue, Track, UpdateValue, With, WithUntracked,
    WithValue,
};

use super::history::Past;
use super::marks::Mark;
use super::roster::{BandKey, Cell, Entry, Roster, Row, Touched, View};
use super::tabs::{Tab, TabHead};
use super::{Totals, set_if_new};
use crate::live::BoardEvent;
use crate::search::Query;

/// What stands above the lamps; it comes with the first snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// The name of the board.
    pub title: String,
    /// The lamps are of people who do not exist.
    pub demo: bool,
}

/// One site's part of the board, or an own board.
#[derive(Clone)]
pub struct Band {
    /// Which.
    pub key: BandKey,
    /// What the site itself says.
    pub about: ArcRwSignal<Option<Site>>,
    /// How many of its lamps are shown.
    pub count: ArcRwSignal<usize>,
    /// Its departments or groups with a lamp that is shown.
    pub groups: ArcRwSignal<Vec<Group>>,
}

/// One department of a site, or one group of an own board.
#[derive(Clone)]
pub struct Group {
    /// Its name; `None` gathers the lamps of no department.
    pub name: Option<String>,
    /// The lamps that are shown, in order.
    pub lamps: ArcRwSignal<Vec<Entry>>,
}

#[derive(Default)]
struct Inner {
    roster: Roster,
    /// Every band and department that ever was: one that comes back finds its signals again.
    bands: BTreeMap<BandKey, Band>,
    groups: BTreeMap<(BandKey, Option<String>), Group>,
    /// The pointer or the focus is among the lamps: none moves away below it.
    held: bool,
    /// Something would have moved meanwhile.
    moved: bool,
}

/// See the module.
#[derive(Clone, Copy)]
pub struct Board {
    inner: StoredValue<Inner>,
    heading: RwSignal<Option<Heading>>,
    totals: RwSignal<Totals>,
    has_lamps: RwSignal<bool>,
    bands: RwSignal<Vec<Band>>,
    tabs: RwSignal<Vec<TabHead>>,
    own_boards: RwSignal<Vec<OwnBoard>>,
    ringing: RwSignal<BTreeSet<Exten>>,
    selected: RwSignal<BTreeSet<Exten>>,
    /// Marked lamps that look different now.
    told: RwSignal<Vec<Cell>>,
    /// The part that is looked at.
    pub tab: RwSignal<Tab>,
    /// How departments are sorted.
    pub order: RwSignal<Order>,
    /// How the groups of own boards are.
    pub own_order: RwSignal<Order>,
    /// What is typed into the search field.
    pub typed: RwSignal<String>,
    /// Which categories are shown.
    pub chosen: RwSignal<Categories>,
}

impl Board {
    /// A board of which nothing is known yet.
    pub fn new() -> Self {
        Self {
            inner: StoredValue::new(Inner::default()),
            heading: RwSignal::new(None),
            totals: RwSignal::new(Totals::default()),
            has_lamps: RwSignal::new(false),
            bands: RwSignal::new(Vec::new()),
            tabs: RwSignal::new(Vec::new()),
            own_boards: RwSignal::new(Vec::new()),
            ringing: RwSignal::new(BTreeSet::new()),
            selected: RwSignal::new(BTreeSet::new()),
            told: RwSignal::new(Vec::new()),
            tab: RwSignal::new(Tab::default()),
            order: RwSignal::new(Order::default()),
            own_order: RwSignal::new(Order::Own),
            typed: RwSignal::new(String::new()),
            chosen: RwSignal::new(Categories::default()),
        }
    }

    /// Title and kind of the board; `None` until the first snapshot. Reactive.
    pub fn heading(self) -> Option<Heading> {
        self.heading.get()
    }

    /// How many lamps are in which category. Reactive.
    pub fn totals(self) -> Totals {
        self.totals.get()
    }

    /// How many lamps of a site, shown or not, are last known. Reactive.
    pub fn stale_of(self, site: &SiteName) -> u64 {
        self.totals.with(|_| ());
        self.inner.with_value(|inner| inner.roster.stale_of(site))
    }

    /// Whether there is any lamp, shown or not. Reactive.
    pub fn has_lamps(self) -> bool {
        self.has_lamps.get()
    }

    /// The sites that are shown, in order.
    pub fn bands(self) -> ReadSignal<Vec<Band>> {
        self.bands.read_only()
    }

    /// The tabs with their counts. Reactive.
    pub fn tabs(self) -> Vec<TabHead> {
        self.tabs.get()
    }

    /// The boards that admins made, by title. Reactive.
    pub fn own_boards(self) -> Vec<OwnBoard> {
        self.own_boards.get()
    }

    /// Those of some extensions of which the server has no lamp. Reactive.
    pub fn unknown<'a>(self, extens: impl Iterator<Item = &'a Exten>) -> Vec<Exten> {
        // It is told anew whenever a lamp comes or goes.
        self.tabs.track();
        self.inner.with_value(|inner| extens.filter(|exten| !inner.roster.has_lamp(exten)).cloned().collect())
    }

    /// The first lamps that a text may mean, the best first.
    pub fn find(self, typed: &str, most: usize) -> Vec<Lamp> {
        self.inner.with_value(|inner| inner.roster.find(&Query::new(typed), most))
    }

    /// The lamps that ring. Reactive.
    pub fn ringing(self) -> BTreeSet<Exten> {
        self.ringing.get()
    }

    /// Whether any does. Reactive.
    pub fn rings(self) -> bool {
        self.ringing.with(|ringing| !ringing.is_empty())
    }

    /// The lamps that are selected. Reactive.
    pub fn selected(self) -> BTreeSet<Exten> {
        self.selected.get()
    }

    /// Watched and favourite lamps that look different now. Reactive.
    pub fn told(self) -> Vec<Cell> {
        self.told.get()
    }

    /// A lamp with its marks. Reactive, but not to lamps that appear.
    pub fn cell(self, exten: &Exten) -> Option<Cell> {
        self.inner.with_value(|inner| inner.roster.cell(exten)).map(|cell| cell.get())
    }

    /// A lamp as it is now.
    pub fn lamp_untracked(self, exten: &Exten) -> Option<Lamp> {
        self.inner.with_value(|inner| inner.roster.cell(exten)).map(|cell| cell.get_untracked().lamp)
    }

    /// What a lamp showed before, the newest first.
    pub fn history(self, exten: &Exten) -> Vec<Past> {
        self.inner.with_value(|inner| inner.roster.history(exten))
    }

    /// The title of a site, its name where it is not known.
    pub fn site_title(self, site: &SiteName) -> String {
        let title = |inner: &Inner| {
            let mut sites = inner.roster.sites().iter();
            sites.find(|known| known.name == *site).map(|known| known.title.clone())
        };
        self.inner.with_value(title).unwrap_or_else(|| site.to_string())
    }

    /// Whether a site can be told to stop calls.
    pub fn stops_calls(self, site: &SiteName) -> bool {
        let can = |known: &Site| known.name == *site && known.stops_calls;
        self.inner.with_value(|inner| inner.roster.sites().iter().any(can))
    }

    /// Applies what came within one frame. Nothing is set that stays the same.
    pub fn apply(self, events: Vec<BoardEvent>) {
        let told = self.inner.try_update_value(|inner| {
            let touched = events.into_iter().map(|event| self.apply_event(inner, event)).max();
            if touched == Some(Touched::Places) {
                inner.roster.sort();
                self.show(inner);
            } else if touched >= Some(Touched::Lamps) && self.view().moves() {
                if inner.held {
                    inner.moved = true;
                } else {
                    self.show(inner);
                }
            }
            set_if_new(&self.has_lamps, !inner.roster.is_empty());
            self.count(inner);
            if self.own_boards.with_untracked(|old| old != inner.roster.boards()) {
                self.own_boards.set(inner.roster.boards().to_vec());
            }
            inner.roster.take_told()
        });
        if let Some(told) = told.filter(|told| !told.is_empty()) {
            self.told.set(told);
        }
    }

    /// The stream is lost, last heard at that time, or lives: what is counted, filtered and known to ring follows.
    pub fn set_lost(self, lost: Option<Timestamp>) {
        self.inner.update_value(|inner| {
            inner.roster.set_lost(lost);
            self.count(inner);
            if self.view().moves() {
                self.show(inner);
            }
        });
    }

    fn count(self, inner: &Inner) {
        set_if_new(&self.totals, inner.roster.totals());
        if self.ringing.with_untracked(|old| old != inner.roster.ringing()) {
            self.ringing.set(inner.roster.ringing().clone());
        }
    }

    /// Shows what answers the search, the chosen categories and the tab. Reactive.
    pub fn arrange(self) {
        self.typed.with(|_| ());
        self.chosen.with(|_| ());
        self.tab.with(|_| ());
        self.order.with(|_| ());
        self.own_order.with(|_| ());
        self.inner.update_value(|inner| self.show(inner));
    }

    /// While it is held no lamp moves because of its state; afterwards all take their places.
    pub fn hold(self, held: bool) {
        self.inner.update_value(|inner| {
            inner.held = held;
            if !held && inner.moved {
                self.show(inner);
            }
        });
    }

    /// From now on these lamps have `mark`, and no others.
    pub fn mark(self, mark: Mark, extens: BTreeSet<Exten>) {
        self.inner.update_value(|inner| {
            inner.roster.mark(mark, extens);
            if mark == Mark::Selected {
                set_if_new(&self.selected, inner.roster.marked(Mark::Selected).clone());
            }
            if mark == Mark::Favourite {
                self.show(inner);
            }
        });
    }

    /// Selects a lamp, or takes it out of the selection.
    pub fn toggle_selected(self, exten: &Exten) {
        let mut extens = self.selected.get_untracked();
        if !extens.remove(exten) {
            extens.insert(exten.clone());
        }
        self.mark(Mark::Selected, extens);
    }

    /// From now on these are the reader's notes.
    pub fn set_notes(self, notes: BTreeMap<Exten, String>) {
        self.inner.update_value(|inner| {
            inner.roster.set_notes(notes);
            inner.roster.sort();
            self.show(inner);
        });
    }

    /// The lamps in the order in which they are shown, department by department.
    pub fn shown(self) -> Vec<Vec<Entry>> {
        self.bands.with_untracked(|bands| {
            let groups = bands.iter().flat_map(|band| band.groups.get_untracked());
            groups.map(|group| group.lamps.get_untracked()).collect()
        })
    }

    /// The same, site by site; of an own board, group by group.
    pub fn parts(self) -> Vec<Vec<Entry>> {
        let of_band = |band: &Band| {
            let groups = band.groups.get_untracked().into_iter().map(|group| group.lamps.get_untracked());
            match band.key {
                BandKey::Site(_) => vec![groups.flatten().collect()],
                BandKey::Own(..) => groups.collect(),
            }
        };
        self.bands.with_untracked(|bands| {
            bands.iter().flat_map(of_band).filter(|part: &Vec<Entry>| !part.is_empty()).collect()
        })
    }

    fn view(self) -> View {
        View {
            query: self.typed.with_untracked(|typed| Query::new(typed)),
            chosen: self.chosen.get_untracked(),
            tab: self.tab.get_untracked(),
            order: self.order_of(&self.tab.get_untracked()).get_untracked(),
        }
    }

    /// How the lamps of a tab are sorted.
    pub fn order_of(self, tab: &Tab) -> RwSignal<Order> {
        if matches!(tab, Tab::Own(_)) { self.own_order } else { self.order }
    }

    fn apply_event(self, inner: &mut Inner, event: BoardEvent) -> Touched {
        match event {
            BoardEvent::Snapshot(snapshot) => {
                set_if_new(&self.heading, Some(Heading { title: snapshot.title, demo: snapshot.demo }));
                let touched = inner.roster.apply_boards(snapshot.boards);
                let touched = touched.max(inner.roster.apply_snapshot(snapshot.sites, snapshot.lamps));
                for site in inner.roster.sites() {
                    tell_band(&inner.bands, site);
                }
                touched
            }
            BoardEvent::Change(lamp) => inner.roster.apply_lamp(*lamp),
            BoardEvent::Site(site) => {
                tell_band(&inner.bands, &site);
                inner.roster.apply_site(site)
            }
            BoardEvent::Boards(boards) => inner.roster.apply_boards(boards),
            BoardEvent::Tick(_) => Touched::Lamps,
        }
    }

    fn show(self, inner: &mut Inner) {
        inner.moved = false;
        let rows = inner.roster.arrange(&self.view());
        let tabs = inner.roster.tabs();
        // A remembered part of the board may be there no longer.
        if !inner.roster.is_empty() && self.tab.with_untracked(|tab| tabs.iter().all(|head| head.tab != *tab)) {
            self.tab.set(Tab::All);
        }
        set_if_new(&self.tabs, tabs);
        let bands: Vec<Band> = rows.chunk_by(|one, next| one.key == next.key).map(|rows| inner.band(rows)).collect();
        let same = |old: &Vec<Band>| old.iter().map(|band| &band.key).eq(bands.iter().map(|band| &band.key));
        if !self.bands.with_untracked(same) {
            self.bands.set(bands);
        }
    }
}

impl Inner {
    /// The band with these rows in it; there is at least one.
    fn band(&mut self, rows: &[Row]) -> Band {
        let key = &rows[0].key;
        let groups: Vec<Group> = rows.iter().map(|row| self.group(row)).collect();
        let is_it = |site: &&Site| matches!(key, BandKey::Site(Some(name)) if *name == site.name);
        let about = self.roster.sites().iter().find(is_it);
        let band = self.bands.entry(key.clone()).or_insert_with(|| Band {
            key: key.clone(),
            about: ArcRwSignal::new(about.cloned()),
            count: ArcRwSignal::new(0),
            groups: ArcRwSignal::new(Vec::new()),
        });
        let count = rows.iter().map(|row| row.lamps.len()).sum();
        if band.count.get_untracked() != count {
            band.count.set(count);
        }
        let same = |old: &Vec<Group>| old.iter().map(|group| &group.name).eq(groups.iter().map(|group| &group.name));
        if !band.groups.with_untracked(same) {
            band.groups.set(groups);
        }
        band.clone()
    }

    fn group(&mut self, Row { key, group, lamps }: &Row) -> Group {
        let group = self
            .groups
            .entry((key.clone(), group.clone()))
            .or_insert_with(|| Group { name: group.clone(), lamps: ArcRwSignal::new(Vec::new()) });
        if group.lamps.with_untracked(|old| old != lamps) {
            group.lamps.set(lamps.clone());
        }
        group.clone()
    }
}

fn tell_band(bands: &BTreeMap<BandKey, Band>, site: &Site) {
    if let Some(band) = bands.get(&BandKey::Site(Some(site.name.clone())))
        && band.about.with_untracked(|old| old.as_ref() != Some(site))
    {
        band.about.set(Some(site.clone()));
    }
}
