//! The record of what was done: who, when, from where, what, and how it ended.
//!
//! What changes something writes its entry in the same transaction, so neither stands without the other.

use lampfield_shared::account::AuditPage;
use lampfield_shared::{AuditEntry, Fact, Timestamp};
use rusqlite::{Row, params};

use super::column::{milliseconds, timestamp, unwritable};
use super::database::Write;
use super::{Proof, Store, StoreError};

/// Entries are kept for a year …
const KEPT_MILLISECONDS: u64 = 366 * 24 * 60 * 60 * 1000;
/// … and never more of them than this.
const KEPT_ENTRIES: i64 = 100_000;
/// How many are written between two clearances.
const CLEAR_EVERY: i64 = 256;

/// The most entries of one page.
const PAGE: u32 = 500;

/// Who did it, from where, and why they may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// An account, one who has [none](lampfield_shared::account::NoAccount), a PBX, or a program.
    pub who: String,
    /// The address they came from.
    pub address: Option<String>,
    /// Checked again in the transaction that writes.
    pub proof: Proof,
}

impl Actor {
    /// The server itself, or something that it follows: a timer, a PBX.
    pub fn program(name: &str) -> Self {
        Self { who: name.into(), address: None, proof: Proof::Server }
    }

    /// A command of the admin's at the machine: `lampfield set-password`.
    pub fn command_line(name: &str) -> Self {
        Self { who: name.into(), address: None, proof: Proof::CommandLine }
    }

    /// The same for the rest of an order that was begun: a PBX was told, and what came of it is kept even where the
    /// session has ended meanwhile.
    #[must_use]
    pub fn to_the_end(self) -> Self {
        Self { proof: Proof::Begun, ..self }
    }
}

/// What was done, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// What: a word with a point, such as `account.create`.
    pub action: &'static str,
    /// To whom or what.
    pub target: String,
    /// `ok`, or why not.
    pub result: String,
    /// What else is worth knowing.
    pub facts: Vec<Fact>,
}

impl Deed {
    /// Something that went well.
    pub fn done(action: &'static str, target: impl Into<String>) -> Self {
        Self { action, target: target.into(), result: "ok".into(), facts: Vec::new() }
    }

    /// Something that was refused or failed, and why.
    pub fn failed(action: &'static str, target: impl Into<String>, why: impl Into<String>) -> Self {
        Self { action, target: target.into(), result: why.into(), facts: Vec::new() }
    }

    /// The same with more to know.
    #[must_use]
    pub fn with(mut self, facts: impl IntoIterator<Item = Fact>) -> Self {
        self.facts.extend(facts);
        self
    }
}

/// Writes an entry, for use within the transaction that also does the deed.
///
/// # Errors
/// What SQLite says.
pub(super) fn record(write: &Write<'_>, now: Timestamp, actor: &Actor, deed: &Deed) -> rusqlite::Result<()> {
    let facts = serde_json::to_string(&deed.facts).map_err(unwritable)?;
    write
        .prepare_cached(
            "INSERT INTO audit (time, who, address, action, target, result, details) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            milliseconds(now),
            actor.who,
            actor.address,
            deed.action,
            deed.target,
            deed.result,
            facts
        ])?;
    let id = write.last_insert_rowid();
    if id % CLEAR_EVERY == 0 {
        let oldest = milliseconds(Timestamp(now.0.saturating_sub(KEPT_MILLISECONDS)));
        write.execute("DELETE FROM audit WHERE time < ?1 OR id <= ?2", params![oldest, id - KEPT_ENTRIES])?;
    }
    Ok(())
}

impl Store {
    /// Writes an entry of its own.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn record(&self, now: Timestamp, actor: Actor, deed: Deed) -> Result<(), StoreError> {
        self.write(now, actor.proof.clone(), move |write| Ok(record(write, now, &actor, &deed)?)).await
    }

    /// The entries before this one, or the newest, from the newest to the oldest.
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

/// Older entries have a text there.
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
