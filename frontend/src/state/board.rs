//! The board as signals, which the components show.

use std::collections::{BTreeMap, BTreeSet};

use lampfield_shared::{Exten, Lamp, OwnBoard, Site, SiteName, Timestamp};
use lampfield_words::{Categories, Order};
use leptos::prelude::{
    ArcRwSignal, Get, GetUntracked, ReadSignal, RwSignal, Set, StoredValue, Track, UpdateValue, With, WithUntracked,
    WithValue,
};

use super::entry::{Cell, Entry};
use super::history::Past;
use super::hits::Hits;
use super::lamps::{Heading, LampTable, Touched};
use super::marks::Mark;
use super::roster::{BandKey, Roster, Row, View};
use super::summary::Summary;
use super::tabs::{Tab, TabHead};
use super::{Totals, set_if_new};
use crate::live::BoardEvent;

/// The band of a site or of an own board.
#[derive(Clone)]
pub struct Band {
    /// The site or board.
    pub key: BandKey,
    /// The site as the server last told it; `None` for an own board.
    pub about: ArcRwSignal<Option<Site>>,
    /// How many lamps the band shows.
    pub count: ArcRwSignal<usize>,
    /// The departments or groups that show at least one lamp.
    pub groups: ArcRwSignal<Vec<Group>>,
}

/// A department of a site, or a group of an own board.
#[derive(Clone)]
pub struct Group {
    /// The name; `None` gathers the lamps without a department.
    pub name: Option<String>,
    /// The lamps that are shown, in order.
    pub lamps: ArcRwSignal<Vec<Entry>>,
}

struct Inner {
    roster: Roster,
    hits: Hits,
    /// All bands and groups so far: one that comes back gets its signals again.
    bands: BTreeMap<BandKey, Band>,
    groups: BTreeMap<(BandKey, Option<String>), Group>,
    /// Whether the pointer or the focus is on a lamp: then no lamp moves, so that nobody presses the wrong one.
    held: bool,
    /// Whether a lamp would have moved while `held`.
    moved: bool,
}

/// The signals of the board.
#[derive(Clone, Copy)]
pub struct BoardSignals {
    inner: StoredValue<Inner>,
    summary: Summary,
    has_lamps: RwSignal<bool>,
    bands: RwSignal<Vec<Band>>,
    tabs: RwSignal<Vec<TabHead>>,
    own_boards: RwSignal<Vec<OwnBoard>>,
    selected: RwSignal<BTreeSet<Exten>>,
    /// Marked lamps that look different now.
    different: RwSignal<Vec<Cell>>,
    /// The selected tab.
    pub tab: RwSignal<Tab>,
    /// Sort order inside departments.
    pub order: RwSignal<Order>,
    /// Sort order inside groups of own boards.
    pub own_order: RwSignal<Order>,
    /// The text in the search field.
    pub typed: RwSignal<String>,
    /// The lamp among the hits that the keys act on. Readers are told of new hits by it, too.
    pub picked: RwSignal<Option<Exten>>,
    /// The categories that are shown; none shows all.
    pub chosen: RwSignal<Categories>,
}

impl BoardSignals {
    /// An empty board.
    pub fn new() -> Self {
        Self {
            inner: StoredValue::new(Inner::new()),
            summary: Summary::new(),
            has_lamps: RwSignal::new(false),
            bands: RwSignal::new(Vec::new()),
            tabs: RwSignal::new(Vec::new()),
            own_boards: RwSignal::new(Vec::new()),
            selected: RwSignal::new(BTreeSet::new()),
            different: RwSignal::new(Vec::new()),
            tab: RwSignal::new(Tab::default()),
            order: RwSignal::new(Order::default()),
            own_order: RwSignal::new(Order::Own),
            typed: RwSignal::new(String::new()),
            picked: RwSignal::new(None),
            chosen: RwSignal::new(Categories::default()),
        }
    }

    /// The title of the board; `None` until the first snapshot. Reactive.
    pub fn heading(self) -> Option<Heading> {
        self.summary.heading.get()
    }

    /// How many lamps are in each category. Reactive.
    pub fn totals(self) -> Totals {
        self.summary.totals.get()
    }

    /// How many lamps of a site, shown or not, are last known. Reactive.
    pub fn stale_of(self, site: &SiteName) -> u64 {
        self.summary.totals.track();
        self.inner.with_value(|inner| inner.roster.stale_of(site))
    }

    /// Whether there is any lamp, shown or not. Reactive.
    pub fn has_lamps(self) -> bool {
        self.has_lamps.get()
    }

    /// The bands that are shown, in order.
    pub fn bands(self) -> ReadSignal<Vec<Band>> {
        self.bands.read_only()
    }

    /// The tabs with their counts. Reactive.
    pub fn tabs(self) -> Vec<TabHead> {
        self.tabs.get()
    }

    /// The own boards, by title. Reactive.
    pub fn own_boards(self) -> Vec<OwnBoard> {
        self.own_boards.get()
    }

    /// Picks the extensions for which the server has no lamp. Reactive.
    pub fn unknown<'a>(self, extens: impl Iterator<Item = &'a Exten>) -> Vec<Exten> {
        // The tabs change whenever a lamp comes or goes.
        self.tabs.track();
        self.inner.with_value(|inner| extens.filter(|exten| !inner.roster.table().has_lamp(exten)).cloned().collect())
    }

    /// The first `most` lamps that match a text, best matches first.
    pub fn find(self, typed: &str, most: usize) -> Vec<Lamp> {
        let hits = self.inner.with_value(|inner| inner.roster.find(typed, Categories::default()));
        hits.first.iter().take(most).filter_map(|hit| self.lamp_untracked(&hit.exten)).collect()
    }

    /// Whether something is searched: then the hits stand in place of the lamps. Reactive.
    pub fn searches(self) -> bool {
        self.typed.with(|typed| !typed.trim().is_empty())
    }

    /// Reads the lamps that were found. A change of a state alone moves none of them: the keys act on what is listed.
    pub fn with_hits<T>(self, read: impl FnOnce(&Hits) -> T) -> T {
        self.inner.with_value(|inner| read(&inner.hits))
    }

    /// Picks the hit that stands `by` places further.
    pub fn pick_beside(self, by: isize) {
        let picked = self.picked.get_untracked();
        self.picked.set(self.with_hits(|hits| hits.beside(picked.as_ref(), by).cloned()));
    }

    /// Finds what the search field asks for, and picks the best. Reactive to the field and the categories.
    pub fn seek(self) {
        self.typed.with(|_| ());
        self.chosen.with(|_| ());
        self.inner.update_value(|inner| self.find_hits(inner, None));
    }

    /// Finds the hits anew. `picked` stays picked where it is still listed.
    fn find_hits(self, inner: &mut Inner, picked: Option<&Exten>) {
        let typed = self.typed.get_untracked();
        let is_searched = !typed.trim().is_empty();
        if !is_searched && inner.hits.count == 0 {
            return inner.roster.prepare();
        }
        inner.hits = if is_searched { inner.roster.find(&typed, self.chosen.get_untracked()) } else { Hits::default() };
        self.picked.set(inner.hits.beside(picked, 0).cloned());
    }

    /// The lamps that ring. Reactive.
    pub fn ringing(self) -> BTreeSet<Exten> {
        self.summary.ringing.get()
    }

    /// Whether any lamp rings. Reactive.
    pub fn rings(self) -> bool {
        self.summary.ringing.with(|ringing| !ringing.is_empty())
    }

    /// The selected lamps. Reactive.
    pub fn selected(self) -> BTreeSet<Exten> {
        self.selected.get()
    }

    /// Watched and favourite lamps that look different now. Reactive.
    pub fn different(self) -> Vec<Cell> {
        self.different.get()
    }

    /// A lamp with its marks. Reactive to the lamp, but not to lamps that appear.
    pub fn cell(self, exten: &Exten) -> Option<Cell> {
        self.with_table(|table| table.cell(exten)).map(|cell| cell.get())
    }

    /// A lamp as it is now. Not reactive.
    pub fn lamp_untracked(self, exten: &Exten) -> Option<Lamp> {
        self.with_table(|table| table.cell(exten)).map(|cell| cell.get_untracked().lamp)
    }

    /// The past states of a lamp, newest first.
    pub fn history(self, exten: &Exten) -> Vec<Past> {
        self.inner.with_value(|inner| inner.roster.history(exten))
    }

    /// The title of a site; its name if the site is not known.
    pub fn site_title(self, site: &SiteName) -> String {
        let title = self.with_table(|table| table.site(site).map(|known| known.title.clone()));
        title.unwrap_or_else(|| site.to_string())
    }

    /// Whether the site's PBX can be told to stop calls.
    pub fn stops_calls(self, site: &SiteName) -> bool {
        self.with_table(|table| table.site(site).is_some_and(|known| known.stops_calls))
    }

    fn with_table<T>(self, read: impl FnOnce(&LampTable) -> T) -> T {
        self.inner.with_value(|inner| read(inner.roster.table()))
    }

    /// Takes in the events of one animation frame. Signals whose value stays the same are not set.
    pub fn apply(self, events: Vec<BoardEvent>) {
        let different = self.inner.try_update_value(|inner| {
            let touched = events.into_iter().map(|event| inner.roster.apply(event)).max();
            if touched == Some(Touched::Places) {
                inner.roster.sort();
                self.show(inner);
                self.find_hits(inner, self.picked.get_untracked().as_ref());
            } else if touched.is_some() && self.view().moves() {
                if inner.held {
                    inner.moved = true;
                } else {
                    self.show(inner);
                }
            }
            self.tell(inner);
            inner.roster.take_different()
        });
        if let Some(different) = different.filter(|different| !different.is_empty()) {
            self.different.set(different);
        }
    }

    /// Sets the signals that depend on the lamp table as a whole.
    fn tell(self, inner: &Inner) {
        let table = inner.roster.table();
        self.summary.show(table);
        set_if_new(&self.has_lamps, table.len() > 0);
        if self.own_boards.with_untracked(|old| old != table.boards()) {
            self.own_boards.set(table.boards().to_vec());
        }
        for site in table.sites() {
            if let Some(band) = inner.bands.get(&BandKey::Site(Some(site.name.clone()))) {
                set_if_new(&band.about, Some(site.clone()));
            }
        }
    }

    /// Takes in that the stream is lost, last heard at that time, or live: counts, filters and ringing change.
    pub fn set_lost(self, lost: Option<Timestamp>) {
        self.inner.update_value(|inner| {
            inner.roster.set_lost(lost);
            self.summary.show(inner.roster.table());
            if self.view().moves() {
                self.show(inner);
            }
        });
    }

    /// Shows what the categories, the tab and the order ask for. Reactive to them.
    pub fn arrange(self) {
        self.chosen.with(|_| ());
        self.tab.with(|_| ());
        self.order.with(|_| ());
        self.own_order.with(|_| ());
        self.inner.update_value(|inner| self.show(inner));
    }

    /// Holds all lamps in their places, or lets them move again, and at once those that had to wait.
    pub fn hold(self, held: bool) {
        self.inner.update_value(|inner| {
            inner.held = held;
            if !held && inner.moved {
                self.show(inner);
            }
        });
    }

    /// Gives `mark` to these lamps and takes it from all others.
    pub fn mark(self, mark: Mark, extens: BTreeSet<Exten>) {
        self.inner.update_value(|inner| {
            inner.roster.mark(mark, extens);
            if mark == Mark::Selected {
                set_if_new(&self.selected, inner.roster.table().marked(Mark::Selected).clone());
            }
            if mark == Mark::Favourite {
                self.show(inner);
            }
        });
    }

    /// Selects a lamp, or deselects it.
    pub fn toggle_selected(self, exten: &Exten) {
        let mut extens = self.selected.get_untracked();
        if !extens.remove(exten) {
            extens.insert(exten.clone());
        }
        self.mark(Mark::Selected, extens);
    }

    /// Replaces the reader's notes.
    pub fn set_notes(self, notes: BTreeMap<Exten, String>) {
        self.inner.update_value(|inner| {
            inner.roster.set_notes(notes);
            inner.roster.sort();
            self.show(inner);
            self.find_hits(inner, self.picked.get_untracked().as_ref());
        });
    }

    /// The lamps in the order in which they are shown, one list for each department or group.
    pub fn shown(self) -> Vec<Vec<Entry>> {
        self.bands.with_untracked(|bands| {
            let groups = bands.iter().flat_map(|band| band.groups.get_untracked());
            groups.map(|group| group.lamps.get_untracked()).collect()
        })
    }

    /// The lamps in the order in which they are shown, one list for each site, or for each group of an own board.
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
            chosen: self.chosen.get_untracked(),
            tab: self.tab.get_untracked(),
            order: self.order_of(&self.tab.get_untracked()).get_untracked(),
        }
    }

    /// The sort order that applies to a tab.
    pub fn order_of(self, tab: &Tab) -> RwSignal<Order> {
        if matches!(tab, Tab::Own(_)) { self.own_order } else { self.order }
    }

    fn show(self, inner: &mut Inner) {
        inner.moved = false;
        let rows = inner.roster.arrange(&self.view());
        let tabs = inner.roster.tabs();
        // The remembered tab may no longer exist.
        if inner.roster.table().len() > 0 && self.tab.with_untracked(|tab| tabs.iter().all(|head| head.tab != *tab)) {
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
    fn new() -> Self {
        let (roster, bands, groups) = (Roster::new(), BTreeMap::new(), BTreeMap::new());
        Self { roster, hits: Hits::default(), bands, groups, held: false, moved: false }
    }

    /// The band of these rows, which are not empty and have one key.
    fn band(&mut self, rows: &[Row]) -> Band {
        let key = &rows[0].key;
        let groups: Vec<Group> = rows.iter().map(|row| self.group(row)).collect();
        let about = match key {
            BandKey::Site(Some(name)) => self.roster.table().site(name),
            BandKey::Site(None) | BandKey::Own(..) => None,
        };
        let band = self.bands.entry(key.clone()).or_insert_with(|| Band {
            key: key.clone(),
            about: ArcRwSignal::new(about.cloned()),
            count: ArcRwSignal::new(0),
            groups: ArcRwSignal::new(Vec::new()),
        });
        let count = rows.iter().map(|row| row.lamps.len()).sum();
        set_if_new(&band.count, count);
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
