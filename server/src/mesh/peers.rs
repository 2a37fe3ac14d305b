//! All peers, by their numbers, and when each is to be looked at next.

use std::ops::{Index, IndexMut};
use std::time::Instant;

use lampfield_shared::SiteName;

use super::peer::Peer;
use crate::ledger::PeerId;

/// All peers, in the order of the configuration.
pub(super) struct Peers {
    all: Vec<Peer>,
    /// When the first timer of each peer is due. There may be a thousand peers, and the driver asks after each message:
    /// whoever is borrowed to be changed is asked anew, and nobody else.
    due: Vec<Due>,
}

/// When the first timer of a peer is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Due {
    /// The peer may have changed since it was asked.
    Unknown,
    /// At that time; `None`: no timer runs.
    At(Option<Instant>),
}

impl Peers {
    pub fn new(peers: impl Iterator<Item = Peer>) -> Self {
        let all: Vec<Peer> = peers.collect();
        Self { due: vec![Due::Unknown; all.len()], all }
    }

    /// The numbers of all peers. They borrow nothing, so that the peers can be changed meanwhile.
    pub fn ids(&self) -> impl Iterator<Item = PeerId> + use<> {
        (0..self.all.len()).map(PeerId::at)
    }

    pub fn find(&self, name: &SiteName) -> Option<PeerId> {
        self.all.iter().position(|peer| peer.settings.name == *name).map(PeerId::at)
    }

    pub fn iter(&self) -> impl Iterator<Item = (PeerId, &Peer)> {
        self.all.iter().enumerate().map(|(index, peer)| (PeerId::at(index), peer))
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Peer> {
        self.doubt_timers();
        self.all.iter_mut()
    }

    /// Has every peer asked anew: something beside the peers has changed that their timers depend on.
    pub fn doubt_timers(&mut self) {
        self.due.fill(Due::Unknown);
    }

    /// When the first timer of all is due; `next` tells it of one peer.
    pub fn poll_timeout(&mut self, next: impl Fn(PeerId, &Peer) -> Option<Instant>) -> Option<Instant> {
        let mut first: Option<Instant> = None;
        for (index, (due, peer)) in self.due.iter_mut().zip(&self.all).enumerate() {
            let at = match *due {
                Due::At(at) => at,
                Due::Unknown => next(PeerId::at(index), peer),
            };
            debug_assert_eq!(at, next(PeerId::at(index), peer), "a peer has changed, and nobody had borrowed it");
            *due = Due::At(at);
            if at.is_some_and(|at| first.is_none_or(|first| at < first)) {
                first = at;
            }
        }
        first
    }
}

impl Index<PeerId> for Peers {
    type Output = Peer;

    fn index(&self, id: PeerId) -> &Peer {
        &self.all[id.index()]
    }
}

impl IndexMut<PeerId> for Peers {
    fn index_mut(&mut self, id: PeerId) -> &mut Peer {
        self.due[id.index()] = Due::Unknown;
        &mut self.all[id.index()]
    }
}
