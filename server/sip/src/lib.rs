//! SIP without sockets and clocks: messages, transactions, digest, and both sides of event state publication
//! (RFC 3261, 3903, 7616 and 8760). No word of any one program's: a departure from an RFC is a [`Policy`] that the
//! caller hands in.
//!
//! # Time
//!
//! There is one kind of time here: the monotonic [`Instant`](std::time::Instant). A SIP machine waits, and shows no
//! time to anybody, so no wall clock comes in; lifetimes on the wire are whole seconds, and are
//! [`Duration`](std::time::Duration)s here. Nothing reads a clock: every call that may set or look at a timer
//! takes `now`, and every machine tells by `poll_timeout` when it wants to be called again. The caller sees to it that
//! `now` never falls. What becomes of the time that a machine sleeps is for the caller as well.
//!
//! # The walk of a request
//!
//! ```text
//!  message  ─► frame ─► message ─► endpoint ─► transaction::server ─► Event::Request
//!              lines     Request   screens,     absorbs repeats            │
//!              and body  Response  answers                                 ▼
//!                                     ▲                    publication: Publish ─► Compositor
//!  message  ◄─ poll_transmit ◄────────┴── answer ◄─────────────────────────┘
//!           ◄───────────────────────────── send ◄── publication: agent (ours, at a peer)
//!                                            └─► transaction::client repeats until answered
//! ```
//! 1. The caller has received bytes and calls [`Endpoint::handle_message`] with where they came from. What comes as a
//!    stream is cut into messages by [`stream`] before.
//! 2. `frame` cuts the message into start line, fields and body: a table of places, without a copy.
//! 3. Branch, sent-by, method and source make the key of the transaction. A copy of a request that is known gets the
//!    same answer again, or none yet, and ends here.
//! 4. The headers that every request has are checked, the method, the scheme of the URI and the extensions that it requires. A
//!    request with a flaw is refused at once, and nothing is kept of it.
//! 5. Head and body are copied, once, and go up as [`Event::Request`]. Further headers are read from there when somebody
//!    asks.
//! 6. The caller reads what is asked, as [`publication::Publish::read`] does, and gives an [`Answer`] to [`Endpoint::answer`].
//! 7. The answer repeats Via, From, To, Call-ID and `CSeq` of its request byte for byte, and goes out by
//!    [`Endpoint::poll_transmit`]. For 32 s what the answer says itself is kept for copies of the request.
//!
//! Addresses, contacts and routes are kept whole and are written as they were read, and an [`Answer`] may bring a
//! tag and a body of its own: so that dialogs (RFC 3261 §12, RFC 6665) can stand on top of this.
//!
//! ```
//! use std::net::SocketAddr;
//! use std::time::Instant;
//!
//! use lampfield_sip::{Answer, Endpoint, EndpointSettings, Event};
//! use rand::SeedableRng as _;
//! use rand::rngs::StdRng;
//!
//! let (we, they): (SocketAddr, SocketAddr) = ("192.0.2.50:5060".parse()?, "192.0.2.11:5061".parse()?);
//! let settings =
//!     EndpointSettings { sent_by: we.into(), user_agent: "lampfield".into(), max_server_transactions: 10 };
//! let mut endpoint = Endpoint::new(settings, StdRng::seed_from_u64(1));
//!
//! let now = Instant::now();
//! let message = b"OPTIONS sip:desk@192.0.2.50 SIP/2.0\r\n\
//!     Via: SIP/2.0/UDP 192.0.2.11:5061;branch=z9hG4bKa\r\n\
//!     From: <sip:pbx@192.0.2.11>;tag=1\r\n\
//!     To: <sip:desk@192.0.2.50>\r\n\
//!     Call-ID: a\r\n\
//!     CSeq: 1 OPTIONS\r\n\r\n";
//! endpoint.handle_message(now, they, message);
//! let Some(Event::Request { key, .. }) = endpoint.poll_event() else { panic!("no request came") };
//! endpoint.answer(now, key, &Answer::new(Answer::OK));
//!
//! let answer = endpoint.poll_transmit().expect("an answer goes out");
//! assert_eq!(answer.route.address(), they);
//! assert!(answer.payload.starts_with(b"SIP/2.0 200 OK\r\n"));
//! # Ok::<(), std::net::AddrParseError>(())
//! ```

mod address;
mod answer;
pub mod auth;
mod endpoint;
mod frame;
mod header_name;
mod headers;
pub mod locate;
mod message;
mod method;
mod outgoing;
mod parameters;
mod policy;
pub mod publication;
mod received;
mod reply;
mod route;
pub mod stream;
mod text;
pub mod timer;
mod transaction;
pub mod transcript;
mod uri;
mod via;

pub use address::{Address, AddressError, Contact, RouteSet};
pub use answer::Answer;
pub use endpoint::{Counters, Endpoint, EndpointSettings, Event};
pub use frame::{Flaw, MAX_FIELDS, MAX_HEAD};
pub use headers::Headers;
pub use message::{Request, Response};
pub use method::Method;
pub use outgoing::OutgoingRequest;
pub use parameters::Parameters;
pub use policy::{BarePublish, FallingTag, Grace, NonceReuse, Policy, ReplacedTag};
pub use received::Received;
pub use route::{Flow, Hop, Route, SentBy, Source, Transport};
pub use transaction::{About, ClientId, Owner, ServerKey, T4, TRANSACTION_TIME, Transmit};
pub use uri::{Scheme, Uri, UriError, User};

#[cfg(test)]
mod capture_tests;
