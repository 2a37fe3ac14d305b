//! Server transactions: one answer for all copies of a request (RFC 3261 §17.2.2).
//!
//! ```text
//!            ┌────────┐ answer  ┌───────────┐ Timer J
//!  request ─►│ Trying │────────►│ Completed │────────► forgotten
//!            └────────┘         └───────────┘
//!        copy: dropped        copy: the answer again
//! ```
//! Over a reliable transport there are no copies, and an answered request is forgotten at once.
//! There may be a hundred thousand, so only what a copy does not bring itself is kept of each: which request it is, and
//! what our answer says beside what it repeats. All live equally long, so the oldest stands first in a queue, and one
//! timer for each queue is enough.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasherDefault, DefaultHasher, Hash as _, Hasher};
use std::time::{Duration, Instant};

use super::{Owner, ServerKey, TRANSACTION_TIME};
use crate::answer::Answer;
use crate::frame::Frame;
use crate::header_name::Name;
use crate::reply::Reply;
use crate::route::Source;
use crate::via::{MAGIC_COOKIE, TopVia};

/// How late a transaction may be forgotten, so that a busy server wakes once for many.
const LEEWAY: Duration = Duration::from_millis(500);

impl ServerKey {
    /// Hashes what all copies of a request share and no other request has (RFC 3261 §17.2.3): branch, sent-by and
    /// method, and the source, so that no host draws the answer of another. Without the magic cookie the branch
    /// proves nothing, and everything that RFC 2543 compared is taken.
    pub(crate) fn of(secret: u64, source: Source, via: &TopVia<'_>, frame: &Frame<'_>, method: &str) -> Self {
        let branch = via.branch.unwrap_or_default();
        let mut hasher = DefaultHasher::new();
        (secret, source.address, method, via.sent_by, branch).hash(&mut hasher);
        if !branch.get(..MAGIC_COOKIE.len()).is_some_and(|start| start.eq_ignore_ascii_case(MAGIC_COOKIE.as_bytes())) {
            frame.start_line.hash(&mut hasher);
            for name in [Name::Via, Name::From, Name::To, Name::CallId, Name::CSeq] {
                frame.first(name).hash(&mut hasher);
            }
        }
        Self(hasher.finish())
    }

    /// The tag of `To` in the answer: the same in the answer to each copy.
    pub(crate) const fn tag(self) -> u64 {
        self.0
    }
}

/// Takes a key as it is: a hash already, and nobody outside can choose it.
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
struct Trying {
    key: ServerKey,
    until: Instant,
    reply: Reply,
}

/// A request that was answered, and how its answer is kept until Timer J goes off.
#[derive(Debug)]
struct Completed {
    key: ServerKey,
    until: Instant,
    /// Whose the request is, where the answer named somebody.
    owner: Option<Owner>,
    /// Where the pieces begin, counted from the first byte that was ever kept: tag, headers, body.
    begin: u64,
    status: u16,
    tag_length: u16,
    headers_length: u32,
}

/// How much is known of a request.
#[derive(Debug)]
pub(crate) enum Known {
    /// The request is new.
    New,
    /// The request has been handed up and not been answered yet.
    Trying,
    /// The request has been answered so, and belongs to this owner.
    Completed(Answer, Option<Owner>),
}

/// All server transactions of an endpoint.
#[derive(Debug, Default)]
pub(crate) struct ServerTransactions {
    /// The oldest first. Few, for they are answered at once.
    trying: VecDeque<Trying>,
    /// The oldest first.
    completed: VecDeque<Completed>,
    /// The number of each completed transaction, counted from the first ever. Beside the queue, so that what a table
    /// doubles after a while, for the places that were left, are only numbers.
    numbers: HashMap<ServerKey, u64, BuildHasherDefault<AsItIs>>,
    /// How many were forgotten: the number of the first in the queue.
    forgotten: u64,
    pieces: Pieces,
}

/// What all kept answers say, one behind the other: pieces of their own would each have to be given back
/// half a minute later, when no cache knows of them any more.
#[derive(Debug, Default)]
struct Pieces {
    bytes: VecDeque<u8>,
    /// How many bytes were forgotten.
    forgotten: u64,
}

impl Pieces {
    /// How many bytes were ever kept.
    fn end(&self) -> u64 {
        self.forgotten + self.bytes.len() as u64
    }

    fn forget_until(&mut self, begin: u64) {
        let passed = self.place(begin);
        self.bytes.drain(..passed);
        self.forgotten = begin;
    }

    fn between(&self, begin: u64, end: u64) -> Vec<u8> {
        self.bytes.range(self.place(begin)..self.place(end)).copied().collect()
    }

    fn place(&self, at: u64) -> usize {
        usize::try_from(at - self.forgotten).expect("it fits into memory")
    }
}

impl Completed {
    /// The answer again, out of its pieces.
    fn answer(&self, mut tag: Vec<u8>) -> Answer {
        let mut headers = tag.split_off(usize::from(self.tag_length).min(tag.len()));
        let body = headers.split_off(usize::try_from(self.headers_length).unwrap_or(usize::MAX).min(headers.len()));
        let text = |bytes| String::from_utf8(bytes).expect("only texts are kept, and each whole");
        Answer::again(self.status, (!tag.is_empty()).then(|| text(tag)), text(headers), body.into())
    }
}

impl ServerTransactions {
    /// How many transactions there are.
    pub(crate) fn len(&self) -> usize {
        self.trying.len() + self.completed.len()
    }

    /// What is known of the request with this key.
    pub(crate) fn look_up(&self, key: ServerKey) -> Known {
        let number = self.numbers.get(&key);
        let place = number.and_then(|number| usize::try_from(number - self.forgotten).ok());
        match place.and_then(|place| Some((self.completed.get(place)?, place + 1))) {
            Some((completed, next)) => {
                let pieces = self.pieces.between(completed.begin, self.begin_of(next));
                Known::Completed(completed.answer(pieces), completed.owner)
            }
            None if self.trying.iter().any(|trying| trying.key == key) => Known::Trying,
            None => Known::New,
        }
    }

    /// Where the pieces begin of the one at this place in the queue; behind the last, where they will.
    fn begin_of(&self, place: usize) -> u64 {
        self.completed.get(place).map_or_else(|| self.pieces.end(), |completed| completed.begin)
    }

    /// Begins a transaction for a new request.
    pub(crate) fn open(&mut self, now: Instant, key: ServerKey, reply: Reply) {
        self.trying.push_back(Trying { key, until: now + TRANSACTION_TIME, reply });
    }

    /// Makes room: a copy of the forgotten request would count as new.
    pub(crate) fn forget_oldest(&mut self) {
        if let Some(oldest) = self.completed.pop_front() {
            self.numbers.remove(&oldest.key);
            self.pieces.forget_until(self.begin_of(0));
            self.forgotten += 1;
        } else {
            self.trying.pop_front();
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
        let place = self.trying.iter().position(|trying| trying.key == key)?;
        let Trying { reply, .. } = self.trying.remove(place)?;
        // Over a reliable transport no copy of the request will come: Timer J is 0 (§17.2.2).
        if !reply.route().transport().is_reliable() {
            self.keep(now, key, answer, owner);
        }
        Some(reply)
    }

    fn keep(&mut self, now: Instant, key: ServerKey, answer: &Answer, owner: Option<Owner>) {
        let (tag, headers) = (answer.own_tag().unwrap_or_default(), answer.headers());
        // Nobody writes so much; a copy of such a request would count as new.
        let lengths = u16::try_from(tag.len()).ok().zip(u32::try_from(headers.len()).ok());
        let Some((tag_length, headers_length)) = lengths else { return };
        self.numbers.insert(key, self.forgotten + self.completed.len() as u64);
        let (until, begin, status) = (now + TRANSACTION_TIME, self.pieces.end(), answer.status());
        self.completed.push_back(Completed { key, until, owner, begin, status, tag_length, headers_length });
        for piece in [tag.as_bytes(), headers.as_bytes(), answer.content()] {
            self.pieces.bytes.extend(piece);
        }
    }

    /// Forgets what has been answered long enough ago, and what nobody will answer any more.
    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        while self.completed.front().is_some_and(|oldest| oldest.until <= now) {
            self.forget_oldest();
        }
        while self.trying.front().is_some_and(|oldest| oldest.until <= now) {
            self.trying.pop_front();
        }
    }

    /// When to look for what can be forgotten.
    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        let trying = self.trying.front().map(|oldest| oldest.until);
        let completed = self.completed.front().map(|oldest| oldest.until);
        trying.into_iter().chain(completed).min().map(|until| until + LEEWAY)
    }
}
