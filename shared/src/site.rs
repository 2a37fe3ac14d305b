//! A PBX as the board sees it, and how old is what it has told.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

crate::text_name! {
    /// A PBX of the mesh by its configured name: the site that a lamp belongs to.
    SiteName
}

/// How old a truth is. Asterisk forgets nothing and says so to nobody; lampfield does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Freshness {
    /// Its PBX holds a publication here, answers, and has told this since the last gap.
    Live,
    /// True when its PBX was last heard; since then nobody knows.
    LastKnown,
    /// Nobody has told anything yet.
    Never,
}

/// One PBX of the mesh, as the board sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// Its name in the configuration.
    pub name: SiteName,
    /// What people call it.
    pub title: String,
    /// Whether it is heard now.
    pub freshness: Freshness,
    /// When that last changed.
    pub since: Timestamp,
    /// When it was last heard.
    pub heard: Option<Timestamp>,
    /// Whether it can be told to stop calls: `[peer.ami]` says how.
    pub stops_calls: bool,
}
