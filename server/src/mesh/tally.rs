//! What is counted of a peer, and of nobody in particular.

use std::collections::BTreeMap;

use lampfield_shared::Counter;

/// Counts since the start of the server.
pub type Counters = BTreeMap<Counter, u64>;

/// Counts of status codes.
pub type Codes = BTreeMap<u16, u64>;

/// Counts one more, and returns the count.
pub(super) fn count(counters: &mut Counters, what: Counter) -> u64 {
    let times = counters.entry(what).or_default();
    *times += 1;
    *times
}

/// Counts of one peer.
#[derive(Debug, Default)]
pub(super) struct Tally {
    counters: Counters,
    given: Codes,
    got: Codes,
}

impl Tally {
    /// Counts one more of the peer, and returns the count.
    pub fn count(&mut self, what: Counter) -> u64 {
        count(&mut self.counters, what)
    }

    /// Counts a request of the peer that we answered with this status.
    pub fn gave(&mut self, status: u16) {
        *self.given.entry(status).or_default() += 1;
    }

    /// Counts a request of ours that the peer answered with this status.
    pub fn got(&mut self, status: u16) {
        *self.got.entry(status).or_default() += 1;
    }

    pub const fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Requests of the peer, by the status of our answer.
    pub const fn given(&self) -> &Codes {
        &self.given
    }

    /// Requests of ours, by the status of the peer's answer.
    pub const fn taken(&self) -> &Codes {
        &self.got
    }
}
