//! Tells of watched and favourite lamps by speech, sound and system notification.

use std::time::Duration;

use lampfield_shared::{Lamp, Timestamp};
use lampfield_words::{Look, Words};
use leptos::prelude::*;

use crate::browser;
use crate::look::who;
use crate::notice::Tone;
use crate::route::Route;
use crate::state::speech::Speech;
use crate::state::watch::WatchOutcome;
use crate::state::{Desk, Mark};
use crate::uniform::{effect, part};

/// How often a sentence may be handed to the screen reader.
const BEAT: Duration = Duration::from_millis(500);
/// How often expired watches are dropped.
const SWEEP: Duration = Duration::from_mins(1);

/// A visually hidden live region, which screen readers speak.
#[component]
pub(crate) fn Announcer(
    /// What the page knows.
    desk: Desk,
) -> impl IntoView {
    let (speech, said) = (StoredValue::new(Speech::default()), RwSignal::new(String::new()));
    effect(move || {
        let watches = desk.watches.get();
        desk.keeper.keep("watches", Some(&watches.to_string()));
        desk.board.mark(Mark::Watched, watches.extens());
    });
    // All tabs share the watches: each tab writes the whole list, and reads what the others wrote.
    let elsewhere = window_event_listener_untyped("storage", move |_| {
        desk.read_watches();
    });
    on_cleanup(move || elsewhere.remove());
    effect(move || {
        for cell in desk.board.different() {
            let watched = cell.marks.has(Mark::Watched);
            let now = desk.clock.server_time(browser::now());
            let told = desk.watches.try_update_untracked(|watches| watches.handle_lamp(&cell.lamp, now));
            if told.is_some_and(|told| told != WatchOutcome::Different) {
                desk.watches.notify();
            }
            let sentence = if watched && told == Some(WatchOutcome::Free) {
                tell_free(desk, &cell.lamp)
            } else {
                let lost = desk.connection.lost_untracked();
                sentence(&cell.lamp, lost, desk.choices.words_untracked())
            };
            speech.update_value(|speech| speech.say(cell.lamp.exten.as_str(), sentence));
        }
    });
    let beat = set_interval_with_handle(
        move || {
            let next = speech.try_update_value(|speech| speech.poll(browser::now())).flatten();
            if let Some(sentence) = next {
                said.set(sentence);
            }
        },
        BEAT,
    );
    let sweep = set_interval_with_handle(
        move || {
            let now = desk.clock.server_time(browser::now());
            if desk.watches.try_update_untracked(|watches| watches.handle_time(now)) == Some(true) {
                desk.watches.notify();
            }
        },
        SWEEP,
    );
    on_cleanup(move || {
        for interval in [beat, sweep].into_iter().flatten() {
            interval.clear();
        }
    });
    view! { <p class="unseen" role="log" aria-live="polite" data-testid="announcer">{said}</p> }
}

/// Tells that a watched lamp is free, by every means that the reader agreed to. Returns the sentence.
fn tell_free(desk: Desk, lamp: &Lamp) -> String {
    let text = (desk.choices.words_untracked().board().watch_hit)(&who(lamp));
    desk.notices.say(Tone::Good, text.clone());
    if desk.choices.notify.is_on_untracked() {
        browser::notify(text.clone(), lamp.exten.as_str(), &Route::Lamp(lamp.exten.clone()).href());
    }
    if desk.choices.sound.is_on_untracked() {
        browser::chime();
    }
    text
}

/// A sentence on what a lamp shows now.
fn sentence(lamp: &Lamp, lost: Option<Timestamp>, words: &Words) -> String {
    format!("{}: {}", who(lamp), Look::of(lamp, lost).long(words))
}

/// The notice at the edge of the window: the outcome of the last command.
#[component]
pub(crate) fn NoticeBar(
    /// What the page knows.
    desk: Desk,
) -> impl IntoView {
    view! {
        <div class="notices" role="status">
            {part(move || {
                desk.notices
                    .current()
                    .map(|notice| {
                        view! { <p class="notice" data-testid="notice" data-tone=notice.tone.as_str()>{notice.text}</p> }
                    })
            })}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use lampfield_shared::Freshness;
    use lampfield_words::Language;

    use super::*;
    use crate::state::testing::lamp;

    #[test]
    fn says_of_an_old_lamp_that_it_is_old() {
        let words = Language::English.words();
        let old = Lamp { freshness: Freshness::LastKnown, ..lamp("214 free Anna") };
        assert_eq!(sentence(&old, None, words), "214 Anna: Last known: free");
        assert_eq!(sentence(&lamp("214 free Anna"), Some(Timestamp(1)), words), "214 Anna: Last known: free");
        assert_eq!(sentence(&lamp("214 free Anna"), None, words), "214 Anna: Free");
    }
}
