//! Whether a lamp is known to be true now.
//!
//! A lamp tells two things, the phone and its "do not disturb", and each is as certain as the votes that decide it. Of
//! many PBXes only some matter to a lamp: a silent PBX must not make the lamps of others uncertain, and must make its own
//! lamps so. Each of the two things is live when
//!
//! 1. every vote of the lamp's home PBX on its devices is live, or the same PBX says the same or more of that
//!    device under another EID, since it was given a new one. Where the home is only guessed, every vote on the
//!    phone must be live: any of those PBXes may be the home. A home that the configuration gives, that has
//!    told nothing and is not heard, makes neither of them live; and
//! 2. a PBX has told something: our own votes are always live, and say nothing of a phone; and
//! 3. the live votes alone give the very same reading as all votes: no stale vote carries it.
//!
//! The first does not matter where the live votes have said everything that can be said: a phone that rings while it
//! is in a call stays that, and a "do not disturb" stays on, whatever a stale vote may be by now.
//!
//! The state of a lamp is that of its phone, and as certain. A lamp that says "do not disturb" needs both: that DND
//! is on, and that the phone is in no call.
//!
//! A PBX may tell the same thing twice: the devices of an extension, and by `Event: dialog` or
//! `presence` the extension itself. It has one vote all the same. What is live goes before what is
//! not; then its phones go before its extension state, which is the coarser of the two.

use lampfield_dialplan::AsteriskVersion;
use lampfield_shared::{DeviceName, Freshness, LampState, Phone, Timestamp, Vote};

use super::cell::Cell;
use super::extension_state::ExtensionState;
use super::home::Home;
use super::reading::{Hinted, Joined, Reading, Role};
use super::votes::Votes;
use crate::ledger::{DeviceId, Fact, Ledger};
use crate::moment::Moment;

/// A lamp's devices, each with its role.
type Watched = [(DeviceId, Role)];

/// What the facts about a lamp come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) reading: Reading,
    /// How certain the state is.
    pub(super) freshness: Freshness,
    pub(super) as_of: Option<Timestamp>,
    /// How certain the state of the phone is, where the lamp has one.
    pub(super) phone: Option<Certainty>,
    /// How certain it is whether "do not disturb" is on or off.
    pub(super) dnd: Certainty,
}

impl Verdict {
    /// The phone that a "do not disturb" hides.
    pub(super) fn hidden_phone(&self) -> Option<Phone> {
        let phone = self.phone.filter(|_| self.reading.state == LampState::Dnd)?;
        Some(Phone { state: self.reading.phone, freshness: phone.freshness, as_of: phone.shown_as_of() })
    }
}

/// How certain something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Certainty {
    pub(super) freshness: Freshness,
    /// When the thing was last known to be so, if it is not live.
    pub(super) as_of: Option<Moment>,
}

impl Certainty {
    const LIVE: Self = Self { freshness: Freshness::Live, as_of: None };
    const NEVER: Self = Self { freshness: Freshness::Never, as_of: None };

    const fn last_known(as_of: Option<Moment>) -> Self {
        Self { freshness: Freshness::LastKnown, as_of }
    }

    /// The wall clock's time of `as_of`.
    pub(super) fn shown_as_of(self) -> Option<Timestamp> {
        self.as_of.map(|moment| moment.wall)
    }

    /// The certainty of two things together: the lower one, and of two old ones the older.
    fn and(self, other: Self) -> Self {
        let as_of = [self.as_of, other.as_of].into_iter().flatten().min();
        Self { freshness: self.freshness.max(other.freshness), as_of }
    }
}

/// One of the two things that a lamp tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Phone,
    Dnd,
}

impl Part {
    /// The part that a device decides. A device that is nothing but a DND key decides that part.
    const fn of(role: Role) -> Self {
        match role {
            Role::Phone | Role::Aside | Role::Extension => Self::Phone,
            Role::Dnd | Role::Switch => Self::Dnd,
        }
    }
}

/// Some of the facts about a lamp's devices: those about the devices of one part, or all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    Of(Part),
    All,
}

impl Scope {
    fn has(self, role: Role) -> bool {
        self == Self::All || self == Self::Of(Part::of(role))
    }
}

/// The reading of all votes, and that of the live ones alone.
#[derive(Debug, Clone, Copy)]
struct Readings {
    all: Reading,
    live: Reading,
}

/// A lamp's devices and what is needed to judge them.
#[derive(Clone, Copy)]
pub(super) struct Evidence<'a> {
    asterisk: AsteriskVersion,
    hinted: Hinted,
    home: Home,
    watched: &'a Watched,
    extension: &'a [ExtensionState],
    ledger: &'a Ledger,
}

/// A fact beside the others about the same device.
struct Told<'a> {
    role: Role,
    votes: Votes<'a>,
    fact: &'a Fact,
}

impl<'a> Evidence<'a> {
    /// The evidence for a lamp, to be read as that Asterisk does.
    pub(super) fn of(cell: &'a Cell, ledger: &'a Ledger, asterisk: AsteriskVersion) -> Self {
        let Cell { hinted, home, watched, extension, .. } = cell;
        Self { asterisk, hinted: *hinted, home: *home, watched, extension, ledger }
    }

    pub(super) fn judge(self) -> Verdict {
        let reading = self.read(|_, _| true);
        let live = if self.stale(Scope::All).next().is_none() { reading } else { self.read(|_, it| self.is_live(it)) };
        let readings = Readings { all: reading, live };
        let dnd = self.dnd(readings);
        let phone = self.phone(readings);
        let has_phone = self.watched.iter().any(|(_, role)| Part::of(*role) == Part::Phone);
        let state = match reading.state {
            LampState::Dnd if has_phone || phone == Certainty::NEVER => phone.and(dnd),
            LampState::Dnd => dnd,
            _ => phone,
        };
        let (freshness, as_of) = (state.freshness, state.shown_as_of());
        Verdict { reading, freshness, as_of, phone: has_phone.then_some(phone), dnd }
    }

    /// Certainty of the phone's own state. Where nobody has told of a phone, whoever told of its "do not
    /// disturb" would have.
    fn phone(self, readings: Readings) -> Certainty {
        let is_told = |scope| self.told(scope).any(|told| !told.fact.peer.is_own());
        let phone = Scope::Of(Part::Phone);
        let scope = if is_told(phone) { phone } else { Scope::All };
        if !is_told(scope) {
            return Certainty::NEVER;
        }
        let Readings { all, live } = readings;
        let carried = live.phone != all.phone || self.carries_the_hint(scope, readings);
        // No vote can add to this state.
        let settled = live.phone == LampState::CallRinging;
        self.certainty(scope, carried, settled)
    }

    /// Certainty of whether "do not disturb" is on.
    fn dnd(self, readings: Readings) -> Certainty {
        let scope = Scope::Of(Part::Dnd);
        let Readings { all, live } = readings;
        if self.told(scope).all(|told| told.fact.peer.is_own()) {
            return if all.dnd { Certainty::LIVE } else { Certainty::NEVER };
        }
        let carried = live.dnd != all.dnd || self.carries_the_hint(scope, readings);
        self.certainty(scope, carried, live.dnd)
    }

    /// Certainty of a part. `carried`: a stale vote decides it. `settled`: no vote can change it any more.
    fn certainty(self, scope: Scope, carried: bool, settled: bool) -> Certainty {
        let doubted = !settled && self.stale(scope).any(|stale| self.must_be_live(&stale));
        match self.home {
            _ if doubted || carried => Certainty::last_known(self.last_good(scope, carried)),
            Home::Given(home) if !settled && !self.ledger.peers().is_live(home) => Certainty::last_known(None),
            _ => Certainty::LIVE,
        }
    }

    /// Whether Asterisk's state would differ without the stale votes of `scope`. A state that only both parts
    /// together carry counts as the phone's.
    fn carries_the_hint(self, scope: Scope, Readings { all, live }: Readings) -> bool {
        if live.hint_state == all.hint_state {
            return false;
        }
        let carries = |scope: Scope| {
            let without = self.read(|role, fact| !scope.has(role) || self.is_live(fact));
            without.hint_state != all.hint_state
        };
        carries(scope) || (scope != Scope::Of(Part::Dnd) && !carries(Scope::Of(Part::Dnd)))
    }

    fn is_live(self, fact: &Fact) -> bool {
        fact.is_live(self.ledger.peers())
    }

    /// The devices that the lamp looks at, and behind them the extension itself where peers publish its state.
    fn votes(self) -> impl Iterator<Item = (&'a str, Role, Votes<'a>)> + Clone {
        let devices = self.watched.iter().map(move |(id, role)| {
            let name = self.ledger.device_name(*id).as_str();
            (name, *role, Votes::OfDevice(self.ledger.facts(*id)))
        });
        let is_published = !self.extension.is_empty();
        let extension = is_published.then_some(("", Role::Extension, Votes::OfExtension(self.extension)));
        devices.chain(extension)
    }

    fn read(self, of_these: impl Fn(Role, &Fact) -> bool) -> Reading {
        let home = self.home.known();
        let joined = self.votes().map(|(device, role, votes)| {
            let counts = |fact: &Fact| of_these(role, fact) && self.has_say(role, fact);
            Joined {
                device,
                role,
                state: votes.joined(self.asterisk, counts),
                at_home: votes.joined(self.asterisk, |fact| Some(fact.peer) == home && counts(fact)),
            }
        });
        // The reading goes over them several times, and the votes are joined once.
        let joined: Vec<Joined<'_>> = joined.collect();
        Reading::new(self.hinted, joined.iter().copied())
    }

    /// Every fact of `scope` that has a say.
    fn told(self, scope: Scope) -> impl Iterator<Item = Told<'a>> {
        self.votes().filter(move |(_, role, _)| scope.has(*role)).flat_map(move |(_, role, votes)| {
            let counted = votes.iter().filter(move |fact| self.has_say(role, fact));
            counted.map(move |fact| Told { role, votes, fact })
        })
    }

    /// Whether a fact counts beside what the same peer tells otherwise.
    fn has_say(self, role: Role, fact: &Fact) -> bool {
        if self.extension.is_empty() {
            return true;
        }
        let same = |other: &&Fact| other.peer == fact.peer;
        match role {
            Role::Extension => {
                let phones = self.watched.iter().filter(|(_, role)| role.tells_home());
                let mut told = phones.flat_map(|(id, _)| self.ledger.facts(*id).iter().filter(same));
                !told.any(|phone| phone.is_telling() && (self.is_live(phone) || !self.is_live(fact)))
            }
            Role::Phone | Role::Switch => {
                let mut published = Votes::OfExtension(self.extension).iter().filter(same);
                self.is_live(fact) || !published.any(|other| self.is_live(other))
            }
            Role::Aside | Role::Dnd => true,
        }
    }

    fn stale(self, scope: Scope) -> impl Iterator<Item = Told<'a>> {
        self.told(scope).filter(move |told| !self.is_live(told.fact))
    }

    fn must_be_live(self, Told { role, votes, fact }: &Told<'_>) -> bool {
        let home = match self.home {
            Home::Unknown => return true,
            Home::Guessed(_) if role.tells_home() => return true,
            Home::Guessed(home) | Home::Learned(home) | Home::Given(home) => home,
        };
        let stands_for_it = |other: &Fact| {
            other.peer == home && self.is_live(other) && (other.is_present() || other.state == fact.state)
        };
        fact.peer == home && !votes.iter().any(stands_for_it)
    }

    /// The moment when the first of the stale votes that matter went stale.
    fn last_good(self, scope: Scope, carried: bool) -> Option<Moment> {
        let good = |told: Told<'_>| told.fact.age.good_until();
        let matters = |told: &Told<'_>| self.must_be_live(told) || (carried && told.fact.is_present());
        let known = self.stale(scope).filter(matters).map(good).min();
        known.or_else(|| self.stale(scope).map(good).min()).or_else(|| self.stale(Scope::All).map(good).min())
    }
}

/// A fact in the words of the API.
pub(super) fn vote(ledger: &Ledger, device: &DeviceName, fact: &Fact) -> Vote {
    let peers = ledger.peers();
    Vote {
        peer: peers.name(fact.peer).clone(),
        eid: fact.eid,
        device: device.clone(),
        state: fact.state,
        when: fact.age.when.wall,
        freshness: if fact.is_live(peers) { Freshness::Live } else { Freshness::LastKnown },
    }
}
