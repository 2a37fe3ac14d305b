//! The widths of texts in the wall's own font.

use lampfield_shared::LampState;
use lampfield_words::Language;
use leptos::prelude::{StoredValue, WithValue};

use super::fit::{SMALL, Weight};
use crate::browser;

/// The size at which texts are measured, in pixels: so large that rounding does not count. (It stands in the fonts as well:
/// code that formats fractions would make the program a tenth larger.)
const SIZE: f64 = 100.0;
/// The width of a shape with the gap behind it, in em: `style/wall.css` draws it so.
pub(super) const SHAPE: f64 = 1.08;
/// The least width of a shape, in pixels: smaller ones are not told apart.
pub(super) const LEAST_SHAPE: f64 = 20.0;
/// The width of the mark that "do not disturb" is on beside the state, with its gap.
pub(super) const BESIDE: f64 = 0.85;

/// The font of the wall, in its two weights.
#[derive(Clone, Copy)]
pub(super) struct Lettering {
    fonts: StoredValue<[String; 2]>,
}

impl Lettering {
    /// The lettering of the page as it is styled now.
    pub(super) fn new() -> Self {
        let family = browser::font_family();
        Self { fonts: StoredValue::new([format!("700 100px {family}"), format!("400 100px {family}")]) }
    }

    /// The width of a text in em.
    pub(super) fn width(self, weight: Weight, text: &str) -> f64 {
        self.fonts.with_value(|[strong, quiet]| {
            let font = if weight == Weight::Strong { strong } else { quiet };
            browser::text_width(font, text) / SIZE
        })
    }

    /// The width of a small text in em of the large letters.
    pub(super) fn small(self, text: &str) -> f64 {
        SMALL * self.width(Weight::Quiet, text)
    }

    /// The width of the longest line of a state, live or not: every one has to stand whole.
    pub(super) fn states(self, language: Language) -> f64 {
        let (words, wall) = (language.words(), language.words().wall());
        let texts = LampState::ALL.into_iter().flat_map(|state| {
            let live = if state == LampState::Dnd { wall.dnd } else { (words.state_short)(state) };
            [live, (words.was)(state)]
        });
        SHAPE + texts.map(|text| self.small(text)).fold(0.0, f64::max)
    }
}
