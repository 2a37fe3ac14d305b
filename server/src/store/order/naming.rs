//! Changes of what admins call extensions.

use std::convert::Infallible;

use lampfield_shared::Exten;
use rusqlite::params;
use serde::{Deserialize, Serialize};

use super::audit::record;
use super::change::{Change, Verdict};
use crate::board::Edited;
use crate::identity::Deed;
use crate::store::write::Write;

/// Names extensions otherwise than the configuration does, all or none, with one entry in the audit log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct NameExtensions {
    pub edits: Vec<(Exten, Edited)>,
    pub deed: Deed,
}

impl Change for NameExtensions {
    type Done = ();
    type Refused = Infallible;

    fn apply(&self, write: &Write<'_>) -> Verdict<Self> {
        for (exten, edited) in &self.edits {
            keep(write, exten, edited)?;
        }
        Ok(Ok(record(write, &self.deed)?))
    }
}

fn keep(write: &Write<'_>, exten: &Exten, edited: &Edited) -> rusqlite::Result<()> {
    if edited.is_empty() {
        write.prepare_cached("DELETE FROM extension WHERE exten = ?1")?.execute([exten.as_str()])?;
    } else {
        write
            .prepare_cached("INSERT OR REPLACE INTO extension (exten, name, \"group\", site) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![exten.as_str(), edited.name, edited.group, edited.site])?;
    }
    Ok(())
}
