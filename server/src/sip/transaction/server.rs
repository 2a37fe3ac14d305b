//! Server transactions: one answer for all copies of a request (RFC 3261 §17.2.2).
//!
//! ```text
//!            ┌─────────┐ answer  ┌──────────┐ Timer J
//!  request ─►│ Waiting │────────►│ Answered │────────► forgotten
//!            └─────────┘         └──────────┘
//!        copy: dropped       copy: the answer again
//! ```
//! Over a reliable transport there are no copies, and an answered request is forgotten at once.
//! Only what a copy needs is kept: the key, and the bytes of the answer. All live equally long,
//! so the oldest stands first in one queue, and nothing is ever searched.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::{ServerKey, TRANSACTION_TIME, Transmit};
use crate::sip::answer::Echo;
use crate::sip::frame::Frame;
use crate::sip::route::{Route, Source};
use crate::sip::via::{MAGIC_COOKIE, TopVia};

/// How late a transaction may be forgotten, so that a busy server wakes once for many.
const LEEWAY: Duration = Duration::from_millis(500);

/// Writes the bytes that all copies of a request share and no other request has (RFC 3261
/// §17.2.3): branch, sent-by and method, and the source, so that no host draws the answer of
/// another. Without the magic cookie the branch proves nothing, and all of RFC 2543's is taken.
pub(in crate::sip) fn write_key(key: &mut Vec<u8>, source: Source, via: &TopVia<'_>, frame: &Frame<'_>, method: &str) {
    key.clear();
    match source.address.ip() {
        IpAddr::V4(ip) => key.extend_from_slice(&ip.octets()),
        IpAddr::V6(ip) => key.extend_from_slice(&ip.octets()),
    }
    key.extend_from_slice(&source.address.port().to_be_bytes());
    let branch = via.branch.unwrap_or_default();
    for piece in [method.as_bytes(), via.sent_by, branch] {
        write_piece(key, piece);
    }
    if !branch.get(..MAGIC_COOKIE.len()).is_some_and(|start| start.eq_ignore_ascii_case(MAGIC_COOKIE.as_bytes())) {
        write_piece(key, frame.start_line.as_bytes());
        for name in ["Via", "From", "To", "Call-ID", "CSeq"] {
            write_piece(key, frame.all(name).next().unwrap_or_default());
        }
    }
}

/// No value holds a line feed, so this keeps pieces apart.
fn write_piece(key: &mut Vec<u8>, piece: &[u8]) {
    key.push(b'\n');
    key.extend_from_slice(piece);
}

#[derive(Debug)]
struct Transaction {
    answer_to: Route,
    state: State,
}

#[derive(Debug)]
enum State {
    /// Handed up; the answer will repeat these headers.
    Waiting(Echo),
    /// Answered with `payload`, which is kept `until` then.
    Answered { payload: Bytes, until: Instant },
}

/// What is known of a request.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::sip) enum Known {
    /// Nothing: it is new.
    New,
    /// It has been handed up and not been answered yet.
    Waiting,
    /// It has been answered so.
    Answered(Transmit),
}

/// All server transactions of an endpoint.
#[derive(Debug, Default)]
pub(in crate::sip) struct ServerTransactions {
    transactions: HashMap<Arc<[u8]>, Transaction>,
    /// In order of the moment when each is to be looked at again.
    ending: VecDeque<(Instant, Arc<[u8]>)>,
}

impl ServerTransactions {
    /// How many there are.
    pub(in crate::sip) fn len(&self) -> usize {
        self.transactions.len()
    }

    /// What is known of the request with this key.
    pub(in crate::sip) fn look_up(&self, key: &[u8]) -> Known {
        match self.transactions.get(key) {
            None => Known::New,
            Some(Transaction { state: State::Waiting(_), .. }) => Known::Waiting,
            Some(Transaction { state: State::Answered { payload, .. }, answer_to }) => {
                Known::Answered(Transmit { route: answer_to.clone(), payload: payload.clone() })
            }
        }
    }

    /// Begins a transaction for a new request.
    pub(in crate::sip) fn open(&mut self, now: Instant, key: &[u8], answer_to: Route, echo: Echo) -> ServerKey {
        let key: Arc<[u8]> = key.into();
        self.transactions.insert(Arc::clone(&key), Transaction { answer_to, state: State::Waiting(echo) });
        self.ending.push_back((now + TRANSACTION_TIME, Arc::clone(&key)));
        ServerKey(key)
    }

    /// Makes room: a copy of that request would count as new.
    pub(in crate::sip) fn forget_oldest(&mut self) {
        while let Some((_, key)) = self.ending.pop_front() {
            if self.transactions.remove(&key).is_some() {
                return;
            }
        }
    }

    /// Answers with what `write` makes of the headers to repeat; `None` when it was answered before.
    pub(in crate::sip) fn answer(
        &mut self,
        now: Instant,
        key: &ServerKey,
        write: impl FnOnce(&Echo) -> Bytes,
    ) -> Option<Transmit> {
        let transaction = self.transactions.get_mut(&key.0)?;
        let State::Waiting(echo) = &transaction.state else { return None };
        let payload = write(echo);
        let route = transaction.answer_to.clone();
        if route.transport().is_reliable() {
            // No copy of the request will come: Timer J is 0 (§17.2.2).
            self.transactions.remove(&key.0);
        } else {
            transaction.state = State::Answered { payload: payload.clone(), until: now + TRANSACTION_TIME };
        }
        Some(Transmit { route, payload })
    }

    /// Forgets what has been answered long enough ago, and what nobody will answer any more: its
    /// sender has given up.
    pub(in crate::sip) fn handle_timeout(&mut self, now: Instant) {
        while self.ending.front().is_some_and(|(at, _)| *at <= now) {
            let Some((_, key)) = self.ending.pop_front() else { return };
            match self.transactions.get(&key).map(|transaction| &transaction.state) {
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
