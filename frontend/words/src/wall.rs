//! The texts of a wall display. It shares the words for states and ages.

use lampfield_shared::DndKind;

use crate::Age;

/// The texts of a wall display, beside those of [`Words`](super::Words).
pub struct WallWords {
    /// The curtain's word, in large letters.
    pub stale: &'static str,
    /// On the curtain: when the server was last heard.
    pub last_update: fn(&str) -> String,
    /// On the curtain: the server was never heard.
    pub no_update: &'static str,
    /// On the curtain: the display keeps trying.
    pub waiting: &'static str,
    /// The link of this display was revoked.
    pub token_end: &'static str,
    /// The address names a board that does not exist.
    pub no_board: fn(&str) -> String,
    /// Label of the ringing lamps, which every page shows.
    pub ringing: &'static str,
    /// No lamp rings.
    pub none_rings: &'static str,
    /// "and 3 more"
    pub more: fn(usize) -> String,
    /// "Page 2 of 5"
    pub page: fn(usize, usize) -> String,
    /// "was DND, lamp only"
    pub was_dnd: fn(DndKind) -> &'static str,
    /// "Do not disturb" where room is scarce.
    pub dnd: &'static str,
    /// "until 18:00": when a "do not disturb" ends.
    pub until: fn(&str) -> String,
    /// "12 min ago", from "12 min"
    pub ago: fn(Age) -> String,
    /// "13 free of 20": under the title of a site.
    pub free_of: fn(u32, usize) -> String,
    /// "no data since 13:58": under the title of a silent site.
    pub no_data_since: fn(&str) -> String,
    /// Under the title of a site that was never heard.
    pub no_data_yet: &'static str,
    /// Title of the dot that beats with the server's signs of life.
    pub heartbeat: &'static str,
}
