//! Non-INVITE transactions (RFC 3261 §17.1.2 and §17.2.2).

pub(super) mod client;
pub(super) mod server;

use std::time::Duration;

use bytes::Bytes;

use super::route::Route;

/// The estimate of a round trip (RFC 3261 §17.1.1.1).
pub const T1: Duration = Duration::from_millis(500);
/// The longest pause between two copies of a request.
pub const T2: Duration = Duration::from_secs(4);
/// How long a datagram may live in the network.
pub const T4: Duration = Duration::from_secs(5);
/// 64·T1: how long a request is repeated (Timer F), and an answer kept for it (Timer J).
pub const TRANSACTION_TIME: Duration = Duration::from_secs(32);

/// Names a request that waits for our answer: a hash of what all its copies share. With 100,000 of them kept and a
/// thousand a second coming, chance takes a new one for a copy of another once in six thousand years; and nobody
/// can help chance along without the secret that is part of the hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ServerKey(u64);

/// Names a request that we have sent. Later ones are greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClientId(u64);

/// Number of the party that a server transaction is with. Whoever answers the request gives it along, and gets it back
/// with each copy of the request; the endpoint reads nothing into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Owner(pub u16);

/// A message to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transmit {
    /// Where the message goes.
    pub route: Route,
    /// The message, ready to be sent.
    pub payload: Bytes,
    /// Transaction that the message belongs to.
    pub about: About,
}

/// Transaction that a message of ours belongs to; each of its copies does as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum About {
    /// A request of ours.
    Request(ClientId),
    /// The answer to a request, also one that opened no transaction.
    Answer(ServerKey),
}
