//! The lamps in the order in which the page shows them.
//!
//! ```text
//!  LampTable ──sort──► Roster ──arrange(View)──► rows: site, department, its lamps
//!                        └──► tabs with their counts
//! ```

#[cfg(test)]
mod tests;
mod view;

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use lampfield_shared::account::BOARD_ALL;
use lampfield_shared::{Exten, Freshness, OwnBoard, Site, SiteName, Timestamp};
use lampfield_words::{Categories, Order};

pub use self::view::{BandKey, Row, View};
use super::entry::{Cell, Entry};
use super::history::{History, Past};
use super::hits::{Hit, Hits};
use super::lamps::{LampTable, Touched};
use super::marks::{Mark, set_of};
use super::tabs::{Tab, TabHead, by_number};
use crate::live::BoardEvent;
use crate::search::{Haystack, Query, Rank, States};

/// All lamps, and what the page keeps of them beside: their order, their past, and the reader's notes.
pub struct Roster {
    table: LampTable,
    /// Every lamp in its site and department, by number.
    sorted: Vec<Row>,
    history: History,
    notes: BTreeMap<Exten, String>,
}

impl Roster {
    /// A roster without lamps.
    pub fn new() -> Self {
        let (table, history) = (LampTable::new(BOARD_ALL), History::default());
        Self { table, sorted: Vec::new(), history, notes: BTreeMap::new() }
    }

    /// All lamps and sites.
    pub const fn table(&self) -> &LampTable {
        &self.table
    }

    /// Takes in one event of the stream. After [`Touched::Places`] the lamps have to be [`sort`](Self::sort)ed.
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

    /// Takes the watched and favourite lamps that look different since the last call.
    pub fn take_different(&mut self) -> Vec<Cell> {
        self.table.take_different()
    }

    /// Replaces the reader's notes. A search finds them once the lamps are [`sort`](Self::sort)ed.
    pub fn set_notes(&mut self, notes: BTreeMap<Exten, String>) {
        self.mark(Mark::Noted, set_of(notes.keys().cloned()));
        let old = std::mem::replace(&mut self.notes, notes);
        for exten in old.keys().chain(self.notes.keys()).filter(|exten| old.get(*exten) != self.notes.get(*exten)) {
            self.table.renew(exten);
        }
    }

    /// How many lamps of a site are last known: they were true once, and nobody knows now.
    pub fn stale_of(&self, site: &SiteName) -> u64 {
        let own = self.table.shown().filter(|entry| entry.site() == Some(site));
        own.map(|entry| u64::from(entry.look(self.table.lost()).freshness == Freshness::LastKnown)).sum()
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

    /// Sorts all lamps into their sites and departments; due after [`Touched::Places`].
    pub fn sort(&mut self) {
        let sites = self.table.sites();
        let mut by_site = vec![Vec::new(); sites.len() + 1];
        for entry in self.table.shown() {
            let place = sites.iter().position(|site| Some(&site.name) == entry.site()).unwrap_or(sites.len());
            by_site[place].push(entry.clone());
        }
        let names = sites.iter().map(|site| Some(&site.name)).chain([None]);
        self.sorted = names.zip(by_site).flat_map(|(site, entries)| rows_of(site, entries)).collect();
    }

    /// The tabs: favourites, all, each own board, each site where there are several, each department.
    pub fn tabs(&self) -> Vec<TabHead> {
        let table = &self.table;
        let favourites = table.marked(Mark::Favourite).iter().filter(|exten| table.has_lamp(exten));
        let head = |tab, title, count| TabHead { tab, title, count };
        let mut heads = vec![head(Tab::Favourites, None, favourites.count()), head(Tab::All, None, table.len())];
        let own = table.boards().iter();
        heads.extend(own.map(|own| head(Tab::Own(own.name.clone()), Some(own.title.clone()), own.extens().count())));
        if table.sites().len() > 1 {
            let count = |site: &Site| {
                let key = BandKey::Site(Some(site.name.clone()));
                let own = self.sorted.iter().filter(|row| row.key == key);
                own.map(|row| row.lamps.len()).sum()
            };
            let sites = table.sites().iter();
            heads.extend(sites.map(|site| head(Tab::Site(site.name.clone()), Some(site.title.clone()), count(site))));
        }
        let mut groups = BTreeMap::<&String, usize>::new();
        for row in &self.sorted {
            if let Some(group) = &row.group {
                *groups.entry(group).or_default() += row.lamps.len();
            }
        }
        heads.extend(
            groups.into_iter().map(|(group, count)| head(Tab::Group(group.clone()), Some(group.clone()), count)),
        );
        heads
    }

    /// The rows of the lamps that are in view. Where all lamps are looked at every site has a row, also one without a lamp.
    pub fn arrange(&self, view: &View) -> Vec<Row> {
        if let Tab::Own(name) = &view.tab
            && let Some(board) = self.table.boards().iter().find(|board| board.name == *name)
        {
            return self.arrange_own(board, view);
        }
        let all = view.chosen.is_empty() && view.tab == Tab::All;
        if all && view.order == Order::Number {
            return self.sorted.clone();
        }
        let rows = self.sorted.iter().filter(|row| row.is_of(&view.tab));
        let row = |row: &Row| {
            let shown = row.lamps.iter().filter(|entry| self.is_chosen(view, entry) && self.is_on_tab(view, entry));
            let lamps = sorted(shown, view.order);
            (all || !lamps.is_empty()).then(|| Row { key: row.key.clone(), group: row.group.clone(), lamps })
        };
        rows.filter_map(row).collect()
    }

    /// The rows of an own board: its groups, in its own order unless the reader wants another.
    fn arrange_own(&self, board: &OwnBoard, view: &View) -> Vec<Row> {
        let rows = board.groups.iter().map(|group| {
            let entries = group.extens.iter().filter_map(|exten| self.table.entry(exten));
            let shown = entries.filter(|entry| self.is_chosen(view, entry));
            let lamps = if view.order == Order::Own { shown.cloned().collect() } else { sorted(shown, view.order) };
            let key = BandKey::Own(board.name.clone(), board.title.clone());
            Row { key, group: Some(group.title.clone()), lamps }
        });
        rows.filter(|row| !row.lamps.is_empty()).collect()
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

    fn is_on_tab(&self, view: &View, entry: &Entry) -> bool {
        view.tab != Tab::Favourites || self.table.marked(Mark::Favourite).contains(entry.exten())
    }
}

fn sorted<'e>(lamps: impl Iterator<Item = &'e Entry>, order: Order) -> Vec<Entry> {
    let mut lamps: Vec<Entry> = lamps.cloned().collect();
    sort(&mut lamps, &|one, other| one.compare(other, order));
    lamps
}

/// Sorts by any comparison: each further sort would add two kilobytes to the download.
fn sort(lamps: &mut [Entry], compare: &dyn Fn(&Entry, &Entry) -> Ordering) {
    lamps.sort_by(compare);
}

fn rows_of(site: Option<&SiteName>, mut entries: Vec<Entry>) -> Vec<Row> {
    let row = |group, lamps| Row { key: BandKey::Site(site.cloned()), group, lamps };
    if entries.is_empty() && site.is_some() {
        return vec![row(None, entries)];
    }
    sort(&mut entries, &|one, other| {
        let (mine, others) = (one.group(), other.group());
        let by_group = (mine.is_none(), mine).cmp(&(others.is_none(), others));
        by_group.then_with(|| by_number(one.exten(), other.exten()))
    });
    entries
        .chunk_by(|one, next| one.group() == next.group())
        .map(|lamps| row(lamps[0].group().map(str::to_owned), lamps.to_vec()))
        .collect()
}
