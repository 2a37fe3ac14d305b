//! Rows of "do not disturb" that was set here, and of lamps that were withdrawn.

use lampfield_shared::{DndKind, Exten, SiteName, Timestamp};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, Row};
use serde::{Deserialize, Serialize};

use crate::store::column::timestamp;

/// A DND of one kind for one extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DndRecord {
    /// For which extension.
    pub exten: Exten,
    /// Lamp alone, or blocked calls.
    pub kind: DndKind,
    /// Whether the DND is on.
    pub state: DndState,
    /// The PBX that blocks the calls; with [`DndKind::Calls`] alone.
    pub node: Option<SiteName>,
    /// When the DND was set, or withdrawn: tells it from any other.
    pub since: Timestamp,
    /// When it ends by itself.
    pub until: Option<Timestamp>,
    /// Reason that was given.
    pub reason: Option<String>,
    /// Account that set it.
    pub by: Option<String>,
}

/// How far a DND has come; see `0003_dnd.sql`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DndState {
    /// The DND is on.
    On,
    /// Our lamp was withdrawn: peers that still show it are told so.
    Off,
    /// The PBX was about to be told to block calls; nobody knows yet whether it was.
    Beginning,
    /// The PBX was about to be told to let calls through; nobody knows yet whether it was.
    Ending,
}

impl DndRecord {
    /// Whether the outcome of the order at the PBX is not known.
    pub const fn is_open(&self) -> bool {
        matches!(self.state, DndState::Beginning | DndState::Ending)
    }
}

/// Every DND, in the order of the extensions.
pub(in crate::store) fn all(connection: &Connection) -> rusqlite::Result<Vec<DndRecord>> {
    connection.prepare_cached("SELECT * FROM dnd ORDER BY exten, kind")?.query_map([], read)?.collect()
}

/// All lamps that were ever told, lit or withdrawn.
pub(in crate::store) fn lamps(connection: &Connection) -> rusqlite::Result<Vec<DndRecord>> {
    let mut statement = connection.prepare("SELECT * FROM dnd WHERE kind = 'lamp'")?;
    statement.query_map([], read)?.collect()
}

/// Reads a row.
pub(in crate::store) fn read(row: &Row<'_>) -> rusqlite::Result<DndRecord> {
    let text = |name: &str| row.get::<_, Option<String>>(name);
    let Kind(kind) = row.get("kind")?;
    Ok(DndRecord {
        exten: row.get::<_, String>("exten")?.into(),
        kind,
        state: row.get("state")?,
        node: text("node")?.map(SiteName::from),
        since: timestamp(row.get("since")?),
        until: row.get::<_, Option<i64>>("until")?.map(timestamp),
        reason: text("reason")?,
        by: text("by")?,
    })
}

struct Kind(DndKind);

impl FromSql for Kind {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let word = value.as_str()?;
        DndKind::ALL.into_iter().find(|kind| kind.as_str() == word).map(Self).ok_or(FromSqlError::InvalidType)
    }
}

impl DndState {
    const ALL: [Self; 4] = [Self::On, Self::Off, Self::Beginning, Self::Ending];

    const fn as_str(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Off => "off",
            Self::Beginning => "beginning",
            Self::Ending => "ending",
        }
    }
}

impl FromSql for DndState {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let word = value.as_str()?;
        Self::ALL.into_iter().find(|state| state.as_str() == word).ok_or(FromSqlError::InvalidType)
    }
}

impl ToSql for DndState {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.as_str().into())
    }
}
