//! A UDP socket.

use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use lampfield_sip::{Flow, Source, Transport};
use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::UdpSocket;

use super::event::Arrival;
use super::gate::Gate;

/// Size of the largest possible datagram.
const MAX_DATAGRAM: usize = 65_535;

/// Size of the kernel's receive buffer: the burst of a large PBX while we do other work.
const RECEIVE_BUFFER: usize = 8 * 1024 * 1024;

/// Rate limit of datagrams from strangers (addresses of no peer): time, and number of datagrams in it. The rest is read
/// and dropped, which costs little: so a flood is read faster than it comes, and does not fill the buffer that peers
/// need.
const STRANGERS: (Duration, u32) = (Duration::from_millis(100), 100);

/// The most dropped datagrams of strangers for each one of a peer, before other sockets have their turn.
const IGNORED: usize = 16;

/// A socket with room for bursts, and for one datagram.
#[derive(Debug)]
pub(super) struct Udp {
    socket: UdpSocket,
    address: SocketAddr,
    id: u64,
    buffer: Vec<u8>,
    strangers: Strangers,
}

/// Rate limiter of strangers: start of the period, and number of datagrams in it.
#[derive(Debug)]
struct Strangers {
    since: Instant,
    seen: u32,
}

impl Strangers {
    /// Whether one more datagram may be looked into.
    fn admit(&mut self, now: Instant) -> bool {
        let (time, most) = STRANGERS;
        if now.saturating_duration_since(self.since) >= time {
            *self = Self { since: now, seen: 0 };
        }
        self.seen = self.seen.saturating_add(1);
        self.seen <= most
    }
}

impl Udp {
    pub(super) fn bind(address: SocketAddr, id: u64) -> io::Result<Self> {
        let socket = bind(address)?;
        let address = socket.local_addr()?;
        let strangers = Strangers { since: Instant::now(), seen: 0 };
        Ok(Self { socket, address, id, buffer: vec![0; MAX_DATAGRAM], strangers })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn id(&self) -> u64 {
        self.id
    }

    pub(super) async fn writable(&self) -> io::Result<()> {
        self.socket.writable().await
    }

    pub(super) fn poll_readable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.socket.poll_recv_ready(cx)
    }

    /// Takes at most `most` datagrams. Of strangers it takes few, and drops the rest.
    pub(super) fn receive(&mut self, most: usize, gate: &Gate, take: &mut impl FnMut(Arrival<'_>)) {
        let flow = Flow { transport: Transport::Udp, id: self.id };
        let (now, mut taken) = (Instant::now(), 0);
        for _ in 0..most * IGNORED {
            match self.socket.try_recv_from(&mut self.buffer) {
                Ok((length, address)) if gate.knows(address.ip()) || self.strangers.admit(now) => {
                    take(Arrival::Message { source: Source { address, flow }, message: &self.buffer[..length] });
                    taken += 1;
                    if taken == most {
                        return;
                    }
                }
                Ok(_) => {
                    gate.counters.ignored.add();
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                // An ICMP error that an earlier datagram of ours caused: the peer is down, and its silence will show
                // it.
                Err(error) => tracing::debug!(%error, "a UDP socket reports an error"),
            }
        }
    }

    /// Sends a datagram. A full socket loses it, as any network may.
    pub(super) fn send(&self, address: SocketAddr, payload: &[u8]) -> Result<(), String> {
        match self.socket.try_send_to(payload, address) {
            Ok(_) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(()),
            Err(error) => Err(super::connection::in_words(&error)),
        }
    }
}

/// Opens a UDP socket with room for bursts. The kernel may grant less (`net.core.rmem_max`).
///
/// # Errors
/// When the address is taken, or is none of this machine.
pub fn bind(address: SocketAddr) -> io::Result<UdpSocket> {
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
    socket.set_recv_buffer_size(RECEIVE_BUFFER)?;
    socket.set_nonblocking(true)?;
    if address.is_ipv6() {
        // IPv4 gets sockets of its own.
        socket.set_only_v6(true)?;
    }
    socket.bind(&address.into())?;
    UdpSocket::from_std(socket.into())
}
