//! The states that a lamp showed since the page was opened.

use lampfield_shared::Exten;
use lampfield_words::{Words, freshness_word};
use leptos::prelude::*;

use crate::browser::{Precision, time_of_day};
use crate::plain::{node, plain, symbol, text};
use crate::state::history::Past;
use crate::state::{Cell, Desk};
use crate::uniform::{Kept, memo, part};

/// The list of a lamp's past states, newest first.
#[component]
pub(super) fn HistoryPart(desk: Desk, exten: Exten, cell: Kept<Option<Cell>>) -> impl IntoView {
    let pasts = memo(move || {
        cell.with(|_| ());
        desk.board.history(&exten)
    });
    let row = |past: Past, words: &Words| {
        let look = past.look;
        node(
            "li",
            &[
                ("class", "rows__row"),
                ("data-state", look.state.as_str()),
                ("data-freshness", freshness_word(look.freshness)),
            ],
            vec![
                node(
                    "span",
                    &[("class", &look.class("rows__lamp"))],
                    vec![symbol("lamp__shape rows__shape", &look.shape())],
                ),
                text("span", &[("class", "rows__who")], &look.brief(words)),
                text("span", &[("class", "rows__word")], &time_of_day(past.since, Precision::Seconds, words.tag)),
            ],
        )
    };
    let rows = move || {
        let words = desk.choices.words();
        let rows = pasts.get().into_iter().map(|past| row(past, words)).collect();
        plain(vec![node("ul", &[("class", "rows"), ("data-testid", "history")], rows)])
    };
    view! {
        <section class="details__part">
            <h3 class="details__title">{desk.choices.word(|words| words.details().changes)}</h3>
            {part(move || {
                (pasts.with(Vec::len) < 2)
                    .then(|| view! { <p class="side__note">{desk.choices.words().details().no_changes}</p> })
            })}
            {part(move || Some(rows()))}
        </section>
    }
}
