//! When a peer is asked to tell everything again though nothing is known to be missing. What comes of it is a round of
//! the ledger (`ledger/rounds.rs`).

use std::time::{Duration, Instant};

use super::body::json::MeshEvent;
use crate::ledger::Source;

/// The source of facts that an event of the mesh is.
impl From<MeshEvent> for Source {
    fn from(event: MeshEvent) -> Self {
        match event {
            MeshEvent::DeviceState => Self::DeviceStates,
            MeshEvent::Mwi => Self::Mailboxes,
        }
    }
}

/// The clock of one peer's regular refresh.
#[derive(Debug)]
pub(super) struct Heartbeat {
    interval: Option<Duration>,
    next_at: Option<Instant>,
}

impl Heartbeat {
    /// A clock whose first time is spread a little among the peers: `stretch` is about 1. `None`: never.
    pub fn new(now: Instant, interval: Option<Duration>, stretch: f64) -> Self {
        Self { interval, next_at: interval.map(|interval| now + interval.mul_f64(stretch)) }
    }

    /// Whether the next refresh is due.
    pub fn is_due(&self, now: Instant) -> bool {
        self.next_at.is_some_and(|at| at <= now)
    }

    /// Sets the clock for the next refresh, also where the last is not taken yet.
    pub fn wind_up(&mut self, now: Instant) {
        self.next_at = self.interval.map(|interval| now + interval);
    }

    pub fn poll_timeout(&self) -> Option<Instant> {
        self.next_at
    }
}
