//! The messages that lamps show: those of their mailboxes.

use std::sync::Arc;

use lampfield_shared::Mailbox;

use super::Board;
use super::cell::MailboxChoice;
use super::ids::{LampId, PeerId};
use super::news::MailboxName;
use crate::moment::Moment;

impl Board {
    pub(super) fn apply_mailbox(&mut self, now: Moment, peer: PeerId, mailbox: &MailboxName, counts: Mailbox) {
        for name in self.mailboxes.set(mailbox, (peer, counts), now, None) {
            self.refresh_mailbox(&name);
        }
    }

    pub(super) fn refresh_mailboxes_of(&mut self, peer: PeerId) {
        for name in self.mailboxes.names_of(peer) {
            self.refresh_mailbox(&name);
        }
    }

    /// Looks anew at the lamps that show the mailbox of that name.
    pub(super) fn refresh_mailbox(&mut self, name: &MailboxName) {
        let of_exten = self.by_exten.get(name.as_str()).copied();
        let of_exten = of_exten.filter(|id| self.lamps[id.index()].mailbox == MailboxChoice::OfExten);
        let named = self.mailboxes.lamps_naming(name);
        let lamps: Vec<LampId> = named.chain(of_exten).collect();
        let shown = self.mailboxes.shown(name.as_str(), &self.peers);
        for id in lamps {
            let lamp = &mut self.lamps[id.index()].lamp;
            if (lamp.mailbox, lamp.mailbox_as_of) != shown {
                let lamp = Arc::make_mut(lamp);
                (lamp.mailbox, lamp.mailbox_as_of) = shown;
                self.queue(id);
            }
        }
    }
}
