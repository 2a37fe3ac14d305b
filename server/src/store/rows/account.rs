//! Rows of accounts.

use lampfield_shared::Account;
use rusqlite::{Connection, OptionalExtension as _, Row};

use crate::identity::AccountName;
use crate::store::column::{own_dnd, role, timestamp};

/// Every account, by name.
pub(in crate::store) fn all(connection: &Connection) -> rusqlite::Result<Vec<Account>> {
    connection.prepare_cached("SELECT * FROM account ORDER BY name")?.query_map([], account)?.collect()
}

/// The account of this name.
pub(in crate::store) fn find(connection: &Connection, name: &AccountName) -> rusqlite::Result<Option<Account>> {
    connection.prepare_cached("SELECT * FROM account WHERE name = ?1")?.query_row([name.as_str()], account).optional()
}

fn account(row: &Row<'_>) -> rusqlite::Result<Account> {
    Ok(Account {
        name: row.get("name")?,
        display_name: row.get("display_name")?,
        role: role(&row.get::<_, String>("role")?),
        exten: row.get::<_, Option<String>>("exten")?.map(Into::into),
        own_dnd: own_dnd(&row.get::<_, String>("own_dnd")?),
        must_change_password: row.get("must_change_password")?,
        created: timestamp(row.get("created")?),
        last_login: row.get::<_, Option<i64>>("last_login")?.map(timestamp),
    })
}
