//! Our entity id: generated once, and kept.

use lampfield_shared::Eid;
use rusqlite::{Connection, OptionalExtension as _};

use super::Store;

/// Who this server is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Identity {
    pub eid: Eid,
}

impl Store {
    /// The entity id that was generated when this database was made.
    pub fn eid(&self) -> Eid {
        self.shared.identity.eid
    }
}

/// The identity that is kept; a new one where there is none yet.
pub(super) fn establish(connection: &mut Connection) -> rusqlite::Result<Identity> {
    if let Some(eid) = kept(connection)? {
        return Ok(Identity { eid });
    }
    let eid = random_eid();
    connection.execute("INSERT INTO identity (id, eid) VALUES (1, ?1)", [eid.to_string()])?;
    Ok(Identity { eid })
}

/// The entity id that is kept, if one is.
pub(super) fn kept(connection: &Connection) -> rusqlite::Result<Option<Eid>> {
    let text: Option<String> = connection.query_row("SELECT eid FROM identity", [], |row| row.get(0)).optional()?;
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
