//! What the board takes in, and what comes out of it.

use std::time::Duration;

use lampfield_shared::{DeviceName, DeviceState, DndKind, Eid, Exten, Lamp, Mailbox, Site, SiteName};

use super::DndTold;

lampfield_shared::text_name! {
    /// A voice mailbox as Asterisk names it: `1001@default`, or only `1001`.
    MailboxName
}

/// Something that the mesh learned of a peer, or that lampfield says itself. Peers go by their configured names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// A device state, told by `peer` for the Asterisk `eid`. Only cachable ones come here:
    /// no hint sees the others (hint oracle).
    Device {
        /// Who told it.
        peer: SiteName,
        /// Whose word it is.
        eid: Eid,
        /// Of which device.
        device: DeviceName,
        /// What it is now.
        state: DeviceState,
    },
    /// A mailbox's counts. A mailbox has one slot for the whole mesh: the last word counts.
    Mailbox {
        /// Who told it.
        peer: SiteName,
        /// Of which mailbox.
        mailbox: MailboxName,
        /// How many messages.
        counts: Mailbox,
    },
    /// The peer answers and publishes: what it tells from now on is live.
    Live {
        /// Who.
        peer: SiteName,
    },
    /// The peer is lost: its publication ended, or it stopped answering. A return does not make
    /// up for it: what it told before is last known until it tells it again, as after a `Gap`.
    Silent {
        /// Who.
        peer: SiteName,
        /// How long ago it was last heard.
        silent_for: Duration,
    },
    /// Something may have been missed: whatever the peer told before is last known until it
    /// tells it again (lampfield asks it to).
    Gap {
        /// Who.
        peer: SiteName,
    },
    /// Our own word for a device; `INVALID` withdraws it.
    Own {
        /// Our entity id.
        eid: Eid,
        /// Of which device.
        device: DeviceName,
        /// What we say of it.
        state: DeviceState,
    },
    /// A "do not disturb" was set through lampfield, or is none any more.
    Dnd {
        /// Whose.
        exten: Exten,
        /// Which of the two.
        kind: DndKind,
        /// What is known of it; `None`: it is off.
        told: Option<DndTold>,
    },
}

/// What looks different now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BoardChange {
    /// A lamp is new or has changed.
    Lamp(Lamp),
    /// A site's freshness has changed.
    Site(Site),
}
