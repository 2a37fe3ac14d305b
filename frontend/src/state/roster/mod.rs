//! The lamps in the order in which the page shows them.
//!
//! ```text
//!  LampTable ──arrange(View)──► sections: a head and its lamps
//!      └──► tabs with their counts
//! ```

#[cfg(test)]
mod tests;
mod view;

use std::collections::{BTreeMap, BTreeSet};

use lampfield_shared::account::BOARD_ALL;
use lampfield_shared::{Exten, OwnBoard, Site, Timestamp};
use lampfield_words::{Categories, Grouping, Order};

pub use self::view::{Head, Scene, Section, View};
use super::entry::{Cell, Entry};
use super::history::{History, Past};
use super::hits::{Hit, Hits};
use super::lamps::{LampTable, Touched};
use super::marks::Mark;
use super::tabs::{Tab, TabHead, by_number};
use crate::live::BoardEvent;
use crate::search::folded;
use crate::search::{Haystack, Query, Rank, States};
use crate::sorted::{set_of, sorted};

/// Heads may take this part of all cells, in percent: a finer grouping is chosen by the reader only.
const HEADS: usize = 15;

/// All lamps, and what the page keeps of them beside: their past, and the reader's notes.
pub struct Roster {
    table: LampTable,
    history: History,
    notes: BTreeMap<Exten, String>,
    /// In the reader's order.
    favourites: Vec<Exten>,
}

impl Roster {
    /// A roster without lamps.
    pub fn new() -> Self {
        let (table, history) = (LampTable::new(BOARD_ALL), History::default());
        Self { table, history, notes: BTreeMap::new(), favourites: Vec::new() }
    }

    /// All lamps and sites.
    pub const fn table(&self) -> &LampTable {
        &self.table
    }

    /// Takes in one event of the stream. After [`Touched::Places`] the lamps have to be arranged anew.
    pub fn apply(&mut self, event: BoardEvent) -> Touched {
        match &event {
            BoardEvent::Change(lamp) => self.history.add(lamp),
            BoardEvent::Snapshot(snapshot) => snapshot.lamps.iter().for_each(|lamp| self.history.add(lamp)),
            BoardEvent::Site(_) | BoardEvent::Boards(_) | BoardEvent::Tick(_) => {}
        }
        self.table.apply(event)
    }

    /// Takes in that the stream is lost, last heard at that time, or that it lives.
    pub fn set_lost(&mut self, lost: Option<Timestamp>) {
        self.table.set_lost(lost);
    }

    /// Gives `mark` to these lamps and takes it from all others.
    pub fn mark(&mut self, mark: Mark, extens: BTreeSet<Exten>) {
        self.table.mark(mark, extens);
    }

    /// Takes in the favourites, in the reader's order.
    pub fn set_favourites(&mut self, extens: Vec<Exten>) {
        self.mark(Mark::Favourite, set_of(extens.iter().cloned()));
        self.favourites = extens;
    }

    /// Takes the watched and favourite lamps that look different since the last call.
    pub fn take_different(&mut self) -> Vec<Cell> {
        self.table.take_different()
    }

    /// Replaces the reader's notes, which a search finds.
    pub fn set_notes(&mut self, notes: BTreeMap<Exten, String>) {
        self.mark(Mark::Noted, set_of(notes.keys().cloned()));
        let old = std::mem::replace(&mut self.notes, notes);
        for exten in old.keys().chain(self.notes.keys()).filter(|exten| old.get(*exten) != self.notes.get(*exten)) {
            self.table.renew(exten);
        }
    }

    /// Makes the texts of new lamps ready for a search, so that the first is as fast as the second.
    pub fn prepare(&self) {
        self.table.shown().for_each(|entry| _ = self.haystack(entry));
    }

    /// The lamps of these categories that a search finds, the best first and equally good ones by number.
    pub fn find(&self, typed: &str, chosen: Categories) -> Hits {
        let ready = |entry| {
            let look = Entry::look(entry, self.table.lost());
            chosen.shows(look.category()).then(|| (entry, self.haystack(entry), States::of(look)))
        };
        let lamps: Vec<(&Entry, &Haystack, States)> = self.table.shown().filter_map(ready).collect();
        let query = Query::new(typed, &lamps.iter().map(|&(_, haystack, drawn)| (haystack, drawn)));
        let mut best: Vec<(Rank, &Entry, &Haystack, States)> = Vec::new();
        let mut count = 0;
        for &(entry, haystack, drawn) in &lamps {
            let Some(rank) = query.rank(haystack, drawn) else { continue };
            count += 1;
            let is_better = |it: &(Rank, &Entry, _, _)| {
                it.0.cmp(&rank).then_with(|| by_number(it.1.exten(), entry.exten())).is_lt()
            };
            let at = best.partition_point(is_better);
            if at < Hits::MOST {
                best.truncate(Hits::MOST - 1);
                best.insert(at, (rank, entry, haystack, drawn));
            }
        }
        let hit = |&(_, entry, haystack, drawn): &(Rank, &Entry, &Haystack, States)| {
            let marked = |text: Option<&str>| {
                let text = text.unwrap_or_default();
                (text.to_owned(), query.marks(haystack, drawn, text))
            };
            let site = entry.site().and_then(|site| self.table.site(site)).map(|site| &*site.title);
            let name = entry.with_lamp(|lamp| marked(lamp.name.as_deref()));
            let texts = [marked(Some(entry.exten().as_str())), name, marked(entry.group()), marked(site)];
            Hit { exten: entry.exten().clone(), texts }
        };
        Hits { count, of: lamps.len(), first: best.iter().map(hit).collect() }
    }

    /// The past of a lamp, the newest change first.
    pub fn history(&self, exten: &Exten) -> Vec<Past> {
        self.history.of(exten)
    }

    /// The tabs: favourites, all, each own board, each site where there are several, each department.
    pub fn tabs(&self) -> Vec<TabHead> {
        let table = &self.table;
        let head = |tab, title, count| TabHead { tab, title, count };
        let mut heads = vec![head(Tab::All, None, table.len()), head(Tab::Favourites, None, self.favourites().count())];
        let own = table.boards().iter();
        heads.extend(own.map(|own| head(Tab::Own(own.name.clone()), Some(own.title.clone()), own.extens().count())));
        if table.sites().len() > 1 {
            let count = |site: &Site| table.shown().filter(|entry| entry.site() == Some(&site.name)).count();
            let sites = table.sites().iter();
            heads.extend(sites.map(|site| head(Tab::Site(site.name.clone()), Some(site.title.clone()), count(site))));
        }
        let groups = sorted(table.shown().filter_map(Entry::group).collect(), Ord::cmp);
        let head_of = |group: &str, count| head(Tab::Group(group.into()), Some(group.into()), count);
        heads.extend(groups.chunk_by(|one, next| one == next).map(|same| head_of(same[0], same.len())));
        heads
    }

    /// The lamps of a tab, whatever their state.
    fn on_tab(&self, tab: &Tab) -> Vec<&Entry> {
        let shown = self.table.shown();
        match tab {
            Tab::All => shown.collect(),
            Tab::Favourites => self.favourites().collect(),
            Tab::Site(site) => shown.filter(|entry| entry.site() == Some(site)).collect(),
            Tab::Group(group) => shown.filter(|entry| entry.group() == Some(group)).collect(),
            Tab::Own(_) => {
                let groups = self.own_board(tab).map(OwnBoard::extens).into_iter().flatten();
                groups.filter_map(|exten| self.table.entry(exten)).collect()
            }
        }
    }

    /// The sections of the lamps that are in view. By state and by last change there is one section only: what rings stands first, wherever
    /// it belongs.
    pub fn arrange(&self, view: &View, grouping: Grouping) -> Vec<Section> {
        if view.order == Order::Own
            && let Some(parts) = self.own_parts(&view.tab)
        {
            let sections = parts.into_iter().map(|(head, entries)| {
                let lamps = entries.into_iter().filter(|entry| self.is_chosen(view, entry)).cloned().collect();
                Section { head, lamps }
            });
            return sections.filter(|section| !section.lamps.is_empty()).collect();
        }
        let grouping = if view.order.moves() { Grouping::Nothing } else { grouping };
        let placed = self.on_tab(&view.tab).into_iter().filter(|entry| self.is_chosen(view, entry)).map(|entry| {
            let head = Head::of(entry, grouping);
            ((self.place_of(&head), head, entry.sort_key(view.order)), entry)
        });
        let placed = sorted(placed.collect(), |(one, _), (other, _)| one.cmp(other));
        let section = |same: &[((_, Head, _), &Entry)]| {
            let lamps = same.iter().map(|(_, entry)| (*entry).clone()).collect();
            Section { head: same[0].0.1.clone(), lamps }
        };
        placed.chunk_by(|(one, _), (next, _)| one.1 == next.1).map(section).collect()
    }

    /// The lamps of a tab that somebody has put in order, in that order: those of an own board, or the favourites.
    fn own_parts(&self, tab: &Tab) -> Option<Vec<(Head, Vec<&Entry>)>> {
        if let Some(board) = self.own_board(tab) {
            let entries = |extens: &[Exten]| extens.iter().filter_map(|exten| self.table.entry(exten)).collect();
            return Some(board.groups.iter().map(|it| (Head::Own(it.title.clone()), entries(&it.extens))).collect());
        }
        (*tab == Tab::Favourites).then(|| vec![(Head::Nothing, self.on_tab(tab))])
    }

    /// The favourites that have a lamp, in the reader's order.
    fn favourites(&self) -> impl Iterator<Item = &Entry> {
        let with_lamp = self.favourites.iter().filter(|exten| self.table.has_lamp(exten));
        with_lamp.filter_map(|exten| self.table.entry(exten))
    }

    /// What the lamps of a tab have in common, whatever their state.
    pub fn scene(&self, view: &View) -> Scene {
        let lamps = self.on_tab(&view.tab);
        let (grouping, heads) = self.grouping(view, &lamps);
        let heads = match self.own_board(&view.tab) {
            Some(board) if view.order == Order::Own => board.groups.len(),
            _ if view.order.moves() || view.order == Order::Own => 0,
            _ => heads,
        };
        Scene { grouping, heads, people: lamps.into_iter().map(Entry::person).collect() }
    }

    /// What the lamps of a tab are grouped by, and how many heads that takes: what the reader chose, else the finest grouping whose heads
    /// are few.
    fn grouping(&self, view: &View, lamps: &[&Entry]) -> (Grouping, usize) {
        let is_one_site = self.table.sites().len() <= 1;
        let simpler = |grouping| match (&view.tab, grouping) {
            (Tab::Site(_), Grouping::Both) => Grouping::Department,
            (Tab::Site(_), Grouping::Site) | (Tab::Group(_), Grouping::Department) => Grouping::Nothing,
            (Tab::Group(_), Grouping::Both) => Grouping::Site,
            (_, Grouping::Both) if is_one_site => Grouping::Department,
            (_, grouping) => grouping,
        };
        let with_heads = |grouping| {
            let grouping = simpler(grouping);
            (grouping, set_of(lamps.iter().map(|entry| Head::of(entry, grouping))).len())
        };
        let is_worth_its_heads =
            |&(_, heads): &(Grouping, usize)| heads <= 2 || heads * 100 <= (heads + lamps.len()) * HEADS;
        match view.grouping {
            Grouping::Fit => {
                let mut finest = [Grouping::Both, Grouping::Department, Grouping::Site].into_iter().map(with_heads);
                finest.find(is_worth_its_heads).unwrap_or_else(|| with_heads(Grouping::Nothing))
            }
            grouping => with_heads(grouping),
        }
    }

    /// Where a section stands: sites as they are configured, departments as in a dictionary, what has none last.
    fn place_of(&self, head: &Head) -> (usize, bool, String) {
        let sites = self.table.sites();
        let site = match head {
            Head::Both(site, _) | Head::Site(site) => {
                sites.iter().position(|own| Some(&own.name) == site.as_ref()).unwrap_or(sites.len())
            }
            Head::Department(_) | Head::Own(_) | Head::Nothing => 0,
        };
        let department = head.department();
        (site, department.is_none(), department.map(folded).unwrap_or_default())
    }

    fn own_board(&self, tab: &Tab) -> Option<&OwnBoard> {
        let Tab::Own(name) = tab else { return None };
        self.table.boards().iter().find(|board| board.name == *name)
    }

    fn haystack<'e>(&self, entry: &'e Entry) -> &'e Haystack {
        entry.haystack(|| {
            let site = entry.site().and_then(|site| self.table.site(site));
            [site.map(|site| &*site.title), self.notes.get(entry.exten()).map(String::as_str)]
        })
    }

    fn is_chosen(&self, view: &View, entry: &Entry) -> bool {
        view.chosen.shows(entry.look(self.table.lost()).category())
    }
}
