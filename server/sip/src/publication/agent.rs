//! Our publication of one event package at one peer (RFC 3903 §4).
//!
//! ```text
//!  push ─► waiting: the newest body of each key
//!              │ one at a time
//!              ▼            2xx: the next one, or a refresh in time
//!  poll_publish ─► asking ──┬─ 412: the peer forgot us, the same body starts over
//!                           ├─ 401, 407: the same body with credentials
//!                           ├─ 423: the same body with a longer expiry
//!                           ├─ silence, 5xx: the same body, later and later
//!                           └─ 401 again, 403, 404, 489 …: somebody must mend a configuration
//! ```
//! Nothing that was pushed is lost but by a newer body of its key. One that is refused twice for what it says
//! keeps nobody waiting: it is set aside, and offered again every minute.

use std::mem;
use std::time::{Duration, Instant};

use rand::Rng as _;
use rand::rngs::StdRng;

use super::EntityTag;
pub use super::waiting::Supersede;
use super::waiting::{Entry, Tried, Waiting};
use crate::message::Response;
use crate::transaction::TRANSACTION_TIME;

/// The first pause after a failure; it doubles with each one that follows.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause: when a peer is back, it should not take long until we notice.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
/// The pause after a refusal that only people can mend (`docs/protocol.md` C5, C7), and before a disliked body is offered again.
const MENDING_PAUSE: Duration = Duration::from_mins(1);
/// More than this no peer may ask us to wait by `Retry-After`.
const LONGEST_RETRY_AFTER: Duration = Duration::from_hours(1);

/// How the peer's answer reads to a publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AgentAnswer {
    /// 2xx
    Accepted {
        /// `SIP-ETag`; without it the next one starts over.
        tag: Option<EntityTag>,
        /// The lifetime granted; `None`: as asked.
        expires: Option<Duration>,
    },
    /// 412
    TagUnknown,
    /// 401 or 407 that can be answered: the same again, with credentials.
    Challenged,
    /// 423
    TooBrief {
        /// The least that the peer grants.
        min: Duration,
    },
    /// 401, 403, 404, 405, 407, 416, 420, 423 without `Min-Expires`, 489: it will not change by itself.
    Refused {
        /// What the peer answered.
        status: u16,
    },
    /// 408, 480, 5xx
    Failed {
        /// What the peer answered.
        status: u16,
        /// `Retry-After`
        retry_after: Option<Duration>,
    },
    /// 400, 413, 415 and all others: this request is not liked.
    Rejected {
        /// What the peer answered.
        status: u16,
    },
    /// Nobody answered.
    TimedOut,
}

impl From<&Response> for AgentAnswer {
    fn from(response: &Response) -> Self {
        let status = response.status;
        match (status, response.min_expires()) {
            (200..300, _) => Self::Accepted { tag: response.etag().map(EntityTag::new), expires: response.expires() },
            (412, _) => Self::TagUnknown,
            (423, Some(min)) => Self::TooBrief { min },
            (401 | 403 | 404 | 405 | 407 | 416 | 420 | 423 | 489, _) => Self::Refused { status },
            (408 | 480 | 500..600, _) => Self::Failed { status, retry_after: response.retry_after() },
            _ => Self::Rejected { status },
        }
    }
}

/// What an answer means to those who push.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The peer took it.
    Taken,
    /// The peer has forgotten what it was told before: everything is to be pushed again (`docs/protocol.md` C2, C8).
    Forgotten,
    /// It will be tried again.
    Postponed,
    /// The peer refused the body twice: it is offered again later, and keeps nobody waiting.
    SetAside,
}

/// A request that the publication wants sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishRequest<B> {
    /// `Call-ID`, constant until the peer forgets us.
    pub call_id: String,
    /// The tag of `From`, as constant.
    pub from_tag: String,
    /// `CSeq`
    pub cseq: u32,
    /// `SIP-If-Match`
    pub if_match: Option<EntityTag>,
    /// `Expires`
    pub expires: Duration,
    /// The state; `None` prolongs what the peer holds, or removes it when `expires` is zero.
    pub body: Option<B>,
}

/// How the publication stands, for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// The peer holds nothing of ours.
    Absent,
    /// The peer holds our publication.
    Held,
    /// The peer does not answer, or fails.
    Failing {
        /// What it answered last; `None`: nothing.
        status: Option<u16>,
    },
    /// The peer refuses us: its configuration or ours is wrong.
    Misconfigured {
        /// What it answered.
        status: u16,
    },
}

#[derive(Debug)]
enum Phase<B> {
    /// The next request may leave.
    Ready,
    /// This one is unanswered.
    Asking { sent: Sent<B>, at: Instant },
    /// Something went wrong; nothing leaves before this.
    Pausing { until: Instant },
}

/// What is out.
#[derive(Debug)]
struct Sent<B> {
    entry: Option<Entry<B>>,
    if_match: Option<EntityTag>,
    expires: Duration,
}

/// What the peer holds.
#[derive(Debug)]
struct Held {
    tag: EntityTag,
    refresh_at: Instant,
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
    rng: StdRng,
    call_id: String,
    from_tag: String,
    cseq: u32,
    expires: Duration,
    aim: Aim,
    phase: Phase<B>,
    held: Option<Held>,
    waiting: Waiting<B>,
    failures: u32,
    trouble: Option<Status>,
}

impl<B: Supersede + Clone> Publication<B> {
    /// A publication that the peer does not hold yet and that asks for `expires`.
    pub fn new(expires: Duration, rng: StdRng) -> Self {
        let mut publication = Self {
            rng,
            call_id: String::new(),
            from_tag: String::new(),
            cseq: 0,
            expires,
            aim: Aim::Published,
            phase: Phase::Ready,
            held: None,
            waiting: Waiting::new(),
            failures: 0,
            trouble: None,
        };
        publication.rename();
        publication
    }

    /// A new name for a new life at the peer.
    fn rename(&mut self) {
        self.call_id = format!("{:032x}", self.rng.random::<u128>());
        self.from_tag = format!("{:016x}", self.rng.random::<u64>());
        self.cseq = self.rng.random_range(1..0x8000);
    }

    /// Says something new; it replaces what waits under the same key, in its place. After [`remove`](Self::remove)
    /// nothing is said any more.
    pub fn push(&mut self, body: B) {
        if self.aim == Aim::Published {
            self.waiting.push(body);
        }
    }

    /// As [`push`](Self::push), but before all that waits.
    pub fn push_first(&mut self, body: B) {
        if self.aim == Aim::Published {
            self.waiting.push_first(body);
        }
    }

    /// Forgets what waits, but for these.
    pub fn retain(&mut self, keep: impl Fn(&B) -> bool) {
        self.waiting.retain(keep);
    }

    /// The peer is known to hold nothing of ours: the next request begins a new life there.
    pub fn start_over(&mut self) {
        // What is out has a tag of the old life; its answer will tell.
        if !matches!(self.phase, Phase::Asking { .. }) && self.held.take().is_some() {
            self.rename();
        }
    }

    /// Takes back what the peer holds, and forgets what waits: the end of the publication.
    pub fn remove(&mut self) {
        self.aim = Aim::Removed;
        self.waiting.clear();
    }

    /// The next request, when one may leave.
    pub fn poll_publish(&mut self, now: Instant) -> Option<PublishRequest<B>> {
        match self.phase {
            Phase::Asking { .. } => return None,
            Phase::Pausing { until } if now < until => return None,
            Phase::Pausing { .. } | Phase::Ready => {}
        }
        let sent = self.next(now)?;
        self.cseq += 1;
        let request = PublishRequest {
            call_id: self.call_id.clone(),
            from_tag: self.from_tag.clone(),
            cseq: self.cseq,
            if_match: sent.if_match.clone(),
            expires: sent.expires,
            body: sent.entry.as_ref().map(|entry| entry.body.clone()),
        };
        self.phase = Phase::Asking { sent, at: now };
        Some(request)
    }

    fn next(&mut self, now: Instant) -> Option<Sent<B>> {
        let if_match = self.held.as_ref().map(|held| held.tag.clone());
        if self.aim == Aim::Removed {
            // Without a tag there is nothing to remove (`docs/protocol.md` C4).
            return if_match.is_some().then_some(Sent { entry: None, if_match, expires: Duration::ZERO });
        }
        self.waiting.recall(now);
        let entry = self.waiting.pop();
        let refresh_is_due = self.held.as_ref().is_some_and(|held| held.refresh_at <= now);
        (entry.is_some() || refresh_is_due).then_some(Sent { entry, if_match, expires: self.expires })
    }

    /// Takes the peer's answer to the request that is out; there is none out: it changes nothing.
    pub fn handle_answer(&mut self, now: Instant, answer: AgentAnswer) -> Outcome {
        let Phase::Asking { sent, at } = mem::replace(&mut self.phase, Phase::Ready) else {
            return Outcome::Postponed;
        };
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
        if sent.expires.is_zero() {
            self.held = None;
            return Outcome::Taken;
        }
        let restarted = sent.if_match.as_ref().zip(tag.as_ref()).is_some_and(|(old, new)| counts_back(old, new));
        let granted = expires.filter(|granted| !granted.is_zero()).unwrap_or(sent.expires);
        self.held = tag.map(|tag| Held { tag, refresh_at: at + until_refresh(granted) });
        if restarted { Outcome::Forgotten } else { Outcome::Taken }
    }

    /// The peer knows nothing of us: a new life, which begins with what was asked.
    fn forgotten(&mut self, sent: Sent<B>) -> Outcome {
        self.held = None;
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
        self.held = None;
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
            self.waiting.put_back(entry);
        }
    }

    /// The body goes behind the others: should the peer dislike it, they do not wait for that.
    fn again_last(&mut self, sent: Sent<B>) {
        if let (Some(entry), Aim::Published) = (sent.entry, self.aim) {
            self.waiting.put_back_last(entry);
        }
    }

    fn set_aside(&mut self, now: Instant, sent: Sent<B>, status: u16) {
        if let (Some(entry), Aim::Published) = (sent.entry, self.aim) {
            let until = now + self.spread(MENDING_PAUSE);
            self.waiting.set_aside(entry, status, until);
        }
    }

    fn fail(&mut self, now: Instant, status: Option<u16>, retry_after: Option<Duration>) {
        let pause = FIRST_PAUSE.saturating_mul(1 << self.failures.min(10)).min(LONGEST_PAUSE);
        self.failures = self.failures.saturating_add(1);
        self.trouble = Some(Status::Failing { status });
        self.pause(now, retry_after.unwrap_or_default().min(LONGEST_RETRY_AFTER).max(pause));
    }

    fn pause(&mut self, now: Instant, pause: Duration) {
        self.phase = Phase::Pausing { until: now + self.spread(pause) };
    }

    /// A quarter longer at most, so that many do not come back at once.
    fn spread(&mut self, pause: Duration) -> Duration {
        pause.mul_f64(self.rng.random_range(1.0..1.25))
    }

    /// The peer was heard: what waits because it was silent leaves at once. One that fails or
    /// refuses is no readier for being heard.
    pub fn hasten(&mut self) {
        if matches!((&self.phase, self.trouble), (Phase::Pausing { .. }, Some(Status::Failing { status: None }))) {
            self.phase = Phase::Ready;
        }
    }

    /// Whether it is removed, and the peer has said so if it held anything.
    pub fn is_removed(&self) -> bool {
        self.aim == Aim::Removed && self.held.is_none() && !matches!(self.phase, Phase::Asking { .. })
    }

    /// When to call [`Publication::poll_publish`] again; `None` while an answer is awaited.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let refresh_at = self.held.as_ref().map(|held| held.refresh_at);
        let due = [refresh_at, self.waiting.recalls_at()].into_iter().flatten().min();
        let something_waits = self.waiting.len() > 0 || (self.aim == Aim::Removed && self.held.is_some());
        match self.phase {
            Phase::Asking { .. } => None,
            Phase::Pausing { until } if something_waits => Some(until),
            Phase::Pausing { until } => due.map(|due| due.max(until)),
            Phase::Ready => due,
        }
    }

    /// How it stands.
    pub fn status(&self) -> Status {
        let untroubled = if self.held.is_some() { Status::Held } else { Status::Absent };
        self.trouble.unwrap_or(untroubled)
    }

    /// The bodies that wait.
    pub fn waiting(&self) -> impl Iterator<Item = &B> {
        self.waiting.bodies()
    }

    /// The bodies that the peer would not have, each with what it answered.
    pub fn disliked(&self) -> impl Iterator<Item = (&B, u16)> {
        self.waiting.aside()
    }
}

/// When a publication is refreshed: at 80 %, and early enough for a whole transaction where its
/// lifetime has room for one (`docs/protocol.md` C3).
fn until_refresh(granted: Duration) -> Duration {
    match granted.checked_sub(TRANSACTION_TIME) {
        Some(early) if early >= granted / 2 => early.min(granted * 4 / 5),
        _ => granted / 2,
    }
}

/// Asterisk counts its tags up from 0; one that counts back comes from an Asterisk that has
/// started again (`docs/protocol.md` C8).
fn counts_back(old: &EntityTag, new: &EntityTag) -> bool {
    let number = |tag: &EntityTag| tag.as_str().parse::<u64>().ok();
    number(old).zip(number(new)).is_some_and(|(old, new)| new <= old)
}

#[cfg(test)]
#[path = "agent_tests.rs"]
mod tests;
