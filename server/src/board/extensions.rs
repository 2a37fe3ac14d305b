//! What peers say of an extension as a whole: its calls (`Event: dialog`) and its presence.
//!
//! ```text
//!  dialog ───┐
//!            ├─► Word: what both come to ─► a vote on the extension, one for each peer
//!  presence ─┘      ├─► Lamp::call        who is calling, while the lamp shows that call
//!                   └─► Lamp::presence    what the person says
//! ```
//! The documents are of the peer's hint, so they come from its devices, and say less: see `freshness.rs`
//! for how they join with the devices' own votes. Where a peer publishes both, the presence decides,
//! since it alone tells a free phone from one that is switched off, and the dialogs refine it.

use std::time::Duration;

use lampfield_shared::{Call, DeviceState, Exten, Freshness, LampState, Party, Presence, Side, SiteName, Timestamp};

use super::devices::{DeviceId, Kind, LampId};
use super::freshness::Verdict;
use super::peers::{PeerId, Peers};
use super::reading::Role;
use super::votes::Voter;
use super::{
    Board, CallSaid, CallerSaid, Cell, DialogSaid, Document, ExtensionSettings, Grain, PersonSaid, PresenceSaid, Said,
    Unhinted,
};

/// What one peer says of an extension.
#[derive(Debug)]
pub(super) struct Word {
    pub(super) peer: PeerId,
    dialog: Option<Told<DialogSaid>>,
    presence: Option<Told<PresenceSaid>>,
    /// What both come to, as long as the peer stands by any.
    state: Option<DeviceState>,
    /// The one that was told while the other has still to follow.
    ahead: Option<Document>,
}

/// A hint changes in two documents. They come within milliseconds, in either order; after this the other
/// one does not belong to the same change.
const TOGETHER: u64 = 1_000;

/// Whether a document says what it said before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Again {
    Yes,
    No,
}

/// A document and how good it is.
#[derive(Debug)]
struct Told<T> {
    said: T,
    when: Timestamp,
    /// When something may have been missed since; `None` while nothing was.
    good_until: Option<Timestamp>,
}

impl<T> Told<T> {
    const fn new(said: T, when: Timestamp) -> Self {
        Self { said, when, good_until: None }
    }

    fn doubt(&mut self, said_before: Timestamp, moment: Timestamp) {
        if self.when < said_before {
            self.good_until.get_or_insert(moment);
        }
    }

    /// Until when it was known to be good; `None`: `peer` stands by it.
    fn doubted(&self, peer: PeerId, peers: &Peers) -> Option<Timestamp> {
        let is_live = self.good_until.is_none() && peers.is_live(peer);
        (!is_live).then(|| self.good_until.unwrap_or(self.when))
    }
}

impl Word {
    const fn new(peer: PeerId) -> Self {
        Self { peer, dialog: None, presence: None, state: None, ahead: None }
    }

    fn tell(&mut self, said: Said, now: Timestamp) {
        let again = match said {
            Said::Dialog(said) => {
                let again = self.dialog.as_ref().is_some_and(|told| told.said.state == said.state);
                self.dialog = Some(Told::new(said, now));
                self.step(Document::Dialog, self.presence.as_ref().map(|told| told.when), now);
                again
            }
            Said::Presence(said) => {
                let again = self.presence.as_ref().is_some_and(|told| told.said.state == said.state);
                self.presence = Some(Told::new(said, now));
                self.step(Document::Presence, self.dialog.as_ref().map(|told| told.when), now);
                again
            }
        };
        self.join(if again { Again::Yes } else { Again::No });
    }

    /// One document was told, the other last at `other`: is it of the same change?
    fn step(&mut self, told: Document, other: Option<Timestamp>, now: Timestamp) {
        let follows = self.ahead.is_some_and(|ahead| ahead != told)
            && other.is_some_and(|when| now.0.saturating_sub(when.0) < TOGETHER);
        self.ahead = if follows { None } else { Some(told) };
    }

    /// Nothing was said at a time to come.
    pub(super) fn not_after(&mut self, now: Timestamp) {
        let dialog = self.dialog.as_mut().map(|told| (&mut told.when, &mut told.good_until));
        let presence = self.presence.as_mut().map(|told| (&mut told.when, &mut told.good_until));
        for (when, good_until) in [dialog, presence].into_iter().flatten() {
            *when = (*when).min(now);
            *good_until = good_until.map(|moment| moment.min(now));
        }
    }

    /// The peer says that a document stands.
    fn hold(&mut self, document: Document, now: Timestamp) {
        let (when, good_until) = match document {
            Document::Dialog => self.dialog.as_mut().map(|told| (&mut told.when, &mut told.good_until)),
            Document::Presence => self.presence.as_mut().map(|told| (&mut told.when, &mut told.good_until)),
        }
        .unzip();
        if let (Some(when), Some(good_until)) = (when, good_until) {
            (*when, *good_until) = (now, None);
        }
        self.join(Again::Yes);
    }

    /// What the peer said in these documents, and before `said_before`, is not known to be good after `moment`.
    fn doubt(&mut self, documents: &[Document], said_before: Timestamp, moment: Timestamp) {
        if let Some(told) = self.dialog.as_mut().filter(|_| documents.contains(&Document::Dialog)) {
            told.doubt(said_before, moment);
        }
        if let Some(told) = self.presence.as_mut().filter(|_| documents.contains(&Document::Presence)) {
            told.doubt(said_before, moment);
        }
        self.join(Again::Yes);
    }

    /// Works out what the documents that the peer stands by come to. Only both together tell that one rings
    /// while in a call: a dialog alone has begun before the presence could follow.
    fn join(&mut self, again: Again) {
        use DeviceState::{InUse, OnHold, RingInUse, Ringing, Unknown};
        let dialog = self.dialog.as_ref().filter(|told| told.good_until.is_none()).map(|told| told.said.state);
        let presence = self.presence.as_ref().filter(|told| told.good_until.is_none());
        let Some((state, grain)) = presence.map(|told| (told.said.state, told.said.grain)) else {
            self.state = dialog;
            return;
        };
        let together = self.ahead.is_none() || (again == Again::Yes && self.state == Some(RingInUse));
        self.state = Some(match (state, grain, dialog) {
            (Unknown, _, Some(dialog)) | (InUse, Grain::Coarse, Some(dialog @ (Ringing | RingInUse | OnHold))) => {
                dialog
            }
            (InUse | Ringing, _, Some(RingInUse)) => RingInUse,
            (Ringing, _, Some(InUse)) if together => RingInUse,
            (state, _, _) => state,
        });
    }

    /// What its person says, since when, and until when that was known to be good.
    pub(super) fn person(&self, peers: &Peers) -> Option<(Option<&PersonSaid>, Timestamp, Option<Timestamp>)> {
        let told = self.presence.as_ref()?;
        Some((told.said.person.as_ref(), told.when, told.doubted(self.peer, peers)))
    }

    /// What was kept of a person: nobody stands by it yet.
    pub(super) fn kept(peer: PeerId, person: Option<PersonSaid>, when: Timestamp, good_until: Timestamp) -> Self {
        let said = PresenceSaid { state: DeviceState::Unknown, grain: Grain::Fine, person };
        Self { presence: Some(Told { said, when, good_until: Some(good_until) }), ..Self::new(peer) }
    }
}

impl Board {
    pub(super) fn apply_extension(&mut self, now: Timestamp, peer: PeerId, exten: &Exten, said: Said) {
        let Some(id) = self.lamp_of(exten, now) else { return };
        let words = &mut self.lamps[id.index()].words;
        let at = words.iter().position(|word| word.peer == peer).unwrap_or_else(|| {
            words.push(Word::new(peer));
            words.len() - 1
        });
        words[at].tell(said, now);
        self.count(now, id, at);
    }

    pub(super) fn apply_held(&mut self, now: Timestamp, peer: PeerId, exten: &Exten, document: Document) {
        if let Some((id, at)) = self.word(peer, exten) {
            self.lamps[id.index()].words[at].hold(document, now);
            self.count(now, id, at);
        }
    }

    pub(super) fn apply_ended(&mut self, now: Timestamp, peer: PeerId, exten: &Exten, document: Document) {
        if let Some((id, at)) = self.word(peer, exten) {
            self.lamps[id.index()].words[at].doubt(&[document], Timestamp(u64::MAX), now);
            self.count(now, id, at);
        }
    }

    /// A peer has started anew; it said in its life before what it said longer ago than that.
    pub(super) fn apply_restart(&mut self, now: Timestamp, peer: &SiteName, older_than: Duration) {
        let peer = self.peers.get_or_add(peer, now);
        let age = u64::try_from(older_than.as_millis()).unwrap_or(u64::MAX);
        let said_before = Timestamp(now.0.saturating_sub(age));
        for (id, at) in self.words_of(peer) {
            self.lamps[id.index()].words[at].doubt(&[Document::Dialog, Document::Presence], said_before, now);
            self.count(now, id, at);
        }
    }

    /// Nothing that a peer said of extensions is known to be good after `moment`.
    pub(super) fn doubt_words(&mut self, peer: PeerId, moment: Timestamp) {
        for (id, at) in self.words_of(peer) {
            let word = &mut self.lamps[id.index()].words[at];
            word.doubt(&[Document::Dialog, Document::Presence], Timestamp(u64::MAX), moment);
        }
    }

    fn word(&self, peer: PeerId, exten: &Exten) -> Option<(LampId, usize)> {
        let id = *self.by_exten.get(exten)?;
        let at = self.lamps[id.index()].words.iter().position(|word| word.peer == peer)?;
        Some((id, at))
    }

    fn words_of(&self, peer: PeerId) -> Vec<(LampId, usize)> {
        let told = self.peers.devices(peer).iter().filter(|id| self.devices.kind(**id) == Kind::Extension);
        let lamps = told.flat_map(|id| self.devices.get(*id).lamps.iter());
        let at = |id: &LampId| self.lamps[id.index()].words.iter().position(|word| word.peer == peer);
        lamps.filter_map(|id| Some((*id, at(id)?))).collect()
    }

    /// The lamp of an extension that a peer tells of, which may be a new one. Of an extension that is no
    /// number and in no hint the peer may talk: it is on no board.
    pub(super) fn lamp_of(&mut self, exten: &Exten, now: Timestamp) -> Option<LampId> {
        let wanted = || {
            let is_number = exten.as_str().bytes().all(|byte| byte.is_ascii_digit());
            self.hints.find(exten.as_str()).is_some() || (self.unhinted == Unhinted::Digits && is_number)
        };
        if !self.by_exten.contains_key(exten) && wanted() {
            self.add_lamp(ExtensionSettings::unnamed(exten.clone()), now);
        }
        self.by_exten.get(exten).copied()
    }

    /// Makes a word a vote.
    fn count(&mut self, now: Timestamp, id: LampId, at: usize) {
        let Word { peer, state, .. } = self.lamps[id.index()].words[at];
        let device = self.watch_words(id);
        match state {
            Some(state) => {
                let ballot = (Voter::Peer(peer), peer, state);
                let _looked_at_in_any_case = self.devices.get_mut(device).votes.cast(self.asterisk, ballot, now);
            }
            None => self.devices.get_mut(device).votes.doubt(peer, now),
        }
        self.devices.mark(device);
        self.peers.has_told(peer, device);
        self.learn_home(id, device, Voter::Peer(peer), None);
        self.mark(id);
        self.refresh(id, now);
    }

    /// Makes a lamp look at what peers say of its extension, behind all devices.
    pub(super) fn watch_words(&mut self, id: LampId) -> DeviceId {
        let cell = &mut self.lamps[id.index()];
        if let Some((device, Role::Extension)) = cell.watched.last() {
            return *device;
        }
        let device = self.devices.of_extension(&cell.lamp.exten);
        cell.watched = cell.watched.iter().copied().chain([(device, Role::Extension)]).collect();
        self.devices.get_mut(device).lamps.push(id);
        device
    }

    /// The presence and the call that go with what a lamp shows.
    pub(super) fn beside(&self, cell: &Cell, verdict: &Verdict) -> (Option<Box<Presence>>, Option<Box<Call>>) {
        if cell.words.is_empty() {
            return (None, None);
        }
        (self.presence(&cell.words).map(Box::new), self.call(&cell.words, verdict).map(Box::new))
    }

    /// What was said last, of those that are stood by if any is: whoever is there and says nothing more
    /// has taken back what they said.
    fn presence(&self, words: &[Word]) -> Option<Presence> {
        let told = words.iter().filter_map(|word| word.person(&self.peers));
        let (person, _, as_of) = told.max_by_key(|(person, when, as_of)| (as_of.is_none(), person.is_some(), *when))?;
        let PersonSaid { state, subtype, note } = person?.clone();
        Some(Presence { state, subtype, note, as_of })
    }

    /// The call that the lamp shows. One of which its peer no longer tells is no call of a live lamp.
    fn call(&self, words: &[Word], verdict: &Verdict) -> Option<Call> {
        let calls = words.iter().filter_map(|word| {
            let told = word.dialog.as_ref()?;
            Some((told.said.call.as_ref()?, told.doubted(word.peer, &self.peers)))
        });
        let tells = |call: &CallSaid| call.direction.is_some() || call.caller.is_some();
        let is_old = verdict.freshness == Freshness::LastKnown;
        let shown = calls
            .filter(|(call, as_of)| fits(call, verdict.reading.state) && tells(call) && (as_of.is_none() || is_old))
            .max_by_key(|(call, as_of)| (as_of.is_none(), call.rings, call.caller.is_some()));
        let (call, as_of) = shown?;
        Some(Call { direction: call.direction, party: call.caller.as_ref().map(|caller| self.party(caller)), as_of })
    }

    fn party(&self, CallerSaid { number, name }: &CallerSaid) -> Party {
        let is_ours =
            |number: &String| self.by_exten.contains_key(number.as_str()) || self.hints.find(number).is_some();
        let side = match number {
            None => Side::Withheld,
            Some(number) if is_ours(number) => Side::Internal,
            Some(_) => Side::External,
        };
        Party { side, number: number.clone(), name: name.clone() }
    }
}

/// Whether a lamp in that state can be showing the call.
const fn fits(call: &CallSaid, state: LampState) -> bool {
    match state {
        LampState::Ringing => call.rings,
        LampState::CallRinging => true,
        LampState::OnCall | LampState::Busy | LampState::OnHold => !call.rings,
        LampState::Free | LampState::Dnd | LampState::Offline | LampState::NoData => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines such as `d RINGING`: what the dialog or the presence says, both within the same second; an empty
    /// one lets ten seconds pass. What both come to after each.
    fn states(script: &str) -> String {
        let mut word = Word::new(PeerId::OWN);
        let mut now = Timestamp(0);
        let mut seen = Vec::new();
        for line in script.split(", ") {
            now.0 += 5;
            match line.split_once(' ') {
                Some(("d", state)) => {
                    let said = DialogSaid { state: state.parse().unwrap(), call: None };
                    word.tell(Said::Dialog(said), now);
                }
                Some((_, state)) => {
                    let said = PresenceSaid { state: state.parse().unwrap(), grain: Grain::Fine, person: None };
                    word.tell(Said::Presence(said), now);
                }
                None => now.0 += 10_000,
            }
            seen.push(word.state.map_or("-", DeviceState::as_str));
        }
        seen.dedup();
        seen.join(" ")
    }

    #[test]
    fn a_change_comes_in_two_documents_in_either_order() {
        let ringing = "d RINGING, p RINGING, ";
        assert_eq!(states(&format!("{ringing}, d INUSE, p INUSE")), "RINGING INUSE");
        assert_eq!(states(&format!("{ringing}, p INUSE, d INUSE")), "RINGING INUSE");
        assert_eq!(states(&format!("{ringing}, d INUSE, p RINGING")), "RINGING RINGINUSE");
        assert_eq!(states(&format!("{ringing}, p RINGING, d INUSE")), "RINGING RINGINUSE");
        let both = "d INUSE, p RINGING, ";
        assert_eq!(
            states(&format!("{both}, d INUSE, p RINGING")),
            "INUSE RINGINUSE",
            "a hint that rings is told again"
        );
        assert_eq!(states(&format!("{both}, p RINGING, d INUSE")), "INUSE RINGINUSE");
        assert_eq!(states(&format!("{both}, d RINGING, p RINGING")), "INUSE RINGINUSE RINGING");
        assert_eq!(states(&format!("{both}, p RINGING, d RINGING")), "INUSE RINGINUSE RINGING");
        assert_eq!(states(&format!("{both}, d INUSE, p INUSE")), "INUSE RINGINUSE INUSE");
    }

    #[test]
    fn one_that_was_missed_spoils_no_later_change() {
        let missed = "d RINGING, p RINGING, , p INUSE, , ";
        assert_eq!(states(&format!("{missed}, d RINGING, p RINGING")), "RINGING INUSE RINGING");
        assert_eq!(states(&format!("{missed}, d INUSE, p RINGING")), "RINGING INUSE RINGINUSE");
        assert_eq!(states(&format!("{missed}, p RINGING, d INUSE")), "RINGING INUSE RINGING RINGINUSE");
    }
}
