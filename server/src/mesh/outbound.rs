//! What we publish to the peers: requests to be told everything again.
//!
//! Asterisk sends a state once. Whatever was missed, while we were down or the network was, comes back
//! only by `{"type":"refresh"}` (spec §3.5). One request is out at a time; it is repeated until the
//! peer takes it, however long its boot lasts.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use lampfield_shared::Eid;
use rand::rngs::StdRng;

use super::body::json::{self, Body, Content, MeshEvent};
use super::settings::PublishTo;
use crate::sip::locate::Host;
use crate::sip::publication::agent::{AgentAnswer, Publication, PublishRequest, Status, Supersede};
use crate::sip::{ClientId, Method, OutgoingRequest};

/// How long a publication of ours lives at a peer unless prolonged.
const EXPIRES: Duration = Duration::from_hours(1);

/// After a peer took a refresh request, a publication of its that starts within this time is the
/// answer to it: it has met our 412, and nothing is lost.
const ANSWERING: Duration = Duration::from_secs(5);

/// A refresh request; a newer one adds nothing to one that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RefreshRequest;

impl Supersede for RefreshRequest {
    type Key = ();

    fn key(&self) -> Option<()> {
        Some(())
    }
}

/// Our refresh requests for one event at one peer.
pub(super) struct Asking {
    publication: Publication<RefreshRequest>,
    /// The request that is out.
    client: Option<ClientId>,
    /// When the peer last took a refresh request.
    taken_at: Option<Instant>,
}

impl Asking {
    pub fn new(rng: StdRng) -> Self {
        Self { publication: Publication::new(EXPIRES, rng), client: None, taken_at: None }
    }

    /// Asks, unless a request is on its way already.
    pub fn ask(&mut self) {
        if !self.publication.owes() {
            self.publication.push(RefreshRequest);
        }
    }

    /// Whether the peer is about to tell, or telling, everything.
    pub fn is_answering(&self, now: Instant) -> bool {
        self.publication.owes() || self.taken_at.is_some_and(|at| now.saturating_duration_since(at) < ANSWERING)
    }

    /// The peer is there: no need to wait out a back-off.
    pub fn hasten(&mut self) {
        self.publication.hasten();
    }

    /// The next request, and where it goes.
    pub fn poll_request(
        &mut self,
        now: Instant,
        event: MeshEvent,
        from: &Sender,
        to: &PublishTo,
    ) -> Option<OutgoingRequest> {
        let request = self.publication.poll_publish(now)?;
        let body = |_: &RefreshRequest| json::write(&Body { eid: from.eid, content: Content::RefreshRequest });
        Some(publish(event, &from.uri, &to.uri(), &request, body))
    }

    pub fn sent(&mut self, client: ClientId) {
        self.client = Some(client);
    }

    /// Whether `client` is the request that is out.
    pub fn has_sent(&self, client: ClientId) -> bool {
        self.client == Some(client)
    }

    /// Takes the answer, if it is to a request of this one.
    pub fn handle_answer(&mut self, now: Instant, client: ClientId, answer: &AgentAnswer) {
        if !self.has_sent(client) {
            return;
        }
        self.client = None;
        let owed = self.publication.owes();
        self.publication.handle_answer(now, answer.clone());
        if owed && !self.publication.owes() && matches!(answer, AgentAnswer::Accepted { .. }) {
            self.taken_at = Some(now);
        }
    }

    pub fn poll_timeout(&self) -> Option<Instant> {
        self.publication.poll_timeout()
    }

    pub fn status(&self) -> Status {
        self.publication.status()
    }
}

/// Who we are in our own requests.
#[derive(Debug, Clone)]
pub(super) struct Sender {
    /// Its URI, as in `From`.
    pub uri: String,
    pub eid: Eid,
}

impl Sender {
    pub fn new(user: &str, address: SocketAddr, eid: Eid) -> Self {
        Self { uri: format!("sip:{user}@{}", Host::Ip(address.ip())), eid }
    }
}

/// The PUBLISH that a publication wants sent.
pub(crate) fn publish<B>(
    event: MeshEvent,
    from: &str,
    to: &str,
    publish: &PublishRequest<B>,
    body: impl FnOnce(&B) -> String,
) -> OutgoingRequest {
    let mut request = OutgoingRequest::new(Method::Publish, to)
        .from(from, &publish.from_tag)
        .to(to)
        .call_id(&publish.call_id)
        .cseq(publish.cseq)
        .header("Event", event.as_str())
        .expires(publish.expires);
    if let Some(tag) = &publish.if_match {
        request = request.header("SIP-If-Match", tag);
    }
    match &publish.body {
        Some(content) => request.body(json::MEDIA_TYPE, body(content)),
        None => request,
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;
    use crate::sip::{Endpoint, EndpointSettings, Hop};

    /// Sends what is due at `seconds` and has it answered; whether anything was due.
    fn turn(asking: &mut Asking, start: Instant, seconds: u64, answer: &AgentAnswer) -> bool {
        let address: SocketAddr = "127.0.0.4:5061".parse().unwrap();
        let from = Sender::new("console", address, Eid::from_bytes([2, 0, 0, 0, 0, 6]));
        let to = PublishTo::udp("console", address);
        let settings =
            EndpointSettings { sent_by: address.into(), user_agent: "test".into(), max_server_transactions: 1 };
        let now = start + Duration::from_secs(seconds);
        let Some(request) = asking.poll_request(now, MeshEvent::DeviceState, &from, &to) else { return false };
        let client = Endpoint::new(settings, StdRng::seed_from_u64(seconds)).send(now, &Hop::Udp(address), &request);
        asking.sent(client);
        asking.handle_answer(now, client, answer);
        true
    }

    #[test]
    fn asks_again_after_a_request_that_the_peer_would_not_have() {
        let start = Instant::now();
        let mut asking = Asking::new(StdRng::seed_from_u64(1));
        let rejected = AgentAnswer::Rejected { status: 400 };
        asking.ask();
        assert!(turn(&mut asking, start, 0, &rejected));
        assert!(turn(&mut asking, start, 100, &rejected), "it has one more trial");
        assert!(!turn(&mut asking, start, 300, &rejected), "then it is given up");
        assert!(!asking.is_answering(start + Duration::from_mins(5)));
        asking.ask();
        let accepted = AgentAnswer::Accepted { tag: None, expires: None };
        assert!(turn(&mut asking, start, 400, &accepted), "the next gap asks anew");
        assert!(asking.is_answering(start + Duration::from_secs(401)));
    }
}
