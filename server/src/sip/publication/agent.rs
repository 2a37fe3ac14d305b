//! Our publication of one event package at one peer (RFC 3903 §4).

use std::time::{Duration, Instant};

use rand::rngs::StdRng;

use super::EntityTag;
use crate::sip::message::Response;

/// A body that knows which older body it replaces.
pub trait Supersede {
    /// Bodies of one key replace each other while they wait; `None` replaces nothing.
    type Key: Eq;
    /// The key.
    fn key(&self) -> Option<Self::Key>;
}

/// How an answer from the peer reads to a publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AgentAnswer {
    /// 2xx
    Accepted {
        /// `SIP-ETag`; without it the next one starts over.
        tag: Option<EntityTag>,
        /// The lifetime granted; `None`: as asked.
        expires: Option<Duration>,
    },
    /// 412
    TagUnknown,
    /// 423 with a `Min-Expires` that can be met
    TooBrief {
        /// The least that the peer grants.
        min: Duration,
    },
    /// 401, 403, 404, 407, 489 and the other refusals that will not change by themselves
    Refused {
        /// What the peer answered.
        status: u16,
    },
    /// 408, 5xx, 6xx
    Failed {
        /// What the peer answered.
        status: u16,
        /// `Retry-After`
        retry_after: Option<Duration>,
    },
    /// Nobody answered.
    TimedOut,
}

impl From<&Response> for AgentAnswer {
    fn from(response: &Response) -> Self {
        Self::Refused { status: response.status }
    }
}

/// A request that the publication wants sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishRequest<B> {
    /// `Call-ID`, constant for the life of the publication at the peer.
    pub call_id: String,
    /// The tag of `From`, as constant.
    pub from_tag: String,
    /// `CSeq`
    pub cseq: u32,
    /// `SIP-If-Match`
    pub if_match: Option<EntityTag>,
    /// `Expires`
    pub expires: Duration,
    /// The state; `None` prolongs what the peer holds, or removes it when `expires` is zero.
    pub body: Option<B>,
}

/// How the publication stands, for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// The peer holds nothing of ours.
    Absent,
    /// The peer holds our publication.
    Held,
    /// The peer does not answer, or fails.
    Failing {
        /// What it answered last; `None`: nothing.
        status: Option<u16>,
    },
    /// The peer refuses us: its configuration or ours is wrong.
    Misconfigured {
        /// What it answered.
        status: u16,
    },
}

/// Our publication of one event package at one peer.
#[derive(Debug)]
pub struct Publication<B> {
    expires: Duration,
    rng: StdRng,
    waiting: Vec<B>,
}

impl<B: Supersede + Clone> Publication<B> {
    /// A publication that the peer does not hold yet and that asks for `expires`.
    pub fn new(expires: Duration, rng: StdRng) -> Self {
        Self { expires, rng, waiting: Vec::new() }
    }
    /// Says something new; it replaces what waits under the same key.
    pub fn push(&mut self, body: B) {
        let _ = &self.rng;
        self.waiting.push(body);
    }
    /// Takes the peer's answer to the request that is out.
    pub fn handle_answer(&mut self, now: Instant, answer: AgentAnswer) {
        let _ = (now, answer);
    }
    /// The next request, when it may leave.
    pub fn poll_publish(&mut self, now: Instant) -> Option<PublishRequest<B>> {
        let _ = (now, self.expires);
        None
    }
    /// When to call [`Publication::poll_publish`] again.
    pub fn poll_timeout(&self) -> Option<Instant> {
        None
    }
    /// The peer is known to be there: what waits for a back-off to end leaves at once.
    pub fn hasten(&mut self) {}
    /// Takes back what the peer holds.
    pub fn remove(&mut self) {}
    /// How it stands.
    pub fn status(&self) -> Status {
        Status::Absent
    }
}
