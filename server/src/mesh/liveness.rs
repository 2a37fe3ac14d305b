//! Whether a peer lives: signs of life, our OPTIONS that ask for them, silence and return. The failure detector of one
//! peer; what follows from a change is decided elsewhere.
//!
//! ```text
//!            publishes here, and is heard              silent, woke up, or publishes no more
//!   Never ────────────────────────────────► Live ◄──────────────────────────────────────────► Silent
//!                                                     heard again, at most once a second
//! ```

use std::time::{Duration, Instant};

use super::ids::RequestId;

/// How a peer stands; the board was told the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The peer never published here.
    Never,
    /// The peer publishes states of devices or extensions, and is heard.
    Live,
    /// The peer was live, and is no longer.
    Silent,
}

/// A change of standing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// The peer is live for the first time.
    Appeared,
    /// The peer is live after it was silent.
    Returned,
    /// The peer is lost; it was last heard so long ago.
    Lost { silent_for: Duration },
}

/// A sign of life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// A request of the peer.
    Request,
    /// The answer to this request of ours.
    Answer(RequestId),
}

/// The machine slept, or its clock was set: what waits in the buffers was sent before that.
#[derive(Debug, Clone, Copy)]
struct Woke {
    at: Instant,
    /// Requests of ours from this number on were sent afterwards.
    asked_from: u64,
}

/// Time within which all that waited in the buffers has been read.
const BUFFERS: Duration = Duration::from_secs(2);

impl Woke {
    /// Whether a sign of life was given after the machine woke.
    fn is_over(self, now: Instant, sign: Sign) -> bool {
        match sign {
            Sign::Request => now.saturating_duration_since(self.at) >= BUFFERS,
            Sign::Answer(request) => request.number() >= self.asked_from,
        }
    }
}

/// A peer that was back for less than this stays lost for as long: all its lamps change when it is lost and when it is
/// back, and no peer must have them do so with each of its requests.
const STEADY: Duration = Duration::from_secs(1);

/// Liveness of one peer. Time is handed in with each call.
#[derive(Debug)]
pub(super) struct Liveness {
    standing: Standing,
    heard_at: Option<Instant>,
    /// The peer gave no sign of life since the machine woke.
    woke: Option<Woke>,
    returned_at: Option<Instant>,
    /// The peer stays lost until then at least.
    lost_until: Option<Instant>,
    /// The peer holds a publication of device states here.
    publishes_devices: bool,
    /// The peer has published extension states here. This stays: each state of an extension ends by itself, and a peer
    /// whose last publication says "no call" has lost nothing.
    publishes_extensions: bool,
    /// The OPTIONS that is unanswered.
    probe: Option<RequestId>,
    /// When the next OPTIONS is due.
    probe_at: Instant,
}

impl Liveness {
    /// A peer that was never heard, and is asked for a sign of life at once.
    pub fn new(now: Instant) -> Self {
        Self {
            standing: Standing::Never,
            heard_at: None,
            woke: None,
            returned_at: None,
            lost_until: None,
            publishes_devices: false,
            publishes_extensions: false,
            probe: None,
            probe_at: now,
        }
    }

    pub const fn standing(&self) -> Standing {
        self.standing
    }

    /// Takes a sign of life. One that may have waited in a buffer since before the machine slept counts for nothing.
    pub fn hear(&mut self, now: Instant, sign: Sign) {
        if self.woke.is_none_or(|woke| woke.is_over(now, sign)) {
            (self.heard_at, self.woke) = (Some(now), None);
        }
    }

    /// The machine slept, or its clock was set: the peer is asked for a sign of life at once, and until it gives one
    /// nothing is known of it. Requests from number `asked_from` on are sent after that.
    pub fn wake(&mut self, now: Instant, asked_from: u64) {
        self.woke = Some(Woke { at: now, asked_from });
        self.probe = None;
        self.hasten(now);
    }

    /// Whether the peer gave no sign of life since the machine woke.
    pub const fn is_waking(&self) -> bool {
        self.woke.is_some()
    }

    /// Whether a sign of life alone brings the peer back: it was there, and publishes. What it believes to publish may
    /// have run out here, where more time has passed.
    pub fn may_return(&self) -> bool {
        self.standing == Standing::Silent && self.publishes()
    }

    fn publishes(&self) -> bool {
        self.publishes_devices || self.publishes_extensions
    }

    /// Notes that the peer holds a publication of device states here, or none any more.
    pub const fn set_publishes_devices(&mut self, publishes: bool) {
        self.publishes_devices = publishes;
    }

    /// Notes that the peer publishes extension states here.
    pub const fn set_publishes_extensions(&mut self) {
        self.publishes_extensions = true;
    }

    /// Compares how the peer is with how it stood, and tells of a change.
    pub fn turn(&mut self, now: Instant, silence: Duration) -> Option<Turn> {
        self.lost_until = self.lost_until.filter(|until| now < *until);
        let silent_for = self.heard_at.map(|at| now.saturating_duration_since(at));
        let is_heard = self.woke.is_none() && silent_for.is_some_and(|quiet| quiet < silence);
        match (self.standing, self.publishes() && is_heard) {
            (Standing::Never, true) => {
                self.standing = Standing::Live;
                Some(Turn::Appeared)
            }
            (Standing::Silent, true) if self.lost_until.is_some() => None,
            (Standing::Silent, true) => {
                self.returned_at = Some(now);
                self.standing = Standing::Live;
                Some(Turn::Returned)
            }
            (Standing::Live, false) => {
                self.standing = Standing::Silent;
                let was_steady = self.returned_at.is_none_or(|at| now.saturating_duration_since(at) >= STEADY);
                self.lost_until = (!was_steady).then(|| now + STEADY);
                Some(Turn::Lost { silent_for: silent_for.unwrap_or_default() })
            }
            (Standing::Live, true) | (Standing::Never | Standing::Silent, false) => None,
        }
    }

    /// When a live peer counts as silent unless it is heard before; `None` where it is not live.
    pub fn silent_at(&self, silence: Duration) -> Option<Instant> {
        self.heard_at.filter(|_| self.standing == Standing::Live).map(|at| at + silence)
    }

    /// When a peer that was lost may return; `None` where nothing keeps it from that.
    pub fn returns_at(&self) -> Option<Instant> {
        self.lost_until.filter(|_| self.standing == Standing::Silent)
    }

    /// When the next OPTIONS is due; `None` while one is unanswered.
    pub fn probe_at(&self) -> Option<Instant> {
        self.probe.is_none().then_some(self.probe_at)
    }

    /// An OPTIONS was sent.
    pub const fn probed(&mut self, request: RequestId) {
        self.probe = Some(request);
    }

    /// Whether this OPTIONS is unanswered.
    pub fn awaits(&self, request: RequestId) -> bool {
        self.probe == Some(request)
    }

    /// The OPTIONS was answered, or will not be; the next one is due after a while.
    pub fn probe_over(&mut self, next_at: Instant) {
        (self.probe, self.probe_at) = (None, next_at);
    }

    /// There is a new way to the peer: the next OPTIONS need not wait any longer.
    pub fn hasten(&mut self, now: Instant) {
        self.probe_at = self.probe_at.min(now);
    }
}
