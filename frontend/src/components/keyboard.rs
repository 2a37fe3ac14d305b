//! The keys that work anywhere on the page. The arrow keys belong to the grid.

use lampfield_words::{Categories, Command};
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

use super::{actions, rail};
use crate::browser;
use crate::keys::{Letters, Meaning, meaning};
use crate::route::Route;
use crate::state::{Desk, Intent};

/// Listens to the keyboard. The component shows nothing.
#[component]
pub(crate) fn Keyboard(
    /// What the page knows.
    desk: Desk,
) -> impl IntoView {
    let after_g = StoredValue::new(false);
    let listener = window_event_listener(ev::keydown, move |event| handle(desk, after_g, &event));
    on_cleanup(move || listener.remove());
}

fn handle(desk: Desk, after_g: StoredValue<bool>, event: &KeyboardEvent) {
    if event.is_composing() || event.ctrl_key() || event.alt_key() || event.meta_key() || event.default_prevented() {
        return;
    }
    // An open dialog or menu handles Esc itself, and a key must not act on what lies behind it.
    if browser::is_there("dialog[open], [popover]:popover-open") || !untrack(|| desk.route.with(Route::shows_board)) {
        return;
    }
    if event.key() == "Escape" {
        return escape(desk);
    }
    if is_typing(event) {
        return;
    }
    let (key, letters) = (event.key(), desk.choices.letters_untracked());
    if letters == Letters::Count && key.len() == 1 && key.as_bytes()[0].is_ascii_digit() {
        // The browser then types the digit into the field that has the focus.
        browser::focus(".search");
        return;
    }
    let was_g = after_g.get_value();
    after_g.set_value(false);
    match meaning(&event.code(), event.shift_key(), was_g, letters) {
        Meaning::Nothing => {}
        Meaning::First => after_g.set_value(true),
        Meaning::Do(command) => {
            event.prevent_default();
            obey(desk, command);
        }
    }
}

/// Closes the innermost thing that can be closed.
fn escape(desk: Desk) {
    let board = desk.board;
    if Desk::place().lamp().is_some() {
        Desk::go(&Route::Board);
    } else if !board.typed.with_untracked(String::is_empty) || !board.chosen.get_untracked().is_empty() {
        board.typed.set(String::new());
        board.chosen.set(Categories::default());
    } else if desk.selecting.get_untracked() || !untrack(|| board.selected()).is_empty() {
        desk.selecting.set(false);
        board.mark(crate::state::Mark::Selected, std::collections::BTreeSet::new());
    }
    super::grid::focus_stop();
}

fn obey(desk: Desk, command: Command) {
    let on_subject = |act: fn(Desk, &lampfield_shared::Exten)| {
        if let Some(exten) = desk.subject() {
            act(desk, &exten);
        }
    };
    match command {
        Command::Search => {
            browser::focus(".search");
        }
        Command::Help => desk.help.set(true),
        Command::Call => on_subject(actions::call),
        Command::Watch => on_subject(actions::toggle_watch),
        Command::Dnd => on_subject(|desk, exten| actions::open(desk, exten, Some(Intent::Dnd))),
        Command::Note => on_subject(|desk, exten| actions::open(desk, exten, Some(Intent::Note))),
        Command::Why => on_subject(|desk, exten| actions::open(desk, exten, Some(Intent::Why))),
        Command::Favourite => on_subject(actions::toggle_favourite),
        Command::Select => on_subject(actions::toggle_selected),
        Command::PreviousTab => rail::turn(desk, -1),
        Command::NextTab => rail::turn(desk, 1),
        Command::PreviousSite => super::grid::to_site(desk, -1),
        Command::NextSite => super::grid::to_site(desk, 1),
        Command::Only(alone) => desk.board.chosen.update(|chosen| {
            *chosen = if *chosen == alone { Categories::default() } else { alone };
        }),
        Command::Density | Command::Theme | Command::Blink => {}
    }
}

fn is_typing(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| matches!(target.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}
