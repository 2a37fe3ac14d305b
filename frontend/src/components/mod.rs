//! What is seen. A component shows signals and decides nothing.

mod band;
mod bands;
mod connection;
mod lamp_tile;
mod search_field;
mod switches;
mod totals_bar;

use leptos::prelude::*;

pub(crate) use bands::Bands;
pub(crate) use connection::{Banner, ConnectionChip};
pub(crate) use search_field::SearchField;
pub(crate) use switches::{LanguageSwitch, ThemeSwitch};
pub(crate) use totals_bar::TotalsBar;

/// A drawing of the sprite in `index.html`, by its id there. Words stand beside each.
fn symbol(class: &'static str, id: &str) -> impl IntoView + use<> {
    view! {
        <svg class=class aria-hidden="true">
            <use href=format!("#{id}") />
        </svg>
    }
}
