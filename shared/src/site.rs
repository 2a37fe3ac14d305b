//! A PBX as the board sees it, and how fresh its states are.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

crate::text_name! {
    /// Name of a peer in the configuration: the site that a lamp belongs to.
    SiteName
}

/// How fresh a state is. An Asterisk keeps a neighbour's last states for ever and tells nobody how old they are;
/// lampfield tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Freshness {
    /// The PBX holds a publication here, answers, and has told this since the last gap.
    Live,
    /// The state was true when the PBX was last heard; nobody knows whether it still is.
    LastKnown,
    /// Nobody has told a state yet.
    Never,
}

/// One PBX of the mesh, as the board sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// Name in the configuration.
    pub name: SiteName,
    /// Title for people.
    pub title: String,
    /// Whether the PBX is heard now.
    pub freshness: Freshness,
    /// Time when the freshness last changed.
    pub since: Timestamp,
    /// Time when the PBX was last heard.
    pub heard: Option<Timestamp>,
    /// Whether lampfield can make the PBX block calls: `[peer.ami]` is configured.
    pub stops_calls: bool,
}
