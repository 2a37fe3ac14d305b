//! One peer: who it is, what it told, and what was asked of it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use lampfield_shared::{Counter, Pause, RefreshReason};
use lampfield_sip::auth::Responder;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use super::admission::Admission;
use super::asterisk;
use super::body::json::MeshEvent;
use super::dump::{Dump, Namesake};
use super::eids::Refused;
use super::extension_publications::ExtensionPublications;
use super::heartbeat::Heartbeat;
use super::ids::{Purpose, RequestId};
use super::liveness::Liveness;
use super::outbound::{Asks, Outbound};
use super::settings::PeerSettings;
use super::tally::Tally;
use super::vocabulary::Vocabulary;
use crate::ledger::{Ledger, PeerId};

/// How often the log tells of gaps of one peer.
const LOGGED_EVERY: Duration = Duration::from_secs(5);

/// One peer.
pub(super) struct Peer {
    /// Number of the peer in the ledger.
    pub id: PeerId,
    pub settings: Arc<PeerSettings>,
    pub liveness: Liveness,
    pub tally: Tally,
    /// When the peer last spoke under an entity id that is not its own, and why that was refused.
    pub intruded: Option<(Instant, Refused)>,
    /// Whether an admin has paused our publishing to the peer.
    pub pause: Pause,
    /// Our publications at the peer, by event.
    pub outbound: BTreeMap<MeshEvent, Outbound>,
    /// All our states, where the peer is owed them.
    pub dump: Dump,
    /// Whether the peer has our own entity id.
    pub namesake: Namesake,
    /// When the peer is to be asked to tell everything again.
    pub heartbeat: Heartbeat,
    /// How many names the peer may use.
    pub vocabulary: Vocabulary,
    /// The publications by which the peer tells of extensions.
    pub extensions: ExtensionPublications,
    /// Answers the peer's challenges.
    pub responder: Option<Responder>,
    /// How the peer does with our challenges.
    pub admission: Admission,
    /// The resource that somebody at the peer's address publishes to, and that is not the peer's own.
    pub other_resource: Option<String>,
    /// When the peer last called by TLS in vain, and why; `None` once it spoke by TLS again.
    pub no_tls: Option<(Instant, String)>,
    /// When the log last told of a gap.
    gap_logged_at: Option<Instant>,
}

impl Peer {
    pub fn new(
        (id, settings): (PeerId, Arc<PeerSettings>),
        vocabulary: Vocabulary,
        now: Instant,
        refresh_interval: Option<Duration>,
        rng: &mut StdRng,
    ) -> Self {
        let mut outbound = || Outbound::new(StdRng::from_rng(&mut *rng));
        let outbound = MeshEvent::ALL.into_iter().map(|event| (event, outbound())).collect();
        Self {
            id,
            responder: settings.outbound_auth.as_ref().map(|auth| {
                let rng = StdRng::from_rng(&mut *rng);
                Responder::new(auth.login.clone(), auth.realm.clone(), asterisk::POLICY, rng)
            }),
            admission: Admission::default(),
            other_resource: None,
            no_tls: None,
            settings,
            liveness: Liveness::new(now),
            tally: Tally::default(),
            intruded: None,
            pause: Pause::Off,
            outbound,
            dump: Dump::new(now),
            namesake: Namesake::No,
            heartbeat: Heartbeat::new(now, refresh_interval, rng.random_range(0.9..1.1)),
            vocabulary,
            extensions: ExtensionPublications::default(),
            gap_logged_at: None,
        }
    }

    /// Counts one more of the peer.
    pub fn count(&mut self, what: Counter) {
        self.tally.count(what);
    }

    /// Whether the log is to tell of a gap: a gap that follows another at once would fill the log with nothing new.
    pub fn logs_gap(&mut self, now: Instant) -> bool {
        let logs = self.gap_logged_at.is_none_or(|at| now.saturating_duration_since(at) >= LOGGED_EVERY);
        self.gap_logged_at = if logs { Some(now) } else { self.gap_logged_at };
        logs
    }

    /// Whether the answer to this request of ours is awaited.
    pub fn awaits(&self, request: RequestId) -> bool {
        match request.purpose() {
            Purpose::Probe => self.liveness.awaits(request),
            Purpose::Publish(event) => self.outbound.get(&event).is_some_and(|outbound| outbound.awaits(request)),
        }
    }

    /// The machine slept, or its clock was set: see [`Liveness::wake`].
    pub fn wake(&mut self, now: Instant, asked_from: u64) {
        self.liveness.wake(now, asked_from);
        self.hasten(now);
    }

    /// There is a new way to the peer: what waits need not wait any longer.
    pub fn hasten(&mut self, now: Instant) {
        self.outbound.values_mut().for_each(Outbound::hasten);
        self.liveness.hasten(now);
    }

    /// Asks the peer to tell everything of an event again, unless that is under way already.
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

    /// Asks the peer to tell everything of every event again.
    pub fn ask_all(&mut self, now: Instant, ledger: &mut Ledger, why: RefreshReason) {
        for event in MeshEvent::ALL {
            self.ask(now, ledger, event, why);
        }
    }

    /// Asks when the heartbeat is due; not during a pause, for the request would have to wait for its end.
    pub fn keep_time(&mut self, now: Instant, ledger: &mut Ledger) {
        if self.pause == Pause::Off && self.heartbeat.is_due(now) {
            self.ask_all(now, ledger, RefreshReason::Heartbeat);
            self.heartbeat.wind_up(now);
        }
    }
}
