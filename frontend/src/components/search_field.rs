//! The search field. `keyboard` handles the keys that lead to it.

use leptos::prelude::*;

use super::{actions, grid};
use crate::state::Desk;

/// Filters the board while the reader types. Enter moves the focus to the first lamp found.
#[component]
pub(crate) fn SearchField(
    /// What the page knows.
    desk: Desk,
) -> impl IntoView {
    let typed = desk.board.typed;
    let on_key = move |event: web_sys::KeyboardEvent| match event.key().as_str() {
        "Enter" => {
            let hits = desk.board.shown().concat();
            match hits.as_slice() {
                [] => {}
                [only] => actions::open(desk, only.exten(), None),
                [first, ..] => {
                    grid::focus_lamp(first.exten());
                }
            }
        }
        "ArrowDown" => {
            event.prevent_default();
            if let Some(first) = desk.board.shown().concat().first() {
                grid::focus_lamp(first.exten());
            }
        }
        _ => {}
    };
    view! {
        <input
            class="search"
            name="search"
            type="search"
            autocomplete="off"
            spellcheck="false"
            data-testid="search"
            aria-label=move || desk.choices.words().search
            placeholder=move || desk.choices.words().search_hint
            prop:value=typed
            on:input:target=move |event| typed.set(event.target().value())
            on:keydown=on_key
            on:focus:target=move |event| event.target().select()
        />
    }
}
