//! The bar above everything: what this is, search, whether it lives, who is looking.

use leptos::html;
use leptos::prelude::*;

use super::account_menu::AccountMenu;
use super::connection::ConnectionChip;
use super::{LanguageSwitch, ThemeSwitch};
use crate::browser;
use crate::route::Route;
use crate::state::Desk;

/// See the module.
#[component]
pub(crate) fn Bar(
    /// Of which page.
    desk: Desk,
    /// The field to search in, where there is something to search.
    search: impl IntoView,
    /// What is counted, where it is seen.
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
