//! What admins call extensions in the place of the configuration.

use lampfield_shared::{Exten, Timestamp};
use rusqlite::{Connection, Row, params};

use super::audit::{Actor, Deed, record};
use super::database::Write;
use super::{Store, StoreError};
use crate::board::Edited;

impl Store {
    /// All that was edited.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn edited_extensions(&self) -> Result<Vec<(Exten, Edited)>, StoreError> {
        self.read(all).await
    }

    /// Keeps edits, all or none, with one entry in the record. Then `tell`.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn edit_extensions(
        &self,
        now: Timestamp,
        actor: Actor,
        edits: Vec<(Exten, Edited)>,
        deed: Deed,
        tell: impl FnOnce() + Send + 'static,
    ) -> Result<(), StoreError> {
        self.write(now, actor.proof.clone(), move |write| {
            for (exten, edited) in &edits {
                keep(write, exten, edited)?;
            }
            record(write, now, &actor, &deed)?;
            write.then(tell);
            Ok(())
        })
        .await
    }
}

/// All that was edited.
pub(super) fn all(connection: &Connection) -> rusqlite::Result<Vec<(Exten, Edited)>> {
    let sql = "SELECT exten, name, \"group\", site FROM extension ORDER BY exten";
    let read = |row: &Row<'_>| {
        let edited = Edited { name: row.get(1)?, group: row.get(2)?, site: row.get(3)? };
        Ok((Exten::from(row.get::<_, String>(0)?), edited))
    };
    connection.prepare_cached(sql)?.query_map([], read)?.collect()
}

fn keep(write: &Write<'_>, exten: &Exten, edited: &Edited) -> rusqlite::Result<()> {
    if edited.is_empty() {
        write.prepare_cached("DELETE FROM extension WHERE exten = ?1")?.execute([exten.as_str()])?;
    } else {
        write
            .prepare_cached("INSERT OR REPLACE INTO extension (exten, name, \"group\", site) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![exten.as_str(), edited.name, edited.group, edited.site])?;
    }
    Ok(())
}
