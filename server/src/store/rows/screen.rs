//! Rows of screens.

use lampfield_shared::ScreenLink;
use rusqlite::Row;

use crate::store::column::timestamp;

/// A screen as the page shows it; its token is not told again.
pub(in crate::store) fn screen(row: &Row<'_>) -> rusqlite::Result<ScreenLink> {
    Ok(ScreenLink {
        id: row.get("id")?,
        name: row.get("name")?,
        board: row.get("board")?,
        created: timestamp(row.get("created")?),
        created_by: row.get("created_by")?,
        last_seen: row.get::<_, Option<i64>>("last_seen")?.map(timestamp),
    })
}
