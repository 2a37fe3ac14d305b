//! How a peer answers when it is asked to tell everything again, and what was wrong here until it did.
//!
//! ```text
//!  asked ──► taken (200) ──► first state … last state ──► quiet: the round is over
//! ```
//! An Asterisk that takes the request queues all its states as they are at that moment, and a change
//! queues behind them. So the first word on a device after that is the answer, and if it differs from
//! what was told before, something had been missed; its later words are changes. The first answers may
//! overtake the 200 (an Asterisk 16 sends about ten before it). The one doubt is a change that was queued
//! when the request came, or on its way: it counts as missed, so the number is an upper bound.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::{Duration, Instant};

use lampfield_shared::{Eid, RefreshReason, RefreshReport};

use super::outbound::Asks;
use crate::moment::Moment;

/// What is told before the 200 is an answer only so soon: a later 200 is that of a repeated request
/// (T1, RFC 3261 section 17.1.2.1), and what came meanwhile is news.
const OVERTAKES_WITHIN: Duration = Duration::from_millis(500);
/// An answer that has not begun by then is none.
const BEGINS_WITHIN: Duration = Duration::from_secs(5);
/// An answer has ended when nothing was told for so long: two repetitions of a lost datagram.
const QUIET: Duration = Duration::from_secs(2);

/// One request, and the answer to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    asked_at: Instant,
    why: RefreshReason,
    taken_at: Option<Instant>,
    first_at: Option<Instant>,
    last_at: Option<Instant>,
    states: u64,
    drift: u64,
}

impl Round {
    fn new(now: Instant, why: RefreshReason) -> Self {
        Self { asked_at: now, why, taken_at: None, first_at: None, last_at: None, states: 0, drift: 0 }
    }

    /// It took the request, and told nothing.
    pub(super) fn is_unanswered(&self, now: Instant) -> bool {
        self.taken_at.is_some() && self.last_at.is_none() && !self.is_open(now)
    }

    fn is_open(&self, now: Instant) -> bool {
        let is_within = |at: Instant, time: Duration| now.saturating_duration_since(at) < time;
        match (self.taken_at, self.last_at) {
            (None, _) => is_within(self.asked_at, OVERTAKES_WITHIN),
            (Some(taken_at), Some(last_at)) if last_at >= taken_at => is_within(last_at, QUIET),
            (Some(taken_at), _) => is_within(taken_at, BEGINS_WITHIN),
        }
    }

    /// In the words of the API.
    pub fn report(&self, now: Moment) -> RefreshReport {
        let after = |at: Option<Instant>| {
            at.map(|at| u64::try_from(at.saturating_duration_since(self.asked_at).as_millis()).unwrap_or(u64::MAX))
        };
        RefreshReport {
            asked_at: now.wall_at(self.asked_at),
            why: self.why,
            accepted_ms: after(self.taken_at),
            first_ms: after(self.first_at),
            last_ms: after(self.last_at),
            states: self.states,
            drift: self.drift,
        }
    }
}

/// What a peer told last of a device or mailbox, and in the answer to which request.
#[derive(Debug)]
struct Last<V> {
    state: V,
    round: u32,
}

/// What a state turns out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finding {
    /// What is expected of a state: news, or the same again.
    Ordinary,
    /// It had been missed, and nobody knew.
    Drift,
    /// It had been missed, and that something was missed was known.
    Repair,
}

/// The rounds of one peer and one event, and what it told: of each `K` that it was `V`.
#[derive(Debug)]
pub(super) struct Rounds<K, V> {
    number: u32,
    last: Option<Round>,
    told: HashMap<(Eid, K), Last<V>>,
}

impl<K, V> Default for Rounds<K, V> {
    fn default() -> Self {
        Self { number: 0, last: None, told: HashMap::new() }
    }
}

impl<K: Eq + Hash + Clone, V: Copy + PartialEq> Rounds<K, V> {
    /// The peer is to be asked, and for this reason.
    pub fn ask(&mut self, now: Instant, asks: Asks, why: RefreshReason) {
        match (asks, why) {
            (Asks::Anew, _) => {
                self.number += 1;
                self.last = Some(Round::new(now, why));
            }
            (Asks::Already, RefreshReason::Gap) => self.gap(),
            (Asks::Already, _) => {}
        }
    }

    /// It was asked already, and meanwhile something is known to be missing.
    fn gap(&mut self) {
        if let Some(round) = self.last.as_mut().filter(|round| round.why != RefreshReason::Start) {
            round.why = RefreshReason::Gap;
        }
    }

    /// It took the request.
    pub fn taken(&mut self, now: Instant) {
        if let Some(round) = self.last.as_mut().filter(|round| round.taken_at.is_none()) {
            round.taken_at = Some(now);
        }
    }

    /// It told a state.
    pub fn told(&mut self, now: Instant, eid: Eid, of: &K, state: V) -> Finding {
        let before = self.told.insert((eid, of.clone()), Last { state, round: self.number });
        let Some(round) = self.last.as_mut().filter(|round| round.is_open(now)) else { return Finding::Ordinary };
        round.first_at.get_or_insert(now);
        round.last_at = Some(now);
        round.states += 1;
        let was_right = before.as_ref().is_some_and(|before| before.state == state);
        let is_answer = before.is_none_or(|before| before.round != self.number);
        if !is_answer || was_right || round.why == RefreshReason::Start {
            return Finding::Ordinary;
        }
        round.drift += 1;
        match round.why {
            RefreshReason::Gap | RefreshReason::Start => Finding::Repair,
            RefreshReason::Heartbeat | RefreshReason::Request => Finding::Drift,
        }
    }

    pub fn last(&self) -> Option<&Round> {
        self.last.as_ref()
    }
}

/// When a peer is to be asked though nothing is known to be missing.
#[derive(Debug)]
pub(super) struct Heartbeat {
    interval: Option<Duration>,
    next_at: Option<Instant>,
}

impl Heartbeat {
    /// The peers' first ones are spread a little: `stretch` is about 1. `None`: never.
    pub fn new(now: Instant, interval: Option<Duration>, stretch: f64) -> Self {
        Self { interval, next_at: interval.map(|interval| now + interval.mul_f64(stretch)) }
    }

    /// Whether the next one is due.
    pub fn is_due(&self, now: Instant) -> bool {
        self.next_at.is_some_and(|at| at <= now)
    }

    /// Sets the clock for the next one, also where the last is not taken yet.
    pub fn wind_up(&mut self, now: Instant) {
        self.next_at = self.interval.map(|interval| now + interval);
    }

    pub fn poll_timeout(&self) -> Option<Instant> {
        self.next_at
    }
}
