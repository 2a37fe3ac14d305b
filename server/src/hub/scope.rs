//! Scope of a screen's link: one board. The watcher does not even learn that anything else exists.
//!
//! A scope judges lamps and changes themselves, not their wire form, and keeps nothing but the names of the lamps that
//! the watcher has.

use std::collections::BTreeSet;
use std::sync::Arc;

use lampfield_shared::board::Part;
use lampfield_shared::{Exten, Lamp, OwnBoard, SiteName, Snapshot};

use super::slice::Disclosure;
use crate::board::BoardChange;

/// One board, and the lamps on it that the watcher was told.
#[derive(Debug)]
pub(super) struct Scope {
    board: String,
    part: Part,
    /// The own board of that name, where there is one.
    own: Option<OwnBoard>,
    /// Whether a site has that name.
    is_site: bool,
    /// Lamps that the watcher has; one of them may be moved to another board.
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

    /// Cuts a snapshot and its lamps down to this board.
    pub(super) fn cut_snapshot(&mut self, head: &mut Snapshot, lamps: &mut Vec<Arc<Lamp>>) {
        self.part = Part::of(&self.board, &head.boards, &head.sites);
        self.own = OwnBoard::find(&head.boards, &self.board).cloned();
        self.is_site = head.sites.iter().any(|site| self.part.is_site(&site.name));
        head.sites.retain(|site| self.shows_site(&site.name));
        head.boards = self.own.clone().into_iter().collect();
        lamps.retain(|lamp| self.shows(lamp));
        self.told = lamps.iter().map(|lamp| lamp.exten.clone()).collect();
    }

    /// Judges a change. No event can tell that a lamp has left the board, or that the board has another list of lamps:
    /// a snapshot is due then.
    pub(super) fn judge(&mut self, change: &BoardChange) -> Disclosure {
        match change {
            BoardChange::Site(site) if self.shows_site(&site.name) => Disclosure::Shown,
            BoardChange::OwnBoards(boards) if OwnBoard::find(boards, &self.board) != self.own.as_ref() => {
                Disclosure::Anew
            }
            BoardChange::Lamp(lamp) if self.shows(lamp) => {
                self.told.insert(lamp.exten.clone());
                Disclosure::Shown
            }
            BoardChange::Lamp(lamp) if self.told.contains(&lamp.exten) => Disclosure::Anew,
            BoardChange::Site(_) | BoardChange::OwnBoards(_) | BoardChange::Lamp(_) => Disclosure::Hidden,
        }
    }

    fn shows(&self, lamp: &Lamp) -> bool {
        self.part.shows(&lamp.exten, lamp.site.as_ref(), lamp.group.as_deref())
    }

    /// Whether a site is shown: the board of a site shows that site only; the lamps of a department or of a list may be
    /// of any site.
    fn shows_site(&self, name: &SiteName) -> bool {
        !self.is_site || self.part.is_site(name)
    }
}
