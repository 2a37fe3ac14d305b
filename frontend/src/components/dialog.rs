//! A modal dialog. The browser keeps the focus inside and closes the dialog by Esc.

use leptos::html;
use leptos::prelude::*;

use crate::state::Desk;
use crate::symbol::symbol;
use crate::uniform::click;

/// A dialog that is open as long as the component exists.
#[component]
pub(crate) fn Dialog(
    /// What the page knows.
    desk: Desk,
    /// The title of the dialog.
    #[prop(into)]
    title: Signal<String>,
    /// Id for tests.
    name: &'static str,
    /// Called when the dialog is closed.
    on_close: Callback<()>,
    /// The content.
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    dialog.on_load(move |dialog| {
        // Only an element that is in the document can be shown as a dialog, hence the wait for a frame.
        request_animation_frame(move || {
            let _ = dialog.show_modal();
        });
    });
    let close = click(move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    });
    let id = format!("{name}-title");
    let labelled_by = id.clone();
    view! {
        <dialog class="dialog" node_ref=dialog data-testid=name aria-labelledby=labelled_by on:close=move |_| on_close.run(())>
            <header class="dialog__head">
                <h2 id=id class="dialog__title">{title}</h2>
                <button
                    class="switch switch--icon"
                    type="button"
                    aria-label=desk.choices.word(|words| words.common().close)
                    title=desk.choices.word(|words| words.common().close)
                    on:click=close
                >
                    {symbol("switch__icon", "icon-close")}
                </button>
            </header>
            {children()}
        </dialog>
    }
}
