//! The editor of an own board. Other pages see nothing of an edit before it is saved, and nothing is lost by leaving
//! the editor: see [`unsaved`](super::unsaved).

use lampfield_shared::{BoardName, Lamp};
use lampfield_words::Words;
use leptos::prelude::*;
use web_sys::Node;

use super::super::list::{AdminPage, head};
use super::editing::Editing;
use super::rows::{Drawing, LIST, groups};
use super::unsaved::Unsaved;
use crate::browser;
use crate::components::{RefusalNote, start_at};
use crate::plain::{KEY, button, labelled, node, plain, text};
use crate::progress::Asked;
use crate::route::Route;
use crate::state::tabs::TabHead;
use crate::state::{Desk, Tab};

/// The most lamps that are offered for a typed text.
const OFFERED: usize = 20;

/// The editor of an own board.
#[component]
pub(crate) fn BoardEditor(
    /// What the page knows.
    desk: Desk,
    /// The board to edit; `None` for a new one.
    name: Option<BoardName>,
) -> impl IntoView {
    let editing = Editing::open(desk, name);
    let is_ready = Memo::new(move |_| editing.is_new() || editing.seen.with(Option::is_some));
    let words = move || desk.choices.words();
    view! {
        <AdminPage desk=desk title=|words| words.admin().boards name="board-editor" has_head=true>
            {move || plain(vec![back(words())])}
            {move || {
                if is_ready.get() {
                    view! { <Form editing=editing /> }.into_any()
                } else if desk.board.heading().is_some() {
                    view! { <p class="side__note">{words().own_boards().gone}</p> }.into_any()
                } else {
                    view! { <p class="side__note">{words().loading}</p> }.into_any()
                }
            }}
        </AdminPage>
    }
}

#[component]
fn Form(editing: Editing) -> impl IntoView {
    let Editing { desk, there, .. } = editing;
    if editing.is_new() {
        start_at("board-title");
    }
    let acted: Asked<()> = Asked::new();
    let newer = move || there.get().filter(|board| Some(board.changed) != editing.seen.get() && !acted.is_pending());
    let press = move |event: web_sys::MouseEvent| match browser::attribute_at(&event, KEY).as_deref() {
        Some(DROP) => {
            editing.forget();
            editing.show(editing.untouched().unwrap_or_else(Unsaved::empty));
        }
        Some(LOAD) => {
            if let Some(board) = untrack(newer) {
                editing.show(Unsaved::of(&board));
            }
        }
        _ => {}
    };
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        editing.save(acted);
    };
    // Before the lamps are there nobody knows which of them are unknown.
    let unknown = Memo::new(move |_| match desk.board.heading() {
        Some(_) => editing.draft.with(|draft| desk.board.unknown(draft.extens())),
        None => Vec::new(),
    });
    let words = move || desk.choices.words();
    let drawn = move || {
        let draft = editing.draft.get();
        let departments = departments(desk);
        let drawing =
            Drawing { desk, unknown: unknown.get(), picked: editing.picked.get(), departments, words: words() };
        plain(groups(&drawing, &draft.0))
    };
    view! {
        <form class="form" novalidate=true on:submit=save on:click=press>
            {move || plain(outdated(newer().is_some(), words()))}
            <div
                on:click=move |event| editing.press(&event)
                on:keydown=move |event| editing.key(&event)
                on:change=move |event| editing.choose(&event)
                on:dragstart=move |event| editing.drag(&event)
                on:dragover=move |event| editing.drag_over(&event)
                on:drop=move |event| editing.drop(&event)
                on:input=move |event| {
                    editing.note_typed(&event);
                    editing.keep();
                }
            >
                {move || plain(called(editing, words()))}
                {drawn}
            </div>
            {move || plain(vec![offered(desk, &editing.typed.get())])}
            <p class="side__note" role="status" data-testid="said">{move || editing.said.get()}</p>
            <RefusalNote desk=desk refusal=Signal::derive(move || acted.refusal()) />
            {move || plain(end(editing.is_changed.get(), words()))}
        </form>
    }
}

/// The fields for the title of the board and, while it is new, for its name in addresses. Reactive.
fn called(editing: Editing, words: &Words) -> Vec<Node> {
    let own = words.own_boards();
    let field = |name: &str, label: &str, value: &str| {
        let about = [("class", "field__input"), ("name", name), ("autocomplete", "off"), ("value", value)];
        labelled(label, node("input", &about, Vec::new()))
    };
    let mut fields = vec![field("board-title", own.title, &editing.title.get())];
    if editing.is_new() {
        fields.push(field("board-name", own.name, &editing.name.get()));
    }
    vec![node("div", &[("class", "form")], fields)]
}

/// The keys of the buttons of the whole board.
const LOAD: &str = "load-anew";
const DROP: &str = "drop";

/// What is said where another admin has saved the board meanwhile.
fn outdated(is_outdated: bool, words: &Words) -> Vec<Node> {
    let own = words.own_boards();
    if !is_outdated {
        return Vec::new();
    }
    let parts = vec![text("span", &[], own.changed), button(LOAD, &[("data-testid", LOAD)], own.load)];
    vec![node("p", &[("class", "form__error form__row"), ("role", "alert"), ("data-testid", "outdated")], parts)]
}

/// Save and Discard, and that something is not saved yet.
fn end(is_changed: bool, words: &Words) -> Vec<Node> {
    let own = words.own_boards();
    let note = text("p", &[("class", "side__note"), ("data-testid", "unsaved")], own.unsaved);
    let save = [("class", "button button--first"), ("type", "submit"), ("data-testid", "save")];
    let mut drop = vec![("data-testid", DROP)];
    drop.extend((!is_changed).then_some(("disabled", "")));
    let acts = vec![text("button", &save, words.common().save), button(DROP, &drop, own.drop)];
    let acts = node("div", &[("class", "form__row")], acts);
    let parts = is_changed.then_some(note).into_iter().chain([acts]).collect();
    vec![node("div", &[("class", "draft__end")], parts)]
}

/// The head of the page, with the way back to all boards.
fn back(words: &Words) -> Node {
    let link = [("class", "button"), ("data-testid", "back"), ("href", &*Route::Boards.href())];
    head(words.admin().boards, vec![text("a", &link, words.own_boards().back)])
}

/// The departments of the board. Reactive.
fn departments(desk: Desk) -> Vec<String> {
    let group = |head: TabHead| match head.tab {
        Tab::Group(group) => Some(group),
        _ => None,
    };
    desk.board.tabs().into_iter().filter_map(group).collect()
}

/// A `datalist` of the lamps that the typed text may mean.
fn offered(desk: Desk, typed: &str) -> Node {
    let lamps = if typed.trim().is_empty() { Vec::new() } else { desk.board.find(typed, OFFERED) };
    let option = |lamp: Lamp| {
        let name = lamp.name.unwrap_or_default();
        text("option", &[("value", lamp.exten.as_str())], &format!("{} {name}", lamp.exten))
    };
    node("datalist", &[("id", LIST)], lamps.into_iter().map(option).collect())
}
