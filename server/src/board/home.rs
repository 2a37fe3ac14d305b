//! Which PBX a lamp belongs to.

use lampfield_shared::DeviceState;

use crate::ledger::{Fact, PeerId, Peers, is_present};

/// The site of a lamp, and how that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Home {
    /// Nobody has told anything.
    Unknown,
    /// The first that told something; any may be the one.
    Guessed(PeerId),
    /// The one at which the phone was last seen.
    Learned(PeerId),
    /// The configuration says so.
    Given(PeerId),
}

impl Home {
    pub(super) const fn peer(self) -> Option<PeerId> {
        match self {
            Self::Unknown => None,
            Self::Guessed(peer) | Self::Learned(peer) | Self::Given(peer) => Some(peer),
        }
    }

    /// Its PBX where it is more than a guess.
    pub(super) const fn known(self) -> Option<PeerId> {
        match self {
            Self::Unknown | Self::Guessed(_) => None,
            Self::Learned(peer) | Self::Given(peer) => Some(peer),
        }
    }

    /// What a ballot on the lamp's own phone teaches. `before` is what its EID said till then,
    /// `all` are the ballots on the lamp's phones now.
    ///
    /// A phone stays where it was seen as long as that PBX says that it is there. It moves when
    /// it appears at another PBX while its own says that it is gone, or says nothing any more.
    #[must_use]
    pub(super) fn learn<'a>(
        self,
        ballot: &Fact,
        before: Option<DeviceState>,
        all: impl Iterator<Item = &'a Fact> + Clone,
        peers: &Peers,
    ) -> Self {
        let appeared = ballot.is_present() && !before.is_some_and(is_present);
        match self {
            Self::Unknown | Self::Guessed(_) if ballot.is_present() => Self::Learned(ballot.peer),
            Self::Unknown => Self::Guessed(ballot.peer),
            Self::Learned(home) if home == ballot.peer || appeared => {
                let mut seen = all.filter(|ballot| ballot.is_present() && ballot.is_live(peers));
                let here = seen.clone().any(|ballot| ballot.peer == home);
                if here { self } else { seen.next().map_or(self, |ballot| Self::Learned(ballot.peer)) }
            }
            Self::Guessed(_) | Self::Learned(_) | Self::Given(_) => self,
        }
    }
}
