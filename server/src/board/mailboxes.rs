//! Voice mailboxes: one slot each for the whole mesh, the last word counts.

use std::collections::HashMap;

use lampfield_shared::Mailbox;

use super::MailboxName;
use super::devices::LampId;

/// The counts of all mailboxes, and the lamps whose configuration names one.
#[derive(Debug, Default)]
pub(super) struct Mailboxes {
    /// By full name, and by the part before the `@` for whoever does not name the context.
    counts: HashMap<MailboxName, Mailbox>,
    named: HashMap<MailboxName, Vec<LampId>>,
}

impl Mailboxes {
    /// Files the counts; returns the names under which they may be asked for.
    pub(super) fn set(&mut self, mailbox: &MailboxName, counts: Mailbox) -> Vec<MailboxName> {
        let user = mailbox.as_str().split_once('@').map(|(user, _)| MailboxName::from(user));
        let names: Vec<_> = [mailbox.clone()].into_iter().chain(user).collect();
        self.counts.extend(names.iter().map(|name| (name.clone(), counts)));
        names
    }

    /// The counts of a mailbox, with its context or without.
    pub(super) fn get(&self, name: &str) -> Option<Mailbox> {
        self.counts.get(name).copied()
    }

    /// The lamp shows this mailbox instead of the one that is named like its extension.
    pub(super) fn name(&mut self, name: MailboxName, lamp: LampId) {
        self.named.entry(name).or_default().push(lamp);
    }

    /// The lamps that were given this mailbox.
    pub(super) fn lamps(&self, name: &MailboxName) -> &[LampId] {
        self.named.get(name).map_or(&[], Vec::as_slice)
    }
}
