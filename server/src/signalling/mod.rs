//! SIP between the sockets and those who speak it here: transactions, and the SIP trace.
//!
//! ```text
//!  message ─► Endpoint ─► Event::Request ─────► the mesh answers: answer ─► Endpoint ─┐
//!                     └─► Event::Answered, NoAnswer ─► by the number of the request   │
//!                                                                                     ▼
//!  message ◄─ poll_transmit ◄─ Ladders: the trace of a peer ◄─ send, answer, copies, note
//! ```
//! A message is read once, by the endpoint. Whose the message is comes from those who know: the mesh says it with its answer,
//! and a request of ours carries its peer. So the trace needs no reader of its own; only a message that nobody owns goes
//! by its address.
//!
//! Pure: time comes in as an argument, and messages go out by [`Signalling::poll_transmit`].

mod attribution;
mod gist;
mod ladder;
mod ladders;

use std::collections::{HashMap, VecDeque};
use std::time::Instant;

use lampfield_shared::{Direction, Privacy, SipMessage};
use lampfield_sip::{
    About, Answer, ClientId, Counters, Endpoint, EndpointSettings, Hop, Method, Owner, Received, Request, Response,
    SentBy, ServerKey, Source, Transmit,
};
use rand::rngs::StdRng;

pub use attribution::Attribution;
use ladder::Seen;
use ladders::Ladders;

use crate::ledger::PeerId;
use crate::mesh::{Outgoing, RequestId};
use crate::moment::Moment;

/// How many requests at once are remembered for their retransmissions: at 0.15 kB each, 15 MB.
const MAX_SERVER_TRANSACTIONS: usize = 100_000;

/// What has happened.
#[derive(Debug)]
pub enum Event {
    /// A request waits for [`Signalling::answer`].
    Request {
        /// Number of the request.
        key: ServerKey,
        /// Where the request came from.
        source: Source,
        /// The request.
        request: Box<Request>,
    },
    /// The final response to a request of ours.
    Answered {
        /// Which request.
        id: RequestId,
        /// The response.
        response: Box<Response>,
    },
    /// A request of ours that nobody will answer.
    NoAnswer {
        /// Which request.
        id: RequestId,
        /// The way that the request took.
        way: Hop,
        /// Why the request did not arrive, in words for an admin; `None` where it may have arrived.
        why: Option<String>,
    },
}

/// A request of ours that waits for its answer.
#[derive(Debug)]
struct Sent {
    id: RequestId,
    method: Method,
}

/// See the module.
pub struct Signalling {
    endpoint: Endpoint,
    /// Requests of ours that wait for their answers.
    sent: HashMap<ClientId, Sent>,
    ladders: Ladders,
    transmits: VecDeque<Transmit>,
}

impl Signalling {
    /// Signalling with so many peers, which know us by the addresses `sent_by`; `rng` makes branches and tags.
    pub fn new(sent_by: SentBy, peers: usize, rng: StdRng) -> Self {
        let settings = EndpointSettings {
            sent_by,
            user_agent: concat!("lampfield/", env!("CARGO_PKG_VERSION")).into(),
            max_server_transactions: MAX_SERVER_TRANSACTIONS,
        };
        Self {
            endpoint: Endpoint::new(settings, rng),
            sent: HashMap::new(),
            ladders: Ladders::new(peers),
            transmits: VecDeque::new(),
        }
    }

    /// Takes a message from an address of a peer. [`note`](Self::note) has to follow, once the events are handled.
    pub fn handle_message(&mut self, now: Instant, source: Source, message: &[u8]) -> Received {
        self.endpoint.handle_message(now, source, message)
    }

    /// Takes a message from an address at which no peer is: a request is refused, whatever it asks for.
    pub fn handle_stranger(&mut self, now: Instant, source: Source, message: &[u8]) -> Received {
        self.endpoint.handle_stranger(now, source, message)
    }

    /// The peer of a transaction that a message belongs to. To be asked before the events are handled: a request of
    /// ours that is answered is forgotten.
    pub fn owner(&self, received: &Received) -> Option<PeerId> {
        match received {
            Received::Copy { owner, .. } => owner.map(peer_of),
            Received::Response { client, .. } => Some(self.sent.get(client)?.id.peer()),
            Received::NoSip | Received::Request { .. } | Received::Refused { .. } | Received::Stray { .. } => None,
        }
    }

    /// Writes a message that came into the trace, and after it everything that we send because of it. Answers that nobody
    /// owns belong to whom the message belongs to.
    pub fn note(&mut self, now: Instant, source: Source, message: &[u8], method: Option<&Method>, whose: &Attribution) {
        let (direction, transport, address) = (Direction::Incoming, source.flow.transport, source.address);
        self.ladders.note(now, Seen { direction, transport, address, message, method }, whose);
        self.collect(now, method, whose);
    }

    /// Writes everything into the trace that time alone has made us send.
    pub fn note_sent(&mut self, now: Instant) {
        self.collect(now, None, &Attribution::default());
    }

    fn collect(&mut self, now: Instant, answered: Option<&Method>, whose: &Attribution) {
        while let Some(transmit) = self.endpoint.poll_transmit() {
            let sent = match transmit.about {
                About::Request(client) => self.sent.get(&client),
                About::Answer(_) => None,
            };
            let (direction, message) = (Direction::Outgoing, &transmit.payload[..]);
            let (transport, address) = (transmit.route.transport(), transmit.route.address());
            let method = sent.map_or(answered, |sent| Some(&sent.method));
            let seen = Seen { direction, transport, address, message, method };
            match sent {
                Some(sent) => self.ladders.note(now, seen, &Attribution::To(sent.id.peer())),
                None => self.ladders.note(now, seen, whose),
            }
            self.transmits.push_back(transmit);
        }
    }

    /// Answers a request, which is of this peer if that is known.
    pub fn answer(&mut self, now: Instant, key: ServerKey, answer: &Answer, peer: Option<PeerId>) {
        self.endpoint.answer_owner(now, key, answer, peer.and_then(owner_of));
    }

    /// Sends a request of ours. [`note_sent`](Self::note_sent) or [`note`](Self::note) has to follow.
    pub fn send(&mut self, now: Instant, outgoing: &Outgoing) {
        let Outgoing { id, hop, request } = outgoing;
        let client = self.endpoint.send(now, hop, request);
        self.sent.insert(client, Sent { id: *id, method: request.method().clone() });
    }

    /// What was sent by this way does not arrive, for this reason: requests that wait for an answer from there have failed.
    pub fn handle_unreachable(&mut self, hop: &Hop, why: &str) {
        self.endpoint.handle_unreachable(hop, why);
    }

    /// Lets time pass: retransmissions, and requests that nobody answers.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.endpoint.handle_timeout(now);
    }

    /// What has happened next.
    pub fn poll_event(&mut self) -> Option<Event> {
        loop {
            let event = match self.endpoint.poll_event()? {
                lampfield_sip::Event::Request { key, source, request } => {
                    return Some(Event::Request { key, source, request });
                }
                lampfield_sip::Event::Answered { client, response } => {
                    self.sent.remove(&client).map(|Sent { id, .. }| Event::Answered { id, response })
                }
                lampfield_sip::Event::TimedOut { client, hop } => {
                    self.sent.remove(&client).map(|Sent { id, .. }| Event::NoAnswer { id, way: hop, why: None })
                }
                lampfield_sip::Event::Unreachable { client, hop, why } => {
                    self.sent.remove(&client).map(|Sent { id, .. }| Event::NoAnswer { id, way: hop, why: Some(why) })
                }
            };
            if event.is_some() {
                return event;
            }
        }
    }

    /// The next message to send.
    pub fn poll_transmit(&mut self) -> Option<Transmit> {
        self.transmits.pop_front()
    }

    /// When to call [`handle_timeout`](Self::handle_timeout) at the latest.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.endpoint.poll_timeout()
    }

    /// Counts of messages that ended here.
    pub fn counters(&self) -> Counters {
        self.endpoint.counters()
    }

    /// When the last message came from a peer, and when the last one went there, unless these may be of another peer.
    pub fn last(&self, peer: PeerId) -> (Option<Instant>, Option<Instant>) {
        self.ladders.of(peer).map_or((None, None), |ladder| (ladder.last_in(), ladder.last_out()))
    }

    /// The last messages of a peer, the oldest first; see [`Privacy`].
    pub fn messages(&self, peer: PeerId, privacy: Privacy, now: Moment) -> Vec<SipMessage> {
        self.ladders.of(peer).map(|ladder| ladder.report(privacy, now)).unwrap_or_default()
    }
}

/// A peer as the owner of a server transaction. A peer beyond the numbers that an owner has goes by its address.
fn owner_of(peer: PeerId) -> Option<Owner> {
    u16::try_from(peer.index()).ok().map(Owner)
}

fn peer_of(Owner(number): Owner) -> PeerId {
    PeerId::at(number.into())
}
