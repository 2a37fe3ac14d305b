//! The tile of a lamp on a wall display: shape, number, name, state in words. Callers are not shown: a wall is public.

use lampfield_shared::{Dnd, Freshness, Lamp, Timestamp};
use lampfield_words::{Age, Beside, Language, Look, in_sentence};
use leptos::prelude::*;
use web_sys::Element;

use super::hanging::Hanging;
use crate::drawn::{Drawn, Face, keep};
use crate::live::Connection;
use crate::look::Bearing;
use crate::state::Cell;

/// The inputs of a tile's look beside its lamp.
#[derive(Clone, Copy)]
pub(super) struct Setting {
    /// The state of the display, for time and language.
    pub(super) hanging: Hanging,
    /// The state of the stream.
    pub(super) connection: Connection,
}

/// A tile of the wall display.
#[component]
pub(super) fn Tile(
    /// The lamp; it bears no marks here.
    cell: ArcRwSignal<Cell>,
    /// The other inputs of its look.
    setting: Setting,
) -> impl IntoView {
    let Setting { hanging, connection } = setting;
    let draw = move |tile: Element| {
        let cell = cell.clone();
        keep(RenderEffect::new(move |drawn: Option<Drawn<Hung>>| {
            let (lost, minute) = (connection.lost(), hanging.clock.minute());
            let face = cell.with(|cell| Hung::of(&cell.lamp, lost, minute, hanging.language));
            Drawn::draw(drawn, &tile, face)
        }));
    };
    view! { <li class="hung" use:draw></li> }
}

/// The face of a tile.
struct Hung {
    bearing: Bearing,
    name: Option<String>,
    beside: Beside,
    shape: String,
    word: String,
    age: Option<String>,
}

impl Hung {
    fn of(lamp: &Lamp, lost: Option<Timestamp>, now: Timestamp, language: Language) -> Self {
        let look = Look::of(lamp, lost);
        let (word, age) = line(look, now, language);
        Self {
            bearing: Bearing::of("hung", lamp, look),
            name: lamp.name.clone(),
            beside: look.dnd,
            shape: look.shape(),
            word,
            age,
        }
    }
}

impl Face for Hung {
    const INSIDE: &'static str = "<svg class='lamp__shape hung__shape' aria-hidden='true'><use></use></svg>\
        <span class='hung__who'><b class='hung__exten'>-</b> <span class='hung__name'>-</span></span>\
        <span class='hung__what'><span class='hung__word'>-</span> <span class='hung__age'>-</span>\
        <svg class='lamp__dnd hung__dnd hung__dnd--on' aria-hidden='true'><use href='#lamp-dnd'></use></svg>\
        <svg class='lamp__dnd hung__dnd hung__dnd--unsure' aria-hidden='true'><use href='#lamp-no_data'></use></svg>\
        </span>";
    const TEXTS: &'static [&'static str] = &[".hung__exten", ".hung__name", ".hung__word", ".hung__age"];

    fn attributes(&self) -> impl Iterator<Item = (&'static str, Option<&str>)> {
        let beside = match self.beside {
            Beside::Absent => None,
            Beside::On => Some("dnd"),
            Beside::LastKnown(Dnd::On, _) => Some("dnd_last_known"),
            Beside::LastKnown(Dnd::Off, _) => Some("dnd_unsure"),
        };
        self.bearing.attributes().chain([("data-beside", beside)])
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        let texts = [Some(self.bearing.exten.as_str()), self.name.as_deref(), Some(&self.word), self.age.as_deref()];
        texts.into_iter().map(Option::unwrap_or_default)
    }

    fn shape(&self) -> &str {
        &self.shape
    }
}

/// The state in words, and its age.
fn line(look: Look, now: Timestamp, language: Language) -> (String, Option<String>) {
    let (words, wall) = (language.words(), language.words().wall());
    let short = look.short(words);
    let age = look.since.map(|since| Age::between(since, now));
    if look.freshness == Freshness::LastKnown {
        return ((wall.was)(&in_sentence(short)), age.map(wall.ago));
    }
    // "Just now" is left out: the change itself is seen, and room is scarce.
    (short.into(), age.filter(|age| *age != Age::Now).map(words.age))
}

#[cfg(test)]
mod tests {
    use lampfield_shared::{DndKind, LampState};

    use super::*;

    #[test]
    fn tells_a_lamp_that_stops_no_calls() {
        let kind = Some(DndKind::Lamp);
        let look = Look { state: LampState::Dnd, freshness: Freshness::Live, dnd: Beside::Absent, kind, since: None };
        assert_eq!(line(look, Timestamp(0), Language::English).0, "DND, lamp only");
    }

    #[test]
    fn says_how_old_a_truth_is() {
        let said = |freshness, language| {
            let since = Some(Timestamp(60_000));
            let look = Look { state: LampState::Free, freshness, dnd: Beside::Absent, kind: None, since };
            let (word, age) = line(look, Timestamp(13 * 60_000), language);
            format!("{word} | {}", age.unwrap_or_default())
        };
        assert_eq!(said(Freshness::Live, Language::English), "Free | 12 min");
        assert_eq!(said(Freshness::LastKnown, Language::English), "Was: free | 12 min ago");
        assert_eq!(said(Freshness::LastKnown, Language::Russian), "Было: свободен | 12 мин назад");
    }
}
