//! Why a write is allowed, looked at in the transaction that writes.
//!
//! Between a request and its write a session ends, a role is taken away, a password changes: what was seen before
//! the write proves nothing. So no transaction that writes is begun without a [`Proof`], and it is checked there.

use lampfield_shared::{Role, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, params};

use super::column::{milliseconds, role};
use super::error::{StoreError, Unproved};

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// The session of somebody who has logged in, or of a screen.
    Session(SessionProof),
    /// A password, and what it was checked against.
    Password(Proved),
    /// The hash of the token in a screen's link.
    Link([u8; 32]),
    /// Nobody is logged in; `web.open` lets them, and nothing in the database can end that.
    Open,
    /// The order was proven when it was begun, and is carried to its end: a PBX was told already.
    Begun,
    /// The server's own work: what the board knows, timers.
    Server,
    /// lampfield's command line: whoever runs it may write the file.
    CommandLine,
}

/// A session as it was when the request came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionProof {
    /// Its number.
    pub id: i64,
    /// What its holder might do then; they must not have less now.
    pub role: Role,
    /// When it ends at the latest; a screen's has no end.
    pub ends: Option<Timestamp>,
}

/// An account whose password was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proved {
    /// The account's number.
    pub account: i64,
    /// What the password was checked against; it must still stand.
    pub hash: String,
}

impl Proof {
    /// Whether it holds; for within the transaction that writes.
    pub(super) fn check(&self, connection: &Connection, now: Timestamp) -> Result<(), StoreError> {
        let holds = |holds, unproved: Unproved| if holds { Ok(()) } else { Err(unproved.into()) };
        match self {
            Self::Session(session) => session.check(connection, now),
            Self::Password(Proved { account, hash }) => {
                let sql = "SELECT 1 FROM account WHERE id = ?1 AND password = ?2";
                holds(connection.prepare_cached(sql)?.exists(params![account, hash])?, Unproved::Password)
            }
            Self::Link(hash) => {
                let sql = "SELECT 1 FROM screen WHERE token = ?1";
                holds(connection.prepare_cached(sql)?.exists([hash])?, Unproved::Link)
            }
            Self::Open | Self::Begun | Self::Server | Self::CommandLine => Ok(()),
        }
    }
}

impl SessionProof {
    fn check(&self, connection: &Connection, now: Timestamp) -> Result<(), StoreError> {
        let sql = "SELECT account.role FROM session LEFT JOIN account ON account.id = session.account
            WHERE session.id = ?1 AND (?2 IS NULL OR ?3 < ?2)";
        let values = params![self.id, self.ends.map(milliseconds), milliseconds(now)];
        let found: Option<Option<String>> =
            connection.prepare_cached(sql)?.query_row(values, |row| row.get(0)).optional()?;
        let found = found.ok_or(Unproved::Session)?.map_or(Role::Screen, |word| role(&word));
        if found < self.role { Err(Unproved::Role.into()) } else { Ok(()) }
    }
}
