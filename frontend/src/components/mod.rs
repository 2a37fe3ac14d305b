//! What is seen. A component shows signals and decides nothing.

mod account_menu;
mod actions;
mod announcer;
mod band;
mod bands;
mod bar;
mod connection;
mod details;
mod dialog;
mod dnd_form;
mod form;
mod grid;
mod help;
mod keyboard;
mod lamp_rows;
mod lamp_tile;
mod many_dialog;
mod search_field;
mod selection;
mod side;
mod switches;
mod tab_bar;
mod toolbar;
mod totals_bar;

use leptos::prelude::*;

pub(crate) use actions::copy as copy_text;
pub(crate) use announcer::{Announcer, NoticeBar};
pub(crate) use bands::Bands;
pub(crate) use bar::Bar;
pub(crate) use connection::Banner;
pub(crate) use dialog::Dialog;
pub(crate) use form::{Field, RefusalNote, choice_field};
pub(crate) use grid::Grid;
pub(crate) use help::HelpDialog;
pub(crate) use keyboard::Keyboard;
pub(crate) use many_dialog::ManyDialog;
pub(crate) use search_field::SearchField;
pub(crate) use selection::SelectionBar;
pub(crate) use side::Side;
pub(crate) use switches::{LanguageSwitch, ThemeSwitch};
pub(crate) use tab_bar::TabBar;
pub(crate) use toolbar::Toolbar;
pub(crate) use totals_bar::TotalsBar;

/// A drawing of the sprite in `index.html`, by its id there. Words stand beside each.
pub(crate) fn symbol(class: &'static str, id: &str) -> impl IntoView + use<> {
    view! {
        <svg class=class aria-hidden="true">
            <use href=format!("#{id}") />
        </svg>
    }
}
