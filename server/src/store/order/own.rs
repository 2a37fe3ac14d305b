//! Changes of what each keeps for themselves: favourites and notes.

use lampfield_shared::Exten;
use rusqlite::params;
use serde::{Deserialize, Serialize};

use super::change::{Change, Verdict};
use crate::store::write::Write;

/// The most favourites, and the most notes, of one owner.
const MOST: i64 = 1000;

/// Whether an extension is a favourite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Favourite {
    /// The extension stands before all others.
    Yes,
    /// The extension stands in its usual place.
    No,
}

/// The owner has as many as anybody may have: nobody needs more, and the disk is not endless.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there are {MOST} already")]
pub struct Full;

/// Marks an extension, at the end of the owner's favourites, or takes the mark away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct SetFavourite {
    pub owner: String,
    pub exten: Exten,
    pub favourite: Favourite,
}

impl Change for SetFavourite {
    type Done = ();
    type Refused = Full;

    fn apply(&self, write: &Write<'_>) -> Verdict<Self> {
        let key = [self.owner.as_str(), self.exten.as_str()];
        if self.favourite == Favourite::No {
            write.execute("DELETE FROM favourite WHERE owner = ?1 AND exten = ?2", key)?;
            return Ok(Ok(()));
        }
        let sql = "INSERT INTO favourite (owner, exten, position)
            SELECT ?1, ?2, coalesce(max(position), 0) + 1 FROM favourite WHERE owner = ?1
            ON CONFLICT DO NOTHING";
        write.execute(sql, key)?;
        Ok(bounded(write, "favourite", &self.owner)?)
    }
}

/// Notes something about an extension; an empty text takes the note away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct SetNote {
    pub owner: String,
    pub exten: Exten,
    pub text: String,
}

impl Change for SetNote {
    type Done = ();
    type Refused = Full;

    fn apply(&self, write: &Write<'_>) -> Verdict<Self> {
        if self.text.is_empty() {
            let sql = "DELETE FROM note WHERE owner = ?1 AND exten = ?2";
            write.execute(sql, [self.owner.as_str(), self.exten.as_str()])?;
            return Ok(Ok(()));
        }
        let sql = "INSERT INTO note (owner, exten, text) VALUES (?1, ?2, ?3)
            ON CONFLICT DO UPDATE SET text = excluded.text";
        write.execute(sql, params![self.owner, self.exten.as_str(), self.text])?;
        Ok(bounded(write, "note", &self.owner)?)
    }
}

/// Refuses what would be one too many.
fn bounded(write: &Write<'_>, table: &'static str, owner: &str) -> rusqlite::Result<Result<(), Full>> {
    let sql = format!("SELECT count(*) FROM {table} WHERE owner = ?1");
    let count: i64 = write.query_row(&sql, [owner], |row| row.get(0))?;
    Ok(if count > MOST { Err(Full) } else { Ok(()) })
}
