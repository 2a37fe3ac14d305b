//! The boards that admins made: their lamps in their own groups and order.
//!
//! Each extension that stands on one has a place here. Of one that has no lamp nothing is known, and that is shown.

use std::collections::BTreeMap;

use lampfield_shared::{Exten, Lamp, OwnBoard};
use lampfield_words::Order;
use leptos::prelude::{ArcRwSignal, Set, Update};

use super::{BandKey, Cell, Entry, Roster, Row, Touched, View, compare};
use crate::state::tabs::{Tab, TabHead};

/// See the module.
#[derive(Default)]
pub(super) struct Own {
    boards: Vec<OwnBoard>,
    /// The extensions on them that have no lamp.
    pub(super) unknown: BTreeMap<Exten, Entry>,
}

impl Own {
    /// The signal of a lamp that appears: its tile stands already where the extension is on a board.
    pub(super) fn signal(&self, exten: &Exten, cell: Cell) -> ArcRwSignal<Cell> {
        match self.unknown.get(exten).map(Entry::cell) {
            Some(signal) => {
                signal.set(cell);
                signal
            }
            None => ArcRwSignal::new(cell),
        }
    }

    /// A lamp is gone, but perhaps not its tile: nothing is known any more.
    pub(super) fn forget_lamp(&mut self, entry: Entry) {
        entry.cell().update(|cell| cell.lamp = Lamp::unknown(entry.exten().clone()));
        self.unknown.insert(entry.exten().clone(), entry);
    }

    /// The tab of each, with the count of what stands on it.
    pub(super) fn tabs(&self) -> impl Iterator<Item = TabHead> {
        self.boards.iter().map(|board| TabHead {
            tab: Tab::Own(board.name.clone()),
            title: Some(board.title.clone()),
            count: board.extens().count(),
        })
    }
}

impl Roster {
    /// From now on these are the boards; they have their places once [`sort`](Self::sort)ed in.
    pub fn apply_boards(&mut self, boards: Vec<OwnBoard>) -> Touched {
        if self.own.boards == boards {
            return Touched::Lamps;
        }
        self.own.boards = boards;
        Touched::Places
    }

    /// The boards, by title.
    pub fn boards(&self) -> &[OwnBoard] {
        &self.own.boards
    }

    /// Gives a place to each extension on a board that has no lamp, and takes those that are not needed.
    pub(super) fn place_unknown(&mut self) {
        let before = std::mem::take(&mut self.own.unknown);
        let missing = self.own.boards.iter().flat_map(OwnBoard::extens).filter(|it| !self.entries.contains_key(*it));
        let placed = missing.map(|exten| {
            let entry = before.get(exten).cloned().unwrap_or_else(|| {
                let (lamp, marks) = (Lamp::unknown(exten.clone()), self.marked.of(exten));
                self.entry(&lamp, ArcRwSignal::new(Cell { lamp: lamp.clone(), marks }))
            });
            (exten.clone(), entry)
        });
        self.own.unknown = placed.collect();
    }

    /// The lamps of an own board that are in view, group by group; `None` where another part is looked at.
    pub(super) fn arrange_own(&self, view: &View) -> Option<Vec<Row>> {
        let Tab::Own(name) = &view.tab else { return None };
        // A search goes through all lamps.
        if !view.query.is_empty() {
            return None;
        }
        let board = self.own.boards.iter().find(|board| board.name == *name)?;
        let rows = board.groups.iter().map(|group| {
            let entry = |exten| self.entries.get(exten).or_else(|| self.own.unknown.get(exten)).cloned();
            let entries = group.extens.iter().filter_map(entry);
            let mut lamps: Vec<Entry> =
                entries.filter(|entry| view.chosen.shows(entry.look(self.tally.lost()).category())).collect();
            if view.order != Order::Own {
                lamps.sort_by(|one, other| compare(view.order, one, other));
            }
            let key = BandKey::Own(board.name.clone(), board.title.clone());
            Row { key, group: Some(group.title.clone()), lamps }
        });
        Some(rows.filter(|row| !row.lamps.is_empty()).collect())
    }
}
