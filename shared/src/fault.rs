//! What is wrong between a peer and us, by its kind: so that a page can say it in its reader's language.

use serde::{Deserialize, Serialize};

use crate::Eid;

/// One kind of fault with what there is to name. The words for it in English come along beside it
/// ([`Finding::text`](crate::Finding)); more of each stands there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fault {
    /// It has our own entity id, and so it is told nothing.
    Namesake {
        /// Ours.
        eid: Eid,
    },
    /// It presents a wrong user name or password.
    WrongPassword {
        /// Who it should be.
        user: String,
    },
    /// It does not answer when it is asked for a password.
    NoPassword {
        /// Who it should be.
        user: String,
        /// In which realm.
        realm: String,
    },
    /// It called by TLS, and one end did not take the other's certificate.
    NoTls {
        /// What the handshake came to, in English.
        why: String,
    },
    /// It publishes to another user of ours than the one that is expected.
    OtherResource {
        /// To which.
        theirs: String,
        /// What is expected.
        ours: String,
    },
    /// Nothing that it publishes has come yet.
    NeverHeard,
    /// It took our refresh request, and told nothing.
    Untold {
        /// What it calls us.
        user: String,
    },
    /// It spoke for an entity id that is not among its own.
    Spoof {
        /// Which.
        eid: Eid,
    },
    /// It spoke for ours.
    OwnId {
        /// Ours.
        eid: Eid,
    },
    /// It spoke for one that another peer uses.
    Clash {
        /// Which.
        eid: Eid,
    },
    /// It names more devices, mailboxes and extensions than it may: what is beyond them is passed over.
    TooManyNames {
        /// How many it may name.
        most: usize,
    },
    /// There is no way to it.
    NoWay {
        /// What the network says, in English.
        why: String,
    },
    /// It does not answer our PUBLISH of this event.
    NoAnswer {
        /// The event package.
        event: String,
    },
    /// It answers our PUBLISH of this event with a code that may pass.
    Answers {
        /// The event package.
        event: String,
        /// The code.
        code: u16,
    },
    /// It refuses our PUBLISH of this event for good, by 403, 404, 489 and the like.
    Refuses {
        /// The event package.
        event: String,
        /// The code.
        code: u16,
        /// What it calls us.
        user: String,
    },
    /// It asks for a password that we have not.
    AsksPassword {
        /// The event package.
        event: String,
        /// 401 or 407
        code: u16,
    },
    /// It asks for a password of another realm than the one that we have a password for.
    OtherRealm {
        /// The event package.
        event: String,
        /// 401 or 407
        code: u16,
        /// It asks for that one.
        theirs: String,
        /// And ours is for this one.
        ours: String,
    },
    /// It asks in a way that cannot be answered.
    CannotLogIn {
        /// The event package.
        event: String,
        /// 401 or 407
        code: u16,
        /// Why not, in English.
        why: String,
    },
    /// It does not take our password.
    NotOurPassword {
        /// The event package.
        event: String,
        /// 401 or 407
        code: u16,
        /// Who we are there.
        user: String,
    },
    /// It takes all but some of our states.
    Dislikes {
        /// The event package.
        event: String,
        /// One of them.
        what: String,
        /// And so many others.
        more: usize,
        /// What it answers.
        code: u16,
    },
    /// One that this build does not know.
    #[serde(other)]
    Other,
}
