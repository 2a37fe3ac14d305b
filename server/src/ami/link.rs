//! The connection to one manager: made when an action is due, kept for a while, made anew when it was lost.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep, timeout};
use tokio_rustls::TlsConnector;

use super::error::Extent;
use super::exchange::{ActionResponse, Exchange};
use super::wire::{self, Action, Expects, Framer};
use super::{AmiError, AmiSettings};
use crate::tls;

/// Time after which an unused connection is closed, for it costs the PBX a thread.
const IDLE: Duration = Duration::from_secs(30);

/// The operations that TCP and TLS have in common.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Link to one manager. Clones share the connection.
#[derive(Clone)]
pub struct Link(Arc<Shared>);

struct Shared {
    settings: AmiSettings,
    /// Host and port: `10.0.0.4:5038`.
    at: String,
    slot: Mutex<Slot>,
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Link").field(&self.0.settings).finish()
    }
}

impl Link {
    /// A link without a connection yet.
    pub fn new(settings: AmiSettings) -> Self {
        let host = &settings.host;
        let host = if host.contains(':') { format!("[{host}]") } else { host.clone() };
        let at = format!("{host}:{}", settings.port);
        Self(Arc::new(Shared { settings, at, slot: Mutex::default() }))
    }

    /// Has the manager carry out `action`. Gives the value, where the action reads one; `None` where there is nothing
    /// to read or to delete.
    ///
    /// Every action may be repeated without harm, so an action that got lost on a kept connection is sent again.
    /// Callers that have waited since `asked` do not wait again for a manager that was tried in vain meanwhile: a
    /// hanging manager costs its time once, and not once for each of a hundred callers.
    ///
    /// # Errors
    /// Why the action was not carried out, and what to mend.
    pub async fn perform(&self, asked: Instant, action: &Action) -> Result<Option<String>, AmiError> {
        let mut slot = self.0.slot.lock().await;
        if let Some((when, error)) = &slot.failed
            && *when >= asked
        {
            return Err(error.clone());
        }
        let outcome = self.try_at(&mut slot, action).await;
        let failed = outcome.as_ref().err().filter(|error| error.extent() == Extent::Manager);
        slot.failed = failed.map(|error| (Instant::now(), error.clone()));
        outcome
    }

    async fn try_at(&self, slot: &mut Slot, action: &Action) -> Result<Option<String>, AmiError> {
        if let Some(mut kept) = slot.connection.take() {
            match self.attempt(&mut kept, action).await {
                Err(error) if error.extent() == Extent::Connection => {}
                other => return slot.keep(kept, other),
            }
        }
        let mut fresh = self.connect().await?;
        self.close_when_idle();
        let outcome = self.attempt(&mut fresh, action).await;
        slot.keep(fresh, outcome)
    }

    async fn attempt(&self, connection: &mut Connection, action: &Action) -> Result<Option<String>, AmiError> {
        match self.do_once(connection, action).await {
            // An entry that is missing cannot be deleted. Asterisks answer either way, and one of the answers may also
            // mean a failing database.
            Err(AmiError::Failed { action: failed, message }) => match action {
                Action::DbDel(key) => match self.do_once(connection, &Action::DbGet(key.clone())).await? {
                    None => Ok(None),
                    Some(_) => Err(AmiError::Failed { action: failed, message }),
                },
                _ => Err(AmiError::Failed { action: failed, message }),
            },
            other => other,
        }
    }

    async fn do_once(&self, connection: &mut Connection, action: &Action) -> Result<Option<String>, AmiError> {
        let id = connection.next_id();
        let unfit = || AmiError::Unfit { action: action.to_string() };
        let bytes = action.to_bytes(id).ok_or_else(unfit)?;
        let mut exchange = Exchange::new(id, action.expects());
        let untold = || AmiError::Untold { at: self.0.at.clone(), action: action.to_string() };
        match self.ask(connection, &mut exchange, &bytes).await {
            Ok(ActionResponse::Done(read)) => Ok(read),
            Ok(ActionResponse::Untold) => Err(untold()),
            Err(AmiError::Silent { .. }) if exchange.is_accepted() => Err(untold()),
            Ok(ActionResponse::Refused(message)) => refused(action, message, self.0.settings.user.as_str()),
            Err(error) => Err(error),
        }
    }

    async fn connect(&self) -> Result<Connection, AmiError> {
        let AmiSettings { user, secret, patience, .. } = &self.0.settings;
        let stream = match timeout(*patience, self.open()).await {
            Ok(opened) => opened?,
            Err(_elapsed) => {
                let (at, reason) = (self.0.at.clone(), io::ErrorKind::TimedOut.to_string());
                return Err(AmiError::Unreachable { at, reason });
            }
        };
        let mut connection = Connection::new(stream);
        let id = connection.next_id();
        let mut exchange = Exchange::new(id, Expects::Verdict);
        match self.ask(&mut connection, &mut exchange, &wire::login(id, user, secret)).await? {
            ActionResponse::Done(_) => Ok(connection),
            ActionResponse::Untold => Err(AmiError::Silent { at: self.0.at.clone() }),
            ActionResponse::Refused(message) => {
                let (at, user) = (self.0.at.clone(), user.as_str().to_owned());
                Err(AmiError::Login { at, user, message })
            }
        }
    }

    async fn open(&self) -> Result<Box<dyn Stream>, AmiError> {
        let AmiSettings { host, port, tls, names, .. } = &self.0.settings;
        let unreachable = |reason: String| AmiError::Unreachable { at: self.0.at.clone(), reason };
        let found = names.addresses(host).await.map_err(unreachable)?;
        let places: Vec<SocketAddr> = found.into_iter().map(|ip| (ip, *port).into()).collect();
        let stream = TcpStream::connect(&places[..]).await.map_err(|error| unreachable(error.to_string()))?;
        // Messages are small, and each waits for an answer.
        let _slower = stream.set_nodelay(true);
        let Some(tls) = tls else { return Ok(Box::new(stream)) };
        match TlsConnector::from(Arc::clone(&tls.config)).connect(tls.name.clone(), stream).await {
            Ok(stream) => Ok(Box::new(stream)),
            Err(error) => {
                let reason = tls::explain(&error, &tls.name.to_str());
                Err(AmiError::Tls { at: self.0.at.clone(), reason })
            }
        }
    }

    async fn ask(
        &self,
        connection: &mut Connection,
        exchange: &mut Exchange,
        bytes: &[u8],
    ) -> Result<ActionResponse, AmiError> {
        let at = || self.0.at.clone();
        match timeout(self.0.settings.patience, connection.ask(exchange, bytes)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(Broken::Wire(wire))) => Err(AmiError::NoManager { at: at(), wire }),
            Ok(Err(Broken::Closed)) => Err(AmiError::Closed { at: at() }),
            Err(_elapsed) => Err(AmiError::Silent { at: at() }),
        }
    }

    /// Closes the connection that was just made once it has been unused for a while.
    fn close_when_idle(&self) {
        let shared = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            let mut wait = IDLE;
            loop {
                sleep(wait).await;
                let Some(shared) = shared.upgrade() else { return };
                let mut slot = shared.slot.lock().await;
                let Some(connection) = slot.connection.as_ref() else { return };
                wait = IDLE.saturating_sub(connection.used.elapsed());
                if wait.is_zero() {
                    slot.connection = None;
                    return;
                }
            }
        });
    }
}

/// The connection, and the outcome of the last action.
#[derive(Default)]
struct Slot {
    connection: Option<Connection>,
    /// Time and error of the last attempt, where the manager could do nothing at all.
    failed: Option<(Instant, AmiError)>,
}

impl Slot {
    /// Keeps a connection on which an answer came. After silence nobody knows whose answer would come next.
    fn keep<T>(&mut self, connection: Connection, outcome: Result<T, AmiError>) -> Result<T, AmiError> {
        if outcome.as_ref().err().is_none_or(|error| error.extent() == Extent::Action) {
            self.connection = Some(connection);
        }
        outcome
    }
}

/// The meaning of a refusal.
fn refused(action: &Action, message: String, user: &str) -> Result<Option<String>, AmiError> {
    let says = |words: &str| message.trim_end_matches('.').eq_ignore_ascii_case(words);
    if says("Permission denied") {
        return Err(AmiError::Denied { user: user.into(), action: action.name().into(), class: action.class() });
    }
    if matches!(action, Action::DbGet(_)) && says("Database entry not found") {
        return Ok(None);
    }
    Err(AmiError::Failed { action: action.to_string(), message })
}

/// A stream cut into messages.
struct Connection {
    stream: Box<dyn Stream>,
    framer: Framer,
    id: u64,
    used: Instant,
}

enum Broken {
    Closed,
    Wire(wire::WireError),
}

impl Connection {
    fn new(stream: Box<dyn Stream>) -> Self {
        Self { stream, framer: Framer::default(), id: 0, used: Instant::now() }
    }

    fn next_id(&mut self) -> u64 {
        self.id += 1;
        self.id
    }

    async fn ask(&mut self, exchange: &mut Exchange, bytes: &[u8]) -> Result<ActionResponse, Broken> {
        self.used = Instant::now();
        self.stream.write_all(bytes).await.map_err(|_| Broken::Closed)?;
        let mut buffer = [0; 1024];
        loop {
            while let Some(message) = self.framer.poll_message().map_err(Broken::Wire)? {
                if let Some(answer) = exchange.handle_message(&message) {
                    return Ok(answer);
                }
            }
            match self.stream.read(&mut buffer).await {
                Ok(0) | Err(_) => return Err(Broken::Closed),
                Ok(length) => self.framer.handle_bytes(&buffer[..length]),
            }
        }
    }
}
