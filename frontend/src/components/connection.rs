//! The warning that the stream is lost.

use leptos::prelude::*;

use crate::browser::{Precision, time_of_day};
use crate::live::liveness::Status;
use crate::notice::Tone;
use crate::state::Desk;
use crate::uniform::part;

/// The warning that the lamps are out of date. It takes the place of the counts, which would be untrue: nothing moves.
#[component]
pub(crate) fn Banner(
    /// What the page knows.
    desk: Desk,
) -> impl IntoView {
    Effect::new(move |was_lost: Option<bool>| {
        let (lost, live) = match desk.connection.status() {
            Status::Lost { .. } => (true, false),
            Status::Live => (false, true),
            Status::Connecting | Status::Reconnecting => (false, false),
        };
        if live && was_lost == Some(true) {
            desk.notices.say(Tone::Good, desk.choices.words_untracked().board().restored.into());
        }
        lost || (was_lost == Some(true) && !live)
    });
    part(move || {
        let Status::Lost { next_try } = desk.connection.status() else { return None };
        let words = desk.choices.words();
        let since = desk.connection.lost().map_or_else(
            || words.unreachable.into(),
            |heard| (words.lost_since)(&time_of_day(heard, Precision::Seconds, words.tag)),
        );
        let next = next_try.map_or_else(|| words.trying.into(), words.next_try);
        Some(view! {
            <div class="banner" role="region" aria-label=words.lost data-testid="banner">
                <strong>{since}</strong>
                " "
                <span>{next}</span>
            </div>
        })
    })
}
