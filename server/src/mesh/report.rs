//! The mesh in numbers, for people.

use std::time::Instant;

use lampfield_shared::{Eid, SiteName};

use super::outbound::Outbound;
use super::peer::{Counters, PeerId};
use super::{Mesh, Round, trouble};

/// What is known of one peer beside its states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerNumbers {
    /// Its name.
    pub name: SiteName,
    /// The Asterisks that it speaks for.
    pub eids: Vec<Eid>,
    /// What it sent, and what became of it.
    pub counters: Counters,
    /// How many of our states it has not taken yet.
    pub untold: usize,
    /// What keeps us from hearing each other, if anything does.
    pub trouble: Option<String>,
    /// The last time that it was asked to tell everything again.
    pub refresh: Option<Round>,
}

impl Mesh {
    /// Every peer, in the order of the configuration.
    pub fn report(&self, now: Instant) -> Vec<PeerNumbers> {
        let report = |(index, peer): (usize, &super::Peer)| PeerNumbers {
            name: peer.settings.name.clone(),
            eids: self.eids.of(PeerId(index)),
            counters: peer.counters.clone(),
            untold: peer.outbound.values().map(Outbound::untold).sum(),
            trouble: trouble::of(peer, self.sender.eid, now),
            refresh: peer.rounds.last().cloned(),
        };
        self.peers.iter().enumerate().map(report).collect()
    }

    /// What came from nobody that is configured, and what ended before it was anybody's.
    pub fn strangers(&self) -> Counters {
        let mut counters = self.strangers.clone();
        let below = self.endpoint.counters();
        let more = [
            ("malformed", below.malformed),
            ("retransmission", below.retransmissions),
            ("refused_by_sip", below.refused),
            ("overload", below.overload),
            ("stray_response", below.stray_responses),
        ];
        counters.extend(more.into_iter().filter(|(_, times)| *times > 0));
        counters
    }
}
