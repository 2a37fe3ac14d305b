//! What of the board is looked at, and how the roster tells what that is.

use lampfield_shared::{BoardName, SiteName};
use lampfield_words::{Categories, Order};

use super::entry::Entry;
use crate::search::Query;
use crate::state::tabs::Tab;

/// What became different, and so what has to be shown anew beside the lamps themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Touched {
    /// At most the look of lamps.
    Lamps,
    /// Also how many are in which category.
    Totals,
    /// Also which lamps there are, or where they stand.
    Places,
}

/// What of the board is looked at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct View {
    /// What is searched. A search goes through all lamps, whatever the tab.
    pub query: Query,
    /// The categories that are shown.
    pub chosen: Categories,
    /// The part of the board.
    pub tab: Tab,
    /// How departments are sorted.
    pub order: Order,
}

impl View {
    /// Whether other lamps are shown, or elsewhere, when lamps change their states.
    pub fn moves(&self) -> bool {
        !self.chosen.is_empty() || self.order.moves()
    }
}

/// The lamps of one department of one site that are shown, in order, or of one group of an own board. A site without lamps has
/// one empty row.
#[derive(Clone)]
pub struct Row {
    /// The band that it is of.
    pub key: BandKey,
    /// The department, none comes last in its site; or the group of an own board.
    pub group: Option<String>,
    /// Its lamps.
    pub lamps: Vec<Entry>,
}

impl Row {
    /// Whether a tab shows it. The rows of own boards are arranged apart.
    pub(super) fn is_of(&self, tab: &Tab) -> bool {
        match tab {
            Tab::Favourites | Tab::All => true,
            Tab::Own(_) => false,
            Tab::Site(site) => matches!(&self.key, BandKey::Site(Some(own)) if own == site),
            Tab::Group(group) => self.group.as_ref() == Some(group),
        }
    }
}

/// What all lamps of a band have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BandKey {
    /// Their site; none comes last.
    Site(Option<SiteName>),
    /// The own board of this name and title.
    Own(BoardName, String),
}
