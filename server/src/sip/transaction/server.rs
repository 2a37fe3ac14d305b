//! Server transactions: one answer for all copies of a request (RFC 3261 §17.2.2).
//!
//! ```text
//!            ┌─────────┐ answer  ┌──────────┐ Timer J
//!  request ─►│ Waiting │────────►│ Answered │────────► forgotten
//!            └─────────┘         └──────────┘
//!        copy: dropped       copy: the answer again
//! ```
//! Over a reliable transport there are no copies, and an answered request is forgotten at once.
//! There may be many, so only what a copy does not bring itself is kept of each: which one it is, and what our answer
//! says beside what it repeats. All live equally long, so the oldest stands first in one queue, and
//! nothing is ever searched.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, VecDeque};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::{Duration, Instant};

use super::{ServerKey, TRANSACTION_TIME, Transmit};
use crate::sip::answer::{Answer, Echo};
use crate::sip::frame::Frame;
use crate::sip::route::{Route, Source};
use crate::sip::via::{MAGIC_COOKIE, TopVia};

/// How late a transaction may be forgotten, so that a busy server wakes once for many.
const LEEWAY: Duration = Duration::from_millis(500);

impl ServerKey {
    /// Of what all copies of a request share and no other request has (RFC 3261 §17.2.3): branch, sent-by and
    /// method, and the source, so that no host draws the answer of another. Without the magic cookie the branch
    /// proves nothing, and all of RFC 2543's is taken.
    pub(in crate::sip) fn of(secret: u64, source: Source, via: &TopVia<'_>, frame: &Frame<'_>, method: &str) -> Self {
        let branch = via.branch.unwrap_or_default();
        let mut hasher = DefaultHasher::new();
        (secret, source.address, method, via.sent_by, branch).hash(&mut hasher);
        if !branch.get(..MAGIC_COOKIE.len()).is_some_and(|start| start.eq_ignore_ascii_case(MAGIC_COOKIE.as_bytes())) {
            frame.start_line.hash(&mut hasher);
            for name in ["Via", "From", "To", "Call-ID", "CSeq"] {
                frame.all(name).next().hash(&mut hasher);
            }
        }
        Self(hasher.finish())
    }

    /// The tag of `To` in its answer: the same in the answer to each copy.
    pub(in crate::sip) const fn tag(self) -> u64 {
        self.0
    }
}

#[derive(Debug)]
enum State {
    /// Handed up.
    Waiting(Box<Reply>),
    /// Answered, which is kept `until` then.
    Answered { answer: Answer, until: Instant },
}

/// What an answer takes from its request.
#[derive(Debug)]
pub(in crate::sip) struct Reply {
    /// Where it goes.
    pub(in crate::sip) route: Route,
    /// What it repeats.
    pub(in crate::sip) echo: Echo,
}

impl Reply {
    /// The answer with it.
    pub(in crate::sip) fn write(self, answer: &Answer, server: &str) -> Transmit {
        Transmit { payload: answer.write(&self.echo, server), route: self.route }
    }
}

/// What is known of a request.
#[derive(Debug)]
pub(in crate::sip) enum Known<'a> {
    /// Nothing: it is new.
    New,
    /// It has been handed up and not been answered yet.
    Waiting,
    /// It has been answered so.
    Answered(&'a Answer),
}

/// All server transactions of an endpoint.
#[derive(Debug, Default)]
pub(in crate::sip) struct ServerTransactions {
    /// Not a `HashMap`: where as many go as come, that doubles after a while, for the places that were left.
    transactions: BTreeMap<ServerKey, State>,
    /// In order of the moment when each is to be looked at again.
    ending: VecDeque<(Instant, ServerKey)>,
}

impl ServerTransactions {
    /// How many there are.
    pub(in crate::sip) fn len(&self) -> usize {
        self.transactions.len()
    }

    /// What is known of the request with this key.
    pub(in crate::sip) fn look_up(&self, key: ServerKey) -> Known<'_> {
        match self.transactions.get(&key) {
            None => Known::New,
            Some(State::Waiting(_)) => Known::Waiting,
            Some(State::Answered { answer, .. }) => Known::Answered(answer),
        }
    }

    /// Begins a transaction for a new request.
    pub(in crate::sip) fn open(&mut self, now: Instant, key: ServerKey, reply: Reply) {
        self.transactions.insert(key, State::Waiting(Box::new(reply)));
        self.ending.push_back((now + TRANSACTION_TIME, key));
    }

    /// Makes room: a copy of that request would count as new.
    pub(in crate::sip) fn forget_oldest(&mut self) {
        while let Some((_, key)) = self.ending.pop_front() {
            if self.transactions.remove(&key).is_some() {
                return;
            }
        }
    }

    /// What the answer to a request takes from it; `None` when it was answered before. From now on copies get
    /// the same answer.
    pub(in crate::sip) fn answer(&mut self, now: Instant, key: ServerKey, answer: &Answer) -> Option<Reply> {
        let Entry::Occupied(mut entry) = self.transactions.entry(key) else { return None };
        let State::Waiting(reply) = entry.get() else { return None };
        let state = if reply.route.transport().is_reliable() {
            // No copy of the request will come: Timer J is 0 (§17.2.2).
            entry.remove()
        } else {
            entry.insert(State::Answered { answer: answer.clone(), until: now + TRANSACTION_TIME })
        };
        match state {
            State::Waiting(reply) => Some(*reply),
            State::Answered { .. } => None,
        }
    }

    /// Forgets what has been answered long enough ago, and what nobody will answer any more: its
    /// sender has given up.
    pub(in crate::sip) fn handle_timeout(&mut self, now: Instant) {
        while self.ending.front().is_some_and(|(at, _)| *at <= now) {
            let Some((_, key)) = self.ending.pop_front() else { return };
            match self.transactions.get(&key) {
                // Answered late. Looked at again after a whole round, to keep the queue in order.
                Some(State::Answered { until, .. }) if *until > now => {
                    self.ending.push_back((now + TRANSACTION_TIME, key));
                }
                _ => {
                    self.transactions.remove(&key);
                }
            }
        }
    }

    /// When to look for what can be forgotten.
    pub(in crate::sip) fn poll_timeout(&self) -> Option<Instant> {
        self.ending.front().map(|(at, _)| *at + LEEWAY)
    }
}
