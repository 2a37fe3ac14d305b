//! The open connections, and new ones where a message needs one.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use lampfield_sip::{Flow, Hop, Transport};
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;
use tokio_rustls::TlsConnector;

use super::connection::QUEUE;
use super::dialer::Dial;
use super::event::Event;
use super::gate::Gate;
use super::settings;

/// Pause after a failed connection; it doubles with each further failure.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// The longest pause: we should notice soon when a peer is back.
const LONGEST_PAUSE: Duration = Duration::from_secs(4);
/// Time after the pause for which a failure is remembered; after it, an address that nobody needs is forgotten.
const REMEMBERED: Duration = Duration::from_mins(1);

/// All connections.
pub(super) struct Streams {
    /// Send queue per connection id.
    queues: HashMap<u64, mpsc::Sender<Bytes>>,
    /// Connections that we made, or failed to make.
    lines: HashMap<Hop, Line>,
    listening: Vec<(Transport, SocketAddr)>,
    tls: Option<TlsConnector>,
    gate: Arc<Gate>,
    events: mpsc::Sender<Event>,
}

/// State of a connection that we made.
#[derive(Debug)]
enum Line {
    /// Open, or about to be.
    Up { id: u64, failures: u32 },
    /// The connection failed, and is not tried again before `until`.
    Down { why: String, until: Instant, failures: u32 },
}

impl Line {
    /// Whether the failure is so old that it means nothing any more.
    fn is_past(&self, now: Instant) -> bool {
        matches!(self, Self::Down { until, .. } if *until + REMEMBERED <= now)
    }
}

impl Streams {
    pub(super) fn new(
        listening: Vec<(Transport, SocketAddr)>,
        tls: Option<TlsConnector>,
        gate: Arc<Gate>,
        events: mpsc::Sender<Event>,
    ) -> Self {
        Self { queues: HashMap::new(), lines: HashMap::new(), listening, tls, gate, events }
    }

    /// Takes note of an event of a connection.
    pub(super) fn note(&mut self, event: &Event) {
        match event {
            Event::Accepted { id, queue } => drop(self.queues.insert(*id, queue.clone())),
            Event::HungUp { id } => drop(self.queues.remove(id)),
            Event::Broken { id, hop, .. } => {
                self.queues.remove(id);
                if matches!(self.lines.get(hop), Some(Line::Up { id: current, .. }) if current == id) {
                    self.lines.remove(hop);
                }
            }
            Event::Failed { id, hop, why } => {
                self.queues.remove(id);
                let Some(line) = self.lines.get_mut(hop) else { return };
                if let Line::Up { id: current, failures } = line
                    && current == id
                {
                    let failures = failures.saturating_add(1);
                    let now = Instant::now();
                    *line = Line::Down { why: why.clone(), until: now + pause(failures), failures };
                    self.lines.retain(|_, line| !line.is_past(now));
                }
            }
            Event::Message { .. } | Event::NoTls { .. } => {}
        }
    }

    /// Sends on an open connection, or on a new one.
    ///
    /// # Errors
    /// Why the message cannot arrive, in words for an admin.
    pub(super) fn send(&mut self, hop: &Hop, payload: Bytes) -> Result<(), String> {
        let failures = match self.lines.get(hop) {
            Some(Line::Up { id, failures }) => {
                let (id, failures) = (*id, *failures);
                match self.put(id, payload) {
                    Ok(()) => return Ok(()),
                    // The connection has just ended, and its event has not come yet.
                    Err(TrySendError::Closed(payload)) => return self.dial(hop, failures, payload),
                    Err(TrySendError::Full(_)) => {
                        self.queues.remove(&id);
                        self.lines.remove(hop);
                        return Err("it does not read what we send".to_owned());
                    }
                }
            }
            Some(Line::Down { why, until, .. }) if Instant::now() < *until => return Err(why.clone()),
            Some(Line::Down { failures, .. }) => *failures,
            None => 0,
        };
        self.dial(hop, failures, payload)
    }

    /// Sends an answer on the connection of its request. Where that is closed, a peer gets the answer on a new
    /// connection; others get none, for no stranger may make us connect to somebody.
    pub(super) fn answer(&mut self, flow: Flow, address: SocketAddr, payload: Bytes) {
        let unsent = match self.put(flow.id, payload) {
            Ok(()) => return,
            Err(TrySendError::Closed(payload)) => payload,
            Err(TrySendError::Full(_)) => {
                // The task of the connection ends when it has waited long enough for room.
                self.queues.remove(&flow.id);
                return;
            }
        };
        if flow.transport == Transport::Tcp && self.gate.knows(address.ip()) {
            let hop = Hop::Tcp(address);
            if let Err(why) = self.send(&hop, unsent) {
                tracing::debug!(%hop, why, "an answer was not sent");
            }
        }
    }

    fn put(&self, id: u64, payload: Bytes) -> Result<(), TrySendError<Bytes>> {
        match self.queues.get(&id) {
            Some(queue) => queue.try_send(payload),
            None => Err(TrySendError::Closed(payload)),
        }
    }

    fn dial(&mut self, hop: &Hop, failures: u32, payload: Bytes) -> Result<(), String> {
        let from = self.from(hop).ok_or_else(|| settings::no_socket(hop.transport(), hop.address()))?;
        let id = self.gate.next_id();
        let (sender, queue) = mpsc::channel(QUEUE);
        let _room = sender.try_send(payload);
        self.queues.insert(id, sender);
        self.lines.insert(hop.clone(), Line::Up { id, failures });
        let (hop, tls, gate, events) = (hop.clone(), self.tls.clone(), Arc::clone(&self.gate), self.events.clone());
        tokio::spawn(Dial { hop, id, from, tls, queue, events, gate }.run());
        Ok(())
    }

    /// Source address of a connection.
    fn from(&self, hop: &Hop) -> Option<SocketAddr> {
        let fits = |(_, address): &&(Transport, SocketAddr)| address.is_ipv4() == hop.address().is_ipv4();
        let same = |(transport, _): &&(Transport, SocketAddr)| *transport == hop.transport();
        let family = || self.listening.iter().filter(fits);
        family().find(same).or_else(|| family().next()).map(|(_, address)| *address)
    }
}

fn pause(failures: u32) -> Duration {
    (FIRST_PAUSE * 2u32.saturating_pow(failures.saturating_sub(1).min(8))).min(LONGEST_PAUSE)
}

impl std::fmt::Debug for Streams {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Streams").field("open", &self.queues.len()).field("lines", &self.lines).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_place_that_nobody_goes_to_any_more_is_forgotten() {
        let (events, _received) = mpsc::channel(16);
        let mut streams = Streams::new(Vec::new(), None, Arc::default(), events);
        let hop = |port| Hop::Tcp(SocketAddr::from(([192, 0, 2, 1], port)));
        let long_ago = Instant::now().checked_sub(REMEMBERED + LONGEST_PAUSE).unwrap();
        for port in 1..1000 {
            let line = Line::Down { why: "connection refused".into(), until: long_ago, failures: 9 };
            streams.lines.insert(hop(port), line);
        }
        streams.lines.insert(hop(1000), Line::Up { id: 7, failures: 0 });
        streams.lines.insert(hop(1001), Line::Up { id: 8, failures: 3 });
        streams.note(&Event::Failed { id: 8, hop: hop(1001), why: "connection refused".into() });
        assert_eq!(streams.lines.len(), 2, "what is open, and what has just failed");
        assert!(matches!(streams.lines[&hop(1001)], Line::Down { failures: 4, .. }));
    }

    #[test]
    fn pauses_longer_and_longer_but_never_long() {
        let pauses: Vec<u128> = [1, 2, 3, 4, 5, 6, u32::MAX].map(|failures| pause(failures).as_millis()).into();
        assert_eq!(pauses, [250, 500, 1000, 2000, 4000, 4000, 4000]);
    }
}
