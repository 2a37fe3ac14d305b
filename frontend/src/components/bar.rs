//! The top bar: title, search, connection, account.

use leptos::html;
use leptos::prelude::*;

use super::account_menu::AccountMenu;
use super::connection::ConnectionChip;
use super::{LanguageSwitch, ThemeSwitch};
use crate::browser;
use crate::route::Route;
use crate::state::Desk;

/// The top bar.
#[component]
pub(crate) fn Bar(
    /// What the page knows.
    desk: Desk,
    /// The search field; empty on pages without search.
    search: impl IntoView,
    /// The totals; empty on pages without lamps.
    totals: impl IntoView,
) -> impl IntoView {
    let title = move || desk.board.heading().map_or_else(|| "lampfield".into(), |heading| heading.title);
    let is_demo = move || desk.board.heading().is_some_and(|heading| heading.demo);
    let bar = NodeRef::<html::Header>::new();
    bar.on_load(|bar| browser::tell_height(&bar, "--bar-shown"));
    view! {
        <header class="bar" node_ref=bar>
            <h1 class="bar__title">
                <a class="bar__home" href=desk.href(&Route::Board)>{title}</a>
            </h1>
            {search}
            {move || is_demo().then(|| view! { <p class="ribbon" data-testid="demo">{desk.choices.words().demo}</p> })}
            <ConnectionChip desk=desk />
            <div class="bar__switches">
                <LanguageSwitch desk=desk />
                <ThemeSwitch desk=desk />
                <AccountMenu desk=desk />
            </div>
            {totals}
        </header>
    }
}
