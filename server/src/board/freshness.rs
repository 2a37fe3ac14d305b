//! Whether a lamp is known to be true now.
//!
//! Of many PBXes only some matter to a lamp, so a silent one must not hatch the lamps of the
//! others, and must hatch its own. A lamp is live when
//!
//! 1. every vote of its home PBX on any of its devices is live, or the same PBX says the same
//!    or more of that device under another EID: it was given a new one. Where the home is only
//!    guessed, every vote on its phone must be live: any of those PBXes may be the one. A home
//!    that the configuration gives, that has told nothing and is not heard, makes it not live; and
//! 2. a PBX has told something: our own votes are always live, and say nothing of a phone; and
//! 3. the live votes alone give the very same reading as all votes: no stale vote carries it.
//!
//! A PBX may tell the same thing twice: the devices of an extension, and by `Event: dialog` or
//! `presence` the extension itself. It has one say all the same. What is live goes before what is
//! not; then its phones go before its word for the extension, which is the coarser of the two.

use lampfield_shared::{Freshness, Timestamp};

use super::devices::{DeviceId, Devices};
use super::home::Home;
use super::peers::Peers;
use super::reading::{Hinted, Joined, Reading, Role};
use super::votes::{Ballot, Votes};

/// A lamp's devices, each with its role.
type Watched = [(DeviceId, Role)];

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
    pub(super) watched: &'a Watched,
    pub(super) devices: &'a Devices,
    pub(super) peers: &'a Peers,
}

/// A ballot beside the others on its device.
struct Told<'a> {
    role: Role,
    votes: &'a Votes,
    ballot: &'a Ballot,
}

impl<'a> Evidence<'a> {
    pub(super) fn judge(self) -> Verdict {
        let reading = self.read(|_| true);
        let verdict = |freshness, as_of| Verdict { reading, freshness, as_of };
        if self.ballots().all(|told| told.ballot.peer.is_own()) {
            return verdict(Freshness::Never, None);
        }
        let doubted = self.stale().any(|stale| self.must_be_live(&stale));
        let carried = self.stale().next().is_some() && self.read(|ballot| ballot.is_live(self.peers)) != reading;
        match self.home {
            _ if doubted || carried => verdict(Freshness::LastKnown, self.last_good(carried)),
            Home::Given(home) if !self.peers.is_live(home) => verdict(Freshness::LastKnown, None),
            _ => verdict(Freshness::Live, None),
        }
    }

    fn read(self, of_these: impl Fn(&Ballot) -> bool) -> Reading {
        let home = self.home.known();
        let joined = self.watched.iter().map(|(id, role)| {
            let votes = &self.devices.get(*id).votes;
            let counts = |ballot: &Ballot| of_these(ballot) && self.has_say(*role, ballot);
            Joined {
                device: self.devices.name(*id).as_str(),
                role: *role,
                state: votes.joined(counts),
                at_home: votes.joined(|ballot| Some(ballot.peer) == home && counts(ballot)),
            }
        });
        Reading::new(self.hinted, joined)
    }

    /// Every ballot that has a say.
    fn ballots(self) -> impl Iterator<Item = Told<'a>> {
        self.watched.iter().flat_map(move |(id, role)| {
            let votes = &self.devices.get(*id).votes;
            let counted = votes.iter().filter(move |ballot| self.has_say(*role, ballot));
            counted.map(move |ballot| Told { role: *role, votes, ballot })
        })
    }

    /// Whether a ballot counts beside what the same peer tells otherwise.
    fn has_say(self, role: Role, ballot: &Ballot) -> bool {
        let Some((words, phones)) = self.words() else { return true };
        let live = |ballot: &Ballot| ballot.is_live(self.peers);
        let same = |other: &&Ballot| other.peer == ballot.peer;
        match role {
            Role::Extension => {
                let phones = phones.iter().filter(|(_, role)| role.tells_home());
                let mut told = phones.flat_map(|(id, _)| self.devices.get(*id).votes.iter().filter(same));
                !told.any(|phone| phone.is_telling() && (live(phone) || !live(ballot)))
            }
            Role::Phone | Role::Switch => live(ballot) || !self.devices.get(words).votes.iter().filter(same).any(live),
            Role::Aside | Role::Dnd => true,
        }
    }

    /// Where the peers' words for the extension itself are, if there are any, and the devices.
    fn words(self) -> Option<(DeviceId, &'a Watched)> {
        match self.watched {
            [phones @ .., (words, Role::Extension)] => Some((*words, phones)),
            _ => None,
        }
    }

    fn stale(self) -> impl Iterator<Item = Told<'a>> {
        self.ballots().filter(move |told| !told.ballot.is_live(self.peers))
    }

    fn must_be_live(self, Told { role, votes, ballot }: &Told<'_>) -> bool {
        let home = match self.home {
            Home::Unknown => return true,
            Home::Guessed(_) if role.tells_home() => return true,
            Home::Guessed(home) | Home::Learned(home) | Home::Given(home) => home,
        };
        let stands_for_it = |other: &Ballot| {
            other.peer == home && other.is_live(self.peers) && (other.is_present() || other.state == ballot.state)
        };
        ballot.peer == home && !votes.iter().any(stands_for_it)
    }

    /// The moment when the first of the stale votes that matter went stale.
    fn last_good(self, carried: bool) -> Option<Timestamp> {
        let good = |told: Told<'_>| told.ballot.good_until();
        let matters = |told: &Told<'_>| self.must_be_live(told) || (carried && told.ballot.is_present());
        let known = self.stale().filter(matters).map(good).min();
        known.or_else(|| self.stale().map(good).min())
    }
}
