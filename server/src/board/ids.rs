//! The numbers by which the board knows peers, devices and lamps.

/// A peer by its place in the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct PeerId(pub(super) u16);

impl PeerId {
    /// Ourselves.
    pub(super) const OWN: Self = Self(u16::MAX);

    pub(super) const fn is_own(self) -> bool {
        self.0 == Self::OWN.0
    }

    pub(super) fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// A device by the order in which it became known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct DeviceId(u32);

/// A lamp by the order in which it appeared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LampId(u32);

impl DeviceId {
    pub(super) fn new(at: usize) -> Self {
        Self(narrow(at))
    }

    pub(super) const fn index(self) -> usize {
        self.0 as usize
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
