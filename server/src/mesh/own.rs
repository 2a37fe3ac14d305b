//! Our own states, as every peer is to know them, and when a peer is told all of them again.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use lampfield_shared::{DeviceName, DeviceState};

use super::Mesh;
use super::body::json::MeshEvent;
use super::outbound::Outbound;
use super::peer::Peer;

/// A peer is told everything at most this often, whatever it asks for: each reload of an Asterisk asks,
/// and one in a loop must not keep us telling for ever (spec §8.26). What is asked for meanwhile is told then.
const DUMP_PAUSE: Duration = Duration::from_secs(10);

/// Whether a peer is owed all our states, and from when on it may have them.
#[derive(Debug)]
pub(super) struct Dump {
    owed: bool,
    not_before: Instant,
}

impl Dump {
    /// Nobody knows what the peer has of us from before our start: it is owed everything.
    pub fn new(now: Instant) -> Self {
        Self { owed: true, not_before: now }
    }

    pub fn owe(&mut self) {
        self.owed = true;
    }

    /// Whether all is to be told now; if so, it is owed no more.
    fn is_due(&mut self, now: Instant) -> bool {
        let due = self.owed && self.not_before <= now;
        if due {
            *self = Self { owed: false, not_before: now + DUMP_PAUSE };
        }
        due
    }

    pub fn poll_timeout(&self) -> Option<Instant> {
        self.owed.then_some(self.not_before)
    }
}

/// Whether a peer speaks under our own entity id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Namesake {
    /// It has one of its own.
    No,
    /// It has ours: what we told it, it would take for its own states and publish on to everybody (spec §3.4).
    Yes,
}

impl Peer {
    /// Notices under which id it speaks. A namesake is told nothing; one that was one is told everything.
    pub fn uses_eid(&mut self, namesake: Namesake) {
        match (self.namesake, namesake) {
            (Namesake::No, Namesake::Yes) => {
                let peer = &self.settings.name;
                tracing::error!(%peer, "this peer has our own entity id: nothing of ours is published to it");
                self.outbound.values_mut().for_each(Outbound::keep_to_ourselves);
            }
            (Namesake::Yes, Namesake::No) => self.dump.owe(),
            (Namesake::No, Namesake::No) | (Namesake::Yes, Namesake::Yes) => {}
        }
        self.namesake = namesake;
    }

    /// It has started again, and holds nothing of ours.
    pub fn start_over(&mut self, event: MeshEvent) {
        if let Some(outbound) = self.outbound.get_mut(&event) {
            outbound.start_over();
        }
        self.dump.owe();
    }

    /// Queues one of our states.
    fn tell_own(&mut self, device: &DeviceName, state: DeviceState) {
        if self.namesake == Namesake::Yes || !self.settings.filters.let_out(device) {
            return;
        }
        if let Some(outbound) = self.outbound.get_mut(&MeshEvent::DeviceState) {
            outbound.tell(device.clone(), state);
        }
    }

    /// Queues all of them, if they are owed and it is time. What waits already keeps its place, so
    /// nothing is told twice for it.
    pub fn tell_all_owed(&mut self, now: Instant, own: &BTreeMap<DeviceName, DeviceState>) {
        if self.dump.is_due(now) && !own.is_empty() {
            self.count("told_all");
            for (device, state) in own {
                self.tell_own(device, *state);
            }
        }
    }
}

impl Mesh {
    /// Sets a state of our own, and tells it to every peer. `INVALID` withdraws it: that word counts for
    /// nothing in any hint (spec §3.4). A withdrawn device is still told whenever all is told, since a
    /// peer keeps what it heard from us before; and so it belongs into [`MeshSettings::own`](super::MeshSettings)
    /// at the next start.
    pub fn set_own(&mut self, now: Instant, device: DeviceName, state: DeviceState) {
        if self.own.insert(device.clone(), state) == Some(state) {
            return;
        }
        for peer in &mut self.peers {
            peer.tell_own(&device, state);
        }
        self.speak(now);
    }

    /// Says goodbye: what we publish is taken back at every peer that holds it (C4). Our states stay with
    /// the peers, which forget nothing by an end (spec §3.4): a lamp of do-not-disturb that burns when
    /// lampfield stops goes on burning, for it is still meant, and the next start goes on from it.
    pub fn stop(&mut self, now: Instant) {
        self.stopping = true;
        for peer in &mut self.peers {
            peer.outbound.values_mut().for_each(Outbound::stop);
        }
        self.speak(now);
    }

    /// After [`Mesh::stop`]: whether every peer that answers has heard it.
    pub fn is_done(&self) -> bool {
        self.stopping && self.peers.iter().all(|peer| peer.outbound.values().all(Outbound::is_done))
    }
}
