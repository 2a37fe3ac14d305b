//! Refresh rounds: how a peer answers when it is asked to tell everything again, and what was wrong here until it did.
//!
//! ```text
//!  asked ──► taken (200) ──► first state … last state ──► quiet: the round is over
//! ```
//! An Asterisk that takes the request queues all its states as they are at that moment, and a change
//! queues behind them. So the first word on a device after that is the answer, and if it differs from
//! what was told before, something had been missed; its later words are changes. The first answers may
//! overtake the 200 (an Asterisk 16 sends about ten before it). The one doubt is a change that was queued
//! when the request came, or on its way: it counts as missed, so the number is an upper bound.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use lampfield_shared::{RefreshReason, RefreshReport};

use crate::moment::Moment;

/// What is told before the 200 is an answer only so soon: a later 200 is that of a repeated request
/// (T1, RFC 3261 section 17.1.2.1), and what came meanwhile is news.
const OVERTAKES_WITHIN: Duration = Duration::from_millis(500);
/// An answer that has not begun by then is none.
const BEGINS_WITHIN: Duration = Duration::from_secs(5);
/// An answer has ended when nothing was told for so long: two repetitions of a lost datagram.
const QUIET: Duration = Duration::from_secs(2);

/// One request to tell everything again, and the answer to it.
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

/// Tells the rounds of one peer and source apart. The first is what was told before the first request.
pub(super) type RoundNumber = NonZeroU32;

/// What a state turns out to be, beside the fact that was known before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// A change, or what was known already.
    Ordinary,
    /// The state had been missed, and nobody knew.
    Drift,
    /// The state had been missed, and that something was missed was known.
    Repair,
}

/// What the same peer told before, in this run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Before {
    /// Whether that was the very same.
    pub(super) agrees: bool,
    pub(super) round: RoundNumber,
}

/// The rounds of one peer and source.
#[derive(Debug)]
pub(super) struct Rounds {
    number: RoundNumber,
    last: Option<Round>,
}

impl Round {
    fn new(now: Instant, why: RefreshReason) -> Self {
        Self { asked_at: now, why, taken_at: None, first_at: None, last_at: None, states: 0, drift: 0 }
    }

    /// Whether the peer took the request, and told nothing.
    pub fn is_unanswered(&self, now: Instant) -> bool {
        self.taken_at.is_some() && self.last_at.is_none() && !self.is_open(now)
    }

    /// Whether what is told now may be an answer.
    fn is_open(&self, now: Instant) -> bool {
        let is_within = |at: Instant, time: Duration| now.saturating_duration_since(at) < time;
        match (self.taken_at, self.last_at) {
            (None, _) => is_within(self.asked_at, OVERTAKES_WITHIN),
            (Some(taken_at), Some(last_at)) if last_at >= taken_at => is_within(last_at, QUIET),
            (Some(taken_at), _) => is_within(taken_at, BEGINS_WITHIN),
        }
    }

    /// The round in the words of the API.
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

impl Default for Rounds {
    fn default() -> Self {
        Self { number: RoundNumber::MIN, last: None }
    }
}

impl Rounds {
    /// The peer is to be asked for everything, for this reason.
    pub(super) fn begin(&mut self, now: Instant, why: RefreshReason) {
        self.number = self.number.saturating_add(1);
        self.last = Some(Round::new(now, why));
    }

    /// The peer was asked already, and meanwhile something is known to be missing.
    pub(super) fn note_gap(&mut self) {
        if let Some(round) = self.last.as_mut().filter(|round| round.why != RefreshReason::Start) {
            round.why = RefreshReason::Gap;
        }
    }

    /// The peer took the request.
    pub(super) fn taken(&mut self, now: Instant) {
        if let Some(round) = self.last.as_mut().filter(|round| round.taken_at.is_none()) {
            round.taken_at = Some(now);
        }
    }

    /// The round in which something is told now.
    pub(super) fn number(&self) -> RoundNumber {
        self.number
    }

    /// The peer tells a state; `before` is what it had told of the same thing.
    pub(super) fn note_state(&mut self, now: Instant, before: Option<Before>) -> Finding {
        let Some(round) = self.last.as_mut().filter(|round| round.is_open(now)) else { return Finding::Ordinary };
        round.first_at.get_or_insert(now);
        round.last_at = Some(now);
        round.states += 1;
        let was_right = before.is_some_and(|before| before.agrees);
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

    /// The last request, and what came of it.
    pub(super) fn last(&self) -> Option<&Round> {
        self.last.as_ref()
    }
}
