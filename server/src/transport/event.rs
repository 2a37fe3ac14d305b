//! What arrives, and what the tasks of the sockets tell.

use std::net::SocketAddr;

use bytes::Bytes;
use tokio::sync::mpsc;

use lampfield_sip::{Hop, Source};

/// What arrived.
#[derive(Debug)]
pub enum Arrival<'a> {
    /// A message.
    Message {
        /// Where it came from.
        source: Source,
        /// What it says.
        message: &'a [u8],
    },
    /// What was sent by this way does not arrive, and what was to come back will not.
    Unreachable {
        /// Which way.
        hop: Hop,
        /// Why, in words for an admin.
        why: String,
    },
    /// A peer called, and there was no speaking TLS with it.
    NoTls {
        /// Where it called from.
        address: SocketAddr,
        /// Why, in words for an admin.
        why: String,
    },
}

/// What the tasks of listeners and connections tell.
#[derive(Debug)]
pub(super) enum Event {
    /// A connection of this number was taken in, and takes what is to be sent.
    Accepted { id: u64, queue: mpsc::Sender<Bytes> },
    /// A message came.
    Message { source: Source, message: Bytes },
    /// A connection that was taken in is closed.
    HungUp { id: u64 },
    /// A connection that we made is closed.
    Broken { id: u64, hop: Hop, why: String },
    /// A connection could not be made.
    Failed { id: u64, hop: Hop, why: String },
    /// A peer called, and there was no speaking TLS with it.
    NoTls { address: SocketAddr, why: String },
}
