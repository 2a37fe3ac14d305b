//! The endpoint: messages to transactions, transactions to messages (RFC 3261 §8 and §17).
//!
//! ```text
//!  request ──► known? ──► repeat the answer, or say nothing
//!                │ new
//!                ▼
//!             screen ───► 400, 405, 413, 416, 420, 481, 505: stateless, by the same bytes each time
//!                │ fine
//!                ▼
//!        Event::Request ──► answer
//!
//!  response ─► ours? ──► Event::Answered, once
//! ```

use std::collections::VecDeque;
use std::time::Instant;

use rand::Rng as _;
use rand::rngs::StdRng;

use super::answer::Answer;
use super::frame::{Flaw, Frame};
use super::headers::top_via;
use super::message::{Request, RequestLine, Response, StartLine};
use super::method::Method;
use super::outgoing::OutgoingRequest;
use super::received::Received;
use super::reply::Reply;
use super::route::{Hop, Route, SentBy, Source};
use super::transaction::client::{ClientTransactions, Fired, Match};
use super::transaction::server::{Known, ServerTransactions};
use super::transaction::{About, ClientId, Owner, ServerKey, Transmit};
use super::uri::Uri;
use super::via::MAGIC_COOKIE;

/// The methods that are handed up, as `Allow` names them.
const ALLOWED: &str = "PUBLISH, OPTIONS";

/// What an endpoint has to know of its owner.
#[derive(Debug, Clone)]
pub struct EndpointSettings {
    /// Our own addresses, as they stand in the Via of our requests.
    pub sent_by: SentBy,
    /// The product's name and version: `User-Agent` of requests, `Server` of answers.
    pub user_agent: String,
    /// How many server transactions are kept. Beyond this the oldest goes: its sender has the answer by now,
    /// and a flood must not keep an honest request from being heard.
    pub max_server_transactions: usize,
}

/// What an endpoint has to tell its owner.
#[derive(Debug)]
pub enum Event {
    /// A request waits for [`Endpoint::answer`].
    Request {
        /// The name of the request, to answer it by.
        key: ServerKey,
        /// Where the request came from.
        source: Source,
        /// The request.
        request: Box<Request>,
    },
    /// The final response to a request of ours.
    Answered {
        /// The request that is answered.
        client: ClientId,
        /// The response.
        response: Box<Response>,
    },
    /// Nobody answered within 32 s (Timer F).
    TimedOut {
        /// The request that nobody answered.
        client: ClientId,
        /// Where the request was sent.
        hop: Hop,
    },
    /// A request of ours could not be sent, or the connection for its answer broke (RFC 3261 §8.1.3.1).
    Unreachable {
        /// The request that failed.
        client: ClientId,
        /// Where the request was to be sent.
        hop: Hop,
        /// The reason, in words for an admin.
        why: String,
    },
}

/// How many messages ended in the endpoint, since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    /// Messages that were no SIP, or that no answer could find its way back from.
    pub malformed: u64,
    /// Repeated requests that got the stored answer again, or none yet.
    pub retransmissions: u64,
    /// Requests refused without being handed up, with 400, 405, 413, 416, 420, 481 or 505.
    pub refused: u64,
    /// Transactions forgotten before their time because too many were kept.
    pub overload: u64,
    /// Responses that belong to no request of ours, or came again.
    pub stray_responses: u64,
}

/// The SIP side of all sockets: takes in messages, hands up requests and responses, gives out messages.
#[derive(Debug)]
pub struct Endpoint {
    settings: EndpointSettings,
    rng: StdRng,
    /// A part of each request's key, and so of the tag of `To` in its answer: a stateless answer repeats itself.
    secret: u64,
    servers: ServerTransactions,
    clients: ClientTransactions,
    transmits: VecDeque<Transmit>,
    events: VecDeque<Event>,
    counters: Counters,
}

impl Endpoint {
    /// An endpoint without transactions; `rng` makes branches and tags.
    pub fn new(settings: EndpointSettings, mut rng: StdRng) -> Self {
        Self {
            settings,
            secret: rng.random(),
            rng,
            servers: ServerTransactions::default(),
            clients: ClientTransactions::default(),
            transmits: VecDeque::new(),
            events: VecDeque::new(),
            counters: Counters::default(),
        }
    }

    /// Takes in what came from `source`: a datagram, or a message out of a stream.
    pub fn handle_message(&mut self, now: Instant, source: impl Into<Source>, message: &[u8]) -> Received {
        self.handle_timeout(now);
        let Some(frame) = Frame::read(message) else { return Received::NoSip };
        match StartLine::read(&frame.start_line) {
            Some(StartLine::Request(_)) => self.handle_request(now, source.into(), frame),
            Some(StartLine::Response { .. }) => self.handle_response(now, frame),
            None => self.malformed(),
        }
    }

    /// Takes in what came from somebody whom nobody knows. A request is refused, whatever it asks for, and tells its
    /// sender nothing of us; nobody is sent more than came in their name.
    pub fn handle_stranger(&mut self, now: Instant, source: Source, message: &[u8]) -> Received {
        let Some(frame) = Frame::read(message) else { return Received::NoSip };
        let line = match StartLine::read(&frame.start_line) {
            Some(StartLine::Request(line)) => line,
            Some(StartLine::Response { .. }) => return self.handle_response(now, frame),
            None => return self.malformed(),
        };
        match top_via(&frame) {
            Ok(_) if line.method == Method::Ack.as_str() => {}
            Ok(via) => {
                let key = ServerKey::of(self.secret, source, &via, &frame, line.method);
                let refusal = Reply::new(source, key, &via, &frame).write(&Answer::new(Answer::FORBIDDEN), None);
                self.transmits.extend(Some(refusal).filter(|refusal| refusal.payload.len() <= message.len()));
            }
            Err(_) => self.counters.malformed += 1,
        }
        refused(line)
    }

    fn malformed(&mut self) -> Received {
        self.counters.malformed += 1;
        Received::NoSip
    }

    fn handle_request(&mut self, now: Instant, source: Source, frame: Frame<'_>) -> Received {
        let Some(StartLine::Request(line)) = StartLine::read(&frame.start_line) else { return self.malformed() };
        if line.method == Method::Ack.as_str() {
            return refused(line);
        }
        let Ok(via) = top_via(&frame) else { return self.malformed() };
        let key = ServerKey::of(self.secret, source, &via, &frame, line.method);
        match self.servers.look_up(key) {
            Known::Completed(answer, owner) => {
                self.counters.retransmissions += 1;
                let reply = Reply::new(source, key, &via, &frame);
                self.transmits.push_back(reply.write(&answer, Some(&self.settings.user_agent)));
                copy(line, owner)
            }
            Known::Trying => {
                self.counters.retransmissions += 1;
                copy(line, None)
            }
            Known::New => {
                let reply = Reply::new(source, key, &via, &frame);
                let checked = match Request::check(&frame, line) {
                    Ok(checked) => checked,
                    Err(flaw) => {
                        self.answer_stateless(reply, &refuse(flaw));
                        return refused(line);
                    }
                };
                let request = Request::new(checked, frame);
                match screen(&request) {
                    Ok(()) => self.hand_up(now, source, key, reply, request),
                    Err(answer) => {
                        self.answer_stateless(reply, &answer);
                        let user = request.uri.user.map(|user| user.to_string());
                        Received::Refused { method: request.method, user }
                    }
                }
            }
        }
    }

    fn hand_up(&mut self, now: Instant, source: Source, key: ServerKey, reply: Reply, request: Request) -> Received {
        if self.servers.len() >= self.settings.max_server_transactions {
            self.servers.forget_oldest();
            self.counters.overload += 1;
        }
        self.servers.open(now, key, reply);
        let method = request.method.clone();
        self.events.push_back(Event::Request { key, source, request: Box::new(request) });
        Received::Request { method }
    }

    /// Refuses without a transaction: a copy of the request would be refused the same way.
    fn answer_stateless(&mut self, reply: Reply, answer: &Answer) {
        self.counters.refused += 1;
        self.transmits.push_back(reply.write(answer, Some(&self.settings.user_agent)));
    }

    fn handle_response(&mut self, now: Instant, frame: Frame<'_>) -> Received {
        let Ok(response) = Response::from_frame(frame) else { return self.malformed() };
        let method = response.cseq_method().clone();
        match self.clients.handle_response(now, &response) {
            Match::Final(client) => {
                self.events.push_back(Event::Answered { client, response: Box::new(response) });
                Received::Response { method, client }
            }
            Match::Provisional(client) => Received::Response { method, client },
            Match::Stray => {
                self.counters.stray_responses += 1;
                Received::Stray { method, user: response.to().uri.user.map(|user| user.to_string()) }
            }
        }
    }

    /// Lets time pass: repeats requests, gives up on some, and forgets old transactions.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.servers.handle_timeout(now);
        while let Some(fired) = self.clients.fire(now) {
            match fired {
                Fired::Repeat(request) => self.transmits.push_back(request),
                Fired::TimedOut(client, hop) => self.events.push_back(Event::TimedOut { client, hop }),
            }
        }
    }

    /// Answers a request that nobody in particular owns; a second answer to the same request is ignored.
    pub fn answer(&mut self, now: Instant, key: ServerKey, answer: &Answer) {
        self.answer_owner(now, key, answer, None);
    }

    /// Answers a request: copies of it come as [`Received::Copy`] with this owner. A second answer to the same request
    /// is ignored.
    pub fn answer_owner(&mut self, now: Instant, key: ServerKey, answer: &Answer, owner: Option<Owner>) {
        let reply = self.servers.answer(now, key, answer, owner);
        self.transmits.extend(reply.map(|reply| reply.write(answer, Some(&self.settings.user_agent))));
    }

    /// Notes that what is sent to `hop` does not arrive: requests that wait for an answer from there have failed.
    pub fn handle_unreachable(&mut self, hop: &Hop, why: &str) {
        for client in self.clients.give_up(hop) {
            self.events.push_back(Event::Unreachable { client, hop: hop.clone(), why: why.to_owned() });
        }
    }

    /// Sends a request of our own, and repeats it until it is answered or Timer F goes off. One of the events
    /// [`Event::Answered`], [`Event::TimedOut`] and [`Event::Unreachable`] follows.
    pub fn send(&mut self, now: Instant, hop: &Hop, request: &OutgoingRequest) -> ClientId {
        let branch = format!("{MAGIC_COOKIE}{:032x}", self.rng.random::<u128>());
        let transport = hop.transport();
        let sent_by = self.settings.sent_by.facing(transport, hop.address().ip());
        let payload = request.write(transport, sent_by, &branch, &self.settings.user_agent);
        let client = self.clients.open(now, branch, request.method().clone(), hop.clone(), payload.clone());
        self.transmits.push_back(Transmit { route: Route::To(hop.clone()), payload, about: About::Request(client) });
        client
    }

    /// The next message to send.
    pub fn poll_transmit(&mut self) -> Option<Transmit> {
        self.transmits.pop_front()
    }

    /// The next event.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// When to call [`Endpoint::handle_timeout`] at the latest. Transactions come and go by the thousand, so each side
    /// keeps its own times in order; here are but two to compare.
    pub fn poll_timeout(&self) -> Option<Instant> {
        [self.servers.poll_timeout(), self.clients.poll_timeout()].into_iter().flatten().min()
    }

    /// How many messages ended in the endpoint.
    pub fn counters(&self) -> Counters {
        self.counters
    }
}

/// A request that nobody hears of.
fn refused(line: RequestLine<'_>) -> Received {
    Received::Refused { method: line.method.into(), user: user_of(line) }
}

fn copy(line: RequestLine<'_>, owner: Option<Owner>) -> Received {
    Received::Copy { method: line.method.into(), user: user_of(line), owner }
}

fn user_of(line: RequestLine<'_>) -> Option<String> {
    line.uri.parse::<Uri>().ok()?.user.map(|user| user.to_string())
}

/// The answer to a flawed request.
fn refuse(flaw: Flaw) -> Answer {
    let status = match flaw {
        Flaw::Version => Answer::VERSION_NOT_SUPPORTED,
        Flaw::HeadTooLarge => Answer::REQUEST_ENTITY_TOO_LARGE,
        _ => Answer::BAD_REQUEST,
    };
    Answer::new(status).header("Warning", format_args!("399 lampfield \"{flaw}\""))
}

/// Lets a request pass that can be served (RFC 3261 §8.2).
///
/// # Errors
/// The answer that refuses it.
fn screen(request: &Request) -> Result<(), Answer> {
    match &request.method {
        Method::Publish | Method::Options => {}
        Method::Cancel => return Err(Answer::new(Answer::TRANSACTION_DOES_NOT_EXIST)),
        Method::Ack | Method::Other(_) => return Err(Answer::new(Answer::METHOD_NOT_ALLOWED).allow(ALLOWED)),
    }
    if !request.has_sip_uri() {
        return Err(Answer::new(Answer::UNSUPPORTED_URI_SCHEME));
    }
    let required: Vec<&str> = request.required().collect();
    if !required.is_empty() {
        return Err(Answer::new(Answer::BAD_EXTENSION).unsupported(required.join(", ")));
    }
    Ok(())
}

#[cfg(test)]
#[path = "endpoint_tests.rs"]
mod tests;
