//! The mesh in numbers, for people.

use lampfield_shared::{Eid, Finding, Pause, PublicationReport, Publishing, RefreshReport, SiteName};
use lampfield_sip::publication::agent::Status;

use super::Mesh;
use super::body::json::MeshEvent;
use super::outbound::Outbound;
use super::peer::Peer;
use super::tally::{Codes, Counters};
use super::trouble::{self, Scene};
use crate::ledger::{Ledger, PeerId};
use crate::moment::Moment;

/// A peer in numbers: everything that is known of it beside its states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerNumbers {
    /// Name of the peer.
    pub name: SiteName,
    /// Entity ids that the peer speaks for.
    pub eids: Vec<Eid>,
    /// Counts of what the peer sent, and what became of it.
    pub counters: Counters,
    /// Number of our states that the peer has not taken yet.
    pub untold: usize,
    /// Counts of the peer's requests, by the status of our answer.
    pub given: Codes,
    /// Counts of our requests, by the status of the peer's answer.
    pub got: Codes,
    /// State of our publications at the peer.
    pub told: Vec<PublicationReport>,
    /// Whether an admin has paused our publishing to the peer.
    pub pause: Pause,
    /// What keeps the peer and us from hearing each other, in one text; `None` where nothing does.
    pub trouble: Option<String>,
    /// Everything odd about the peer, one by one.
    pub findings: Vec<Finding>,
    /// All lines of pjsip.conf that connect the peer with us.
    pub setup: String,
    /// The last refresh request to the peer, with its answers.
    pub refresh: Option<RefreshReport>,
}

impl Mesh {
    /// Every peer in numbers, in the order of the configuration.
    pub fn report(&self, now: Moment, ledger: &Ledger) -> Vec<PeerNumbers> {
        self.peers.iter().map(|(id, peer)| self.numbers(now, ledger, id, peer)).collect()
    }

    fn numbers(&self, now: Moment, ledger: &Ledger, id: PeerId, peer: &Peer) -> PeerNumbers {
        let (reach, round) = (self.directory.reach(id), ledger.round(id));
        let heard = ledger.peers().heard(id).map(|moment| moment.wall);
        let scene = Scene { peer, reach, round, own: self.uac.eid(), sent_by: &self.sent_by, heard, now: now.mono };
        PeerNumbers {
            name: peer.settings.name.clone(),
            eids: self.uas.eids_of(id),
            counters: peer.tally.counters().clone(),
            untold: peer.outbound.values().map(Outbound::untold).sum(),
            given: peer.tally.given().clone(),
            got: peer.tally.taken().clone(),
            told: peer.outbound.iter().map(|(event, it)| told(*event, it)).collect(),
            pause: peer.pause,
            trouble: trouble::in_one(&scene.trouble()),
            findings: scene.findings(),
            setup: scene.setup().lines(),
            refresh: round.map(|round| round.report(now)),
        }
    }

    /// Counts of what came from nobody that is configured.
    pub fn strangers(&self) -> &Counters {
        self.uas.strangers()
    }
}

fn told(event: MeshEvent, outbound: &Outbound) -> PublicationReport {
    let (standing, code) = match outbound.status() {
        Status::Absent => (Publishing::Nothing, None),
        Status::Held => (Publishing::Held, None),
        Status::Failing { status } => (Publishing::Failing, status),
        Status::Misconfigured { status } => (Publishing::Refused, Some(status)),
    };
    PublicationReport { event: event.as_str().into(), standing, code }
}
