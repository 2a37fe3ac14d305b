//! The tile of a lamp on a wall display, filled with the colour of its state: name, number, shape, state in words. Callers
//! are not shown: a wall is public.

use lampfield_shared::{Dnd, Freshness, Lamp, LampState, Timestamp};
use lampfield_words::{Age, Beside, Language, Look};
use leptos::prelude::*;
use web_sys::Element;

use super::fit::{Fitted, Who};
use super::hanging::Hanging;
use super::lettering::{BESIDE, LEAST_SHAPE, SHAPE};
use super::plan::Plan;
use crate::browser::{Precision, time_of_day};
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
    /// The layout, for the size of a tile.
    pub(super) plan: Memo<Plan>,
}

/// A tile of the wall display.
#[component]
pub(super) fn Tile(
    /// The lamp; it bears no marks here.
    cell: ArcRwSignal<Cell>,
    /// The other inputs of its look.
    setting: Setting,
) -> impl IntoView {
    let Setting { hanging, connection, plan } = setting;
    let draw = move |tile: Element| {
        let cell = cell.clone();
        let mut title = Title::default();
        keep(RenderEffect::new(move |drawn: Option<Drawn<Hung>>| {
            let (lost, now) = (connection.lost(), hanging.clock.minute());
            let (text, font) = plan.with(|plan| (plan.text, plan.font));
            let face = cell.with(|cell| Hung {
                title: title.of(&cell.lamp, text, hanging),
                ..Hung::of(&cell.lamp, lost, now, text - (LEAST_SHAPE / font - SHAPE).max(0.0), hanging)
            });
            Drawn::draw(drawn, &tile, face)
        }));
    };
    view! { <li class="hung" use:draw></li> }
}

/// The texts of the name, kept while nothing changes but the state.
#[derive(Default)]
struct Title {
    who: Option<(Who, f64)>,
    fitted: Option<Fitted>,
}

impl Title {
    fn of(&mut self, lamp: &Lamp, text: f64, hanging: Hanging) -> Option<Fitted> {
        let is_same = |(who, room): &(Who, f64)| who.name == lamp.name && (room - text).abs() < f64::EPSILON;
        if !self.who.as_ref().is_some_and(is_same) {
            let who = Who { name: lamp.name.clone(), number: lamp.exten.to_string() };
            self.fitted = Some(who.fit(text, &|weight, text| hanging.lettering.width(weight, text)));
            self.who = Some((who, text));
        }
        self.fitted.clone()
    }
}

/// The face of a tile.
struct Hung {
    bearing: Bearing,
    title: Option<Fitted>,
    beside: Beside,
    shape: String,
    word: String,
    age: String,
}

impl Hung {
    fn of(lamp: &Lamp, lost: Option<Timestamp>, now: Timestamp, text: f64, hanging: Hanging) -> Self {
        let look = Look::of(lamp, lost);
        let room = text - SHAPE - if look.dnd == Beside::Absent { 0.0 } else { BESIDE };
        let until = lamp.dnd_details.as_ref().and_then(|details| details.until);
        let until = until.map(|time| time_of_day(time, Precision::Minutes, hanging.words().tag));
        let lines = lines(look, until.as_deref(), now, hanging.language);
        let fits = |(word, age): &(String, String)| {
            let gap = if age.is_empty() { 0.0 } else { hanging.lettering.small(" ") };
            hanging.lettering.small(word) + gap + hanging.lettering.small(age) <= room
        };
        let at = lines.iter().position(fits).unwrap_or(lines.len() - 1);
        let (word, age) = lines.into_iter().nth(at).unwrap_or_default();
        let bearing = Bearing::of("hung", lamp, look);
        Self { bearing, title: None, beside: look.dnd, shape: look.shape(), word, age }
    }
}

impl Face for Hung {
    const INSIDE: &'static str = "<b class='hung__name'>-</b> <span class='hung__rest'>\
        <span class='hung__given'>-</span> <span class='hung__exten'>-</span></span> <span class='hung__what'>\
        <svg class='hung__shape' aria-hidden='true'><use></use></svg>\
        <span class='hung__word'>-</span> <span class='hung__age'>-</span>\
        <svg class='hung__dnd hung__dnd--on' aria-hidden='true'><use href='#lamp-dnd'></use></svg>\
        <svg class='hung__dnd hung__dnd--unsure' aria-hidden='true'><use href='#lamp-no_data'></use></svg>\
        </span>";
    const TEXTS: &'static [&'static str] =
        &[".hung__name", ".hung__given", ".hung__exten", ".hung__word", ".hung__age"];

    fn attributes(&self) -> impl Iterator<Item = (&'static str, Option<&str>)> {
        let beside = match self.beside {
            Beside::Absent => None,
            Beside::On => Some("dnd"),
            Beside::LastKnown(Dnd::On, _) => Some("dnd_last_known"),
            Beside::LastKnown(Dnd::Off, _) => Some("dnd_unsure"),
        };
        let step = self.title.as_ref().and_then(|title| ["1", "2", "3", "4"].get(title.step.checked_sub(1)?));
        self.bearing.attributes().chain([("data-beside", beside), ("data-step", step.copied())])
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        let title = self.title.as_ref().map(|it| [&*it.large, &*it.small, &*it.number]).unwrap_or_default();
        title.into_iter().chain([&*self.word, &*self.age])
    }

    fn shape(&self) -> &str {
        &self.shape
    }
}

/// The state in words and its age, from the longest to the shortest: the kind of a "do not disturb" goes before the time,
/// for the shape tells it too. None of an old truth reads as if it were true now.
fn lines(look: Look, until: Option<&str>, now: Timestamp, language: Language) -> Vec<(String, String)> {
    let (words, wall) = (language.words(), language.words().wall());
    let age = look.since.map(|since| Age::between(since, now));
    let is_old = look.freshness == Freshness::LastKnown;
    let (long, short) = match (look.state, look.kind) {
        (state, Some(kind)) if is_old => ((wall.was_dnd)(kind), (words.was)(state)),
        (state, None) if is_old => ((words.was)(state), (words.was)(state)),
        (LampState::Dnd, _) => (look.short(words), wall.dnd),
        _ => (look.short(words), look.short(words)),
    };
    let end = until.filter(|_| !is_old && look.state == LampState::Dnd);
    let time = match (end, age) {
        (Some(end), _) => (wall.until)(end),
        // "Just now" is left out: the change itself is seen, and room is scarce.
        (None, None | Some(Age::Now)) => String::new(),
        (None, Some(age)) if is_old => (wall.ago)(age),
        (None, Some(age)) => (words.age)(age),
    };
    vec![(long.into(), time.clone()), (short.into(), time), (short.into(), String::new())]
}

#[cfg(test)]
mod tests {
    use lampfield_shared::DndKind;
    use lampfield_words::in_sentence;

    use super::*;

    fn look(state: LampState, freshness: Freshness, kind: Option<DndKind>) -> Look {
        Look { state, freshness, dnd: Beside::Absent, kind, since: Some(Timestamp(60_000)) }
    }

    fn said(look: Look, until: Option<&str>, language: Language) -> String {
        let lines = lines(look, until, Timestamp(13 * 60_000), language);
        lines.into_iter().map(|(word, age)| format!("{word} {age}")).collect::<Vec<_>>().join("| ")
    }

    #[test]
    fn says_how_old_a_truth_is() {
        let free = |freshness, language| said(look(LampState::Free, freshness, None), None, language);
        assert_eq!(free(Freshness::Live, Language::English), "Free 12 min| Free 12 min| Free ");
        let old = free(Freshness::LastKnown, Language::English);
        assert_eq!(old, "was free 12 min ago| was free 12 min ago| was free ");
        let old = free(Freshness::LastKnown, Language::Russian);
        assert_eq!(old, "был свободен 12 мин назад| был свободен 12 мин назад| был свободен ");
    }

    #[test]
    fn the_end_of_a_dnd_is_cut_last() {
        let dnd = |freshness, kind| look(LampState::Dnd, freshness, Some(kind));
        let live = said(dnd(Freshness::Live, DndKind::Calls), Some("18:00"), Language::English);
        assert_eq!(live, "DND, no calls until 18:00| DND until 18:00| DND ");
        let live = said(dnd(Freshness::Live, DndKind::Lamp), None, Language::Russian);
        assert_eq!(live, "Только лампа 12 мин| DND 12 мин| DND ");
        let old = said(dnd(Freshness::LastKnown, DndKind::Lamp), Some("18:00"), Language::English);
        assert_eq!(old, "was DND, lamp only 12 min ago| was DND 12 min ago| was DND ");
    }

    #[test]
    fn no_old_state_reads_as_a_live_one() {
        for language in Language::ALL {
            let words = language.words();
            for state in LampState::ALL.into_iter().filter(|state| *state != LampState::NoData) {
                let was = (words.was)(state);
                for live in LampState::ALL.map(words.state_short) {
                    assert!(was != live && was != in_sentence(live), "{was}");
                }
            }
        }
    }
}
