//! Favourites and notes: what each keeps for themselves.
//!
//! The owner is an account's name; the empty name is whoever is not logged in where the board is open.

use std::collections::BTreeMap;

use lampfield_shared::{Exten, Timestamp};
use rusqlite::{Row, params};

use super::audit::Actor;
use super::database::Write;
use super::{Store, StoreError};

/// What an owner keeps.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Own {
    /// In the order in which they were marked.
    pub favourites: Vec<Exten>,
    /// By extension.
    pub notes: BTreeMap<Exten, String>,
}

/// Whether an extension is a favourite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Favourite {
    /// It stands first.
    Yes,
    /// It stands where it stands.
    No,
}

/// Nobody needs so many, and the disk is not endless.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there are {MOST} already")]
pub struct Full;

/// The most favourites, and the most notes, of one owner.
const MOST: i64 = 1000;

impl Store {
    /// All that an owner keeps.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn own(&self, owner: String) -> Result<Own, StoreError> {
        self.read(move |connection| {
            let exten = |row: &Row<'_>| Ok(Exten::from(row.get::<_, String>(0)?));
            let favourites = connection
                .prepare_cached("SELECT exten FROM favourite WHERE owner = ?1 ORDER BY position")?
                .query_map([&owner], exten)?
                .collect::<rusqlite::Result<_>>()?;
            let notes = connection
                .prepare_cached("SELECT exten, text FROM note WHERE owner = ?1")?
                .query_map([&owner], |row| Ok((exten(row)?, row.get(1)?)))?
                .collect::<rusqlite::Result<_>>()?;
            Ok(Own { favourites, notes })
        })
        .await
    }

    /// Marks an extension, at the end of the favourites, or takes the mark away.
    ///
    /// # Errors
    /// As [`Store::write`]; within, when there are too many.
    pub async fn set_favourite(
        &self,
        now: Timestamp,
        actor: Actor,
        (owner, exten): (String, Exten),
        favourite: Favourite,
    ) -> Result<Result<(), Full>, StoreError> {
        self.decide(now, actor.proof, move |write| {
            let key = [owner.as_str(), exten.as_str()];
            if favourite == Favourite::No {
                write.execute("DELETE FROM favourite WHERE owner = ?1 AND exten = ?2", key)?;
                return Ok(Ok(()));
            }
            let sql = "INSERT INTO favourite (owner, exten, position)
                SELECT ?1, ?2, coalesce(max(position), 0) + 1 FROM favourite WHERE owner = ?1
                ON CONFLICT DO NOTHING";
            write.execute(sql, key)?;
            Ok(bounded(write, "favourite", &owner)?)
        })
        .await
    }

    /// Notes something of an extension; an empty text takes the note away.
    ///
    /// # Errors
    /// As [`Store::write`]; within, when there are too many.
    pub async fn set_note(
        &self,
        now: Timestamp,
        actor: Actor,
        (owner, exten): (String, Exten),
        text: String,
    ) -> Result<Result<(), Full>, StoreError> {
        self.decide(now, actor.proof, move |write| {
            if text.is_empty() {
                let sql = "DELETE FROM note WHERE owner = ?1 AND exten = ?2";
                write.execute(sql, [owner.as_str(), exten.as_str()])?;
                return Ok(Ok(()));
            }
            let sql = "INSERT INTO note (owner, exten, text) VALUES (?1, ?2, ?3)
                ON CONFLICT DO UPDATE SET text = excluded.text";
            write.execute(sql, params![owner, exten.as_str(), text])?;
            Ok(bounded(write, "note", &owner)?)
        })
        .await
    }
}

/// Refuses what would be one too many.
fn bounded(write: &Write<'_>, table: &'static str, owner: &str) -> rusqlite::Result<Result<(), Full>> {
    let sql = format!("SELECT count(*) FROM {table} WHERE owner = ?1");
    let count: i64 = write.query_row(&sql, [owner], |row| row.get(0))?;
    Ok(if count > MOST { Err(Full) } else { Ok(()) })
}
