//! Whether a lamp is known to be true now.
//!
//! Of many PBXes only some matter to a lamp, so a silent one must not hatch the lamps of the
//! others, and must hatch its own. A lamp is live when
//!
//! 1. every vote of its home PBX on any of its devices is live. Where the home is only guessed,
//!    every vote on its phone must be: any of those PBXes may be the one. A home that the
//!    configuration gives, that has told nothing and is not heard, makes it not live; and
//! 2. the live votes alone give the very same reading as all votes: no stale vote carries it.

use lampfield_shared::{Freshness, Timestamp};

use super::devices::{DeviceId, Devices};
use super::home::Home;
use super::peers::Peers;
use super::reading::{Hinted, Joined, Reading, Role};
use super::votes::Ballot;

/// What the votes on a lamp's devices come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) reading: Reading,
    pub(super) freshness: Freshness,
    pub(super) as_of: Option<Timestamp>,
}

/// A lamp's devices and what is needed to judge them.
#[derive(Clone, Copy)]
pub(super) struct Evidence<'a> {
    pub(super) hinted: Hinted,
    pub(super) home: Home,
    pub(super) watched: &'a [(DeviceId, Role)],
    pub(super) devices: &'a Devices,
    pub(super) peers: &'a Peers,
}

impl<'a> Evidence<'a> {
    pub(super) fn judge(self) -> Verdict {
        let reading = self.read(|_| true);
        let verdict = |freshness, as_of| Verdict { reading, freshness, as_of };
        if self.ballots().next().is_none() {
            return verdict(Freshness::Never, None);
        }
        let home_is_stale = self.stale().any(|(role, ballot)| self.must_be_live(role, ballot));
        let carried = self.ballots().any(|(_, ballot)| !ballot.is_live(self.peers))
            && self.read(|ballot| ballot.is_live(self.peers)) != reading;
        if !home_is_stale && !carried {
            return match self.home {
                Home::Given(home) if !self.peers.is_live(home) => verdict(Freshness::LastKnown, None),
                _ => verdict(Freshness::Live, None),
            };
        }
        verdict(Freshness::LastKnown, self.last_good(carried))
    }

    fn read(self, of_these: impl Fn(&Ballot) -> bool) -> Reading {
        let home = self.home.known();
        let joined = self.watched.iter().map(|(id, role)| {
            let votes = &self.devices.get(*id).votes;
            Joined {
                device: self.devices.name(*id).as_str(),
                role: *role,
                state: votes.joined(&of_these),
                at_home: votes.joined(|ballot| Some(ballot.peer) == home && of_these(ballot)),
            }
        });
        Reading::new(self.hinted, joined)
    }

    /// Every ballot on the lamp's devices.
    fn ballots(self) -> impl Iterator<Item = (Role, &'a Ballot)> {
        let watched = self.watched.iter();
        watched.flat_map(move |(id, role)| self.devices.get(*id).votes.iter().map(move |ballot| (*role, ballot)))
    }

    fn stale(self) -> impl Iterator<Item = (Role, &'a Ballot)> {
        self.ballots().filter(move |(_, ballot)| !ballot.is_live(self.peers))
    }

    fn must_be_live(self, role: Role, ballot: &Ballot) -> bool {
        match self.home {
            Home::Given(home) | Home::Learned(home) => ballot.peer == home,
            Home::Guessed(home) => ballot.peer == home || role.tells_home(),
            Home::Unknown => true,
        }
    }

    /// The moment when the first of the stale votes that matter went stale.
    fn last_good(self, carried: bool) -> Option<Timestamp> {
        let good = |ballot: &Ballot| ballot.good_until(self.peers);
        let matters =
            |(role, ballot): &(Role, &Ballot)| self.must_be_live(*role, ballot) || (carried && ballot.is_present());
        let known = self.stale().filter(matters).filter_map(|(_, ballot)| good(ballot)).min();
        known.or_else(|| self.stale().filter_map(|(_, ballot)| good(ballot)).min())
    }
}
