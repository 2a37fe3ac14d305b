//! The commands on the selected lamps.

use leptos::prelude::*;

use crate::state::Desk;
use crate::uniform::{click, part};

/// A bar at the end of the window, shown while lamps are selected.
#[component]
pub(crate) fn SelectionBar(
    /// What the page knows.
    desk: Desk,
) -> impl IntoView {
    part(move || {
        let count = desk.board.selected().len();
        (count > 0).then(|| {
            let words = desk.choices.words();
            view! {
                <div class="selection" role="region" aria-label=(words.board().selected)(count) data-testid="selection">
                    <strong>{(words.board().selected)(count)}</strong>
                    <button
                        class="button button--first"
                        type="button"
                        data-testid="selection-dnd"
                        on:click=click(move || desk.many.set(Some(untrack(|| desk.board.selected()).into_iter().collect())))
                    >
                        {words.dnd().title}
                    </button>
                    <button
                        class="button"
                        type="button"
                        on:click=click(move || desk.board.clear_selection())
                    >
                        {words.board().clear}
                    </button>
                </div>
            }
        })
    })
}
