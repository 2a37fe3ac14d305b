//! One lamp on the wall: shape, number, name, and its state in words. Who calls is nobody's
//! business across a room.

use lampfield_shared::{DndKind, Freshness, Lamp, Timestamp};
use leptos::prelude::*;

use super::Hanging;
use crate::age::Age;
use crate::components::symbol;
use crate::i18n::{Language, in_sentence};
use crate::live::Connection;
use crate::look::{Beside, Look, freshness_word};

/// What the look of a tile depends on beside its lamp.
#[derive(Clone, Copy)]
pub(super) struct Setting {
    /// The time, the language, and the lamps themselves.
    pub(super) hanging: Hanging,
    /// Whether they are true.
    pub(super) connection: Connection,
}

/// A tile of the wall.
#[component]
pub(super) fn Tile(
    /// What it shows.
    lamp: ArcRwSignal<Lamp>,
    /// And in what setting.
    setting: Setting,
) -> impl IntoView {
    let Setting { hanging, connection } = setting;
    move || {
        let lamp = lamp.get();
        let look = Look::of(&lamp, connection.lost());
        let (state, freshness) = (look.state.as_str(), freshness_word(look.freshness));
        let (word, age) = line(look, hanging.clock.minute(), hanging.language);
        let dnd = (look.dnd == Beside::Shown).then(|| symbol("lamp__dnd hung__dnd", "lamp-dnd"));
        view! {
            <li
                class=format!("hung lamp--{state} lamp--{freshness}")
                data-exten=lamp.exten.to_string()
                data-state=state
                data-freshness=freshness
                data-dnd=lamp.dnd.to_string()
                data-dnd-kind=look.kind.map(DndKind::as_str)
            >
                {symbol("lamp__shape hung__shape", &look.shape())}
                <span class="hung__who">
                    <b class="hung__exten">{lamp.exten.to_string()}</b>
                    " "
                    {lamp.name}
                </span>
                <span class="hung__what">
                    <span class="hung__word">{word}</span>
                    {age.map(|age| view! { " " <span class="hung__age">{age}</span> })}
                    {dnd}
                </span>
            </li>
        }
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
    // That something has just happened is seen, and room is scarce.
    (short.into(), age.filter(|age| *age != Age::Now).map(words.age))
}

#[cfg(test)]
mod tests {
    use lampfield_shared::LampState;

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
