//! What carries a message, where it came from, and where it goes (RFC 3261 §18).
//!
//! ```text
//!  Source ─ address + flow ─► request ─► its answer: Route::Back, by the same flow
//!                             request of our own ─► Route::To, by a hop
//! ```
//! Which sockets and connections there are is the rim's business; here they are numbers.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// A transport protocol (RFC 3261 §18).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    /// UDP: each datagram is a message.
    Udp,
    /// TCP: a stream of messages (RFC 3261 §18.3).
    Tcp,
    /// TLS over TCP.
    Tls,
}

impl Transport {
    /// The transport as a Via names it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Udp => "UDP",
            Self::Tcp => "TCP",
            Self::Tls => "TLS",
        }
    }

    /// Whether a message arrives or its sender is told otherwise, so that none is repeated.
    pub const fn is_reliable(self) -> bool {
        !matches!(self, Self::Udp)
    }

    /// The port where a URI names none (RFC 3261 §19.1.2).
    pub const fn default_port(self) -> u16 {
        match self {
            Self::Udp | Self::Tcp => 5060,
            Self::Tls => 5061,
        }
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One socket or connection of ours, by a number that is never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Flow {
    /// The protocol of the socket or connection.
    pub transport: Transport,
    /// The number of the socket or connection.
    pub id: u64,
}

/// Where a message came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    /// The address of the other end.
    pub address: SocketAddr,
    /// The socket or connection at our end.
    pub flow: Flow,
}

/// A datagram to the first socket, as tests and benches have it.
impl From<SocketAddr> for Source {
    fn from(address: SocketAddr) -> Self {
        Self { address, flow: Flow { transport: Transport::Udp, id: 0 } }
    }
}

/// A way to somebody: protocol and address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hop {
    /// Datagrams to this address.
    Udp(SocketAddr),
    /// A connection to this address, which is made when it is needed.
    Tcp(SocketAddr),
    /// An encrypted connection.
    Tls {
        /// The address.
        address: SocketAddr,
        /// The name that the certificate of the other end must have: a host name or an address.
        name: Arc<str>,
    },
}

impl Hop {
    /// The protocol of this way.
    pub const fn transport(&self) -> Transport {
        match self {
            Self::Udp(_) => Transport::Udp,
            Self::Tcp(_) => Transport::Tcp,
            Self::Tls { .. } => Transport::Tls,
        }
    }

    /// The address where this leads.
    pub const fn address(&self) -> SocketAddr {
        match self {
            Self::Udp(address) | Self::Tcp(address) | Self::Tls { address, .. } => *address,
        }
    }
}

impl fmt::Display for Hop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} by {}", self.address(), self.transport())
    }
}

/// Where a message goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// A request of ours goes by this hop.
    To(Hop),
    /// An answer goes the way its request came. Where that connection is closed, a new one to `address` is made
    /// (RFC 3261 §18.2.2).
    Back {
        /// The socket or connection that the request came by.
        flow: Flow,
        /// The address in the request's Via, or where it came from.
        address: SocketAddr,
    },
}

impl Route {
    /// The protocol of this way.
    pub const fn transport(&self) -> Transport {
        match self {
            Self::To(hop) => hop.transport(),
            Self::Back { flow, .. } => flow.transport,
        }
    }

    /// The address where this leads.
    pub const fn address(&self) -> SocketAddr {
        match self {
            Self::To(hop) => hop.address(),
            Self::Back { address, .. } => *address,
        }
    }
}

/// Our own addresses, as peers know them: what stands in the Via of our requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentBy(Vec<(Transport, SocketAddr)>);

impl SentBy {
    /// Takes all addresses, the preferred first; `None` where there is none.
    pub fn new(all: Vec<(Transport, SocketAddr)>) -> Option<Self> {
        (!all.is_empty()).then_some(Self(all))
    }

    /// The address that fits a transport and the family of the other end best.
    pub fn facing(&self, transport: Transport, other: IpAddr) -> SocketAddr {
        let fits = |(ours, address): &&(Transport, SocketAddr)| {
            (address.is_ipv4() == other.is_ipv4(), *ours == transport, ours.is_reliable() == transport.is_reliable())
        };
        // The first of the best: `max_by_key` gives the last.
        let best = self.0.iter().rev().max_by_key(fits);
        best.map_or_else(|| self.first(), |(_, address)| *address)
    }

    /// Fills in the port that the system has chosen where none was configured.
    pub fn set_port(&mut self, port: u16) {
        for (_, address) in self.0.iter_mut().filter(|(_, address)| address.port() == 0) {
            address.set_port(port);
        }
    }

    /// The preferred address.
    pub fn first(&self) -> SocketAddr {
        self.0[0].1
    }
}

/// One address for UDP and TCP.
impl From<SocketAddr> for SentBy {
    fn from(address: SocketAddr) -> Self {
        Self(vec![(Transport::Udp, address), (Transport::Tcp, address)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faces_each_with_the_address_that_it_can_answer_to() {
        let own = [
            (Transport::Udp, "10.0.0.6:5060"),
            (Transport::Tcp, "10.0.0.6:5062"),
            (Transport::Tls, "10.0.0.6:5061"),
            (Transport::Udp, "[2001:db8::6]:5060"),
        ];
        let own = SentBy::new(own.map(|(transport, address)| (transport, address.parse().unwrap())).into()).unwrap();
        for (transport, other, expected) in [
            (Transport::Udp, "10.0.0.4", "10.0.0.6:5060"),
            (Transport::Tcp, "10.0.0.4", "10.0.0.6:5062"),
            (Transport::Tls, "10.0.0.4", "10.0.0.6:5061"),
            (Transport::Udp, "2001:db8::4", "[2001:db8::6]:5060"),
            (Transport::Tls, "2001:db8::4", "[2001:db8::6]:5060"),
        ] {
            assert_eq!(own.facing(transport, other.parse().unwrap()).to_string(), expected, "{transport} to {other}");
        }
        assert_eq!(SentBy::new(Vec::new()), None);
    }
}
