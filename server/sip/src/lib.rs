//! SIP: RFC 3261 and RFC 3903. Knows no device and no hint.
//!
//! Where an Asterisk needs it otherwise than an RFC says, a comment tells so.
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
//! Nothing here does IO or reads a clock: messages and moments come in as arguments, bytes and
//! events go out by `poll_*`. What comes as a stream is cut into messages by [`stream`] before.
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
mod headers;
pub mod locate;
mod message;
mod method;
mod outgoing;
pub mod publication;
mod received;
mod route;
pub mod stream;
mod text;
mod transaction;
pub mod transcript;
mod uri;
mod via;

pub use address::{Address, AddressError};
pub use answer::Answer;
pub use endpoint::{Counters, Endpoint, EndpointSettings, Event};
pub use frame::{Flaw, MAX_FIELDS, MAX_HEAD};
pub use headers::Headers;
pub use message::{Request, Response};
pub use method::Method;
pub use outgoing::OutgoingRequest;
pub use received::Received;
pub use route::{Flow, Hop, Route, SentBy, Source, Transport};
pub use transaction::{About, ClientId, Owner, ServerKey, Transmit};
pub use uri::{Scheme, Uri, UriError};

#[cfg(test)]
mod capture_tests;
