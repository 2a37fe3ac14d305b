//! What of the board outlives the process, so that it starts with what was last known.
//!
//! ```text
//!  change ─► marked ─► poll_to_keep: what is different since the last time ─► the store
//!                      the store ─► restore: a board on which nothing is live yet
//! ```
//! Who calls is not kept: a call is over by then, and whom it was with is nobody's business. Nor are
//! our own votes, which are kept where they are set.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use lampfield_shared::{DeviceName, DeviceState, Eid, Exten, Freshness, LampState, Mailbox, SiteName, Timestamp};

use super::devices::Kind;
use super::home::Home;
use super::ids::{DeviceId, LampId, PeerId};
use super::votes::Voter;
use super::words::Word;
use super::{Board, MailboxName, PersonSaid};
use crate::moment::Moment;

/// What was heard of sites, however quiet the board is, is kept this often.
const HEARD_EVERY: Duration = Duration::from_mins(1);

/// A board, or what is different of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Kept {
    /// The PBXes that were ever heard.
    pub sites: Vec<KeptSite>,
    /// What was told of devices.
    pub votes: Vec<KeptVote>,
    /// What was told of extensions as a whole.
    pub words: Vec<KeptWord>,
    /// What people say of themselves.
    pub persons: Vec<KeptPerson>,
    /// What follows from when and in what order all that was told.
    pub lamps: Vec<KeptLamp>,
    /// Voice mail.
    pub mailboxes: Vec<KeptMailbox>,
}

/// When a PBX was last heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptSite {
    /// Which.
    pub name: SiteName,
    /// When.
    pub heard: Timestamp,
}

/// What one Asterisk said of one device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptVote {
    /// Of which device.
    pub device: DeviceName,
    /// Which Asterisk.
    pub eid: Eid,
    /// Who told it.
    pub peer: SiteName,
    /// What.
    pub state: DeviceState,
    /// When.
    pub told: Timestamp,
    /// Until when it was known to be good; `None`: as long as the peer was heard.
    pub good_until: Option<Timestamp>,
}

/// What one peer said of one extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptWord {
    /// Of which extension.
    pub exten: Exten,
    /// Who.
    pub peer: SiteName,
    /// What, as if the extension were a device.
    pub state: DeviceState,
    /// When.
    pub told: Timestamp,
    /// As of a [`KeptVote`].
    pub good_until: Option<Timestamp>,
}

/// What the person at an extension says, as a peer tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPerson {
    /// At which extension.
    pub exten: Exten,
    /// Who tells it.
    pub peer: SiteName,
    /// What; `None`: nothing.
    pub person: Option<PersonSaid>,
    /// When.
    pub told: Timestamp,
    /// As of a [`KeptVote`].
    pub good_until: Option<Timestamp>,
}

/// What votes do not tell of a lamp.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptLamp {
    /// Which.
    pub exten: Exten,
    /// What it showed.
    pub state: LampState,
    /// Likewise.
    pub dnd: bool,
    /// Since when.
    pub since: Timestamp,
    /// The PBX that it belongs to, where that was learned.
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

/// The counts of a mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptMailbox {
    /// Which.
    pub mailbox: MailboxName,
    /// Who told them.
    pub peer: SiteName,
    /// What.
    pub counts: Mailbox,
    /// When.
    pub told: Timestamp,
    /// As of a [`KeptVote`].
    pub good_until: Option<Timestamp>,
}

impl Board {
    /// What is different since this was last asked, or else, once a minute, when the PBXes were heard.
    /// A change that was taken back again meanwhile may be among it.
    #[must_use]
    pub fn poll_to_keep(&mut self, now: Moment) -> Option<Kept> {
        let mut kept = Kept { mailboxes: self.mailboxes_to_keep(), ..Kept::default() };
        for id in self.devices.take_marked() {
            match self.devices.kind(id) {
                Kind::Device => self.keep_votes(id, &mut kept.votes),
                Kind::Extension => self.keep_words(id, &mut kept.words, &mut kept.persons),
            }
        }
        for id in std::mem::take(&mut self.keeping.lamps) {
            self.lamps[id.index()].to_keep = false;
            kept.lamps.push(self.lamp_to_keep(id));
        }
        let is_recent = |last| now.since(last) < HEARD_EVERY;
        if kept == Kept::default() && self.keeping.heard_kept.is_some_and(is_recent) {
            return None;
        }
        self.keeping.heard_kept = Some(now);
        let heard =
            self.peers.sites().filter_map(|site| Some(KeptSite { name: site.name.clone(), heard: site.heard? }));
        kept.sites = heard.collect();
        Some(kept)
    }

    /// What was polled is lost: everything is to be kept next.
    pub fn keep_all(&mut self) {
        self.devices.mark_all();
        self.mailboxes.mark_all();
        (0..self.lamps.len()).for_each(|at| self.mark(LampId::new(at)));
    }

    /// The lamp is to be kept.
    pub(super) fn mark(&mut self, id: LampId) {
        let to_keep = &mut self.lamps[id.index()].to_keep;
        if !*to_keep {
            *to_keep = true;
            self.keeping.lamps.push(id);
        }
    }

    fn name_of(&self, peer: PeerId) -> SiteName {
        self.peers.site(peer).name.clone()
    }

    fn keep_votes(&self, id: DeviceId, votes: &mut Vec<KeptVote>) {
        let ballots = self.devices.get(id).votes.iter().filter(|ballot| !ballot.peer.is_own());
        votes.extend(ballots.filter_map(|ballot| {
            Some(KeptVote {
                device: self.devices.name(id).clone(),
                eid: ballot.eid()?,
                peer: self.name_of(ballot.peer),
                state: ballot.state,
                told: ballot.when.wall,
                good_until: wall(ballot.doubted(&self.peers)),
            })
        }));
    }

    fn keep_words(&self, id: DeviceId, words: &mut Vec<KeptWord>, persons: &mut Vec<KeptPerson>) {
        let device = self.devices.get(id);
        let exten = || Exten::from(self.devices.name(id).as_str());
        words.extend(device.votes.iter().map(|ballot| KeptWord {
            exten: exten(),
            peer: self.name_of(ballot.peer),
            state: ballot.state,
            told: ballot.when.wall,
            good_until: wall(ballot.doubted(&self.peers)),
        }));
        let said = device.lamps.iter().flat_map(|lamp| &self.lamps[lamp.index()].words);
        persons.extend(said.filter_map(|word| {
            let (person, told, good_until) = word.person(&self.peers)?;
            Some(KeptPerson {
                exten: exten(),
                peer: self.name_of(word.peer),
                person: person.cloned(),
                told: told.wall,
                good_until: wall(good_until),
            })
        }));
    }

    fn lamp_to_keep(&self, id: LampId) -> KeptLamp {
        let cell = &self.lamps[id.index()];
        let home = match cell.home {
            Home::Unknown | Home::Given(_) => None,
            Home::Guessed(peer) => Some(KeptHome::Guessed(self.name_of(peer))),
            Home::Learned(peer) => Some(KeptHome::Learned(self.name_of(peer))),
        };
        let lamp = &cell.lamp;
        KeptLamp { exten: lamp.exten.clone(), state: lamp.state, dnd: lamp.dnd, since: lamp.since, home }
    }

    fn mailboxes_to_keep(&mut self) -> Vec<KeptMailbox> {
        let marked = self.mailboxes.take_marked().into_iter();
        let kept = marked.map(|(mailbox, slot)| KeptMailbox {
            mailbox,
            peer: self.name_of(slot.peer),
            counts: slot.counts,
            told: slot.when.wall,
            good_until: wall(slot.doubted(&self.peers)),
        });
        kept.collect()
    }

    /// Takes back what was kept of an earlier run, before anything is told in this one. All of it is last known,
    /// as of the moment when it was still known to be so at the latest. What was told by a peer that the
    /// configuration no longer has is passed over.
    pub fn restore(&mut self, now: Moment, kept: Kept) {
        for KeptSite { name, heard } in kept.sites {
            if let Some(peer) = self.peers.find(&name) {
                self.peers.restore(peer, now.kept(heard));
            }
        }
        for vote in kept.votes {
            self.restore_vote(now, vote);
        }
        let persons: HashMap<_, _> =
            kept.persons.into_iter().map(|kept| ((kept.exten.clone(), kept.peer.clone()), kept)).collect();
        for word in kept.words {
            self.restore_word(now, word);
        }
        for ((exten, peer), kept) in persons {
            self.restore_person(now, &exten, &peer, kept);
        }
        for mailbox in kept.mailboxes {
            self.restore_mailbox(now, mailbox);
        }
        self.restore_lamps(now, kept.lamps);
        // The clock may have been set back while nothing was running.
        self.set_clock(now);
        self.forget_changes();
    }

    /// Until when something was good at the latest: what its peer stood by, as long as that was heard.
    fn good_until(&self, now: Moment, peer: PeerId, told: Moment, good_until: Option<Timestamp>) -> Moment {
        let kept = good_until.map(|moment| now.kept(moment));
        kept.or_else(|| self.peers.heard(peer)).map_or(told, |moment| moment.max(told))
    }

    fn restore_vote(&mut self, now: Moment, KeptVote { device, eid, peer, state, told, good_until }: KeptVote) {
        let Some(peer) = self.peers.find(&peer) else { return };
        let told = now.kept(told);
        let good_until = self.good_until(now, peer, told, good_until);
        let id = self.devices.get_or_add(&device);
        if self.devices.get(id).votes.is_empty() {
            self.add_lamps_of(id, &device, told);
        }
        self.restore_ballot(id, (Voter::Eid(eid), peer, state), told, good_until);
    }

    fn restore_ballot(
        &mut self,
        id: DeviceId,
        (voter, peer, state): (Voter, PeerId, DeviceState),
        told: Moment,
        good_until: Moment,
    ) {
        let votes = &mut self.devices.get_mut(id).votes;
        let _nobody_has_seen_it_yet = votes.cast(self.asterisk, (voter, peer, state), told);
        votes.doubt(peer, good_until);
        self.peers.has_told(peer, id);
        // From now on it has an end, whenever the peer is heard.
        self.devices.mark(id);
    }

    fn restore_word(&mut self, now: Moment, KeptWord { exten, peer, state, told, good_until }: KeptWord) {
        let Some(peer) = self.peers.find(&peer) else { return };
        let told = now.kept(told);
        let good_until = self.good_until(now, peer, told, good_until);
        let Some(lamp) = self.lamp_of(&exten, told) else { return };
        let id = self.watch_words(lamp);
        self.restore_ballot(id, (Voter::Peer(peer), peer, state), told, good_until);
        self.lamps[lamp.index()].words.push(Word::kept(peer, state, told, good_until));
    }

    fn restore_person(&mut self, now: Moment, exten: &Exten, peer: &SiteName, kept: KeptPerson) {
        let (Some(peer), Some(lamp)) = (self.peers.find(peer), self.by_exten.get(exten).copied()) else { return };
        let told = now.kept(kept.told);
        let good_until = self.good_until(now, peer, told, kept.good_until);
        self.watch_words(lamp);
        let words = &mut self.lamps[lamp.index()].words;
        let at = words.iter().position(|word| word.peer == peer).unwrap_or_else(|| {
            words.push(Word::new(peer));
            words.len() - 1
        });
        words[at].keep_person(kept.person, told, good_until);
    }

    fn restore_mailbox(&mut self, now: Moment, KeptMailbox { mailbox, peer, counts, told, good_until }: KeptMailbox) {
        let Some(peer) = self.peers.find(&peer) else { return };
        let told = now.kept(told);
        let good_until = self.good_until(now, peer, told, good_until);
        self.mailboxes.set(&mailbox, (peer, counts), told, Some(good_until));
        self.refresh_mailboxes_of(peer);
    }

    /// Lamps follow from the votes; what they do not tell is taken back where it fits them.
    fn restore_lamps(&mut self, now: Moment, kept: Vec<KeptLamp>) {
        let mut kept: HashMap<Exten, KeptLamp> = kept.into_iter().map(|lamp| (lamp.exten.clone(), lamp)).collect();
        for at in 0..self.lamps.len() {
            let id = LampId::new(at);
            self.learn_all(id);
            let kept = kept.remove(&self.lamps[at].lamp.exten);
            if let Some(kept) = &kept {
                self.restore_home(id, kept.home.as_ref());
            }
            self.refresh(id, now);
            let lamp = Arc::make_mut(&mut self.lamps[at].lamp);
            if let Some(kept) = kept.filter(|kept| (kept.state, kept.dnd) == (lamp.state, lamp.dnd)) {
                lamp.since = kept.since;
            } else if lamp.freshness != Freshness::Never {
                lamp.since = now.wall;
            }
        }
    }

    fn restore_home(&mut self, id: LampId, kept: Option<&KeptHome>) {
        let home = match kept {
            Some(KeptHome::Guessed(name)) => self.peers.find(name).map(Home::Guessed),
            Some(KeptHome::Learned(name)) => self.peers.find(name).map(Home::Learned),
            None => None,
        };
        let cell = &mut self.lamps[id.index()];
        match (cell.home, home) {
            (Home::Given(_), _) | (_, None) => {}
            (_, Some(home)) => cell.home = home,
        }
    }
}

fn wall(moment: Option<Moment>) -> Option<Timestamp> {
    moment.map(|moment| moment.wall)
}
