//! One connection: reads and writes messages, each within a time limit.

use std::fmt;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use lampfield_sip::Source;
use lampfield_sip::stream::{MessageStream, PING, PONG, Piece, StreamFlaw};
use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};

use super::event::Event;

/// The most messages that wait to be written.
pub(super) const QUEUE: usize = 1024;
/// Number of bytes that are read at once.
const CHUNK: usize = 8 * 1024;
/// Time limit of a message from its first byte to its last: a sender of one byte a second is no peer.
const MESSAGE: Duration = Duration::from_secs(10);
/// Time limit of a write: how long the other end may take to make room.
const WRITE: Duration = Duration::from_secs(10);
/// Time after which we ping on a quiet connection of ours: firewalls forget connections after a minute or more.
const QUIET: Duration = Duration::from_secs(30);
/// Time without acknowledgements after which TCP gives a connection up. TCP also probes quiet connections: a PBX that
/// lost its power sends no farewell.
const UNACKNOWLEDGED: Duration = Duration::from_secs(20);
const PROBE_AFTER: Duration = Duration::from_mins(1);
const PROBE_EVERY: Duration = Duration::from_secs(10);

/// How long a quiet connection stays open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Idle {
    /// Until the other end closes it.
    Stays,
    /// This long.
    Ends(Duration),
    /// This long, and we ping meanwhile: we want to keep it.
    KeptAlive(Duration),
}

/// Why a connection has ended.
#[derive(Debug)]
pub(super) enum Ended {
    /// The other end closed it.
    HungUp,
    /// The other end closed it before sending anything.
    Mute,
    /// We closed it, since we need it no longer.
    Released,
    /// Nobody sent anything for too long.
    Idle,
    /// A message took too long to arrive.
    Slow,
    /// The other end does not read what we send.
    Deaf,
    /// The other end does not speak SIP.
    Garbled(StreamFlaw),
    /// The connection broke.
    Failed(io::Error),
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HungUp => f.write_str("it closed the connection"),
            Self::Mute => f.write_str("it closed the connection before sending anything"),
            Self::Released => f.write_str("the connection is no longer needed"),
            Self::Idle => f.write_str("the connection was idle"),
            Self::Slow => f.write_str("it sent a message too slowly"),
            Self::Deaf => f.write_str("it does not read what we send"),
            Self::Garbled(flaw) => write!(f, "it sent what cannot be read: {flaw}"),
            Self::Failed(error) => f.write_str(&in_words(error)),
        }
    }
}

/// Explains a network error to an admin.
pub(super) fn in_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "connection refused: nothing listens there".to_owned(),
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe | io::ErrorKind::UnexpectedEof => {
            "the connection was reset".to_owned()
        }
        io::ErrorKind::TimedOut => "the connection timed out".to_owned(),
        io::ErrorKind::HostUnreachable => "the host cannot be reached".to_owned(),
        io::ErrorKind::NetworkUnreachable => "there is no route to it".to_owned(),
        io::ErrorKind::PermissionDenied => "a firewall of this machine forbids it".to_owned(),
        _ => error.to_string(),
    }
}

/// Makes TCP send at once, and notice when the other end is gone.
pub(super) fn tune(stream: &TcpStream) {
    let socket = SockRef::from(stream);
    let keep_alive = TcpKeepalive::new().with_time(PROBE_AFTER).with_interval(PROBE_EVERY).with_retries(3);
    let tuned = socket
        .set_tcp_nodelay(true)
        .and_then(|()| socket.set_tcp_keepalive(&keep_alive))
        .and_then(|()| socket.set_tcp_user_timeout(Some(UNACKNOWLEDGED)));
    if let Err(error) = tuned {
        // The connection works without these options, only with delays.
        tracing::debug!(%error, "a TCP option was not set");
    }
}

/// A connection before it runs.
pub(super) struct Connection<'a> {
    pub source: Source,
    /// Messages to write.
    pub queue: mpsc::Receiver<Bytes>,
    pub events: &'a mpsc::Sender<Event>,
    pub idle: Idle,
}

/// Times of the last events on a connection.
struct Clock {
    /// Time of the last complete message, in or out.
    said: Instant,
    /// Time of the last incoming message.
    heard: Option<Instant>,
    /// Time of the last write.
    wrote: Instant,
    /// Time when the incomplete message began.
    begun: Option<Instant>,
}

impl Connection<'_> {
    /// Runs until the connection ends.
    pub(super) async fn run<S>(mut self, mut io: S) -> Ended
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let mut stream = MessageStream::default();
        let mut chunk = vec![0; CHUNK];
        let now = Instant::now();
        let mut clock = Clock { said: now, heard: None, wrote: now, begun: None };
        loop {
            let due = self.due(&clock);
            let step = tokio::select! {
                read = io.read(&mut chunk) => match read {
                    Ok(0) if clock.heard.is_none() => Err(Ended::Mute),
                    Ok(0) => Err(Ended::HungUp),
                    Ok(length) => {
                        stream.push(&chunk[..length]);
                        self.take(&mut stream, &mut io, &mut clock).await
                    }
                    Err(error) => Err(Ended::Failed(error)),
                },
                payload = self.queue.recv() => match payload {
                    Some(payload) => {
                        clock.said = Instant::now();
                        write(&mut io, &payload, &mut clock).await
                    }
                    None => Err(Ended::Released),
                },
                () = sleep_until(due) => self.wake(&mut io, &mut clock).await,
            };
            if let Err(ended) = step {
                return ended;
            }
        }
    }

    /// Hands on all complete messages. While the driver is busy this waits, and nothing more is read.
    async fn take(
        &self,
        stream: &mut MessageStream,
        io: &mut (impl AsyncWrite + Unpin),
        clock: &mut Clock,
    ) -> Result<(), Ended> {
        while let Some(piece) = stream.poll_piece().map_err(Ended::Garbled)? {
            clock.begun = None;
            match piece {
                Piece::Ping => write(io, PONG, clock).await?,
                Piece::Message(message) => {
                    clock.said = Instant::now();
                    clock.heard = Some(clock.said);
                    let event = Event::Message { source: self.source, message };
                    self.events.send(event).await.map_err(|_| Ended::Released)?;
                }
            }
        }
        clock.begun = stream.is_midway().then(|| clock.begun.unwrap_or_else(Instant::now));
        Ok(())
    }

    /// Time when the next limit is reached, or a ping is due.
    fn due(&self, clock: &Clock) -> Instant {
        let message = clock.begun.map(|begun| begun + MESSAGE);
        let idle = match self.idle {
            Idle::Stays => None,
            Idle::Ends(after) => Some(clock.said + after),
            Idle::KeptAlive(after) => Some((clock.said + after).min(clock.wrote + QUIET)),
        };
        let far = || Instant::now() + Duration::from_hours(1);
        message.into_iter().chain(idle).min().unwrap_or_else(far)
    }

    async fn wake(&self, io: &mut (impl AsyncWrite + Unpin), clock: &mut Clock) -> Result<(), Ended> {
        let now = Instant::now();
        if clock.begun.is_some_and(|begun| begun + MESSAGE <= now) {
            return Err(Ended::Slow);
        }
        match self.idle {
            Idle::Ends(after) | Idle::KeptAlive(after) if clock.said + after <= now => Err(Ended::Idle),
            Idle::KeptAlive(_) if clock.wrote + QUIET <= now => write(io, PING, clock).await,
            Idle::Stays | Idle::Ends(_) | Idle::KeptAlive(_) => Ok(()),
        }
    }
}

async fn write(io: &mut (impl AsyncWrite + Unpin), bytes: &[u8], clock: &mut Clock) -> Result<(), Ended> {
    let written = timeout(WRITE, async {
        io.write_all(bytes).await?;
        io.flush().await
    });
    clock.wrote = Instant::now();
    match written.await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(Ended::Failed(error)),
        Err(_) => Err(Ended::Deaf),
    }
}
