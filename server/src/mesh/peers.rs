//! All peers, by their numbers.

use std::ops::{Index, IndexMut};

use lampfield_shared::SiteName;

use super::peer::Peer;
use crate::ledger::PeerId;

/// All peers, in the order of the configuration.
pub(super) struct Peers(Vec<Peer>);

impl Peers {
    pub fn new(peers: impl Iterator<Item = Peer>) -> Self {
        Self(peers.collect())
    }

    /// The numbers of all peers. They borrow nothing, so that the peers can be changed meanwhile.
    pub fn ids(&self) -> impl Iterator<Item = PeerId> + use<> {
        (0..self.0.len()).map(PeerId::at)
    }

    pub fn find(&self, name: &SiteName) -> Option<PeerId> {
        self.0.iter().position(|peer| peer.settings.name == *name).map(PeerId::at)
    }

    pub fn iter(&self) -> impl Iterator<Item = (PeerId, &Peer)> {
        self.0.iter().enumerate().map(|(index, peer)| (PeerId::at(index), peer))
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Peer> {
        self.0.iter_mut()
    }
}

impl Index<PeerId> for Peers {
    type Output = Peer;

    fn index(&self, id: PeerId) -> &Peer {
        &self.0[id.index()]
    }
}

impl IndexMut<PeerId> for Peers {
    fn index_mut(&mut self, id: PeerId) -> &mut Peer {
        &mut self.0[id.index()]
    }
}
