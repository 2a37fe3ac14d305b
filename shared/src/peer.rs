//! What is told of a peer beyond its site: who it speaks for, and what was counted.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Eid, Site};

/// The mesh in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeshReport {
    /// Our own entity id: under it our votes stand at the peers.
    pub eid: Eid,
    /// Every peer, in the order of the configuration.
    pub peers: Vec<PeerReport>,
    /// Counts of what came from nobody that is configured, or was no message at all.
    pub strangers: BTreeMap<String, u64>,
}

/// One peer of the mesh, in numbers: the answer to "does Perm talk to us, and how?".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerReport {
    /// Name, title and freshness; its fields stand beside these in JSON.
    #[serde(flatten)]
    pub site: Site,
    /// The Asterisks it speaks for: pinned ones, or those it was first to use.
    pub eids: Vec<Eid>,
    /// Counts since the start of the server, by name: messages, refusals, drift.
    pub counters: BTreeMap<String, u64>,
    /// What keeps the peer from telling us all again when we ask it, if anything does.
    pub trouble: Option<String>,
}
