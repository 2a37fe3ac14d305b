//! All lamps and sites as last told, in the order in which they are shown.
//!
//! ```text
//!  Event ──apply──► Roster ──arrange(View)──► rows: site, department, its lamps
//!                     ├──► each lamp's own signal, set only where it differs
//!                     └──► what is to be told of marked lamps
//! ```
//! A signal is the one place that holds a lamp; the roster knows where it stands.

mod entry;
mod own;
#[cfg(test)]
mod tests;
mod view;

use std::collections::{BTreeMap, BTreeSet};

use lampfield_shared::{Exten, Freshness, Lamp, OwnBoard, Site, SiteName, Timestamp};
use lampfield_words::Order;
use leptos::prelude::{ArcRwSignal, GetUntracked, Set, Update, WithUntracked};

pub use self::entry::{Cell, Entry};
use self::own::Own;
pub use self::view::{BandKey, Row, Touched, View};
use super::history::{History, Past};
use super::marks::{Mark, Marked};
use super::tabs::{Tab, TabHead, by_number};
use super::watch::is_free;
use super::{Sites, Tally, Totals};
use crate::search::Query;

/// See the module.
#[derive(Default)]
pub struct Roster {
    entries: BTreeMap<Exten, Entry>,
    sites: Sites,
    tally: Tally,
    sorted: Vec<Row>,
    history: History,
    marked: Marked,
    notes: BTreeMap<Exten, String>,
    /// Lamps with a mark that look different, not yet told of.
    told: Vec<Cell>,
    own: Own,
}

impl Roster {
    /// The sites, in the order of the configuration.
    pub fn sites(&self) -> &[Site] {
        &self.sites
    }

    /// How many lamps are in which category.
    pub const fn totals(&self) -> Totals {
        self.tally.totals()
    }

    /// The lamps that ring, in the order of their numbers.
    pub const fn ringing(&self) -> &BTreeSet<Exten> {
        self.tally.ringing()
    }

    /// How many lamps of a site were true once, and nobody knows now.
    pub fn stale_of(&self, site: &SiteName) -> u64 {
        let own = self.entries.values().filter(|entry| entry.0.site.as_ref() == Some(site));
        own.map(|entry| u64::from(entry.look(self.tally.lost()).freshness == Freshness::LastKnown)).sum()
    }

    /// The stream is lost, last heard at that time, or lives. All is counted anew as it is drawn then.
    pub fn set_lost(&mut self, lost: Option<Timestamp>) {
        self.tally = Tally::new(lost);
        for entry in self.entries.values() {
            entry.0.cell.with_untracked(|cell| self.tally.add(&cell.lamp));
        }
    }

    /// Whether there are no lamps at all.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The signal of a lamp, if there is such a lamp, or its extension stands on an own board.
    pub fn cell(&self, exten: &Exten) -> Option<ArcRwSignal<Cell>> {
        self.entries.get(exten).or_else(|| self.own.unknown.get(exten)).map(Entry::cell)
    }

    /// Whether the server has told of a lamp.
    pub fn has_lamp(&self, exten: &Exten) -> bool {
        self.entries.contains_key(exten)
    }

    /// The first lamps that answer a query, the best first.
    pub fn find(&self, query: &Query, most: usize) -> Vec<Lamp> {
        let answers = self.entries.values().filter_map(|entry| Some((query.rank(&entry.0.haystack)?, entry)));
        let mut hits: Vec<_> = answers.collect();
        hits.sort_by(|(rank, one), (other_rank, other)| {
            rank.cmp(other_rank).then_with(|| by_number(one.exten(), other.exten()))
        });
        hits.into_iter().take(most).map(|(_, entry)| entry.0.cell.with_untracked(|cell| cell.lamp.clone())).collect()
    }

    /// What a lamp showed before, the newest first.
    pub fn history(&self, exten: &Exten) -> Vec<Past> {
        self.history.of(exten)
    }

    /// The watched and favourite lamps that look different since this was last asked.
    pub fn take_told(&mut self) -> Vec<Cell> {
        std::mem::take(&mut self.told)
    }

    /// Makes the board what a snapshot says; lamps that it does not name are gone.
    pub fn apply_snapshot(&mut self, sites: Vec<Site>, lamps: Vec<Lamp>) -> Touched {
        let mut touched = Touched::Lamps;
        let renamed = !names(&self.sites).eq(names(&sites));
        if renamed {
            touched = Touched::Places;
        }
        self.sites = sites.into();
        let mut gone = std::mem::take(&mut self.entries);
        for lamp in lamps {
            if let Some(known) = gone.remove(&lamp.exten) {
                let entry = if renamed { self.entry(&lamp, known.cell()) } else { known };
                self.entries.insert(lamp.exten.clone(), entry);
            }
            touched = touched.max(self.apply_lamp(lamp));
        }
        for entry in gone.into_values() {
            entry.0.cell.with_untracked(|cell| self.tally.remove(&cell.lamp));
            self.own.forget_lamp(entry);
            touched = Touched::Places;
        }
        touched
    }

    /// Takes one lamp as it is now.
    pub fn apply_lamp(&mut self, lamp: Lamp) -> Touched {
        let Some(signal) = self.entries.get(&lamp.exten).map(Entry::cell) else {
            self.tally.add(&lamp);
            self.history.add(&lamp);
            let cell = Cell { marks: self.marked.of(&lamp.exten), lamp: lamp.clone() };
            // It may have become free while nobody looked.
            if cell.marks.has(Mark::Watched) && is_free(&lamp) {
                self.told.push(cell.clone());
            }
            let entry = self.entry(&lamp, self.own.signal(&lamp.exten, cell));
            self.entries.insert(lamp.exten, entry);
            return Touched::Places;
        };
        let Cell { lamp: old, marks } = signal.get_untracked();
        if old == lamp {
            return Touched::Lamps;
        }
        let moved = (&old.name, &old.site, &old.group) != (&lamp.name, &lamp.site, &lamp.group);
        let before = self.totals();
        self.tally.remove(&old);
        self.tally.add(&lamp);
        let counts_elsewhere = self.totals() != before;
        self.history.add(&lamp);
        if moved {
            let entry = self.entry(&lamp, signal.clone());
            self.entries.insert(lamp.exten.clone(), entry);
        }
        let cell = Cell { lamp, marks };
        if marks.has(Mark::Watched) || marks.has(Mark::Favourite) {
            self.told.push(cell.clone());
        }
        signal.set(cell);
        match (moved, counts_elsewhere) {
            (true, _) => Touched::Places,
            (false, true) => Touched::Totals,
            (false, false) => Touched::Lamps,
        }
    }

    /// Takes one site as it is now; [`Touched::Places`] where it was not there before.
    pub fn apply_site(&mut self, site: Site) -> Touched {
        if self.sites.put(site) { Touched::Places } else { Touched::Lamps }
    }

    /// From now on these are the boards; they have their places once [`sort`](Self::sort)ed in.
    pub fn apply_boards(&mut self, boards: Vec<OwnBoard>) -> Touched {
        if self.own.replace(boards) { Touched::Places } else { Touched::Lamps }
    }

    /// The boards, by title.
    pub fn boards(&self) -> &[OwnBoard] {
        self.own.boards()
    }

    /// From now on these lamps have `mark`, and no others.
    pub fn mark(&mut self, mark: Mark, extens: BTreeSet<Exten>) {
        for exten in self.marked.replace(mark, extens) {
            let marks = self.marked.of(&exten);
            if let Some(cell) = self.cell(&exten) {
                cell.update(|cell| cell.marks = marks);
            }
        }
    }

    /// The lamps with `mark`, also those that are not on the board.
    pub const fn marked(&self, mark: Mark) -> &BTreeSet<Exten> {
        self.marked.with(mark)
    }

    /// From now on these are the notes; they can be searched once [`sort`](Self::sort)ed in.
    pub fn set_notes(&mut self, notes: BTreeMap<Exten, String>) {
        self.mark(Mark::Noted, notes.keys().cloned().collect());
        let old = std::mem::replace(&mut self.notes, notes);
        let changed: Vec<Exten> = old
            .keys()
            .chain(self.notes.keys())
            .filter(|exten| old.get(*exten) != self.notes.get(*exten))
            .cloned()
            .collect();
        for exten in changed {
            if let Some(signal) = self.entries.get(&exten).map(Entry::cell) {
                let entry = self.entry(&signal.get_untracked().lamp, signal);
                self.entries.insert(exten, entry);
            }
        }
    }

    /// Sorts all lamps into their sites and departments; due after [`Touched::Places`].
    pub fn sort(&mut self) {
        self.own.place_unknown(&self.entries, |exten| {
            let cell = Cell { lamp: Lamp::unknown(exten.clone()), marks: self.marked.of(exten) };
            let note = self.notes.get(exten).map(String::as_str);
            Entry::new(&cell.lamp, None, note, ArcRwSignal::new(cell.clone()))
        });
        let places: BTreeMap<&SiteName, usize> = self.sites.iter().map(|site| &site.name).zip(0..).collect();
        let last = self.sites.len();
        let mut by_site = vec![Vec::new(); last + 1];
        for entry in self.entries.values() {
            let place = entry.0.site.as_ref().and_then(|site| places.get(site)).copied().unwrap_or(last);
            by_site[place].push(entry.clone());
        }
        let names = self.sites.iter().map(|site| Some(&site.name)).chain([None]);
        self.sorted = names.zip(by_site).flat_map(|(site, entries)| rows_of(site, entries)).collect();
    }

    /// The tabs: favourites, all, each own board, each site where there are several, each department.
    pub fn tabs(&self) -> Vec<TabHead> {
        let favourites = self.marked.with(Mark::Favourite).iter().filter(|exten| self.entries.contains_key(*exten));
        let head = |tab, title, count| TabHead { tab, title, count };
        let mut heads = vec![head(Tab::Favourites, None, favourites.count()), head(Tab::All, None, self.entries.len())];
        heads.extend(self.own.tabs());
        if self.sites.len() > 1 {
            let count = |site: &Site| {
                let key = BandKey::Site(Some(site.name.clone()));
                let own = self.sorted.iter().filter(|row| row.key == key);
                own.map(|row| row.lamps.len()).sum()
            };
            let sites = self.sites.iter();
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

    /// The lamps that are in view, the best answers first in each row. Where all are looked at,
    /// all sites are there, also those without a lamp.
    pub fn arrange(&self, view: &View) -> Vec<Row> {
        // A search goes through all lamps.
        if let Tab::Own(name) = &view.tab
            && view.query.is_empty()
            && let Some(rows) = self.own.arrange(name, view, &self.entries, self.tally.lost())
        {
            return rows;
        }
        let all = view.query.is_empty() && view.chosen.is_empty() && view.tab == Tab::All;
        if all && view.order == Order::Number {
            return self.sorted.clone();
        }
        let rows = self.sorted.iter().filter(|row| !view.query.is_empty() || row.is_of(&view.tab));
        let row = |row: &Row| {
            let mut hits: Vec<_> = row
                .lamps
                .iter()
                .filter(|entry| {
                    view.chosen.shows(entry.look(self.tally.lost()).category()) && self.shows_entry(view, entry)
                })
                .filter_map(|entry| Some((view.query.rank(&entry.0.haystack)?, entry)))
                .collect();
            hits.sort_by(|(rank, one), (other_rank, other)| {
                rank.cmp(other_rank).then_with(|| one.compare(other, view.order))
            });
            let lamps: Vec<Entry> = hits.into_iter().map(|(_, entry)| entry.clone()).collect();
            (all || !lamps.is_empty()).then(|| Row { key: row.key.clone(), group: row.group.clone(), lamps })
        };
        rows.filter_map(row).collect()
    }

    fn shows_entry(&self, view: &View, entry: &Entry) -> bool {
        view.tab != Tab::Favourites
            || !view.query.is_empty()
            || self.marked.with(Mark::Favourite).contains(entry.exten())
    }

    fn entry(&self, lamp: &Lamp, cell: ArcRwSignal<Cell>) -> Entry {
        let note = self.notes.get(&lamp.exten).map(String::as_str);
        Entry::new(lamp, title_of(&self.sites, lamp), note, cell)
    }
}

fn rows_of(site: Option<&SiteName>, mut entries: Vec<Entry>) -> Vec<Row> {
    let row = |group, lamps| Row { key: BandKey::Site(site.cloned()), group, lamps };
    if entries.is_empty() && site.is_some() {
        return vec![row(None, entries)];
    }
    entries.sort_by(|one, other| {
        let (mine, others) = (&one.0.group, &other.0.group);
        let by_group = (mine.is_none(), mine).cmp(&(others.is_none(), others));
        by_group.then_with(|| by_number(one.exten(), other.exten()))
    });
    entries
        .chunk_by(|one, next| one.0.group == next.0.group)
        .map(|lamps| row(lamps[0].0.group.clone(), lamps.to_vec()))
        .collect()
}

fn names(sites: &[Site]) -> impl Iterator<Item = (&SiteName, &str)> {
    sites.iter().map(|site| (&site.name, &*site.title))
}

fn title_of<'a>(sites: &'a [Site], lamp: &Lamp) -> Option<&'a str> {
    let site = lamp.site.as_ref()?;
    names(sites).find_map(|(name, title)| (name == site).then_some(title))
}
