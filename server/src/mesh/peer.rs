//! One peer: who it is, whether it is heard, and what was asked of it.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use lampfield_shared::peer::COUNTERS;
use lampfield_shared::{Pause, RefreshReason};
use lampfield_sip::ClientId;
use lampfield_sip::auth::Responder;
use lampfield_sip::locate::Names;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use super::admission::Admission;
use super::body::json::MeshEvent;
use super::dump::{Dump, Namesake};
use super::eids::Refused;
use super::heartbeat::Heartbeat;
use super::held::Extensions;
use super::outbound::{Asks, Outbound};
use super::reach::Reach;
use super::settings::PeerSettings;
use super::vocabulary::Vocabulary;
use crate::ledger::{Ledger, PeerId};

/// What the board was last told of a peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It never published here.
    Never,
    /// It publishes states of devices or extensions, and answers.
    Live,
    /// It did, and no longer does.
    Silent,
}

/// A sign of life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// A request of the peer.
    Request,
    /// The answer to this request of ours.
    Answer(ClientId),
}

/// The machine slept, or its clock was set: what waited in its buffers is of before.
#[derive(Debug, Clone, Copy)]
struct Woke {
    at: Instant,
    /// Requests of ours from this one on were sent after that.
    asked_from: ClientId,
}

/// By then whatever waited in the buffers has been read.
const BUFFERS: Duration = Duration::from_secs(2);

impl Woke {
    /// Whether a sign of life is of after that.
    fn is_over(self, now: Instant, sign: Sign) -> bool {
        match sign {
            Sign::Request => now.saturating_duration_since(self.at) >= BUFFERS,
            Sign::Answer(client) => client >= self.asked_from,
        }
    }
}

/// A change of standing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// For the first time.
    Appeared,
    /// After it was silent.
    Returned,
    /// It is lost; last heard so long ago.
    Lost { silent_for: Duration },
}

/// What is counted of a peer: the names are those of `/api/v1/peers`.
pub type Counters = BTreeMap<&'static str, u64>;

/// Counts one more; tells how many there are now.
pub(super) fn count(counters: &mut Counters, what: &'static str) -> u64 {
    debug_assert!(COUNTERS.contains(&what), "the page has no words for `{what}`");
    let times = counters.entry(what).or_default();
    *times += 1;
    *times
}

/// Who was back for less than this stays lost for as long: all lamps of a peer change when it is lost and when it is
/// back, and it must not have them do so with each of its requests.
const STEADY: Duration = Duration::from_secs(1);

/// How often the log tells of gaps of one peer.
const LOGGED_EVERY: Duration = Duration::from_secs(5);

/// How often each status code was answered.
pub type Codes = BTreeMap<u16, u64>;

/// One peer.
pub(super) struct Peer {
    /// Its number in the ledger.
    pub id: PeerId,
    pub settings: PeerSettings,
    pub standing: Standing,
    pub counters: Counters,
    /// Its requests, by the code that we answered.
    pub given: Codes,
    /// Our requests, by the code that it answered.
    pub got: Codes,
    /// When it last spoke under an id that is not its own, and why that was refused.
    pub intruded: Option<(Instant, Refused)>,
    /// Whether what we publish to it rests.
    pub pause: Pause,
    /// The ways to it.
    pub reach: Reach,
    /// What we publish to it, by event.
    pub outbound: BTreeMap<MeshEvent, Outbound>,
    /// All our states, where it is owed them.
    pub dump: Dump,
    /// Whether it has our own entity id.
    pub namesake: Namesake,
    /// When it is to be asked to tell everything again.
    pub heartbeat: Heartbeat,
    /// How much it may name.
    pub vocabulary: Vocabulary,
    /// What it publishes of its extensions.
    pub extensions: Extensions,
    /// What answers its challenges.
    pub responder: Option<Responder>,
    /// How it does with ours.
    pub admission: Admission,
    /// The resource that somebody at its address publishes to, and that is not its own.
    pub other_resource: Option<String>,
    /// When it last called by TLS in vain, and what that came to; nothing once it spoke by TLS again.
    pub no_tls: Option<(Instant, String)>,
    /// The OPTIONS that is out.
    pub probe: Option<ClientId>,
    /// When the next OPTIONS is due.
    pub probe_at: Instant,
    heard_at: Option<Instant>,
    /// It gave no sign of life since the machine woke.
    woke: Option<Woke>,
    /// When the log last told of a gap.
    gap_logged_at: Option<Instant>,
    /// When it was back.
    returned_at: Option<Instant>,
    /// It is lost until then at least.
    lost_until: Option<Instant>,
    /// It holds a publication of device states here.
    publishes: bool,
}

impl Peer {
    pub fn new(
        (id, settings): (PeerId, PeerSettings),
        vocabulary: Vocabulary,
        now: Instant,
        refresh_interval: Option<Duration>,
        rng: &mut StdRng,
    ) -> Self {
        let mut outbound = || Outbound::new(StdRng::from_rng(&mut *rng));
        let outbound = MeshEvent::ALL.into_iter().map(|event| (event, outbound())).collect();
        Self {
            id,
            reach: Reach::new(&settings.publish_to, &Names::new()),
            responder: settings.outbound_auth.as_ref().map(|auth| {
                let rng = StdRng::from_rng(&mut *rng);
                Responder::new(auth.login.clone(), auth.realm.clone(), rng)
            }),
            admission: Admission::default(),
            other_resource: None,
            no_tls: None,
            settings,
            standing: Standing::Never,
            counters: Counters::new(),
            given: Codes::new(),
            got: Codes::new(),
            intruded: None,
            pause: Pause::Off,
            outbound,
            dump: Dump::new(now),
            namesake: Namesake::No,
            heartbeat: Heartbeat::new(now, refresh_interval, rng.random_range(0.9..1.1)),
            vocabulary,
            extensions: Extensions::default(),
            probe: None,
            probe_at: now,
            heard_at: None,
            woke: None,
            gap_logged_at: None,
            returned_at: None,
            lost_until: None,
            publishes: false,
        }
    }

    pub fn count(&mut self, what: &'static str) {
        count(&mut self.counters, what);
    }

    /// Whether the log is to tell of a gap: one that follows another at once fills it with nothing new.
    pub fn logs_gap(&mut self, now: Instant) -> bool {
        let logs = self.gap_logged_at.is_none_or(|at| now.saturating_duration_since(at) >= LOGGED_EVERY);
        self.gap_logged_at = if logs { Some(now) } else { self.gap_logged_at };
        logs
    }

    /// Something of it arrived.
    pub fn hear(&mut self, now: Instant, sign: Sign) {
        if self.woke.is_none_or(|woke| woke.is_over(now, sign)) {
            (self.heard_at, self.woke) = (Some(now), None);
        }
    }

    /// The machine slept, or its clock was set: the peer is asked for a sign of life at once, and until it gives one
    /// nothing is known of it.
    pub fn wake(&mut self, now: Instant, asked_from: ClientId) {
        self.woke = Some(Woke { at: now, asked_from });
        self.probe = None;
        self.hasten(now);
    }

    /// Whether nothing of it is known to be of after the machine woke.
    pub const fn is_waking(&self) -> bool {
        self.woke.is_some()
    }

    /// Whether a sign of life alone brings it back: it was there, and publishes. What it believes to publish may have
    /// run out here, where more time has passed.
    pub fn may_return(&self) -> bool {
        self.standing == Standing::Silent && self.publishes()
    }

    fn publishes(&self) -> bool {
        self.publishes || self.extensions.any()
    }

    /// There is a new way to it: what waits need not wait any longer.
    pub fn hasten(&mut self, now: Instant) {
        self.outbound.values_mut().for_each(Outbound::hasten);
        self.probe_at = self.probe_at.min(now);
    }

    /// Asks it to tell everything again, unless that is on its way already.
    pub fn ask(&mut self, now: Instant, ledger: &mut Ledger, event: MeshEvent, why: RefreshReason) {
        let Some(outbound) = self.outbound.get_mut(&event) else { return };
        let asks = outbound.ask(now);
        outbound.hasten();
        match (asks, why) {
            (Asks::Anew, _) => ledger.begin_round(self.id, event.into(), now, why),
            (Asks::Already, RefreshReason::Gap) => ledger.note_gap(self.id, event.into()),
            (Asks::Already, _) => {}
        }
    }

    /// Asks it to tell everything of every event.
    pub fn ask_all(&mut self, now: Instant, ledger: &mut Ledger, why: RefreshReason) {
        for event in MeshEvent::ALL {
            self.ask(now, ledger, event, why);
        }
    }

    /// Asks when it is time; not during a pause, for the answer would have to wait for its end.
    pub fn keep_time(&mut self, now: Instant, ledger: &mut Ledger) {
        if self.pause == Pause::Off && self.heartbeat.is_due(now) {
            self.ask_all(now, ledger, RefreshReason::Heartbeat);
            self.heartbeat.wind_up(now);
        }
    }

    /// When a goodbye is due.
    pub fn goodbye_at(&self) -> Option<Instant> {
        let all = self.outbound.values().filter_map(Outbound::poll_timeout);
        all.filter(|_| self.pause == Pause::Off).min()
    }

    /// When it has to be told something, or be asked.
    pub fn speaks_at(&self) -> Option<Instant> {
        let outbound = self.outbound.values().filter_map(Outbound::poll_timeout);
        let all = outbound.chain(self.heartbeat.poll_timeout());
        // What waits is queued all the same.
        all.filter(|_| self.pause == Pause::Off).chain(self.dump.poll_timeout()).min()
    }

    /// It publishes device states here, or does so no longer.
    pub fn set_publishes(&mut self, publishes: bool) {
        self.publishes = publishes;
    }

    /// Compares what is with what the board was told.
    pub fn turn(&mut self, now: Instant, silence: Duration) -> Option<Turn> {
        self.lost_until = self.lost_until.filter(|until| now < *until);
        let silent_for = self.heard_at.map(|at| now.saturating_duration_since(at));
        let live = self.publishes() && self.woke.is_none() && silent_for.is_some_and(|quiet| quiet < silence);
        match (self.standing, live) {
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

    /// When its silence would be noticed, or its return.
    pub fn turns_at(&self, silence: Duration) -> Option<Instant> {
        match self.standing {
            Standing::Live => self.heard_at.map(|at| at + silence),
            Standing::Silent => self.lost_until,
            Standing::Never => None,
        }
    }
}
