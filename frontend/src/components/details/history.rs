//! The states that a lamp showed since the page was opened.

use lampfield_shared::Exten;
use lampfield_words::freshness_word;
use leptos::prelude::*;

use crate::browser::{Precision, time_of_day};
use crate::state::history::Past;
use crate::state::{Cell, Desk};
use crate::symbol::symbol;
use crate::uniform::{Kept, memo, part};

/// The list of a lamp's past states, newest first.
#[component]
pub(super) fn HistoryPart(desk: Desk, exten: Exten, cell: Kept<Option<Cell>>) -> impl IntoView {
    let pasts = memo(move || {
        cell.with(|_| ());
        desk.board.history(&exten)
    });
    // The first of the states is the one that was met.
    let has_changed = memo(move || pasts.with(Vec::len) > 1);
    let row = move |past: Past| {
        let words = desk.choices.words();
        let look = past.look;
        view! {
            <li class="rows__row" data-state=look.state.as_str() data-freshness=freshness_word(look.freshness)>
                <span class=look.class("block")>{symbol("lamp__shape", &look.shape())}</span>
                <span class="rows__what">{look.brief(words)}</span>
                <span class="rows__since">{time_of_day(past.since, Precision::Seconds, words.tag)}</span>
            </li>
        }
    };
    view! {
        <section class="details__part">
            <h3 class="details__title">{desk.choices.word(|words| words.details().changes)}</h3>
            {part(move || {
                (!has_changed.get())
                    .then(|| view! { <p class="side__note">{desk.choices.words().details().no_changes}</p> })
            })}
            <ul class="rows" data-testid="history">
                {part(move || has_changed.get().then(|| pasts.get().into_iter().map(row).collect_view()))}
            </ul>
        </section>
    }
}
