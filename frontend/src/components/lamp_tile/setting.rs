//! What the tiles of the board have in common.

use lampfield_shared::Timestamp;
use lampfield_words::Language;

use crate::state::Desk;

/// The inputs of a tile's look beside its lamp.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Setting {
    pub(super) language: Language,
    /// When the stream was last heard, if it is lost.
    pub(super) lost: Option<Timestamp>,
    /// The running minute, to count ages against.
    pub(super) minute: Timestamp,
}

impl Setting {
    /// The setting of now. Reactive.
    pub(crate) fn of(desk: Desk) -> Self {
        Self { language: desk.choices.language(), lost: desk.connection.lost(), minute: desk.clock.minute() }
    }
}
