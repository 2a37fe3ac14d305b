//! The board: states per EID, the hints that name them, and the lamps that follow.

mod news;
mod settings;

pub use news::{BoardChange, MailboxName, News};
pub use settings::{BoardSettings, ExtensionSettings, SiteSettings, Unhinted};

use lampfield_shared::{Exten, Lamp, LampDetails, Site, Timestamp};

/// All lamps, and why they are as they are.
#[derive(Debug)]
pub struct Board {
    sites: Vec<Site>,
}

impl Board {
    /// A board on which nothing has been heard yet.
    pub fn new(settings: BoardSettings, now: Timestamp) -> Self {
        let _ = (settings, now);
        Self { sites: Vec::new() }
    }

    /// Takes in what the mesh has learned; [`Self::poll_change`] tells what follows from it.
    pub fn apply(&mut self, now: Timestamp, news: News) {
        let _ = (self, now, news);
    }

    /// What looks different now, each lamp once; `None` when dry.
    #[must_use]
    pub fn poll_change(&mut self) -> Option<BoardChange> {
        let _ = self;
        None
    }

    /// The lamps, in the order of their extensions.
    pub fn lamps(&self) -> impl Iterator<Item = &Lamp> {
        let _ = self;
        [].into_iter()
    }

    /// The PBXes, in the order of the configuration.
    pub fn sites(&self) -> impl Iterator<Item = &Site> {
        self.sites.iter()
    }

    /// One lamp with the reasons for its state.
    pub fn details(&self, exten: &Exten) -> Option<LampDetails> {
        let _ = (self, exten);
        None
    }
}
