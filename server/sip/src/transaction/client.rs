//! Client transactions: a request is repeated until it is answered (RFC 3261 §17.1.2).
//!
//! ```text
//!          ┌────────┐ final response ┌───────────┐ Timer K
//!  send ──►│ Trying │───────────────►│ Completed │────────► forgotten
//!          └────────┘                └───────────┘
//!    Timer E: sent again         late copies are absorbed
//!    Timer F: given up
//! ```
//! A reliable transport needs no copies: only Timer F runs there, and an answered transaction is forgotten.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::{ClientId, T1, T2, T4, TRANSACTION_TIME};
use crate::message::Response;
use crate::method::Method;
use crate::route::{Hop, Route};
use crate::transaction::{About, Transmit};

#[derive(Debug)]
struct Transaction {
    branch: String,
    method: Method,
    hop: Hop,
    state: State,
    /// When the transaction's timer goes off; the key of its entry in `timers`.
    wake: Instant,
}

#[derive(Debug)]
enum State {
    /// Unanswered. Timer E goes off after `pause`, Timer F at `give_up`.
    Trying { request: Bytes, pause: Duration, give_up: Instant },
    /// Unanswered, and sent by a reliable transport. Timer F alone runs.
    Sent,
    /// Answered, until Timer K.
    Completed,
}

/// What is to be done when a timer went off.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fired {
    /// The request is to be sent again.
    Repeat(Transmit),
    /// Nobody has answered the request that was sent there.
    TimedOut(ClientId, Hop),
}

/// All client transactions of an endpoint. Each has one timer at a time, and a tree keeps these in order: a table of
/// timers is for the few of one machine.
#[derive(Debug, Default)]
pub(crate) struct ClientTransactions {
    next: u64,
    transactions: BTreeMap<ClientId, Transaction>,
    by_branch: HashMap<String, ClientId>,
    timers: BTreeSet<(Instant, ClientId)>,
}

impl ClientTransactions {
    /// Begins a transaction for a request that has just been sent.
    pub(crate) fn open(&mut self, now: Instant, branch: String, method: Method, hop: Hop, request: Bytes) -> ClientId {
        let id = ClientId(self.next);
        self.next += 1;
        let give_up = now + TRANSACTION_TIME;
        let (wake, state) = if hop.transport().is_reliable() {
            (give_up, State::Sent)
        } else {
            (now + T1, State::Trying { request, pause: T1, give_up })
        };
        self.by_branch.insert(branch.clone(), id);
        self.timers.insert((wake, id));
        self.transactions.insert(id, Transaction { branch, method, hop, state, wake });
        id
    }

    /// What a response is to us, by branch and method (§17.1.3).
    pub(crate) fn handle_response(&mut self, now: Instant, response: &Response) -> Match {
        let found = response.branch.as_ref().and_then(|branch| self.by_branch.get(branch)).copied();
        let Some((id, transaction)) = found.and_then(|id| Some((id, self.transactions.get_mut(&id)?))) else {
            return Match::Stray;
        };
        if transaction.method != *response.cseq_method() {
            return Match::Stray;
        }
        match &mut transaction.state {
            State::Completed => Match::Stray,
            State::Sent if response.status < 200 => Match::Provisional(id),
            State::Trying { pause, .. } if response.status < 200 => {
                // The request has arrived: it is repeated now only in case the final response gets lost.
                *pause = T2;
                Match::Provisional(id)
            }
            State::Sent => {
                self.forget(id);
                Match::Final(id)
            }
            State::Trying { .. } => {
                transaction.state = State::Completed;
                self.set_timer(id, now + T4);
                Match::Final(id)
            }
        }
    }

    fn set_timer(&mut self, id: ClientId, wake: Instant) {
        if let Some(transaction) = self.transactions.get_mut(&id) {
            self.timers.remove(&(transaction.wake, id));
            self.timers.insert((wake, id));
            transaction.wake = wake;
        }
    }

    /// What is to be done for the next timer that went off by `now`; to be called until `None`.
    pub(crate) fn fire(&mut self, now: Instant) -> Option<Fired> {
        loop {
            let (_, id) = *self.timers.first().filter(|(wake, _)| *wake <= now)?;
            let Some(transaction) = self.transactions.get_mut(&id) else {
                self.timers.pop_first();
                continue;
            };
            match &mut transaction.state {
                State::Trying { request, pause, give_up } if now < *give_up => {
                    *pause = (*pause * 2).min(T2);
                    let (route, about) = (Route::To(transaction.hop.clone()), About::Request(id));
                    let copy = Transmit { route, payload: request.clone(), about };
                    let wake = (now + *pause).min(*give_up);
                    self.set_timer(id, wake);
                    return Some(Fired::Repeat(copy));
                }
                State::Trying { .. } | State::Sent => {
                    let hop = transaction.hop.clone();
                    self.forget(id);
                    return Some(Fired::TimedOut(id, hop));
                }
                State::Completed => self.forget(id),
            }
        }
    }

    /// Gives up every request that waits for an answer from there (§17.1.4).
    pub(crate) fn give_up(&mut self, hop: &Hop) -> Vec<ClientId> {
        let waits = |transaction: &Transaction| !matches!(transaction.state, State::Completed);
        let all = self.transactions.iter().filter(|(_, transaction)| transaction.hop == *hop && waits(transaction));
        let all: Vec<ClientId> = all.map(|(id, _)| *id).collect();
        for id in &all {
            self.forget(*id);
        }
        all
    }

    fn forget(&mut self, id: ClientId) {
        if let Some(transaction) = self.transactions.remove(&id) {
            self.by_branch.remove(&transaction.branch);
            self.timers.remove(&(transaction.wake, id));
        }
    }

    /// When the next timer goes off.
    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        self.timers.first().map(|(wake, _)| *wake)
    }
}

/// What a response is to us.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Match {
    /// The response is the final one to this request, for the first time.
    Final(ClientId),
    /// The response is provisional (1xx): a final one to this request will come.
    Provisional(ClientId),
    /// No request of ours waits for the response.
    Stray,
}
