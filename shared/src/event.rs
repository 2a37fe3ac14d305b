//! The events of the board's stream, one type for each.
//!
//! The stream opens with a [`Snapshot`] or, after a short gap, with the changes that were missed. Then come changed
//! [`Lamp`]s, [`Site`]s and boards, and every ten seconds a [`Tick`] as a proof of life.

use serde::{Deserialize, Serialize};

use crate::{Lamp, OwnBoard, Site, Timestamp};

/// Number of a change. It only grows, across restarts of the server too, and fits a JavaScript number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Revision(pub u64);

/// Event names of the stream.
pub mod name {
    /// `data:` is a [`Snapshot`](super::Snapshot).
    pub const SNAPSHOT: &str = "snapshot";
    /// `data:` is a [`Lamp`](crate::Lamp).
    pub const CHANGE: &str = "change";
    /// `data:` is a [`Site`](super::Site).
    pub const SITE: &str = "site";
    /// `data:` is a list of all [`OwnBoard`](crate::OwnBoard)s, sent when one of them is new, changed or removed.
    pub const BOARDS: &str = "boards";
    /// `data:` is a [`Tick`](super::Tick).
    pub const TICK: &str = "tick";
}

/// Seconds between two ticks, by which the server proves that the stream lives.
pub const TICK_SECONDS: u64 = 10;

/// The whole board at one revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The newest change that the snapshot includes.
    pub revision: Revision,
    /// Time of the server; the page counts ages from it.
    pub time: Timestamp,
    /// Title of the board.
    pub title: String,
    /// Whether the server runs its demo: PBXes and people are made up.
    pub demo: bool,
    /// Build of the server; a page of another build reloads itself.
    pub build: String,
    /// PBXes, in the order of the configuration.
    pub sites: Vec<Site>,
    /// Own boards (those that admins put together), by title.
    pub boards: Vec<OwnBoard>,
    /// Lamps, in the order of their extensions.
    pub lamps: Vec<Lamp>,
}

/// Proof that the stream lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tick {
    /// Time of the server.
    pub time: Timestamp,
    /// The newest change; a watcher with an older one has missed something.
    pub revision: Revision,
}
