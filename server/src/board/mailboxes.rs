//! Which lamps show which mailbox.

use std::collections::HashMap;

use lampfield_shared::{Mailbox, Timestamp};

use super::cell::MailboxChoice;
use super::ids::LampId;
use super::lamps::Lamps;
use crate::ledger::{Ledger, MailboxId, MailboxName};

/// The names by which lamps find their mailboxes.
#[derive(Debug, Default)]
pub(super) struct Mailboxes {
    /// The mailbox that was told of last of all with this user part, for lamps that name no context.
    by_user: HashMap<MailboxName, MailboxId>,
    /// The lamps whose configuration names a mailbox.
    named: HashMap<MailboxName, Vec<LampId>>,
}

impl Mailboxes {
    /// A mailbox was told of: of all with its user part it is the last now.
    pub(super) fn note(&mut self, id: MailboxId, ledger: &Ledger) {
        self.by_user.insert(user(ledger.mailbox_name(id)), id);
    }

    /// The counts of a mailbox, with its context or without, and when they were still known to be so.
    pub(super) fn shown(&self, name: &str, ledger: &Ledger) -> (Option<Mailbox>, Option<Timestamp>) {
        let id = if name.contains('@') { ledger.find_mailbox(name) } else { self.by_user.get(name).copied() };
        let counts = id.and_then(|id| ledger.counts(id));
        let as_of = counts.and_then(|counts| counts.doubted(ledger.peers()));
        (counts.map(|counts| counts.counts), as_of.map(|moment| moment.wall))
    }

    /// The lamp shows this mailbox instead of the one that is named like its extension.
    pub(super) fn name(&mut self, name: MailboxName, lamp: LampId) {
        self.named.entry(name).or_default().push(lamp);
    }

    /// Looks anew at the lamps that show a mailbox, under either of its names.
    pub(super) fn refresh(&self, id: MailboxId, ledger: &Ledger, lamps: &mut Lamps) {
        let name = ledger.mailbox_name(id);
        self.refresh_named(name, ledger, lamps);
        self.refresh_named(&user(name), ledger, lamps);
    }

    fn refresh_named(&self, name: &MailboxName, ledger: &Ledger, lamps: &mut Lamps) {
        let of_exten = lamps.find(name.as_str());
        let of_exten = of_exten.filter(|id| lamps.get(*id).mailbox == MailboxChoice::OfExten);
        let (counts, as_of) = self.shown(name.as_str(), ledger);
        for id in self.named.get(name).into_iter().flatten().copied().chain(of_exten) {
            let lamp = &lamps.get(id).lamp;
            if (lamp.mailbox, lamp.mailbox_as_of) != (counts, as_of) {
                lamps.change(id, |lamp| (lamp.mailbox, lamp.mailbox_as_of) = (counts, as_of));
            }
        }
    }
}

/// The name of a mailbox without its context.
fn user(mailbox: &MailboxName) -> MailboxName {
    mailbox.as_str().split_once('@').map_or_else(|| mailbox.clone(), |(user, _)| user.into())
}
