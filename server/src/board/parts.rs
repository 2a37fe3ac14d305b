//! The publications of one kind, dialogs or presences, of one peer and extension: what each says, and what all come to.

use lampfield_shared::DeviceState;

use crate::ledger::Age;
use crate::moment::Moment;
use crate::news::{DialogTold, Grain, PresenceSaid};

/// Number of publications that ended during a call and are remembered.
pub(super) const MAX_LAPSED: usize = 8;

/// The state that a peer's documents about an extension come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Vote {
    pub(super) state: DeviceState,
    /// Until when the state was known to be good; `None`: the peer stands by it.
    pub(super) good_until: Option<Moment>,
}

/// What one publication says.
#[derive(Debug)]
pub(super) struct Part<T> {
    pub(super) publication: u64,
    pub(super) said: T,
    pub(super) age: Age,
    pub(super) life: Life,
}

/// Whether a publication goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Life {
    GoesOn,
    Ended,
}

/// What all publications of one kind say.
#[derive(Debug)]
pub(super) struct Parts<T> {
    pub(super) parts: Vec<Part<T>>,
    /// When the last body came, if one did.
    pub(super) told: Option<Moment>,
}

/// A document whose meaning can be joined with that of others.
pub(super) trait Content {
    fn state(&self) -> (DeviceState, Grain);
    /// Whether the end of its publication leaves nothing in doubt.
    fn is_quiet(&self) -> bool;
}

impl Content for Vec<DialogTold> {
    fn state(&self) -> (DeviceState, Grain) {
        (self.iter().fold(DeviceState::Unknown, |state, dialog| state.join(dialog.state)), Grain::Fine)
    }

    fn is_quiet(&self) -> bool {
        self.is_empty()
    }
}

impl Content for PresenceSaid {
    fn state(&self) -> (DeviceState, Grain) {
        (self.state, self.grain)
    }

    fn is_quiet(&self) -> bool {
        matches!(self.state, DeviceState::Unavailable | DeviceState::Unknown) && self.person.is_none()
    }
}

/// What the documents of one kind join to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Sum {
    /// The state that the peer stands by.
    pub(super) live: Option<(DeviceState, Grain)>,
    /// The state that the peer no longer stands by, and until when that was good.
    pub(super) stale: Option<(DeviceState, Grain, Moment)>,
    /// The state of publications that go on, as of before something may have been missed.
    pub(super) open: Option<(DeviceState, Moment)>,
}

impl Sum {
    /// Joins `state`, which the peer stands by, with calls that may be over by now. RINGINUSE needs none of them.
    pub(super) fn beside_open(self, state: DeviceState) -> Vote {
        let open = self.open.filter(|_| state != DeviceState::RingInUse);
        let state = open.map_or(state, |(other, _)| state.join(other));
        Vote { state, good_until: open.map(|(_, moment)| moment) }
    }
}

impl<T> Default for Parts<T> {
    fn default() -> Self {
        Self { parts: Vec::new(), told: None }
    }
}

impl<T> Parts<T> {
    /// Shows no time that is still to come, now that the wall clock was set back.
    pub(super) fn set_clock(&mut self, now: Moment) {
        for part in &mut self.parts {
            part.age.set_clock(now);
        }
    }
}

impl<T: Content> Parts<T> {
    pub(super) fn of(&mut self, publication: u64) -> Option<&mut Part<T>> {
        self.parts.iter_mut().find(|part| part.publication == publication)
    }

    /// Files what a publication says. A new publication replaces what ended ones left behind.
    pub(super) fn tell(&mut self, publication: u64, said: T, now: Moment) {
        self.told = Some(now);
        if let Some(part) = self.of(publication) {
            *part = Part { publication, said, age: Age::told(now), life: Life::GoesOn };
            return;
        }
        self.parts.retain(|part| part.life == Life::GoesOn);
        self.parts.push(Part { publication, said, age: Age::told(now), life: Life::GoesOn });
    }

    pub(super) fn end(&mut self, publication: u64, now: Moment) {
        let Some(part) = self.of(publication) else { return };
        part.life = Life::Ended;
        if !part.said.is_quiet() {
            part.age.doubt(now);
        }
        // One ended publication that leaves nothing in doubt is enough to remember, and none where others go on.
        let goes_on = self.parts.iter().any(|part| part.life == Life::GoesOn);
        let ended = |part: &Part<T>| part.life == Life::Ended;
        let quiet = self.parts.iter().filter(|part| ended(part) && part.said.is_quiet());
        let last_quiet = quiet.max_by_key(|part| part.age.when).map(|part| part.publication).filter(|_| !goes_on);
        self.parts.retain(|part| !ended(part) || !part.said.is_quiet() || last_quiet == Some(part.publication));
        let lapsed = self.parts.iter().filter(|part| ended(part) && !part.said.is_quiet()).count();
        let mut too_many = lapsed.saturating_sub(MAX_LAPSED);
        self.parts.retain(|part| {
            let goes = too_many > 0 && part.life == Life::Ended && !part.said.is_quiet();
            too_many -= usize::from(goes);
            !goes
        });
    }

    pub(super) fn hold(&mut self, publication: u64, now: Moment) {
        if let Some(part) = self.of(publication) {
            part.age = Age::told(now);
        }
    }

    pub(super) fn miss(&mut self, publication: u64, now: Moment) {
        if let Some(part) = self.of(publication) {
            part.age.doubt(now);
        }
    }

    /// Doubts parts by when they were told: they are not known to be good after `moment`.
    pub(super) fn doubt(&mut self, these: impl Fn(Moment) -> bool, moment: Moment) {
        for part in self.parts.iter_mut().filter(|part| these(part.age.when)) {
            part.age.doubt(moment);
        }
    }

    pub(super) fn sum(&self) -> Sum {
        let live = self.parts.iter().filter(|part| part.age.doubt_began().is_none());
        // A quiet part tells until when nothing else was known; beside a louder one it tells nothing.
        let stale = || self.parts.iter().filter_map(|part| Some((part, part.age.doubt_began()?)));
        let loud = || stale().filter(|(part, _)| !part.said.is_quiet());
        let goes_on =
            |(part, moment): (&Part<T>, _)| (part.life == Life::GoesOn).then(|| (part.said.state().0, moment));
        let open = loud().filter_map(goes_on);
        let moment = loud().map(|(_, moment)| moment).min().or_else(|| stale().map(|(_, moment)| moment).max());
        let stale = joined(stale().map(|(part, _)| part.said.state()));
        Sum {
            live: joined(live.map(|part| part.said.state())),
            stale: stale.zip(moment).map(|((state, grain), moment)| (state, grain, moment)),
            open: open.reduce(|(one, since), (other, moment)| (one.join(other), since.min(moment))),
        }
    }
}

/// The state that several publications join to, as exact as the most exact of those that say so.
fn joined(states: impl Iterator<Item = (DeviceState, Grain)>) -> Option<(DeviceState, Grain)> {
    states.reduce(|(one, grain), (other, other_grain)| {
        let state = one.join(other);
        let says_so = [(one, grain), (other, other_grain)].into_iter().filter(|(said, _)| *said == state);
        (state, says_so.map(|(_, grain)| grain).max().unwrap_or(Grain::Fine))
    })
}
