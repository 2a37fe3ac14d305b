//! Accounts: who may log in, and as what.

use std::fmt;
use std::str::FromStr;

use lampfield_shared::{Account, Fact, Role, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::audit::{Actor, Deed, record};
use super::column::{milliseconds, role, timestamp};
use super::database::Write;
use super::sessions::{self, Lifetime, Origin, Token};
use super::{Proof, Proved, Store, StoreError};

/// A name to log in with, in small letters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountName(String);

/// A text that is no account's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an account's name has 1 to 64 letters, digits and `.`, `-`, `_`, `@`")]
pub struct AccountNameError;

impl FromStr for AccountName {
    type Err = AccountNameError;

    fn from_str(text: &str) -> Result<Self, AccountNameError> {
        let name = text.trim().to_lowercase();
        let fits = (1..=64).contains(&name.chars().count());
        let plain = name.chars().all(|sign| sign.is_alphanumeric() || ".-_@".contains(sign));
        if fits && plain { Ok(Self(name)) } else { Err(AccountNameError) }
    }
}

impl AccountName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccountName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why an account is not made or changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccountRefusal {
    /// Nobody has this name.
    #[error("there is no account `{0}`")]
    Unknown(AccountName),
    /// Somebody has it already.
    #[error("there is an account `{0}` already")]
    Exists(AccountName),
    /// Nobody could let anybody in any more.
    #[error("`{0}` is the last admin: make another one first")]
    LastAdmin(AccountName),
}

/// An account as it is checked at a login.
#[derive(Clone)]
pub struct Credentials {
    /// Its number.
    pub id: i64,
    /// What is kept of its password.
    pub hash: String,
    /// Whether it was logged in from this address before.
    pub known_here: bool,
}

/// What may change of an account; `None`: stays.
#[derive(Clone, Default)]
pub struct AccountChange {
    /// Another role.
    pub role: Option<Role>,
    /// The hash of a new one-time password.
    pub one_time_hash: Option<String>,
}

type Outcome<T> = Result<Result<T, AccountRefusal>, StoreError>;

impl Store {
    /// Makes the first account, an admin with a one-time password, where there is none at all.
    /// Tells whether it did.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn make_first_admin(
        &self,
        now: Timestamp,
        actor: Actor,
        name: AccountName,
        hash: String,
    ) -> Result<bool, StoreError> {
        self.write(now, actor.proof.clone(), move |write| {
            let count: i64 = write.query_row("SELECT count(*) FROM account", [], |row| row.get(0))?;
            if count > 0 {
                return Ok(false);
            }
            insert(write, now, &name, Role::Admin, &hash)?;
            let deed = Deed::done("account.create", name.as_str()).with([Fact::Role(Role::Admin), Fact::FirstStart]);
            record(write, now, &actor, &deed)?;
            Ok(true)
        })
        .await
    }

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
            connection.prepare_cached(sql)?.query_row(params![name.0, address], credentials).optional()
        })
        .await
    }

    /// Makes an account with a one-time password.
    ///
    /// # Errors
    /// As [`Store::write`]; within, why it is not made.
    pub async fn create_account(
        &self,
        now: Timestamp,
        actor: Actor,
        name: AccountName,
        role: Role,
        hash: String,
    ) -> Outcome<Account> {
        self.decide(now, actor.proof.clone(), move |write| {
            if find(write, &name)?.is_some() {
                return Ok(Err(AccountRefusal::Exists(name)));
            }
            insert(write, now, &name, role, &hash)?;
            record(write, now, &actor, &Deed::done("account.create", name.as_str()).with([Fact::Role(role)]))?;
            Ok(Ok(find(write, &name)?.ok_or(rusqlite::Error::QueryReturnedNoRows)?))
        })
        .await
    }

    /// Changes an account. A new password or a lower role ends its sessions.
    ///
    /// # Errors
    /// As [`Store::write`]; within, why it is not changed.
    pub async fn change_account(
        &self,
        now: Timestamp,
        actor: Actor,
        name: AccountName,
        change: AccountChange,
    ) -> Outcome<Account> {
        let tell = self.tell_sessions();
        self.decide(now, actor.proof.clone(), move |write| {
            let Some(before) = find(write, &name)? else { return Ok(Err(AccountRefusal::Unknown(name))) };
            let role = change.role.unwrap_or(before.role);
            if role != Role::Admin && is_last_admin(write, &before)? {
                return Ok(Err(AccountRefusal::LastAdmin(name)));
            }
            if role != before.role {
                write.execute("UPDATE account SET role = ?2 WHERE name = ?1", [name.as_str(), role.as_str()])?;
                let facts = [Fact::RoleWas(before.role), Fact::Role(role)];
                record(write, now, &actor, &Deed::done("account.role", name.as_str()).with(facts))?;
            }
            if let Some(hash) = &change.one_time_hash {
                let sql = "UPDATE account SET password = ?2, must_change_password = 1 WHERE name = ?1";
                write.execute(sql, [name.as_str(), hash])?;
                record(write, now, &actor, &Deed::done("account.reset_password", name.as_str()))?;
            }
            if change.one_time_hash.is_some() || role < before.role {
                end_sessions(write, &name)?;
            }
            write.then(tell);
            Ok(Ok(find(write, &name)?.ok_or(rusqlite::Error::QueryReturnedNoRows)?))
        })
        .await
    }

    /// Replaces a password by one of the account's own, ends all its sessions, and begins one for whoever did that:
    /// where their own session and the password that they `proved` still stand.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn set_own_password(
        &self,
        now: Timestamp,
        actor: Actor,
        proved: Proved,
        hash: String,
        (origin, lifetime): (Origin, Lifetime),
    ) -> Result<Token, StoreError> {
        let (token, tell) = (Token::new(), self.tell_sessions());
        let session = token.hash();
        self.write(now, actor.proof.clone(), move |write| {
            let account = proved.account;
            Proof::Password(proved).check(write, now)?;
            let sql = "UPDATE account SET password = ?2, must_change_password = 0 WHERE id = ?1";
            write.execute(sql, params![account, hash])?;
            write.execute("DELETE FROM session WHERE account = ?1", [account])?;
            record(write, now, &actor, &Deed::done("account.set_password", actor.who.as_str()))?;
            write.then(tell);
            Ok(sessions::enter(write, now, session, account, &origin, lifetime)?)
        })
        .await?;
        Ok(token)
    }

    /// Removes an account with its sessions, favourites and notes.
    ///
    /// # Errors
    /// As [`Store::write`]; within, why it is not removed.
    pub async fn remove_account(&self, now: Timestamp, actor: Actor, name: AccountName) -> Outcome<()> {
        let tell = self.tell_sessions();
        self.decide(now, actor.proof.clone(), move |write| {
            let Some(before) = find(write, &name)? else { return Ok(Err(AccountRefusal::Unknown(name))) };
            if is_last_admin(write, &before)? {
                return Ok(Err(AccountRefusal::LastAdmin(name)));
            }
            write.execute("DELETE FROM account WHERE name = ?1", [name.as_str()])?;
            record(write, now, &actor, &Deed::done("account.remove", name.as_str()))?;
            write.then(tell);
            Ok(Ok(()))
        })
        .await
    }
}

/// Every account, by name.
pub(super) fn all(connection: &Connection) -> rusqlite::Result<Vec<Account>> {
    connection.prepare_cached("SELECT * FROM account ORDER BY name")?.query_map([], account)?.collect()
}

fn insert(write: &Write<'_>, now: Timestamp, name: &AccountName, role: Role, hash: &str) -> rusqlite::Result<()> {
    let sql = "INSERT INTO account (name, role, password, must_change_password, created) VALUES (?1, ?2, ?3, 1, ?4)";
    write.execute(sql, params![name.as_str(), role.as_str(), hash, milliseconds(now)]).map(drop)
}

fn find(connection: &Connection, name: &AccountName) -> rusqlite::Result<Option<Account>> {
    connection.prepare_cached("SELECT * FROM account WHERE name = ?1")?.query_row([name.as_str()], account).optional()
}

fn is_last_admin(connection: &Connection, account: &Account) -> rusqlite::Result<bool> {
    let admins: i64 =
        connection.query_row("SELECT count(*) FROM account WHERE role = 'admin'", [], |row| row.get(0))?;
    Ok(account.role == Role::Admin && admins == 1)
}

fn end_sessions(write: &Write<'_>, name: &AccountName) -> rusqlite::Result<()> {
    let sql = "DELETE FROM session WHERE account = (SELECT id FROM account WHERE name = ?1)";
    write.execute(sql, [name.as_str()]).map(drop)
}

fn account(row: &Row<'_>) -> rusqlite::Result<Account> {
    Ok(Account {
        name: row.get("name")?,
        role: role(&row.get::<_, String>("role")?),
        must_change_password: row.get("must_change_password")?,
        created: timestamp(row.get("created")?),
        last_login: row.get::<_, Option<i64>>("last_login")?.map(timestamp),
    })
}
