//! The peers by the users whom messages to them, and of them, are about. To look at each of fifty peers for whose a
//! message is took a twentieth of what the message cost.

use std::collections::HashMap;

use super::settings::PeerSettings;
use crate::ledger::PeerId;

/// See the module. Peers are in the order of the configuration.
#[derive(Debug)]
pub(super) struct ByUser {
    all: Vec<PeerId>,
    of: HashMap<Box<str>, Vec<PeerId>>,
}

impl ByUser {
    pub(super) fn new<'a>(peers: impl Iterator<Item = &'a PeerSettings>) -> Self {
        let (mut all, mut of) = (Vec::new(), HashMap::<_, Vec<PeerId>>::new());
        for (index, peer) in peers.enumerate() {
            let id = PeerId::at(index);
            all.push(id);
            for user in peer.users() {
                let called = of.entry(user.into()).or_default();
                if called.last() != Some(&id) {
                    called.push(id);
                }
            }
        }
        Self { all, of }
    }

    /// All peers.
    pub(super) fn all(&self) -> &[PeerId] {
        &self.all
    }

    /// The peers that go by this name.
    pub(super) fn called(&self, user: &str) -> &[PeerId] {
        self.of.get(user).map_or(&[], Vec::as_slice)
    }
}
