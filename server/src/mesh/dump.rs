//! When a peer is told all our own states. Which of them it lacks stands in the ledger: what it took in this epoch.

use std::time::{Duration, Instant};

/// A peer is told everything at most this often, whatever it asks for: each reload of an Asterisk asks,
/// and one in a loop must not keep us telling for ever (`docs/protocol.md`, trap 26). What is asked for meanwhile is told then.
const DUMP_PAUSE: Duration = Duration::from_secs(10);

/// A peer's new publication within this time after its 412 is of the same restart.
const SAME_RESTART: Duration = Duration::from_secs(5);

/// Whether a peer is owed all our states, and when it is told them.
#[derive(Debug)]
pub(super) struct Dump {
    owed: bool,
    not_before: Instant,
    forgot_at: Option<Instant>,
}

impl Dump {
    /// Nobody knows what the peer has of us from before our start: it is owed everything.
    pub fn new(now: Instant) -> Self {
        Self { owed: true, not_before: now, forgot_at: None }
    }

    /// The peer is to be told everything.
    pub fn owe(&mut self) {
        self.owed = true;
    }

    /// The peer's answer shows that it has forgotten what it was told before.
    pub fn note_forgotten(&mut self, now: Instant) {
        self.forgot_at = Some(now);
    }

    /// Whether a restart that the peer's own publications show is another than the one that its answer has shown.
    pub fn is_new_restart(&self, now: Instant) -> bool {
        self.forgot_at.is_none_or(|at| now.saturating_duration_since(at) > SAME_RESTART)
    }

    /// Whether what is owed is to be told now; if so, it is owed no more.
    pub fn is_due(&mut self, now: Instant) -> bool {
        let due = self.owed && self.not_before <= now;
        self.owed &= !due;
        due
    }

    /// The next time that everything is owed, it waits for a while.
    pub fn rest(&mut self, now: Instant) {
        self.not_before = now + DUMP_PAUSE;
    }

    pub fn poll_timeout(&self) -> Option<Instant> {
        self.owed.then_some(self.not_before)
    }
}

/// Whether a peer speaks under our own entity id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Namesake {
    /// The peer has one of its own.
    No,
    /// The peer has ours: what we told it, it would take for its own states and publish on to everybody (`docs/protocol.md` §3.4).
    Yes,
}
