//! What a lamp showed since the page was opened.

use lampfield_shared::{Exten, Freshness};
use lampfield_words::Category;
use leptos::prelude::*;

use crate::app::Desk;
use crate::browser::{Precision, time_of_day};
use crate::components::symbol;
use crate::look::freshness_word;
use crate::state::Cell;

/// See the module.
#[component]
pub(super) fn HistoryPart(desk: Desk, exten: Exten, cell: Memo<Option<Cell>>) -> impl IntoView {
    let pasts = Memo::new(move |_| {
        cell.with(|_| ());
        desk.board.history(&exten)
    });
    let row = move |past: crate::state::history::Past| {
        let words = desk.choices.words();
        let (state, freshness) = (past.shown().as_str(), freshness_word(past.freshness));
        let word = (words.state_short)(past.shown());
        let text = match past.freshness {
            Freshness::LastKnown => format!("{word} ({})", (words.category)(Category::LastKnown)),
            Freshness::Live | Freshness::Never => word.into(),
        };
        view! {
            <li class="rows__row" data-state=state data-freshness=freshness>
                <span class=format!("rows__lamp lamp--{state} lamp--{freshness}")>
                    {symbol("lamp__shape rows__shape", &format!("lamp-{state}"))}
                </span>
                <span class="rows__who">{text}</span>
                <span class="rows__word">{time_of_day(past.since, Precision::Seconds, words.tag)}</span>
            </li>
        }
    };
    view! {
        <section class="details__part">
            <h3 class="details__title">{move || desk.choices.words().details().changes}</h3>
            {move || {
                (pasts.with(Vec::len) < 2)
                    .then(|| view! { <p class="side__note">{desk.choices.words().details().no_changes}</p> })
            }}
            <ul class="rows" data-testid="history">{move || pasts.get().into_iter().map(row).collect_view()}</ul>
        </section>
    }
}
