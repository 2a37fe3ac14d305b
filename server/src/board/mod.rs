//! The board: the facts of the ledger, the hints that name their devices, and the lamps that follow.
//!
//! ```text
//!  News ──► the lamps that look at what changed ──► Look: Reading, Freshness ──► BoardChange
//!                    facts of the ledger ──────────┘
//! ```
//! The parts: `sites` (the PBXes as they are shown), `plan` (which lamps there are, and which devices each looks at),
//! `lamps` (the lamps and their changes), `mailboxes`, `namings` (what people call the extensions), `dnd_book`, `keeping`.
//! What a lamp shows is a function of the facts and of these: `look`, `freshness`, `reading`, `votes`, `home`.
//!
//! Pure: time comes in as an argument. A change costs what the lamps of its device cost, however
//! many there are besides; a gap what was told since the one before; only a peer that falls silent costs all of its own.
//!
//! What holds at all times:
//! - States of different EIDs are kept apart; [`DeviceState::join`](lampfield_shared::DeviceState::join) alone brings
//!   them together.
//! - `hint_state` is what an Asterisk with the same hint and the same votes says, to the letter.
//!   `state` and `dnd` are lampfield's own reading (`reading.rs`), of the same votes.
//! - A device of which nothing was told counts as that.
//! - A lamp is [`Live`](lampfield_shared::Freshness::Live) only as `freshness.rs` says: its own PBX is heard and has
//!   told everything since the last gap, and no vote of a silent PBX decides what it shows.
//! - `since` moves only when `state` or `dnd` does; a lamp is told only when it differs.
//! - The same votes give the same state in whatever order they come.

mod beside;
mod cell;
mod change;
mod clock;
mod dnd;
mod dnd_book;
mod dnd_facts;
mod extension_news;
mod extension_state;
mod freshness;
mod home;
mod ids;
mod keeping;
mod kept;
mod lamps;
mod look;
mod mailboxes;
mod naming;
mod namings;
mod parts;
mod plan;
mod reading;
mod settings;
mod sites;
mod votes;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::Arc;

use lampfield_shared::{DeviceName, Exten, Lamp, LampDetails, Site, Vote};

pub use change::BoardChange;
pub use dnd::{Awaited, DndNews, Whose};
pub use dnd_book::{Claim, DndEnded, DndTold, Left};
pub use dnd_facts::{DndFacts, Follows};
pub use kept::{Kept, KeptExtension, KeptHome, KeptLamp, KeptPerson};
pub use namings::Edited;
pub use settings::{BoardSettings, ExtensionSettings, SiteSettings, Unhinted};

use crate::ledger::{Change, DeviceId, Doubted, Fact, Filed, Ledger, MailboxName, PeerId};
use crate::moment::Moment;
use crate::news::News;
use cell::{Cell, MailboxChoice, Queued};
use dnd_book::DndBook;
use freshness::vote;
use home::Home;
use ids::LampId;
use keeping::Keeping;
use lamps::{Changed, Lamps};
use look::Look;
use mailboxes::Mailboxes;
use namings::Namings;
use plan::Plan;
use reading::{Hinted, Role, roles};
use sites::Sites;
use votes::Votes;

/// All lamps, and why they are as they are.
///
/// Whatever looks at the ledger is handed it. A board needs it for itself (`&mut`) only where lamps come to be: these
/// look at devices of which nobody need have told anything, and each gets a number there.
#[derive(Debug)]
pub struct Board {
    plan: Plan,
    sites: Sites,
    lamps: Lamps,
    mailboxes: Mailboxes,
    namings: Namings,
    dnd: DndBook,
    keeping: Keeping,
}

impl Board {
    /// A board on which nothing has been heard yet: the extensions of the configuration and
    /// the plain ones of the dialplan have their lamps, patterns get theirs as devices appear.
    pub fn new(settings: BoardSettings, ledger: &mut Ledger, now: Moment) -> Self {
        let BoardSettings { asterisk, dialplan, context, extensions, sites, unhinted } = settings;
        let mut board = Self {
            plan: Plan::new(&dialplan, &context, asterisk, unhinted),
            sites: Sites::new(sites, ledger, now),
            lamps: Lamps::default(),
            mailboxes: Mailboxes::default(),
            namings: Namings::new(&extensions),
            dnd: DndBook::default(),
            keeping: Keeping::default(),
        };
        let plain = board.plan.plain().into_iter().map(ExtensionSettings::unnamed);
        for extension in extensions.into_iter().chain(plain) {
            board.add_lamp(ledger, extension, now);
        }
        board.lamps.forget_changes();
        board
    }

    /// Takes in what the mesh has learned and filed; [`Self::poll_change`] tells what follows from it.
    pub fn apply(&mut self, now: Moment, ledger: &mut Ledger, news: News) {
        match news {
            News::Device(filed) => self.apply_device(now, ledger, filed),
            News::Mailbox(mailbox) => {
                self.mailboxes.note(mailbox, ledger);
                self.mailboxes.refresh(mailbox, ledger, &mut self.lamps);
            }
            News::Live { peer } => self.show_peer(ledger, peer, now),
            News::Silent { peer, good_until } => {
                self.doubt_extensions(peer, good_until);
                self.show_peer(ledger, peer, now);
            }
            News::Gap(Doubted::Devices(devices)) => {
                let lamps: BTreeSet<LampId> =
                    devices.iter().flat_map(|device| self.lamps.looking_at(*device)).copied().collect();
                self.refresh_all(ledger, lamps, now);
            }
            News::Gap(Doubted::Mailboxes(mailboxes)) => {
                for id in mailboxes {
                    self.mailboxes.refresh(id, ledger, &mut self.lamps);
                }
            }
            News::Extension { peer, exten, publication, said } => {
                self.apply_extension(now, ledger, (peer, &exten), publication, said);
            }
            News::ExtensionHeld { peer, exten, document, publication } => {
                self.change_extension(now, ledger, (peer, &exten), |state| state.hold(document, publication, now));
            }
            News::ExtensionMissed { peer, exten, document, publication } => {
                self.change_extension(now, ledger, (peer, &exten), |state| state.miss(document, publication, now));
            }
            News::ExtensionEnded { peer, exten, document, publication } => {
                self.change_extension(now, ledger, (peer, &exten), |state| state.end(document, publication, now));
            }
            News::ExtensionGap { peer, older_than } => self.apply_restart(now, ledger, peer, older_than),
        }
    }

    /// What looks different now, each lamp once; `None` when dry.
    #[must_use]
    pub fn poll_change(&mut self, ledger: &Ledger) -> Option<BoardChange> {
        Some(match self.lamps.poll_change()? {
            Changed::Site(peer) => BoardChange::Site(Box::new(self.sites.site(peer, ledger))),
            Changed::Lamp(id) => BoardChange::Lamp(Arc::clone(&self.lamps.get(id).lamp)),
        })
    }

    /// The lamps, in the order of their extensions.
    pub fn lamps(&self) -> impl Iterator<Item = &Arc<Lamp>> {
        self.lamps.by_exten().map(|(_, cell)| &cell.lamp)
    }

    /// The PBXes, in the order of the configuration.
    pub fn sites(&self, ledger: &Ledger) -> impl Iterator<Item = Site> {
        ledger.peers().ids().map(|peer| self.sites.site(peer, ledger))
    }

    /// One lamp with the reasons for its state.
    pub fn details(&self, ledger: &Ledger, exten: &Exten) -> Option<LampDetails> {
        let cell = self.lamps.get(self.lamps.find(exten.as_str())?);
        let devices: Vec<DeviceName> = cell.watched.iter().map(|(id, _)| ledger.device_name(*id).clone()).collect();
        let of_devices = cell.watched.iter().flat_map(|(id, _)| {
            let device = ledger.device_name(*id);
            ledger.facts(*id).iter().map(move |fact| vote(ledger, device, fact))
        });
        let itself = DeviceName::from(exten.as_str());
        let of_extension = Votes::OfExtension(&cell.extension).iter().map(|fact| vote(ledger, &itself, fact));
        let votes: Vec<Vote> = of_devices.chain(of_extension).collect();
        let hint = match cell.hinted {
            Hinted::Yes => self.plan.hint(exten.as_str()),
            Hinted::No => None,
        };
        Some(LampDetails { lamp: Lamp::clone(&cell.lamp), hint, devices, votes })
    }

    fn apply_device(&mut self, now: Moment, ledger: &mut Ledger, filed: Filed) {
        let Filed { device, peer, eid, state, change } = filed;
        if change == Change::NewDevice {
            self.add_lamps_of(ledger, device, now);
        }
        if !peer.is_own() {
            self.dnd.notice(ledger.peers().name(peer), ledger.device_name(device), state);
        }
        if change == Change::None {
            return;
        }
        // The ledger may be ahead by what came since: what is learned is learned of each state in turn.
        let fact = Fact::new(peer, Some(eid), state, now);
        for at in 0..self.lamps.looking_at(device).len() {
            let lamp = self.lamps.looking_at(device)[at];
            self.lamps.learn_home(lamp, device, &fact, change.before(), ledger);
            self.refresh(ledger, lamp, now);
        }
    }

    /// Shows how fresh a peer is, and everything that depends on it.
    fn show_peer(&mut self, ledger: &Ledger, peer: PeerId, now: Moment) {
        if self.sites.notice(peer, ledger) {
            self.lamps.queue_site(peer);
            // What the peer said of extensions counts otherwise from now on.
            self.sites.published(peer).for_each(|id| self.keeping.extensions.mark(id));
        }
        let of_devices = ledger.devices_of(peer).flat_map(|device| self.lamps.looking_at(device).iter().copied());
        let others = self.sites.published(peer).chain(self.sites.given_lamps(peer));
        let lamps: BTreeSet<LampId> = of_devices.chain(others).collect();
        self.refresh_all(ledger, lamps, now);
        for mailbox in ledger.mailboxes_of(peer) {
            self.mailboxes.refresh(mailbox, ledger, &mut self.lamps);
        }
    }

    /// A device is heard for the first time: the patterns whose hints name it have lamps more.
    /// A phone that no hint names is shown by its number.
    fn add_lamps_of(&mut self, ledger: &mut Ledger, device: DeviceId, now: Moment) {
        let name = ledger.device_name(device).clone();
        for exten in self.plan.naming(&name) {
            self.add_lamp(ledger, ExtensionSettings::unnamed(exten), now);
        }
        if self.lamps.looking_at(device).is_empty()
            && let Some(number) = self.plan.number_of(&name)
        {
            self.add_lamp(ledger, ExtensionSettings::unnamed(number.into()), now);
        }
    }

    /// Gives an extension its lamp, unless it has one.
    fn add_lamp(&mut self, ledger: &mut Ledger, settings: ExtensionSettings, now: Moment) {
        let ExtensionSettings { exten, name, group, site, mailbox } = settings;
        if self.lamps.find(exten.as_str()).is_some() {
            return;
        }
        let id = self.lamps.next();
        let given = site.map(|site| ledger.peer(&site, now)).or_else(|| self.sites.serving(&exten));
        if let Some(peer) = given {
            self.sites.give_lamp(peer, id);
        }
        let (hinted, devices) = self.plan.devices_of(&exten);
        let shown = mailbox.as_ref().map_or(exten.as_str(), MailboxName::as_str);
        let (counts, as_of) = self.mailboxes.shown(shown, ledger);
        let unknown = Lamp { since: now.wall, ..Lamp::unknown(exten) };
        let lamp = Lamp { name, group, mailbox: counts, mailbox_as_of: as_of, ..unknown };
        self.lamps.push(Cell {
            lamp: Arc::new(lamp),
            hinted,
            home: given.map_or(Home::Unknown, Home::Given),
            watched: watched(ledger, &devices),
            extension: Vec::new(),
            mailbox: if mailbox.is_some() { MailboxChoice::Named } else { MailboxChoice::OfExten },
            queued: Queued::No,
        });
        if let Some(mailbox) = mailbox {
            self.mailboxes.name(mailbox, id);
        }
        self.lamps.learn_all(id, ledger);
        self.refresh(ledger, id, now);
        self.lamps.queue(id);
    }

    fn refresh_all(&mut self, ledger: &Ledger, lamps: BTreeSet<LampId>, now: Moment) {
        for lamp in lamps {
            self.refresh(ledger, lamp, now);
        }
    }

    /// Works out what a lamp shows; if that is new, it is a change.
    fn refresh(&mut self, ledger: &Ledger, id: LampId, now: Moment) {
        let has_lamp = |number: &str| self.lamps.find(number).is_some();
        let look = Look::read(self.lamps.get(id), ledger, &self.plan, &self.dnd, has_lamp);
        self.lamps.show(id, look, now);
    }
}

/// The devices that a lamp looks at, each with its role; at one that the hint names twice the lamp looks once.
fn watched(ledger: &mut Ledger, devices: &[DeviceName]) -> Box<[(DeviceId, Role)]> {
    let roles = roles(devices.iter().map(DeviceName::as_str));
    let mut watched: Vec<(DeviceId, Role)> = Vec::with_capacity(devices.len());
    for (name, role) in devices.iter().zip(roles) {
        let id = ledger.device(name);
        if watched.iter().all(|(known, _)| *known != id) {
            watched.push((id, role));
        }
    }
    watched.into()
}
