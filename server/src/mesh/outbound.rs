//! What we publish to a peer: our own states, and requests to tell everything again.
//!
//! ```text
//!  set_own, dump ─► Say::Device ─────┐  the newest of each device   ┌─ 412, a tag that falls back:
//!                                    ├─► Publication, one at a time ┤   the peer has forgotten us, a dump
//!  gap, heartbeat ─► RefreshRequest ─┘  the request goes first      └─ all else: later, nothing lost
//! ```
//! Asterisk sends a state once. States that were missed, while we or the network were down, come back only by
//! `{"type":"refresh"}` (`docs/protocol.md` §3.5). Likewise an Asterisk knows of our states those that it heard since
//! its own start. One request is out at a time: an Asterisk drops silently what comes while 500 tasks are queued, and
//! from us it never has more than one for each event.

use std::fmt;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use lampfield_shared::{DeviceName, DeviceState, Eid};
use lampfield_sip::auth::{Stale, Unanswerable};
use lampfield_sip::locate::Host;
use lampfield_sip::publication::agent::{AgentAnswer, Outcome, Publication, PublishRequest, Status, Supersede};
use lampfield_sip::{Method, OutgoingRequest};
use rand::rngs::StdRng;

use super::asterisk;
use super::body::json::{self, Body, Cachable, Content, MeshEvent};
use super::ids::RequestId;
use super::settings::PublishTo;

/// Lifetime of our publications at a peer, unless prolonged.
const EXPIRES: Duration = Duration::from_hours(1);

/// The least time between two refresh requests that a peer takes, however often the peer seems to have started anew: it
/// tells everything each time.
const PACE: Duration = Duration::from_secs(1);

/// A publication of a peer that starts within this time after the peer took a refresh request is the answer to the
/// request: the peer has met our 412, and nothing is lost.
const ANSWERING: Duration = Duration::from_secs(5);

/// What we tell a peer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Say {
    /// "Tell me all you know." A newer request adds nothing to one that waits.
    RefreshRequest,
    /// A state of ours. A newer state takes the place of one of the same device that waits.
    Device(DeviceName, DeviceState),
}

impl Supersede for Say {
    type Key = Option<DeviceName>;

    fn key(&self) -> Option<Self::Key> {
        match self {
            Self::RefreshRequest => Some(None),
            Self::Device(device, _) => Some(Some(device.clone())),
        }
    }
}

impl fmt::Display for Say {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RefreshRequest => f.write_str("the request for all states"),
            Self::Device(device, state) => write!(f, "{state} of `{device}`"),
        }
    }
}

impl Say {
    fn content(&self) -> Content {
        match self {
            Self::RefreshRequest => Content::RefreshRequest,
            Self::Device(device, state) => {
                Content::Device { device: device.clone(), state: *state, cachable: Cachable::Yes }
            }
        }
    }
}

/// Our publication of one event at one peer.
pub(super) struct Outbound {
    publication: Publication<Say>,
    /// The request that is unanswered, and what it says.
    out: Option<(RequestId, Option<Say>)>,
    /// When a refresh request is due.
    ask_at: Option<Instant>,
    /// When the peer last took a refresh request.
    taken_at: Option<Instant>,
    /// Number of challenges in a row that were answered.
    challenges: u8,
    /// Why the peer's last challenge was not answered.
    denied: Option<Denied>,
}

/// Why a challenge of the peer was not answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Denied {
    /// We have nothing to present.
    NoLogin,
    /// The challenge is none that we can answer.
    Unanswerable(Unanswerable),
    /// The peer did not accept what we presented.
    Rejected,
}

/// Whether a refresh request is a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asks {
    /// No other request is under way.
    Anew,
    /// Another request waits, or is unanswered.
    Already,
}

impl Outbound {
    pub fn new(rng: StdRng) -> Self {
        Self {
            publication: Publication::new(EXPIRES, asterisk::POLICY, rng),
            out: None,
            ask_at: None,
            taken_at: None,
            challenges: 0,
            denied: None,
        }
    }

    /// Asks the peer to tell everything again, unless such a request waits already. The request goes before our own
    /// states: states that we do not know make lamps old. A request that is unanswered may have been carried out before
    /// the gap that is asked for now, so another one follows it.
    pub fn ask(&mut self, now: Instant) -> Asks {
        if self.waits() {
            return Asks::Already;
        }
        self.ask_at = Some(self.taken_at.map_or(now, |at| now.max(at + PACE)));
        if self.is_out() { Asks::Already } else { Asks::Anew }
    }

    /// Whether a refresh request waits for its turn.
    fn waits(&self) -> bool {
        self.ask_at.is_some() || self.publication.waiting().any(|say| *say == Say::RefreshRequest)
    }

    /// Whether a refresh request is unanswered.
    fn is_out(&self) -> bool {
        matches!(self.out, Some((_, Some(Say::RefreshRequest))))
    }

    /// Tells a state of ours.
    pub fn tell(&mut self, device: DeviceName, state: DeviceState) {
        self.publication.push(Say::Device(device, state));
    }

    /// Drops the states that wait: they are not for this peer.
    pub fn keep_to_ourselves(&mut self) {
        self.publication.retain(|say| *say == Say::RefreshRequest);
    }

    /// Whether the peer is about to tell, or telling, everything.
    pub fn is_answering(&self, now: Instant) -> bool {
        self.waits() || self.is_out() || self.taken_at.is_some_and(|at| now.saturating_duration_since(at) < ANSWERING)
    }

    /// The peer is there: no need to wait out a back-off.
    pub fn hasten(&mut self) {
        self.publication.hasten();
    }

    /// Begins our publication anew, since the peer has started again: what it holds under our tag, if anything, is of
    /// somebody else (`docs/protocol.md`, trap 11).
    pub fn start_over(&mut self) {
        self.publication.start_over();
    }

    /// Takes back what the peer holds, and says nothing more.
    pub fn stop(&mut self) {
        self.ask_at = None;
        self.publication.remove();
    }

    /// Whether nothing more is to be said, and no answer awaited. A peer that does not answer is not waited for.
    pub fn is_done(&self) -> bool {
        matches!(self.status(), Status::Failing { status: None }) || self.publication.is_removed()
    }

    /// The next request, and what it says.
    pub fn poll_request(&mut self, now: Instant) -> Option<PublishRequest<Say>> {
        if self.ask_at.take_if(|at| *at <= now).is_some() {
            self.publication.push_first(Say::RefreshRequest);
        }
        self.publication.poll_publish(now)
    }

    /// Notes that a request was sent, and what it says.
    pub fn sent(&mut self, request: RequestId, said: Option<Say>) {
        self.out = Some((request, said));
    }

    /// Whether the answer to this request is awaited.
    pub fn awaits(&self, request: RequestId) -> bool {
        self.out.as_ref().is_some_and(|(out, _)| *out == request)
    }

    /// Decides whether to answer a challenge to the request that is out (`docs/protocol.md` C5): the first one, and one
    /// more that says that only the nonce was old. A nonce that we used unasked has been asked for by nobody.
    ///
    /// # Errors
    /// Why not.
    pub fn challenged(&mut self, challenge: Result<Stale, Denied>) -> Result<(), Denied> {
        let verdict = match (challenge, self.challenges) {
            (Ok(_), 0) | (Ok(Stale::Yes), 1) => Ok(()),
            (Ok(_), _) => Err(Denied::Rejected),
            (Err(denied), _) => Err(denied),
        };
        if verdict.is_ok() {
            self.challenges += 1;
        }
        self.denied = verdict.clone().err();
        verdict
    }

    /// Takes the answer to the request that is out, and tells what the answer means and which state the peer took.
    pub fn handle_answer(&mut self, now: Instant, answer: AgentAnswer) -> (Outcome, Option<Say>) {
        let Some((_, said)) = self.out.take() else { return (Outcome::Postponed, None) };
        match answer {
            AgentAnswer::Challenged => {}
            AgentAnswer::Refused { status: 401 | 407 } => self.challenges = 0,
            _ => (self.challenges, self.denied) = (0, None),
        }
        let accepted = matches!(answer, AgentAnswer::Accepted { .. });
        let outcome = self.publication.handle_answer(now, answer);
        if said == Some(Say::RefreshRequest) && accepted {
            self.taken_at = Some(now);
        }
        (outcome, said.filter(|_| accepted))
    }

    /// When [`poll_request`](Self::poll_request) may have something.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.ask_at.into_iter().chain(self.publication.poll_timeout()).min()
    }

    /// How the publication stands at the peer.
    pub fn status(&self) -> Status {
        self.publication.status()
    }

    /// Why the peer's last challenge was not answered; `None` where it was.
    pub fn denied(&self) -> Option<&Denied> {
        self.denied.as_ref()
    }

    /// Number of our states that the peer has not taken yet.
    pub fn untold(&self) -> usize {
        let out = self.out.as_ref().and_then(|(_, said)| said.as_ref());
        let aside = self.publication.disliked().map(|(say, _)| say);
        let all = self.publication.waiting().chain(aside).chain(out);
        all.filter(|say| matches!(say, Say::Device(..))).count()
    }

    /// What the peer refused to take, each with the status that it answered. All of it is offered again every minute.
    pub fn disliked(&self) -> impl Iterator<Item = (&Say, u16)> {
        self.publication.disliked()
    }
}

/// Who we are in our own requests.
#[derive(Debug, Clone)]
pub(super) struct Sender {
    /// Our URI, as in `From`.
    pub uri: String,
    /// Our entity id, as in each body.
    pub eid: Eid,
}

impl Sender {
    pub fn new(user: &str, address: SocketAddr, eid: Eid) -> Self {
        Self { uri: format!("sip:{user}@{}", Host::Ip(address.ip())), eid }
    }

    /// The PUBLISH that a publication of ours wants sent.
    pub fn publish(&self, event: MeshEvent, to: &PublishTo, request: &PublishRequest<Say>) -> OutgoingRequest {
        let body = |say: &Say| json::write(&Body { eid: self.eid, content: say.content() });
        publish(event, &self.uri, &to.uri(), request, body)
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
    use crate::ledger::PeerId;
    use crate::mesh::ids::Purpose;

    /// Sends what is due at `seconds`; what was said.
    fn send(outbound: &mut Outbound, start: Instant, seconds: u64) -> Option<Say> {
        let request = outbound.poll_request(start + Duration::from_secs(seconds))?;
        let id = RequestId::new(seconds, PeerId::at(0), Purpose::Publish(MeshEvent::DeviceState));
        outbound.sent(id, request.body.clone());
        request.body
    }

    const ACCEPTED: AgentAnswer = AgentAnswer::Accepted { tag: None, expires: None };

    /// Sends what is due at `seconds` and has it answered; what was said.
    fn turn(outbound: &mut Outbound, start: Instant, seconds: u64, answer: &AgentAnswer) -> Option<Say> {
        let said = send(outbound, start, seconds)?;
        outbound.handle_answer(start + Duration::from_secs(seconds), answer.clone());
        Some(said)
    }

    #[test]
    fn asks_again_after_a_request_that_the_peer_would_not_have() {
        let start = Instant::now();
        let mut outbound = Outbound::new(StdRng::seed_from_u64(1));
        let rejected = AgentAnswer::Rejected { status: 400 };
        outbound.ask(start);
        assert_eq!(turn(&mut outbound, start, 0, &rejected), Some(Say::RefreshRequest));
        assert_eq!(turn(&mut outbound, start, 100, &rejected), Some(Say::RefreshRequest), "it has one more trial");
        assert_eq!(turn(&mut outbound, start, 130, &rejected), None, "then it is set aside");
        assert!(!outbound.is_answering(start + Duration::from_secs(130)));
        assert_eq!(turn(&mut outbound, start, 180, &rejected), Some(Say::RefreshRequest), "for a minute");
        outbound.ask(start);
        assert_eq!(turn(&mut outbound, start, 200, &ACCEPTED), Some(Say::RefreshRequest), "the next gap asks at once");
        assert!(outbound.is_answering(start + Duration::from_secs(201)));
        assert_eq!(turn(&mut outbound, start, 1000, &ACCEPTED), None, "and not twice");
    }

    #[test]
    fn asks_before_it_tells() {
        let start = Instant::now();
        let mut outbound = Outbound::new(StdRng::seed_from_u64(1));
        let busy = |device: &str| Say::Device(device.into(), DeviceState::Busy);
        outbound.tell("Custom:DND1001".into(), DeviceState::Busy);
        outbound.tell("Custom:DND1002".into(), DeviceState::Busy);
        outbound.ask(start);
        let said: Vec<Say> = std::iter::from_fn(|| turn(&mut outbound, start, 0, &ACCEPTED)).collect();
        assert_eq!(said, [Say::RefreshRequest, busy("Custom:DND1001"), busy("Custom:DND1002")]);
    }

    #[test]
    fn asks_once_more_where_a_gap_shows_while_it_asks() {
        let start = Instant::now();
        let mut outbound = Outbound::new(StdRng::seed_from_u64(3));
        assert_eq!(outbound.ask(start), Asks::Anew);
        assert_eq!(outbound.ask(start), Asks::Already);
        assert_eq!(send(&mut outbound, start, 0), Some(Say::RefreshRequest));
        assert_eq!(outbound.ask(start), Asks::Already, "what is out may be answered already");
        let accepted = AgentAnswer::Accepted { tag: None, expires: None };
        outbound.handle_answer(start, accepted.clone());
        assert_eq!(turn(&mut outbound, start, 1, &accepted), Some(Say::RefreshRequest));
        assert_eq!(turn(&mut outbound, start, 2, &accepted), None);
    }
}
