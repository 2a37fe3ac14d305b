//! What a watcher of the board is told, one type for each event of the stream.
//!
//! The stream opens with a [`Snapshot`] or, after a short gap, with what was missed. Then come
//! changed [`Lamp`]s, [`Site`]s and boards, and every ten seconds a [`Tick`] that proves that it lives.

use serde::{Deserialize, Serialize};

use crate::{Lamp, OwnBoard, Site, Timestamp};

/// The number of a change. It only grows, over restarts of the server too, and fits a
/// JavaScript number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Revision(pub u64);

/// Names of the events on the stream.
pub mod name {
    /// `data:` is a [`Snapshot`](super::Snapshot).
    pub const SNAPSHOT: &str = "snapshot";
    /// `data:` is a [`Lamp`](crate::Lamp).
    pub const CHANGE: &str = "change";
    /// `data:` is a [`Site`](super::Site).
    pub const SITE: &str = "site";
    /// `data:` is a list of all [`OwnBoard`](crate::OwnBoard)s: one of them is new, different or gone.
    pub const BOARDS: &str = "boards";
    /// `data:` is a [`Tick`](super::Tick).
    pub const TICK: &str = "tick";
}

/// How often the server proves that the stream lives.
pub const TICK_SECONDS: u64 = 10;

/// The whole board at one revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// All changes up to this one are in it.
    pub revision: Revision,
    /// The server's clock, against which ages are counted.
    pub time: Timestamp,
    /// The name of the board.
    pub title: String,
    /// The lamps are of people who do not exist.
    pub demo: bool,
    /// The build of the server: a page of another build reloads itself.
    pub build: String,
    /// The PBXes, in the order of the configuration.
    pub sites: Vec<Site>,
    /// The boards that admins made, by title.
    pub boards: Vec<OwnBoard>,
    /// The lamps, in the order of their extensions.
    pub lamps: Vec<Lamp>,
}

/// The sign of life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tick {
    /// The server's clock.
    pub time: Timestamp,
    /// The newest revision: a watcher that has an older one has missed something.
    pub revision: Revision,
}
