//! What admins call extensions in the place of the configuration.

use lampfield_shared::{Exten, Timestamp};
use rusqlite::{Connection, Row};

use super::order::NameExtensions;
use super::{Store, StoreError};
use crate::board::Edited;
use crate::identity::{Actor, Deed};

impl Store {
    /// All edits of names, by extension.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn edited_namings(&self) -> Result<Vec<(Exten, Edited)>, StoreError> {
        self.read(all).await
    }

    /// Keeps edits of names, all or none, with one entry in the audit log. Then `tell`.
    ///
    /// # Errors
    /// As [`Store::order`].
    pub async fn name_extensions(
        &self,
        now: Timestamp,
        actor: Actor,
        edits: Vec<(Exten, Edited)>,
        deed: Deed,
        tell: impl FnOnce() + Send + 'static,
    ) -> Result<(), StoreError> {
        let Ok(()) = self.order_then(now, actor, NameExtensions { edits, deed }, |()| tell()).await?;
        Ok(())
    }
}

/// All edits of names, by extension.
pub(super) fn all(connection: &Connection) -> rusqlite::Result<Vec<(Exten, Edited)>> {
    let sql = "SELECT exten, name, \"group\", site FROM extension ORDER BY exten";
    let read = |row: &Row<'_>| {
        let edited = Edited { name: row.get(1)?, group: row.get(2)?, site: row.get(3)? };
        Ok((Exten::from(row.get::<_, String>(0)?), edited))
    };
    connection.prepare_cached(sql)?.query_map([], read)?.collect()
}
