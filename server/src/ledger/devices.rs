//! The devices, each with what every Asterisk said of it last.

use indexmap::IndexMap;
use lampfield_shared::{DeviceName, Eid};

use super::fact::Fact;
use super::ids::{DeviceId, PeerId};
use super::marks::Marks;
use crate::moment::Moment;

/// All devices that anybody told of or that a lamp looks at.
#[derive(Debug, Default)]
pub(super) struct Devices {
    /// The facts of each are in the order of their entity ids.
    all: IndexMap<DeviceName, Vec<Fact>>,
    to_keep: Marks<DeviceId>,
}

impl Devices {
    pub(super) fn find_or_add(&mut self, name: &DeviceName) -> DeviceId {
        DeviceId::at(match self.all.get_index_of(name) {
            Some(at) => at,
            None => self.all.insert_full(name.clone(), Vec::new()).0,
        })
    }

    pub(super) fn find(&self, name: &DeviceName) -> Option<DeviceId> {
        self.all.get_index_of(name).map(DeviceId::at)
    }

    pub(super) fn name(&self, id: DeviceId) -> &DeviceName {
        self.all.get_index(id.index()).expect("no device is ever taken away").0
    }

    /// What was said of a device, in the order of the entity ids.
    pub(super) fn facts(&self, id: DeviceId) -> &[Fact] {
        &self.all[id.index()]
    }

    /// Files a fact in the place of what the same Asterisk said before, which is handed back.
    pub(super) fn file(&mut self, id: DeviceId, fact: Fact) -> Option<Fact> {
        let facts = &mut self.all[id.index()];
        match facts.binary_search_by(|known| known.eid.cmp(&fact.eid)) {
            Ok(at) => {
                let before = facts[at];
                facts[at] = before.followed_by(fact);
                Some(before)
            }
            Err(at) => {
                // One at a time: most devices have one fact for good, and there are many devices.
                facts.reserve_exact(1);
                facts.insert(at, fact);
                None
            }
        }
    }

    /// What an Asterisk said of a device by this peer.
    pub(super) fn fact(&self, name: &DeviceName, eid: Eid, peer: PeerId) -> Option<&Fact> {
        self.all.get(name)?.iter().find(|fact| fact.eid == Some(eid) && fact.peer == peer)
    }

    /// What `peer` told of a device may be out of date since `moment`.
    pub(super) fn doubt(&mut self, id: DeviceId, peer: PeerId, moment: Moment) {
        let facts = self.all[id.index()].iter_mut();
        facts.filter(|fact| fact.peer == peer).for_each(|fact| fact.age.doubt(moment));
        self.mark(id);
    }

    /// Shows no time that is still to come.
    pub(super) fn set_clock(&mut self, now: Moment) {
        for at in 0..self.all.len() {
            let facts = self.all[at].iter_mut();
            if facts.fold(false, |was_later, fact| fact.age.set_clock(now) | was_later) {
                self.mark(DeviceId::at(at));
            }
        }
    }

    /// Has what is said of a device kept next.
    pub(super) fn mark(&mut self, id: DeviceId) {
        self.to_keep.mark(id);
    }

    pub(super) fn mark_all(&mut self) {
        (0..self.all.len()).for_each(|at| self.mark(DeviceId::at(at)));
    }

    /// The devices that were marked since this was last asked.
    pub(super) fn take_marked(&mut self) -> Vec<DeviceId> {
        self.to_keep.take()
    }
}
