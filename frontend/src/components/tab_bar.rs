//! The tabs, each with the count of its lamps.

use leptos::prelude::*;

use crate::browser;
use crate::state::Desk;
use crate::state::tabs::TabHead;

/// The tabs of the board.
#[component]
pub(crate) fn TabBar(
    /// What the page knows.
    desk: Desk,
) -> impl IntoView {
    Effect::new(move |_| browser::remember("tab", &desk.board.tab.get().key()));
    let on_key = move |event: web_sys::KeyboardEvent| {
        let by = match event.key().as_str() {
            "ArrowLeft" => -1,
            "ArrowRight" => 1,
            _ => return,
        };
        event.prevent_default();
        turn(desk, by);
        request_animation_frame(|| {
            browser::focus("[role='tab'][aria-selected='true']");
        });
    };
    view! {
        <div
            class="tabs"
            role="tablist"
            aria-label=move || desk.choices.words().board().tabs
            on:keydown=on_key
        >
            <For each=move || desk.board.tabs() key=|head| (head.tab.key(), head.title.clone()) let:head>
                <TabButton desk=desk head=head />
            </For>
        </div>
    }
}

#[component]
fn TabButton(desk: Desk, head: TabHead) -> impl IntoView {
    let tab = head.tab.clone();
    let (own, key) = (tab.clone(), tab.key());
    let is_chosen = Memo::new(move |_| desk.board.tab.get() == own);
    let count = {
        let own = tab.clone();
        move || desk.board.tabs().into_iter().find(|head| head.tab == own).map_or(0, |head| head.count)
    };
    let word = move || head.word(desk.choices.words());
    view! {
        <button
            class="tab"
            type="button"
            role="tab"
            aria-selected=move || is_chosen.get().to_string()
            tabindex=move || if is_chosen.get() { "0" } else { "-1" }
            data-tab=key
            on:click=move |_| desk.board.tab.set(tab.clone())
        >
            <span>{word}</span>
            " "
            <span class="tab__count">{count}</span>
        </button>
    }
}

/// Moves by that many tabs, wrapping around at the ends.
pub(super) fn turn(desk: Desk, by: isize) {
    let tabs = untrack(|| desk.board.tabs());
    let chosen = desk.board.tab.get_untracked();
    let at = tabs.iter().position(|head| head.tab == chosen).unwrap_or(0);
    let next = at.checked_add_signed(by).unwrap_or(tabs.len().saturating_sub(1));
    if let Some(head) = tabs.get(next).or_else(|| tabs.first()) {
        desk.board.tab.set(head.tab.clone());
    }
}
