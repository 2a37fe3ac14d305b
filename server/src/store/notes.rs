//! What each keeps for themselves: favourites, notes, and how they want the page to be.
//!
//! The owner is an account's name; the empty name is whoever is not logged in where the board is open. These choose in
//! their browser how the page is.

use std::collections::BTreeMap;

use lampfield_shared::{Exten, Timestamp};
use rusqlite::Row;

use super::order::{ArrangeFavourites, SetChoices, SetFavourite, SetNote};
pub use super::order::{Favourite, Full, TooManyChoices};
use super::{Store, StoreError};
use crate::identity::Actor;

/// What an owner keeps.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Own {
    /// In the owner's order.
    pub favourites: Vec<Exten>,
    /// Notes by extension.
    pub notes: BTreeMap<Exten, String>,
    /// Values of choices by their names.
    pub choices: BTreeMap<String, String>,
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
            let choices = connection
                .prepare_cached(
                    "SELECT choice.name, value FROM choice JOIN account ON account.id = account WHERE account.name = ?1",
                )?
                .query_map([&owner], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<rusqlite::Result<_>>()?;
            Ok(Own { favourites, notes, choices })
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

    /// Puts the favourites in order: those named first, as they are named, the others after them as they were.
    ///
    /// # Errors
    /// As [`Store::order`].
    pub async fn arrange_favourites(
        &self,
        now: Timestamp,
        actor: Actor,
        owner: String,
        extens: Vec<Exten>,
    ) -> Result<(), StoreError> {
        let Ok(()) = self.order(now, actor, ArrangeFavourites { owner, extens }).await?;
        Ok(())
    }

    /// Changes how an account wants the page to be; `None` takes a choice back.
    ///
    /// # Errors
    /// As [`Store::order`]; within, when there are too many.
    pub async fn set_choices(
        &self,
        now: Timestamp,
        actor: Actor,
        account: i64,
        choices: BTreeMap<String, Option<String>>,
    ) -> Result<Result<(), TooManyChoices>, StoreError> {
        self.order(now, actor, SetChoices { account, choices }).await
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
