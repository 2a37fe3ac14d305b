//! The lamps that a search finds: one ranked list in place of the grid, with the first lamp chosen.
//!
//! The focus stays in the search field, which points to the chosen row (ARIA APG, combobox with a grid). What a key does
//! there, and which keys the buttons of the chosen row show, is told by the table in `keys`.

use std::ops::Range;

use lampfield_shared::Exten;
use lampfield_words::{Age, Categories, Command, Look, Words, freshness_word};
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement, KeyboardEvent, Node};

use super::{actions, grid, place};
use crate::browser;
use crate::keys::{Meaning, Pressed, TABLE, is_letter};
use crate::plain::{KEY, drawing, node, show, text};
use crate::route::Route;
use crate::state::{Desk, Hit, Mark, Tab};

/// The id of the list.
pub(super) const LIST: &str = "hits";

/// The attribute of a row with its extension.
const HIT: &str = "data-hit";

/// The id of a lamp's row.
fn row_id(exten: &Exten) -> String {
    format!("hit-{exten}")
}

/// The hits of the search; nothing while nothing is searched.
#[component]
pub(crate) fn HitList(
    /// What the page knows.
    desk: Desk,
) -> impl IntoView {
    let board = desk.board;
    let place = NodeRef::<Div>::new();
    place.on_load(move |place| {
        place.set_class_name("hits");
        // A click takes the focus from no field.
        browser::listen(&place, "mousedown", Box::new(|event| event.prevent_default()));
        browser::listen(&place, "click", Box::new(move |event| click(desk, &event)));
        let on_key = move |event: Event| handle(desk, event.unchecked_ref(), true);
        browser::listen(&place, "keydown", Box::new(on_key));
    });
    Effect::new(move |_| {
        browser::set_on_root("data-searching", if board.searches() { "true" } else { "false" });
        if let Some(place) = place.get() {
            show(&place, list(desk));
        }
    });
    Effect::new(move |_| {
        let row = board.picked.get().map(|exten| row_id(&exten));
        let is_open = row.as_ref().map_or("false", |_| "true");
        let row = row.unwrap_or_default();
        browser::describe(".search", &[("aria-expanded", is_open), ("aria-activedescendant", &row)]);
        request_animation_frame(move || browser::reveal(&row));
    });
    view! { <div node_ref=place></div> }
}

fn click(desk: Desk, event: &Event) {
    let key = browser::attribute_at(event, KEY);
    let row = TABLE.iter().find(|row| Some(row.0) == key.as_deref());
    if let Some(command) = row.and_then(|row| row.2) {
        obey(desk, command);
    } else if let Some(exten) = browser::attribute_at(event, HIT).map(Exten::from) {
        desk.board.picked.set(Some(exten.clone()));
        actions::open(desk, &exten, None);
    }
}

/// Does what a key does while something is searched. `beside` says that the focus is beside the field, on a button of the
/// chosen row: there Enter presses it, and a letter needs no Alt, since nothing is typed.
pub(super) fn handle(desk: Desk, event: &KeyboardEvent, beside: bool) {
    if event.is_composing() || event.ctrl_key() || event.meta_key() {
        return;
    }
    let (code, key) = (event.code(), event.key());
    if beside && matches!(&*key, "Enter" | "Tab") {
        return;
    }
    let is_plain_letter = beside && code.starts_with("Key");
    let pressed = Pressed { code: &code, key: &key, shift: event.shift_key(), alt: event.alt_key() || is_plain_letter };
    let Meaning::Do(command) = pressed.typing() else { return };
    if !untrack(|| desk.board.searches()) {
        if matches!(command, Command::Choose(1) | Command::Call) {
            event.prevent_default();
            grid::focus_stop();
        }
        return;
    }
    if command == Command::Details && !beside && !is_at_end(event) {
        return;
    }
    event.prevent_default();
    // A key that is held down calls once.
    if !event.repeat() || matches!(command, Command::Choose(_)) {
        obey(desk, command);
    }
}

/// Whether the caret stands behind the last letter of the field.
fn is_at_end(event: &KeyboardEvent) -> bool {
    let field = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    field.is_none_or(|field| {
        let end = field.value().encode_utf16().count();
        field.selection_start().ok().flatten().is_some_and(|caret| caret as usize == end)
    })
}

fn obey(desk: Desk, command: Command) {
    let board = desk.board;
    let picked = board.picked.get_untracked();
    match (command, &picked) {
        (Command::Choose(by), _) => board.pick_beside(by),
        (Command::Leave, _) => leave(desk),
        (Command::Buttons, _) => _ = browser::focus(".hit__acts > *"),
        (Command::Call, Some(exten)) => {
            actions::call(desk, exten);
            leave(desk);
        }
        (_, Some(exten)) => actions::act(desk, command, exten),
        (_, None) => {}
    }
}

/// Empties the field, and goes to the chosen lamp among all.
fn leave(desk: Desk) {
    let picked = desk.board.picked.get_untracked();
    desk.board.typed.set(String::new());
    land(desk, picked, true);
}

/// Closes the details of a lamp, and goes back to where it is listed.
pub(super) fn close_details(desk: Desk, exten: Exten) {
    Desk::go(&Route::Board);
    if untrack(|| desk.board.searches()) {
        browser::focus(".search");
    } else {
        land(desk, Some(exten), false);
    }
}

/// Frames in which a lamp may be drawn that was not shown before.
const PATIENCE: u8 = 30;

/// Gives the focus to a lamp of the grid: at once, or as soon as it is drawn there. `widens` says that filter and tab may be
/// left to show it. The focus never ends up nowhere.
pub(super) fn land(desk: Desk, exten: Option<Exten>, widens: bool) {
    if lands(exten.as_ref()) {
        return;
    }
    queue_microtask(move || {
        if lands(exten.as_ref()) {
            return;
        }
        if widens && exten.is_some() {
            desk.board.chosen.set(Categories::default());
            desk.board.tab.set(Tab::All);
        }
        land_later(exten, if widens { PATIENCE } else { 0 });
    });
}

fn land_later(exten: Option<Exten>, frames: u8) {
    request_animation_frame(move || {
        if lands(exten.as_ref()) {
            return;
        }
        if frames > 0 {
            land_later(exten, frames - 1);
        } else if !lands(None) {
            browser::focus(".search");
        }
    });
}

/// Focuses a lamp, or any; returns whether one has the focus then.
fn lands(exten: Option<&Exten>) -> bool {
    match exten {
        Some(exten) => _ = place::focus_lamp(exten),
        None => grid::focus_stop(),
    }
    browser::is_there(".board [data-exten]:focus")
}

/// The buttons of the chosen row, by their keys.
const BUTTONS: [&str; 6] = ["Enter", "W", "D", "N", "F", "→"];

fn list(desk: Desk) -> Vec<Node> {
    let (board, words) = (desk.board, desk.choices.words());
    let picked = board.picked.get();
    if !board.searches() {
        return Vec::new();
    }
    board.with_hits(|hits| {
        if hits.first.is_empty() {
            let typed = board.typed.get();
            let note = [("class", "board__note"), ("role", "status"), ("data-testid", "no-hits")];
            return vec![text("p", &note, &(words.no_hits)(typed.trim()))];
        }
        let mut rows = vec![head(words)];
        rows.extend(hits.first.iter().map(|hit| row(desk, hit, picked.as_ref() == Some(&hit.exten), words)));
        let attributes = [("id", LIST), ("class", "hits__list"), ("role", "grid"), ("aria-label", words.search)];
        let mut foot = vec![text("span", &[("role", "status")], &(words.board().hits)(hits.count, hits.of))];
        if hits.count > hits.first.len() {
            foot.push(text("span", &[], &(words.board().and_more)(hits.count - hits.first.len())));
        }
        for keys in [&["↑", "↓"][..], &["Esc"]] {
            let mut parts: Vec<Node> = keys.iter().map(|key| text("kbd", &[("class", "key")], key)).collect();
            parts.push(letters(does(keys[0], words)));
            foot.push(node("span", &[("class", "hits__key")], parts));
        }
        vec![node("div", &attributes, rows), node("p", &[("class", "hits__foot"), ("data-testid", "hits-foot")], foot)]
    })
}

fn head(words: &Words) -> Node {
    let titles = words.board().columns.into_iter();
    let cells = std::iter::once(text("span", &[("role", "none")], ""))
        .chain(titles.map(|title| text("span", &[("role", "columnheader")], title)))
        .collect();
    node("div", &[("class", "hit hit--head"), ("role", "row")], cells)
}

fn row(desk: Desk, hit: &Hit, is_picked: bool, words: &Words) -> Node {
    let cell = desk.board.cell(&hit.exten);
    let look = cell.as_ref().map(|cell| Look::of(&cell.lamp, desk.connection.lost()));
    let mut cells = vec![node(
        "span",
        &[("role", "gridcell"), ("class", &look.map_or_else(String::new, |look| look.class("block hit__lamp")))],
        look.map(|look| drawing("lamp__shape", &look.shape())).into_iter().collect(),
    )];
    let part = |name: &str, inside| node("span", &[("role", "gridcell"), ("class", name)], inside);
    let parts = ["hit__exten", "hit__name", "hit__group", "hit__site"];
    cells.extend(parts.iter().zip(&hit.texts).map(|(name, (text, marks))| part(name, marked(text, marks))));
    let said = look.map_or_else(String::new, |look| look.brief(words));
    let age = look.and_then(|look| look.since).map(|since| (words.age)(Age::between(since, desk.clock.minute())));
    cells.push(part("hit__state", vec![letters(&said)]));
    cells.push(part("hit__since", vec![letters(&age.unwrap_or_default())]));
    if is_picked {
        let has = |mark| cell.as_ref().is_some_and(|cell| cell.marks.has(mark));
        let buttons = BUTTONS.map(|key| {
            let pressed = match key {
                "W" => Some(has(Mark::Watched)),
                "F" => Some(has(Mark::Favourite)),
                _ => None,
            };
            button(key, pressed, words)
        });
        cells.push(part("hit__acts", buttons.into()));
    }
    let freshness = look.map_or("never", |look| freshness_word(look.freshness));
    let attributes = [
        ("id", &*row_id(&hit.exten)),
        ("class", "hit"),
        ("role", "row"),
        ("aria-selected", if is_picked { "true" } else { "false" }),
        (HIT, hit.exten.as_str()),
        ("data-freshness", freshness),
    ];
    node("div", &attributes, cells)
}

fn button(key: &str, pressed: Option<bool>, words: &Words) -> Node {
    let shown = if is_letter(key) { format!("Alt {key}") } else { key.into() };
    let inside = vec![letters(does(key, words)), text("kbd", &[("class", "key")], &shown)];
    let class = if key == BUTTONS[0] { "button button--first" } else { "button" };
    let mut attributes = vec![("class", class), ("type", "button"), (KEY, key)];
    if let Some(pressed) = pressed {
        attributes.push(("aria-pressed", if pressed { "true" } else { "false" }));
    }
    node("button", &attributes, inside)
}

/// What a key does in the search field, in words.
fn does(key: &str, words: &Words) -> &'static str {
    let command = TABLE.iter().find(|row| row.0 == key).and_then(|row| row.2);
    command.map_or("", words.keys().does)
}

fn letters(text: &str) -> Node {
    document().create_text_node(text).into()
}

/// A text with its marked parts.
fn marked(whole: &str, marks: &[Range<usize>]) -> Vec<Node> {
    let mut parts = Vec::new();
    let mut at = 0;
    for mark in marks {
        parts.push(letters(&whole[at..mark.start]));
        parts.push(text("mark", &[], &whole[mark.clone()]));
        at = mark.end;
    }
    parts.push(letters(&whole[at..]));
    parts
}
