//! Screens: wall displays that come by a link, look at one board, and can be sent away.

use lampfield_shared::{ScreenLink, Timestamp};
use rusqlite::OptionalExtension as _;

use super::order::{CreateScreen, RemoveScreen};
use super::rows::screen::screen;
use super::{Store, StoreError};
use crate::identity::{Actor, Token};

impl Store {
    /// Every screen, the oldest first.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn screens(&self) -> Result<Vec<ScreenLink>, StoreError> {
        self.read(|connection| {
            connection.prepare_cached("SELECT * FROM screen ORDER BY id")?.query_map([], screen)?.collect()
        })
        .await
    }

    /// The board of a screen's link; `None` when there is no such screen (any more).
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn screen_board(&self, link: &Token) -> Result<Option<String>, StoreError> {
        let (sql, link) = ("SELECT board FROM screen WHERE token = ?1", link.hash());
        let board = move |connection: &rusqlite::Connection| {
            connection.prepare_cached(sql)?.query_row([link.as_bytes()], |row| row.get(0)).optional()
        };
        self.read(board).await
    }

    /// Makes a screen; the token of its link is told only now.
    ///
    /// # Errors
    /// As [`Store::order`].
    pub async fn create_screen(
        &self,
        now: Timestamp,
        actor: Actor,
        name: String,
        board: String,
    ) -> Result<(ScreenLink, Token), StoreError> {
        let token = Token::new();
        let Ok(made) = self.order(now, actor, CreateScreen { name, board, token: token.hash() }).await?;
        Ok((made, token))
    }

    /// Revokes a screen and ends its sessions. Tells whether there was one.
    ///
    /// # Errors
    /// As [`Store::order`].
    pub async fn remove_screen(&self, now: Timestamp, actor: Actor, id: i64) -> Result<bool, StoreError> {
        let Ok(was_there) = self.order(now, actor, RemoveScreen { id }).await?;
        Ok(was_there)
    }
}
