//! The number by which the board knows a lamp.

/// A lamp by the order in which it appeared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LampId(u32);

impl LampId {
    /// The lamp at that place. Four thousand million lamps do not fit into memory.
    pub(super) fn new(at: usize) -> Self {
        Self(u32::try_from(at).unwrap_or(u32::MAX))
    }

    pub(super) const fn index(self) -> usize {
        self.0 as usize
    }
}
