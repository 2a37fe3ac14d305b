//! Changes of "do not disturb" that was set here.

use std::convert::Infallible;

use lampfield_shared::{Exten, SiteName};
use rusqlite::params;
use serde::{Deserialize, Serialize};

use super::audit::record;
use super::change::{Change, Verdict};
use crate::identity::Deed;
use crate::store::column::milliseconds;
use crate::store::rows::dnd::DndRecord;
use crate::store::write::Write;

/// Keeps a DND in the place of what was set of its kind before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct KeepDnd {
    pub kept: DndRecord,
    /// Entry in the audit log; `None` where the order at the PBX is only begun.
    pub deed: Option<Deed>,
}

impl Change for KeepDnd {
    type Done = ();
    type Refused = Infallible;

    fn apply(&self, write: &Write<'_>) -> Verdict<Self> {
        put(write, &self.kept)?;
        Ok(Ok(note(write, self.deed.as_ref())?))
    }
}

/// Keeps what has become of an order at a PBX.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct ConcludeDnd {
    pub exten: Exten,
    /// What stands now; `None`: nothing is left of it.
    pub stands: Option<DndRecord>,
    pub deed: Option<Deed>,
}

impl Change for ConcludeDnd {
    type Done = ();
    type Refused = Infallible;

    fn apply(&self, write: &Write<'_>) -> Verdict<Self> {
        if let Some(record) = &self.stands {
            put(write, record)?;
        } else {
            let sql = "DELETE FROM dnd WHERE exten = ?1 AND kind = 'calls'";
            write.prepare_cached(sql)?.execute([self.exten.as_str()])?;
        }
        Ok(Ok(note(write, self.deed.as_ref())?))
    }
}

fn put(write: &Write<'_>, kept: &DndRecord) -> rusqlite::Result<()> {
    write
        .prepare_cached(
            "INSERT OR REPLACE INTO dnd (exten, kind, state, node, since, until, reason, by)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            kept.exten.as_str(),
            kept.kind.as_str(),
            kept.state,
            kept.node.as_ref().map(SiteName::as_str),
            milliseconds(kept.since),
            kept.until.map(milliseconds),
            kept.reason,
            kept.by,
        ])?;
    Ok(())
}

fn note(write: &Write<'_>, deed: Option<&Deed>) -> rusqlite::Result<()> {
    deed.map_or(Ok(()), |deed| record(write, deed))
}
