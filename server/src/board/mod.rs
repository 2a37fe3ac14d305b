//! The board: states per EID, the hints that name them, and the lamps that follow.
//!
//! ```text
//!  News ──► peers     who is heard now
//!       ──► devices   what each EID says of each device, each peer of each extension: votes
//!                └─► lamps that look at the device ──► Reading, Freshness ──► BoardChange
//! ```
//! Pure: time comes in as an argument. A change costs what the lamps of its device cost, however
//! many there are besides; a gap what was told since the one before; only a peer that falls silent costs all of its own.
//!
//! What holds at all times:
//! - States of different EIDs are kept apart; [`DeviceState::join`] alone brings them together.
//! - `hint_state` is what an Asterisk with the same hint and the same votes says, to the letter.
//!   `state` and `dnd` are lampfield's own reading (`reading.rs`), of the same votes.
//! - Nothing is forgotten and nothing is invented: what was told stays until the same EID tells
//!   something else, and a device of which nothing was told counts as that.
//! - A lamp is [`Live`](Freshness::Live) only as `freshness.rs` says: its own PBX is heard and has
//!   told everything since the last gap, and no vote of a silent PBX decides what it shows.
//! - `since` moves only when `state` or `dnd` does; a lamp is told only when it differs.
//! - The same votes give the same state in whatever order they come.

mod cell;
mod clock;
mod devices;
mod dnd;
mod dnd_book;
mod extensions;
mod freshness;
mod home;
mod ids;
mod keeping;
mod kept;
mod lamps;
mod mailboxes;
mod messages;
mod named;
mod naming;
mod namings;
mod news;
mod parts;
mod peers;
mod reading;
mod settings;
mod votes;
mod words;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

pub use dnd::{Awaited, DndFacts, Follows, Whose};
pub use dnd_book::{Claim, DndEnded, DndTold, Left};
pub use kept::{Kept, KeptHome, KeptLamp, KeptMailbox, KeptPerson, KeptSite, KeptVote, KeptWord};
pub use named::Named;
pub use namings::Edited;
pub use news::{
    BoardChange, CallSaid, CallerSaid, DialogSaid, DialogTold, Document, Grain, MailboxName, News, PersonSaid,
    PresenceSaid, Said, Scope, Subject,
};
pub use settings::{BoardSettings, ExtensionSettings, SiteSettings, Unhinted};

use lampfield_dialplan::{AsteriskVersion, Hints};
use lampfield_shared::{
    DeviceName, DeviceState, DndKind, Eid, Exten, Freshness, Lamp, LampDetails, Site, SiteName, Vote,
};

use cell::{Cell, Waiting};
use devices::{Devices, Kind};
use dnd_book::DndBook;
use ids::{DeviceId, LampId, PeerId};
use keeping::Keeping;
use mailboxes::Mailboxes;
use namings::Namings;
use peers::Peers;
use reading::{Hinted, Role};
use votes::{Ballot, Outcome, Voter};

use crate::moment::Moment;

/// All lamps, and why they are as they are.
#[derive(Debug)]
pub struct Board {
    asterisk: AsteriskVersion,
    hints: Hints,
    unhinted: Unhinted,
    peers: Peers,
    devices: Devices,
    lamps: Vec<Cell>,
    by_exten: BTreeMap<Exten, LampId>,
    mailboxes: Mailboxes,
    namings: Namings,
    dnd: DndBook,
    keeping: Keeping,
    changes: VecDeque<Changed>,
}

#[derive(Debug, Clone, Copy)]
enum Changed {
    Lamp(LampId),
    Site(PeerId),
}

impl Board {
    /// A board on which nothing has been heard yet: the extensions of the configuration and
    /// the plain ones of the dialplan have their lamps, patterns get theirs as devices appear.
    pub fn new(settings: BoardSettings, now: Moment) -> Self {
        let mut board = Self {
            asterisk: settings.asterisk,
            hints: settings.dialplan.hints(&settings.context, settings.asterisk),
            unhinted: settings.unhinted,
            peers: Peers::new(settings.sites, now),
            devices: Devices::default(),
            lamps: Vec::new(),
            by_exten: BTreeMap::new(),
            mailboxes: Mailboxes::default(),
            namings: Namings::new(&settings.extensions),
            dnd: DndBook::default(),
            keeping: Keeping::default(),
            changes: VecDeque::new(),
        };
        for extension in settings.extensions {
            board.add_lamp(extension, now);
        }
        let plain: Vec<Exten> = board.hints.plain().map(Exten::from).collect();
        for exten in plain {
            board.add_lamp(ExtensionSettings::unnamed(exten), now);
        }
        board.forget_changes();
        board
    }

    /// Whoever looks now sees the whole board.
    fn forget_changes(&mut self) {
        self.changes.clear();
        for cell in &mut self.lamps {
            cell.waiting = Waiting::No;
        }
    }

    /// Takes in what the mesh has learned; [`Self::poll_change`] tells what follows from it.
    pub fn apply(&mut self, now: Moment, news: News) {
        match news {
            News::Device { peer, eid, device, state } => {
                let peer = self.hear(&peer, now);
                self.apply_device(now, peer, eid, &device, state);
            }
            News::Mailbox { peer, mailbox, counts } => {
                let peer = self.hear(&peer, now);
                self.apply_mailbox(now, peer, &mailbox, counts);
            }
            News::Extension { peer, exten, publication, said } => {
                let peer = self.hear(&peer, now);
                self.apply_extension(now, peer, &exten, publication, said);
            }
            News::ExtensionHeld { peer, exten, document, publication } => {
                let peer = self.hear(&peer, now);
                self.change_word(now, peer, &exten, |word| word.hold(document, publication, now));
            }
            News::ExtensionMissed { peer, exten, document, publication } => {
                let peer = self.hear(&peer, now);
                self.change_word(now, peer, &exten, |word| word.miss(document, publication, now));
            }
            News::Live { peer } => {
                let peer = self.hear(&peer, now);
                self.set_freshness(peer, Freshness::Live, now);
            }
            News::Silent { peer, silent_for } => self.apply_silent(now, &peer, silent_for),
            News::Gap { peer } => self.apply_gap(now, &peer),
            News::ExtensionGap { peer, older_than } => self.apply_restart(now, &peer, older_than),
            News::MailboxGap { peer } => {
                let peer = self.peers.get_or_add(&peer, now);
                for name in self.mailboxes.doubt(peer, now) {
                    self.refresh_mailbox(&name);
                }
            }
            News::ExtensionEnded { peer, exten, document, publication } => {
                let peer = self.peers.get_or_add(&peer, now);
                self.change_word(now, peer, &exten, |word| word.end(document, publication, now));
            }
            News::Own { eid, device, state } => self.apply_own(now, eid, &device, state),
            News::Dnd { exten, kind, told } => self.apply_dnd(now, &exten, kind, told),
            News::DndKept { exten, told } => {
                self.apply_dnd(now, &exten, DndKind::Calls, Some(told));
                self.notice_ended_before(&exten);
            }
            News::DndOrder { exten, wanted, told } => self.apply_dnd_order(exten, wanted, told),
        }
    }

    /// What looks different now, each lamp once; `None` when dry.
    #[must_use]
    pub fn poll_change(&mut self) -> Option<BoardChange> {
        Some(match self.changes.pop_front()? {
            Changed::Site(peer) => BoardChange::Site(Box::new(self.peers.site(peer).clone())),
            Changed::Lamp(id) => {
                let cell = &mut self.lamps[id.index()];
                cell.waiting = Waiting::No;
                BoardChange::Lamp(Arc::clone(&cell.lamp))
            }
        })
    }

    /// The lamps, in the order of their extensions.
    pub fn lamps(&self) -> impl Iterator<Item = &Arc<Lamp>> {
        self.by_exten.values().map(|id| &self.lamps[id.index()].lamp)
    }

    /// The PBXes, in the order of the configuration.
    pub fn sites(&self) -> impl Iterator<Item = &Site> {
        self.peers.sites()
    }

    /// One lamp with the reasons for its state.
    pub fn details(&self, exten: &Exten) -> Option<LampDetails> {
        let cell = &self.lamps[self.by_exten.get(exten)?.index()];
        let mut devices = Vec::new();
        let mut votes = Vec::new();
        for (id, role) in &cell.watched {
            let name = self.devices.name(*id);
            if *role != Role::Extension {
                devices.push(name.clone());
            }
            votes.extend(self.devices.get(*id).votes.iter().map(|ballot| self.vote(name, ballot)));
        }
        let hint = match cell.hinted {
            Hinted::Yes => self.hints.find(exten.as_str()).map(|hint| hint.as_str().to_owned()),
            Hinted::No => None,
        };
        Some(LampDetails { lamp: Lamp::clone(&cell.lamp), hint, devices, votes })
    }

    /// A ballot as people read it.
    fn vote(&self, device: &DeviceName, ballot: &Ballot) -> Vote {
        Vote {
            peer: self.peers.site(ballot.peer).name.clone(),
            eid: ballot.eid(),
            device: device.clone(),
            state: ballot.state,
            when: ballot.when.wall,
            freshness: if ballot.is_live(&self.peers) { Freshness::Live } else { Freshness::LastKnown },
        }
    }

    fn hear(&mut self, peer: &SiteName, now: Moment) -> PeerId {
        let peer = self.peers.get_or_add(peer, now);
        self.peers.hear(peer, now);
        peer
    }

    fn apply_device(&mut self, now: Moment, peer: PeerId, eid: Eid, name: &DeviceName, state: DeviceState) {
        let id = self.devices.get_or_add(name);
        if self.devices.get(id).votes.is_empty() {
            self.add_lamps_of(id, name, now);
        }
        let voter = Voter::Eid(eid);
        let outcome = self.devices.get_mut(id).votes.cast(self.asterisk, (voter, peer, state), now);
        self.notice_dnd(peer, name, state);
        let before = match outcome {
            Outcome::Repeated if self.peers.is_live(peer) => return,
            Outcome::Repeated => Some(state),
            Outcome::Changed { before } => before,
        };
        self.devices.mark(id);
        self.peers.has_told(peer, id);
        self.peers.stands_by(peer, id);
        for at in 0..self.devices.get(id).lamps.len() {
            let lamp = self.devices.get(id).lamps[at];
            self.learn_home(lamp, id, voter, before);
            self.refresh(lamp, now);
        }
    }

    /// What a silent peer told was good when it was last heard; when it is back it has to tell
    /// all again. A peer that nobody has heard yet cannot fall silent.
    fn apply_silent(&mut self, now: Moment, peer: &SiteName, silent_for: Duration) {
        let peer = self.peers.get_or_add(peer, now);
        self.peers.hear_before(peer, now, silent_for);
        if let Some(heard) = self.peers.heard(peer) {
            self.doubt_devices(peer, heard);
            self.doubt_extensions(peer, heard);
            let _all_are_looked_at_anew = self.mailboxes.doubt(peer, heard);
            self.set_freshness(peer, Freshness::LastKnown, now);
        }
    }

    /// What the peer told of devices until now may have changed unseen.
    fn apply_gap(&mut self, now: Moment, peer: &SiteName) {
        let peer = self.peers.get_or_add(peer, now);
        let doubted = self.doubt_devices(peer, now);
        let lamps: BTreeSet<LampId> =
            doubted.iter().flat_map(|device| self.devices.get(*device).lamps.iter()).copied().collect();
        for lamp in lamps {
            self.refresh(lamp, now);
        }
    }

    /// Nothing that the peer told of devices is known to be good after `moment`; the devices of which something was.
    fn doubt_devices(&mut self, peer: PeerId, moment: Moment) -> BTreeSet<DeviceId> {
        let doubted = self.peers.take_undoubted(peer);
        for id in &doubted {
            self.devices.get_mut(*id).votes.doubt(peer, moment);
            self.devices.mark(*id);
        }
        doubted
    }

    /// Nothing that the peer told of extensions is known to be good after `moment`.
    fn doubt_extensions(&mut self, peer: PeerId, moment: Moment) {
        for id in self.peers.devices(peer) {
            if self.devices.kind(*id) == Kind::Extension {
                self.devices.get_mut(*id).votes.doubt(peer, moment);
                self.devices.mark(*id);
            }
        }
        self.doubt_words(peer, moment);
    }

    fn set_freshness(&mut self, peer: PeerId, freshness: Freshness, now: Moment) {
        if self.peers.set_freshness(peer, freshness, now) {
            self.changes.push_back(Changed::Site(peer));
            // What it told before counts otherwise from now on.
            self.peers.devices(peer).iter().for_each(|id| self.devices.mark(*id));
            self.mailboxes.mark_all_of(peer);
        }
        self.refresh_all_of(peer, now);
        self.refresh_mailboxes_of(peer);
    }
}
