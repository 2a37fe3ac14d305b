//! Favourites and notes: what each keeps for themselves.
//!
//! The owner is an account's name; the empty name is whoever is not logged in where the board is open.

use std::collections::BTreeMap;

use lampfield_shared::{Exten, Timestamp};
use rusqlite::Row;

pub use super::order::{Favourite, Full};
use super::order::{SetFavourite, SetNote};
use super::{Store, StoreError};
use crate::identity::Actor;

/// What an owner keeps.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Own {
    /// In the order in which they were marked.
    pub favourites: Vec<Exten>,
    /// Notes by extension.
    pub notes: BTreeMap<Exten, String>,
}

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
    /// As [`Store::order`]; within, when there are too many.
    pub async fn set_favourite(
        &self,
        now: Timestamp,
        actor: Actor,
        (owner, exten): (String, Exten),
        favourite: Favourite,
    ) -> Result<Result<(), Full>, StoreError> {
        self.order(now, actor, SetFavourite { owner, exten, favourite }).await
    }

    /// Notes something about an extension; an empty text takes the note away.
    ///
    /// # Errors
    /// As [`Store::order`]; within, when there are too many.
    pub async fn set_note(
        &self,
        now: Timestamp,
        actor: Actor,
        (owner, exten): (String, Exten),
        text: String,
    ) -> Result<Result<(), Full>, StoreError> {
        self.order(now, actor, SetNote { owner, exten, text }).await
    }
}
