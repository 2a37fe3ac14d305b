//! How values stand in the columns of the tables.

use lampfield_shared::account::OwnDnd;
use lampfield_shared::{Role, Timestamp};

/// Turns a failure to write JSON into the error of a statement: such a value cannot be kept.
pub(super) fn unwritable(error: serde_json::Error) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(Box::new(error))
}

/// A moment as a column has it. SQLite's numbers are signed.
pub(super) fn milliseconds(Timestamp(milliseconds): Timestamp) -> i64 {
    i64::try_from(milliseconds).unwrap_or(i64::MAX)
}

pub(super) fn timestamp(milliseconds: i64) -> Timestamp {
    Timestamp(milliseconds.try_into().unwrap_or(0))
}

/// Reads a role. The table allows only the words of roles; from any other word the lowest role is made.
pub(super) fn role(word: &str) -> Role {
    Role::from_word(word).unwrap_or(Role::Screen)
}

/// Reads the right to set "do not disturb" on one's own extension; from a word that the table does not allow, none.
pub(super) fn own_dnd(word: &str) -> OwnDnd {
    OwnDnd::from_word(word).unwrap_or_default()
}
