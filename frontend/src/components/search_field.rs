//! The search field, and the keys that lead to it from anywhere.

use leptos::prelude::*;
use leptos::{ev, html};
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

use crate::app::Desk;
use crate::state::Categories;

/// Searches as one types. `/` or a digit begins a search, Esc ends it.
#[component]
pub(crate) fn SearchField(
    /// Where the search is kept.
    desk: Desk,
) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    let typed = desk.board.typed;
    let keys = window_event_listener(ev::keydown, move |event| match key(&event) {
        Key::Clear => {
            typed.set(String::new());
            desk.board.chosen.set(Categories::default());
        }
        Key::Begin => {
            event.prevent_default();
            focus(field);
        }
        // The digit itself then goes where the focus is.
        Key::Digit => focus(field),
        Key::Other => {}
    });
    on_cleanup(move || keys.remove());
    view! {
        <input
            class="search"
            type="search"
            autocomplete="off"
            spellcheck="false"
            data-testid="search"
            aria-label=move || desk.choices.words().search
            placeholder=move || desk.choices.words().search_hint
            node_ref=field
            prop:value=typed
            on:input:target=move |event| typed.set(event.target().value())
        />
    }
}

enum Key {
    Begin,
    Digit,
    Clear,
    Other,
}

fn key(event: &KeyboardEvent) -> Key {
    if event.is_composing() || event.ctrl_key() || event.alt_key() || event.meta_key() {
        return Key::Other;
    }
    match event.key().as_str() {
        "Escape" => Key::Clear,
        _ if is_typing(event) => Key::Other,
        "/" => Key::Begin,
        digit if digit.len() == 1 && digit.as_bytes()[0].is_ascii_digit() => Key::Digit,
        // The key of the slash, in whatever layout.
        _ if event.code() == "Slash" && !event.shift_key() => Key::Begin,
        _ => Key::Other,
    }
}

fn is_typing(event: &KeyboardEvent) -> bool {
    event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .is_some_and(|target| matches!(target.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}

fn focus(field: NodeRef<html::Input>) {
    if let Some(field) = field.get_untracked() {
        let _ = field.focus();
        field.select();
    }
}
