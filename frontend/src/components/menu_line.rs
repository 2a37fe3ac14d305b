//! A line of a menu with a tick where it is chosen. Its parts are signals, so that all lines of all menus are one piece of the program.

use leptos::prelude::*;

use crate::symbol::symbol;
use crate::uniform::{click, truth};

/// The parts of a line.
pub(super) struct MenuLine {
    /// The id of the line, for tests.
    name: String,
    is_on: Signal<bool>,
    word: Signal<&'static str>,
    note: Signal<Option<String>>,
    is_hidden: Signal<bool>,
    choose: Callback<()>,
}

impl MenuLine {
    /// A line with this word, that does this.
    pub(super) fn new(
        name: String,
        is_on: impl Fn() -> bool + Send + Sync + 'static,
        word: impl Fn() -> &'static str + Send + Sync + 'static,
        choose: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        Self {
            name,
            is_on: Signal::derive(is_on),
            word: Signal::derive(word),
            note: Signal::stored(None),
            is_hidden: Signal::stored(false),
            choose: Callback::new(move |()| choose()),
        }
    }

    /// The line with a second text at its end.
    pub(super) fn with(self, note: impl Fn() -> Option<String> + Send + Sync + 'static) -> Self {
        Self { note: Signal::derive(note), ..self }
    }

    /// The line, shown only while this holds.
    pub(super) fn only_if(self, is_offered: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self { is_hidden: Signal::derive(move || !is_offered()), ..self }
    }
}

/// Shows a line.
pub(super) fn menu_line(line: MenuLine) -> AnyView {
    let MenuLine { name, is_on, word, note, is_hidden, choose } = line;
    let pressed = truth(move || is_on.get());
    view! {
        <button
            class="menu__item"
            type="button"
            aria-pressed=pressed
            hidden=is_hidden
            data-testid=name
            on:click=click(move || choose.run(()))
        >
            <span class="menu__tick">{symbol("switch__icon", "icon-tick")}</span>
            <span>{word}</span>
            <span class="menu__note">{note}</span>
        </button>
    }
    .into_any()
}
