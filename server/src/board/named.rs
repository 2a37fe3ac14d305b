//! What each peer has named, in this run or an earlier one.

use lampfield_shared::{DeviceName, Eid, Exten, SiteName};

use super::devices::Kind;
use super::{Board, MailboxName};

/// Something that a peer tells of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Named {
    /// A device, for an Asterisk.
    Device(Eid, DeviceName),
    /// A mailbox.
    Mailbox(MailboxName),
    /// An extension as a whole.
    Extension(Exten),
}

impl Board {
    /// All that was named, each with its peer.
    pub fn named(&self) -> Vec<(SiteName, Named)> {
        let mut all = Vec::new();
        for (id, device) in self.devices.iter() {
            for ballot in device.votes.iter().filter(|ballot| !ballot.peer.is_own()) {
                let named = match (self.devices.kind(id), ballot.eid()) {
                    (Kind::Device, Some(eid)) => Named::Device(eid, self.devices.name(id).clone()),
                    (Kind::Device | Kind::Extension, _) => Named::Extension(self.devices.name(id).as_str().into()),
                };
                all.push((self.peers.site(ballot.peer).name.clone(), named));
            }
        }
        let mailboxes = self.mailboxes.told();
        all.extend(mailboxes.map(|(name, peer)| (self.peers.site(peer).name.clone(), Named::Mailbox(name.clone()))));
        all
    }
}
