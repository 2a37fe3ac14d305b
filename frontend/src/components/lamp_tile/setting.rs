//! What the tiles of the board have in common.

use lampfield_shared::Timestamp;
use lampfield_words::Language;

use crate::browser;
use crate::grid::names::shortest;
use crate::state::{Desk, css_font};

/// The inputs of a tile's look beside its lamp.
#[derive(Clone, PartialEq)]
pub(crate) struct Setting {
    pub(super) language: Language,
    /// When the stream was last heard, if it is lost.
    pub(super) lost: Option<Timestamp>,
    /// The running minute, to count ages against.
    pub(super) minute: Timestamp,
    /// The room for a name, in px, and its font as CSS writes it.
    name: (f64, String),
    /// Whether a tile has room for seconds.
    pub(super) has_seconds: bool,
}

impl Setting {
    /// The setting of now. Reactive.
    pub(crate) fn of(desk: Desk) -> Self {
        let fit = desk.fitting().fit.get();
        Self {
            language: desk.choices.language(),
            lost: desk.connection.lost(),
            minute: desk.clock.minute(),
            name: (fit.name, css_font(fit.font(), &browser::font_family())),
            has_seconds: fit.has_second_line(),
        }
    }

    /// The longest form of a name that has room.
    pub(super) fn name(&self, name: &str) -> String {
        let (room, font) = &self.name;
        shortest(name, *room, |text| browser::text_width(font, text))
    }
}
