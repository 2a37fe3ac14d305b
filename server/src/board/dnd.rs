//! "Do not disturb" on the board: our own votes, what is known of a DND that was set through
//! lampfield, and when a PBX or a person at the phone ends one.
//!
//! ```text
//!  News::Own ─► a ballot of ours beside those of the PBXes: no site, no home, always live
//!  News::Dnd ─► DndBook ─► Lamp::dnd_details
//!                  └─ the PBX's own vote goes ─► DndEnded: its timer has nothing to end any more
//! ```

use std::collections::{BTreeMap, VecDeque};

use lampfield_shared::dnd::device;
use lampfield_shared::{
    DeviceName, DeviceState, Dnd, DndDetails, DndKind, Eid, Exten, Freshness, SiteName, Timestamp, Vote,
};

use super::devices::{DeviceId, LampId};
use super::peers::PeerId;
use super::votes::Voter;
use super::{Board, Cell};

/// What is known of a DND that was set through lampfield.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DndTold {
    /// When it was set: tells it from any other.
    pub since: Timestamp,
    /// When it ends by itself.
    pub until: Option<Timestamp>,
    /// Why.
    pub reason: Option<String>,
    /// Who set it.
    pub by: Option<String>,
    /// The PBX that holds it, where it stops calls.
    pub node: Option<SiteName>,
}

/// A PBX no longer holds the DND that lampfield had set there `since` then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DndEnded {
    /// Whose.
    pub exten: Exten,
    /// Which.
    pub since: Timestamp,
}

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

/// Every DND that was set through lampfield and is on.
#[derive(Debug, Default)]
pub(super) struct DndBook {
    told: BTreeMap<(Exten, DndKind), DndTold>,
    ended: VecDeque<DndEnded>,
}

impl DndBook {
    fn get(&self, exten: &Exten, kind: DndKind) -> Option<&DndTold> {
        self.told.get(&(exten.clone(), kind))
    }

    /// `peer` says of `device` what is no DND: one that was set there has ended.
    fn notice(&mut self, peer: &SiteName, device: &DeviceName, state: DeviceState) {
        // UNKNOWN and INVALID are no word of a person: a PBX that starts says them of what it has not read yet.
        let is_off = matches!(state, DeviceState::NotInUse | DeviceState::Unavailable);
        let Some(exten) = device.as_str().strip_prefix("Custom:DND").filter(|_| is_off) else { return };
        let key = (Exten::from(exten), DndKind::Calls);
        if self.told.get(&key).is_some_and(|told| told.node.as_ref() == Some(peer))
            && let Some(told) = self.told.remove(&key)
        {
            self.ended.push_back(DndEnded { exten: key.0, since: told.since });
        }
    }
}

impl Board {
    /// The next DND that was set through lampfield and was ended at its PBX; `None` when dry.
    #[must_use]
    pub fn poll_dnd_ended(&mut self) -> Option<DndEnded> {
        self.dnd.ended.pop_front()
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

    /// Whether `peer` itself says that `device` is in `state`, and can be believed.
    pub fn confirms(&self, peer: &SiteName, device: &DeviceName, state: DeviceState) -> bool {
        let (Some(peer), Some(device)) = (self.peers.find(peer), self.devices.find(device)) else { return false };
        let mut ballots = self.devices.get(device).votes.iter();
        ballots.any(|ballot| ballot.peer == peer && ballot.state == state && ballot.is_live(&self.peers))
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
    pub(super) fn apply_own(&mut self, now: Timestamp, eid: Eid, name: &DeviceName, state: DeviceState) {
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
    pub(super) fn apply_dnd(&mut self, now: Timestamp, exten: &Exten, kind: DndKind, told: Option<DndTold>) {
        let key = (exten.clone(), kind);
        match told {
            Some(told) => self.dnd.told.insert(key, told),
            None => self.dnd.told.remove(&key),
        };
        if let Some(id) = self.by_exten.get(exten) {
            self.refresh(*id, now);
        }
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
