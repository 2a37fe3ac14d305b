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
//! says beside what it repeats. All live equally long, so the oldest stands first in a queue.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasherDefault, DefaultHasher, Hash as _, Hasher};
use std::time::{Duration, Instant};

use super::{About, Owner, ServerKey, TRANSACTION_TIME, Transmit};
use crate::answer::{Answer, Echo};
use crate::frame::Frame;
use crate::route::{Route, Source};
use crate::via::{MAGIC_COOKIE, TopVia};

/// How late a transaction may be forgotten, so that a busy server wakes once for many.
const LEEWAY: Duration = Duration::from_millis(500);

impl ServerKey {
    /// Of what all copies of a request share and no other request has (RFC 3261 §17.2.3): branch, sent-by and
    /// method, and the source, so that no host draws the answer of another. Without the magic cookie the branch
    /// proves nothing, and all of RFC 2543's is taken.
    pub(crate) fn of(secret: u64, source: Source, via: &TopVia<'_>, frame: &Frame<'_>, method: &str) -> Self {
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
    pub(crate) const fn tag(self) -> u64 {
        self.0
    }
}

/// A key is a hash already, and nobody outside can choose it.
#[derive(Debug, Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _bytes: &[u8]) {
        unreachable!("a key is one number");
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

/// A request that was handed up. Nobody waits for its answer after `until`: the sender has given up.
#[derive(Debug)]
struct Waiting {
    key: ServerKey,
    until: Instant,
    reply: Reply,
}

/// A request that was answered, which is kept `until` then.
#[derive(Debug)]
struct Answered {
    key: ServerKey,
    until: Instant,
    status: u16,
    owner: Option<Owner>,
    /// Where its headers begin, counted from the first byte that was ever kept.
    begin: u64,
}

/// What an answer takes from its request.
#[derive(Debug)]
pub(crate) struct Reply {
    /// Names the request.
    pub(crate) key: ServerKey,
    /// Where it goes.
    pub(crate) route: Route,
    /// What it repeats.
    pub(crate) echo: Echo,
}

impl Reply {
    /// The answer with it.
    pub(crate) fn write(self, answer: &Answer, server: Option<&str>) -> Transmit {
        let about = About::Answer(self.key);
        Transmit { payload: answer.write(&self.echo, server), route: self.route, about }
    }
}

/// What is known of a request.
#[derive(Debug)]
pub(crate) enum Known {
    /// Nothing: it is new.
    New,
    /// It has been handed up and not been answered yet.
    Waiting,
    /// It has been answered so, and belongs to this owner.
    Answered(Answer, Option<Owner>),
}

/// All server transactions of an endpoint.
#[derive(Debug, Default)]
pub(crate) struct ServerTransactions {
    /// The oldest first. Few, for they are answered at once.
    waiting: VecDeque<Waiting>,
    /// The oldest first.
    answered: VecDeque<Answered>,
    /// Of each that was answered its number, counted from the first ever. Beside the queue, so that what a table
    /// doubles after a while, for the places that were left, are only numbers.
    numbers: HashMap<ServerKey, u64, BuildHasherDefault<AsItIs>>,
    /// How many were forgotten: the number of the first in the queue.
    forgotten: u64,
    headers: Headers,
}

/// The headers of all answers that are kept, one behind the other: pieces of their own would each have to be given back
/// half a minute later, when no cache knows of them any more.
#[derive(Debug, Default)]
struct Headers {
    bytes: VecDeque<u8>,
    /// How many bytes were forgotten.
    forgotten: u64,
}

impl Headers {
    /// How many bytes were ever kept.
    fn end(&self) -> u64 {
        self.forgotten + self.bytes.len() as u64
    }

    fn forget_until(&mut self, begin: u64) {
        let passed = self.place(begin);
        self.bytes.drain(..passed);
        self.forgotten = begin;
    }

    fn between(&self, begin: u64, end: u64) -> String {
        let bytes: Vec<u8> = self.bytes.range(self.place(begin)..self.place(end)).copied().collect();
        String::from_utf8(bytes).expect("only texts are kept, and each whole")
    }

    fn place(&self, at: u64) -> usize {
        usize::try_from(at - self.forgotten).expect("it fits into memory")
    }
}

impl ServerTransactions {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.waiting.len() + self.answered.len()
    }

    /// What is known of the request with this key.
    pub(crate) fn look_up(&self, key: ServerKey) -> Known {
        let number = self.numbers.get(&key);
        let place = number.and_then(|number| usize::try_from(number - self.forgotten).ok());
        match place.and_then(|place| Some((self.answered.get(place)?, place + 1))) {
            Some((answered, next)) => {
                let headers = self.headers.between(answered.begin, self.begin_of(next));
                Known::Answered(Answer::again(answered.status, headers), answered.owner)
            }
            None if self.waiting.iter().any(|waiting| waiting.key == key) => Known::Waiting,
            None => Known::New,
        }
    }

    /// Where the headers begin of the one at this place in the queue; behind the last, where they will.
    fn begin_of(&self, place: usize) -> u64 {
        self.answered.get(place).map_or_else(|| self.headers.end(), |answered| answered.begin)
    }

    /// Begins a transaction for a new request.
    pub(crate) fn open(&mut self, now: Instant, key: ServerKey, reply: Reply) {
        self.waiting.push_back(Waiting { key, until: now + TRANSACTION_TIME, reply });
    }

    /// Makes room: a copy of that request would count as new.
    pub(crate) fn forget_oldest(&mut self) {
        if let Some(oldest) = self.answered.pop_front() {
            self.numbers.remove(&oldest.key);
            self.headers.forget_until(self.begin_of(0));
            self.forgotten += 1;
        } else {
            self.waiting.pop_front();
        }
    }

    /// What the answer to a request takes from it; `None` when it was answered before. From now on copies get
    /// the same answer, and belong to `owner`.
    pub(crate) fn answer(
        &mut self,
        now: Instant,
        key: ServerKey,
        answer: &Answer,
        owner: Option<Owner>,
    ) -> Option<Reply> {
        let place = self.waiting.iter().position(|waiting| waiting.key == key)?;
        let Waiting { reply, .. } = self.waiting.remove(place)?;
        // Over a reliable transport no copy of the request will come: Timer J is 0 (§17.2.2).
        if !reply.route.transport().is_reliable() {
            self.numbers.insert(key, self.forgotten + self.answered.len() as u64);
            let (until, begin) = (now + TRANSACTION_TIME, self.headers.end());
            self.answered.push_back(Answered { key, until, status: answer.status(), owner, begin });
            self.headers.bytes.extend(answer.headers().as_bytes());
        }
        Some(reply)
    }

    /// Forgets what has been answered long enough ago, and what nobody will answer any more.
    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        while self.answered.front().is_some_and(|oldest| oldest.until <= now) {
            self.forget_oldest();
        }
        while self.waiting.front().is_some_and(|oldest| oldest.until <= now) {
            self.waiting.pop_front();
        }
    }

    /// When to look for what can be forgotten.
    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        let waiting = self.waiting.front().map(|oldest| oldest.until);
        let answered = self.answered.front().map(|oldest| oldest.until);
        waiting.into_iter().chain(answered).min().map(|until| until + LEEWAY)
    }
}
