//! The SIP traces of all peers.

use std::time::Instant;

use super::attribution::Attribution;
use super::ladder::{Ladder, Seen, Whose};
use crate::ledger::PeerId;

/// The SIP traces of all peers, by their numbers.
#[derive(Debug)]
pub(super) struct Ladders(Vec<Ladder>);

impl Ladders {
    pub fn new(peers: usize) -> Self {
        Self((0..peers).map(|_| Ladder::default()).collect())
    }

    /// Writes a message into the trace of each peer that it may be of.
    pub fn note(&mut self, now: Instant, seen: Seen<'_>, of: &Attribution) {
        let whose = match of {
            Attribution::To(_) => Whose::Its,
            Attribution::ToAnyOf(_) => Whose::Shared,
        };
        for peer in of.peers() {
            if let Some(ladder) = self.0.get_mut(peer.index()) {
                ladder.add(now, seen, whose);
            }
        }
    }

    pub fn of(&self, peer: PeerId) -> Option<&Ladder> {
        self.0.get(peer.index())
    }
}
