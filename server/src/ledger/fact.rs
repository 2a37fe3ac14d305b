//! A fact: what one Asterisk said last of one device.

use lampfield_shared::{DeviceState, Eid};

use super::age::Age;
use super::ids::PeerId;
use super::peers::Peers;
use super::rounds::RoundNumber;
use crate::moment::Moment;

/// What one source said last: an Asterisk of a device, or a peer of an extension as a whole.
#[derive(Debug, Clone, Copy)]
pub struct Fact {
    /// The peer that told it last.
    pub peer: PeerId,
    /// The Asterisk that says so; `None` where a peer speaks of an extension, since its documents name no Asterisk.
    pub eid: Option<Eid>,
    /// The state.
    pub state: DeviceState,
    past: Past,
    /// The refresh round in which `peer` told it; `None`: not in this run.
    round: Option<RoundNumber>,
    /// When it was last told, and until when that was good.
    pub age: Age,
}

/// What a source has said of a device in all its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Past {
    /// Nothing but UNKNOWN: an Asterisk 22 takes that for "nothing heard" (hint oracle).
    Unknown,
    /// A state.
    Known,
}

impl Past {
    fn of(state: DeviceState) -> Self {
        if state == DeviceState::Unknown { Self::Unknown } else { Self::Known }
    }
}

impl Fact {
    /// A state that `peer` tells now, for the Asterisk `eid` or of its own.
    pub fn new(peer: PeerId, eid: Option<Eid>, state: DeviceState, when: Moment) -> Self {
        Self { peer, eid, state, past: Past::of(state), round: None, age: Age::told(when) }
    }

    /// The fact as told in that refresh round.
    #[must_use]
    pub(super) fn in_round(self, round: Option<RoundNumber>) -> Self {
        Self { round, ..self }
    }

    /// The refresh round in which its peer told it; `None`: not in this run.
    pub(super) fn round(&self) -> Option<RoundNumber> {
        self.round
    }

    /// The `next` fact of the same source.
    #[must_use]
    pub(super) fn followed_by(self, next: Self) -> Self {
        let past = if self.past == Past::Known { Past::Known } else { next.past };
        Self { past, ..next }
    }

    /// Whether the source has ever said anything but UNKNOWN.
    pub fn is_known(&self) -> bool {
        self.past == Past::Known
    }

    /// Whether its peer stands by it, as far as is known.
    pub fn is_live(&self, peers: &Peers) -> bool {
        self.age.is_live(self.peer, peers)
    }

    /// Until when it was known to be good; `None`: its peer stands by it.
    pub fn doubted(&self, peers: &Peers) -> Option<Moment> {
        self.age.doubted(self.peer, peers)
    }

    /// Whether it says anything of a device: UNKNOWN and INVALID take a statement back.
    pub const fn is_telling(&self) -> bool {
        !matches!(self.state, DeviceState::Unknown | DeviceState::Invalid)
    }

    /// Whether it says that the phone is there: a PBX without the phone says UNAVAILABLE.
    pub const fn is_present(&self) -> bool {
        is_present(self.state)
    }
}

/// Whether this can be the word of the PBX at which a phone is registered.
pub const fn is_present(state: DeviceState) -> bool {
    !matches!(state, DeviceState::Unknown | DeviceState::Invalid | DeviceState::Unavailable)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// There are as many facts as all PBXes together have devices.
    #[test]
    fn a_fact_stays_small() {
        assert!(size_of::<Fact>() <= 64, "{} bytes", size_of::<Fact>());
    }
}
