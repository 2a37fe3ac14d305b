//! What the board takes in, and what comes out of it.

use std::sync::Arc;
use std::time::Duration;

use lampfield_shared::{
    DeviceName, DeviceState, Direction, Dnd, DndKind, Eid, Exten, Lamp, Mailbox, OwnBoard, PresenceState, Site,
    SiteName,
};

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
    /// Mailbox counts of the peer may have been missed: likewise.
    MailboxGap {
        /// Who.
        peer: SiteName,
    },
    /// The state of an extension, told by `peer` for its own hint of it.
    Extension {
        /// Who told it.
        peer: SiteName,
        /// Of which extension.
        exten: Exten,
        /// What.
        said: Said,
    },
    /// The peer stands by what it said last, and nothing was missed since.
    ExtensionHeld {
        /// Who.
        peer: SiteName,
        /// Of which extension.
        exten: Exten,
        /// In which of the two.
        document: Document,
    },
    /// The peer no longer stands by what it said last.
    ExtensionEnded {
        /// Who.
        peer: SiteName,
        /// Of which extension.
        exten: Exten,
        /// In which of the two.
        document: Document,
    },
    /// The peer has started anew, so what it said of its extensions in its life before is last known. It
    /// cannot be asked to say it again, but says all of it when it starts.
    ExtensionGap {
        /// Who.
        peer: SiteName,
        /// What it said longer ago than this was in its life before.
        older_than: Duration,
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
    /// A "do not disturb" at a PBX was on when the server ended.
    DndKept {
        /// Whose.
        exten: Exten,
        /// What is known of it.
        told: DndTold,
    },
    /// A PBX was being told when the server ended.
    DndOrder {
        /// For whom.
        exten: Exten,
        /// What was wanted.
        wanted: Dnd,
        /// What is known of it.
        told: DndTold,
    },
}

/// The two documents in which a peer tells of an extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Document {
    /// `Event: dialog`
    Dialog,
    /// `Event: presence`
    Presence,
}

/// What a document says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// `Event: dialog`
    Dialog(DialogSaid),
    /// `Event: presence`
    Presence(PresenceSaid),
}

/// What an extension's dialogs say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DialogSaid {
    /// As if the extension were a device; UNKNOWN where it is in no call, since dialogs do not tell a
    /// free phone from one that is switched off.
    pub state: DeviceState,
    /// One of its calls, where it is in any.
    pub call: Option<CallSaid>,
}

/// What is told of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallSaid {
    /// It rings at the extension; else it is under way.
    pub rings: bool,
    /// Who called whom.
    pub direction: Option<Direction>,
    /// The other party.
    pub caller: Option<CallerSaid>,
}

/// Who is at the other end; without a number it hides who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallerSaid {
    /// The number.
    pub number: Option<String>,
    /// The name.
    pub name: Option<String>,
}

/// What an extension's presence says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresenceSaid {
    /// As if the extension were a device.
    pub state: DeviceState,
    /// How exact that is.
    pub grain: Grain,
    /// What its person says.
    pub person: Option<PersonSaid>,
}

/// How exact a state is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grain {
    /// It is that.
    Fine,
    /// It rings, is in a call or on hold: that is not told apart.
    Coarse,
}

/// What a person says of themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonSaid {
    /// The word.
    pub state: PresenceState,
    /// More exactly.
    pub subtype: Option<String>,
    /// In their own words.
    pub note: Option<String>,
}

/// What looks different now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BoardChange {
    /// A lamp is new or has changed. Whoever is told of it shares it with the board until it changes again.
    Lamp(Arc<Lamp>),
    /// A site's freshness has changed. Apart, for there are many changes, and nearly all are of lamps.
    Site(Box<Site>),
    /// The boards that admins made are these now: the one thing here that no PBX has to do with.
    OwnBoards(Arc<[OwnBoard]>),
}

impl From<Lamp> for BoardChange {
    fn from(lamp: Lamp) -> Self {
        Self::Lamp(Arc::new(lamp))
    }
}
