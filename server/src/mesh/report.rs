//! The mesh in numbers, for people.

use lampfield_shared::{Eid, SiteName};

use super::outbound::Outbound;
use super::peer::{Counters, PeerId};
use super::{Mesh, Round};
use crate::sip::publication::agent::Status;

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
    pub fn report(&self) -> Vec<PeerNumbers> {
        let report = |(index, peer): (usize, &super::Peer)| PeerNumbers {
            name: peer.settings.name.clone(),
            eids: self.eids.of(PeerId(index)),
            counters: peer.counters.clone(),
            untold: peer.outbound.values().map(Outbound::untold).sum(),
            trouble: peer.reach.trouble().or_else(|| {
                peer.outbound.iter().find_map(|(event, outbound)| trouble(event.as_str(), outbound.status()))
            }),
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

fn trouble(event: &str, status: Status) -> Option<String> {
    match status {
        Status::Absent | Status::Held => None,
        Status::Failing { status: None } => Some(format!("{event}: it does not answer our refresh request")),
        Status::Failing { status: Some(code) } => Some(format!("{event}: it answers our refresh request with {code}")),
        Status::Misconfigured { status } => {
            Some(format!("{event}: it refuses our refresh request with {status}{}", advice(status)))
        }
    }
}

/// What a refusal means in Asterisk's configuration (spec §3.3).
fn advice(status: u16) -> &'static str {
    match status {
        401 | 407 => ": it does not know us, or wants a password; see `endpoint` and `identify` in its pjsip.conf",
        403 => ": its inbound-publication is for another endpoint",
        404 => ": it has no inbound-publication of that name, or none for this event",
        489 => ": its module res_pjsip_publish_asterisk is not loaded",
        _ => "",
    }
}
