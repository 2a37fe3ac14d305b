//! Counts of connections and datagrams since the start.

use std::sync::atomic::{AtomicU64, Ordering};

use super::connection::Ended;

/// Counts that the tasks of the sockets share.
#[derive(Debug, Default)]
pub struct ConnectionCounts {
    /// Connections that we accepted.
    pub accepted: Count,
    /// Connections that we made.
    pub connected: Count,
    /// Connections, of either kind, that ended.
    pub closed: Count,
    /// Connections that were refused because there were too many.
    pub refused: Count,
    /// TLS handshakes that failed, as a server or as a client.
    pub tls_failed: Count,
    /// Connections that could not be made.
    pub unconnected: Count,
    /// Connections that were closed because they carried no SIP.
    pub garbled: Count,
    /// Connections that took too long to send or to read a message.
    pub slow: Count,
    /// Datagrams of strangers that were dropped because there were too many.
    pub ignored: Count,
}

/// A number that only grows.
#[derive(Debug, Default)]
pub struct Count(AtomicU64);

impl Count {
    /// Adds one; gives the new number.
    pub fn add(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed) + 1
    }
}

impl ConnectionCounts {
    /// Counts the end of a connection.
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

    /// The counts that are not zero, by the names of `/api/v1/peers`.
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
        let count = |(name, counter): (&'static str, &Count)| (name, counter.0.load(Ordering::Relaxed));
        all.into_iter().map(count).filter(|(_, times)| *times > 0).collect()
    }
}
