//! SIP: RFC 3261 and RFC 3903, and no word of Asterisk's.
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

pub mod address;
pub mod answer;
pub mod auth;
pub mod endpoint;
mod frame;
pub mod glance;
pub mod headers;
pub mod locate;
pub mod message;
pub mod outgoing;
pub mod publication;
pub mod route;
pub mod stream;
mod text;
pub mod transaction;
pub mod transcript;
pub mod uri;
pub mod via;

pub use answer::Answer;
pub use endpoint::{Counters, Endpoint, EndpointSettings, Event};
pub use frame::Flaw;
pub use message::{Method, Request, Response};
pub use outgoing::OutgoingRequest;
pub use route::{Flow, Hop, Route, SentBy, Source, Transport};
pub use transaction::{ClientId, ServerKey, Transmit};
pub use uri::{Scheme, Uri};

#[cfg(test)]
mod capture_tests;
