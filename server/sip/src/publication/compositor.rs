//! The compositor: keeps what others publish to us, under tags and for a time (RFC 3903 §6).
//!
//! ```text
//!  Initial, Alive ─► a publication of its own ─┐
//!  Refresh, Modify ─► tag known? ─ no ─► 412   ├─► new tag, new end ─► Accepted
//!                        └─ yes ───────────────┘
//!  Remove ─► tag known? ─ yes ─► forgotten ─┬─► Ended, and whether it was the last one of its key
//!  expiry, or one too many of its key ──────┘
//! ```
//! It keeps that something is published and until when; what a body says is the mesh's.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use rand::Rng as _;
use rand::rngs::StdRng;

use super::{EntityTag, Publish, Refusal};
use crate::answer::Answer;
use crate::transaction::{T4, TRANSACTION_TIME};

/// How long the tag before the present one is taken: a sender that lost our 200 gives up after
/// 64·T1 and goes on with the tag that it has (`docs/protocol.md` S5). So long may also a datagram be late.
const PREVIOUS_TAG: Duration = TRANSACTION_TIME.saturating_add(T4);
/// An Asterisk refreshes when its publication ends, or just after (`docs/protocol.md` S6).
const LEAST_GRACE: Duration = Duration::from_secs(45);
/// How late an end may be noticed, so that many of them are looked for at once.
const LEEWAY: Duration = Duration::from_millis(100);
/// One sender may have several publications of one event at one resource: one for each call, from before and
/// after a restart, or two objects in its configuration. Beyond this the first to end goes: those of calls that
/// are over are the briefest.
const MAX_PER_KEY: usize = 32;

/// The lifetimes that a compositor grants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Granted when none is asked.
    pub default_expires: Duration,
    /// Less is refused with 423.
    pub min_expires: Duration,
    /// More is cut to this. An Asterisk does not heed that it got less than it asked for, and
    /// loses its publication: better no less than any peer's `expiration`.
    pub max_expires: Duration,
}

/// Which request of a sender this is: its `Call-ID`, and the number in its `CSeq`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sequence<'a> {
    /// Constant for the life of a publication agent.
    pub call_id: &'a str,
    /// One more for each request.
    pub cseq: u32,
}

/// How a publication goes on from what was kept before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Continuity {
    /// The first ever under this key.
    New,
    /// It follows the request before it.
    Continued,
    /// It follows, but requests between were not taken here: what they said is lost, since an
    /// Asterisk says nothing twice (`docs/protocol.md`, trap 2).
    Skipped {
        /// How many, where that is known; else none.
        requests: u32,
    },
    /// It starts over while one is kept, or after one ended.
    Restarted,
}

/// A PUBLISH that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The new tag; of a removal, one that is not kept.
    pub tag: EntityTag,
    /// The lifetime granted; zero for a removal.
    pub expires: Duration,
    /// What it means for what was told before.
    pub continuity: Continuity,
    /// Which publication it is: a number that stays the same as long as it goes on, and never comes again.
    pub publication: u64,
    /// Another one of the key had to go for it.
    pub evicts: bool,
}

/// A publication that is kept no longer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended<K> {
    /// Who published what.
    pub key: K,
    /// Its number, as of [`Accepted::publication`].
    pub publication: u64,
    /// Nothing is kept under its key any more.
    pub last: bool,
}

impl Accepted {
    /// The answer that tells the sender.
    pub fn answer(&self) -> Answer {
        Answer::new(Answer::OK).etag(&self.tag).expires(self.expires)
    }
}

/// One publication.
#[derive(Debug)]
struct Kept {
    publication: u64,
    call_id: Box<str>,
    cseq: u32,
    tag: EntityTag,
    /// The tag that its sender used last; taken until `fresh_until`.
    previous: Option<EntityTag>,
    fresh_until: Instant,
    /// Expiry and grace are over.
    ends: Instant,
    /// Requests may have gone by unseen since the last one.
    doubted: bool,
}

impl Kept {
    fn new(now: Instant, publication: u64, last: Sequence<'_>, tag: EntityTag, ends: Instant) -> Self {
        let Sequence { call_id, cseq } = last;
        let fresh_until = now + PREVIOUS_TAG;
        Self { publication, call_id: call_id.into(), cseq, tag, previous: None, fresh_until, ends, doubted: false }
    }

    /// Whether this request, with this tag, is for this publication. A late copy of an older one
    /// may bring the previous tag, and would bring an older state.
    fn is_meant(&self, now: Instant, sequence: Sequence<'_>, tag: &EntityTag) -> bool {
        let by_previous = self.previous.as_ref() == Some(tag) && now < self.fresh_until;
        self.tag == *tag || (by_previous && !self.is_late(now, sequence))
    }

    /// Whether its sender had said something newer when it said this.
    fn is_late(&self, now: Instant, sequence: Sequence<'_>) -> bool {
        *self.call_id == *sequence.call_id && sequence.cseq < self.cseq && now < self.fresh_until
    }

    /// How a request follows the last one. Numbers of different calls say nothing of each other: after a doubt
    /// something may have been said between them.
    fn continuity(&self, sequence: Sequence<'_>) -> Continuity {
        let is_same_call = *self.call_id == *sequence.call_id;
        match sequence.cseq.saturating_sub(self.cseq) {
            2.. if is_same_call => Continuity::Skipped { requests: sequence.cseq - self.cseq - 1 },
            _ if self.doubted && !is_same_call => Continuity::Skipped { requests: 0 },
            _ => Continuity::Continued,
        }
    }
}

/// The publications of one key. One without any had some once.
#[derive(Debug, Default)]
struct OfKey {
    kept: Vec<Kept>,
    /// How many have ended that nobody has heard of yet.
    unheard: usize,
}

/// Keeps publications by key: who publishes what of whom.
#[derive(Debug)]
pub struct Compositor<K> {
    limits: Limits,
    rng: StdRng,
    kept: BTreeMap<K, OfKey>,
    /// How many publications there have been.
    publications: u64,
    /// Nothing ends before this.
    next_end: Option<Instant>,
    ended: VecDeque<(K, u64)>,
}

impl<K: Ord + Clone> Compositor<K> {
    /// An empty compositor; `rng` makes the tags and must not be guessable.
    pub fn new(limits: Limits, rng: StdRng) -> Self {
        Self { limits, rng, kept: BTreeMap::new(), publications: 0, next_end: None, ended: VecDeque::new() }
    }

    /// Takes a PUBLISH.
    ///
    /// # Errors
    /// [`Refusal::TagUnknown`] for a tag that is not kept under `key` and for a late copy of what
    /// has been superseded, [`Refusal::TooBrief`] for an expiry below the minimum. Nothing has
    /// changed then.
    pub fn accept(
        &mut self,
        now: Instant,
        key: &K,
        sequence: Sequence<'_>,
        publish: &Publish,
    ) -> Result<Accepted, Refusal> {
        self.handle_timeout(now);
        match publish {
            Publish::Initial { expires, .. } | Publish::Alive { expires } => {
                let expires = self.grant(*expires)?;
                self.start(now, key, sequence, expires)
            }
            Publish::Refresh { tag, expires } | Publish::Modify { tag, expires, .. } => {
                self.prolong(now, key, sequence, tag, *expires)
            }
            Publish::Remove { tag, .. } => self.remove(now, key, sequence, tag),
            Publish::Once { .. } => Ok(self.once(key)),
        }
    }

    /// A request was answered with a challenge. Its sender repeats what it says under the next number,
    /// and so no number is missing.
    pub fn pass_over(&mut self, key: &K, sequence: Sequence<'_>) {
        let of_key = self.kept.get_mut(key).into_iter().flat_map(|of_key| &mut of_key.kept);
        // No other number, for anybody may have written it.
        for kept in of_key.filter(|it| *it.call_id == *sequence.call_id && it.cseq + 1 == sequence.cseq) {
            kept.cseq = sequence.cseq;
        }
    }

    /// Requests for what is kept under these keys may have gone by unseen.
    pub fn doubt(&mut self, of_these: impl Fn(&K) -> bool) {
        let doubted = self.kept.iter_mut().filter(|(key, _)| of_these(key));
        doubted.flat_map(|(_, of_key)| &mut of_key.kept).for_each(|kept| kept.doubted = true);
    }

    fn grant(&self, asked: Option<Duration>) -> Result<Duration, Refusal> {
        let Limits { default_expires, min_expires: min, max_expires } = self.limits;
        let asked = asked.unwrap_or(default_expires);
        if asked < min { Err(Refusal::TooBrief { asked, min }) } else { Ok(asked.min(max_expires)) }
    }

    /// Begins a publication. One of the same call goes on in it: its sender has no tag for it.
    fn start(&mut self, now: Instant, key: &K, sequence: Sequence<'_>, expires: Duration) -> Result<Accepted, Refusal> {
        let tag = self.fresh_tag();
        let ends = self.end_of(now, expires);
        let mut continuity = if self.kept.contains_key(key) { Continuity::Restarted } else { Continuity::New };
        let of_key = self.kept.entry(key.clone()).or_default();
        let of_call = of_key.kept.iter().position(|kept| *kept.call_id == *sequence.call_id);
        let publication = if let Some(place) = of_call {
            if of_key.kept[place].is_late(now, sequence) {
                return Err(Refusal::TagUnknown);
            }
            let before = of_key.kept.remove(place);
            if sequence.cseq > before.cseq {
                continuity = before.continuity(sequence);
            }
            before.publication
        } else {
            self.publications += 1;
            self.publications
        };
        let first_to_end = of_key.kept.iter().enumerate().min_by_key(|(_, kept)| kept.ends).map(|(place, _)| place);
        let evicted = first_to_end.filter(|_| of_key.kept.len() == MAX_PER_KEY).map(|place| of_key.kept.remove(place));
        of_key.kept.push(Kept::new(now, publication, sequence, tag.clone(), ends));
        if let Some(evicted) = &evicted {
            of_key.unheard += 1;
            self.ended.push_back((key.clone(), evicted.publication));
        }
        Ok(Accepted { tag, expires, continuity, publication, evicts: evicted.is_some() })
    }

    fn prolong(
        &mut self,
        now: Instant,
        key: &K,
        sequence: Sequence<'_>,
        tag: &EntityTag,
        expires: Option<Duration>,
    ) -> Result<Accepted, Refusal> {
        let of_key = self.kept.get(key).ok_or(Refusal::TagUnknown)?;
        let place = of_key.kept.iter().position(|kept| kept.is_meant(now, sequence, tag)).ok_or(Refusal::TagUnknown)?;
        let expires = self.grant(expires)?;
        let fresh = self.fresh_tag();
        let ends = self.end_of(now, expires);
        let kept = self.kept.get_mut(key).and_then(|of_key| of_key.kept.get_mut(place)).ok_or(Refusal::TagUnknown)?;
        let (continuity, publication) = (kept.continuity(sequence), kept.publication);
        *kept = Kept::new(now, publication, sequence, fresh.clone(), ends);
        kept.previous = Some(tag.clone());
        Ok(Accepted { tag: fresh, expires, continuity, publication, evicts: false })
    }

    fn remove(&mut self, now: Instant, key: &K, sequence: Sequence<'_>, tag: &EntityTag) -> Result<Accepted, Refusal> {
        let of_key = self.kept.get_mut(key).ok_or(Refusal::TagUnknown)?;
        let place = of_key.kept.iter().position(|kept| kept.is_meant(now, sequence, tag)).ok_or(Refusal::TagUnknown)?;
        let Kept { publication, .. } = of_key.kept.remove(place);
        of_key.unheard += 1;
        self.ended.push_back((key.clone(), publication));
        Ok(self.ending(publication))
    }

    /// A publication that ends when it begins.
    fn once(&mut self, key: &K) -> Accepted {
        self.publications += 1;
        self.kept.entry(key.clone()).or_default().unheard += 1;
        self.ended.push_back((key.clone(), self.publications));
        self.ending(self.publications)
    }

    fn ending(&mut self, publication: u64) -> Accepted {
        let (tag, expires, continuity) = (self.fresh_tag(), Duration::ZERO, Continuity::Continued);
        Accepted { tag, expires, continuity, publication, evicts: false }
    }

    /// 128 random bits: nobody guesses one, and none comes twice.
    fn fresh_tag(&mut self) -> EntityTag {
        EntityTag::new(&format!("{:032x}", self.rng.random::<u128>()))
    }

    /// When a publication granted `expires` ends, its grace included.
    fn end_of(&mut self, now: Instant, expires: Duration) -> Instant {
        let ends = now + expires + LEAST_GRACE.max(expires / 10);
        self.next_end = Some(self.next_end.map_or(ends, |next| next.min(ends)));
        ends
    }

    /// Ends what has outlived its expiry and the grace.
    pub fn handle_timeout(&mut self, now: Instant) {
        if self.next_end.is_none_or(|next| now < next) {
            return;
        }
        for (key, OfKey { kept, unheard }) in &mut self.kept {
            for over in kept.extract_if(.., |kept| kept.ends <= now) {
                *unheard += 1;
                self.ended.push_back((key.clone(), over.publication));
            }
        }
        let next_end = self.kept.values().flat_map(|of_key| &of_key.kept).map(|kept| kept.ends).min();
        self.next_end = next_end.map(|end| end.max(now + LEEWAY));
    }

    /// A publication that is kept no longer.
    pub fn poll_ended(&mut self) -> Option<Ended<K>> {
        let (key, publication) = self.ended.pop_front()?;
        let last = self.kept.get_mut(&key).is_none_or(|of_key| {
            of_key.unheard -= 1;
            of_key.kept.is_empty() && of_key.unheard == 0
        });
        Some(Ended { key, publication, last })
    }

    /// When to call [`Compositor::handle_timeout`].
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.next_end
    }
}

#[cfg(test)]
#[path = "compositor_tests.rs"]
mod tests;
