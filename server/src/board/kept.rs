//! What of the board outlives the process, so that it starts with what was last known.
//!
//! ```text
//!  change ─► marked ─► poll_to_keep: what is different since the last time ─► the store
//!                      the store ─► restore: a board on which nothing is live yet
//! ```
//! Who calls is not kept: a call is over by then, and whom it was with is nobody's business. Nor are
//! our own votes, which are kept where they are set.

use std::collections::HashMap;
use std::time::Duration;

use lampfield_shared::{DeviceState, Exten, Freshness, LampState, SiteName, Timestamp};

use super::Board;
use super::extension_state::ExtensionState;
use super::home::Home;
use super::ids::LampId;
use crate::ledger::{KeptFacts, KeptMailbox, KeptSite, KeptVote, Ledger, PeerId};
use crate::moment::Moment;
use crate::news::PersonSaid;

/// What was heard of sites, however quiet the board is, is kept this often.
const HEARD_EVERY: Duration = Duration::from_mins(1);

/// A board with the facts behind it, or what is different of both.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Kept {
    /// The PBXes that were ever heard.
    pub sites: Vec<KeptSite>,
    /// What was told of devices.
    pub votes: Vec<KeptVote>,
    /// What was told of extensions as a whole.
    pub extensions: Vec<KeptExtension>,
    /// What people say of themselves.
    pub persons: Vec<KeptPerson>,
    /// What follows from when and in what order all that was told.
    pub lamps: Vec<KeptLamp>,
    /// Voice mail.
    pub mailboxes: Vec<KeptMailbox>,
}

/// What one peer said of one extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptExtension {
    /// The extension.
    pub exten: Exten,
    /// The peer.
    pub peer: SiteName,
    /// The state, as if the extension were a device.
    pub state: DeviceState,
    /// When it was last told.
    pub told: Timestamp,
    /// Until when it was known to be good, as of a [`KeptVote`].
    pub good_until: Option<Timestamp>,
}

/// What the person at an extension says, as a peer tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPerson {
    /// The extension.
    pub exten: Exten,
    /// The peer.
    pub peer: SiteName,
    /// What the person says; `None`: nothing.
    pub person: Option<PersonSaid>,
    /// When it was last told.
    pub told: Timestamp,
    /// Until when it was known to be good, as of a [`KeptVote`].
    pub good_until: Option<Timestamp>,
}

/// What votes do not tell of a lamp.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptLamp {
    /// The extension.
    pub exten: Exten,
    /// The state that was shown.
    pub state: LampState,
    /// Whether "do not disturb" was shown.
    pub dnd: bool,
    /// Since when both were shown.
    pub since: Timestamp,
    /// The PBX that the lamp belongs to, where that was learned.
    pub home: Option<KeptHome>,
}

/// Where a lamp belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeptHome {
    /// The first that told something.
    Guessed(SiteName),
    /// The one at which the phone was last seen.
    Learned(SiteName),
}

impl Board {
    /// What is different of board and ledger since this was last asked, or else, once a minute, when the PBXes were heard.
    /// A change that was taken back again meanwhile may be among it.
    #[must_use]
    pub fn poll_to_keep(&mut self, now: Moment, ledger: &mut Ledger) -> Option<Kept> {
        let KeptFacts { votes, mailboxes, .. } = ledger.take_marked();
        let mut kept = Kept { votes, mailboxes, ..Kept::default() };
        for id in self.keeping.extensions.take() {
            self.keep_extension(ledger, id, &mut kept);
        }
        kept.lamps = self.lamps.take_marked().into_iter().map(|id| self.lamp_to_keep(ledger, id)).collect();
        let is_recent = |last| now.since(last) < HEARD_EVERY;
        if kept == Kept::default() && self.keeping.heard_kept.is_some_and(is_recent) {
            return None;
        }
        self.keeping.heard_kept = Some(now);
        kept.sites = ledger.heard();
        Some(kept)
    }

    /// What was polled is lost: everything is to be kept next.
    pub fn keep_all(&mut self, ledger: &mut Ledger) {
        ledger.mark_all();
        self.lamps.mark_all();
        let published = self.lamps.ids().filter(|id| !self.lamps.get(*id).extension.is_empty());
        published.for_each(|id| self.keeping.extensions.mark(id));
    }

    fn keep_extension(&self, ledger: &Ledger, id: LampId, kept: &mut Kept) {
        let (cell, peers) = (self.lamps.get(id), ledger.peers());
        let exten = || cell.lamp.exten.clone();
        let facts = cell.extension.iter().filter_map(|state| state.fact.as_ref());
        kept.extensions.extend(facts.map(|fact| KeptExtension {
            exten: exten(),
            peer: peers.name(fact.peer).clone(),
            state: fact.state,
            told: fact.age.when.wall,
            good_until: wall(fact.doubted(peers)),
        }));
        kept.persons.extend(cell.extension.iter().filter_map(|state| {
            let (person, told, good_until) = state.person(peers)?;
            Some(KeptPerson {
                exten: exten(),
                peer: peers.name(state.peer).clone(),
                person: person.cloned(),
                told: told.wall,
                good_until: wall(good_until),
            })
        }));
    }

    fn lamp_to_keep(&self, ledger: &Ledger, id: LampId) -> KeptLamp {
        let cell = self.lamps.get(id);
        let name_of = |peer: PeerId| ledger.peers().name(peer).clone();
        let home = match cell.home {
            Home::Unknown | Home::Given(_) => None,
            Home::Guessed(peer) => Some(KeptHome::Guessed(name_of(peer))),
            Home::Learned(peer) => Some(KeptHome::Learned(name_of(peer))),
        };
        let lamp = &cell.lamp;
        KeptLamp { exten: lamp.exten.clone(), state: lamp.state, dnd: lamp.dnd, since: lamp.since, home }
    }

    /// Takes back what was kept of an earlier run, before anything is told in this one. All of it is last known,
    /// as of the moment when it was still known to be so at the latest. What was told by a peer that the
    /// configuration no longer has is passed over.
    pub fn restore(&mut self, now: Moment, ledger: &mut Ledger, kept: Kept) {
        let Kept { sites, votes, extensions, persons, lamps, mailboxes } = kept;
        for (device, told) in ledger.restore(now, KeptFacts { sites, votes, mailboxes }) {
            self.add_lamps_of(ledger, device, told);
        }
        for peer in ledger.peers().ids() {
            let _nobody_looks_yet = self.sites.notice(peer, ledger);
        }
        for mailbox in ledger.mailboxes() {
            self.mailboxes.note(mailbox, ledger);
            self.mailboxes.refresh(mailbox, ledger, &mut self.lamps);
        }
        for extension in &extensions {
            self.restore_extension(now, ledger, extension);
        }
        let persons: HashMap<_, _> =
            persons.into_iter().map(|kept| ((kept.exten.clone(), kept.peer.clone()), kept)).collect();
        for person in persons.into_values() {
            self.restore_person(now, ledger, person);
        }
        self.restore_lamps(now, ledger, lamps);
        // The clock may have been set back while nothing was running.
        self.set_clock(now, ledger);
        self.lamps.forget_changes();
    }

    fn restore_extension(&mut self, now: Moment, ledger: &mut Ledger, kept: &KeptExtension) {
        let Some(peer) = ledger.peers().find(&kept.peer) else { return };
        let told = now.kept(kept.told);
        let good_until = ledger.kept_until(now, peer, told, kept.good_until);
        let Some(id) = self.lamp_of(ledger, &kept.exten, told) else { return };
        ledger.file_extension(peer, &kept.exten);
        *self.lamps.get_mut(id).extension_state_or_new(peer) = ExtensionState::kept(peer, kept.state, told, good_until);
        self.sites.publishes(peer, id);
        self.keeping.extensions.mark(id);
    }

    fn restore_person(&mut self, now: Moment, ledger: &Ledger, kept: KeptPerson) {
        let (Some(peer), Some(id)) = (ledger.peers().find(&kept.peer), self.lamps.find(kept.exten.as_str())) else {
            return;
        };
        let told = now.kept(kept.told);
        let good_until = ledger.kept_until(now, peer, told, kept.good_until);
        self.lamps.get_mut(id).extension_state_or_new(peer).keep_person(kept.person, told, good_until);
    }

    /// Lamps follow from the facts; what these do not tell is taken back where it fits them.
    fn restore_lamps(&mut self, now: Moment, ledger: &Ledger, kept: Vec<KeptLamp>) {
        let mut kept: HashMap<Exten, KeptLamp> = kept.into_iter().map(|lamp| (lamp.exten.clone(), lamp)).collect();
        for id in self.lamps.ids() {
            self.lamps.learn_all(id, ledger);
            let kept = kept.remove(&self.lamps.get(id).lamp.exten);
            if let Some(kept) = &kept {
                self.restore_home(ledger, id, kept.home.as_ref());
            }
            self.refresh(ledger, id, now);
            self.lamps.change(id, |lamp| {
                if let Some(kept) = kept.filter(|kept| (kept.state, kept.dnd) == (lamp.state, lamp.dnd)) {
                    lamp.since = kept.since;
                } else if lamp.freshness != Freshness::Never {
                    lamp.since = now.wall;
                }
            });
        }
    }

    fn restore_home(&mut self, ledger: &Ledger, id: LampId, kept: Option<&KeptHome>) {
        let home = match kept {
            Some(KeptHome::Guessed(name)) => ledger.peers().find(name).map(Home::Guessed),
            Some(KeptHome::Learned(name)) => ledger.peers().find(name).map(Home::Learned),
            None => None,
        };
        let cell = self.lamps.get_mut(id);
        match (cell.home, home) {
            (Home::Given(_), _) | (_, None) => {}
            (_, Some(home)) => cell.home = home,
        }
    }
}

fn wall(moment: Option<Moment>) -> Option<Timestamp> {
    moment.map(|moment| moment.wall)
}
