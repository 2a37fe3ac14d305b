//! Why a write is allowed.
//!
//! Between a request and its write a session ends, a role is taken away, a password changes: what was seen before
//! the write proves nothing. So each order bears a [`Proof`], and the transaction that writes checks the proof again.

use lampfield_shared::account::OwnDnd;
use lampfield_shared::{Exten, Role, Timestamp};
use serde::{Deserialize, Serialize};

use super::token::TokenHash;

/// Why a write is allowed; see the module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// The session of somebody who has logged in, or of a screen.
    Session(SessionProof),
    /// The session of an account that sets "do not disturb" on its own extension.
    OwnDnd(OwnDndProof),
    /// A password, and the hash that it was checked against.
    Password(Proved),
    /// Hash of the token in a screen's link.
    Link(TokenHash),
    /// Nobody is logged in; `web.open` lets them, and nothing in the database can end that.
    Open,
    /// The order was proven when it was begun, and is carried to its end: a PBX was told already.
    Begun,
    /// The server's own work: what the board knows, timers.
    Server,
    /// lampfield's command line: who runs the program there may write the file anyway.
    CommandLine,
}

/// A session as it was when the request came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionProof {
    /// Number of the session.
    pub id: i64,
    /// Role of its holder then. The proof fails where their role is lower now.
    pub role: Role,
    /// When the session ends at the latest; a screen's has no end.
    pub ends: Option<Timestamp>,
}

/// A session, and what its account may set on its own extension, as it was when the request came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnDndProof {
    /// The session.
    pub session: SessionProof,
    /// The account's own extension then. The proof fails where it has another one now.
    pub exten: Exten,
    /// What the account might set then. The proof fails where that is less now.
    pub right: OwnDnd,
}

/// An account whose password was given: who somebody is, and no session yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proved {
    /// Number of the account.
    pub account: i64,
    /// Hash that the password was checked against. The proof fails where the account has another one now.
    pub hash: String,
}

/// What no longer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unproved {
    /// The session has ended.
    #[error("the session has ended meanwhile")]
    Session,
    /// The role is lower than it was.
    #[error("the role has been taken away meanwhile")]
    Role,
    /// The extension is no longer the account's own, or the right is less than it was.
    #[error("the own extension, or the right to set \"do not disturb\" there, has been taken away meanwhile")]
    OwnDnd,
    /// The password has been changed, or the account removed.
    #[error("the password has been changed meanwhile, or the account removed")]
    Password,
    /// The link has been revoked.
    #[error("the screen has been revoked meanwhile")]
    Link,
}

/// Who knows what is true now: the database, within the transaction that writes.
pub trait Witness {
    /// Why the question cannot be answered, or that the proof failed.
    type Error: From<Unproved>;

    /// Role of a session's holder now; `None` where there is no such session.
    ///
    /// # Errors
    /// When it cannot be looked up.
    fn role_of_session(&self, session: i64) -> Result<Option<Role>, Self::Error>;

    /// Own extension of a session's account now, and what the account may set there; `None` where it has no extension,
    /// or there is no such session.
    ///
    /// # Errors
    /// When it cannot be looked up.
    fn own_of_session(&self, session: i64) -> Result<Option<(Exten, OwnDnd)>, Self::Error>;

    /// Whether an account has this hash of a password now.
    ///
    /// # Errors
    /// When it cannot be looked up.
    fn has_password(&self, proved: &Proved) -> Result<bool, Self::Error>;

    /// Whether a screen has a link with this hash now.
    ///
    /// # Errors
    /// When it cannot be looked up.
    fn has_link(&self, link: &TokenHash) -> Result<bool, Self::Error>;
}

impl Proof {
    /// Checks the proof against what is true now.
    ///
    /// # Errors
    /// What no longer holds, or what the witness says.
    pub fn check<W: Witness>(&self, witness: &W, now: Timestamp) -> Result<(), W::Error> {
        match self {
            Self::Session(session) => session.check(witness, now),
            Self::OwnDnd(own) => own.check(witness, now),
            Self::Password(proved) => proved.check(witness),
            Self::Link(link) if witness.has_link(link)? => Ok(()),
            Self::Link(_) => Err(Unproved::Link.into()),
            Self::Open | Self::Begun | Self::Server | Self::CommandLine => Ok(()),
        }
    }
}

impl SessionProof {
    fn check<W: Witness>(&self, witness: &W, now: Timestamp) -> Result<(), W::Error> {
        let role = witness.role_of_session(self.id)?.filter(|_| self.ends.is_none_or(|ends| now < ends));
        match role {
            None => Err(Unproved::Session.into()),
            Some(role) if role < self.role => Err(Unproved::Role.into()),
            Some(_) => Ok(()),
        }
    }
}

impl OwnDndProof {
    fn check<W: Witness>(&self, witness: &W, now: Timestamp) -> Result<(), W::Error> {
        self.session.check(witness, now)?;
        match witness.own_of_session(self.session.id)? {
            Some((exten, right)) if exten == self.exten && right >= self.right => Ok(()),
            _ => Err(Unproved::OwnDnd.into()),
        }
    }
}

impl Proved {
    /// Checks that the password is still the account's.
    ///
    /// # Errors
    /// [`Unproved::Password`], or what the witness says.
    pub fn check<W: Witness>(&self, witness: &W) -> Result<(), W::Error> {
        if witness.has_password(self)? { Ok(()) } else { Err(Unproved::Password.into()) }
    }
}
