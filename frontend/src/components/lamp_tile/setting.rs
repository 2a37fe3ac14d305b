//! What all tiles of the board have in common.

use lampfield_shared::Timestamp;
use lampfield_words::Language;

use crate::state::Desk;

/// All that the look of a tile depends on beside its lamp.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Setting {
    pub(super) language: Language,
    /// When a stream that is lost now was last heard.
    pub(super) lost: Option<Timestamp>,
    /// What ages are counted against.
    pub(super) minute: Timestamp,
}

impl Setting {
    /// As it is now. Reactive.
    pub(crate) fn of(desk: Desk) -> Self {
        Self { language: desk.choices.language(), lost: desk.connection.lost(), minute: desk.clock.minute() }
    }
}
