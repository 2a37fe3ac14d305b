//! A fact: what one Asterisk said last of one device.

use lampfield_shared::{DeviceState, Eid};

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
    /// When it was last told.
    pub when: Moment,
    /// When something may have been missed since; `None` while nothing was.
    good_until: Option<Moment>,
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
        Self { peer, eid, state, past: Past::of(state), round: None, when, good_until: None }
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
        self.good_until.is_none() && peers.is_live(self.peer)
    }

    /// Until when a fact that is not live was known to be good: at the latest when it was told.
    pub fn good_until(&self) -> Moment {
        self.good_until.unwrap_or(self.when)
    }

    /// Until when it was known to be good; `None`: its peer stands by it.
    pub fn doubted(&self, peers: &Peers) -> Option<Moment> {
        (!self.is_live(peers)).then(|| self.good_until())
    }

    /// Whether something may have been missed since it was told.
    pub fn is_doubted(&self) -> bool {
        self.good_until.is_some()
    }

    /// The fact may be out of date since `moment`; an earlier doubt stays.
    pub fn doubt(&mut self, moment: Moment) {
        self.good_until.get_or_insert(moment);
    }

    /// Shows no time that is still to come, now that the wall clock was set back; whether it showed one.
    pub fn set_clock(&mut self, now: Moment) -> bool {
        set_clock(&mut self.when, &mut self.good_until, now)
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

/// Moves what is shown of two moments to `now` where it is later; whether one was.
pub(super) fn set_clock(when: &mut Moment, good_until: &mut Option<Moment>, now: Moment) -> bool {
    let was_later = [Some(*when), *good_until].into_iter().flatten().any(|moment| moment.wall > now.wall);
    *when = when.shown_by(now);
    *good_until = good_until.map(|moment| moment.shown_by(now));
    was_later
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
