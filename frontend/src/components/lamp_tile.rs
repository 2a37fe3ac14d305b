//! One lamp: shape, number, name, state in words, since when, and what else is to be known.

use lampfield_shared::{DndKind, Freshness, Lamp, LampState, Mailbox, PresenceState, Timestamp};
use leptos::prelude::*;

use super::symbol;
use crate::age::Age;
use crate::app::Desk;
use crate::browser::{Precision, time_of_day};
use crate::i18n::{Language, Words, in_sentence};
use crate::look::{Beside, Look, freshness_word, party_text};
use crate::state::marks::Marks;
use crate::state::{Cell, Mark};

/// All that the look of a tile depends on beside its lamp.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Setting {
    language: Language,
    /// When a stream that is lost now was last heard.
    lost: Option<Timestamp>,
    /// What ages are counted against.
    minute: Timestamp,
}

impl Setting {
    /// As it is now. Reactive.
    pub(super) fn of(desk: Desk) -> Self {
        Self { language: desk.choices.language(), lost: desk.connection.lost(), minute: desk.clock.minute() }
    }
}

/// A tile of the board.
#[component]
pub(crate) fn LampTile(
    /// What it shows.
    cell: ArcRwSignal<Cell>,
    /// And in what setting.
    setting: RwSignal<Setting>,
    /// The title of its site.
    site: Signal<Option<String>>,
) -> impl IntoView {
    move || {
        let Setting { language, lost, minute } = setting.get();
        let (Cell { lamp, marks }, words) = (cell.get(), language.words());
        let look = Look::of(&lamp, lost);
        let (state, freshness) = (look.state.as_str(), freshness_word(look.freshness));
        let (word, age) = line(&lamp, look, minute, words);
        let live_call = lamp.call.as_ref().filter(|call| look.freshness == Freshness::Live && call.as_of.is_none());
        let party = live_call.and_then(|call| party_text(call, words));
        view! {
            <div
                class=format!("lamp lamp--{state} lamp--{freshness}")
                role="gridcell"
                tabindex="-1"
                aria-label=label(&lamp, look, site.get(), minute, words)
                aria-selected=marks.has(Mark::Selected).then_some("true")
                title=lamp.name.clone()
                data-exten=lamp.exten.to_string()
                data-state=state
                data-freshness=freshness
                data-dnd=lamp.dnd.to_string()
                data-dnd-kind=look.kind.map(DndKind::as_str)
            >
                {symbol("lamp__shape", &look.shape())}
                <span class="lamp__who">
                    <b class="lamp__exten">{lamp.exten.to_string()}</b>
                    " "
                    <span class="lamp__name">{lamp.name.clone()}</span>
                </span>
                // All that is below is in the label, in full words.
                <span class="lamp__what" aria-hidden="true">
                    <span class="lamp__word">{word}</span>
                    {age.map(|age| view! { " " <span class="lamp__age">{age}</span> })}
                    {party.map(|party| view! { " " <span class="lamp__party">{party}</span> })}
                </span>
                {badges(&lamp, look, marks, words)}
            </div>
        }
    }
}

/// The small signs in the corner, where there are any.
fn badges(lamp: &Lamp, look: Look, marks: Marks, words: &'static Words) -> Option<impl IntoView + use<>> {
    let dnd = (look.dnd == Beside::Shown)
        .then(|| view! { <span title=words.dnd_too>{symbol("lamp__dnd", "lamp-dnd")}</span> });
    let away = lamp.presence.as_ref().filter(|presence| presence.state != PresenceState::Available).map(|presence| {
        view! { <span title=(words.details().presence)(presence.state)>{symbol("lamp__mail-icon", "icon-away")}</span> }
    });
    let mail = lamp.mailbox.filter(|mailbox| mailbox.new > 0).map(|Mailbox { new, .. }| {
        view! { <span class="lamp__mail">{symbol("lamp__mail-icon", "icon-mail")} {new}</span> }
    });
    let mark = |mark, icon| marks.has(mark).then(|| symbol("lamp__mail-icon", icon));
    let note = mark(Mark::Noted, "icon-note");
    let watch = mark(Mark::Watched, "icon-bell");
    let star = mark(Mark::Favourite, "icon-star");
    let any = dnd.is_some() || away.is_some() || mail.is_some() || marks != Marks::default();
    any.then(
        || view! { <span class="lamp__badges" aria-hidden="true">{dnd} {away} {mail} {note} {watch} {star}</span> },
    )
}

/// The state in words, and its age or its end where that stands apart.
fn line(lamp: &Lamp, look: Look, now: Timestamp, words: &Words) -> (String, Option<String>) {
    let short = look.short(words);
    let age = look.since.map(|since| Age::between(since, now));
    match (look.freshness, age) {
        (Freshness::LastKnown, Some(age)) => ((words.last_known)(&in_sentence(short), age), None),
        (_, age) => (short.into(), until(lamp, look, words).or_else(|| age.map(words.age))),
    }
}

/// When a "do not disturb" that is shown as the state ends by itself.
fn until(lamp: &Lamp, look: Look, words: &Words) -> Option<String> {
    let until = lamp.dnd_details.as_ref().filter(|_| look.state == LampState::Dnd)?.until?;
    Some((words.dnd().until)(&time_of_day(until, Precision::Minutes, words.tag)))
}

/// The whole tile as sentences.
pub(super) fn label(lamp: &Lamp, look: Look, site: Option<String>, now: Timestamp, words: &Words) -> String {
    let who = [Some(lamp.exten.to_string()), lamp.name.clone(), lamp.group.clone(), site];
    let state = (words.state)(look.state);
    let age = look.since.map(|since| Age::between(since, now));
    let what = match (look.freshness, age) {
        (Freshness::LastKnown, Some(age)) => (words.last_known_long)(&in_sentence(state), age),
        (_, Some(age)) => (words.lasting)(state, age),
        (_, None) => state.into(),
    };
    let mut label = who.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let dnd = (look.dnd == Beside::Shown).then(|| words.dnd_too.into());
    let kind = lamp.dnd_details.as_ref().map(|details| match details.kind {
        DndKind::Lamp => words.short_lamp.to_owned(),
        DndKind::Calls => words.short_calls.to_owned(),
    });
    let mail = lamp.mailbox.filter(|mailbox| mailbox.new > 0).map(|mailbox| (words.voicemails)(mailbox.new));
    for sentence in [Some(what), dnd, kind, until(lamp, look, words), mail].into_iter().flatten() {
        label.push_str(". ");
        label.push_str(&sentence);
    }
    label.push('.');
    label
}

#[cfg(test)]
mod tests {
    use lampfield_shared::DndDetails;

    use super::*;
    use crate::state::testing::lamp;

    fn petrova(freshness: Freshness) -> Lamp {
        Lamp {
            name: Some("Petrova Anna".into()),
            group: Some("Sales".into()),
            dnd: true,
            freshness,
            as_of: Some(Timestamp(60_000)),
            mailbox: Some(Mailbox { new: 2, old: 1 }),
            ..lamp("214@perm on_call")
        }
    }

    #[track_caller]
    fn check(freshness: Freshness, language: Language, expected: &str) {
        let lamp = petrova(freshness);
        let look = Look::of(&lamp, None);
        let said = label(&lamp, look, Some("Perm".into()), Timestamp(12 * 60_000), language.words());
        assert_eq!(said, expected);
    }

    #[test]
    fn says_all_that_is_seen() {
        check(
            Freshness::Live,
            Language::English,
            "214, Petrova Anna, Sales, Perm. On a call for 12 minutes. Do not disturb is on. 2 new voicemails.",
        );
        check(
            Freshness::LastKnown,
            Language::English,
            "214, Petrova Anna, Sales, Perm. Last known: on a call, 11 minutes ago. Do not disturb is on. \
             2 new voicemails.",
        );
        check(Freshness::Never, Language::English, "214, Petrova Anna, Sales, Perm. No data. 2 new voicemails.");
        check(
            Freshness::Live,
            Language::Russian,
            "214, Petrova Anna, Sales, Perm. Разговор, 12 минут. Включено «Не беспокоить». 2 новых сообщения.",
        );
    }

    #[test]
    fn keeps_the_age_of_an_old_truth_inside_its_sentence() {
        let words = Language::English.words();
        let at = |freshness| {
            let lamp = petrova(freshness);
            line(&lamp, Look::of(&lamp, None), Timestamp(12 * 60_000), words)
        };
        assert_eq!(at(Freshness::Live), ("On a call".into(), Some("12 min".into())));
        assert_eq!(at(Freshness::LastKnown), ("Last known: on a call, 11 min ago".into(), None));
        assert_eq!(at(Freshness::Never), ("No data".into(), None));
    }

    #[test]
    fn tells_the_two_kinds_of_dnd_apart() {
        let at = |kind: Option<DndKind>| {
            let details = kind.map(|kind| DndDetails { kind, until: None, reason: None, by: None });
            let lamp = Lamp { dnd: true, dnd_details: details.map(Box::new), ..lamp("214 dnd") };
            line(&lamp, Look::of(&lamp, None), Timestamp(0), Language::English.words()).0
        };
        assert_eq!(at(Some(DndKind::Lamp)), "DND, lamp only");
        assert_eq!(at(Some(DndKind::Calls)), "DND, calls blocked");
        assert_eq!(at(None), "Do not disturb");
    }
}
