//! Which part of the board the reader looks at, and the sections that show it.

use lampfield_shared::SiteName;
use lampfield_words::{Categories, Grouping, Order};

use crate::state::entry::{Entry, Person};
use crate::state::tabs::Tab;

/// The part of the board that is shown, and how it is grouped and sorted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct View {
    /// The categories that are shown
    pub chosen: Categories,
    /// The tab
    pub tab: Tab,
    /// What lamps are grouped by
    pub grouping: Grouping,
    /// The order inside a group
    pub order: Order,
}

impl View {
    /// Whether a change of a lamp's state alone can show other lamps, or lamps elsewhere.
    pub fn moves(&self) -> bool {
        !self.chosen.is_empty() || self.order.moves()
    }
}

/// What the lamps of a tab have in common, whatever their state: a call changes nothing of it.
pub struct Scene {
    /// What they are grouped by: what the reader chose, or what fits
    pub grouping: Grouping,
    /// How many heads they have
    pub heads: usize,
    /// What their tiles are measured by
    pub people: Vec<Person>,
}

/// The shown lamps of one group, in order.
#[derive(Clone, PartialEq)]
pub struct Section {
    /// What the head of the group says
    pub head: Head,
    /// The lamps
    pub lamps: Vec<Entry>,
}

/// What a section has in common. Lamps without a site or a department have sections of their own, which come last.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Head {
    /// The department of a site
    Both(Option<SiteName>, Option<String>),
    /// A department
    Department(Option<String>),
    /// A site
    Site(Option<SiteName>),
    /// A group of an own board, by its title
    Own(String),
    /// Nothing: there is no head
    Nothing,
}

impl Head {
    /// The head of the section in which a lamp stands.
    pub(super) fn of(entry: &Entry, grouping: Grouping) -> Self {
        let (site, department) = (|| entry.site().cloned(), || entry.group().map(str::to_owned));
        match grouping {
            Grouping::Both => Self::Both(site(), department()),
            Grouping::Department => Self::Department(department()),
            Grouping::Site => Self::Site(site()),
            Grouping::Fit | Grouping::Nothing => Self::Nothing,
        }
    }

    /// The site whose lamps the section shows, if it is of one.
    pub const fn site(&self) -> Option<&SiteName> {
        match self {
            Self::Both(site, _) | Self::Site(site) => site.as_ref(),
            Self::Department(_) | Self::Own(_) | Self::Nothing => None,
        }
    }

    /// The department or the group of an own board, if the section is of one.
    pub const fn department(&self) -> Option<&str> {
        match self {
            Self::Both(_, Some(name)) | Self::Department(Some(name)) | Self::Own(name) => Some(name.as_str()),
            Self::Both(_, None) | Self::Department(None) | Self::Site(_) | Self::Nothing => None,
        }
    }
}
