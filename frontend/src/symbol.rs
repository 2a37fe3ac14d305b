//! The drawings of the page.

use leptos::prelude::*;

/// A drawing of the sprite in `index.html`, by its id there. Words stand beside each.
pub(crate) fn symbol(class: &'static str, id: &str) -> impl IntoView + use<> {
    view! {
        <svg class=class aria-hidden="true">
            <use href=format!("#{id}") />
        </svg>
    }
}
