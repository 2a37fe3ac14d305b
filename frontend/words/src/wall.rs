//! What only a wall display says. The words for states and ages are everybody's.

use crate::Age;

/// Every text of the wall, beside those of [`Words`](super::Words).
pub struct WallWords {
    /// The curtain, in large letters.
    pub stale: &'static str,
    /// When the server was last heard, by the time of day.
    pub last_update: fn(&str) -> String,
    /// It was never heard.
    pub no_update: &'static str,
    /// What is done about it.
    pub waiting: &'static str,
    /// The link of this screen was revoked.
    pub token_end: &'static str,
    /// The address names a board that there is not.
    pub no_board: fn(&str) -> String,
    /// The lamps that ring, on every page.
    pub ringing: &'static str,
    /// None does.
    pub none_rings: &'static str,
    /// "and 3 more"
    pub more: fn(usize) -> String,
    /// "Page 2 of 5"
    pub page: fn(usize, usize) -> String,
    /// A state that was true once; it comes in small letters.
    pub was: fn(&str) -> String,
    /// "12 min ago", from "12 min"
    pub ago: fn(Age) -> String,
    /// What moves at every sign of life.
    pub heartbeat: &'static str,
}
