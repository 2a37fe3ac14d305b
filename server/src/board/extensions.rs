//! What peers say of an extension as a whole: its calls (`Event: dialog`) and its presence.
//!
//! ```text
//!  dialog ───┐
//!            ├─► Word: what both come to ─► a vote on the extension, one for each peer
//!  presence ─┘      ├─► Lamp::call        who is calling, while the lamp shows that call
//!                   └─► Lamp::presence    what the person says
//! ```
//! The documents are of the peer's hint, so they come from its devices, and say less: see `freshness.rs`
//! for how they join with the devices' own votes, and `words.rs` for how they join with each other.

use std::time::Duration;

use lampfield_shared::{Call, Exten, Freshness, LampState, Party, Presence, Side, SiteName};

use super::cell::Cell;
use super::devices::Kind;
use super::freshness::Verdict;
use super::ids::{DeviceId, LampId, PeerId};
use super::parts::Vote;
use super::reading::Role;
use super::votes::Voter;
use super::words::Word;
use super::{Board, CallSaid, CallerSaid, ExtensionSettings, PersonSaid, Said, Unhinted};
use crate::moment::Moment;

impl Board {
    pub(super) fn apply_extension(&mut self, now: Moment, peer: PeerId, exten: &Exten, publication: u64, said: Said) {
        let Some(id) = self.lamp_of(exten, now) else { return };
        let words = &mut self.lamps[id.index()].words;
        let at = words.iter().position(|word| word.peer == peer).unwrap_or_else(|| {
            words.push(Word::new(peer));
            words.len() - 1
        });
        words[at].tell(publication, said, now);
        self.count(now, id, at);
    }

    /// Changes what a peer says of an extension, if it has said anything.
    pub(super) fn change_word(&mut self, now: Moment, peer: PeerId, exten: &Exten, change: impl FnOnce(&mut Word)) {
        if let Some((id, at)) = self.word(peer, exten) {
            change(&mut self.lamps[id.index()].words[at]);
            self.count(now, id, at);
        }
    }

    /// A peer has started anew; it said in its life before what it said longer ago than that.
    pub(super) fn apply_restart(&mut self, now: Moment, peer: &SiteName, older_than: Duration) {
        let peer = self.peers.get_or_add(peer, now);
        let said_before = now.ago(older_than);
        for (id, at) in self.words_of(peer) {
            self.lamps[id.index()].words[at].doubt_before(said_before, now);
            self.count(now, id, at);
        }
    }

    /// Nothing that a peer said of extensions is known to be good after `moment`.
    pub(super) fn doubt_words(&mut self, peer: PeerId, moment: Moment) {
        for (id, at) in self.words_of(peer) {
            self.lamps[id.index()].words[at].doubt(moment);
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
    pub(super) fn lamp_of(&mut self, exten: &Exten, now: Moment) -> Option<LampId> {
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
    fn count(&mut self, now: Moment, id: LampId, at: usize) {
        let Word { peer, vote, .. } = self.lamps[id.index()].words[at];
        let device = self.watch_words(id);
        let votes = &mut self.devices.get_mut(device).votes;
        let voter = Voter::Peer(peer);
        match vote {
            Some(Vote { state, good_until: None }) => {
                let _looked_at_in_any_case = votes.cast(self.asterisk, (voter, peer, state), now);
            }
            Some(Vote { state, good_until: Some(moment) }) => {
                if votes.of(voter).is_none_or(|ballot| ballot.state != state) {
                    let _looked_at_in_any_case = votes.cast(self.asterisk, (voter, peer, state), moment);
                }
                votes.doubt(peer, moment);
            }
            None => votes.doubt(peer, now),
        }
        self.devices.mark(device);
        self.peers.has_told(peer, device);
        self.learn_home(id, device, voter, None);
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
        Some(Presence { state, subtype, note, as_of: as_of.map(|moment| moment.wall) })
    }

    /// The call that the lamp shows. One of which its peer no longer tells is no call of a live lamp.
    fn call(&self, words: &[Word], verdict: &Verdict) -> Option<Call> {
        let calls = words.iter().flat_map(|word| word.calls(&self.peers));
        let tells = |call: &CallSaid| call.direction.is_some() || call.caller.is_some();
        let is_old = verdict.freshness == Freshness::LastKnown;
        let shown = calls
            .filter(|(call, as_of)| fits(call, verdict.reading.state) && tells(call) && (as_of.is_none() || is_old))
            .max_by_key(|(call, as_of)| (as_of.is_none(), call.rings, call.caller.is_some()));
        let (call, as_of) = shown?;
        let as_of = as_of.map(|moment| moment.wall);
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
