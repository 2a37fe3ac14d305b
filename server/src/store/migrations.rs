//! Migrations of the tables, step by step. SQLite's `user_version` counts the steps that a file has taken.

use rusqlite::{Connection, TransactionBehavior};

/// Every step, in order. A step that was released is never changed: a later change of the tables is a new step.
const STEPS: [&str; 9] = [
    include_str!("migrations/0001_identity.sql"),
    include_str!("migrations/0002_accounts.sql"),
    include_str!("migrations/0003_dnd.sql"),
    include_str!("migrations/0004_board.sql"),
    include_str!("migrations/0005_pause.sql"),
    include_str!("migrations/0006_extensions.sql"),
    include_str!("migrations/0007_spoken_as.sql"),
    include_str!("migrations/0008_own_boards.sql"),
    include_str!("migrations/0009_own_extension.sql"),
];

/// Schema version that this program knows.
#[expect(clippy::cast_possible_truncation, reason = "there will never be so many steps")]
pub(super) const VERSION: u32 = STEPS.len() as u32;

/// Schema version of a file: the number of migrations applied.
pub(super) fn version(connection: &Connection) -> rusqlite::Result<u32> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Applies the migrations that are missing, all or none.
pub(super) fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    // A full disk would refuse even an empty transaction, and most starts have nothing to migrate.
    if version(connection)? == VERSION {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for step in STEPS.iter().skip(version(&transaction)? as usize) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()
}

/// Makes the tables as a former version did.
#[cfg(test)]
pub(super) fn make_as_of(connection: &Connection, version: u32) {
    for step in STEPS.iter().take(version as usize) {
        connection.execute_batch(step).unwrap();
    }
    connection.pragma_update(None, "user_version", version).unwrap();
}
