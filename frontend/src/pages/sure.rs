//! A dialog that asks for confirmation before what cannot be undone.

use leptos::prelude::*;

use crate::components::Dialog;
use crate::state::Desk;

/// The dialog for a confirmation.
#[component]
pub(crate) fn Sure(
    /// What the page knows.
    desk: Desk,
    /// What would be done, in one word: the title and the label of the button.
    act: &'static str,
    /// The question.
    question: String,
    /// Called when the reader confirms.
    on_sure: Callback<()>,
    /// Called when the reader cancels.
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
