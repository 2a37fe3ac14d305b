//! The peers by the users whom messages to them, and of them, are about: every message is somebody's, and to look at
//! each of fifty peers for whose it is took a twentieth of what it cost.

use std::collections::HashMap;

use super::settings::PeerSettings;

/// See the module. Peers are their places in the configuration, in its order.
#[derive(Debug)]
pub(super) struct ByUser {
    all: Vec<usize>,
    of: HashMap<Box<[u8]>, Vec<usize>>,
}

impl ByUser {
    pub(super) fn new<'a>(peers: impl Iterator<Item = &'a PeerSettings>) -> Self {
        let (mut all, mut of) = (Vec::new(), HashMap::<_, Vec<usize>>::new());
        for (index, peer) in peers.enumerate() {
            all.push(index);
            for user in peer.users() {
                let its = of.entry(user.as_bytes().into()).or_default();
                if its.last() != Some(&index) {
                    its.push(index);
                }
            }
        }
        Self { all, of }
    }

    /// All peers.
    pub(super) fn all(&self) -> &[usize] {
        &self.all
    }

    /// The peers that go by this name.
    pub(super) fn called(&self, user: &[u8]) -> &[usize] {
        self.of.get(user).map_or(&[], Vec::as_slice)
    }
}
