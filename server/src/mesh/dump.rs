//! What a peer is owed of our own states.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use lampfield_shared::DeviceName;

/// A peer is told everything at most this often, whatever it asks for: each reload of an Asterisk asks,
/// and one in a loop must not keep us telling for ever (`docs/protocol.md`, trap 26). What is asked for meanwhile is told then.
const DUMP_PAUSE: Duration = Duration::from_secs(10);

/// A peer's new publication within this time after its 412 is of the same restart.
const SAME_RESTART: Duration = Duration::from_secs(5);

/// What a peer is owed of our states. Each time that it may have forgotten them an age begins; what it took
/// in this age need not be told again in it.
#[derive(Debug)]
pub(super) struct Dump {
    age: u64,
    told: BTreeMap<DeviceName, u64>,
    owed: bool,
    not_before: Instant,
    forgot_at: Option<Instant>,
}

impl Dump {
    /// Nobody knows what the peer has of us from before our start: it is owed everything.
    pub fn new(now: Instant) -> Self {
        Self { age: 0, told: BTreeMap::new(), owed: true, not_before: now, forgot_at: None }
    }

    /// It is to be told everything.
    pub fn owe(&mut self) {
        self.age += 1;
        self.owed = true;
    }

    /// Its answer shows that it has forgotten what it was told before.
    pub fn forgot(&mut self, now: Instant) {
        self.forgot_at = Some(now);
        self.owe();
    }

    /// It has started again, as its own publications show.
    pub fn restarted(&mut self, now: Instant) {
        if self.forgot_at.is_none_or(|at| now.saturating_duration_since(at) > SAME_RESTART) {
            self.owe();
        }
    }

    /// It took a state.
    pub fn took(&mut self, device: DeviceName) {
        self.told.insert(device, self.age);
    }

    /// Whether it has not taken any state of this device in this age.
    pub fn lacks(&self, device: &DeviceName) -> bool {
        self.told.get(device) != Some(&self.age)
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
    /// It has one of its own.
    No,
    /// It has ours: what we told it, it would take for its own states and publish on to everybody (`docs/protocol.md` §3.4).
    Yes,
}
