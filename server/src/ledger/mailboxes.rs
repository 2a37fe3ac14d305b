//! The voice mailboxes, each with the counts that every Asterisk told last.

use indexmap::IndexMap;
use lampfield_shared::{Eid, Mailbox};

use super::age::Age;
use super::ids::{MailboxId, PeerId};
use super::marks::Marks;
use super::peers::Peers;
use super::rounds::RoundNumber;
use crate::moment::Moment;

lampfield_shared::text_name! {
    /// A voice mailbox as Asterisk names it: `1001@default`, or only `1001`.
    MailboxName
}

/// What one Asterisk told last of a mailbox.
#[derive(Debug, Clone, Copy)]
pub struct Counts {
    /// The peer that told them.
    pub peer: PeerId,
    /// The Asterisk whose word they are; `None`: counts of an earlier run, of which that is not kept.
    pub(super) eid: Option<Eid>,
    /// How many messages.
    pub counts: Mailbox,
    /// The refresh round in which they were told; `None`: not in this run.
    pub(super) round: Option<RoundNumber>,
    /// When they were last told, and until when that was good.
    pub age: Age,
}

impl Counts {
    /// Until when they were known to be good; `None`: their peer stands by them.
    pub fn doubted(&self, peers: &Peers) -> Option<Moment> {
        self.age.doubted(self.peer, peers)
    }

    /// Whether the next time that it was told says what was known, and nothing was missed since.
    fn is_as(&self, next: &Self) -> bool {
        (self.peer, self.counts, self.age.doubt_began()) == (next.peer, next.counts, next.age.doubt_began())
    }
}

/// All mailboxes that anybody told of.
#[derive(Debug, Default)]
pub(super) struct Mailboxes {
    all: IndexMap<MailboxName, Slot>,
    to_keep: Marks<MailboxId>,
}

/// What was told of a mailbox, in that order. A mailbox has one slot for the whole mesh, and the last word counts
/// (`docs/protocol.md`, trap 19). What others told before is compared when these are asked to tell everything again.
type Slot = Vec<Counts>;

impl Mailboxes {
    pub(super) fn find_or_add(&mut self, name: &MailboxName) -> MailboxId {
        MailboxId::at(match self.all.get_index_of(name) {
            Some(at) => at,
            None => self.all.insert_full(name.clone(), Slot::new()).0,
        })
    }

    pub(super) fn find(&self, name: &str) -> Option<MailboxId> {
        self.all.get_index_of(name).map(MailboxId::at)
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = MailboxId> + use<> {
        (0..self.all.len()).map(MailboxId::at)
    }

    pub(super) fn name(&self, id: MailboxId) -> &MailboxName {
        self.all.get_index(id.index()).expect("no mailbox is ever taken away").0
    }

    /// The counts that were told last.
    pub(super) fn last(&self, id: MailboxId) -> Option<&Counts> {
        self.all[id.index()].last()
    }

    /// Whether a peer has told of a mailbox.
    pub(super) fn is_told_by(&self, name: &MailboxName, peer: PeerId) -> bool {
        self.all.get(name).is_some_and(|slot| slot.iter().any(|told| told.peer == peer))
    }

    /// Files counts in the place of what the same Asterisk told before, which is handed back.
    pub(super) fn file(&mut self, id: MailboxId, counts: Counts) -> Option<Counts> {
        let told = &mut self.all[id.index()];
        let is_news = !told.last().is_some_and(|last| last.is_as(&counts));
        let is_same = |known: &Counts| known.peer == counts.peer && known.eid.is_none_or(|eid| Some(eid) == counts.eid);
        let before = told.iter().position(is_same).map(|at| told.remove(at));
        told.push(counts);
        if is_news {
            self.mark(id);
        }
        before
    }

    /// What `peer` told of a mailbox may be out of date since `moment`; whether that is what counts of it.
    pub(super) fn doubt(&mut self, id: MailboxId, peer: PeerId, moment: Moment) -> bool {
        let told = &mut self.all[id.index()];
        for counts in told.iter_mut().filter(|counts| counts.peer == peer) {
            counts.age.doubt(moment);
        }
        let counts_here = told.last().is_some_and(|last| last.peer == peer);
        if counts_here {
            self.mark(id);
        }
        counts_here
    }

    /// Shows no time that is still to come.
    pub(super) fn set_clock(&mut self, now: Moment) {
        for at in 0..self.all.len() {
            let told = self.all[at].iter_mut();
            if told.fold(false, |was_later, counts| counts.age.set_clock(now) | was_later) {
                self.mark(MailboxId::at(at));
            }
        }
    }

    /// Has the counts of a mailbox kept next.
    pub(super) fn mark(&mut self, id: MailboxId) {
        self.to_keep.mark(id);
    }

    pub(super) fn mark_all(&mut self) {
        (0..self.all.len()).for_each(|at| self.mark(MailboxId::at(at)));
    }

    /// The mailboxes that were marked since this was last asked.
    pub(super) fn take_marked(&mut self) -> Vec<MailboxId> {
        self.to_keep.take()
    }
}
