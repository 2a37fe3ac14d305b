//! "Do not disturb" on the board: our own votes, what is known of a DND that was set through
//! lampfield, and when a PBX or a person at the phone ends one.
//!
//! ```text
//!  News::Own ─► a ballot of ours beside those of the PBXes: no site, no home, always live
//!  News::Dnd ─► DndBook ─► Lamp::dnd_details
//!                  └─ the PBX's own vote goes ─► DndEnded: its timer has nothing to end any more
//!  Claim ─► an order that its PBX is being told ─ the PBX says so ─► it stands
//! ```
//! An order is on the board before its PBX is told, and what the PBX says is looked at word by word: between the
//! word that confirms a DND and the one that ends it lies no moment at which nobody looks.

use std::collections::BTreeMap;

use lampfield_shared::dnd::device;
use lampfield_shared::{
    DeviceName, DeviceState, Dnd, DndDetails, DndKind, Eid, Exten, Freshness, SiteName, Timestamp, Vote,
};

use super::Board;
use super::cell::Cell;
use super::dnd_book::{Claim, DndEnded, DndTold, Left};
use super::ids::{DeviceId, LampId, PeerId};
use super::votes::{Ballot, Voter};
use crate::moment::Moment;

/// Of which extensions the facts are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// Of these.
    These(Vec<Exten>),
    /// Of all in a group.
    Group(String),
    /// Of all whose lamp says "do not disturb".
    On,
}

/// What the board knows for whoever wants to set a DND.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DndFacts {
    /// The PBX that serves the extension, where that is more than a guess, and how fresh it is.
    pub home: Option<(SiteName, Freshness)>,
    /// What our own vote says.
    pub own: Dnd,
    /// Who else says "do not disturb".
    pub held_by: Vec<Vote>,
    /// Whether a lamp would show it.
    pub follows: Follows,
}

impl DndFacts {
    /// What is known of an extension without a lamp.
    pub const fn without_lamp() -> Self {
        Self { home: None, own: Dnd::Off, held_by: Vec::new(), follows: Follows::No }
    }

    /// Whether `node` holds the extension's own device: it stops calls, as far as is known.
    pub fn is_held_at(&self, node: &SiteName, exten: &Exten) -> bool {
        let device = device::of_exten(exten);
        self.held_by.iter().any(|vote| vote.peer == *node && vote.device == device)
    }
}

/// Whether a lamp looks at the device `Custom:DND<exten>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Follows {
    /// It does.
    Yes,
    /// Its hint names other devices only.
    No,
}

/// Whose word is awaited, and which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Awaited {
    /// A PBX says so of a device.
    Says {
        /// Who.
        peer: SiteName,
        /// Of which.
        device: DeviceName,
        /// What.
        state: DeviceState,
    },
    /// The PBX that is being told has said that this DND is on.
    Stands {
        /// Whose.
        exten: Exten,
        /// Which.
        since: Timestamp,
    },
}

impl Board {
    /// The next DND that was set through lampfield and was ended at its PBX; `None` when dry.
    #[must_use]
    pub fn poll_dnd_ended(&mut self) -> Option<DndEnded> {
        self.dnd.poll_ended()
    }

    /// What is known of the DND of some extensions; those that have no lamp are left out.
    pub fn dnd_facts(&self, whose: &Whose) -> BTreeMap<Exten, DndFacts> {
        let facts = |(exten, id): (&Exten, &LampId)| (exten.clone(), self.facts(&self.lamps[id.index()]));
        match whose {
            Whose::These(extens) => extens.iter().filter_map(|it| self.by_exten.get_key_value(it)).map(facts).collect(),
            Whose::Group(group) => {
                let is_in = |id: &LampId| self.lamps[id.index()].lamp.group.as_ref() == Some(group);
                self.by_exten.iter().filter(|(_, id)| is_in(id)).map(facts).collect()
            }
            Whose::On => self.by_exten.iter().filter(|(_, id)| self.lamps[id.index()].lamp.dnd).map(facts).collect(),
        }
    }

    /// Whether what is awaited has come; a DND that was awaited stands from then on.
    pub fn has_come(&mut self, now: Moment, awaited: &Awaited) -> bool {
        match awaited {
            Awaited::Says { peer, device, state } => self.says(peer, device, *state),
            Awaited::Stands { exten, since } => self.stands(now, exten, *since),
        }
    }

    /// Whether `peer` itself says that `device` is in `state`, and can be believed.
    fn says(&self, peer: &SiteName, device: &DeviceName, state: DeviceState) -> bool {
        let (Some(peer), Some(device)) = (self.peers.find(peer), self.devices.find(device)) else { return false };
        let mut ballots = self.devices.get(device).votes.iter();
        ballots.any(|ballot| ballot.peer == peer && ballot.state == state && ballot.is_live(&self.peers))
    }

    fn stands(&mut self, now: Moment, exten: &Exten, since: Timestamp) -> bool {
        let Some(order) = self.dnd.order_of(exten, since) else {
            // The PBX has said that it is on, and then that it is off: it was confirmed, and has ended.
            return true;
        };
        let (told, is_confirmed) = (order.told.clone(), order.is_confirmed());
        let says_so =
            || told.node.as_ref().is_some_and(|node| self.says(node, &device::of_exten(exten), DeviceState::Busy));
        if !is_confirmed && !says_so() {
            return false;
        }
        self.dnd.close(exten);
        self.apply_dnd(now, exten, DndKind::Calls, Some(told));
        true
    }

    /// Whether this may be done at the PBX, as far as the board knows.
    pub fn claim_dnd(&mut self, exten: &Exten, claim: Claim) -> bool {
        self.dnd.claim(exten, claim)
    }

    /// An order was not carried out to its end.
    pub fn leave_dnd(&mut self, exten: &Exten, since: Timestamp, left: Left) {
        self.dnd.leave(exten, since, left);
    }

    fn facts(&self, cell: &Cell) -> DndFacts {
        let exten = &cell.lamp.exten;
        let own_device = self.devices.find(&device::of_exten(exten));
        let watched = cell.watched.iter().filter(|(_, role)| role.is_dnd()).map(|(id, _)| *id);
        let follows = if watched.clone().any(|id| Some(id) == own_device) { Follows::Yes } else { Follows::No };
        let beside = own_device.filter(|_| follows == Follows::No);
        let own = own_device.is_some_and(|id| self.own_vote(id) == Some(DeviceState::Busy));
        DndFacts {
            home: cell.home.known().map(|peer| (self.peers.site(peer).name.clone(), self.peers.site(peer).freshness)),
            own: if own { Dnd::On } else { Dnd::Off },
            held_by: watched.chain(beside).flat_map(|id| self.holders(id)).collect(),
            follows,
        }
    }

    /// What we say of a device.
    fn own_vote(&self, id: DeviceId) -> Option<DeviceState> {
        self.devices.get(id).votes.iter().find(|ballot| ballot.peer.is_own()).map(|ballot| ballot.state)
    }

    /// The votes of others that light it.
    fn holders(&self, id: DeviceId) -> impl Iterator<Item = Vote> {
        let ballots = self.devices.get(id).votes.iter();
        let holding = ballots.filter(|ballot| ballot.state == DeviceState::Busy && !ballot.peer.is_own());
        holding.map(move |ballot| self.vote(self.devices.name(id), ballot))
    }

    /// Our own word for a device: it counts at once, as it will at the peers.
    pub(super) fn apply_own(&mut self, now: Moment, eid: Eid, name: &DeviceName, state: DeviceState) {
        let id = self.devices.get_or_add(name);
        if self.devices.get(id).votes.is_empty() {
            self.add_lamps_of(id, name, now);
        }
        // What it did is no matter: nobody has seen it yet.
        let _outcome = self.devices.get_mut(id).votes.cast(self.asterisk, (Voter::Eid(eid), PeerId::OWN, state), now);
        for at in 0..self.devices.get(id).lamps.len() {
            self.refresh(self.devices.get(id).lamps[at], now);
        }
    }

    /// A DND was set through lampfield, or is none any more.
    pub(super) fn apply_dnd(&mut self, now: Moment, exten: &Exten, kind: DndKind, told: Option<DndTold>) {
        self.dnd.tell(exten, kind, told);
        if let Some(id) = self.by_exten.get(exten) {
            self.refresh(*id, now);
        }
    }

    /// Of this order nobody knows how far it got: the server ended meanwhile.
    pub(super) fn apply_dnd_order(&mut self, exten: Exten, wanted: Dnd, told: DndTold) {
        self.dnd.reopen(exten, wanted, told);
    }

    /// What was kept of the last time may tell that a DND has ended of which that was not kept any more.
    pub(super) fn notice_ended_before(&mut self, exten: &Exten) {
        let Some(told) = self.dnd.get(exten, DndKind::Calls).cloned() else { return };
        let Some(peer) = told.node.as_ref().and_then(|node| self.peers.find(node)) else { return };
        let Some(id) = self.devices.find(&device::of_exten(exten)) else { return };
        let since = |ballot: &&Ballot| ballot.peer == peer && ballot.when.wall > told.since;
        let Some(state) = self.devices.get(id).votes.iter().find(since).map(|ballot| ballot.state) else { return };
        self.notice_dnd(peer, &device::of_exten(exten), state);
    }

    /// `peer` says something of `device`.
    pub(super) fn notice_dnd(&mut self, peer: PeerId, device: &DeviceName, state: DeviceState) {
        self.dnd.notice(&self.peers.site(peer).name, device, state);
    }

    /// What a lamp that says "do not disturb" tells of it: a PBX that holds it now stops calls; where
    /// we alone do, none are stopped; else it is the last that was known of a PBX.
    pub(super) fn dnd_details(&self, id: LampId) -> DndDetails {
        let cell = &self.lamps[id.index()];
        let watched = cell.watched.iter().filter(|(_, role)| role.is_dnd()).map(|(id, _)| *id);
        let held = watched.clone().flat_map(|id| self.devices.get(id).votes.iter());
        let mut held = held.filter(|ballot| ballot.state == DeviceState::Busy && !ballot.peer.is_own());
        let own = || watched.clone().any(|id| self.own_vote(id) == Some(DeviceState::Busy));
        let kind =
            if held.any(|ballot| ballot.is_live(&self.peers)) || !own() { DndKind::Calls } else { DndKind::Lamp };
        let told = self.dnd.get(&cell.lamp.exten, kind);
        DndDetails {
            kind,
            until: told.and_then(|told| told.until),
            reason: told.and_then(|told| told.reason.clone()),
            by: told.and_then(|told| told.by.clone()),
        }
    }
}
