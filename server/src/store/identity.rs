//! Our entity id: generated once, and kept.

use lampfield_shared::Eid;
use rusqlite::{Connection, OptionalExtension as _};

/// Who this server is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Identity {
    pub eid: Eid,
}

/// The identity that is kept; a new one where there is none yet.
pub(super) fn establish(connection: &Connection) -> rusqlite::Result<Identity> {
    if let Some(eid) = kept(connection)? {
        return Ok(Identity { eid });
    }
    // A command may do the same beside a server that starts: whose is there first counts for both.
    connection.execute("INSERT OR IGNORE INTO identity (id, eid) VALUES (1, ?1)", [random_eid().to_string()])?;
    kept(connection)?.map(|eid| Identity { eid }).ok_or(rusqlite::Error::QueryReturnedNoRows)
}

/// The entity id that is kept, if one is.
pub(super) fn kept(connection: &Connection) -> rusqlite::Result<Option<Eid>> {
    eid(connection, "SELECT eid FROM identity")
}

/// The entity id that a query finds.
pub(super) fn eid(connection: &Connection, query: &str) -> rusqlite::Result<Option<Eid>> {
    let text: Option<String> = connection.query_row(query, [], |row| row.get(0)).optional()?;
    text.map(|text| {
        text.parse()
            .map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error)))
    })
    .transpose()
}

/// An entity id of our own: locally administered, so that no network card has it.
fn random_eid() -> Eid {
    let mut bytes: [u8; 6] = rand::random();
    bytes[0] = 0x02;
    Eid::from_bytes(bytes)
}
