//! Whether each table and column is there.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::Connection;

use super::error::{StoreError, refusal};
use super::migrations;

/// Whether each table and column is there that this program knows; for a database that is up to date.
pub(super) fn tables(file: &Path, connection: &Connection) -> Result<(), StoreError> {
    let mut model = Connection::open_in_memory()?;
    migrations::migrate(&mut model)?;
    let found = shape(connection).map_err(|error| refusal(file, error))?;
    let mut expected: Vec<_> = shape(&model)?.into_iter().collect();
    // With a table its indices are missing, too: that is not what is to be said.
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
