//! The publication agent: our publication of one event package at one peer (RFC 3903 §4).
//!
//! ```text
//!  push ─► backlog: the newest body of each key
//!              │ one at a time
//!              ▼            2xx: the next one, or a refresh in time
//!  poll_publish ─► asking ──┬─ 412: the peer forgot us, the same body starts over
//!                           ├─ 401, 407: the same body with credentials
//!                           ├─ 423: the same body with a longer expiry
//!                           ├─ silence, 5xx: the same body, later and later
//!                           └─ 401 again, 403, 404, 489 …: somebody must mend a configuration
//! ```
//! A body that was pushed is lost to a newer one of its key alone. One that is refused twice for what it says
//! keeps no other waiting: it is set aside, and offered again every minute.

use std::time::{Duration, Instant};

use rand::Rng as _;
use rand::rngs::StdRng;

use super::EntityTag;
pub use super::backlog::Supersede;
use super::backlog::{Backlog, Entry, Tried};
use crate::message::Response;
use crate::policy::{FallingTag, Policy};
use crate::timer::{Timer, Timers};
use crate::transaction::TRANSACTION_TIME;

/// The first pause after a failure; it doubles with each one that follows.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause: when a peer is back, it should not take long until we notice.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
/// The pause after a refusal that only people can mend, and before a body is offered again that was refused twice.
const MENDING_PAUSE: Duration = Duration::from_mins(1);
/// The longest pause that a peer may ask for by `Retry-After`.
const LONGEST_RETRY_AFTER: Duration = Duration::from_hours(1);

/// The peer's answer, as far as it matters to a publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AgentAnswer {
    /// 2xx: the peer took the request.
    Accepted {
        /// `SIP-ETag`; without one the next request starts over.
        tag: Option<EntityTag>,
        /// The lifetime granted; `None` where the peer does not say, and it is as asked.
        expires: Option<Duration>,
    },
    /// 412: the peer does not know the entity-tag.
    TagUnknown,
    /// 401 or 407 that can be answered: the request is repeated with credentials.
    Challenged,
    /// 423: the lifetime is too short.
    TooBrief {
        /// The least that the peer grants.
        min: Duration,
    },
    /// 401, 403, 404, 405, 407, 416, 420, 423 without `Min-Expires`, 489: somebody has to change a configuration.
    Refused {
        /// What the peer answered.
        status: u16,
    },
    /// 408, 480, 5xx: the peer cannot now.
    Failed {
        /// What the peer answered.
        status: u16,
        /// `Retry-After`
        retry_after: Option<Duration>,
    },
    /// 400, 413, 415 and all others: the peer refuses this request, and may take another.
    Rejected {
        /// What the peer answered.
        status: u16,
    },
    /// Nobody answered in the time of a transaction.
    TimedOut,
}

impl From<&Response> for AgentAnswer {
    fn from(response: &Response) -> Self {
        let status = response.status;
        match status {
            200..300 => Self::Accepted { tag: response.etag().map(EntityTag::new), expires: response.expires() },
            412 => Self::TagUnknown,
            423 => response.min_expires().map_or(Self::Refused { status }, |min| Self::TooBrief { min }),
            401 | 403 | 404 | 405 | 407 | 416 | 420 | 489 => Self::Refused { status },
            408 | 480 | 500..600 => Self::Failed { status, retry_after: response.retry_after() },
            _ => Self::Rejected { status },
        }
    }
}

/// What an answer means to the source of the bodies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The peer took the body.
    Taken,
    /// The peer has forgotten what it was told before: everything is to be pushed again.
    Forgotten,
    /// The body will be sent again.
    Postponed,
    /// The peer refused the body twice: it is offered again later, and keeps no other waiting.
    SetAside,
}

/// A request that the publication wants sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishRequest<B> {
    /// `Call-ID`, constant until the peer forgets us.
    pub call_id: String,
    /// The tag of `From`, constant as long as the `Call-ID`.
    pub from_tag: String,
    /// The number in `CSeq`: one more for each request.
    pub cseq: u32,
    /// `SIP-If-Match`; `None` for a request that begins a publication.
    pub if_match: Option<EntityTag>,
    /// `Expires`, in whole seconds; zero removes the publication.
    pub expires: Duration,
    /// The state; `None` prolongs what the peer holds, or removes it when `expires` is zero.
    pub body: Option<B>,
}

/// How the publication stands at the peer, for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// The peer holds nothing of ours.
    Absent,
    /// The peer holds our publication.
    Held,
    /// The peer does not answer, or fails.
    Failing {
        /// What the peer answered last; `None` where it was silent.
        status: Option<u16>,
    },
    /// The peer refuses us: its configuration or ours is wrong.
    Misconfigured {
        /// What the peer answered.
        status: u16,
    },
}

/// The request that is unanswered.
#[derive(Debug)]
struct Sent<B> {
    entry: Option<Entry<B>>,
    if_match: Option<EntityTag>,
    expires: Duration,
}

/// What a publication waits for. A third time is the backlog's: it knows when a body that was set aside is offered again.
#[derive(Debug, Clone, Copy)]
enum Due {
    /// The next request may leave after a failure; until then none does.
    Resume,
    /// The publication that the peer holds is to be refreshed.
    Refresh,
}

impl Timer for Due {
    type Slots = [Option<Instant>; 2];

    fn index(self) -> usize {
        self as usize
    }
}

/// What we want the peer to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Aim {
    Published,
    Removed,
}

/// Our publication of one event package at one peer. Requests leave one at a time; the newest
/// body of each key waits its turn.
pub struct Publication<B: Supersede> {
    policy: Policy,
    rng: StdRng,
    call_id: String,
    from_tag: String,
    cseq: u32,
    expires: Duration,
    aim: Aim,
    /// The request that is out, and when it left.
    sent: Option<(Sent<B>, Instant)>,
    /// The entity-tag of what the peer holds.
    held: Option<EntityTag>,
    backlog: Backlog<B>,
    timers: Timers<Due>,
    /// How often in a row the peer failed or was silent.
    failures: u32,
    trouble: Option<Status>,
}

impl<B: Supersede + Clone> Publication<B> {
    /// A publication that the peer does not hold yet and that asks for `expires`; `rng` makes its names.
    pub fn new(expires: Duration, policy: Policy, rng: StdRng) -> Self {
        let mut publication = Self {
            policy,
            rng,
            call_id: String::new(),
            from_tag: String::new(),
            cseq: 0,
            expires,
            aim: Aim::Published,
            sent: None,
            held: None,
            backlog: Backlog::new(),
            timers: Timers::default(),
            failures: 0,
            trouble: None,
        };
        publication.rename();
        publication
    }

    /// Takes new names: another publication begins at the peer.
    fn rename(&mut self) {
        self.call_id = format!("{:032x}", self.rng.random::<u128>());
        self.from_tag = format!("{:016x}", self.rng.random::<u64>());
        self.cseq = self.rng.random_range(1..0x8000);
    }

    /// Adds a body to the backlog; it replaces what waits under the same key, in its place. After
    /// [`remove`](Self::remove) nothing is published any more.
    pub fn push(&mut self, body: B) {
        if self.aim == Aim::Published {
            self.backlog.push(body);
        }
    }

    /// Adds a body as [`push`](Self::push) does, but before all that wait.
    pub fn push_first(&mut self, body: B) {
        if self.aim == Aim::Published {
            self.backlog.push_first(body);
        }
    }

    /// Forgets the bodies that wait, but for those that `keep` holds for.
    pub fn retain(&mut self, keep: impl Fn(&B) -> bool) {
        self.backlog.retain(keep);
    }

    /// Notes that the peer holds nothing of ours: the next request begins another publication there.
    pub fn start_over(&mut self) {
        // What is out has a tag of the old publication; its answer will tell.
        if self.sent.is_none() && self.release().is_some() {
            self.rename();
        }
    }

    /// The tag of what the peer held; nothing is to be refreshed there any more.
    fn release(&mut self) -> Option<EntityTag> {
        self.timers.stop(Due::Refresh);
        self.held.take()
    }

    /// Takes back what the peer holds, and forgets what waits: the end of the publication.
    pub fn remove(&mut self) {
        self.aim = Aim::Removed;
        self.backlog.clear();
    }

    /// The next request, when one may leave.
    pub fn poll_publish(&mut self, now: Instant) -> Option<PublishRequest<B>> {
        let is_pausing = self.timers.get(Due::Resume).is_some() && !self.timers.is_expired(Due::Resume, now);
        if self.sent.is_some() || is_pausing {
            return None;
        }
        let sent = self.next(now)?;
        self.timers.stop(Due::Resume);
        self.cseq += 1;
        let request = PublishRequest {
            call_id: self.call_id.clone(),
            from_tag: self.from_tag.clone(),
            cseq: self.cseq,
            if_match: sent.if_match.clone(),
            expires: sent.expires,
            body: sent.entry.as_ref().map(|entry| entry.body.clone()),
        };
        self.sent = Some((sent, now));
        Some(request)
    }

    fn next(&mut self, now: Instant) -> Option<Sent<B>> {
        let if_match = self.held.clone();
        if self.aim == Aim::Removed {
            // Without a tag there is nothing to remove (RFC 3903 §4.5).
            return if_match.is_some().then_some(Sent { entry: None, if_match, expires: Duration::ZERO });
        }
        self.backlog.recall(now);
        let entry = self.backlog.pop();
        let refresh_is_due = self.timers.is_expired(Due::Refresh, now);
        (entry.is_some() || refresh_is_due).then_some(Sent { entry, if_match, expires: self.expires })
    }

    /// Takes the peer's answer to the request that is out. Where none is, nothing changes.
    pub fn handle_answer(&mut self, now: Instant, answer: AgentAnswer) -> Outcome {
        let Some((sent, at)) = self.sent.take() else { return Outcome::Postponed };
        match answer {
            AgentAnswer::Accepted { tag, expires } => self.accepted(&sent, at, tag, expires),
            AgentAnswer::TagUnknown if sent.if_match.is_some() => self.forgotten(sent),
            AgentAnswer::TooBrief { min } if min > sent.expires => {
                self.expires = min;
                self.again(sent);
                Outcome::Postponed
            }
            AgentAnswer::Challenged => {
                self.again(sent);
                Outcome::Postponed
            }
            AgentAnswer::TagUnknown => self.rejected(now, sent, 412),
            AgentAnswer::TooBrief { .. } => self.refused(now, sent, 423),
            AgentAnswer::Refused { status } => self.refused(now, sent, status),
            AgentAnswer::Rejected { status } => self.rejected(now, sent, status),
            AgentAnswer::Failed { status, retry_after } => {
                self.again_last(sent);
                self.fail(now, Some(status), retry_after);
                Outcome::Postponed
            }
            AgentAnswer::TimedOut => {
                self.again(sent);
                self.fail(now, None, None);
                Outcome::Postponed
            }
        }
    }

    fn accepted(&mut self, sent: &Sent<B>, at: Instant, tag: Option<EntityTag>, expires: Option<Duration>) -> Outcome {
        self.failures = 0;
        self.trouble = None;
        self.release();
        if sent.expires.is_zero() {
            return Outcome::Taken;
        }
        let falls = sent.if_match.as_ref().zip(tag.as_ref()).is_some_and(|(old, new)| is_smaller(old, new));
        if tag.is_some() {
            let granted = expires.filter(|granted| !granted.is_zero()).unwrap_or(sent.expires);
            self.timers.set(Due::Refresh, at + until_refresh(granted));
        }
        self.held = tag;
        match self.policy.falling_tag {
            FallingTag::Restart if falls => Outcome::Forgotten,
            FallingTag::Restart | FallingTag::Opaque => Outcome::Taken,
        }
    }

    /// The peer knows nothing of us: another publication begins, with what was asked.
    fn forgotten(&mut self, sent: Sent<B>) -> Outcome {
        self.release();
        self.rename();
        self.again(sent);
        Outcome::Forgotten
    }

    fn refused(&mut self, now: Instant, sent: Sent<B>, status: u16) -> Outcome {
        self.again(sent);
        self.trouble = Some(Status::Misconfigured { status });
        self.pause(now, MENDING_PAUSE);
        Outcome::Postponed
    }

    /// The fault may be with the tag, which is given up, or with the body, which has one more trial before it is
    /// set aside.
    fn rejected(&mut self, now: Instant, mut sent: Sent<B>, status: u16) -> Outcome {
        self.release();
        let outcome = match &mut sent.entry {
            Some(entry) if entry.tried == Tried::Never => {
                entry.tried = Tried::Rejected;
                self.again_last(sent);
                Outcome::Postponed
            }
            Some(_) => {
                self.set_aside(now, sent, status);
                Outcome::SetAside
            }
            None => Outcome::Forgotten,
        };
        self.trouble = Some(Status::Failing { status: Some(status) });
        // The peer is there and answers: the others need not wait longer each time.
        self.pause(now, FIRST_PAUSE);
        outcome
    }

    /// The body goes first again.
    fn again(&mut self, sent: Sent<B>) {
        if let (Some(entry), Aim::Published) = (sent.entry, self.aim) {
            self.backlog.put_back(entry);
        }
    }

    /// The body goes behind the others: should the peer dislike it, they do not wait for that.
    fn again_last(&mut self, sent: Sent<B>) {
        if let (Some(entry), Aim::Published) = (sent.entry, self.aim) {
            self.backlog.put_back_last(entry);
        }
    }

    fn set_aside(&mut self, now: Instant, sent: Sent<B>, status: u16) {
        if let (Some(entry), Aim::Published) = (sent.entry, self.aim) {
            let until = now + self.spread(MENDING_PAUSE);
            self.backlog.set_aside(entry, status, until);
        }
    }

    fn fail(&mut self, now: Instant, status: Option<u16>, retry_after: Option<Duration>) {
        let pause = FIRST_PAUSE.saturating_mul(1 << self.failures.min(10)).min(LONGEST_PAUSE);
        self.failures = self.failures.saturating_add(1);
        self.trouble = Some(Status::Failing { status });
        self.pause(now, retry_after.unwrap_or_default().min(LONGEST_RETRY_AFTER).max(pause));
    }

    fn pause(&mut self, now: Instant, pause: Duration) {
        let until = now + self.spread(pause);
        self.timers.set(Due::Resume, until);
    }

    /// Lengthens a pause by a quarter at most, so that many do not come back at once.
    fn spread(&mut self, pause: Duration) -> Duration {
        pause.mul_f64(self.rng.random_range(1.0..1.25))
    }

    /// Notes that the peer was heard: what waits because the peer was silent leaves at once. A peer that fails or
    /// refuses is no readier for being heard.
    pub fn hasten(&mut self) {
        if self.trouble == Some(Status::Failing { status: None }) {
            self.timers.stop(Due::Resume);
        }
    }

    /// Whether the publication is removed, and the peer has said so if it held anything.
    pub fn is_removed(&self) -> bool {
        self.aim == Aim::Removed && self.held.is_none() && self.sent.is_none()
    }

    /// When to call [`Publication::poll_publish`] again; `None` while an answer is awaited.
    pub fn poll_timeout(&self) -> Option<Instant> {
        if self.sent.is_some() {
            return None;
        }
        let due = self.timers.get(Due::Refresh).into_iter().chain(self.backlog.recalls_at()).min();
        let something_waits = !self.backlog.is_empty() || (self.aim == Aim::Removed && self.held.is_some());
        match self.timers.get(Due::Resume) {
            Some(resume) if something_waits => Some(resume),
            Some(resume) => due.map(|due| due.max(resume)),
            None => due,
        }
    }

    /// How the publication stands at the peer.
    pub fn status(&self) -> Status {
        let untroubled = if self.held.is_some() { Status::Held } else { Status::Absent };
        self.trouble.unwrap_or(untroubled)
    }

    /// The bodies that wait.
    pub fn waiting(&self) -> impl Iterator<Item = &B> {
        self.backlog.bodies()
    }

    /// The bodies that the peer would not have, each with what it answered.
    pub fn disliked(&self) -> impl Iterator<Item = (&B, u16)> {
        self.backlog.aside()
    }
}

/// How long after its request a publication is refreshed: at 80 % of its lifetime, and early enough for a whole
/// transaction where there is room for one (RFC 3903 §4.3).
fn until_refresh(granted: Duration) -> Duration {
    match granted.checked_sub(TRANSACTION_TIME) {
        Some(early) if early >= granted / 2 => early.min(granted * 4 / 5),
        _ => granted / 2,
    }
}

/// Whether both tags are numbers, and the new one is not the greater.
fn is_smaller(old: &EntityTag, new: &EntityTag) -> bool {
    let number = |tag: &EntityTag| tag.as_str().parse::<u64>().ok();
    number(old).zip(number(new)).is_some_and(|(old, new)| new <= old)
}

#[cfg(test)]
#[path = "agent_tests.rs"]
mod tests;
