//! The audit log: who did what, when, from where, and how it ended.
//!
//! Each entry is a part of the order that causes it, so neither stands without the other.

use lampfield_shared::account::AuditPage;
use lampfield_shared::{AuditEntry, Fact, Timestamp};
use rusqlite::{Row, params};

use super::column::timestamp;
use super::order::Record;
use super::{Store, StoreError};
use crate::identity::{Actor, Deed};

/// The most entries of one page.
const PAGE: u32 = 500;

impl Store {
    /// Writes an entry that belongs to no other order.
    ///
    /// # Errors
    /// As [`Store::order`].
    pub async fn record(&self, now: Timestamp, actor: Actor, deed: Deed) -> Result<(), StoreError> {
        let Ok(()) = self.order(now, actor, Record { deed }).await?;
        Ok(())
    }

    /// The entries before number `before`, or the newest; from the newest to the oldest.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn audit(&self, before: Option<i64>, limit: u32) -> Result<AuditPage, StoreError> {
        let limit = limit.clamp(1, PAGE);
        self.read(move |connection| {
            let mut statement =
                connection.prepare_cached("SELECT * FROM audit WHERE id < ?1 ORDER BY id DESC LIMIT ?2")?;
            let rows = statement.query_map(params![before.unwrap_or(i64::MAX), limit], entry)?;
            let entries: Vec<AuditEntry> = rows.collect::<rusqlite::Result<_>>()?;
            let full = u32::try_from(entries.len()).is_ok_and(|length| length == limit);
            let before = entries.last().filter(|_| full).map(|entry| entry.id);
            Ok(AuditPage { entries, before })
        })
        .await
    }
}

fn entry(row: &Row<'_>) -> rusqlite::Result<AuditEntry> {
    Ok(AuditEntry {
        id: row.get("id")?,
        time: timestamp(row.get("time")?),
        who: row.get("who")?,
        address: row.get("address")?,
        action: row.get("action")?,
        target: row.get("target")?,
        result: row.get("result")?,
        facts: facts(row.get("details")?),
    })
}

/// Facts of an entry. Entries of former versions have a text there.
fn facts(kept: String) -> Vec<Fact> {
    match serde_json::from_str(&kept) {
        Ok(facts) => facts,
        Err(_) if kept.is_empty() => Vec::new(),
        Err(_) => vec![Fact::Text(kept)],
    }
}

#[cfg(test)]
mod tests {
    use lampfield_shared::DndKind;

    use super::*;

    #[test]
    fn what_an_older_version_wrote_down_can_still_be_read() {
        let old = "kind calls, confirmed by perm";
        assert_eq!(facts(old.into()), [Fact::Text(old.into())]);
        assert_eq!(facts(String::new()), []);
        assert_eq!(facts(r#"["elsewhere",{"kind":"calls"}]"#.into()), [Fact::Elsewhere, Fact::Kind(DndKind::Calls)]);
    }
}
