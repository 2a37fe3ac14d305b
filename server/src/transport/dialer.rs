//! Makes one connection, and runs it until it ends.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use lampfield_sip::{Flow, Hop, Source};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use super::connection::{self, Connection, Ended, Idle, in_words};
use super::event::Event;
use super::gate::Gate;
use crate::tls;

/// Time limit of the connection.
const CONNECT: Duration = Duration::from_secs(5);
/// Time limit of the TLS handshake after it.
const HANDSHAKE: Duration = Duration::from_secs(5);
/// Time after which an unused connection is closed: its peer has another address by then.
const UNUSED: Duration = Duration::from_mins(10);

/// A connection to be made.
pub(super) struct Dial {
    pub hop: Hop,
    pub id: u64,
    /// Source address: the one by which the peer knows us.
    pub from: SocketAddr,
    pub tls: Option<TlsConnector>,
    /// Messages to send.
    pub queue: mpsc::Receiver<Bytes>,
    pub events: mpsc::Sender<Event>,
    pub gate: Arc<Gate>,
}

impl Dial {
    /// Makes the connection, and runs until it ends.
    pub(super) async fn run(self) {
        let (id, hop, events, gate) = (self.id, self.hop.clone(), self.events.clone(), Arc::clone(&self.gate));
        let event = match self.connect_and_converse().await {
            Ok(why) => Event::Broken { id, hop, why },
            Err(why) => {
                gate.counters.unconnected.add();
                Event::Failed { id, hop, why }
            }
        };
        // The driver may have stopped.
        let _stopping = events.send(event).await;
    }

    /// Makes and runs the connection; tells why it ended, or could not be made.
    async fn connect_and_converse(self) -> Result<String, String> {
        let address = self.hop.address();
        let connected = timeout(CONNECT, connect(self.from, address)).await;
        let stream = connected
            .map_err(|_| format!("no connection in {} s: is a firewall in between?", CONNECT.as_secs()))?
            .map_err(|error| in_words(&error))?;
        connection::tune(&stream);
        let source = Source { address, flow: Flow { transport: self.hop.transport(), id: self.id } };
        let gate = Arc::clone(&self.gate);
        let Hop::Tls { name, .. } = &self.hop else {
            gate.counters.connected.add();
            let ended = self.converse(stream, source).await;
            gate.counters.note(&ended);
            return Ok(ended.to_string());
        };
        let name = Arc::clone(name);
        let failed = |why: String| {
            gate.counters.tls_failed.add();
            why
        };
        let tls = self.tls.clone().ok_or("TLS is not set up")?;
        let server = ServerName::try_from(name.to_string()).map_err(|_| format!("`{name}` is no name for TLS"))?;
        let shaken = timeout(HANDSHAKE, tls.connect(server, stream)).await;
        let stream = shaken
            .map_err(|_| failed(format!("it did not finish the TLS handshake in {} s", HANDSHAKE.as_secs())))?
            .map_err(|error| failed(tls::explain(&error, &name)))?;
        gate.counters.connected.add();
        let ended = self.converse(stream, source).await;
        gate.counters.note(&ended);
        match ended {
            // The first answer after the handshake shows whether the server accepts our certificate (RFC 8446
            // §4.4.2.4).
            Ended::Failed(error) if error.get_ref().is_some() => Err(failed(tls::explain(&error, &name))),
            ended => Ok(ended.to_string()),
        }
    }

    async fn converse<S>(self, stream: S, source: Source) -> Ended
    where
        S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
    {
        let Self { queue, events, .. } = self;
        Connection { source, queue, events: &events, idle: Idle::KeptAlive(UNUSED) }.run(stream).await
    }
}

async fn connect(from: SocketAddr, to: SocketAddr) -> io::Result<TcpStream> {
    let socket = if to.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    if !from.ip().is_unspecified() {
        socket.bind(SocketAddr::new(from.ip(), 0))?;
    }
    socket.connect(to).await
}
