//! Checks whether a server would start with a database: all that a start reads is there and can be read.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, backup};

use super::error::StoreError;
use super::rows::{account, dnd, own_board};
use super::{eid, last_known, migrations, naming, pause, schema, spoken};

/// Checks that a server would start with this backup. Tried on a copy in memory, for an older one is migrated.
pub(super) fn would_start(file: &Path, source: &Connection) -> Result<(), StoreError> {
    let damaged = |reason: String| StoreError::Damaged { file: file.into(), reason };
    let said = |error: rusqlite::Error| damaged(error.to_string());
    let mut copy = Connection::open_in_memory()?;
    backup::Backup::new(source, &mut copy)?.run_to_completion(i32::MAX, Duration::ZERO, None)?;
    migrations::migrate(&mut copy).map_err(said)?;
    schema::tables(file, &copy)?;
    let strays: Option<String> = copy.prepare("PRAGMA foreign_key_check").and_then(|mut check| {
        let mut rows = check.query([])?;
        rows.next()?.map(|row| row.get(0)).transpose()
    })?;
    if let Some(table) = strays {
        return Err(damaged(format!("the table `{table}` names what is not there")));
    }
    let reads = || {
        eid::kept(&copy)?;
        spoken::spoken_as(&copy)?;
        account::all(&copy)?;
        last_known::read(&copy)?;
        dnd::all(&copy)?;
        naming::all(&copy)?;
        own_board::all(&copy)?;
        pause::all(&copy).map(drop)
    };
    reads().map_err(said)
}
