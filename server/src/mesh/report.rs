//! The mesh in numbers, for people.

use std::net::SocketAddr;

use lampfield_shared::{Eid, Finding, Pause, Publishing, RefreshReport, SiteName, Told};
use lampfield_sip::publication::agent::Status;

use super::body::json::MeshEvent;
use super::outbound::Outbound;
use super::peer::{Codes, Counters};
use super::{Fit, Mesh, Peer, trouble};
use crate::ledger::Ledger;
use crate::moment::Moment;

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
    /// Its requests, by the code that we answered.
    pub given: Codes,
    /// Our requests, by the code that it answered.
    pub got: Codes,
    /// How what we publish stands there.
    pub told: Vec<Told>,
    /// Whether what we publish to it rests.
    pub pause: Pause,
    /// What keeps us from hearing each other, if anything does.
    pub trouble: Option<String>,
    /// The same one by one, with what else is odd.
    pub findings: Vec<Finding>,
    /// The last time that it was asked to tell everything again.
    pub refresh: Option<RefreshReport>,
}

impl Mesh {
    /// Every peer, in the order of the configuration.
    pub fn report(&self, now: Moment, ledger: &Ledger) -> Vec<PeerNumbers> {
        let report = |peer: &Peer| PeerNumbers {
            name: peer.settings.name.clone(),
            eids: self.eids.of(peer.id),
            counters: peer.counters.clone(),
            untold: peer.outbound.values().map(Outbound::untold).sum(),
            given: peer.given.clone(),
            got: peer.got.clone(),
            told: peer.outbound.iter().map(|(event, it)| told(*event, it)).collect(),
            pause: peer.pause,
            trouble: trouble::in_one(&trouble::of(peer, ledger, self.sender.eid, &self.sent_by, now.mono)),
            findings: trouble::findings(peer, ledger, self.sender.eid, &self.sent_by, now.mono),
            refresh: ledger.round(peer.id).map(|round| round.report(now)),
        };
        self.peers.iter().map(report).collect()
    }

    /// The peers that a message from or to this address is of, by their places in the configuration: of those that go
    /// by the name of the user whom it is about, or else of all, the ones that the address fits best.
    pub fn peers_at(&self, address: SocketAddr, user: Option<&[u8]>) -> impl Iterator<Item = usize> {
        let named = user.map_or(&[][..], |user| self.by_user.called(user));
        let best_of =
            |these: &[usize]| these.iter().map(|peer| self.fit(*peer, address)).max().filter(|fit| *fit > Fit::No);
        let (these, best) = match best_of(named) {
            Some(best) => (named, Some(best)),
            None => (self.by_user.all(), best_of(self.by_user.all())),
        };
        these.iter().copied().filter(move |peer| Some(self.fit(*peer, address)) == best)
    }

    fn fit(&self, peer: usize, address: SocketAddr) -> Fit {
        let Peer { reach, settings, .. } = &self.peers[peer];
        if reach.leads_to(address) { Fit::Exact } else { settings.fit(address, &self.names) }
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

fn told(event: MeshEvent, outbound: &Outbound) -> Told {
    let (standing, code) = match outbound.status() {
        Status::Absent => (Publishing::Nothing, None),
        Status::Held => (Publishing::Held, None),
        Status::Failing { status } => (Publishing::Failing, status),
        Status::Misconfigured { status } => (Publishing::Refused, Some(status)),
    };
    Told { event: event.as_str().into(), standing, code }
}
