//! Entries of the audit log.

use std::convert::Infallible;

use lampfield_shared::Timestamp;
use rusqlite::params;
use serde::{Deserialize, Serialize};

use super::change::{Change, Verdict};
use crate::identity::Deed;
use crate::store::column::{milliseconds, unwritable};
use crate::store::write::Write;

/// Entries are kept for a year …
const KEPT_MILLISECONDS: u64 = 366 * 24 * 60 * 60 * 1000;
/// … and never more of them than this.
const KEPT_ENTRIES: i64 = 100_000;
/// Entries written between two clearances.
const CLEAR_EVERY: i64 = 256;

/// Writes an entry that belongs to no other change: a login that failed, an order for a PBX that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct Record {
    pub deed: Deed,
}

impl Change for Record {
    type Done = ();
    type Refused = Infallible;

    fn apply(&self, write: &Write<'_>) -> Verdict<Self> {
        Ok(Ok(record(write, &self.deed)?))
    }
}

/// Writes the entry of a change, in the transaction of its order.
pub(super) fn record(write: &Write<'_>, deed: &Deed) -> rusqlite::Result<()> {
    record_of(write, &write.by.who, deed)
}

/// Writes an entry about somebody else than the order's author: the account whose session ends with a login.
pub(super) fn record_of(write: &Write<'_>, who: &str, deed: &Deed) -> rusqlite::Result<()> {
    let facts = serde_json::to_string(&deed.facts).map_err(unwritable)?;
    let values = params![milliseconds(write.at), who, write.by.address, deed.action, deed.target, deed.result, facts];
    write
        .prepare_cached(
            "INSERT INTO audit (time, who, address, action, target, result, details) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(values)?;
    let id = write.last_insert_rowid();
    if id % CLEAR_EVERY == 0 {
        let oldest = milliseconds(Timestamp(write.at.0.saturating_sub(KEPT_MILLISECONDS)));
        write.execute("DELETE FROM audit WHERE time < ?1 OR id <= ?2", params![oldest, id - KEPT_ENTRIES])?;
    }
    Ok(())
}
