//! Changes of what each keeps for themselves: favourites, notes, and how they want the page to be.

use std::collections::BTreeMap;
use std::convert::Infallible;

use lampfield_shared::Exten;
use lampfield_shared::account::MOST_CHOICES;
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

/// Puts the owner's favourites in order: those named first, as they are named, the others after them as they were.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct ArrangeFavourites {
    pub owner: String,
    pub extens: Vec<Exten>,
}

impl Change for ArrangeFavourites {
    type Done = ();
    type Refused = Infallible;

    fn apply(&self, write: &Write<'_>) -> Verdict<Self> {
        let mut extens: Vec<String> = write
            .prepare_cached("SELECT exten FROM favourite WHERE owner = ?1 ORDER BY position")?
            .query_map([&self.owner], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        let place: BTreeMap<&str, usize> =
            self.extens.iter().enumerate().rev().map(|(place, exten)| (exten.as_str(), place)).collect();
        extens.sort_by_key(|exten| place.get(exten.as_str()).copied().unwrap_or(usize::MAX));
        let mut put = write.prepare_cached("UPDATE favourite SET position = ?3 WHERE owner = ?1 AND exten = ?2")?;
        for (position, exten) in (1_i64..).zip(&extens) {
            put.execute(params![self.owner, exten, position])?;
        }
        Ok(Ok(()))
    }
}

/// Changes how an account wants the page to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct SetChoices {
    pub account: i64,
    /// New values by name; `None` takes a choice back.
    pub choices: BTreeMap<String, Option<String>>,
}

impl Change for SetChoices {
    type Done = ();
    type Refused = TooManyChoices;

    fn apply(&self, write: &Write<'_>) -> Verdict<Self> {
        for (name, value) in &self.choices {
            match value {
                // An account that was removed meanwhile chooses nothing any more.
                Some(value) => write.execute(
                    "INSERT INTO choice (account, name, value) SELECT id, ?2, ?3 FROM account WHERE id = ?1
                        ON CONFLICT DO UPDATE SET value = excluded.value",
                    params![self.account, name, value],
                )?,
                None => {
                    write.execute("DELETE FROM choice WHERE account = ?1 AND name = ?2", params![self.account, name])?
                }
            };
        }
        let sql = "SELECT count(*) FROM choice WHERE account = ?1";
        let count: i64 = write.query_row(sql, [self.account], |row| row.get(0))?;
        Ok(if usize::try_from(count).is_ok_and(|count| count > MOST_CHOICES) { Err(TooManyChoices) } else { Ok(()) })
    }
}

/// The account has chosen as many things as it may: the page knows fewer, and the disk is not endless.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there are {MOST_CHOICES} choices already")]
pub struct TooManyChoices;

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
