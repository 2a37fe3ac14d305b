//! The state of one extension as one peer publishes it: in many publications of two kinds of documents.
//!
//! ```text
//!  one publication for each call, or one for the whole hint ─► Parts: what they come to ─┐
//!  one for each registration, or one for the whole hint ─────► Parts: what they come to ─┴─► Vote
//! ```
//! - What is newly said of a dialog or a tuple takes the place of what any publication said of it before.
//! - A publication that ends takes its own part away. Nobody stands by its call or its reachable phone any more: both are
//!   last known until the peer begins to tell something else. "No call" and "switched off" stay true after the end.
//! - A call goes before everything else: a presence that says nothing of calls (`Grain::Basic`) denies none, and
//!   dialogs without a call deny neither that a phone is off, nor that somebody is on another phone.
//! - What the peer stands by goes before what is last known, unless that alone tells of calls or its publication goes on.

use std::time::Duration;

use lampfield_shared::DeviceState;

use super::parts::{Life, Part, Parts, Sum, Vote};
use super::reading::is_call;
use crate::ledger::{Fact, PeerId, Peers};
use crate::moment::Moment;
use crate::news::{CallSaid, DialogSaid, DialogTold, Document, Grain, PersonSaid, PresenceSaid, Said, Scope, Subject};

/// A change of a hint comes in two documents, within milliseconds and in either order. Documents that are
/// further apart are of different changes.
const TOGETHER: Duration = Duration::from_secs(1);
/// Number of ended dialogs that are remembered, so that a late message about one does not revive it.
const MAX_OVER: usize = 16;
/// The publication of what was kept of an earlier run. Numbers of compositors begin at 1.
const KEPT: u64 = 0;

/// What one peer publishes of one extension.
#[derive(Debug)]
pub(super) struct ExtensionState {
    pub(super) peer: PeerId,
    dialogs: Parts<Vec<DialogTold>>,
    presences: Parts<PresenceSaid>,
    /// The dialogs that are over, each with the publication that said so.
    over: Vec<(u64, u64)>,
    /// What the person said in an earlier run, since when, and until when that was good; until a presence comes.
    kept: Option<(Option<PersonSaid>, Moment, Moment)>,
    /// The vote that everything joins to, if anything was told.
    vote: Option<Vote>,
    /// The vote as it is filed, which stays when what it came from is gone.
    pub(super) fact: Option<Fact>,
    /// The document that was told first of a change, while the other has still to follow.
    ahead: Option<Document>,
    /// The document that was told last.
    newest: Document,
}

/// Whether a document repeats what was said before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Again {
    Yes,
    No,
}

impl ExtensionState {
    pub(super) fn new(peer: PeerId) -> Self {
        Self {
            peer,
            dialogs: Parts::default(),
            presences: Parts::default(),
            over: Vec::new(),
            kept: None,
            vote: None,
            fact: None,
            ahead: None,
            newest: Document::Dialog,
        }
    }

    /// What was kept of an earlier run, which nobody stands by yet. Which document told of a call is not known, so a presence
    /// that says nothing of calls does not end it.
    pub(super) fn kept(peer: PeerId, state: DeviceState, when: Moment, good_until: Moment) -> Self {
        let mut fact = Fact::new(peer, None, state, when);
        fact.age.doubt(good_until);
        let mut extension = Self { fact: Some(fact), ..Self::new(peer) };
        let (publication, life, age) = (KEPT, Life::Ended, fact.age);
        if is_call(state) {
            let said = vec![DialogTold { id: 0, state, call: None }];
            extension.dialogs.parts.push(Part { publication, said, age, life });
        } else if matches!(state, DeviceState::NotInUse | DeviceState::Unavailable) {
            let said = PresenceSaid { state, grain: Grain::Basic, person: None, tuples: Vec::new() };
            extension.presences.parts.push(Part { publication, said, age, life });
        }
        extension.join(Again::Yes);
        extension
    }

    /// Takes back what was kept of the person.
    pub(super) fn keep_person(&mut self, person: Option<PersonSaid>, when: Moment, good_until: Moment) {
        self.kept = Some((person, when, good_until));
    }

    /// Shows no time that is still to come, now that the wall clock was set back; whether its vote showed one.
    pub(super) fn set_clock(&mut self, now: Moment) -> bool {
        self.dialogs.set_clock(now);
        self.presences.set_clock(now);
        if let Some((_, when, good_until)) = &mut self.kept {
            (*when, *good_until) = (when.shown_by(now), good_until.shown_by(now));
        }
        if let Some(vote) = &mut self.vote {
            vote.good_until = vote.good_until.map(|moment| moment.shown_by(now));
        }
        self.fact.as_mut().is_some_and(|fact| fact.age.set_clock(now))
    }

    /// Files the vote as a fact, and hands it back.
    pub(super) fn count(&mut self, now: Moment) -> Option<Fact> {
        let mut filed = match (self.vote, self.fact) {
            (Some(vote), Some(known)) if vote.good_until.is_some() && known.state == vote.state => Some(known),
            (Some(vote), _) => Some(Fact::new(self.peer, None, vote.state, vote.good_until.unwrap_or(now))),
            (None, known) => known,
        };
        let doubted = self.vote.map_or(Some(now), |vote| vote.good_until);
        if let (Some(fact), Some(moment)) = (&mut filed, doubted) {
            fact.age.doubt(moment);
        }
        self.fact = filed;
        filed
    }

    /// Files what a publication says.
    pub(super) fn tell(&mut self, publication: u64, said: Said, now: Moment) {
        let before = (self.dialogs.sum().live, self.presences.sum().live);
        let (told, other) = match said {
            Said::Dialog(said) => {
                self.tell_dialogs(publication, said, now);
                (Document::Dialog, self.presences.told)
            }
            Said::Presence(said) => {
                self.tell_presence(publication, said, now);
                (Document::Presence, self.dialogs.told)
            }
        };
        // One document was told now, the other last at `other`: are both of the same change?
        let follows =
            self.ahead.is_some_and(|ahead| ahead != told) && other.is_some_and(|other| now.since(other) < TOGETHER);
        self.ahead = if follows { None } else { Some(told) };
        self.newest = told;
        let again = before == (self.dialogs.sum().live, self.presences.sum().live);
        self.join(if again { Again::Yes } else { Again::No });
    }

    fn tell_dialogs(&mut self, publication: u64, said: DialogSaid, now: Moment) {
        let DialogSaid { scope, subject, mut dialogs } = said;
        // A call that a newer publication has ended is not begun again by an older one.
        dialogs.retain(|dialog| {
            let ended_later = |(id, by): &(u64, u64)| *id == dialog.id && *by > publication;
            !is_call(dialog.state) || !self.over.iter().any(ended_later)
        });
        self.over.retain(|(id, _)| dialogs.iter().all(|dialog| dialog.id != *id));
        let over = dialogs.iter().filter(|dialog| subject == Subject::Calls && !is_call(dialog.state));
        self.over.extend(over.map(|dialog| (dialog.id, publication)));
        self.over.drain(..self.over.len().saturating_sub(MAX_OVER));
        let is_new = self.dialogs.of(publication).is_none();
        // A peer that begins with "these are all dialogs, and there are none" takes back every dialog before.
        let takes_all = is_new && scope == Scope::Full && dialogs.is_empty();
        let mut rest = Vec::new();
        let mut doubt = None;
        for part in &mut self.dialogs.parts {
            part.said.retain(|known| !takes_all && dialogs.iter().all(|dialog| dialog.id != known.id));
            if part.publication == publication && scope == Scope::Partial {
                rest = std::mem::take(&mut part.said);
                doubt = part.age.doubt_began().filter(|_| !rest.is_empty());
            }
        }
        dialogs.retain(|dialog| is_call(dialog.state));
        dialogs.extend(rest);
        self.dialogs.tell(publication, dialogs, now);
        if let (Some(part), Some(moment)) = (self.dialogs.of(publication), doubt) {
            part.age.doubt(moment);
        }
    }

    fn tell_presence(&mut self, publication: u64, said: PresenceSaid, now: Moment) {
        let speaks_of_calls = is_call(said.state) || (said.grain == Grain::Fine && said.state != DeviceState::Unknown);
        if speaks_of_calls {
            self.dialogs.parts.retain(|part| part.publication != KEPT);
        }
        let is_in = |part: &Part<PresenceSaid>| part.said.tuples.iter().all(|tuple| said.tuples.contains(tuple));
        let takes = |part: &Part<PresenceSaid>| part.said.tuples.is_empty() == said.tuples.is_empty() && is_in(part);
        self.presences.parts.retain(|part| part.publication == publication || !takes(part));
        self.presences.tell(publication, said, now);
        self.kept = None;
    }

    /// The peer stands by what it said in a publication.
    pub(super) fn hold(&mut self, document: Document, publication: u64, now: Moment) {
        match document {
            Document::Dialog => self.dialogs.hold(publication, now),
            Document::Presence => self.presences.hold(publication, now),
        }
        self.join(Again::Yes);
    }

    /// A request of a publication was missed.
    pub(super) fn miss(&mut self, document: Document, publication: u64, now: Moment) {
        match document {
            Document::Dialog => self.dialogs.miss(publication, now),
            Document::Presence => self.presences.miss(publication, now),
        }
        self.join(Again::Yes);
    }

    /// A publication has ended.
    pub(super) fn end(&mut self, document: Document, publication: u64, now: Moment) {
        match document {
            Document::Dialog => self.dialogs.end(publication, now),
            Document::Presence => self.presences.end(publication, now),
        }
        self.join(Again::Yes);
    }

    /// What the peer said before `said_before` is not known to be good after `moment`.
    pub(super) fn doubt_before(&mut self, said_before: Moment, moment: Moment) {
        self.dialogs.doubt(|when| when < said_before, moment);
        self.presences.doubt(|when| when < said_before, moment);
        self.join(Again::Yes);
    }

    /// Nothing that the peer said is known to be good after `moment`.
    pub(super) fn doubt(&mut self, moment: Moment) {
        self.dialogs.doubt(|_| true, moment);
        self.presences.doubt(|_| true, moment);
        self.join(Again::Yes);
        self.fact.iter_mut().for_each(|fact| fact.age.doubt(moment));
    }

    fn join(&mut self, again: Again) {
        let rang_in_use = self.vote.is_some_and(|vote| vote.state == DeviceState::RingInUse);
        let reading = Reading {
            dialogs: self.dialogs.sum(),
            presences: self.presences.sum(),
            dialogs_told: self.dialogs.told,
            newest: self.newest,
            together: self.ahead.is_none() || (again == Again::Yes && rang_in_use),
        };
        self.vote = reading.vote();
    }

    /// What the person says, since when, and until when that was known to be good.
    pub(super) fn person(&self, peers: &Peers) -> Option<(Option<&PersonSaid>, Moment, Option<Moment>)> {
        let told = self.presences.parts.iter();
        let told = told.map(|part| (part.said.person.as_ref(), part.age.when, part.age.doubted(self.peer, peers)));
        let kept = self.kept.iter().map(|(person, when, good_until)| (person.as_ref(), *when, Some(*good_until)));
        told.chain(kept).max_by_key(|(person, when, as_of)| (as_of.is_none(), person.is_some(), *when))
    }

    /// The calls, each with the moment until which it was known to be good.
    pub(super) fn calls<'a>(
        &'a self,
        peers: &'a Peers,
    ) -> impl Iterator<Item = (&'a CallSaid, Option<Moment>)> + use<'a> {
        self.dialogs.parts.iter().flat_map(|part| {
            let as_of = part.age.doubted(self.peer, peers);
            part.said.iter().filter_map(move |dialog| Some((dialog.call.as_ref()?, as_of)))
        })
    }
}

/// Both kinds of documents, to be read as one.
#[derive(Debug, Clone, Copy)]
struct Reading {
    dialogs: Sum,
    presences: Sum,
    dialogs_told: Option<Moment>,
    newest: Document,
    /// Whether both documents are of the same change of a hint.
    together: bool,
}

impl Reading {
    fn vote(self) -> Option<Vote> {
        let live = |state| Some(Vote { state, good_until: None });
        let known = |(state, _, moment): (DeviceState, Grain, Moment)| Vote { state, good_until: Some(moment) };
        let calls = |told: &(DeviceState, Grain, Moment)| is_call(told.0);
        let Self { dialogs, presences, .. } = self;
        let dialog = dialogs.live.map(|(state, _)| state);
        let Some((presence, grain)) = presences.live else {
            let Some(dialog) = dialog else { return self.when_last_good() };
            if is_call(dialog) {
                return Some(dialogs.beside_open(dialog));
            }
            // Dialogs that were told later deny a call that a presence told of before.
            let denied = |told: &(DeviceState, Grain, Moment)| calls(told) && self.dialogs_told > Some(told.2);
            let stale = dialogs.stale.filter(calls).or(presences.stale.filter(|told| !denied(told)));
            return stale.map(known).or_else(|| live(dialog));
        };
        let state = self.join(presence, grain, dialog);
        if grain == Grain::Basic && is_call(state) && dialog == Some(state) {
            return Some(dialogs.beside_open(state));
        }
        let denies_calls = grain == Grain::Fine && state != DeviceState::Unknown;
        if is_call(state) || denies_calls || state == DeviceState::Unavailable {
            return live(state);
        }
        let denied = |told: &(DeviceState, Grain, Moment)| dialog.is_some() && self.dialogs_told > Some(told.2);
        let of_presence = presences.stale.filter(|told| !denied(told));
        if let Some(call) = dialogs.stale.filter(calls).or(of_presence.filter(calls)) {
            return Some(known(call));
        }
        match (state, dialog, dialogs.stale) {
            // Nobody can say whether the extension is in a call now.
            (DeviceState::NotInUse, None, Some((.., moment))) => Some(Vote { state, good_until: Some(moment) }),
            (DeviceState::Unknown, ..) => presences.stale.map(known).or_else(|| live(state)),
            _ => live(state),
        }
    }

    /// The vote where the peer stands by nothing any more: the last that was good.
    fn when_last_good(self) -> Option<Vote> {
        let moment = |sum: Sum| sum.stale.map(|(_, _, moment)| moment);
        let last = moment(self.dialogs).max(moment(self.presences))?;
        let revived = |sum: Sum| match sum.stale {
            Some((state, grain, moment)) if moment == last => Sum { live: Some((state, grain)), ..Sum::default() },
            _ => sum,
        };
        let then = Self { dialogs: revived(self.dialogs), presences: revived(self.presences), ..self };
        let Vote { state, good_until } = then.vote()?;
        Some(Vote { state, good_until: good_until.or(Some(last)) })
    }

    /// Joins what the peer stands by. Only both documents together tell that a phone rings while it is in a call: a dialog
    /// alone may have begun before the presence could follow.
    fn join(self, presence: DeviceState, grain: Grain, dialog: Option<DeviceState>) -> DeviceState {
        use DeviceState::{InUse, NotInUse, OnHold, RingInUse, Ringing, Unavailable, Unknown};
        let Some(dialog) = dialog else { return presence };
        match (presence, grain, dialog) {
            (Unknown, ..) | (InUse, Grain::Coarse, Ringing | RingInUse | OnHold) | (InUse | Ringing, _, RingInUse) => {
                dialog
            }
            (NotInUse | Unavailable, Grain::Basic, call) if is_call(call) => call,
            // Each document speaks of calls: the newer one counts.
            (NotInUse | Unavailable, _, call) if is_call(call) && self.newest == Document::Dialog => call,
            (Ringing, _, InUse) if self.together => RingInUse,
            (state, ..) => state,
        }
    }
}

#[cfg(test)]
#[path = "extension_state_tests.rs"]
mod tests;
