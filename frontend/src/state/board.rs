//! The board as signals, which the components show.

use std::collections::{BTreeMap, BTreeSet};

use lampfield_shared::{Exten, Lamp, OwnBoard, Site, SiteName, Timestamp};
use lampfield_words::{Categories, Grouping, Order};
use leptos::prelude::{
    Get, GetUntracked, ReadSignal, RwSignal, Set, StoredValue, Track, UpdateValue, With, WithUntracked, WithValue,
};

use super::entry::{Cell, Entry, Person};
use super::history::Past;
use super::hits::Hits;
use super::lamps::{Heading, LampTable, Touched};
use super::marks::Mark;
use super::roster::{Roster, Scene, Section, View};
use super::summary::Summary;
use super::tabs::{Tab, TabHead};
use super::{Totals, set_if_new};
use crate::live::BoardEvent;

struct Inner {
    roster: Roster,
    hits: Hits,
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
    sites: RwSignal<Vec<Site>>,
    /// Counts the times that a site got a title: tiles are drawn anew by it, and not whenever a site falls silent.
    renamed: RwSignal<u32>,
    /// Counts the times that lamps came, went or moved.
    placed: RwSignal<u32>,
    sections: RwSignal<Vec<Section>>,
    /// What the lamps are grouped by: what the reader chose, or what fits
    grouped: RwSignal<Grouping>,
    /// How many heads there are while no category is chosen
    heads: RwSignal<usize>,
    /// Name and number of each lamp of the tab, by which tiles are measured. Categories do not count: a filter changes no size.
    people: RwSignal<Vec<Person>>,
    tabs: RwSignal<Vec<TabHead>>,
    own_boards: RwSignal<Vec<OwnBoard>>,
    selected: RwSignal<BTreeSet<Exten>>,
    /// Marked lamps that look different now.
    different: RwSignal<Vec<Cell>>,
    /// The selected tab.
    pub tab: RwSignal<Tab>,
    /// What lamps are grouped by.
    pub grouping: RwSignal<Grouping>,
    /// Sort order inside groups.
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
            sites: RwSignal::new(Vec::new()),
            renamed: RwSignal::new(0),
            placed: RwSignal::new(0),
            sections: RwSignal::new(Vec::new()),
            grouped: RwSignal::new(Grouping::default()),
            heads: RwSignal::new(0),
            people: RwSignal::new(Vec::new()),
            tabs: RwSignal::new(Vec::new()),
            own_boards: RwSignal::new(Vec::new()),
            selected: RwSignal::new(BTreeSet::new()),
            different: RwSignal::new(Vec::new()),
            tab: RwSignal::new(Tab::default()),
            grouping: RwSignal::new(Grouping::default()),
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

    /// Whether there are more lamps than fit beside a wide rail; `None` until the first snapshot. Reactive.
    pub fn has_many(self) -> Option<bool> {
        const MANY: usize = 300;
        self.heading()?;
        self.head_of(&Tab::All).map(|head| head.count > MANY)
    }

    /// Whether there is any lamp, shown or not. Reactive.
    pub fn has_lamps(self) -> bool {
        self.has_lamps.get()
    }

    /// Reads the sites as the server last told them. Reactive.
    pub fn with_sites<T>(self, read: impl FnOnce(&[Site]) -> T) -> T {
        self.sites.with(|sites| read(sites))
    }

    /// The sections that are shown, in order.
    pub fn sections(self) -> ReadSignal<Vec<Section>> {
        self.sections.read_only()
    }

    /// What the lamps are grouped by. Reactive.
    pub fn grouped(self) -> Grouping {
        self.grouped.get()
    }

    /// How many heads the lamps of the tab have, whatever their state. Reactive.
    pub fn heads(self) -> usize {
        self.heads.get()
    }

    /// Name and number of each lamp of the tab, whatever its state.
    pub fn people(self) -> ReadSignal<Vec<Person>> {
        self.people.read_only()
    }

    /// The tabs with their counts. Reactive.
    pub fn tabs(self) -> Vec<TabHead> {
        self.tabs.get()
    }

    /// A tab with its count; `None` where there is no such tab. Reactive.
    pub fn head_of(self, tab: &Tab) -> Option<TabHead> {
        self.tabs.with(|tabs| tabs.iter().find(|head| head.tab == *tab).cloned())
    }

    /// The own boards, by title. Reactive.
    pub fn own_boards(self) -> Vec<OwnBoard> {
        self.own_boards.get()
    }

    /// Picks the extensions for which the server has no lamp. Reactive.
    pub fn unknown<'a>(self, extens: impl Iterator<Item = &'a Exten>) -> Vec<Exten> {
        self.placed.track();
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

    /// A lamp with its marks. Reactive to the lamp, and where there is none to lamps that come.
    pub fn cell(self, exten: &Exten) -> Option<Cell> {
        if self.with_table(|table| !table.has_lamp(exten)) {
            self.placed.track();
        }
        self.with_table(|table| table.cell(exten)).map(|cell| cell.get())
    }

    /// Runs the caller again when lamps came, went or moved. Reactive.
    pub fn track_places(self) {
        self.placed.track();
    }

    /// A lamp as it is now. Not reactive.
    pub fn lamp_untracked(self, exten: &Exten) -> Option<Lamp> {
        self.with_table(|table| table.cell(exten)).map(|cell| cell.get_untracked().lamp)
    }

    /// The past states of a lamp, newest first.
    pub fn history(self, exten: &Exten) -> Vec<Past> {
        self.inner.with_value(|inner| inner.roster.history(exten))
    }

    /// The title of a site; its name if the site is not known. Reactive.
    pub fn site_title(self, site: &SiteName) -> String {
        self.renamed.track();
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
                self.show(inner);
                self.find_hits(inner, self.picked.get_untracked().as_ref());
                self.placed.set(self.placed.get_untracked().wrapping_add(1));
            } else if touched.is_some() && self.view().moves() {
                if inner.held {
                    inner.moved = true;
                } else {
                    self.show_lamps(inner);
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
        if self.sites.with_untracked(|old| old != table.sites()) {
            let titles =
                |sites: &[Site]| sites.iter().map(|site| (site.name.clone(), site.title.clone())).collect::<Vec<_>>();
            let is_renamed = self.sites.with_untracked(|old| titles(old) != titles(table.sites()));
            self.sites.set(table.sites().to_vec());
            if is_renamed {
                self.renamed.set(self.renamed.get_untracked().wrapping_add(1));
            }
        }
    }

    /// Takes in that the stream is lost, last heard at that time, or live: counts, filters and ringing change.
    pub fn set_lost(self, lost: Option<Timestamp>) {
        self.inner.update_value(|inner| {
            inner.roster.set_lost(lost);
            self.summary.show(inner.roster.table());
            if self.view().moves() {
                self.show_lamps(inner);
            }
        });
    }

    /// Shows what the categories, the tab, the grouping and the order ask for. Reactive to them.
    pub fn arrange(self) {
        self.grouping.with(|_| ());
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
                self.show_lamps(inner);
            }
        });
    }

    /// Takes in the favourites, in the reader's order.
    pub fn set_favourites(self, extens: Vec<Exten>) {
        self.inner.update_value(|inner| {
            inner.roster.set_favourites(extens);
            self.show(inner);
        });
    }

    /// Gives `mark` to these lamps and takes it from all others.
    pub fn mark(self, mark: Mark, extens: BTreeSet<Exten>) {
        self.inner.update_value(|inner| {
            inner.roster.mark(mark, extens);
            if mark == Mark::Selected {
                set_if_new(&self.selected, inner.roster.table().marked(Mark::Selected).clone());
            }
        });
    }

    /// Deselects all lamps.
    pub fn clear_selection(self) {
        self.mark(Mark::Selected, BTreeSet::new());
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
            self.show(inner);
            self.find_hits(inner, self.picked.get_untracked().as_ref());
        });
    }

    /// The lamps in the order in which they are shown, one list for each section.
    pub fn shown(self) -> Vec<Vec<Entry>> {
        self.sections.with_untracked(|sections| sections.iter().map(|section| section.lamps.clone()).collect())
    }

    fn view(self) -> View {
        View {
            chosen: self.chosen.get_untracked(),
            tab: self.tab.get_untracked(),
            grouping: self.grouping.get_untracked(),
            order: self.order_of(&self.tab.get_untracked()).get_untracked(),
        }
    }

    /// The sort order that applies to a tab.
    pub fn order_of(self, tab: &Tab) -> RwSignal<Order> {
        if tab.has_own_order() { self.own_order } else { self.order }
    }

    /// Whether the favourites are shown in the reader's order, which they may change then. Not reactive.
    pub fn shows_favourites(self) -> bool {
        self.tab.with_untracked(|tab| *tab == Tab::Favourites) && self.own_order.get_untracked() == Order::Own
    }

    /// Shows tabs and lamps anew: where lamps came, went or moved, or where the reader looks elsewhere.
    fn show(self, inner: &mut Inner) {
        let (roster, view) = (&inner.roster, self.view());
        let tabs = roster.tabs();
        // The remembered tab may no longer exist.
        if roster.table().len() > 0 && tabs.iter().all(|head| head.tab != view.tab) {
            self.tab.set(Tab::All);
        }
        let Scene { grouping, heads, people } = roster.scene(&view);
        set_if_new(&self.tabs, tabs);
        set_if_new(&self.grouped, grouping);
        set_if_new(&self.heads, heads);
        set_if_new(&self.people, people);
        self.show_lamps(inner);
    }

    /// Shows which lamps stand where: all that changes of their states alone can move.
    fn show_lamps(self, inner: &mut Inner) {
        inner.moved = false;
        let mut view = self.view();
        // Nobody knows which lamps a filter would show: all of them stay.
        if inner.roster.table().lost().is_some() {
            view.chosen = Categories::default();
        }
        set_if_new(&self.sections, inner.roster.arrange(&view, self.grouped.get_untracked()));
    }
}

impl Inner {
    fn new() -> Self {
        Self { roster: Roster::new(), hits: Hits::default(), held: false, moved: false }
    }
}
