//! Accounts: who may log in, and as what.

use std::fmt;
use std::str::FromStr;

use lampfield_shared::{Account, Fact, Role, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};

use super::audit::{Actor, Deed, record};
use super::{Store, StoreError, milliseconds, timestamp};

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
    /// As [`Store::run`].
    pub async fn make_first_admin(&self, now: Timestamp, name: AccountName, hash: String) -> Result<bool, StoreError> {
        self.run(move |connection| {
            let transaction = connection.transaction()?;
            let count: i64 = transaction.query_row("SELECT count(*) FROM account", [], |row| row.get(0))?;
            if count > 0 {
                return Ok(false);
            }
            insert(&transaction, now, &name, Role::Admin, &hash)?;
            let deed = Deed::done("account.create", name.as_str()).with([Fact::Role(Role::Admin), Fact::FirstStart]);
            record(&transaction, now, &Actor::program("lampfield"), &deed)?;
            transaction.commit()?;
            Ok(true)
        })
        .await
    }

    /// Every account, by name.
    ///
    /// # Errors
    /// As [`Store::run`].
    pub async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        self.run(|connection| {
            connection.prepare_cached("SELECT * FROM account ORDER BY name")?.query_map([], account)?.collect()
        })
        .await
    }

    /// What a login is checked against.
    ///
    /// # Errors
    /// As [`Store::run`].
    pub async fn credentials(&self, name: AccountName, address: String) -> Result<Option<Credentials>, StoreError> {
        self.run(move |connection| {
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
    /// As [`Store::run`]; within, why it is not made.
    pub async fn create_account(
        &self,
        now: Timestamp,
        actor: Actor,
        name: AccountName,
        role: Role,
        hash: String,
    ) -> Outcome<Account> {
        self.run(move |connection| {
            let transaction = connection.transaction()?;
            if find(&transaction, &name)?.is_some() {
                return Ok(Err(AccountRefusal::Exists(name)));
            }
            insert(&transaction, now, &name, role, &hash)?;
            record(&transaction, now, &actor, &Deed::done("account.create", name.as_str()).with([Fact::Role(role)]))?;
            let made = find(&transaction, &name)?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
            transaction.commit()?;
            Ok(Ok(made))
        })
        .await
    }

    /// Changes an account. A new password or a lower role ends its sessions.
    ///
    /// # Errors
    /// As [`Store::run`]; within, why it is not changed.
    pub async fn change_account(
        &self,
        now: Timestamp,
        actor: Actor,
        name: AccountName,
        change: AccountChange,
    ) -> Outcome<Account> {
        let changed = self
            .run(move |connection| {
                let transaction = connection.transaction()?;
                let Some(before) = find(&transaction, &name)? else { return Ok(Err(AccountRefusal::Unknown(name))) };
                let role = change.role.unwrap_or(before.role);
                if role != Role::Admin && is_last_admin(&transaction, &before)? {
                    return Ok(Err(AccountRefusal::LastAdmin(name)));
                }
                if role != before.role {
                    transaction
                        .execute("UPDATE account SET role = ?2 WHERE name = ?1", [name.as_str(), role.as_str()])?;
                    let facts = [Fact::RoleWas(before.role), Fact::Role(role)];
                    record(&transaction, now, &actor, &Deed::done("account.role", name.as_str()).with(facts))?;
                }
                if let Some(hash) = &change.one_time_hash {
                    let sql = "UPDATE account SET password = ?2, must_change_password = 1 WHERE name = ?1";
                    transaction.execute(sql, [name.as_str(), hash])?;
                    record(&transaction, now, &actor, &Deed::done("account.reset_password", name.as_str()))?;
                }
                if change.one_time_hash.is_some() || role < before.role {
                    end_sessions(&transaction, &name)?;
                }
                let after = find(&transaction, &name)?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
                transaction.commit()?;
                Ok(Ok(after))
            })
            .await;
        self.tell_sessions();
        changed
    }

    /// Replaces a password by one of the account's own, and ends all its sessions.
    ///
    /// # Errors
    /// As [`Store::run`].
    pub async fn set_own_password(
        &self,
        now: Timestamp,
        actor: Actor,
        account: i64,
        hash: String,
    ) -> Result<(), StoreError> {
        let done = self
            .run(move |connection| {
                let transaction = connection.transaction()?;
                let sql = "UPDATE account SET password = ?2, must_change_password = 0 WHERE id = ?1";
                transaction.execute(sql, params![account, hash])?;
                transaction.execute("DELETE FROM session WHERE account = ?1", [account])?;
                record(&transaction, now, &actor, &Deed::done("account.set_password", actor.who.as_str()))?;
                transaction.commit()
            })
            .await;
        self.tell_sessions();
        done
    }

    /// Removes an account with its sessions, favourites and notes.
    ///
    /// # Errors
    /// As [`Store::run`]; within, why it is not removed.
    pub async fn remove_account(&self, now: Timestamp, actor: Actor, name: AccountName) -> Outcome<()> {
        let removed = self
            .run(move |connection| {
                let transaction = connection.transaction()?;
                let Some(before) = find(&transaction, &name)? else { return Ok(Err(AccountRefusal::Unknown(name))) };
                if is_last_admin(&transaction, &before)? {
                    return Ok(Err(AccountRefusal::LastAdmin(name)));
                }
                transaction.execute("DELETE FROM account WHERE name = ?1", [name.as_str()])?;
                record(&transaction, now, &actor, &Deed::done("account.remove", name.as_str()))?;
                transaction.commit()?;
                Ok(Ok(()))
            })
            .await;
        self.tell_sessions();
        removed
    }
}

fn insert(
    transaction: &Transaction<'_>,
    now: Timestamp,
    name: &AccountName,
    role: Role,
    hash: &str,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO account (name, role, password, must_change_password, created) VALUES (?1, ?2, ?3, 1, ?4)";
    transaction.execute(sql, params![name.as_str(), role.as_str(), hash, milliseconds(now)]).map(drop)
}

fn find(connection: &Connection, name: &AccountName) -> rusqlite::Result<Option<Account>> {
    connection.prepare_cached("SELECT * FROM account WHERE name = ?1")?.query_row([name.as_str()], account).optional()
}

fn is_last_admin(connection: &Connection, account: &Account) -> rusqlite::Result<bool> {
    let admins: i64 =
        connection.query_row("SELECT count(*) FROM account WHERE role = 'admin'", [], |row| row.get(0))?;
    Ok(account.role == Role::Admin && admins == 1)
}

fn end_sessions(connection: &Connection, name: &AccountName) -> rusqlite::Result<()> {
    let sql = "DELETE FROM session WHERE account = (SELECT id FROM account WHERE name = ?1)";
    connection.execute(sql, [name.as_str()]).map(drop)
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

/// The table knows only the words of roles; of another one, the least is made.
pub(super) fn role(word: &str) -> Role {
    Role::from_word(word).unwrap_or(Role::Screen)
}
