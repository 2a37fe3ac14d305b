//! Which part of the board the reader looks at, and the rows that show it.

use lampfield_shared::{BoardName, SiteName};
use lampfield_words::{Categories, Order};

use crate::state::entry::Entry;
use crate::state::tabs::Tab;

/// The part of the board that is shown, and how it is sorted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct View {
    /// The categories that are shown.
    pub chosen: Categories,
    /// The tab.
    pub tab: Tab,
    /// Sort order inside departments and groups.
    pub order: Order,
}

impl View {
    /// Whether a change of a lamp's state alone can show other lamps, or lamps elsewhere.
    pub fn moves(&self) -> bool {
        !self.chosen.is_empty() || self.order.moves()
    }
}

/// The shown lamps of one department of a site, or of one group of an own board, in order. A site without lamps has one
/// empty row.
#[derive(Clone)]
pub struct Row {
    /// The band of the row.
    pub key: BandKey,
    /// The department, `None` for the last row of a site; or the group of an own board.
    pub group: Option<String>,
    /// The lamps of the row.
    pub lamps: Vec<Entry>,
}

impl Row {
    /// Whether the row is shown on a tab. Own boards are arranged apart.
    pub(super) fn is_of(&self, tab: &Tab) -> bool {
        match tab {
            Tab::Favourites | Tab::All => true,
            Tab::Own(_) => false,
            Tab::Site(site) => matches!(&self.key, BandKey::Site(Some(own)) if own == site),
            Tab::Group(group) => self.group.as_ref() == Some(group),
        }
    }
}

/// The site or own board of a band.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BandKey {
    /// A site. Lamps without a site come last, under `None`.
    Site(Option<SiteName>),
    /// An own board, by its name and title.
    Own(BoardName, String),
}
