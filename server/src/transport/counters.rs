//! What was counted of connections and datagrams, since the start.

use std::sync::atomic::{AtomicU64, Ordering};

use super::connection::Ended;

/// Counts that tasks share.
#[derive(Debug, Default)]
pub struct Counters {
    /// Connections that were taken in.
    pub accepted: Counter,
    /// Connections that we made.
    pub connected: Counter,
    /// Connections, of either kind, that ended.
    pub closed: Counter,
    /// Connections that were turned away because there were too many.
    pub refused: Counter,
    /// TLS handshakes that came to nothing, as a server or as a client.
    pub tls_failed: Counter,
    /// Connections that could not be made.
    pub unconnected: Counter,
    /// Connections on which no SIP was spoken.
    pub garbled: Counter,
    /// Connections that took too long over a message, or over taking one.
    pub slow: Counter,
    /// Datagrams of strangers that were not looked into because there were too many.
    pub ignored: Counter,
}

/// A number that only grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// One more; how many it is now.
    pub fn add(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed) + 1
    }
}

impl Counters {
    /// A connection has ended.
    pub(super) fn note(&self, ended: &Ended) {
        self.closed.add();
        match ended {
            Ended::Garbled(_) => {
                self.garbled.add();
            }
            Ended::Slow | Ended::Deaf => {
                self.slow.add();
            }
            Ended::HungUp | Ended::Mute | Ended::Released | Ended::Idle | Ended::Failed(_) => {}
        }
    }

    /// All that ever happened, by the names of `/api/v1/peers`.
    pub fn all(&self) -> Vec<(&'static str, u64)> {
        let all = [
            ("connections_accepted", &self.accepted),
            ("connections_made", &self.connected),
            ("connections_closed", &self.closed),
            ("connections_refused", &self.refused),
            ("connections_failed", &self.unconnected),
            ("connections_garbled", &self.garbled),
            ("connections_too_slow", &self.slow),
            ("tls_failed", &self.tls_failed),
            ("datagrams_ignored", &self.ignored),
        ];
        let count = |(name, counter): (&'static str, &Counter)| (name, counter.0.load(Ordering::Relaxed));
        all.into_iter().map(count).filter(|(_, times)| *times > 0).collect()
    }
}
