//! What the mesh learns of the peers and tells the board. Facts are in the ledger: here stands that they changed.

use std::time::Duration;

use lampfield_shared::{DeviceState, Direction, Exten, PresenceState};

use crate::ledger::{Doubted, Filed, MailboxId, PeerId};
use crate::moment::Moment;

/// Something that the mesh learned of a peer. The ledger knows it already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// A state of a device was filed, a peer's or our own. Only cachable ones come here: no hint sees the others (hint
    /// oracle).
    Device(Filed),
    /// Counts of a mailbox were filed.
    Mailbox(MailboxId),
    /// A peer answers and publishes: what it tells from now on is live.
    Live {
        /// The peer.
        peer: PeerId,
    },
    /// A peer is lost: its publication ended, or it stopped answering. A return does not make
    /// up for it: what it told before is last known until it tells it again, as after a `Gap`.
    Silent {
        /// The peer.
        peer: PeerId,
        /// Until when what it told was good.
        good_until: Moment,
    },
    /// Something may have been missed: what a peer told before is last known until it tells it again (lampfield asks
    /// it to).
    Gap(Doubted),
    /// The state of an extension, told by a peer for its own hint of it.
    Extension {
        /// The peer.
        peer: PeerId,
        /// The extension.
        exten: Exten,
        /// The publication: a peer may have one for each call.
        publication: u64,
        /// What its document says.
        said: Said,
    },
    /// A peer stands by what it said last in a publication, and nothing was missed since.
    ExtensionHeld {
        /// The peer.
        peer: PeerId,
        /// The extension.
        exten: Exten,
        /// Which of the two documents.
        document: Document,
        /// The publication.
        publication: u64,
    },
    /// A request of a publication never came, so what a peer said last in it may be out of date.
    ExtensionMissed {
        /// The peer.
        peer: PeerId,
        /// The extension.
        exten: Exten,
        /// Which of the two documents.
        document: Document,
        /// The publication.
        publication: u64,
    },
    /// A publication has ended. What it said of a call, or of a phone that is there, nobody stands by any more; that
    /// there was no call it does not take back.
    ExtensionEnded {
        /// The peer.
        peer: PeerId,
        /// The extension.
        exten: Exten,
        /// Which of the two documents.
        document: Document,
        /// The publication.
        publication: u64,
    },
    /// A peer has started anew, so what it said of its extensions in its life before is last known. The peer
    /// cannot be asked to say it again, but says all of it when it starts.
    ExtensionGap {
        /// The peer.
        peer: PeerId,
        /// What it said longer ago than this was in its life before.
        older_than: Duration,
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
    /// Whether the document names all of them.
    pub scope: Scope,
    /// What the dialogs stand for.
    pub subject: Subject,
    /// The dialogs themselves, those that are over too.
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

/// One dialog of an extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DialogTold {
    /// What tells the dialog from others: a hash of the entity and the id.
    pub id: u64,
    /// As if the extension were a device; UNKNOWN where the dialog is over, since that does not tell a free phone
    /// from one that is switched off.
    pub state: DeviceState,
    /// The call, if anything is told of it.
    pub call: Option<CallSaid>,
}

/// What a dialog tells of its call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallSaid {
    /// Whether the call rings at the extension; else it is under way.
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
    /// The display name.
    pub name: Option<String>,
}

/// What an extension's presence says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresenceSaid {
    /// As if the extension were a device.
    pub state: DeviceState,
    /// How exact that state is.
    pub grain: Grain,
    /// What the person at the extension says.
    pub person: Option<PersonSaid>,
    /// What tells its tuples from others: hashes of the entity and their ids, in order.
    pub tuples: Vec<u64>,
}

/// How exact a presence's state is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grain {
    /// The phone can be reached, or not: nothing is said of calls. So says a registrar of a phone in a call, too.
    Basic,
    /// The phone rings, is in a call or on hold: that is not told apart.
    Coarse,
    /// The phone is in that very state.
    Fine,
}

/// What a person says of themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonSaid {
    /// Their presence.
    pub state: PresenceState,
    /// A subtype of the presence, in any words.
    pub subtype: Option<String>,
    /// A note in their own words.
    pub note: Option<String>,
}
