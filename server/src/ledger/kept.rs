//! What of the ledger outlives the process, so that it starts with what was last known.
//!
//! Our own facts are kept where they are set, and what peers took of them not at all: after a start each is told all.

use lampfield_shared::{DeviceName, DeviceState, Eid, Mailbox, SiteName, Timestamp};

use super::Ledger;
use super::age::Age;
use super::fact::Fact;
use super::ids::{DeviceId, MailboxId, PeerId};
use super::mailboxes::{Counts, MailboxName};
use crate::moment::Moment;

/// What is different in the ledger since it was last kept, or all of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeptFacts {
    /// The PBXes that were ever heard.
    pub sites: Vec<KeptSite>,
    /// What was told of devices.
    pub votes: Vec<KeptVote>,
    /// Voice mail.
    pub mailboxes: Vec<KeptMailbox>,
}

/// When a PBX was last heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptSite {
    /// The peer.
    pub name: SiteName,
    /// When it was last heard.
    pub heard: Timestamp,
}

/// What one Asterisk said of one device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptVote {
    /// The device.
    pub device: DeviceName,
    /// The Asterisk that said so.
    pub eid: Eid,
    /// The peer that told it.
    pub peer: SiteName,
    /// The state.
    pub state: DeviceState,
    /// When it was last told.
    pub told: Timestamp,
    /// Until when it was known to be good; `None`: as long as the peer was heard.
    pub good_until: Option<Timestamp>,
}

/// The counts of a mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptMailbox {
    /// The mailbox.
    pub mailbox: MailboxName,
    /// The peer that told the counts.
    pub peer: SiteName,
    /// How many messages.
    pub counts: Mailbox,
    /// When they were last told.
    pub told: Timestamp,
    /// Until when they were known to be good, as of a [`KeptVote`].
    pub good_until: Option<Timestamp>,
}

impl Ledger {
    /// What is different since this was last asked. A change that was taken back meanwhile may be among it.
    pub fn take_marked(&mut self) -> KeptFacts {
        let mailboxes = self.mailboxes.take_marked();
        let mailboxes = mailboxes.into_iter().filter_map(|id| self.mailbox_to_keep(id)).collect();
        let devices = self.devices.take_marked();
        let votes = devices.into_iter().flat_map(|id| self.votes_to_keep(id)).collect();
        KeptFacts { sites: Vec::new(), votes, mailboxes }
    }

    /// When each peer was last heard.
    pub fn heard(&self) -> Vec<KeptSite> {
        let heard = |id| Some(KeptSite { heard: self.peers.heard(id)?.wall, name: self.peers.name(id).clone() });
        self.peers.ids().filter_map(heard).collect()
    }

    /// What was taken to be kept is lost: everything is to be kept next.
    pub fn mark_all(&mut self) {
        self.devices.mark_all();
        self.mailboxes.mark_all();
    }

    fn votes_to_keep(&self, id: DeviceId) -> impl Iterator<Item = KeptVote> {
        self.facts(id).iter().filter(|fact| !fact.peer.is_own()).filter_map(move |fact| {
            Some(KeptVote {
                device: self.device_name(id).clone(),
                eid: fact.eid?,
                peer: self.peers.name(fact.peer).clone(),
                state: fact.state,
                told: fact.age.when.wall,
                good_until: fact.doubted(&self.peers).map(|moment| moment.wall),
            })
        })
    }

    fn mailbox_to_keep(&self, id: MailboxId) -> Option<KeptMailbox> {
        let last = self.counts(id)?;
        Some(KeptMailbox {
            mailbox: self.mailbox_name(id).clone(),
            peer: self.peers.name(last.peer).clone(),
            counts: last.counts,
            told: last.age.when.wall,
            good_until: last.doubted(&self.peers).map(|moment| moment.wall),
        })
    }

    /// Takes back what was kept of an earlier run, before anything is told in this one: the devices of which nobody had
    /// told, and when that was. All of it is last known, as of the moment when it was still known to be so at the
    /// latest. What was told by a peer that the configuration no longer has is passed over.
    pub fn restore(&mut self, now: Moment, kept: KeptFacts) -> Vec<(DeviceId, Moment)> {
        for KeptSite { name, heard } in kept.sites {
            if let Some(peer) = self.peers.find(&name) {
                self.peers.restore(peer, now.kept(heard));
            }
        }
        for mailbox in kept.mailboxes {
            self.restore_mailbox(now, &mailbox);
        }
        kept.votes.iter().filter_map(|vote| self.restore_vote(now, vote)).collect()
    }

    /// Until when something that `peer` told was good at the latest: what the peer stood by, as long as it was heard.
    pub fn kept_until(&self, now: Moment, peer: PeerId, told: Moment, good_until: Option<Timestamp>) -> Moment {
        let kept = good_until.map(|moment| now.kept(moment));
        kept.or_else(|| self.peers.heard(peer)).map_or(told, |moment| moment.max(told))
    }

    fn restore_vote(&mut self, now: Moment, vote: &KeptVote) -> Option<(DeviceId, Moment)> {
        let peer = self.peers.find(&vote.peer)?;
        let told = now.kept(vote.told);
        let mut fact = Fact::new(peer, Some(vote.eid), vote.state, told);
        fact.age.doubt(self.kept_until(now, peer, told, vote.good_until));
        let device = self.devices.find_or_add(&vote.device);
        let is_new = self.facts(device).is_empty();
        let before = self.devices.file(device, fact);
        self.count_name(peer, before.map(|before| before.peer));
        if let Some(peer) = self.peers.get_mut(peer) {
            peer.devices.all.insert(device);
        }
        // From now on it has an end, whenever the peer is heard.
        self.devices.mark(device);
        is_new.then_some((device, told))
    }

    fn restore_mailbox(&mut self, now: Moment, kept: &KeptMailbox) {
        let Some(peer) = self.peers.find(&kept.peer) else { return };
        let told = now.kept(kept.told);
        let mut age = Age::told(told);
        age.doubt(self.kept_until(now, peer, told, kept.good_until));
        let is_named = self.mailboxes.is_told_by(&kept.mailbox, peer);
        let mailbox = self.mailboxes.find_or_add(&kept.mailbox);
        let counts = Counts { peer, eid: None, counts: kept.counts, round: None, age };
        self.mailboxes.file(mailbox, counts);
        self.count_name(peer, is_named.then_some(peer));
        if let Some(peer) = self.peers.get_mut(peer) {
            peer.mailboxes.all.insert(mailbox);
        }
    }
}
