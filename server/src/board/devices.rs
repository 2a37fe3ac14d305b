//! The devices that were heard of or that a lamp looks at.

use indexmap::IndexMap;
use lampfield_shared::DeviceName;

use super::votes::Votes;

/// A device by the order in which it became known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct DeviceId(u32);

/// A lamp by the order in which it appeared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LampId(u32);

/// What is known of one device, and the lamps that look at it.
#[derive(Debug, Default)]
pub(super) struct Device {
    pub(super) votes: Votes,
    pub(super) lamps: Vec<LampId>,
}

/// All devices. None is ever taken away, so an id stays good.
#[derive(Debug, Default)]
pub(super) struct Devices(IndexMap<DeviceName, Device>);

impl Devices {
    pub(super) fn get_or_add(&mut self, name: &DeviceName) -> DeviceId {
        let at = match self.0.get_index_of(name) {
            Some(at) => at,
            None => self.0.insert_full(name.clone(), Device::default()).0,
        };
        DeviceId(narrow(at))
    }

    pub(super) fn find(&self, name: &DeviceName) -> Option<DeviceId> {
        self.0.get_index_of(name).map(narrow).map(DeviceId)
    }

    pub(super) fn name(&self, id: DeviceId) -> &DeviceName {
        self.0.get_index(id.0 as usize).expect("devices stay").0
    }

    pub(super) fn get(&self, id: DeviceId) -> &Device {
        &self.0[id.0 as usize]
    }

    pub(super) fn get_mut(&mut self, id: DeviceId) -> &mut Device {
        &mut self.0[id.0 as usize]
    }
}

impl LampId {
    pub(super) fn new(at: usize) -> Self {
        Self(narrow(at))
    }

    pub(super) const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Four thousand million devices do not fit into memory.
fn narrow(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
