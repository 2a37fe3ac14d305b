//! The symbols of the page.

use leptos::prelude::*;

/// A symbol from the sprite in `index.html`, by its id there. Symbols are hidden from screen readers: a text stands
/// beside each.
pub(crate) fn symbol(class: &'static str, id: &str) -> impl IntoView + use<> {
    view! {
        <svg class=class aria-hidden="true">
            <use href=format!("#{id}") />
        </svg>
    }
}
