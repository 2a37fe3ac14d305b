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
    /// Set while the peer has not taken the request yet.
    unanswered: bool,
    taken_at: Option<Instant>,
}

impl Asking {
    pub fn new(rng: StdRng) -> Self {
        Self { publication: Publication::new(EXPIRES, rng), client: None, unanswered: false, taken_at: None }
    }

    /// Asks, unless a request is on its way already.
    pub fn ask(&mut self) {
        if !self.unanswered {
            self.unanswered = true;
            self.publication.push(RefreshRequest);
        }
    }

    /// Whether the peer is about to tell, or telling, everything.
    pub fn is_answering(&self, now: Instant) -> bool {
        self.unanswered || self.taken_at.is_some_and(|at| now.saturating_duration_since(at) < ANSWERING)
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
        Some(publish(event, &from.uri(), &to.uri(), &request, body))
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
        if matches!(answer, AgentAnswer::Accepted { .. }) && self.unanswered {
            self.unanswered = false;
            self.taken_at = Some(now);
        }
        self.publication.handle_answer(now, answer.clone());
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
    pub user: String,
    pub sent_by: SocketAddr,
    pub eid: Eid,
}

impl Sender {
    pub fn uri(&self) -> String {
        format!("sip:{}@{}", self.user, self.sent_by.ip())
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
