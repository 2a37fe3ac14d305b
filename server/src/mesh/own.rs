//! Our own states, as every peer is to know them, and when a peer is told all of them again.

use std::collections::BTreeMap;
use std::time::Instant;

use lampfield_shared::{Counter, DeviceName, DeviceState, Pause};

use super::Mesh;
use super::body::json::MeshEvent;
use super::dump::Namesake;
use super::liveness::Standing;
use super::outbound::Outbound;
use super::peer::Peer;
use super::uac::Phase;
use crate::moment::Moment;

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

    /// Its answer to a publication of device states shows that it holds nothing of ours any more.
    pub fn has_forgotten(&mut self, now: Instant) {
        // That publication has started over by itself.
        self.outbound
            .iter_mut()
            .filter(|(event, _)| **event != MeshEvent::DeviceState)
            .for_each(|(_, it)| it.start_over());
        self.dump.forgot(now);
    }

    /// Its own publications show that it has started again: it holds nothing of ours.
    pub fn has_restarted(&mut self, now: Instant) {
        self.outbound.values_mut().for_each(Outbound::start_over);
        self.dump.restarted(now);
    }

    /// Queues one of our states. Where the filter holds it back the peer is told once that we say nothing of
    /// it: from before that filter it may have it lit.
    fn tell_own(&mut self, device: &DeviceName, state: DeviceState) {
        let let_out = self.settings.filters.let_out(device);
        if self.namesake == Namesake::Yes || !(let_out || self.dump.lacks(device)) {
            return;
        }
        let state = if let_out { state } else { DeviceState::Invalid };
        if let Some(outbound) = self.outbound.get_mut(&MeshEvent::DeviceState) {
            outbound.tell(device.clone(), state);
        }
    }

    /// Queues all of them that it lacks, if they are owed and it is time. What waits already keeps its place,
    /// so nothing is told twice for it.
    pub fn tell_all_owed(&mut self, now: Instant, own: &BTreeMap<DeviceName, DeviceState>) {
        if !self.dump.is_due(now) {
            return;
        }
        let lacking: Vec<_> = own.iter().filter(|(device, _)| self.dump.lacks(device)).collect();
        if !lacking.is_empty() {
            // To have told nothing is no reason to wait.
            self.dump.rest(now);
            self.count(Counter::ToldAll);
        }
        for (device, state) in lacking {
            self.tell_own(device, *state);
        }
    }
}

impl Mesh {
    /// Sets a state of our own, and tells it to every peer. `INVALID` withdraws it: that word counts for
    /// nothing in any hint (`docs/protocol.md` §3.4). A withdrawn device is still told whenever all is told, since a
    /// peer keeps what it heard from us before; and so it belongs into [`MeshSettings::own`](super::MeshSettings)
    /// at the next start.
    pub fn set_own(&mut self, now: Moment, device: &DeviceName, state: DeviceState) {
        if self.own.insert(device.clone(), state) == Some(state) {
            return;
        }
        for peer in self.peers.iter_mut() {
            peer.tell_own(device, state);
        }
        self.speak(now);
    }

    /// Says goodbye: what we publish is taken back at every peer that holds it (`docs/protocol.md` C4). Our states stay with
    /// the peers, which forget nothing by an end (`docs/protocol.md` §3.4): a lamp of do-not-disturb that burns when
    /// lampfield stops goes on burning, for it is still meant, and the next start goes on from it.
    pub fn stop(&mut self, now: Moment) {
        self.uac.stop();
        for peer in self.peers.iter_mut() {
            peer.outbound.values_mut().for_each(Outbound::stop);
        }
        self.speak(now);
    }

    /// After [`Mesh::stop`]: whether every peer that answers has heard it.
    pub fn is_done(&self) -> bool {
        let is_done = |(_, peer): (_, &Peer)| {
            let is_deaf = peer.liveness.standing() == Standing::Silent || peer.pause == Pause::On;
            is_deaf || peer.outbound.values().all(Outbound::is_done)
        };
        self.uac.phase() == Phase::Stopping && self.peers.iter().all(is_done)
    }
}
