//! The transaction of one order. Only what changes the database by an order writes through this.

use std::cell::Cell;
use std::ops::Deref;

use lampfield_shared::account::OwnDnd;
use lampfield_shared::{Exten, Role, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};

use super::column::{own_dnd, role};
use super::error::StoreError;
use crate::identity::{Actor, Proved, TokenHash, Witness};

/// A transaction that carries an order out, with the order's time and author.
pub(super) struct Write<'a> {
    transaction: &'a Transaction<'a>,
    /// When the order was given, which is the time of all that the order changes.
    pub at: Timestamp,
    /// Who gave the order. The order's proof holds in this transaction.
    pub by: &'a Actor,
    sessions_end: Cell<bool>,
}

impl<'a> Write<'a> {
    /// Checks the proof of the order's author.
    ///
    /// # Errors
    /// [`StoreError::Unproved`], or what SQLite says.
    pub fn proven(transaction: &'a Transaction<'a>, at: Timestamp, by: &'a Actor) -> Result<Self, StoreError> {
        by.proof.check(&Now(transaction), at)?;
        Ok(Self { transaction, at, by, sessions_end: Cell::new(false) })
    }

    /// Checks that a password which was given beside the author's proof is still the account's.
    ///
    /// # Errors
    /// [`StoreError::Unproved`], or what SQLite says.
    pub fn check_password(&self, proved: &Proved) -> Result<(), StoreError> {
        proved.check(&Now(self.transaction))
    }

    /// Notes that sessions may end with this order: once the order is kept, who relies on a session looks again.
    pub fn end_sessions(&self) {
        self.sessions_end.set(true);
    }

    /// Whether sessions may have ended.
    pub fn ends_sessions(&self) -> bool {
        self.sessions_end.get()
    }
}

impl Deref for Write<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.transaction
    }
}

/// What the database says now, for a [`Proof`](crate::identity::Proof).
struct Now<'a>(&'a Connection);

impl Witness for Now<'_> {
    type Error = StoreError;

    fn role_of_session(&self, session: i64) -> Result<Option<Role>, StoreError> {
        let sql = "SELECT account.role FROM session LEFT JOIN account ON account.id = session.account
            WHERE session.id = ?1";
        let found: Option<Option<String>> =
            self.0.prepare_cached(sql)?.query_row([session], |row| row.get(0)).optional()?;
        Ok(found.map(|word| word.map_or(Role::Screen, |word| role(&word))))
    }

    fn own_of_session(&self, session: i64) -> Result<Option<(Exten, OwnDnd)>, StoreError> {
        let sql = "SELECT account.exten, account.own_dnd FROM session JOIN account ON account.id = session.account
            WHERE session.id = ?1 AND account.exten IS NOT NULL";
        let own = |row: &Row<'_>| Ok((row.get::<_, String>(0)?.into(), own_dnd(&row.get::<_, String>(1)?)));
        Ok(self.0.prepare_cached(sql)?.query_row([session], own).optional()?)
    }

    fn has_password(&self, Proved { account, hash }: &Proved) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM account WHERE id = ?1 AND password = ?2";
        Ok(self.0.prepare_cached(sql)?.exists(params![account, hash])?)
    }

    fn has_link(&self, link: &TokenHash) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM screen WHERE token = ?1";
        Ok(self.0.prepare_cached(sql)?.exists([link.as_bytes()])?)
    }
}
