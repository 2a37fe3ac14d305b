//! The row above the lamps: their counts, which are filters and legend in one, and how the lamps are drawn. While the stream is lost the
//! counts would be untrue, and the warning stands in their place.

use lampfield_shared::Role;
use lampfield_words::{Categories, Category};
use leptos::prelude::*;

use super::Later;
use super::connection::Banner;
use super::side::NOW;
use super::view_menu::ViewMenu;
use crate::live::liveness::Status;
use crate::state::Desk;
use crate::symbol::symbol;
use crate::uniform::{click, memo, shown, truth};

/// The row.
#[component]
pub(crate) fn Filters(
    /// What the page knows.
    desk: Desk,
    /// Draws what is loaded later.
    later: Later,
) -> impl IntoView {
    let is_lost = shown(move || matches!(desk.connection.status(), Status::Lost { .. }));
    view! {
        <div class="filters">
            <div
                class="totals"
                role="group"
                aria-label=desk.choices.word(|words| words.totals)
                hidden=is_lost
            >
                <All desk=desk />
                {Category::BY_URGENCY.map(|category| view! { <Total desk=desk category=category /> }).collect_view()}
            </div>
            <Banner desk=desk />
            <div class="filters__right">
                <Select desk=desk />
                <button
                    class="switch switch--icon switch--now"
                    type="button"
                    popovertarget=NOW
                    data-testid="open-now"
                    title=desk.choices.word(|words| words.board().side)
                    aria-label=desk.choices.word(|words| words.board().side)
                >
                    {symbol("switch__icon", "icon-side")}
                </button>
                <ViewMenu desk=desk later=later />
            </div>
        </div>
    }
}

/// The part of the board that is shown and the number of its lamps; takes the filters away.
#[component]
fn All(desk: Desk) -> impl IntoView {
    let chosen = desk.board.chosen;
    let head = memo(move || desk.board.tab.with(|tab| desk.board.head_of(tab)));
    let word = shown(move || {
        head.get().map_or_else(|| desk.choices.words().board().all.into(), |head| head.word(desk.choices.words()))
    });
    let count = shown(move || head.get().map_or_else(|| "–".into(), |head| head.count.to_string()));
    let pressed = truth(move || chosen.get().is_empty());
    view! {
        <button
            class="total total--all"
            type="button"
            aria-pressed=pressed
            data-testid="filter-all"
            on:click=click(move || chosen.set(Categories::default()))
        >
            <b class="total__tab">{word}</b>
            " "
            <span class="total__word">{count}</span>
        </button>
    }
}

/// A count. One that is zero keeps its place: whoever is about to press the next one presses that.
#[component]
fn Total(desk: Desk, category: Category) -> impl IntoView {
    let count = memo(move || desk.board.totals().of(category));
    let chosen = desk.board.chosen;
    let is_chosen = memo(move || chosen.get().contains(category));
    let is_none = Signal::derive(move || count.get() == 0);
    let pressed = truth(move || is_chosen.get());
    let number = shown(move || count.get().to_string());
    let word = shown(move || (desk.choices.words().category)(category));
    let class = match category {
        Category::LastKnown => "total lamp--free lamp--last_known".to_owned(),
        category => format!("total lamp--{}", category.as_str()),
    };
    let shape = match category {
        Category::LastKnown => "lamp-free".to_owned(),
        category => format!("lamp-{}", category.as_str()),
    };
    view! {
        <button
            class=class
            type="button"
            class:total--none=is_none
            aria-pressed=pressed
            data-total=category.as_str()
            data-count=number
            title=word
            on:click=click(move || chosen.update(|chosen| chosen.toggle(category)))
        >
            <span class="block">{symbol("lamp__shape", &shape)}</span>
            <b class="total__count">{number}</b>
            " "
            <span class="total__word">{word}</span>
        </button>
    }
}

/// The switch by which a click selects. Its place is kept until the server has told who is looking: nothing moves when it does.
#[component]
fn Select(desk: Desk) -> impl IntoView {
    let select = move || {
        desk.selecting.update(|selecting| *selecting = !*selecting);
        if !desk.selecting.get_untracked() {
            desk.board.clear_selection();
        }
    };
    let is_away = Signal::derive(move || !desk.session.may(Role::Admin));
    view! {
        <button
            class="switch switch--icon"
            class:switch--away=is_away
            type="button"
            aria-pressed=truth(move || desk.selecting.get())
            title=desk.choices.word(|words| words.details().select)
            aria-label=desk.choices.word(|words| words.details().select)
            data-testid="selecting"
            on:click=click(select)
        >
            {symbol("switch__icon", "icon-select")}
        </button>
    }
}
