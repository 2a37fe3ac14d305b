//! The ledger: who said what, and who was told what. Every fact is filed once, and all others read it here.
//!
//! ```text
//!  mesh: a PUBLISH is taken ─► file ─► Filed: new, changed, repeated; missed before? ─► News
//!        a gap, a silence ───► doubt                                                     │
//!  board: lamps ◄── facts of a device ◄──────────────────────────────────────────────────┘
//!  mesh: what a peer is owed ◄── own facts, want; what it took ─► took
//!  store: what outlives the process ◄─► poll_to_keep, restore
//! ```
//! - A fact is what one Asterisk (entity id) said last of one device, by which peer, when, and until when that was good.
//!   Facts of different entity ids are kept apart; the board alone brings them together.
//! - Nothing is forgotten and nothing is invented: what was told stays until the same Asterisk tells something else.
//! - A fact is live while its peer is heard and has told it since the last gap ([`Fact::is_live`]).
//! - A name costs memory once: everything behind the ledger goes by numbers ([`PeerId`], [`DeviceId`], …).

mod age;
mod devices;
mod fact;
mod ids;
mod kept;
mod mailboxes;
mod marks;
mod peers;
mod rounds;
mod source;
mod told;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use indexmap::IndexSet;
use lampfield_shared::{DeviceName, DeviceState, Eid, Exten, Freshness, Mailbox, RefreshReason, SiteName};

pub use age::Age;
pub use fact::{Fact, is_present};
pub(crate) use ids::number;
pub use ids::{DeviceId, ExtensionId, MailboxId, PeerId};
pub use kept::{KeptFacts, KeptMailbox, KeptSite, KeptVote};
pub use mailboxes::{Counts, MailboxName};
pub use marks::Marks;
pub use peers::Peers;
pub use rounds::{Finding, Round};
pub use source::Source;
pub use told::{LetOut, want};

use crate::moment::Moment;
use devices::Devices;
use mailboxes::Mailboxes;
use rounds::Before;

/// All facts, and what peers took of ours.
#[derive(Debug)]
pub struct Ledger {
    own_eid: Eid,
    peers: Peers,
    devices: Devices,
    mailboxes: Mailboxes,
    extensions: IndexSet<Exten>,
    /// The devices of which we say something ourselves, in the order of their names.
    own: BTreeMap<DeviceName, DeviceId>,
}

/// A state of a device that was filed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filed {
    /// The device.
    pub device: DeviceId,
    /// The peer that told it.
    pub peer: PeerId,
    /// The Asterisk that says so.
    pub eid: Eid,
    /// What it says.
    pub state: DeviceState,
    /// What that changes.
    pub change: Change,
}

/// What a state changes in the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Nobody had told of the device at all.
    NewDevice,
    /// The Asterisk had said nothing of the device.
    New,
    /// The Asterisk had said this before, or something had been missed since, or its peer is not heard.
    From(DeviceState),
    /// Nothing: that was known, and nothing was missed since.
    None,
}

impl Change {
    /// What the Asterisk had said before.
    pub const fn before(self) -> Option<DeviceState> {
        match self {
            Self::From(state) => Some(state),
            Self::NewDevice | Self::New | Self::None => None,
        }
    }
}

/// Something that a peer tells of by name.
#[derive(Debug, Clone, Copy)]
pub enum Named<'a> {
    /// A device, for an Asterisk.
    Device(Eid, &'a DeviceName),
    /// A mailbox.
    Mailbox(&'a MailboxName),
    /// An extension as a whole.
    Extension(&'a Exten),
}

/// What is not known to be good any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubted {
    /// What a peer told of these devices.
    Devices(Vec<DeviceId>),
    /// What a peer told of these mailboxes.
    Mailboxes(Vec<MailboxId>),
}

impl Doubted {
    /// Whether nothing of the kind was told.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Devices(devices) => devices.is_empty(),
            Self::Mailboxes(mailboxes) => mailboxes.is_empty(),
        }
    }
}

impl Ledger {
    /// An empty ledger for these peers, in the order of the configuration; `own_eid` is lampfield's own entity id.
    pub fn new(own_eid: Eid, peers: impl IntoIterator<Item = SiteName>, now: Moment) -> Self {
        let mut ledger = Self {
            own_eid,
            peers: Peers::default(),
            devices: Devices::default(),
            mailboxes: Mailboxes::default(),
            extensions: IndexSet::new(),
            own: BTreeMap::new(),
        };
        for name in peers {
            ledger.peer(&name, now);
        }
        ledger
    }

    /// The peers, and whether each is heard.
    pub const fn peers(&self) -> &Peers {
        &self.peers
    }

    /// The number of a peer. A name that the configuration does not know gets one, too.
    pub fn peer(&mut self, name: &SiteName, now: Moment) -> PeerId {
        self.peers.find_or_add(name, now)
    }

    /// The number of a device, of which nobody need have told anything.
    pub fn device(&mut self, name: &DeviceName) -> DeviceId {
        self.devices.find_or_add(name)
    }

    /// The number of a device that anybody told of or that a lamp looks at.
    pub fn find_device(&self, name: &DeviceName) -> Option<DeviceId> {
        self.devices.find(name)
    }

    /// The name of a device.
    pub fn device_name(&self, id: DeviceId) -> &DeviceName {
        self.devices.name(id)
    }

    /// What was said of a device, in the order of the entity ids.
    pub fn facts(&self, id: DeviceId) -> &[Fact] {
        self.devices.facts(id)
    }

    /// What an Asterisk said of a device.
    pub fn fact(&self, id: DeviceId, eid: Eid) -> Option<&Fact> {
        self.facts(id).iter().find(|fact| fact.eid == Some(eid))
    }

    /// Every device of which a peer has told something.
    pub fn devices_of(&self, peer: PeerId) -> impl Iterator<Item = DeviceId> {
        self.peers.get(peer).into_iter().flat_map(|peer| peer.devices.all.iter().copied())
    }

    /// All mailboxes, in the order in which they were first told of.
    pub fn mailboxes(&self) -> impl Iterator<Item = MailboxId> + use<> {
        self.mailboxes.ids()
    }

    /// The number of a mailbox that anybody told of.
    pub fn find_mailbox(&self, name: &str) -> Option<MailboxId> {
        self.mailboxes.find(name)
    }

    /// The name of a mailbox.
    pub fn mailbox_name(&self, id: MailboxId) -> &MailboxName {
        self.mailboxes.name(id)
    }

    /// The counts of a mailbox that were told last.
    pub fn counts(&self, id: MailboxId) -> Option<&Counts> {
        self.mailboxes.last(id)
    }

    /// The mailboxes whose last word is a peer's.
    pub fn mailboxes_of(&self, id: PeerId) -> impl Iterator<Item = MailboxId> {
        let told = self.peers.get(id).into_iter().flat_map(|peer| peer.mailboxes.all.iter().copied());
        told.filter(move |mailbox| self.counts(*mailbox).is_some_and(|counts| counts.peer == id))
    }

    /// Whether a peer has told of something by this name, in this run or an earlier one.
    pub fn has_named(&self, id: PeerId, named: Named<'_>) -> bool {
        match named {
            Named::Device(eid, name) => self.devices.fact(name, eid, id).is_some(),
            Named::Mailbox(name) => self.mailboxes.is_told_by(name, id),
            Named::Extension(exten) => {
                let Some(at) = self.extensions.get_index_of(exten) else { return false };
                self.peers.get(id).is_some_and(|peer| peer.extensions.contains(&ExtensionId::at(at)))
            }
        }
    }

    /// How many names a peer has told of.
    pub fn names_of(&self, id: PeerId) -> usize {
        self.peers.get(id).map_or(0, |peer| peer.names)
    }

    /// Files a state that `peer` tells of a device for the Asterisk `eid`: what it changes, and whether it had been
    /// missed before.
    pub fn file_device(
        &mut self,
        now: Moment,
        (peer, eid): (PeerId, Eid),
        name: &DeviceName,
        state: DeviceState,
    ) -> (Filed, Finding) {
        let device = self.devices.find_or_add(name);
        let is_first = self.facts(device).is_empty();
        let round = self.peers.rounds(peer, Source::DeviceStates).map(|rounds| rounds.number());
        let before = self.devices.file(device, Fact::new(peer, Some(eid), state, now).in_round(round));
        self.count_name(peer, before.map(|before| before.peer));
        self.peers.hear(peer, now);

        let told = before.filter(|before| before.peer == peer);
        let answered = told.and_then(|told| Some(Before { agrees: told.state == state, round: told.round()? }));
        let rounds = self.peers.rounds(peer, Source::DeviceStates);
        let finding = rounds.map_or(Finding::Ordinary, |rounds| rounds.note_state(now.mono, answered));

        let is_known = told.is_some_and(|told| told.state == state && told.age.doubt_began().is_none());
        let change = match before {
            _ if is_known && self.peers.is_live(peer) => Change::None,
            Some(before) => Change::From(before.state),
            None if is_first => Change::NewDevice,
            None => Change::New,
        };
        if change != Change::None {
            self.stand_by(peer, device);
        }
        (Filed { device, peer, eid, state, change }, finding)
    }

    /// From now on a peer stands by what it told of a device.
    fn stand_by(&mut self, peer: PeerId, device: DeviceId) {
        self.devices.mark(device);
        if let Some(peer) = self.peers.get_mut(peer) {
            peer.devices.all.insert(device);
            peer.devices.undoubted.insert(device);
        }
    }

    /// Counts a name that a peer tells of; `before` is who told of it till now.
    fn count_name(&mut self, peer: PeerId, before: Option<PeerId>) {
        if before == Some(peer) {
            return;
        }
        if let Some(before) = before.and_then(|before| self.peers.get_mut(before)) {
            before.names = before.names.saturating_sub(1);
        }
        if let Some(peer) = self.peers.get_mut(peer) {
            peer.names += 1;
        }
    }

    /// Files counts that `peer` tells of a mailbox for the Asterisk `eid`, and finds out whether they had been missed.
    pub fn file_mailbox(
        &mut self,
        now: Moment,
        (peer, eid): (PeerId, Eid),
        name: &MailboxName,
        counts: Mailbox,
    ) -> (MailboxId, Finding) {
        let is_named = self.mailboxes.is_told_by(name, peer);
        let mailbox = self.mailboxes.find_or_add(name);
        let round = self.peers.rounds(peer, Source::Mailboxes).map(|rounds| rounds.number());
        let told = Counts { peer, eid: Some(eid), counts, round, age: Age::told(now) };
        let before = self.mailboxes.file(mailbox, told);
        self.count_name(peer, is_named.then_some(peer));
        self.peers.hear(peer, now);
        if let Some(peer) = self.peers.get_mut(peer) {
            peer.mailboxes.all.insert(mailbox);
            peer.mailboxes.undoubted.insert(mailbox);
        }
        let answered = before.and_then(|told| Some(Before { agrees: told.counts == counts, round: told.round? }));
        let rounds = self.peers.rounds(peer, Source::Mailboxes);
        (mailbox, rounds.map_or(Finding::Ordinary, |rounds| rounds.note_state(now.mono, answered)))
    }

    /// Files that a peer publishes the state of an extension. What its documents come to is the board's.
    pub fn file_extension(&mut self, peer: PeerId, exten: &Exten) {
        let id = ExtensionId::at(match self.extensions.get_index_of(exten) {
            Some(at) => at,
            None => self.extensions.insert_full(exten.clone()).0,
        });
        if let Some(peer) = self.peers.get_mut(peer)
            && peer.extensions.insert(id)
        {
            peer.names += 1;
        }
    }

    /// Files what we say ourselves of a device; INVALID withdraws it. What that changes, beside when it was said.
    pub fn file_own(&mut self, now: Moment, name: &DeviceName, state: DeviceState) -> Filed {
        let device = self.devices.find_or_add(name);
        let is_first = self.facts(device).is_empty();
        self.own.insert(name.clone(), device);
        let before = self.devices.file(device, Fact::new(PeerId::OWN, Some(self.own_eid), state, now));
        if let Some(before) = before {
            self.count_name(PeerId::OWN, Some(before.peer));
        }
        let change = match before {
            Some(before) if before.peer.is_own() && before.state == state => Change::None,
            Some(before) => Change::From(before.state),
            None if is_first => Change::NewDevice,
            None => Change::New,
        };
        Filed { device, peer: PeerId::OWN, eid: self.own_eid, state, change }
    }

    /// Our own states, the withdrawn ones too, in the order of the devices' names.
    pub fn own(&self) -> impl Iterator<Item = (&DeviceName, DeviceId, DeviceState)> {
        self.own.iter().filter_map(|(name, id)| Some((name, *id, self.own_state(*id)?)))
    }

    /// What we say ourselves of a device.
    pub fn own_state(&self, device: DeviceId) -> Option<DeviceState> {
        self.facts(device).iter().find(|fact| fact.peer.is_own()).map(|fact| fact.state)
    }

    /// Something else than a state of a device or mailbox came from a peer.
    pub fn hear(&mut self, peer: PeerId, now: Moment) {
        self.peers.hear(peer, now);
    }

    /// A peer answers and publishes: what it tells from now on is live.
    pub fn set_live(&mut self, peer: PeerId, now: Moment) {
        self.peers.hear(peer, now);
        self.set_freshness(peer, Freshness::Live, now);
    }

    /// A peer is lost, and was last heard so long ago: until when what it told was good. When it is back it has to tell
    /// all again. A peer that nobody has heard cannot fall silent (`None`).
    pub fn set_silent(&mut self, peer: PeerId, now: Moment, silent_for: Duration) -> Option<Moment> {
        let good_until = self.peers.hear_before(peer, now, silent_for)?;
        let _all_are_looked_at_anew = self.doubt_devices(peer, good_until);
        let _all_are_looked_at_anew = self.doubt_mailboxes(peer, good_until);
        self.set_freshness(peer, Freshness::LastKnown, now);
        Some(good_until)
    }

    fn set_freshness(&mut self, peer: PeerId, freshness: Freshness, now: Moment) {
        if self.peers.set_freshness(peer, freshness, now) {
            // What the peer told before counts otherwise from now on.
            self.devices_of(peer).collect::<Vec<_>>().into_iter().for_each(|id| self.devices.mark(id));
            self.mailboxes_of(peer).collect::<Vec<_>>().into_iter().for_each(|id| self.mailboxes.mark(id));
        }
    }

    /// What a peer told by a source until `moment` may have changed unseen; what that is, where it is filed here.
    pub fn doubt(&mut self, peer: PeerId, source: Source, moment: Moment) -> Option<Doubted> {
        match source {
            Source::DeviceStates => Some(Doubted::Devices(self.doubt_devices(peer, moment))),
            Source::Mailboxes => Some(Doubted::Mailboxes(self.doubt_mailboxes(peer, moment))),
            Source::ExtensionStates => None,
        }
    }

    fn doubt_devices(&mut self, id: PeerId, moment: Moment) -> Vec<DeviceId> {
        let Some(peer) = self.peers.get_mut(id) else { return Vec::new() };
        let doubted: Vec<DeviceId> = std::mem::take(&mut peer.devices.undoubted).into_iter().collect();
        for device in &doubted {
            self.devices.doubt(*device, id, moment);
        }
        doubted
    }

    fn doubt_mailboxes(&mut self, id: PeerId, moment: Moment) -> Vec<MailboxId> {
        let Some(peer) = self.peers.get_mut(id) else { return Vec::new() };
        let undoubted = std::mem::take(&mut peer.mailboxes.undoubted);
        undoubted.into_iter().filter(|mailbox| self.mailboxes.doubt(*mailbox, id, moment)).collect()
    }

    /// A peer is to be asked to tell everything of a source again: a round begins.
    pub fn begin_round(&mut self, peer: PeerId, source: Source, now: Instant, why: RefreshReason) {
        if let Some(rounds) = self.peers.rounds(peer, source) {
            rounds.begin(now, why);
        }
    }

    /// A peer was asked already, and meanwhile something is known to be missing.
    pub fn note_gap(&mut self, peer: PeerId, source: Source) {
        if let Some(rounds) = self.peers.rounds(peer, source) {
            rounds.note_gap();
        }
    }

    /// A peer took the request to tell everything of a source again.
    pub fn note_taken(&mut self, peer: PeerId, source: Source, now: Instant) {
        if let Some(rounds) = self.peers.rounds(peer, source) {
            rounds.taken(now);
        }
    }

    /// The last request to tell all device states again, and what came of it.
    pub fn round(&self, peer: PeerId) -> Option<&Round> {
        self.peers.get(peer)?.devices.rounds.last()
    }

    /// A peer may have forgotten what it was told: everything counts as untold.
    pub fn begin_epoch(&mut self, peer: PeerId) {
        if let Some(peer) = self.peers.get_mut(peer) {
            peer.told.begin_epoch();
        }
    }

    /// A peer took a state of ours (200).
    pub fn took(&mut self, peer: PeerId, name: &DeviceName, state: DeviceState) {
        let device = self.devices.find_or_add(name);
        if let Some(peer) = self.peers.get_mut(peer) {
            peer.told.take(device, state);
        }
    }

    /// The state of a device of ours that a peer took last, unless it may have forgotten it since.
    pub fn told(&self, peer: PeerId, device: DeviceId) -> Option<DeviceState> {
        self.peers.get(peer)?.told.of(device)
    }

    /// The wall clock was set, and says `now`: what is told as of later was told by now. The peers that show that.
    pub fn set_clock(&mut self, now: Moment) -> Vec<PeerId> {
        self.devices.set_clock(now);
        self.mailboxes.set_clock(now);
        self.peers.set_clock(now)
    }
}
