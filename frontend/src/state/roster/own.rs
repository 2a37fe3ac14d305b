//! The boards that admins made: their lamps in their own groups and order.
//!
//! Each extension that stands on one has a place here. Of one that has no lamp nothing is known, and that is shown.

use std::collections::BTreeMap;

use lampfield_shared::{BoardName, Exten, Lamp, OwnBoard, Timestamp};
use lampfield_words::Order;
use leptos::prelude::{ArcRwSignal, Set, Update};

use super::entry::{Cell, Entry};
use super::view::{BandKey, Row, View};
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

    /// From now on these are the boards. Tells whether they are others than before.
    pub(super) fn replace(&mut self, boards: Vec<OwnBoard>) -> bool {
        let differ = self.boards != boards;
        self.boards = boards;
        differ
    }

    /// The boards, by title.
    pub(super) fn boards(&self) -> &[OwnBoard] {
        &self.boards
    }

    /// Gives a place to each extension on a board that is not among the lamps, and takes those that are not needed.
    pub(super) fn place_unknown(&mut self, lamps: &BTreeMap<Exten, Entry>, place: impl Fn(&Exten) -> Entry) {
        let before = std::mem::take(&mut self.unknown);
        let missing = self.boards.iter().flat_map(OwnBoard::extens).filter(|exten| !lamps.contains_key(*exten));
        let placed = missing.map(|exten| (exten.clone(), before.get(exten).cloned().unwrap_or_else(|| place(exten))));
        self.unknown = placed.collect();
    }

    /// The lamps of the board of this name that are in view, group by group; `None` where there is no such board.
    pub(super) fn arrange(
        &self,
        name: &BoardName,
        view: &View,
        lamps: &BTreeMap<Exten, Entry>,
        lost: Option<Timestamp>,
    ) -> Option<Vec<Row>> {
        let board = self.boards.iter().find(|board| board.name == *name)?;
        let rows = board.groups.iter().map(|group| {
            let entries = group.extens.iter().filter_map(|exten| lamps.get(exten).or_else(|| self.unknown.get(exten)));
            let shown = entries.filter(|entry| view.chosen.shows(entry.look(lost).category()));
            let mut lamps: Vec<Entry> = shown.cloned().collect();
            if view.order != Order::Own {
                lamps.sort_by(|one, other| one.compare(other, view.order));
            }
            let key = BandKey::Own(board.name.clone(), board.title.clone());
            Row { key, group: Some(group.title.clone()), lamps }
        });
        Some(rows.filter(|row| !row.lamps.is_empty()).collect())
    }
}
