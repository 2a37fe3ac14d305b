//! All lamps, sites and own boards as the server last told them: one table for the page and for the wall display.
//!
//! ```text
//!  BoardEvent ──apply──► LampTable ──► each lamp's own signal, set only where the lamp differs
//!                            ├──► Touched: whether lamps may stand elsewhere now
//!                            ├──► totals, ringing lamps: of the board that is shown, as its lamps are drawn
//!                            └──► marked lamps that look different, for the reader to be told
//! ```
//! A signal is the one place that holds a lamp. What stands where on the screen is made from the table: by `roster` for the
//! page, by `wall::bands` for the wall display.

use std::collections::{BTreeMap, BTreeSet};

use lampfield_shared::board::Part;
use lampfield_shared::{Exten, Lamp, OwnBoard, Site, SiteName, Snapshot, Timestamp};
use leptos::prelude::{ArcRwSignal, GetUntracked, Set, Update};

use super::Totals;
use super::entry::{Cell, Entry};
use super::marks::{Mark, Marked};
use super::sites::Sites;
use super::tally::Tally;
use super::watch::is_free;
use crate::live::BoardEvent;

/// The title of the board. The first snapshot brings it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// The name of the board, as people call it.
    pub title: String,
    /// Whether the lamps are of people who do not exist.
    pub demo: bool,
}

/// What an event changed, and so what has to be shown anew beside the lamps themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Touched {
    /// At most the look of lamps.
    Lamps,
    /// Also how many lamps are in which category.
    Totals,
    /// Also which lamps there are, or where they stand.
    Places,
}

/// All lamps, sites and own boards, and the counts of the board that is shown.
pub struct LampTable {
    /// The name of the board that is shown and counted: [`BOARD_ALL`](lampfield_shared::account::BOARD_ALL), or one of an own
    /// board, a site or a department.
    board: String,
    heading: Option<Heading>,
    sites: Sites,
    boards: Vec<OwnBoard>,
    /// Which lamps `board` shows, by the boards and sites of now.
    part: Part,
    /// Every lamp of the server, also those that `board` does not show: a lamp may move.
    lamps: BTreeMap<Exten, Entry>,
    /// The extensions on own boards that have no lamp: nothing is known of them, and that is shown.
    unknown: BTreeMap<Exten, Entry>,
    tally: Tally,
    marked: Marked,
    /// Watched and favourite lamps that look different, not yet taken by [`take_different`](Self::take_different).
    different: Vec<Cell>,
}

impl LampTable {
    /// An empty table that counts the lamps of `board`.
    pub fn new(board: &str) -> Self {
        Self {
            board: board.to_owned(),
            heading: None,
            sites: Sites::default(),
            boards: Vec::new(),
            part: Part::of(board, &[], &[]),
            lamps: BTreeMap::new(),
            unknown: BTreeMap::new(),
            tally: Tally::default(),
            marked: Marked::default(),
            different: Vec::new(),
        }
    }

    /// The title of what is shown, of an own board its own; `None` until the first snapshot.
    pub fn heading(&self) -> Option<Heading> {
        let heading = self.heading.clone()?;
        let title = self.own_board().map_or(heading.title, |own| own.title.clone());
        Some(Heading { title, ..heading })
    }

    /// The sites, in the order of the configuration.
    pub fn sites(&self) -> &[Site] {
        &self.sites
    }

    /// The site of this name.
    pub fn site(&self, name: &SiteName) -> Option<&Site> {
        self.sites.iter().find(|site| site.name == *name)
    }

    /// The boards that admins made, by title.
    pub fn boards(&self) -> &[OwnBoard] {
        &self.boards
    }

    /// The own board that is shown, where one is.
    pub fn own_board(&self) -> Option<&OwnBoard> {
        OwnBoard::find(&self.boards, &self.board).filter(|_| matches!(self.part, Part::Own(_)))
    }

    /// Whether every lamp is shown.
    pub fn shows_all(&self) -> bool {
        self.part == Part::All
    }

    /// The lamps that the server has told of and that are shown, by extension.
    pub fn shown(&self) -> impl Iterator<Item = &Entry> {
        self.lamps.values().filter(|entry| self.is_shown(entry))
    }

    /// How many lamps the server has told of.
    pub fn len(&self) -> usize {
        self.lamps.len()
    }

    /// Whether the server has told of a lamp for `exten`.
    pub fn has_lamp(&self, exten: &Exten) -> bool {
        self.lamps.contains_key(exten)
    }

    /// The entry of a lamp, or of an extension on an own board of which nothing is known.
    pub fn entry(&self, exten: &Exten) -> Option<&Entry> {
        self.lamps.get(exten).or_else(|| self.unknown.get(exten))
    }

    /// The signal of a lamp, or of an extension on an own board of which nothing is known.
    pub fn cell(&self, exten: &Exten) -> Option<ArcRwSignal<Cell>> {
        self.entry(exten).map(Entry::cell)
    }

    /// How many of the shown lamps are in which category.
    pub const fn totals(&self) -> Totals {
        self.tally.totals()
    }

    /// The shown lamps that ring, by extension.
    pub const fn ringing(&self) -> &BTreeSet<Exten> {
        self.tally.ringing()
    }

    /// When the stream was last heard, if it is lost.
    pub const fn lost(&self) -> Option<Timestamp> {
        self.tally.lost()
    }

    /// Takes in that the stream is lost, last heard at that time, or that it lives. All lamps are counted anew, as they are
    /// drawn then.
    pub fn set_lost(&mut self, lost: Option<Timestamp>) {
        self.count_all(lost);
    }

    /// Takes in one event of the stream. After [`Touched::Places`] the lamps have to be arranged anew.
    pub fn apply(&mut self, event: BoardEvent) -> Touched {
        match event {
            BoardEvent::Snapshot(snapshot) => self.apply_snapshot(snapshot),
            BoardEvent::Change(lamp) => self.apply_lamp(*lamp),
            BoardEvent::Site(site) => self.apply_site(site),
            BoardEvent::Boards(boards) => self.apply_boards(boards),
            BoardEvent::Tick(_) => Touched::Lamps,
        }
    }

    /// Gives `mark` to these lamps and takes it from all others.
    pub fn mark(&mut self, mark: Mark, extens: BTreeSet<Exten>) {
        for exten in self.marked.replace(mark, extens) {
            let marks = self.marked.of(&exten);
            if let Some(cell) = self.cell(&exten) {
                cell.update(|cell| cell.marks = marks);
            }
        }
    }

    /// The extensions with `mark`, also those that have no lamp.
    pub const fn marked(&self, mark: Mark) -> &BTreeSet<Exten> {
        self.marked.with(mark)
    }

    /// Takes the watched and favourite lamps that look different since the last call.
    pub fn take_different(&mut self) -> Vec<Cell> {
        std::mem::take(&mut self.different)
    }

    /// Gives a lamp a new entry: the texts that a search finds it by are others now.
    pub(super) fn renew(&mut self, exten: &Exten) {
        if let Some(entry) = self.lamps.get_mut(exten) {
            *entry = Entry::new(entry.cell());
        }
    }

    /// Makes the table what a snapshot says; a lamp that it does not name is gone.
    fn apply_snapshot(&mut self, snapshot: Snapshot) -> Touched {
        let are_renamed = !names(&self.sites).eq(names(&snapshot.sites));
        let are_others = self.boards != snapshot.boards;
        let mut touched = if are_renamed || are_others { Touched::Places } else { Touched::Lamps };
        self.heading = Some(Heading { title: snapshot.title, demo: snapshot.demo });
        self.sites = snapshot.sites.into();
        self.boards = snapshot.boards;
        let mut gone = std::mem::take(&mut self.lamps);
        for lamp in snapshot.lamps {
            if let Some(known) = gone.remove(&lamp.exten) {
                let entry = if are_renamed { Entry::new(known.cell()) } else { known };
                self.lamps.insert(lamp.exten.clone(), entry);
            }
            touched = touched.max(self.put(lamp));
        }
        for (exten, entry) in gone {
            entry.cell().update(|cell| cell.lamp = Lamp::unknown(exten.clone()));
            self.unknown.insert(exten, entry);
            touched = Touched::Places;
        }
        self.handle_boards();
        touched
    }

    fn apply_boards(&mut self, boards: Vec<OwnBoard>) -> Touched {
        if self.boards == boards {
            return Touched::Lamps;
        }
        self.boards = boards;
        self.handle_boards();
        Touched::Places
    }

    fn apply_site(&mut self, site: Site) -> Touched {
        if !self.sites.put(site) {
            return Touched::Lamps;
        }
        self.handle_boards();
        Touched::Places
    }

    /// Brings what depends on boards and sites up to date: the unknown extensions, and what is shown and counted.
    fn handle_boards(&mut self) {
        let before = std::mem::take(&mut self.unknown);
        for exten in self.boards.iter().flat_map(OwnBoard::extens).filter(|exten| !self.lamps.contains_key(*exten)) {
            let entry = before.get(exten).cloned().unwrap_or_else(|| {
                let cell = Cell { lamp: Lamp::unknown(exten.clone()), marks: self.marked.of(exten) };
                Entry::new(ArcRwSignal::new(cell))
            });
            self.unknown.insert(exten.clone(), entry);
        }
        self.part = Part::of(&self.board, &self.boards, &self.sites);
        self.count_all(self.lost());
    }

    fn apply_lamp(&mut self, lamp: Lamp) -> Touched {
        let exten = lamp.exten.clone();
        let before = self.totals();
        self.count(&exten, Tally::remove);
        let touched = self.put(lamp);
        self.count(&exten, Tally::add);
        if self.totals() == before { touched } else { touched.max(Touched::Totals) }
    }

    /// Puts a lamp in the place of what is known of its extension. Nothing is counted.
    fn put(&mut self, lamp: Lamp) -> Touched {
        let Some(cell) = self.lamps.get(&lamp.exten).map(Entry::cell) else {
            self.put_new(lamp);
            return Touched::Places;
        };
        let Cell { lamp: old, marks } = cell.get_untracked();
        if old == lamp {
            return Touched::Lamps;
        }
        let exten = lamp.exten.clone();
        let is_elsewhere = (&old.name, &old.site, &old.group) != (&lamp.name, &lamp.site, &lamp.group);
        let new = Cell { lamp, marks };
        if marks.has(Mark::Watched) || marks.has(Mark::Favourite) {
            self.different.push(new.clone());
        }
        cell.set(new);
        if !is_elsewhere {
            return Touched::Lamps;
        }
        self.lamps.insert(exten, Entry::new(cell));
        Touched::Places
    }

    fn put_new(&mut self, lamp: Lamp) {
        let exten = lamp.exten.clone();
        let new = Cell { marks: self.marked.of(&exten), lamp };
        // A watched extension may have become free while nobody looked.
        if new.marks.has(Mark::Watched) && is_free(&new.lamp) {
            self.different.push(new.clone());
        }
        // Where the extension stands on an own board its tile is there already, and keeps its signal.
        let cell = match self.unknown.remove(&exten) {
            Some(unknown) => {
                unknown.cell().set(new);
                unknown.cell()
            }
            None => ArcRwSignal::new(new),
        };
        self.lamps.insert(exten, Entry::new(cell));
    }

    /// Counts what is known of an extension in or out of the tally, if it is counted at all.
    fn count(&mut self, exten: &Exten, count: fn(&mut Tally, &Lamp)) {
        if let Some(entry) = self.entry(exten).filter(|entry| self.is_counted(entry)).cloned() {
            entry.with_lamp(|lamp| count(&mut self.tally, lamp));
        }
    }

    fn count_all(&mut self, lost: Option<Timestamp>) {
        let mut tally = Tally::new(lost);
        let entries = self.lamps.values().chain(self.unknown.values());
        entries.filter(|entry| self.is_counted(entry)).for_each(|entry| entry.with_lamp(|lamp| tally.add(lamp)));
        self.tally = tally;
    }

    /// Whether a lamp is shown. An extension without a lamp counts on the own board that names it, and nowhere else.
    fn is_counted(&self, entry: &Entry) -> bool {
        self.is_shown(entry) && (matches!(self.part, Part::Own(_)) || self.has_lamp(entry.exten()))
    }

    fn is_shown(&self, entry: &Entry) -> bool {
        self.part.shows(entry.exten(), entry.site(), entry.group())
    }
}

/// The names and titles of sites. A search finds a lamp by the title of its site.
fn names(sites: &[Site]) -> impl Iterator<Item = (&SiteName, &str)> {
    sites.iter().map(|site| (&site.name, &*site.title))
}
