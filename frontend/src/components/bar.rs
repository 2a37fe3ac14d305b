//! The top bar: title, search, health, menu. Each has its place before anything has arrived: nothing moves when it does.

use leptos::prelude::*;

use super::account_menu::AccountMenu;
use super::health::Health;
use crate::route::Route;
use crate::state::Desk;
use crate::uniform::{part, shown};

/// The top bar.
#[component]
pub(crate) fn Bar(
    /// What the page knows.
    desk: Desk,
    /// The search field; empty on pages without search.
    search: impl IntoView,
    /// The reader's own line; empty in the admin's program, which shows no lamps.
    own: impl IntoView,
    /// The lines of the menu.
    lines: AnyView,
) -> impl IntoView {
    let title = shown(move || desk.board.heading().map_or_else(|| "lampfield".into(), |heading| heading.title));
    let is_demo = move || desk.board.heading().is_some_and(|heading| heading.demo);
    view! {
        <header class="bar">
            <h1 class="bar__title">
                <a class="bar__home" href=desk.href(&Route::Board) title=title>{title}</a>
            </h1>
            <div class="bar__search">{search}</div>
            <div class="bar__own">{own}</div>
            <div class="bar__right">
                {part(move || is_demo().then(|| view! { <p class="ribbon" data-testid="demo">{desk.choices.words().demo}</p> }))}
                <Health desk=desk />
            </div>
            <AccountMenu desk=desk lines=lines />
        </header>
    }
}
