//! The details of one lamp: the frame here, which closes them, and what they tell in the files beside it.

mod dnd;
mod history;
mod lamp;
mod note;
mod votes;

use lampfield_shared::Exten;
use leptos::prelude::*;

pub(super) use self::dnd::{report_text, set_dnd};
pub(crate) use self::lamp::LampDetails;
use super::{Later, hits};
use crate::state::Desk;
use crate::symbol::symbol;
use crate::uniform::click;

/// The details of one lamp.
#[component]
pub(crate) fn Details(
    /// What the page knows.
    desk: Desk,
    /// The extension of the lamp.
    exten: Exten,
    /// Draws what is told of the lamp.
    later: Later,
) -> impl IntoView {
    let number = exten.to_string();
    let close = {
        let exten = exten.clone();
        click(move || hits::close_details(desk, exten.clone()))
    };
    view! {
        <section class="details" data-testid="details" data-details=number>
            <button
                class="switch switch--icon details__close"
                type="button"
                data-testid="details-close"
                aria-label=desk.choices.word(|words| words.common().close)
                title=desk.choices.word(|words| words.common().close)
                on:click=close
            >
                {symbol("switch__icon", "icon-close")}
            </button>
            {later.now(move |parts| (parts.details)(desk, exten.clone()))}
        </section>
    }
}
