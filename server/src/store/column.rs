//! How values stand in the columns of the tables.

use lampfield_shared::{Role, Timestamp};

/// What cannot be written as JSON cannot be kept.
pub(super) fn unwritable(error: serde_json::Error) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(Box::new(error))
}

/// SQLite's numbers are signed.
pub(super) fn milliseconds(Timestamp(milliseconds): Timestamp) -> i64 {
    i64::try_from(milliseconds).unwrap_or(i64::MAX)
}

pub(super) fn timestamp(milliseconds: i64) -> Timestamp {
    Timestamp(milliseconds.try_into().unwrap_or(0))
}

/// The table knows only the words of roles; of another one, the least is made.
pub(super) fn role(word: &str) -> Role {
    Role::from_word(word).unwrap_or(Role::Screen)
}
