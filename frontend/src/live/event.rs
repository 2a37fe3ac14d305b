//! The events of the stream, read.

use lampfield_shared::event::name;
use lampfield_shared::{Lamp, OwnBoard, Site, Snapshot, Tick};

/// What the server tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BoardEvent {
    /// The whole board.
    Snapshot(Snapshot),
    /// A lamp is new or different.
    Change(Box<Lamp>),
    /// A site is different.
    Site(Site),
    /// The boards that admins made are these now.
    Boards(Vec<OwnBoard>),
    /// The stream lives.
    Tick(Tick),
}

impl BoardEvent {
    /// The names that are listened for.
    pub const NAMES: [&str; 5] = [name::SNAPSHOT, name::CHANGE, name::SITE, name::BOARDS, name::TICK];

    /// Reads the event called `name`.
    ///
    /// # Errors
    /// When `data` is not the JSON of such an event: the server is of another build.
    pub fn parse(event: &str, data: &str) -> Result<Self, serde_json::Error> {
        match event {
            name::SNAPSHOT => serde_json::from_str(data).map(Self::Snapshot),
            name::CHANGE => serde_json::from_str(data).map(Self::Change),
            name::SITE => serde_json::from_str(data).map(Self::Site),
            name::BOARDS => serde_json::from_str(data).map(Self::Boards),
            _ => serde_json::from_str(data).map(Self::Tick),
        }
    }
}
