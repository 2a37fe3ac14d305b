//! Screens: wall displays that come by a link, look at one board, and can be sent away.

use lampfield_shared::{Fact, ScreenLink, Timestamp};
use rusqlite::{OptionalExtension as _, Row, params};

use super::audit::{Actor, Deed, record};
use super::column::{milliseconds, timestamp};
use super::sessions::Token;
use super::{Store, StoreError};

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
        let link = link.hash();
        let sql = "SELECT board FROM screen WHERE token = ?1";
        self.read(move |connection| connection.prepare_cached(sql)?.query_row([link], |row| row.get(0)).optional())
            .await
    }

    /// Makes a screen; the token of its link is told only now.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn create_screen(
        &self,
        now: Timestamp,
        actor: Actor,
        name: String,
        board: String,
    ) -> Result<(ScreenLink, Token), StoreError> {
        let token = Token::new();
        let hash = token.hash();
        let made = self
            .write(now, actor.proof.clone(), move |write| {
                let sql = "INSERT INTO screen (name, board, token, created, created_by) VALUES (?1, ?2, ?3, ?4, ?5)
                    RETURNING *";
                let values = params![name, board, hash, milliseconds(now), actor.who];
                let made = write.query_row(sql, values, screen)?;
                let deed = Deed::done("screen.create", name.as_str()).with([Fact::Board(board.as_str().to_owned())]);
                record(write, now, &actor, &deed)?;
                Ok(made)
            })
            .await?;
        Ok((made, token))
    }

    /// Revokes a screen and ends its sessions. Tells whether there was one.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn remove_screen(&self, now: Timestamp, actor: Actor, id: i64) -> Result<bool, StoreError> {
        let tell = self.tell_sessions();
        self.write(now, actor.proof.clone(), move |write| {
            let sql = "DELETE FROM screen WHERE id = ?1 RETURNING name";
            let Some(name) = write.query_row(sql, [id], |row| row.get::<_, String>(0)).optional()? else {
                return Ok(false);
            };
            record(write, now, &actor, &Deed::done("screen.revoke", name))?;
            write.then(tell);
            Ok(true)
        })
        .await
    }
}

fn screen(row: &Row<'_>) -> rusqlite::Result<ScreenLink> {
    Ok(ScreenLink {
        id: row.get("id")?,
        name: row.get("name")?,
        board: row.get("board")?,
        created: timestamp(row.get("created")?),
        created_by: row.get("created_by")?,
        last_seen: row.get::<_, Option<i64>>("last_seen")?.map(timestamp),
    })
}
