//! What a screen's link lets it see: one board, and of the rest not even that it is there.
//!
//! It judges lamps and changes as they are, not what was written of them, and keeps nothing but the names of the lamps
//! that its watcher has.

use std::collections::BTreeSet;
use std::sync::Arc;

use lampfield_shared::board::Part;
use lampfield_shared::{Exten, Lamp, OwnBoard, SiteName, Snapshot};

use super::part::Verdict;
use crate::board::BoardChange;

/// One board, and what its watcher was told of it.
#[derive(Debug)]
pub(super) struct Scope {
    board: String,
    part: Part,
    /// The list that it is of, where an admin made it.
    own: Option<OwnBoard>,
    /// Some site is called so.
    is_site: bool,
    /// The lamps that the watcher has: one of them may be moved to another board.
    told: BTreeSet<Exten>,
}

impl Scope {
    pub(super) fn new(board: &str) -> Self {
        Self {
            board: board.to_owned(),
            part: Part::of(board, &[], &[]),
            own: None,
            is_site: false,
            told: BTreeSet::new(),
        }
    }

    /// A snapshot and its lamps, as far as they are of this board.
    pub(super) fn cut_snapshot(&mut self, head: &mut Snapshot, lamps: &mut Vec<Arc<Lamp>>) {
        self.part = Part::of(&self.board, &head.boards, &head.sites);
        self.own = OwnBoard::find(&head.boards, &self.board).cloned();
        self.is_site = head.sites.iter().any(|site| self.part.is_site(&site.name));
        head.sites.retain(|site| self.shows_site(&site.name));
        head.boards = self.own.clone().into_iter().collect();
        lamps.retain(|lamp| self.shows(lamp));
        self.told = lamps.iter().map(|lamp| lamp.exten.clone()).collect();
    }

    /// What a change is to this board. A lamp that was on it and is no more cannot be told, nor can another list of
    /// lamps: then all is.
    pub(super) fn judge(&mut self, change: &BoardChange) -> Verdict {
        match change {
            BoardChange::Site(site) if self.shows_site(&site.name) => Verdict::Shown,
            BoardChange::OwnBoards(boards) if OwnBoard::find(boards, &self.board) != self.own.as_ref() => Verdict::Anew,
            BoardChange::Lamp(lamp) if self.shows(lamp) => {
                self.told.insert(lamp.exten.clone());
                Verdict::Shown
            }
            BoardChange::Lamp(lamp) if self.told.contains(&lamp.exten) => Verdict::Anew,
            BoardChange::Site(_) | BoardChange::OwnBoards(_) | BoardChange::Lamp(_) => Verdict::Hidden,
        }
    }

    fn shows(&self, lamp: &Lamp) -> bool {
        self.part.shows(&lamp.exten, lamp.site.as_ref(), lamp.group.as_deref())
    }

    /// A site's board is of that site alone; the lamps of a department or of a list may be of any.
    fn shows_site(&self, name: &SiteName) -> bool {
        !self.is_site || self.part.is_site(name)
    }
}
