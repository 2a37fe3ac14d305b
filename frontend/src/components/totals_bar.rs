//! How many lamps are in which state. Each count is also a filter, and all together the legend.

use leptos::prelude::*;

use super::symbol;
use crate::app::Desk;
use crate::state::Category;

/// A toggle for each category.
#[component]
pub(crate) fn TotalsBar(
    /// What is counted.
    desk: Desk,
) -> impl IntoView {
    let is_demo = move || desk.board.heading().is_some_and(|heading| heading.demo);
    view! {
        <div class="totals">
            <div class="totals__toggles" role="group" aria-label=move || desk.choices.words().totals>
                {Category::ALL.map(|category| view! { <Total desk=desk category=category /> }).collect_view()}
            </div>
            {move || is_demo().then(|| view! { <p class="ribbon" data-testid="demo">{desk.choices.words().demo}</p> })}
        </div>
    }
}

#[component]
fn Total(desk: Desk, category: Category) -> impl IntoView {
    let count = Memo::new(move |_| desk.board.totals().of(category));
    let chosen = desk.board.chosen;
    view! {
        <button
            class=move || {
                format!("total lamp--{} {}", category.as_str(), if count.get() == 0 { "total--none" } else { "" })
            }
            type="button"
            aria-pressed=move || chosen.get().contains(category).to_string()
            data-total=category.as_str()
            data-count=move || count.get().to_string()
            on:click=move |_| chosen.update(|chosen| chosen.toggle(category))
        >
            {symbol("total__shape", &format!("lamp-{}", category.as_str()))}
            <span class="total__count">{count}</span>
            " "
            <span class="total__word">{move || (desk.choices.words().category)(category)}</span>
        </button>
    }
}
