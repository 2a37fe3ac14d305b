//! "Is it meant?", before what cannot be undone.

use leptos::prelude::*;

use crate::components::Dialog;
use crate::state::Desk;

/// See the module.
#[component]
pub(crate) fn Sure(
    /// Whose page.
    desk: Desk,
    /// What would be done, in one word: the title, and the button that does it.
    act: &'static str,
    /// What is asked.
    question: String,
    /// Does it.
    on_sure: Callback<()>,
    /// Leaves it.
    on_close: Callback<()>,
) -> impl IntoView {
    view! {
        <Dialog desk=desk title=Signal::derive(move || act.to_owned()) name="sure-dialog" on_close=on_close>
            <p>{question}</p>
            <div class="form__row">
                <button class="button button--danger" type="button" data-testid="sure" on:click=move |_| on_sure.run(())>
                    {act}
                </button>
                <button class="button" type="button" on:click=move |_| on_close.run(())>
                    {move || desk.choices.words().common().cancel}
                </button>
            </div>
        </Dialog>
    }
}
