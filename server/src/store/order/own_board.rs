//! Changes of the boards that admins made.

use lampfield_shared::account::NoAccount;
use lampfield_shared::board::{self, MOST_BOARDS};
use lampfield_shared::{BoardName, Fact, OwnBoard, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, params};
use serde::{Deserialize, Serialize};

use super::audit::record;
use super::change::{Change, Verdict};
use crate::identity::Deed;
use crate::store::column::{milliseconds, timestamp, unwritable};
use crate::store::rows::own_board::all;
use crate::store::write::Write;

/// Why a board is not changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BoardRefusal {
    /// No board has this name, or none any more.
    #[error("there is no board `{0}`")]
    Unknown(BoardName),
    /// The board was to be new, and is there.
    #[error("a board `{0}` exists already")]
    Exists(BoardName),
    /// The change would undo another one that its author has not seen.
    #[error("{} has changed the board `{name}` meanwhile: load it, and change it again", in_words(by))]
    Outdated {
        /// Which board.
        name: BoardName,
        /// Account that changed it first.
        by: String,
    },
    /// Wall displays still show the board.
    #[error("the board `{name}` hangs on a wall: first revoke the screens {screens}")]
    Hangs {
        /// Which board.
        name: BoardName,
        /// Names of the screens.
        screens: String,
    },
    /// There are [`MOST_BOARDS`] already.
    #[error("there are {MOST_BOARDS} boards already")]
    Full,
}

/// An author, in a sentence.
fn in_words(by: &str) -> String {
    match NoAccount::read(by) {
        Some(NoAccount::Guest) => "somebody who is not logged in".into(),
        Some(_) | None => format!("`{by}`"),
    }
}

/// Makes a board or, where `wanted` was made from the one that is there, changes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct PutBoard {
    pub name: BoardName,
    /// `changed` in this is what the author saw of the board before: `None`, that there was none.
    pub wanted: board::PutBoard,
}

/// A board as it is kept, and all boards for who shows them.
pub(in crate::store) struct Boards {
    pub put: OwnBoard,
    pub all: Vec<OwnBoard>,
}

impl Change for PutBoard {
    type Done = Boards;
    type Refused = BoardRefusal;

    fn apply(&self, write: &Write<'_>) -> Verdict<Self> {
        let Self { name, wanted: board::PutBoard { title, groups, changed: seen } } = self;
        let before = changed(write, name)?;
        if let Some(refusal) = refusal(write, name, before.as_ref(), *seen)? {
            return Ok(Err(refusal));
        }
        let newest = before.map_or(write.at, |(before, _)| write.at.max(Timestamp(before.0 + 1)));
        let put = OwnBoard { name: name.clone(), title: title.clone(), groups: groups.clone(), changed: newest };
        let sql = "INSERT OR REPLACE INTO own_board (name, title, groups, changed, changed_by)
            VALUES (?1, ?2, ?3, ?4, ?5)";
        let json = serde_json::to_string(groups).map_err(unwritable)?;
        write.execute(sql, params![name.as_str(), title, json, milliseconds(newest), write.by.who])?;
        let action = if seen.is_some() { "board.edit" } else { "board.create" };
        let extensions = Fact::Extensions(put.extens().count().try_into().unwrap_or(u64::MAX));
        record(write, &Deed::done(action, name.as_str()).with([Fact::Title(title.clone()), extensions]))?;
        Ok(Ok(Boards { put, all: all(write)? }))
    }
}

/// Takes a board away, unless a wall display shows it. The answer has the boards that are left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct RemoveBoard {
    pub name: BoardName,
}

impl Change for RemoveBoard {
    type Done = Vec<OwnBoard>;
    type Refused = BoardRefusal;

    fn apply(&self, write: &Write<'_>) -> Verdict<Self> {
        let name = &self.name;
        if changed(write, name)?.is_none() {
            return Ok(Err(BoardRefusal::Unknown(name.clone())));
        }
        let screens = screens(write, name)?;
        if !screens.is_empty() {
            return Ok(Err(BoardRefusal::Hangs { name: name.clone(), screens: screens.join(", ") }));
        }
        write.execute("DELETE FROM own_board WHERE name = ?1", [name.as_str()])?;
        record(write, &Deed::done("board.delete", name.as_str()))?;
        Ok(Ok(all(write)?))
    }
}

/// Why a board that was made from the state of `seen` may not take the place of what is there.
fn refusal(
    connection: &Connection,
    name: &BoardName,
    before: Option<&(Timestamp, String)>,
    seen: Option<Timestamp>,
) -> rusqlite::Result<Option<BoardRefusal>> {
    let name = name.clone();
    Ok(match (before, seen) {
        (None, Some(_)) => Some(BoardRefusal::Unknown(name)),
        (Some(_), None) => Some(BoardRefusal::Exists(name)),
        (Some((newest, by)), Some(seen)) => (*newest != seen).then(|| BoardRefusal::Outdated { name, by: by.clone() }),
        (None, None) => {
            let count: u32 = connection.query_row("SELECT count(*) FROM own_board", [], |row| row.get(0))?;
            (count as usize >= MOST_BOARDS).then_some(BoardRefusal::Full)
        }
    })
}

/// When a board was last changed, and who changed it.
fn changed(connection: &Connection, name: &BoardName) -> rusqlite::Result<Option<(Timestamp, String)>> {
    let sql = "SELECT changed, changed_by FROM own_board WHERE name = ?1";
    connection.query_row(sql, [name.as_str()], |row| Ok((timestamp(row.get(0)?), row.get(1)?))).optional()
}

/// Names of the screens whose link leads to a board. Compared here, for SQLite knows no lower case beyond ASCII.
fn screens(connection: &Connection, board: &BoardName) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare_cached("SELECT name, board FROM screen ORDER BY id")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let all: Vec<(String, String)> = rows.collect::<rusqlite::Result<_>>()?;
    let own = all.into_iter().filter(|(_, shown)| shown.to_lowercase() == board.as_str());
    Ok(own.map(|(name, _)| format!("`{name}`")).collect())
}
