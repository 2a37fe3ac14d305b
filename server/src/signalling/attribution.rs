//! Whose a message is.

use crate::ledger::PeerId;

/// The peers that a message is put down to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attribution {
    /// The message is of this peer.
    To(PeerId),
    /// The message may be of any of these peers; where there are none, it is of a stranger.
    ToAnyOf(Vec<PeerId>),
}

impl Attribution {
    /// The peers.
    pub fn peers(&self) -> &[PeerId] {
        match self {
            Self::To(peer) => std::slice::from_ref(peer),
            Self::ToAnyOf(peers) => peers,
        }
    }
}

/// Nobody's.
impl Default for Attribution {
    fn default() -> Self {
        Self::ToAnyOf(Vec::new())
    }
}

/// A single candidate is taken for certain.
impl From<Vec<PeerId>> for Attribution {
    fn from(candidates: Vec<PeerId>) -> Self {
        if let [peer] = candidates[..] { Self::To(peer) } else { Self::ToAnyOf(candidates) }
    }
}
