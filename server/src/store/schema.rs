//! Checks that each table and column is there.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::Connection;

use super::error::{StoreError, refusal};
use super::migrations;

/// Checks that a database which is up to date has each table and column that this program knows.
pub(super) fn tables(file: &Path, connection: &Connection) -> Result<(), StoreError> {
    let mut model = Connection::open_in_memory()?;
    migrations::migrate(&mut model)?;
    let found = shape(connection).map_err(|error| refusal(file, error))?;
    let mut expected: Vec<_> = shape(&model)?.into_iter().collect();
    // Where a table is missing so are its indices: the message names the table.
    expected.sort_by_key(|(name, _)| !name.starts_with("table"));
    for (name, sql) in expected {
        let reason = match found.get(&name) {
            Some(found) if *found == sql => continue,
            Some(_) => format!("its {name} is not as lampfield makes it"),
            None => format!("its {name} is missing"),
        };
        return Err(StoreError::Damaged { file: file.into(), reason });
    }
    Ok(())
}

/// Tables, indices and triggers by kind and name, with the statement that makes each.
fn shape(connection: &Connection) -> rusqlite::Result<BTreeMap<String, Option<String>>> {
    let sql = "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'";
    let object = |row: &rusqlite::Row<'_>| {
        let (kind, name): (String, String) = (row.get(0)?, row.get(1)?);
        Ok((format!("{kind} `{name}`"), row.get(2)?))
    };
    connection.prepare(sql)?.query_map([], object)?.collect()
}
