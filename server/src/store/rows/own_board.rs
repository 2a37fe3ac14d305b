//! Rows of the boards that admins made.

use lampfield_shared::OwnBoard;
use rusqlite::types::Type;
use rusqlite::{Connection, Row};

use crate::store::column::timestamp;

/// All boards, by title.
pub(in crate::store) fn all(connection: &Connection) -> rusqlite::Result<Vec<OwnBoard>> {
    let mut statement = connection.prepare_cached("SELECT name, title, groups, changed FROM own_board")?;
    let mut boards: Vec<OwnBoard> = statement.query_map([], board)?.collect::<rusqlite::Result<_>>()?;
    boards.sort_by_cached_key(|board| (board.title.to_lowercase(), board.name.clone()));
    Ok(boards)
}

fn board(row: &Row<'_>) -> rusqlite::Result<OwnBoard> {
    let groups: String = row.get("groups")?;
    let unreadable = |error| rusqlite::Error::FromSqlConversionFailure(2, Type::Text, Box::new(error));
    Ok(OwnBoard {
        name: row.get::<_, String>("name")?.into(),
        title: row.get("title")?,
        groups: serde_json::from_str(&groups).map_err(unreadable)?,
        changed: timestamp(row.get("changed")?),
    })
}
