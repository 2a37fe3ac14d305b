//! Changes of accounts.

use std::convert::Infallible;

use lampfield_shared::{Account, Exten, Fact, Role};
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use super::audit::record;
use super::change::{Change, Verdict};
use super::session::{NewSession, issue};
use crate::identity::{AccountName, AccountRefusal, Deed, HolderChange, Proved, role};
use crate::store::column::milliseconds;
use crate::store::rows::account::find;
use crate::store::write::Write;

/// Makes the first account, an admin with a one-time password, where there is no account at all. The answer tells
/// whether there was none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct CreateFirstAdmin {
    pub name: AccountName,
    pub one_time_hash: String,
}

impl Change for CreateFirstAdmin {
    type Done = bool;
    type Refused = Infallible;

    fn apply(&self, write: &Write<'_>) -> Verdict<Self> {
        let count: i64 = write.query_row("SELECT count(*) FROM account", [], |row| row.get(0))?;
        if count > 0 {
            return Ok(Ok(false));
        }
        insert(write, &self.name, Role::Admin, &self.one_time_hash)?;
        let facts = [Fact::Role(Role::Admin), Fact::FirstStart];
        record(write, &Deed::done("account.create", self.name.as_str()).with(facts))?;
        Ok(Ok(true))
    }
}

/// Makes an account with a one-time password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct CreateAccount {
    pub name: AccountName,
    pub role: Role,
    pub one_time_hash: String,
    #[serde(default)]
    pub holder: HolderChange,
}

impl Change for CreateAccount {
    type Done = Account;
    type Refused = AccountRefusal;

    fn apply(&self, write: &Write<'_>) -> Verdict<Self> {
        if find(write, &self.name)?.is_some() {
            return Ok(Err(AccountRefusal::Exists(self.name.clone())));
        }
        insert(write, &self.name, self.role, &self.one_time_hash)?;
        let bare = find(write, &self.name)?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
        let facts = change_holder(write, &bare, &self.holder)?;
        let deed = Deed::done("account.create", self.name.as_str()).with([Fact::Role(self.role)]).with(facts);
        record(write, &deed)?;
        Ok(Ok(find(write, &self.name)?.ok_or(rusqlite::Error::QueryReturnedNoRows)?))
    }
}

/// Gives an account another role, another holder, or a new one-time password. A new password or a lower role ends its
/// sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct ChangeAccount {
    pub name: AccountName,
    pub role: Option<Role>,
    pub one_time_hash: Option<String>,
    #[serde(default)]
    pub holder: HolderChange,
}

impl Change for ChangeAccount {
    type Done = Account;
    type Refused = AccountRefusal;

    fn apply(&self, write: &Write<'_>) -> Verdict<Self> {
        let name = self.name.as_str();
        let Some(before) = find(write, &self.name)? else {
            return Ok(Err(AccountRefusal::Unknown(self.name.clone())));
        };
        let role = self.role.unwrap_or(before.role);
        if role::leaves_no_admin(before.role, Some(role), admins(write)?) {
            return Ok(Err(AccountRefusal::LastAdmin(self.name.clone())));
        }
        if role != before.role {
            write.execute("UPDATE account SET role = ?2 WHERE name = ?1", [name, role.as_str()])?;
            record(write, &Deed::done("account.role", name).with([Fact::RoleWas(before.role), Fact::Role(role)]))?;
        }
        let facts = change_holder(write, &before, &self.holder)?;
        if !facts.is_empty() {
            record(write, &Deed::done("account.holder", name).with(facts))?;
        }
        if let Some(hash) = &self.one_time_hash {
            let sql = "UPDATE account SET password = ?2, must_change_password = 1 WHERE name = ?1";
            write.execute(sql, [name, hash])?;
            record(write, &Deed::done("account.reset_password", name))?;
        }
        if self.one_time_hash.is_some() || role::ends_sessions(before.role, role) {
            let sql = "DELETE FROM session WHERE account = (SELECT id FROM account WHERE name = ?1)";
            write.execute(sql, [name])?;
        }
        write.end_sessions();
        Ok(Ok(find(write, &self.name)?.ok_or(rusqlite::Error::QueryReturnedNoRows)?))
    }
}

/// Removes an account with its sessions, favourites and notes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct RemoveAccount {
    pub name: AccountName,
}

impl Change for RemoveAccount {
    type Done = ();
    type Refused = AccountRefusal;

    fn apply(&self, write: &Write<'_>) -> Verdict<Self> {
        let Some(before) = find(write, &self.name)? else {
            return Ok(Err(AccountRefusal::Unknown(self.name.clone())));
        };
        if role::leaves_no_admin(before.role, None, admins(write)?) {
            return Ok(Err(AccountRefusal::LastAdmin(self.name.clone())));
        }
        write.execute("DELETE FROM account WHERE name = ?1", [self.name.as_str()])?;
        record(write, &Deed::done("account.remove", self.name.as_str()))?;
        write.end_sessions();
        Ok(Ok(()))
    }
}

/// Replaces the password of an account by one that its holder has chosen, ends all sessions of the account, and begins
/// one for the holder. Beside the author's session the password that they gave is checked again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct SetOwnPassword {
    pub proved: Proved,
    pub hash: String,
    pub session: NewSession,
}

impl Change for SetOwnPassword {
    type Done = ();
    type Refused = Infallible;

    fn apply(&self, write: &Write<'_>) -> Verdict<Self> {
        write.check_password(&self.proved)?;
        let account = self.proved.account;
        let sql = "UPDATE account SET password = ?2, must_change_password = 0 WHERE id = ?1";
        write.execute(sql, params![account, self.hash])?;
        write.execute("DELETE FROM session WHERE account = ?1", [account])?;
        record(write, &Deed::done("account.set_password", write.by.who.as_str()))?;
        write.end_sessions();
        Ok(Ok(issue(write, account, &self.session)?))
    }
}

fn insert(write: &Write<'_>, name: &AccountName, role: Role, hash: &str) -> rusqlite::Result<()> {
    let sql = "INSERT INTO account (name, role, password, must_change_password, created) VALUES (?1, ?2, ?3, 1, ?4)";
    write.execute(sql, params![name.as_str(), role.as_str(), hash, milliseconds(write.at)]).map(drop)
}

/// Writes what differs from `before`, and gives it as facts for the audit log.
fn change_holder(write: &Write<'_>, before: &Account, change: &HolderChange) -> rusqlite::Result<Vec<Fact>> {
    let mut facts = Vec::new();
    let mut set = |column: &str, value: Option<&str>, fact: Fact| {
        facts.push(fact);
        write.execute(&format!("UPDATE account SET {column} = ?2 WHERE name = ?1"), params![before.name, value])
    };
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    if let Some(name) = change.display_name.as_deref().filter(|name| text(name) != before.display_name) {
        set("display_name", text(name).as_deref(), Fact::DisplayName(name.into()))?;
    }
    let own = before.exten.as_ref().map(Exten::as_str);
    if let Some(exten) = change.exten.as_ref().filter(|exten| text(exten.as_str()).as_deref() != own) {
        set("exten", text(exten.as_str()).as_deref(), Fact::OwnExtension(exten.clone()))?;
    }
    if let Some(right) = change.own_dnd.filter(|right| *right != before.own_dnd) {
        set("own_dnd", Some(right.as_str()), Fact::OwnDnd(right))?;
    }
    Ok(facts)
}

fn admins(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("SELECT count(*) FROM account WHERE role = 'admin'", [], |row| row.get(0))
}
