//! One lamp: shape, number, name, state in words, and since when.

use lampfield_shared::{Freshness, Lamp, Timestamp};
use leptos::prelude::*;

use super::symbol;
use crate::age::Age;
use crate::app::Desk;
use crate::i18n::{Words, in_sentence};
use crate::look::{Beside, Look, freshness_word};

/// A tile of the board. It is drawn anew when its own lamp changes; its age, once a minute.
#[component]
pub(crate) fn LampTile(
    /// What it shows.
    lamp: ArcRwSignal<Lamp>,
    /// Where the clock and the words are.
    desk: Desk,
    /// The title of its site.
    site: Signal<Option<String>>,
) -> impl IntoView {
    move || {
        let words = desk.choices.words();
        let lamp = lamp.get();
        let look = Look::of(&lamp, desk.connection.lost());
        let (state, freshness) = (look.state.as_str(), freshness_word(look.freshness));
        let mail = lamp.mailbox.map(|mailbox| mailbox.new).filter(|&new| new > 0);
        view! {
            <li
                class=format!("lamp lamp--{state} lamp--{freshness}")
                aria-label={
                    let lamp = lamp.clone();
                    move || label(&lamp, look, site.get(), desk.clock.minute(), words)
                }
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
                    {move || {
                        let (word, age) = line(look, desk.clock.minute(), words);
                        view! {
                            <span class="lamp__word">{word}</span>
                            " "
                            <span class="lamp__age">{age}</span>
                        }
                    }}
                </span>
                <span class="lamp__badges">
                    {(look.dnd == Beside::Shown)
                        .then(|| view! { <span title=words.dnd_too>{symbol("lamp__dnd", "lamp-dnd")}</span> })}
                    {mail.map(|new| {
                        view! { <span class="lamp__mail">{symbol("lamp__mail-icon", "icon-mail")} {new}</span> }
                    })}
                </span>
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
    use lampfield_shared::{ExtensionState, LampState, Mailbox};

    use super::*;
    use crate::i18n::Language;

    fn petrova(freshness: Freshness) -> Lamp {
        Lamp {
            exten: "214".into(),
            name: Some("Petrova Anna".into()),
            site: Some("perm".into()),
            group: Some("Sales".into()),
            state: LampState::OnCall,
            dnd: true,
            hint_state: ExtensionState::InUse,
            freshness,
            since: Timestamp(0),
            as_of: Some(Timestamp(60_000)),
            mailbox: Some(Mailbox { new: 2, old: 1 }),
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
