//! The devices that were heard of or that a lamp looks at.

use std::ops::Deref;

use indexmap::{Equivalent, IndexMap};
use lampfield_shared::{DeviceName, Exten};

use super::ids::{DeviceId, LampId};
use super::votes::Votes;
use crate::moment::Moment;

/// What is known of one device, and the lamps that look at it.
#[derive(Debug, Default)]
pub(super) struct Device {
    pub(super) votes: Votes,
    pub(super) lamps: Lookers,
    /// Its votes are among those to be kept next.
    to_keep: bool,
}

/// The lamps that look at a device. Nearly every device has one for good, and there are many devices.
#[derive(Debug, Default)]
pub(super) enum Lookers {
    #[default]
    None,
    One(LampId),
    Several(Vec<LampId>),
}

impl Lookers {
    pub(super) fn push(&mut self, lamp: LampId) {
        match self {
            Self::None => *self = Self::One(lamp),
            Self::One(first) => *self = Self::Several(vec![*first, lamp]),
            Self::Several(all) => all.push(lamp),
        }
    }
}

impl Deref for Lookers {
    type Target = [LampId];

    fn deref(&self) -> &[LampId] {
        match self {
            Self::None => &[],
            Self::One(lamp) => std::slice::from_ref(lamp),
            Self::Several(all) => all,
        }
    }
}

/// What votes are on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// A device, by the EIDs of the Asterisks that know it.
    Device,
    /// An extension as a whole, by peers that publish the state of its hint; its name is the
    /// extension's. Apart from the devices, since a device may be called anything.
    Extension,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Key {
    kind: Kind,
    name: DeviceName,
}

/// A [`Key`] to look for; it hashes as that does.
#[derive(Hash)]
struct Sought<'a> {
    kind: Kind,
    name: &'a DeviceName,
}

impl Equivalent<Key> for Sought<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        self.kind == key.kind && *self.name == key.name
    }
}

/// All devices. None is ever taken away, so an id stays good.
#[derive(Debug, Default)]
pub(super) struct Devices {
    all: IndexMap<Key, Device>,
    to_keep: Vec<DeviceId>,
}

impl Devices {
    pub(super) fn get_or_add(&mut self, name: &DeviceName) -> DeviceId {
        self.add(Kind::Device, name)
    }

    /// What peers say of an extension as a whole.
    pub(super) fn of_extension(&mut self, exten: &Exten) -> DeviceId {
        self.add(Kind::Extension, &exten.as_str().into())
    }

    fn add(&mut self, kind: Kind, name: &DeviceName) -> DeviceId {
        let at = match self.all.get_index_of(&Sought { kind, name }) {
            Some(at) => at,
            None => self.all.insert_full(Key { kind, name: name.clone() }, Device::default()).0,
        };
        DeviceId::new(at)
    }

    pub(super) fn find(&self, name: &DeviceName) -> Option<DeviceId> {
        self.all.get_index_of(&Sought { kind: Kind::Device, name }).map(DeviceId::new)
    }

    pub(super) fn name(&self, id: DeviceId) -> &DeviceName {
        &self.key(id).name
    }

    pub(super) fn kind(&self, id: DeviceId) -> Kind {
        self.key(id).kind
    }

    fn key(&self, id: DeviceId) -> &Key {
        self.all.get_index(id.index()).expect("devices stay").0
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (DeviceId, &Device)> {
        self.all.values().enumerate().map(|(at, device)| (DeviceId::new(at), device))
    }

    pub(super) fn get(&self, id: DeviceId) -> &Device {
        &self.all[id.index()]
    }

    pub(super) fn get_mut(&mut self, id: DeviceId) -> &mut Device {
        &mut self.all[id.index()]
    }

    /// No time that is shown of any is still to come.
    pub(super) fn not_after(&mut self, now: Moment) {
        for at in 0..self.all.len() {
            if self.all[at].votes.not_after(now) {
                self.mark(DeviceId::new(at));
            }
        }
    }

    /// What is said of it is to be kept.
    pub(super) fn mark(&mut self, id: DeviceId) {
        let device = &mut self.all[id.index()];
        if !device.to_keep {
            device.to_keep = true;
            self.to_keep.push(id);
        }
    }

    /// Every device is to be kept.
    pub(super) fn mark_all(&mut self) {
        (0..self.all.len()).for_each(|at| self.mark(DeviceId::new(at)));
    }

    /// Those that were marked since this was last asked.
    pub(super) fn take_marked(&mut self) -> Vec<DeviceId> {
        let marked = std::mem::take(&mut self.to_keep);
        for id in &marked {
            self.all[id.index()].to_keep = false;
        }
        marked
    }
}
