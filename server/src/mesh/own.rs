//! Our own states, as every peer is to know them, and when a peer is told all of them again.

use std::time::Instant;

use lampfield_shared::{Counter, DeviceName, DeviceState, Pause};

use super::Mesh;
use super::body::json::MeshEvent;
use super::dump::Namesake;
use super::liveness::Standing;
use super::outbound::Outbound;
use super::peer::Peer;
use super::uac::Phase;
use crate::ledger::{Change, DeviceId, Filed, Ledger, LetOut, want};
use crate::moment::Moment;

impl Peer {
    /// Notices under which id the peer speaks. A namesake is told nothing; one that was one is told everything.
    pub fn uses_eid(&mut self, ledger: &mut Ledger, namesake: Namesake) {
        match (self.namesake, namesake) {
            (Namesake::No, Namesake::Yes) => {
                let peer = &self.settings.name;
                tracing::error!(%peer, "this peer has our own entity id: we publish nothing to it");
                self.outbound.values_mut().for_each(Outbound::keep_to_ourselves);
            }
            (Namesake::Yes, Namesake::No) => self.owe_all(ledger),
            (Namesake::No, Namesake::No) | (Namesake::Yes, Namesake::Yes) => {}
        }
        self.namesake = namesake;
    }

    /// The peer may have forgotten everything that it was told: an epoch begins, and everything is owed.
    pub fn owe_all(&mut self, ledger: &mut Ledger) {
        ledger.begin_epoch(self.id);
        self.dump.owe();
    }

    /// Notices by the answer to a publication of device states that the peer holds nothing of ours any more.
    pub fn has_forgotten(&mut self, now: Instant, ledger: &mut Ledger) {
        // That publication has started over by itself.
        self.outbound
            .iter_mut()
            .filter(|(event, _)| **event != MeshEvent::DeviceState)
            .for_each(|(_, it)| it.start_over());
        self.dump.note_forgotten(now);
        self.owe_all(ledger);
    }

    /// Notices by the peer's own publications that it has started again: it holds nothing of ours.
    pub fn has_restarted(&mut self, now: Instant, ledger: &mut Ledger) {
        self.outbound.values_mut().for_each(Outbound::start_over);
        if self.dump.is_new_restart(now) {
            self.owe_all(ledger);
        }
    }

    /// Queues what the peer is to know of one of our devices. What its filter holds back it is told once, as INVALID.
    fn tell_own(&mut self, ledger: &Ledger, name: &DeviceName, device: DeviceId, state: DeviceState) {
        let let_out = if self.settings.filters.let_out(name) { LetOut::Yes } else { LetOut::No };
        let lacks = ledger.told(self.id, device).is_none();
        if self.namesake == Namesake::Yes || !(let_out == LetOut::Yes || lacks) {
            return;
        }
        if let Some(outbound) = self.outbound.get_mut(&MeshEvent::DeviceState) {
            outbound.tell(name.clone(), want(state, let_out));
        }
    }

    /// Queues all of them that the peer lacks, if they are owed and it is time. What waits already keeps its place,
    /// so nothing is told twice for it.
    pub fn tell_all_owed(&mut self, now: Instant, ledger: &Ledger) {
        if !self.dump.is_due(now) {
            return;
        }
        let lacking: Vec<_> = ledger.own().filter(|(_, device, _)| ledger.told(self.id, *device).is_none()).collect();
        if !lacking.is_empty() {
            // To have told nothing is no reason to wait.
            self.dump.rest(now);
            self.count(Counter::ToldAll);
        }
        for (name, device, state) in lacking {
            self.tell_own(ledger, name, device, state);
        }
    }
}

impl Mesh {
    /// Sets a state of our own, and tells it to every peer; what that changes is for the board. `INVALID` withdraws
    /// the state: that word counts for nothing in any hint (`docs/protocol.md` §3.4). A withdrawn device is still told
    /// whenever all is told, since a peer keeps what it heard from us before; so it is filed again at the next start.
    pub fn set_own(&mut self, now: Moment, ledger: &mut Ledger, name: &DeviceName, state: DeviceState) -> Filed {
        let filed = ledger.file_own(now, name, state);
        if filed.change != Change::None {
            for peer in self.peers.iter_mut() {
                peer.tell_own(ledger, name, filed.device, state);
            }
            self.speak(now, ledger);
        }
        filed
    }

    /// Says goodbye: what we publish is taken back at every peer that holds it (`docs/protocol.md` C4). Our states stay with
    /// the peers, which forget nothing by an end (`docs/protocol.md` §3.4): a lamp of do-not-disturb that burns when
    /// lampfield stops goes on burning, for it is still meant, and the next start goes on from it.
    pub fn stop(&mut self, now: Moment, ledger: &mut Ledger) {
        self.uac.stop();
        for peer in self.peers.iter_mut() {
            peer.outbound.values_mut().for_each(Outbound::stop);
        }
        self.speak(now, ledger);
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
