//! The counts of lamps by category. Each count is a filter, and together they are the legend of the lamps.

use lampfield_words::Category;
use leptos::prelude::*;

use crate::state::Desk;
use crate::symbol::symbol;

/// A toggle button for each category.
#[component]
pub(crate) fn TotalsBar(
    /// What the page knows.
    desk: Desk,
) -> impl IntoView {
    view! {
        <div class="totals" role="group" aria-label=move || desk.choices.words().totals>
            {Category::ALL.map(|category| view! { <Total desk=desk category=category /> }).collect_view()}
        </div>
    }
}

#[component]
fn Total(desk: Desk, category: Category) -> impl IntoView {
    let count = Memo::new(move |_| desk.board.totals().of(category));
    let is_known = Memo::new(move |_| desk.board.heading().is_some());
    let shown = move || if is_known.get() { count.get().to_string() } else { "–".into() };
    let chosen = desk.board.chosen;
    view! {
        <button
            class=move || {
                let doubt = match (is_known.get(), count.get()) {
                    (false, _) => "total--unknown",
                    (true, 0) => "total--none",
                    (true, _) => "",
                };
                format!("total lamp--{} {doubt}", category.as_str())
            }
            type="button"
            aria-pressed=move || chosen.get().contains(category).to_string()
            data-total=category.as_str()
            data-count=move || count.get().to_string()
            on:click=move |_| chosen.update(|chosen| chosen.toggle(category))
        >
            {symbol("total__shape", &format!("lamp-{}", category.as_str()))}
            <span class="total__count">{shown}</span>
            " "
            <span class="total__word">{move || (desk.choices.words().category)(category)}</span>
        </button>
    }
}
