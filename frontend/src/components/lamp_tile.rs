//! One lamp: shape, number, name, state in words, and since when.

use lampfield_shared::{Freshness, Lamp, Mailbox, Timestamp};
use leptos::prelude::*;

use super::symbol;
use crate::age::Age;
use crate::app::Desk;
use crate::i18n::{Language, Words, in_sentence};
use crate::look::{Beside, Look, freshness_word};

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
    lamp: ArcRwSignal<Lamp>,
    /// And in what setting.
    setting: RwSignal<Setting>,
    /// The title of its site.
    site: Signal<Option<String>>,
) -> impl IntoView {
    move || {
        let Setting { language, lost, minute } = setting.get();
        let (lamp, words) = (lamp.get(), language.words());
        let look = Look::of(&lamp, lost);
        let (state, freshness) = (look.state.as_str(), freshness_word(look.freshness));
        let (word, age) = line(look, minute, words);
        let dnd = (look.dnd == Beside::Shown)
            .then(|| view! { <span title=words.dnd_too>{symbol("lamp__dnd", "lamp-dnd")}</span> });
        let mail = lamp.mailbox.filter(|mailbox| mailbox.new > 0).map(|Mailbox { new, .. }| {
            view! { <span class="lamp__mail">{symbol("lamp__mail-icon", "icon-mail")} {new}</span> }
        });
        view! {
            <li
                class=format!("lamp lamp--{state} lamp--{freshness}")
                aria-label=label(&lamp, look, site.get(), minute, words)
                title=lamp.name.clone()
                data-exten=lamp.exten.to_string()
                data-state=state
                data-freshness=freshness
                data-dnd=lamp.dnd.to_string()
            >
                {symbol("lamp__shape", &format!("lamp-{state}"))}
                <span class="lamp__who">
                    <b class="lamp__exten">{lamp.exten.to_string()}</b>
                    " "
                    <span class="lamp__name">{lamp.name.clone()}</span>
                </span>
                <span class="lamp__what">
                    <span class="lamp__word">{word}</span>
                    {age.map(|age| view! { " " <span class="lamp__age">{age}</span> })}
                </span>
                {(dnd.is_some() || mail.is_some()).then(|| view! { <span class="lamp__badges">{dnd} {mail}</span> })}
            </li>
        }
    }
}

/// The state in words, and its age where that stands apart.
fn line(look: Look, now: Timestamp, words: &Words) -> (String, Option<String>) {
    let short = (words.state_short)(look.state);
    let age = look.since.map(|since| Age::between(since, now));
    match (look.freshness, age) {
        (Freshness::LastKnown, Some(age)) => ((words.last_known)(&in_sentence(short), age), None),
        (_, age) => (short.into(), age.map(words.age)),
    }
}

/// The whole tile as sentences.
fn label(lamp: &Lamp, look: Look, site: Option<String>, now: Timestamp, words: &Words) -> String {
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
    let mail = lamp.mailbox.filter(|mailbox| mailbox.new > 0).map(|mailbox| (words.voicemails)(mailbox.new));
    for sentence in [Some(what), dnd, mail].into_iter().flatten() {
        label.push_str(". ");
        label.push_str(&sentence);
    }
    label.push('.');
    label
}

#[cfg(test)]
mod tests {
    use lampfield_shared::{ExtensionState, LampState};

    use super::*;

    fn petrova(freshness: Freshness) -> Lamp {
        Lamp {
            exten: "214".into(),
            name: Some("Petrova Anna".into()),
            site: Some("perm".into()),
            group: Some("Sales".into()),
            state: LampState::OnCall,
            dnd: true,
            dnd_details: None,
            hint_state: ExtensionState::InUse,
            freshness,
            since: Timestamp(0),
            as_of: Some(Timestamp(60_000)),
            mailbox: Some(Mailbox { new: 2, old: 1 }),
            mailbox_as_of: None,
            presence: None,
            call: None,
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
        let at = |freshness| line(Look::of(&petrova(freshness), None), Timestamp(12 * 60_000), words);
        assert_eq!(at(Freshness::Live), ("On a call".into(), Some("12 min".into())));
        assert_eq!(at(Freshness::LastKnown), ("Last known: on a call, 11 min ago".into(), None));
        assert_eq!(at(Freshness::Never), ("No data".into(), None));
    }
}
