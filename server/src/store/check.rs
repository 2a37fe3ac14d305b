//! Whether a database is whole: each table and column is there, and all that a start reads can be read.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, backup};

use super::{StoreError, accounts, board, dnd, extensions, file, identity, migrations, own_boards, pause};

/// Whether a server would start with this backup: tried on a copy in memory, for an older one is brought up to date.
pub(super) fn would_start(file: &Path, source: &Connection) -> Result<(), StoreError> {
    let damaged = |reason: String| StoreError::Damaged { file: file.into(), reason };
    let said = |error: rusqlite::Error| damaged(error.to_string());
    let mut copy = Connection::open_in_memory()?;
    backup::Backup::new(source, &mut copy)?.run_to_completion(i32::MAX, Duration::ZERO, None)?;
    migrations::migrate(&mut copy).map_err(said)?;
    tables(file, &copy)?;
    let strays: Option<String> = copy.prepare("PRAGMA foreign_key_check").and_then(|mut check| {
        let mut rows = check.query([])?;
        rows.next()?.map(|row| row.get(0)).transpose()
    })?;
    if let Some(table) = strays {
        return Err(damaged(format!("the table `{table}` names what is not there")));
    }
    let reads = || {
        identity::kept(&copy)?;
        identity::spoken_as(&copy)?;
        accounts::all(&copy)?;
        board::read(&copy)?;
        dnd::all(&copy)?;
        extensions::all(&copy)?;
        own_boards::all(&copy)?;
        pause::all(&copy).map(drop)
    };
    reads().map_err(said)
}

/// Whether each table and column is there that this program knows; for a database that is up to date.
pub(super) fn tables(file: &Path, connection: &Connection) -> Result<(), StoreError> {
    let mut model = Connection::open_in_memory()?;
    migrations::migrate(&mut model)?;
    let found = shape(connection).map_err(|error| file::refusal(file, error))?;
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
