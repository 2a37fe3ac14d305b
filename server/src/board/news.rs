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
        /// In which publication: a peer may have one for each call.
        publication: u64,
        /// What.
        said: Said,
    },
    /// The peer stands by what it said last in a publication, and nothing was missed since.
    ExtensionHeld {
        /// Who.
        peer: SiteName,
        /// Of which extension.
        exten: Exten,
        /// In which of the two.
        document: Document,
        /// In which publication.
        publication: u64,
    },
    /// A request of a publication never came, so what it said last may be out of date.
    ExtensionMissed {
        /// Who.
        peer: SiteName,
        /// Of which extension.
        exten: Exten,
        /// In which of the two.
        document: Document,
        /// In which publication.
        publication: u64,
    },
    /// A publication has ended. What it said of a call, or of a phone that is there, nobody stands by any more; that
    /// there was no call it does not take back.
    ExtensionEnded {
        /// Who.
        peer: SiteName,
        /// Of which extension.
        exten: Exten,
        /// In which of the two.
        document: Document,
        /// Which publication.
        publication: u64,
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

/// What a document says of an extension's dialogs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DialogSaid {
    /// Whether it names all of them.
    pub scope: Scope,
    /// What its dialogs stand for.
    pub subject: Subject,
    /// Each of them, those that are over too.
    pub dialogs: Vec<DialogTold>,
}

/// Whether a document names all dialogs of its publication (RFC 4235 §4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// What it does not name is not there.
    Full,
    /// What it does not name is as it was.
    Partial,
}

/// What the dialogs of a document stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The extension as a whole: its one dialog is as the hint is (Asterisk).
    Extension,
    /// Calls by their SIP dialogs (Kamailio and others).
    Calls,
}

/// One dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DialogTold {
    /// What tells it from others: a hash of the entity and the id.
    pub id: u64,
    /// As if the extension were a device; UNKNOWN where the dialog is over, since that does not tell a free phone
    /// from one that is switched off.
    pub state: DeviceState,
    /// What is told of the call.
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

/// Who is at the other end; one without a number hides who they are.
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
    /// What tells its tuples from others: hashes of the entity and their ids, in order.
    pub tuples: Vec<u64>,
}

/// How exact a state is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grain {
    /// The phone can be reached, or not: nothing is said of calls. So says a registrar of a phone in a call, too.
    Basic,
    /// It rings, is in a call or on hold: that is not told apart.
    Coarse,
    /// It is that.
    Fine,
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
