//! The sockets of SIP: datagrams, connections and names. This room carries messages and does not read them.
//!
//! ```text
//!  Udp ───────────────────────┐
//!  listener ─ Gate ─► task ─┐ ├─► Sockets::receive ─► Arrival ─► driver ─► Mesh
//!  dialer ──────────► task ─┤ │                                             │
//!      ▲      ▲  events ────┘ │                                             │
//!      └──────┴─ queues ◄─ Streams ◄─ Sockets::send ◄───────────────────────┘
//!  resolver ─► names
//! ```
//! The driver itself reads UDP, a batch at a time. Each connection has a task of its own with bounded queues both ways:
//! slow ends wait, and an end that does not read is disconnected.

mod connection;
mod counters;
mod dialer;
mod event;
mod gate;
mod listener;
mod resolver;
mod settings;
mod streams;
mod udp;

use std::collections::VecDeque;
use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::task::Poll;

use bytes::Bytes;
use lampfield_sip::{Flow, Hop, Route, Transport};
use tokio::sync::mpsc;

pub use counters::ConnectionCounts;
pub use event::Arrival;
use event::Event;
use gate::Gate;
use listener::Listener;
pub use resolver::{Lookup, Resolved, Resolver};
pub use settings::{BindError, TlsSettings, TransportSettings};
use streams::Streams;
use udp::Udp;
pub use udp::bind as bind_udp;

/// The most events of connections that wait for the driver; beyond that connections are not read.
const EVENTS: usize = 256;

/// The most messages that are taken before they are answered and the lamps that they changed are shown: a burst
/// becomes one batch, and nobody waits for more than a millisecond.
const BATCH: usize = 64;

/// All sockets of SIP, open.
#[derive(Debug)]
pub struct Sockets {
    udp: Vec<Udp>,
    streams: Streams,
    gate: Arc<Gate>,
    listening: Vec<(Transport, SocketAddr)>,
    events: mpsc::Receiver<Event>,
    /// Events that were taken from `events`, and failures of sending.
    arrived: VecDeque<Event>,
}

impl Sockets {
    /// Opens all listening sockets, inside a runtime. Where no port is configured, UDP and TCP share the one that the
    /// system chooses.
    ///
    /// # Errors
    /// When an address is taken or is none of this machine; when TLS cannot be set up.
    pub fn bind(settings: &TransportSettings) -> Result<Self, BindError> {
        let (sender, events) = mpsc::channel(EVENTS);
        let gate = Arc::new(Gate::default());
        let tls = settings.tls.load()?;
        let (mut udp, mut listeners, mut listening) = (Vec::new(), Vec::new(), Vec::new());
        for (transport, address) in settings.listen.iter().copied() {
            let address = settings::with_port(address, &listening);
            let failed = |error| BindError::Address { transport, address, error };
            let bound = match transport {
                Transport::Udp => {
                    let socket = Udp::bind(address, udp.len() as u64).map_err(failed)?;
                    udp.push(socket);
                    udp[udp.len() - 1].address()
                }
                Transport::Tcp | Transport::Tls => {
                    let acceptor = match transport {
                        Transport::Tls => Some(tls.acceptor.clone().ok_or(BindError::NoCertificate)?),
                        Transport::Udp | Transport::Tcp => None,
                    };
                    let listener = Listener::bind(address, acceptor).map_err(failed)?;
                    listeners.push(listener);
                    listeners[listeners.len() - 1].address()
                }
            };
            listening.push((transport, bound));
        }
        for listener in listeners {
            tokio::spawn(listener.run(Arc::clone(&gate), sender.clone()));
        }
        if let Some(certificate) = tls.certificate {
            tokio::spawn(certificate.follow());
        }
        let streams = Streams::new(listening.clone(), tls.connector, Arc::clone(&gate), sender);
        Ok(Self { udp, streams, gate, listening, events, arrived: VecDeque::new() })
    }

    /// Listening addresses, with the ports that the system chose.
    pub fn listening(&self) -> &[(Transport, SocketAddr)] {
        &self.listening
    }

    /// Sets the peers' addresses: other ends get few and short connections.
    pub fn set_known(&self, known: impl IntoIterator<Item = IpAddr>) {
        self.gate.set_known(known);
    }

    /// Counts of connections, by the names of `/api/v1/peers`.
    pub fn counters(&self) -> Vec<(&'static str, u64)> {
        self.gate.counters.all()
    }

    /// Waits until a fresh UDP socket has been polled once: before that it counts as full.
    ///
    /// # Errors
    /// When a socket is broken.
    pub async fn writable(&self) -> io::Result<()> {
        for socket in &self.udp {
            socket.writable().await?;
        }
        Ok(())
    }

    /// Waits until something has arrived. The future may be dropped at any time.
    ///
    /// # Errors
    /// When a socket fails for good.
    pub async fn ready(&mut self) -> io::Result<()> {
        poll_fn(|cx| {
            let mut ready = !self.arrived.is_empty();
            for socket in &self.udp {
                if let Poll::Ready(state) = socket.poll_readable(cx) {
                    state?;
                    ready = true;
                }
            }
            if !ready && let Poll::Ready(Some(event)) = self.events.poll_recv(cx) {
                self.arrived.push_back(event);
                ready = true;
            }
            if ready { Poll::Ready(Ok(())) } else { Poll::Pending }
        })
        .await
    }

    /// Takes a batch of each kind of arrival, so that none keeps the others waiting.
    pub fn receive(&mut self, mut take: impl FnMut(Arrival<'_>)) {
        for socket in &mut self.udp {
            socket.receive(BATCH, &self.gate, &mut take);
        }
        for _ in 0..BATCH {
            let Some(event) = self.arrived.pop_front().or_else(|| self.events.try_recv().ok()) else { return };
            self.streams.note(&event);
            match event {
                Event::Message { source, message } => take(Arrival::Message { source, message: &message }),
                Event::Broken { hop, why, .. } | Event::Failed { hop, why, .. } => {
                    take(Arrival::Unreachable { hop, why });
                }
                Event::NoTls { address, why } => take(Arrival::NoTls { address, why }),
                Event::Accepted { .. } | Event::HungUp { .. } => {}
            }
        }
    }

    /// Sends a message. A datagram that the socket does not take is lost, as any may be: transactions repeat it. A
    /// message that certainly cannot arrive comes back as [`Arrival::Unreachable`].
    pub fn send(&mut self, route: Route, payload: Bytes) {
        let sent = match &route {
            Route::To(Hop::Udp(address)) => self.send_datagram(*address, &payload),
            Route::To(hop) => self.streams.send(hop, payload),
            Route::Back { flow: Flow { transport: Transport::Udp, id }, address } => {
                let socket = self.udp.iter().find(|socket| socket.id() == *id);
                socket.map_or(Ok(()), |socket| socket.send(*address, &payload))
            }
            Route::Back { flow, address } => {
                self.streams.answer(*flow, *address, payload);
                Ok(())
            }
        };
        match (sent, route) {
            (Err(why), Route::To(hop)) => self.arrived.push_back(Event::Failed { id: 0, hop, why }),
            (Err(why), Route::Back { address, .. }) => tracing::debug!(%address, why, "an answer was not sent"),
            (Ok(()), _) => {}
        }
    }

    fn send_datagram(&self, address: SocketAddr, payload: &[u8]) -> Result<(), String> {
        let fits = |socket: &&Udp| socket.address().is_ipv4() == address.is_ipv4();
        match self.udp.iter().find(fits) {
            Some(socket) => socket.send(address, payload),
            None => Err(settings::no_socket(Transport::Udp, address)),
        }
    }
}

#[cfg(test)]
mod tests;
