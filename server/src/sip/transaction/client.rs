//! Client transactions: a request is repeated until it is answered (RFC 3261 §17.1.2).
//!
//! ```text
//!          ┌────────┐ final response ┌──────────┐ Timer K
//!  send ──►│ Trying │───────────────►│ Answered │────────► forgotten
//!          └────────┘                └──────────┘
//!    Timer E: sent again         late copies are absorbed
//!    Timer F: given up
//! ```

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::{Duration, Instant};

use super::{ClientId, T1, T2, T4, TRANSACTION_TIME, Transmit};
use crate::sip::message::Response;

#[derive(Debug)]
struct Transaction {
    branch: String,
    method: String,
    state: State,
    /// When its timer goes off; the key of its entry in `timers`.
    wake: Instant,
}

#[derive(Debug)]
enum State {
    /// Unanswered. Timer E goes off after `pause`, Timer F at `give_up`.
    Trying { request: Transmit, pause: Duration, give_up: Instant },
    /// Answered, until Timer K.
    Answered,
}

/// What a timer has brought.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::sip) enum Fired {
    /// Send this again.
    Repeat(Transmit),
    /// Nobody has answered.
    TimedOut(ClientId),
}

/// All client transactions of an endpoint.
#[derive(Debug, Default)]
pub(in crate::sip) struct ClientTransactions {
    next: u64,
    transactions: BTreeMap<ClientId, Transaction>,
    by_branch: HashMap<String, ClientId>,
    timers: BTreeSet<(Instant, ClientId)>,
}

impl ClientTransactions {
    /// Begins a transaction for a request that has just been sent.
    pub(in crate::sip) fn open(&mut self, now: Instant, branch: String, method: &str, request: Transmit) -> ClientId {
        let id = ClientId(self.next);
        self.next += 1;
        let wake = now + T1;
        let state = State::Trying { request, pause: T1, give_up: now + TRANSACTION_TIME };
        self.by_branch.insert(branch.clone(), id);
        self.timers.insert((wake, id));
        self.transactions.insert(id, Transaction { branch, method: method.to_owned(), state, wake });
        id
    }

    /// Which request this response answers for the first time, and for good (§17.1.3).
    pub(in crate::sip) fn handle_response(&mut self, now: Instant, response: &Response) -> Match {
        let found = response.via_top().branch.as_ref().and_then(|branch| self.by_branch.get(branch)).copied();
        let Some((id, transaction)) = found.and_then(|id| Some((id, self.transactions.get_mut(&id)?))) else {
            return Match::Stray;
        };
        let State::Trying { pause, .. } = &mut transaction.state else { return Match::Stray };
        if transaction.method != response.cseq_method() {
            return Match::Stray;
        }
        if response.status < 200 {
            // It has arrived: repeated now only in case the final response gets lost.
            *pause = T2;
            return Match::Provisional;
        }
        transaction.state = State::Answered;
        self.set_timer(id, now + T4);
        Match::Final(id)
    }

    fn set_timer(&mut self, id: ClientId, wake: Instant) {
        if let Some(transaction) = self.transactions.get_mut(&id) {
            self.timers.remove(&(transaction.wake, id));
            self.timers.insert((wake, id));
            transaction.wake = wake;
        }
    }

    /// What the next timer that went off by `now` brings; to be called until `None`.
    pub(in crate::sip) fn fire(&mut self, now: Instant) -> Option<Fired> {
        loop {
            let (_, id) = *self.timers.first().filter(|(wake, _)| *wake <= now)?;
            match self.transactions.get_mut(&id).map(|transaction| &mut transaction.state) {
                Some(State::Trying { request, pause, give_up }) if now < *give_up => {
                    *pause = (*pause * 2).min(T2);
                    let request = request.clone();
                    let wake = (now + *pause).min(*give_up);
                    self.set_timer(id, wake);
                    return Some(Fired::Repeat(request));
                }
                Some(State::Trying { .. }) => {
                    self.forget(id);
                    return Some(Fired::TimedOut(id));
                }
                Some(State::Answered) | None => self.forget(id),
            }
        }
    }

    fn forget(&mut self, id: ClientId) {
        if let Some(transaction) = self.transactions.remove(&id) {
            self.by_branch.remove(&transaction.branch);
            self.timers.remove(&(transaction.wake, id));
        }
    }

    /// When the next timer goes off.
    pub(in crate::sip) fn poll_timeout(&self) -> Option<Instant> {
        self.timers.first().map(|(wake, _)| *wake)
    }
}

/// What a response is to us.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::sip) enum Match {
    /// The final response to this request.
    Final(ClientId),
    /// A promise that one will come.
    Provisional,
    /// No request of ours waits for it.
    Stray,
}
