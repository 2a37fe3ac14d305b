//! A socket that accepts connections.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use lampfield_sip::{Flow, Source, Transport};
use socket2::{Domain, Protocol, SockRef, Socket, Type};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use super::connection::{self, Connection, Ended, Idle};
use super::event::Event;
use super::gate::{Gate, Guest, Pass};
use crate::files::Untaken;
use crate::tls;

/// Number of connections that the kernel queues until we accept them.
const BACKLOG: i32 = 1024;
/// Time limit of a TLS handshake.
const HANDSHAKE: Duration = Duration::from_secs(5);
/// Time limit of a stranger's connection without a complete message.
const STRANGER_IDLE: Duration = Duration::from_secs(10);

/// Explains to an admin why a TLS client may hang up without a word.
const MUTE: &str = "it hung up without a message, as Asterisk does when it does not trust the authority that signed \
                    lampfield's certificate, or when the name in its `server_uri` is not in that certificate";

/// A listening socket and its transport.
pub(super) struct Listener {
    socket: TcpListener,
    address: SocketAddr,
    tls: Option<TlsAcceptor>,
}

impl Listener {
    pub(super) fn bind(address: SocketAddr, tls: Option<TlsAcceptor>) -> io::Result<Self> {
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
        // Remains of closed connections must not keep us from starting again.
        socket.set_reuse_address(true)?;
        socket.set_nonblocking(true)?;
        if address.is_ipv6() {
            socket.set_only_v6(true)?;
        }
        socket.bind(&address.into())?;
        socket.listen(BACKLOG)?;
        let socket = TcpListener::from_std(socket.into())?;
        let address = socket.local_addr()?;
        Ok(Self { socket, address, tls })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Accepts connections until the driver is gone.
    pub(super) async fn run(self, gate: Arc<Gate>, events: mpsc::Sender<Event>) {
        let mut untaken = Untaken::default();
        while !events.is_closed() {
            match self.socket.accept().await {
                Ok((stream, address)) => match gate.enter(address.ip()) {
                    Some(pass) => {
                        gate.counters.accepted.add();
                        tokio::spawn(serve(stream, address, self.tls.clone(), pass, Arc::clone(&gate), events.clone()));
                    }
                    None => refuse(&gate, &stream, address),
                },
                Err(error) => untaken.note(&error, "a PBX").await,
            }
        }
    }
}

/// Refuses a connection and leaves no state of it in the kernel.
fn refuse(gate: &Gate, stream: &TcpStream, address: SocketAddr) {
    let times = gate.counters.refused.add();
    if times.is_power_of_two() {
        tracing::warn!(%address, times, "refused a connection: there are too many");
    }
    let _closed_anyway = SockRef::from(stream).set_linger(Some(Duration::ZERO));
}

/// Serves one connection until it ends.
async fn serve(
    stream: TcpStream,
    address: SocketAddr,
    tls: Option<TlsAcceptor>,
    pass: Pass,
    gate: Arc<Gate>,
    events: mpsc::Sender<Event>,
) {
    connection::tune(&stream);
    let idle = match pass.guest {
        Guest::Peer => Idle::Stays,
        Guest::Stranger => Idle::Ends(STRANGER_IDLE),
    };
    let transport = if tls.is_some() { Transport::Tls } else { Transport::Tcp };
    let source = Source { address, flow: Flow { transport, id: gate.next_id() } };
    let ended = match tls {
        None => converse(stream, source, idle, &events).await,
        Some(tls) => match timeout(HANDSHAKE, tls.accept(stream)).await {
            Ok(Ok(stream)) => converse(stream, source, idle, &events).await,
            Ok(Err(error)) => return no_tls(&gate, &pass, address, tls::explain(&error, "lampfield"), &events).await,
            Err(_) => {
                let why = "it did not finish the TLS handshake".to_owned();
                return no_tls(&gate, &pass, address, why, &events).await;
            }
        },
    };
    gate.counters.note(&ended);
    tracing::debug!(%address, %transport, "connection closed: {ended}");
    // PJSIP finishes the handshake before it looks at the certificate.
    if let (Transport::Tls, Ended::Mute) = (transport, ended) {
        no_tls(&gate, &pass, address, MUTE.to_owned(), &events).await;
    }
}

/// Tells the driver that the connection is open, hands on its messages, and tells when it is closed.
async fn converse<S>(stream: S, source: Source, idle: Idle, events: &mpsc::Sender<Event>) -> Ended
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let id = source.flow.id;
    let (sender, queue) = mpsc::channel(connection::QUEUE);
    let _stopping = events.send(Event::Accepted { id, queue: sender }).await;
    let ended = Connection { source, queue, events, idle }.run(stream).await;
    let _stopping = events.send(Event::HungUp { id }).await;
    ended
}

/// Counts a failed TLS handshake. Where a peer is concerned, the driver and the log are told why.
async fn no_tls(gate: &Gate, pass: &Pass, address: SocketAddr, why: String, events: &mpsc::Sender<Event>) {
    let times = gate.counters.tls_failed.add();
    if pass.guest == Guest::Peer || times.is_power_of_two() {
        tracing::warn!(%address, times, "a TLS handshake failed: {why}");
    }
    if pass.guest == Guest::Peer {
        let _stopping = events.send(Event::NoTls { address, why }).await;
    }
}
