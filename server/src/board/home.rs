//! Which PBX a lamp belongs to.

use lampfield_shared::DeviceState;

use crate::ledger::{Fact, PeerId, Peers, is_present};

/// The PBX of a lamp, and how that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Home {
    /// No PBX has told anything.
    Unknown,
    /// The first PBX that told something; any other may be the home.
    Guessed(PeerId),
    /// The PBX at which the phone was last seen.
    Learned(PeerId),
    /// The PBX that the configuration names.
    Given(PeerId),
}

impl Home {
    pub(super) const fn peer(self) -> Option<PeerId> {
        match self {
            Self::Unknown => None,
            Self::Guessed(peer) | Self::Learned(peer) | Self::Given(peer) => Some(peer),
        }
    }

    /// The PBX, where it is more than a guess.
    pub(super) const fn known(self) -> Option<PeerId> {
        match self {
            Self::Unknown | Self::Guessed(_) => None,
            Self::Learned(peer) | Self::Given(peer) => Some(peer),
        }
    }

    /// The home as it is known after a fact about the lamp's own phone. `before` is what the same EID said till then,
    /// `all` are the facts about the lamp's phones now.
    ///
    /// A phone stays where it was seen as long as that PBX says that it is there. It moves when
    /// it appears at another PBX while its own PBX says that it is gone, or is not heard.
    #[must_use]
    pub(super) fn learn<'a>(
        self,
        fact: &Fact,
        before: Option<DeviceState>,
        all: impl Iterator<Item = &'a Fact> + Clone,
        peers: &Peers,
    ) -> Self {
        let appeared = fact.is_present() && !before.is_some_and(is_present);
        match self {
            Self::Unknown | Self::Guessed(_) if fact.is_present() => Self::Learned(fact.peer),
            Self::Unknown => Self::Guessed(fact.peer),
            Self::Learned(home) if home == fact.peer || appeared => {
                let mut seen = all.filter(|fact| fact.is_present() && fact.is_live(peers));
                let here = seen.clone().any(|fact| fact.peer == home);
                if here { self } else { seen.next().map_or(self, |fact| Self::Learned(fact.peer)) }
            }
            Self::Guessed(_) | Self::Learned(_) | Self::Given(_) => self,
        }
    }
}
