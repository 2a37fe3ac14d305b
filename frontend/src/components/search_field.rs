//! The search field. `keyboard` handles the keys that lead to it, `hits` those that are pressed in it.

use leptos::prelude::*;

use super::hits::{self, LIST};
use crate::browser;
use crate::state::Desk;

/// Finds lamps while the reader types, and keeps the focus while one of them is chosen.
#[component]
pub(crate) fn SearchField(
    /// What the page knows.
    desk: Desk,
) -> impl IntoView {
    let typed = desk.board.typed;
    Effect::new(move |_| {
        let combobox =
            [("role", "combobox"), ("aria-autocomplete", "list"), ("aria-haspopup", "grid"), ("aria-controls", LIST)];
        browser::describe(".search", &combobox);
        // Where a link leads to details, these are what is wanted; and a phone would cover the lamps by its keyboard.
        if !browser::is_touched() && Desk::place().lamp().is_none() && !browser::is_there("body :focus") {
            browser::focus(".search");
        }
    });
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
            on:keydown=move |event| hits::handle(desk, &event, false)
            on:focus:target=move |event| event.target().select()
        />
    }
}
