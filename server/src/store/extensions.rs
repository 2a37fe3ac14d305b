//! What admins call extensions in the place of the configuration.

use lampfield_shared::{Exten, Timestamp};
use rusqlite::{Connection, params};

use super::audit::{Actor, Deed, record};
use super::{Store, StoreError};
use crate::board::Edited;

impl Store {
    /// All that was edited.
    ///
    /// # Errors
    /// As [`Store::run`].
    pub async fn edited_extensions(&self) -> Result<Vec<(Exten, Edited)>, StoreError> {
        self.run(|connection| {
            let mut statement =
                connection.prepare_cached("SELECT exten, name, \"group\", site FROM extension ORDER BY exten")?;
            let read = |row: &rusqlite::Row<'_>| {
                let edited = Edited { name: row.get(1)?, group: row.get(2)?, site: row.get(3)? };
                Ok((Exten::from(row.get::<_, String>(0)?), edited))
            };
            statement.query_map([], read)?.collect()
        })
        .await
    }

    /// Keeps edits, all or none, with one entry in the record.
    ///
    /// # Errors
    /// As [`Store::run`].
    pub async fn edit_extensions(
        &self,
        now: Timestamp,
        actor: Actor,
        edits: Vec<(Exten, Edited)>,
        deed: Deed,
    ) -> Result<(), StoreError> {
        self.run(move |connection| {
            let transaction = connection.transaction()?;
            for (exten, edited) in &edits {
                keep(&transaction, exten, edited)?;
            }
            record(&transaction, now, &actor, &deed)?;
            transaction.commit()
        })
        .await
    }
}

fn keep(connection: &Connection, exten: &Exten, edited: &Edited) -> rusqlite::Result<()> {
    if edited.is_empty() {
        connection.prepare_cached("DELETE FROM extension WHERE exten = ?1")?.execute([exten.as_str()])?;
    } else {
        connection
            .prepare_cached("INSERT OR REPLACE INTO extension (exten, name, \"group\", site) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![exten.as_str(), edited.name, edited.group, edited.site])?;
    }
    Ok(())
}
