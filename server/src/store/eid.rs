//! Our entity id: generated once, and kept.

use lampfield_shared::{Eid, Timestamp};
use rusqlite::{Connection, OptionalExtension as _};

use super::error::StoreError;
use super::order::{BearEid, Order, apply_all};
use crate::identity::Actor;

/// The entity id that is kept; a new one where there is none yet.
pub(super) fn establish(connection: &mut Connection) -> Result<Eid, StoreError> {
    if let Some(eid) = kept(connection)? {
        return Ok(eid);
    }
    let bear = Order::new(Timestamp::default(), Actor::program("lampfield"), BearEid { eid: random_eid() });
    apply_all(connection, &[bear])?;
    Ok(kept(connection)?.ok_or(rusqlite::Error::QueryReturnedNoRows)?)
}

/// The entity id that is kept, if one is.
pub(super) fn kept(connection: &Connection) -> rusqlite::Result<Option<Eid>> {
    read(connection, "SELECT eid FROM identity")
}

/// The entity id that a query finds.
pub(super) fn read(connection: &Connection, query: &str) -> rusqlite::Result<Option<Eid>> {
    let text: Option<String> = connection.query_row(query, [], |row| row.get(0)).optional()?;
    text.map(|text| {
        text.parse()
            .map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error)))
    })
    .transpose()
}

/// Draws an entity id: a locally administered address, so that no network card has the same.
fn random_eid() -> Eid {
    let mut bytes: [u8; 6] = rand::random();
    bytes[0] = 0x02;
    Eid::from_bytes(bytes)
}
