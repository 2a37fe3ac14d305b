//! Who says what of a device: one ballot for each voter.

use lampfield_dialplan::AsteriskVersion;
use lampfield_shared::{DeviceState, Eid};

use super::ids::PeerId;
use super::peers::Peers;
use crate::moment::Moment;

/// Whose word a ballot is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Voter {
    /// That of an Asterisk, of a device.
    Eid(Eid),
    /// That of a peer, of an extension: its documents name no Asterisk.
    Peer(PeerId),
}

/// What one voter said of one device.
#[derive(Debug, Clone)]
pub(super) struct Ballot {
    pub(super) voter: Voter,
    /// Who told it last.
    pub(super) peer: PeerId,
    pub(super) state: DeviceState,
    counted: Counted,
    /// When it was last told.
    pub(super) when: Moment,
    /// When something may have been missed since; `None` while nothing was.
    good_until: Option<Moment>,
}

/// Whether Asterisk keeps a ballot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counted {
    Yes,
    /// "Nothing heard" equals UNKNOWN for Asterisk 22: a first UNKNOWN changes nothing there
    /// (hint oracle). It is shown among the votes all the same.
    No,
}

/// What a new ballot did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The same was known, and nothing missed since.
    Repeated,
    /// Something is different now; the voter said `before` till now.
    Changed { before: Option<DeviceState> },
}

/// The ballots on one device, in the order of their voters.
#[derive(Debug, Clone, Default)]
pub(super) struct Votes(Vec<Ballot>);

impl Votes {
    /// Files what `peer` told for `voter`.
    pub(super) fn cast(
        &mut self,
        version: AsteriskVersion,
        (voter, peer, state): (Voter, PeerId, DeviceState),
        now: Moment,
    ) -> Outcome {
        let of_device = matches!(voter, Voter::Eid(_));
        let first_unknown = version == AsteriskVersion::V22 && state == DeviceState::Unknown && of_device;
        match self.0.binary_search_by(|ballot| ballot.voter.cmp(&voter)) {
            Ok(at) => {
                let ballot = &mut self.0[at];
                let before = ballot.state;
                let same = before == state && ballot.peer == peer && ballot.good_until.is_none();
                let counted = if first_unknown { ballot.counted } else { Counted::Yes };
                *ballot = Ballot { voter, peer, state, counted, when: now, good_until: None };
                if same { Outcome::Repeated } else { Outcome::Changed { before: Some(before) } }
            }
            Err(at) => {
                let counted = if first_unknown { Counted::No } else { Counted::Yes };
                // One at a time: most devices have one ballot for good, and there are many.
                self.0.reserve_exact(1);
                self.0.insert(at, Ballot { voter, peer, state, counted, when: now, good_until: None });
                Outcome::Changed { before: None }
            }
        }
    }

    /// What `peer` told may be out of date since `moment`.
    pub(super) fn doubt(&mut self, peer: PeerId, moment: Moment) {
        for ballot in self.0.iter_mut().filter(|ballot| ballot.peer == peer) {
            ballot.good_until.get_or_insert(moment);
        }
    }

    /// No time that is shown is still to come; whether one was.
    pub(super) fn not_after(&mut self, now: Moment) -> bool {
        let mut was_later = false;
        for ballot in &mut self.0 {
            let shown = [Some(ballot.when), ballot.good_until].into_iter().flatten();
            was_later |= shown.into_iter().any(|moment| moment.wall > now.wall);
            ballot.when = ballot.when.shown_by(now);
            ballot.good_until = ballot.good_until.map(|moment| moment.shown_by(now));
        }
        was_later
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Ballot> + Clone {
        self.0.iter()
    }

    /// What was told for `voter`.
    pub(super) fn of(&self, voter: Voter) -> Option<&Ballot> {
        self.0.iter().find(|ballot| ballot.voter == voter)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The state that the ballots `of_these` join to; `None` if Asterisk keeps none of them.
    pub(super) fn joined(&self, of_these: impl Fn(&Ballot) -> bool) -> Option<DeviceState> {
        let counted = self.0.iter().filter(|ballot| ballot.counted == Counted::Yes && of_these(ballot));
        counted.map(|ballot| ballot.state).reduce(DeviceState::join)
    }
}

impl Ballot {
    /// Whether its peer stands by it, as far as is known.
    pub(super) fn is_live(&self, peers: &Peers) -> bool {
        self.good_until.is_none() && peers.is_live(self.peer)
    }

    /// Until when it was known to be good, if it is not live: a peer that does not count as live
    /// knew it when it told it.
    pub(super) fn good_until(&self) -> Moment {
        self.good_until.unwrap_or(self.when)
    }

    /// Until when it was known to be good; `None`: its peer stands by it.
    pub(super) fn doubted(&self, peers: &Peers) -> Option<Moment> {
        (!self.is_live(peers)).then(|| self.good_until())
    }

    /// The Asterisk whose word it is.
    pub(super) const fn eid(&self) -> Option<Eid> {
        match self.voter {
            Voter::Eid(eid) => Some(eid),
            Voter::Peer(_) => None,
        }
    }

    /// Whether it says anything of a device that it does not withdraw.
    pub(super) const fn is_telling(&self) -> bool {
        !matches!(self.state, DeviceState::Unknown | DeviceState::Invalid)
    }

    /// Whether it says that the device is there: a PBX without the phone says UNAVAILABLE.
    pub(super) const fn is_present(&self) -> bool {
        is_present(self.state)
    }
}

/// Whether this can be the word of the PBX at which a phone is registered.
pub(super) const fn is_present(state: DeviceState) -> bool {
    !matches!(state, DeviceState::Unknown | DeviceState::Invalid | DeviceState::Unavailable)
}

/// Whether a state is one of a call.
pub(super) const fn is_call(state: DeviceState) -> bool {
    match state {
        DeviceState::InUse
        | DeviceState::Busy
        | DeviceState::Ringing
        | DeviceState::RingInUse
        | DeviceState::OnHold => true,
        DeviceState::Unknown | DeviceState::NotInUse | DeviceState::Invalid | DeviceState::Unavailable => false,
    }
}
