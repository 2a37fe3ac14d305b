//! What the mesh sends by itself (a user agent client, RFC 3261 §6): requests as values, in the order in which they are
//! to be sent. Transactions are made of them below; answers come back by the number of the request.

use std::collections::VecDeque;
use std::net::SocketAddr;

use lampfield_shared::Eid;
use lampfield_sip::publication::agent::PublishRequest;
use lampfield_sip::{Hop, Method, OutgoingRequest};
use rand::RngCore as _;
use rand::rngs::StdRng;

use super::body::json::MeshEvent;
use super::ids::{Purpose, RequestId};
use super::outbound::{Say, Sender};
use super::settings::PublishTo;
use crate::ledger::PeerId;

/// A request of the mesh that is to be sent.
#[derive(Debug)]
pub struct Outgoing {
    /// Number of the request: its answer comes back by it.
    pub id: RequestId,
    /// The way that the request takes.
    pub hop: Hop,
    /// The request itself.
    pub request: OutgoingRequest,
}

/// Whether the server runs, or is about to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Everything that is due is sent.
    Running,
    /// Only goodbyes are sent: our publications are removed.
    Stopping,
}

/// Credentials as a header: name and value.
pub(super) type Credentials = Option<(&'static str, String)>;

/// See the module.
pub(super) struct Uac {
    sender: Sender,
    rng: StdRng,
    phase: Phase,
    /// Number of the next request.
    next: u64,
    requests: VecDeque<Outgoing>,
}

impl Uac {
    /// Sends as `user` at `address`, under our entity id; `rng` makes tags and Call-IDs.
    pub fn new(user: &str, address: SocketAddr, eid: Eid, rng: StdRng) -> Self {
        let sender = Sender::new(user, address, eid);
        Self { sender, rng, phase: Phase::Running, next: 0, requests: VecDeque::new() }
    }

    /// Our own entity id.
    pub const fn eid(&self) -> Eid {
        self.sender.eid
    }

    pub const fn phase(&self) -> Phase {
        self.phase
    }

    /// From now on only goodbyes are sent.
    pub const fn stop(&mut self) {
        self.phase = Phase::Stopping;
    }

    /// Number of the next request: later ones have greater numbers.
    pub const fn next(&self) -> u64 {
        self.next
    }

    pub fn poll_request(&mut self) -> Option<Outgoing> {
        self.requests.pop_front()
    }

    /// Sends the PUBLISH that a publication of ours wants sent.
    pub fn publish(
        &mut self,
        peer: PeerId,
        event: MeshEvent,
        hop: &Hop,
        to: &PublishTo,
        publish: &PublishRequest<Say>,
        credentials: Credentials,
    ) -> RequestId {
        let mut request = self.sender.publish(event, to, publish);
        if let Some((name, value)) = credentials {
            request = request.header(name, value);
        }
        self.send(peer, Purpose::Publish(event), hop, request)
    }

    /// Sends an OPTIONS that asks a peer for a sign of life: any answer is one.
    pub fn probe(&mut self, peer: PeerId, hop: &Hop, to: &PublishTo) -> RequestId {
        let request = OutgoingRequest::new(Method::Options, to.uri())
            .from(&self.sender.uri, format_args!("{:08x}", self.rng.next_u32()))
            .to(to.uri())
            .call_id(format_args!("{:016x}", self.rng.next_u64()))
            .cseq(1);
        self.send(peer, Purpose::Probe, hop, request)
    }

    fn send(&mut self, peer: PeerId, purpose: Purpose, hop: &Hop, request: OutgoingRequest) -> RequestId {
        let id = RequestId::new(self.next, peer, purpose);
        self.next += 1;
        self.requests.push_back(Outgoing { id, hop: hop.clone(), request });
        id
    }
}
