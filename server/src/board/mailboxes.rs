//! Voice mailboxes: one slot each for the whole mesh, the last word counts (`docs/protocol.md`, trap 19).

use std::collections::{BTreeSet, HashMap};

use indexmap::IndexMap;
use lampfield_shared::{Mailbox, Timestamp};

use super::ids::{LampId, PeerId};
use super::news::MailboxName;
use super::peers::Peers;
use crate::moment::Moment;

/// What was told last of a mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) counts: Mailbox,
    /// Who told it.
    pub(super) peer: PeerId,
    /// When.
    pub(super) when: Moment,
    /// When something may have been missed since; `None` while nothing was.
    good_until: Option<Moment>,
    to_keep: bool,
}

impl Slot {
    /// Until when it was known to be good; `None`: its peer stands by it.
    pub(super) fn doubted(&self, peers: &Peers) -> Option<Moment> {
        let is_live = self.good_until.is_none() && peers.is_live(self.peer);
        (!is_live).then(|| self.good_until.unwrap_or(self.when))
    }
}

/// The counts of all mailboxes, and the lamps whose configuration names one.
#[derive(Debug, Default)]
pub(super) struct Mailboxes {
    slots: IndexMap<MailboxName, Slot>,
    /// By the part before the `@`, for whoever does not name the context: the one that was told last.
    by_user: HashMap<MailboxName, usize>,
    named: HashMap<MailboxName, Vec<LampId>>,
    /// By peer the slots of which it has told something since it was last doubted.
    undoubted: HashMap<PeerId, BTreeSet<usize>>,
    to_keep: Vec<usize>,
}

impl Mailboxes {
    /// Files the counts; returns the names under which they may be asked for.
    pub(super) fn set(
        &mut self,
        mailbox: &MailboxName,
        (peer, counts): (PeerId, Mailbox),
        when: Moment,
        good_until: Option<Moment>,
    ) -> [MailboxName; 2] {
        let to_keep = self.slots.get(mailbox).is_some_and(|slot| slot.to_keep);
        let slot = Slot { counts, peer, when, good_until, to_keep };
        let (at, before) = self.slots.insert_full(mailbox.clone(), slot);
        if before.is_none_or(|before| Slot { when, ..before } != slot) {
            self.mark(at);
        }
        if good_until.is_none() {
            self.undoubted.entry(peer).or_default().insert(at);
        }
        let user = user(mailbox);
        self.by_user.insert(user.clone(), at);
        [mailbox.clone(), user]
    }

    /// The counts of a mailbox, with its context or without, and when they were still known to be so.
    pub(super) fn shown(&self, name: &str, peers: &Peers) -> (Option<Mailbox>, Option<Timestamp>) {
        let by_user = || self.by_user.get(name).map(|at| &self.slots[*at]);
        let slot = if name.contains('@') { self.slots.get(name) } else { by_user() };
        (slot.map(|slot| slot.counts), slot.and_then(|slot| slot.doubted(peers)).map(|moment| moment.wall))
    }

    /// The mailboxes that were told of, each with who told it last.
    pub(super) fn told(&self) -> impl Iterator<Item = (&MailboxName, PeerId)> {
        self.slots.iter().map(|(name, slot)| (name, slot.peer))
    }

    /// Nothing that `peer` told is known to be good after `moment`; the names under which what was may be asked for.
    pub(super) fn doubt(&mut self, peer: PeerId, moment: Moment) -> Vec<MailboxName> {
        let mut names = Vec::new();
        for at in self.undoubted.remove(&peer).unwrap_or_default() {
            let Some((name, slot)) = self.slots.get_index_mut(at).filter(|(_, slot)| slot.peer == peer) else {
                continue;
            };
            slot.good_until.get_or_insert(moment);
            names.extend([name.clone(), user(name)]);
            self.mark(at);
        }
        names
    }

    /// No time that is kept is still to come.
    pub(super) fn not_after(&mut self, now: Moment) {
        for at in 0..self.slots.len() {
            let slot = &mut self.slots[at];
            let mut shown = [Some(slot.when), slot.good_until].into_iter().flatten();
            let is_later = shown.any(|moment| moment.wall > now.wall);
            slot.when = slot.when.shown_by(now);
            slot.good_until = slot.good_until.map(|moment| moment.shown_by(now));
            if is_later {
                self.mark(at);
            }
        }
    }

    /// The lamp shows this mailbox instead of the one that is named like its extension.
    pub(super) fn name(&mut self, name: MailboxName, lamp: LampId) {
        self.named.entry(name).or_default().push(lamp);
    }

    /// The lamps whose configuration names this one.
    pub(super) fn lamps_naming(&self, name: &MailboxName) -> impl Iterator<Item = LampId> {
        self.named.get(name).into_iter().flatten().copied()
    }

    /// The names under which what `peer` told may be asked for.
    pub(super) fn names_of(&self, peer: PeerId) -> Vec<MailboxName> {
        let told = self.slots.iter().filter(|(_, slot)| slot.peer == peer);
        told.flat_map(|(name, _)| [name.clone(), user(name)]).collect()
    }

    /// What `peer` told is to be kept.
    pub(super) fn mark_all_of(&mut self, peer: PeerId) {
        for at in 0..self.slots.len() {
            if self.slots[at].peer == peer {
                self.mark(at);
            }
        }
    }

    /// All counts are to be kept.
    pub(super) fn mark_all(&mut self) {
        (0..self.slots.len()).for_each(|at| self.mark(at));
    }

    fn mark(&mut self, at: usize) {
        let slot = &mut self.slots[at];
        if !slot.to_keep {
            slot.to_keep = true;
            self.to_keep.push(at);
        }
    }

    /// Those that were marked since this was last asked.
    pub(super) fn take_marked(&mut self) -> Vec<(MailboxName, Slot)> {
        let marked = std::mem::take(&mut self.to_keep);
        let slots = marked.into_iter().filter_map(|at| {
            let (name, slot) = self.slots.get_index_mut(at)?;
            slot.to_keep = false;
            Some((name.clone(), *slot))
        });
        slots.collect()
    }
}

fn user(mailbox: &MailboxName) -> MailboxName {
    mailbox.as_str().split_once('@').map_or_else(|| mailbox.clone(), |(user, _)| user.into())
}
