//! Changes of screens: the links by which wall displays come.

use std::convert::Infallible;

use lampfield_shared::{Fact, ScreenLink};
use rusqlite::{OptionalExtension as _, params};
use serde::{Deserialize, Serialize};

use super::audit::record;
use super::change::{Change, Verdict};
use crate::identity::{Deed, TokenHash};
use crate::store::column::milliseconds;
use crate::store::rows::screen::screen;
use crate::store::write::Write;

/// Makes a screen with a link of this token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct CreateScreen {
    pub name: String,
    pub board: String,
    pub token: TokenHash,
}

impl Change for CreateScreen {
    type Done = ScreenLink;
    type Refused = Infallible;

    fn apply(&self, write: &Write<'_>) -> Verdict<Self> {
        let sql =
            "INSERT INTO screen (name, board, token, created, created_by) VALUES (?1, ?2, ?3, ?4, ?5) RETURNING *";
        let values = params![self.name, self.board, self.token.as_bytes(), milliseconds(write.at), write.by.who];
        let made = write.query_row(sql, values, screen)?;
        record(write, &Deed::done("screen.create", self.name.as_str()).with([Fact::Board(self.board.clone())]))?;
        Ok(Ok(made))
    }
}

/// Revokes a screen and ends its sessions. The answer tells whether there was such a screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct RemoveScreen {
    pub id: i64,
}

impl Change for RemoveScreen {
    type Done = bool;
    type Refused = Infallible;

    fn apply(&self, write: &Write<'_>) -> Verdict<Self> {
        let sql = "DELETE FROM screen WHERE id = ?1 RETURNING name";
        let Some(name) = write.query_row(sql, [self.id], |row| row.get::<_, String>(0)).optional()? else {
            return Ok(Ok(false));
        };
        record(write, &Deed::done("screen.revoke", name))?;
        write.end_sessions();
        Ok(Ok(true))
    }
}
