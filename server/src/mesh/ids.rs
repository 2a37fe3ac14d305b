//! The number by which the mesh knows a request of ours.

use super::body::json::MeshEvent;
use crate::ledger::PeerId;

/// A request of the mesh. The number tells which one, and is never used twice; the rest tells without any table whose
/// answer comes back by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestId {
    number: u64,
    peer: PeerId,
    purpose: Purpose,
}

/// What a request of ours is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// OPTIONS: whether the peer lives.
    Probe,
    /// PUBLISH in our publication of this event.
    Publish(MeshEvent),
}

impl RequestId {
    pub(super) const fn new(number: u64, peer: PeerId, purpose: Purpose) -> Self {
        Self { number, peer, purpose }
    }

    /// Place of the request in the order of all requests of the mesh.
    pub(super) const fn number(self) -> u64 {
        self.number
    }

    /// The peer that the request goes to.
    pub const fn peer(self) -> PeerId {
        self.peer
    }

    pub(super) const fn purpose(self) -> Purpose {
        self.purpose
    }
}
