//! Datagrams to transactions, transactions to datagrams.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Instant;

use bytes::Bytes;
use rand::rngs::StdRng;

use super::answer::Answer;
use super::message::{Request, Response};
use super::outgoing::OutgoingRequest;
use super::transaction::{ClientId, ServerKey};

/// What an endpoint is told once.
#[derive(Debug, Clone)]
pub struct EndpointSettings {
    /// Our own address, as it stands in the Via of our requests.
    pub sent_by: SocketAddr,
    /// `User-Agent` of requests, `Server` of answers.
    pub user_agent: String,
    /// How many server transactions are kept; beyond it new requests are met with silence (S19).
    pub max_server_transactions: usize,
}

/// A datagram to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transmit {
    /// Where to.
    pub destination: SocketAddr,
    /// What.
    pub payload: Bytes,
}

/// What happened.
#[derive(Debug)]
pub enum Event {
    /// A request waits for [`Endpoint::answer`].
    Request {
        /// Its name.
        key: ServerKey,
        /// Where it came from.
        source: SocketAddr,
        /// What it says.
        request: Box<Request>,
    },
    /// The final response to a request of ours.
    Answered {
        /// Which request.
        client: ClientId,
        /// What they say.
        response: Box<Response>,
    },
    /// Nobody answered within 32 s (Timer F).
    TimedOut {
        /// Which request.
        client: ClientId,
    },
}

/// What ended below the mesh, counted since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    /// Datagrams that were no SIP and could not be answered.
    pub malformed: u64,
    /// Repeated requests that got the stored answer again, or none yet.
    pub retransmissions: u64,
    /// Requests refused here, with 400, 405, 413, 416, 420, 481 or 505.
    pub refused: u64,
    /// Requests dropped because too many transactions are kept.
    pub overload: u64,
    /// Responses that belong to no request of ours, or came again.
    pub stray_responses: u64,
}

/// The SIP end of one socket.
#[derive(Debug)]
pub struct Endpoint {
    settings: EndpointSettings,
    rng: StdRng,
    transmits: VecDeque<Transmit>,
    events: VecDeque<Event>,
    counters: Counters,
}

impl Endpoint {
    /// An endpoint; `rng` makes branches and tags.
    pub fn new(settings: EndpointSettings, rng: StdRng) -> Self {
        Self { settings, rng, transmits: VecDeque::new(), events: VecDeque::new(), counters: Counters::default() }
    }
    /// Takes in what came from `source`.
    pub fn handle_datagram(&mut self, now: Instant, source: SocketAddr, datagram: &[u8]) {
        let _ = (now, source, datagram, &self.settings, &self.rng);
    }
    /// Lets time pass.
    pub fn handle_timeout(&mut self, now: Instant) {
        let _ = now;
    }
    /// Answers a request; a second answer to the same request is ignored.
    pub fn answer(&mut self, now: Instant, key: &ServerKey, answer: &Answer) {
        let _ = (now, key, answer);
    }
    /// Sends a request of our own.
    pub fn send(&mut self, now: Instant, destination: SocketAddr, request: &OutgoingRequest) -> ClientId {
        let _ = (now, destination, request);
        ClientId(0)
    }
    /// The next datagram to send.
    pub fn poll_transmit(&mut self) -> Option<Transmit> {
        self.transmits.pop_front()
    }
    /// What happened next.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }
    /// When to call [`Endpoint::handle_timeout`].
    pub fn poll_timeout(&self) -> Option<Instant> {
        None
    }
    /// What ended below the mesh.
    pub fn counters(&self) -> Counters {
        self.counters
    }
}
