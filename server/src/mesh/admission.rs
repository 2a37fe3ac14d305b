//! How a peer does with the password that it must present here.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use lampfield_sip::auth::Unauthorized;

/// A peer that means to answer a challenge does so at once; a peer that has not by then never will.
const ANSWERS_WITHIN: Duration = Duration::from_secs(5);

/// How a peer does with the password that it must present.
#[derive(Debug, Default)]
pub(super) struct Admission {
    /// When the peer was challenged and has brought no credentials since, by event.
    challenged_at: BTreeMap<&'static str, Instant>,
    /// The last credentials were wrong.
    wrong: bool,
}

/// What keeps a peer's requests out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeptOut {
    /// The peer answers no challenge.
    Unanswered,
    /// Name or password is wrong.
    Wrong,
}

impl Admission {
    /// Notes what a request of this event brought.
    pub fn note(&mut self, now: Instant, event: &'static str, verdict: Result<(), Unauthorized>) {
        if verdict == Err(Unauthorized::Missing) {
            self.challenged_at.entry(event).or_insert(now);
            return;
        }
        self.wrong = verdict == Err(Unauthorized::Wrong);
        self.challenged_at.remove(event);
    }

    /// What keeps the peer out, if anything does.
    pub fn trouble(&self, now: Instant) -> Option<KeptOut> {
        let is_late = |at: &Instant| now.saturating_duration_since(*at) > ANSWERS_WITHIN;
        if self.wrong {
            return Some(KeptOut::Wrong);
        }
        self.challenged_at.values().any(is_late).then_some(KeptOut::Unanswered)
    }
}
