//! Arrivals from the network, and events of the sockets' tasks.

use std::net::SocketAddr;

use bytes::Bytes;
use tokio::sync::mpsc;

use lampfield_sip::{Hop, Source};

/// An arrival from the network.
#[derive(Debug)]
pub enum Arrival<'a> {
    /// A message.
    Message {
        /// Address and transport that it came from.
        source: Source,
        /// Bytes of the message.
        message: &'a [u8],
    },
    /// A message of ours could not be delivered, so no answer will come either.
    Unreachable {
        /// Address and transport that it was sent to.
        hop: Hop,
        /// Reason, in words for an admin.
        why: String,
    },
    /// A peer connected, and the TLS handshake failed.
    NoTls {
        /// Address of the peer.
        address: SocketAddr,
        /// Reason, in words for an admin.
        why: String,
    },
}

/// An event of a listener or a connection.
#[derive(Debug)]
pub(super) enum Event {
    /// A connection was accepted; `queue` takes the messages to send on it.
    Accepted { id: u64, queue: mpsc::Sender<Bytes> },
    /// A message arrived.
    Message { source: Source, message: Bytes },
    /// An accepted connection is closed.
    HungUp { id: u64 },
    /// A connection that we made is closed.
    Broken { id: u64, hop: Hop, why: String },
    /// A connection could not be made.
    Failed { id: u64, hop: Hop, why: String },
    /// A peer connected, and the TLS handshake failed.
    NoTls { address: SocketAddr, why: String },
}
