//! The event state compositor: keeps what others publish to us, under entity-tags and for a time (RFC 3903 §6).
//!
//! ```text
//!  Initial, Bare ──► a publication of its own ─┐
//!  Refresh, Modify ─► tag known? ─ no ─► 412   ├─► new tag, new end ─► Accepted
//!                        └─ yes ───────────────┘
//!  Remove ─► tag known? ─ yes ─► forgotten ─┬─► Ended, and whether it was the last one of its key
//!  expiry, or one too many of its key ──────┘
//! ```
//! A compositor keeps that something is published and until when; what a body says is for the caller.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use base16ct::lower;
use rand::Rng as _;
use rand::rngs::StdRng;

use super::{EntityTag, Publish, Refusal};
use crate::answer::Answer;
use crate::policy::{BarePublish, Policy, ReplacedTag};
use crate::transaction::{T4, TRANSACTION_TIME};

/// How late a copy of a request may come: its sender repeats it for 64·T1, and a datagram lives for T4.
const LATENESS: Duration = TRANSACTION_TIME.saturating_add(T4);
/// How late an end may be noticed, so that many of them are looked for at once.
const LEEWAY: Duration = Duration::from_millis(100);
/// How many publications one sender may have of one event at one resource: one for each call, from before and
/// after a restart, or two objects in its configuration. Beyond this the first to end goes: those of calls that
/// are over are the briefest.
const MAX_PER_KEY: usize = 32;

/// The lifetimes that a compositor grants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The lifetime of a publication whose sender asks for none.
    pub default_expires: Duration,
    /// The least lifetime; less is refused with 423.
    pub min_expires: Duration,
    /// The longest lifetime; more is cut to this.
    pub max_expires: Duration,
}

/// The place of a request among those of its sender: its `Call-ID`, and the number in its `CSeq`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sequence<'a> {
    /// The `Call-ID`: constant for the life of a publication agent.
    pub call_id: &'a str,
    /// The number in `CSeq`: one more for each request.
    pub cseq: u32,
}

/// How a publication goes on from what was kept before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Continuity {
    /// The publication is the first ever under this key.
    New,
    /// The request follows the one before it.
    Continued,
    /// The request follows, but others between were not taken here: what they said is lost, unless their sender says
    /// it again.
    Skipped {
        /// How many were not taken; zero where that is not known.
        requests: u32,
    },
    /// The publication starts over while one is kept, or after one ended.
    Restarted,
}

/// A PUBLISH that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The new tag; that of a removal is not kept.
    pub tag: EntityTag,
    /// The lifetime granted; zero for a removal.
    pub expires: Duration,
    /// How the publication goes on from what was told before.
    pub continuity: Continuity,
    /// The number of the publication: the same as long as it goes on, and never given again.
    pub publication: u64,
    /// Whether another publication of the key had to go for this one.
    pub evicts: bool,
}

/// A publication that is kept no longer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended<K> {
    /// Who published what.
    pub key: K,
    /// The publication's number, as in [`Accepted::publication`].
    pub publication: u64,
    /// Whether nothing is kept under the key any more.
    pub last: bool,
}

impl Accepted {
    /// The 200 that tells the sender tag and lifetime.
    pub fn answer(&self) -> Answer {
        Answer::new(Answer::OK).etag(&self.tag).expires(self.expires)
    }
}

/// What is kept of one publication (RFC 3903 §2: event state, without the state).
#[derive(Debug)]
struct EventState {
    publication: u64,
    call_id: Box<str>,
    cseq: u32,
    tag: EntityTag,
    /// The tag that its sender used last, which `tag` has replaced.
    replaced: Option<EntityTag>,
    /// When the last request came.
    since: Instant,
    /// When expiry and grace are over.
    ends: Instant,
    /// Whether requests may have gone by unseen since the last one.
    doubted: bool,
}

impl EventState {
    fn new(now: Instant, publication: u64, last: Sequence<'_>, tag: EntityTag, ends: Instant) -> Self {
        let Sequence { call_id, cseq } = last;
        Self { publication, call_id: call_id.into(), cseq, tag, replaced: None, since: now, ends, doubted: false }
    }

    /// Whether this request, with this tag, is for this publication. A late copy of an older one
    /// may bring the replaced tag, and would bring an older state.
    fn is_meant(&self, now: Instant, policy: &Policy, sequence: Sequence<'_>, tag: &EntityTag) -> bool {
        let by_replaced = match policy.replaced_tag {
            ReplacedTag::Refused => false,
            ReplacedTag::TakenFor(time) => self.replaced.as_ref() == Some(tag) && now < self.since + time,
        };
        self.tag == *tag || (by_replaced && !self.is_late(now, sequence))
    }

    /// Whether its sender had said something newer when it said this.
    fn is_late(&self, now: Instant, sequence: Sequence<'_>) -> bool {
        *self.call_id == *sequence.call_id && sequence.cseq < self.cseq && now < self.since + LATENESS
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

/// The publications of one key. A key without any had some once.
#[derive(Debug, Default)]
struct EventStates {
    kept: Vec<EventState>,
    /// How many have ended that [`Compositor::poll_ended`] has not told yet.
    unheard: usize,
}

impl EventStates {
    /// The place of the publication that a request with this tag is for.
    ///
    /// # Errors
    /// [`Refusal::TagUnknown`]
    fn find(&self, now: Instant, policy: &Policy, sequence: Sequence<'_>, tag: &EntityTag) -> Result<usize, Refusal> {
        let is_meant = |kept: &EventState| kept.is_meant(now, policy, sequence, tag);
        self.kept.iter().position(is_meant).ok_or(Refusal::TagUnknown)
    }
}

/// Keeps publications by key: who publishes which event of whom. Its one timer is the first end of all.
#[derive(Debug)]
pub struct Compositor<K> {
    limits: Limits,
    policy: Policy,
    rng: StdRng,
    kept: BTreeMap<K, EventStates>,
    /// How many publications there have been.
    publications: u64,
    /// Nothing ends before this.
    next_end: Option<Instant>,
    ended: VecDeque<(K, u64)>,
}

impl<K: Ord + Clone> Compositor<K> {
    /// An empty compositor; `rng` makes the tags and must not be guessable.
    pub fn new(limits: Limits, policy: Policy, rng: StdRng) -> Self {
        Self { limits, policy, rng, kept: BTreeMap::new(), publications: 0, next_end: None, ended: VecDeque::new() }
    }

    /// Takes a PUBLISH.
    ///
    /// # Errors
    /// [`Refusal::TagUnknown`] for a tag that is not kept under `key` and for a late copy of what
    /// has been superseded, [`Refusal::TooBrief`] for an expiry below the minimum, [`Refusal::Empty`] for a request
    /// without body and tag where the policy wants that. Nothing has changed then.
    pub fn accept(
        &mut self,
        now: Instant,
        key: &K,
        sequence: Sequence<'_>,
        publish: &Publish,
    ) -> Result<Accepted, Refusal> {
        self.handle_timeout(now);
        match publish {
            Publish::Bare { .. } if self.policy.bare_publish == BarePublish::Refused => Err(Refusal::Empty),
            Publish::Initial { expires, .. } | Publish::Bare { expires } => {
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

    /// Notes that a request was answered with a challenge. Its sender repeats what it says under the next number,
    /// and so no number is missing.
    pub fn pass_over(&mut self, key: &K, sequence: Sequence<'_>) {
        let of_key = self.kept.get_mut(key).into_iter().flat_map(|of_key| &mut of_key.kept);
        // No other number, for anybody may have written it.
        for kept in of_key.filter(|it| *it.call_id == *sequence.call_id && it.cseq + 1 == sequence.cseq) {
            kept.cseq = sequence.cseq;
        }
    }

    /// Notes that requests for what is kept under these keys may have gone by unseen.
    pub fn doubt(&mut self, of_these: impl Fn(&K) -> bool) {
        let doubted = self.kept.iter_mut().filter(|(key, _)| of_these(key));
        doubted.flat_map(|(_, of_key)| &mut of_key.kept).for_each(|kept| kept.doubted = true);
    }

    fn grant(&self, asked: Option<Duration>) -> Result<Duration, Refusal> {
        let Limits { default_expires, min_expires: min, max_expires } = self.limits;
        let asked = asked.unwrap_or(default_expires);
        if asked < min { Err(Refusal::TooBrief { asked, min }) } else { Ok(asked.min(max_expires)) }
    }

    /// Begins a publication. One of the same call goes on in it: its sender has lost the tag.
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
        of_key.kept.push(EventState::new(now, publication, sequence, tag.clone(), ends));
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
        let place = of_key.find(now, &self.policy, sequence, tag)?;
        let expires = self.grant(expires)?;
        let fresh = self.fresh_tag();
        let ends = self.end_of(now, expires);
        let kept = self.kept.get_mut(key).and_then(|of_key| of_key.kept.get_mut(place)).ok_or(Refusal::TagUnknown)?;
        let (continuity, publication) = (kept.continuity(sequence), kept.publication);
        *kept = EventState::new(now, publication, sequence, fresh.clone(), ends);
        kept.replaced = Some(tag.clone());
        Ok(Accepted { tag: fresh, expires, continuity, publication, evicts: false })
    }

    fn remove(&mut self, now: Instant, key: &K, sequence: Sequence<'_>, tag: &EntityTag) -> Result<Accepted, Refusal> {
        let of_key = self.kept.get_mut(key).ok_or(Refusal::TagUnknown)?;
        let place = of_key.find(now, &self.policy, sequence, tag)?;
        let EventState { publication, .. } = of_key.kept.remove(place);
        of_key.unheard += 1;
        self.ended.push_back((key.clone(), publication));
        Ok(self.ending(publication))
    }

    /// Notes a publication that ends when it begins.
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

    /// A tag of 128 random bits: nobody guesses one, and none comes twice.
    fn fresh_tag(&mut self) -> EntityTag {
        let mut room = [0; 32];
        let digits = lower::encode_str(&self.rng.random::<u128>().to_be_bytes(), &mut room);
        EntityTag::new(digits.expect("two digits for each byte"))
    }

    /// When a publication granted `expires` ends, its grace included.
    fn end_of(&mut self, now: Instant, expires: Duration) -> Instant {
        let ends = now + expires + self.policy.grace.of(expires);
        self.next_end = Some(self.next_end.map_or(ends, |next| next.min(ends)));
        ends
    }

    /// Ends what has outlived its expiry and the grace.
    pub fn handle_timeout(&mut self, now: Instant) {
        if self.next_end.is_none_or(|next| now < next) {
            return;
        }
        for (key, EventStates { kept, unheard }) in &mut self.kept {
            for over in kept.extract_if(.., |kept| kept.ends <= now) {
                *unheard += 1;
                self.ended.push_back((key.clone(), over.publication));
            }
        }
        let next_end = self.kept.values().flat_map(|of_key| &of_key.kept).map(|kept| kept.ends).min();
        self.next_end = next_end.map(|end| end.max(now + LEEWAY));
    }

    /// The next publication that is kept no longer.
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
