//! What a peer is to know of lampfield's own states, and what it took of them.
//!
//! ```text
//!  own facts, filter ─► want ─┐
//!                             ├─► differ, or told in an epoch before ─► a PUBLISH ─ 200 ─► Told::take
//!  Told ──────────────────────┘
//! ```
//! An Asterisk keeps what it was told for as long as it runs, and forgets all of it when it starts anew.

use std::collections::BTreeMap;

use lampfield_shared::DeviceState;

use super::ids::DeviceId;

/// What a peer is to be told of a device of ours: the state where its filter lets the device out. Else INVALID, which
/// counts for nothing in any hint: from before that filter the peer may have the device lit.
pub const fn want(state: DeviceState, let_out: LetOut) -> DeviceState {
    match let_out {
        LetOut::Yes => state,
        LetOut::No => DeviceState::Invalid,
    }
}

/// Whether a peer's filter lets a device of ours out to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetOut {
    /// The peer is to know the device.
    Yes,
    /// The peer is to know nothing of the device.
    No,
}

/// What one peer took of our states. Each time that the peer may have forgotten them an epoch begins; what it took
/// in this epoch need not be told again in it.
#[derive(Debug, Default)]
pub(super) struct Told {
    epoch: u64,
    taken: BTreeMap<DeviceId, Taken>,
}

/// A state that a peer answered with 200.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Taken {
    state: DeviceState,
    epoch: u64,
}

impl Told {
    /// The peer may have forgotten everything that it took.
    pub(super) fn begin_epoch(&mut self) {
        self.epoch += 1;
    }

    /// The peer took a state.
    pub(super) fn take(&mut self, device: DeviceId, state: DeviceState) {
        self.taken.insert(device, Taken { state, epoch: self.epoch });
    }

    /// The state of the device that the peer took last in this epoch; `None`: it may know nothing of the device.
    pub(super) fn of(&self, device: DeviceId) -> Option<DeviceState> {
        self.taken.get(&device).filter(|taken| taken.epoch == self.epoch).map(|taken| taken.state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_taken_counts_until_the_peer_may_have_forgotten_it() {
        let (mut told, device) = (Told::default(), DeviceId::at(3));
        assert_eq!(told.of(device), None);
        told.take(device, DeviceState::Busy);
        assert_eq!(told.of(device), Some(DeviceState::Busy));
        told.begin_epoch();
        assert_eq!(told.of(device), None);
        told.take(device, DeviceState::Invalid);
        assert_eq!(told.of(device), Some(DeviceState::Invalid));
    }

    #[test]
    fn a_device_that_the_filter_holds_back_is_taken_back() {
        assert_eq!(want(DeviceState::Busy, LetOut::Yes), DeviceState::Busy);
        assert_eq!(want(DeviceState::Busy, LetOut::No), DeviceState::Invalid);
    }
}
