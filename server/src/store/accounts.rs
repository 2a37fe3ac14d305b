//! Accounts: who may log in, and as what.

use lampfield_shared::{Account, Role, Timestamp};
use rusqlite::{OptionalExtension as _, Row, params};

use super::order::{ChangeAccount, CreateAccount, CreateFirstAdmin, NewSession, RemoveAccount, SetOwnPassword};
use super::rows::account::all;
use super::sessions::UNWRITTEN;
use super::{Store, StoreError};
use crate::identity::{
    AccountChange, AccountName, AccountRefusal, Actor, Credentials, HolderChange, Lifetime, Origin, Proved, Token,
};

type Outcome<T> = Result<Result<T, AccountRefusal>, StoreError>;

impl Store {
    /// Every account, by name.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        self.read(all).await
    }

    /// What a login is checked against.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn credentials(&self, name: AccountName, address: String) -> Result<Option<Credentials>, StoreError> {
        self.read(move |connection| {
            let sql = "SELECT id, password, EXISTS (SELECT 1 FROM known_address WHERE account = id AND address = ?2)
                FROM account WHERE name = ?1";
            let credentials =
                |row: &Row<'_>| Ok(Credentials { id: row.get(0)?, hash: row.get(1)?, known_here: row.get(2)? });
            connection.prepare_cached(sql)?.query_row(params![name.as_str(), address], credentials).optional()
        })
        .await
    }

    /// Makes the first account, an admin with a one-time password, where there is none at all. Tells whether there was
    /// none.
    ///
    /// # Errors
    /// As [`Store::order`].
    pub async fn make_first_admin(
        &self,
        now: Timestamp,
        actor: Actor,
        name: AccountName,
        one_time_hash: String,
    ) -> Result<bool, StoreError> {
        let Ok(is_made) = self.order(now, actor, CreateFirstAdmin { name, one_time_hash }).await?;
        Ok(is_made)
    }

    /// Makes an account with a one-time password.
    ///
    /// # Errors
    /// As [`Store::order`]; within, why the account is not made.
    pub async fn create_account(
        &self,
        now: Timestamp,
        actor: Actor,
        name: AccountName,
        role: Role,
        one_time_hash: String,
        holder: HolderChange,
    ) -> Outcome<Account> {
        self.order(now, actor, CreateAccount { name, role, one_time_hash, holder }).await
    }

    /// Changes an account. A new password or a lower role ends its sessions.
    ///
    /// # Errors
    /// As [`Store::order`]; within, why the account is not changed.
    pub async fn change_account(
        &self,
        now: Timestamp,
        actor: Actor,
        name: AccountName,
        AccountChange { holder, role, one_time_hash }: AccountChange,
    ) -> Outcome<Account> {
        self.order(now, actor, ChangeAccount { name, role, one_time_hash, holder }).await
    }

    /// Replaces a password by one that the account's holder has chosen, ends all sessions of the account, and begins
    /// one for the holder: where their own session and the password that they `proved` still stand.
    ///
    /// # Errors
    /// As [`Store::order`].
    pub async fn set_own_password(
        &self,
        now: Timestamp,
        actor: Actor,
        proved: Proved,
        hash: String,
        (origin, lifetime): (Origin, Lifetime),
    ) -> Result<Token, StoreError> {
        let token = Token::new();
        let session = NewSession { token: token.hash(), origin, run_out: lifetime.run_out(now, UNWRITTEN) };
        let Ok(()) = self.order(now, actor, SetOwnPassword { proved, hash, session }).await?;
        Ok(token)
    }

    /// Removes an account with its sessions, favourites and notes.
    ///
    /// # Errors
    /// As [`Store::order`]; within, why the account is not removed.
    pub async fn remove_account(&self, now: Timestamp, actor: Actor, name: AccountName) -> Outcome<()> {
        self.order(now, actor, RemoveAccount { name }).await
    }
}
