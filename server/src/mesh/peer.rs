//! One peer: who it is, whether it is heard, and what was asked of it.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;

use super::body::json::MeshEvent;
use super::outbound::Asking;
use super::reach::Reach;
use super::settings::PeerSettings;
use crate::sip::ClientId;
use crate::sip::locate::Names;

/// A peer by its place in the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PeerId(pub usize);

/// What the board was last told of a peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It never published here.
    Never,
    /// It publishes and answers.
    Live,
    /// It did, and no longer does.
    Silent,
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

/// One peer.
pub(super) struct Peer {
    pub settings: PeerSettings,
    pub standing: Standing,
    pub counters: Counters,
    /// The ways to it.
    pub reach: Reach,
    /// Our refresh requests to it, by event.
    pub asking: BTreeMap<MeshEvent, Asking>,
    /// The OPTIONS that is out.
    pub probe: Option<ClientId>,
    /// When the next OPTIONS is due.
    pub probe_at: Instant,
    heard_at: Option<Instant>,
    /// It holds a publication of device states here.
    publishes: bool,
}

impl Peer {
    pub fn new(settings: PeerSettings, now: Instant, mut rng: impl FnMut() -> StdRng) -> Self {
        let asking = MeshEvent::ALL.into_iter().map(|event| (event, Asking::new(rng()))).collect();
        Self {
            reach: Reach::new(&settings.publish_to, &Names::new()),
            settings,
            standing: Standing::Never,
            counters: Counters::new(),
            asking,
            probe: None,
            probe_at: now,
            heard_at: None,
            publishes: false,
        }
    }

    pub fn count(&mut self, what: &'static str) {
        *self.counters.entry(what).or_default() += 1;
    }

    /// Something of it arrived.
    pub fn hear(&mut self, now: Instant) {
        self.heard_at = Some(now);
    }

    /// There is a new way to it: what waits need not wait any longer.
    pub fn hasten(&mut self, now: Instant) {
        self.asking.values_mut().for_each(Asking::hasten);
        self.probe_at = self.probe_at.min(now);
    }

    /// It publishes device states here, or does so no longer.
    pub fn set_publishes(&mut self, publishes: bool) {
        self.publishes = publishes;
    }

    /// Compares what is with what the board was told.
    pub fn turn(&mut self, now: Instant, silence: Duration) -> Option<Turn> {
        let silent_for = self.heard_at.map(|at| now.saturating_duration_since(at));
        let live = self.publishes && silent_for.is_some_and(|quiet| quiet < silence);
        match (self.standing, live) {
            (Standing::Never, true) => {
                self.standing = Standing::Live;
                Some(Turn::Appeared)
            }
            (Standing::Silent, true) => {
                self.standing = Standing::Live;
                Some(Turn::Returned)
            }
            (Standing::Live, false) => {
                self.standing = Standing::Silent;
                Some(Turn::Lost { silent_for: silent_for.unwrap_or_default() })
            }
            (Standing::Live, true) | (Standing::Never | Standing::Silent, false) => None,
        }
    }

    /// When its silence would be noticed.
    pub fn silent_at(&self, silence: Duration) -> Option<Instant> {
        match self.standing {
            Standing::Live => self.heard_at.map(|at| at + silence),
            Standing::Never | Standing::Silent => None,
        }
    }
}
