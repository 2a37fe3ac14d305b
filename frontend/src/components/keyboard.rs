//! The keys that work anywhere on the page. The arrow keys belong to the grid, those of the search field to `hits`.

use lampfield_words::{Categories, Command};
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

use super::{actions, favourites, hits, rail};
use crate::browser;
use crate::keys::{Meaning, Pressed};
use crate::route::Route;
use crate::state::Desk;

/// Listens to the keyboard. The component shows nothing.
#[component]
pub(crate) fn Keyboard(
    /// What the page knows.
    desk: Desk,
) -> impl IntoView {
    let after_g = StoredValue::new(false);
    let listener = window_event_listener(ev::keydown, move |event| handle(desk, after_g, &event));
    on_cleanup(move || listener.remove());
    // Open details follow the focus: what they show is what the letters act on.
    Effect::new(move |_| {
        if let Some(exten) = desk.stop.get()
            && Desk::place().lamp().is_some_and(|open| *open != exten)
        {
            browser::replace(&Route::Lamp(exten).href());
        }
    });
}

fn handle(desk: Desk, after_g: StoredValue<bool>, event: &KeyboardEvent) {
    if event.is_composing() || event.ctrl_key() || event.meta_key() || event.default_prevented() {
        return;
    }
    // An open dialog or menu handles Esc itself, and a key must not act on what lies behind it.
    if browser::is_there("dialog[open], [popover]:popover-open") || !untrack(|| desk.route.with(Route::shows_board)) {
        return;
    }
    let (code, key) = (event.code(), event.key());
    if key != "Escape" && is_typing(event) {
        return;
    }
    let was_g = after_g.get_value();
    after_g.set_value(false);
    let pressed = Pressed { code: &code, key: &key, shift: event.shift_key(), alt: event.alt_key() };
    match pressed.on_lamps(was_g, desk.choices.letters_untracked()) {
        Meaning::Nothing => {}
        Meaning::First => after_g.set_value(true),
        // The browser then types the digit into the field that has the focus.
        Meaning::Do(Command::Number) => _ = browser::focus(".search"),
        Meaning::Do(Command::Move | Command::Enter | Command::Select) if browser::is_there("body :focus") => {}
        Meaning::Do(command) => {
            event.prevent_default();
            obey(desk, command);
        }
    }
}

/// Closes the innermost thing that can be closed, and leads back to what it was opened from.
fn escape(desk: Desk) {
    let board = desk.board;
    if let Some(open) = Desk::place().lamp() {
        return hits::close_details(desk, open.clone());
    }
    if !board.chosen.get_untracked().is_empty() {
        board.chosen.set(Categories::default());
    } else if desk.selecting.get_untracked() || !untrack(|| board.selected()).is_empty() {
        desk.selecting.set(false);
        board.clear_selection();
    }
    hits::land(desk, desk.stop.get_untracked(), false);
}

fn obey(desk: Desk, command: Command) {
    match command {
        Command::Search => {
            browser::focus(".search");
        }
        Command::Escape => escape(desk),
        Command::Help => desk.help.set(true),
        Command::Undo => actions::undo(desk, None),
        Command::PreviousTab => rail::turn(desk, -1),
        Command::NextTab => rail::turn(desk, 1),
        Command::PreviousSite => super::grid::to_site(desk, -1),
        Command::NextSite => super::grid::to_site(desk, 1),
        Command::Only(alone) => desk.board.chosen.update(|chosen| {
            let alone = Categories::of(alone);
            *chosen = if *chosen == alone { Categories::default() } else { alone };
        }),
        // The grid's own keys, where nothing has the focus.
        Command::Move | Command::Enter | Command::Select => super::grid::focus_stop(),
        command => {
            if let Some(exten) = desk.subject() {
                match command {
                    Command::Earlier => favourites::step(desk, &exten, -1),
                    Command::Later => favourites::step(desk, &exten, 1),
                    command => actions::act(desk, command, &exten),
                }
            }
        }
    }
}

fn is_typing(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| matches!(target.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}
