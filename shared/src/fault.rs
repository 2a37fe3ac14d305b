//! Kinds of faults between a peer and us, for the page to say in its reader's language.

use serde::{Deserialize, Serialize};

use crate::{Eid, Timestamp};

/// Kind of a fault of a peer, with its arguments. The English words, with more details, stand beside it in
/// [`Finding::text`](crate::Finding).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fault {
    /// The peer has our own entity id, so we tell it nothing.
    Namesake {
        /// Our entity id.
        eid: Eid,
    },
    /// The peer presents a wrong user name or password.
    WrongPassword {
        /// User name that it should present.
        user: String,
    },
    /// The peer does not answer our challenge for a password.
    NoPassword {
        /// User name that it should present.
        user: String,
        /// Realm of our challenge.
        realm: String,
    },
    /// The peer connected by TLS, and one end did not accept the other's certificate.
    NoTls {
        /// Error of the handshake, in English.
        why: String,
    },
    /// The peer publishes to another user of ours than the configured one.
    OtherResource {
        /// User that it publishes to.
        theirs: String,
        /// User that is configured.
        ours: String,
    },
    /// The peer has not published anything yet.
    NeverHeard,
    /// The peer was heard, and is silent since.
    Silent {
        /// Time when it was last heard.
        since: Timestamp,
    },
    /// The peer took our refresh request, and told no state.
    Untold {
        /// Name by which the peer knows us: the user part of `publish_to`.
        user: String,
    },
    /// The peer spoke under an entity id that is not among its own.
    Spoof {
        /// Entity id that it used.
        eid: Eid,
    },
    /// The peer spoke under our entity id.
    OwnId {
        /// Our entity id.
        eid: Eid,
    },
    /// The peer spoke under an entity id that another peer uses.
    Clash {
        /// Entity id that it used.
        eid: Eid,
    },
    /// The peer names more devices, mailboxes and extensions than it may; those beyond the limit are passed over.
    TooManyNames {
        /// The most names that it may use.
        most: usize,
    },
    /// The peer cannot be reached.
    NoWay {
        /// Error of the network, in English.
        why: String,
    },
    /// The peer does not answer our PUBLISH of this event.
    NoAnswer {
        /// Event package.
        event: String,
    },
    /// The peer answers our PUBLISH of this event with a temporary error.
    Answers {
        /// Event package.
        event: String,
        /// Status code.
        code: u16,
    },
    /// The peer refuses our PUBLISH of this event for good, by 403, 404, 489 and the like.
    Refuses {
        /// Event package.
        event: String,
        /// Status code.
        code: u16,
        /// Name by which the peer knows us: the user part of `publish_to`.
        user: String,
    },
    /// The peer asks for a password, and none is configured.
    AsksPassword {
        /// Event package.
        event: String,
        /// Status code: 401 or 407.
        code: u16,
    },
    /// The peer asks for a password in another realm than the configured one.
    OtherRealm {
        /// Event package.
        event: String,
        /// Status code: 401 or 407.
        code: u16,
        /// Realm that it asks for.
        theirs: String,
        /// Realm that is configured.
        ours: String,
    },
    /// The peer's challenge cannot be answered.
    CannotLogIn {
        /// Event package.
        event: String,
        /// Status code: 401 or 407.
        code: u16,
        /// Reason, in English.
        why: String,
    },
    /// The peer does not accept our password.
    NotOurPassword {
        /// Event package.
        event: String,
        /// Status code: 401 or 407.
        code: u16,
        /// Our user name there.
        user: String,
    },
    /// The peer takes our states except some.
    Dislikes {
        /// Event package.
        event: String,
        /// One of the states that it refuses.
        what: String,
        /// Number of the other states that it refuses.
        more: usize,
        /// Status code of its refusals.
        code: u16,
    },
    /// A kind that this build does not know.
    #[serde(other)]
    Other,
}
