//! The compositor: keeps what others publish to us, under tags and for a time (RFC 3903 §6).

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;

use super::{EntityTag, Publish, Refusal};
use crate::sip::answer::Answer;

/// The lifetimes that a compositor grants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Granted when none is asked.
    pub default_expires: Duration,
    /// Less is refused with 423.
    pub min_expires: Duration,
    /// More is cut to this.
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
    /// It follows, but requests between have never come: what they said is lost.
    Skipped {
        /// How many.
        requests: u32,
    },
    /// It starts over while one is kept, or after one ended.
    Restarted,
}

/// A PUBLISH that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The new tag.
    pub tag: EntityTag,
    /// The lifetime granted.
    pub expires: Duration,
    /// What it means for what was told before.
    pub continuity: Continuity,
}

impl Accepted {
    /// The answer that tells the sender.
    pub fn answer(&self) -> Answer {
        Answer::new(Answer::OK).etag(&self.tag).expires(self.expires)
    }
}

/// Keeps publications by key: who publishes what of whom.
#[derive(Debug)]
pub struct Compositor<K> {
    limits: Limits,
    rng: StdRng,
    ended: VecDeque<K>,
}

impl<K: Ord + Clone> Compositor<K> {
    /// An empty compositor; `rng` makes the tags and must not be guessable.
    pub fn new(limits: Limits, rng: StdRng) -> Self {
        Self { limits, rng, ended: VecDeque::new() }
    }

    /// Takes a PUBLISH.
    ///
    /// # Errors
    /// [`Refusal::TagUnknown`] for a tag that is not kept under `key`, [`Refusal::TooBrief`] for
    /// an expiry below the minimum.
    pub fn accept(
        &mut self,
        now: Instant,
        key: &K,
        sequence: Sequence<'_>,
        publish: &Publish,
    ) -> Result<Accepted, Refusal> {
        let _ = (now, key, sequence, publish, &self.limits, &self.rng);
        Err(Refusal::TagUnknown)
    }

    /// Ends what has outlived its expiry and the grace.
    pub fn handle_timeout(&mut self, now: Instant) {
        let _ = now;
    }

    /// A key under which nothing is kept any more.
    pub fn poll_ended(&mut self) -> Option<K> {
        self.ended.pop_front()
    }

    /// When to call [`Compositor::handle_timeout`].
    pub fn poll_timeout(&self) -> Option<Instant> {
        None
    }
}
