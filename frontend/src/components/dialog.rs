//! A question over the page. The browser itself keeps the focus in it, and closes it by Esc.

use leptos::html;
use leptos::prelude::*;

use crate::state::Desk;
use crate::symbol::symbol;

/// A dialog that is open as long as it is there.
#[component]
pub(crate) fn Dialog(
    /// In whose language.
    desk: Desk,
    /// What it is about.
    #[prop(into)]
    title: Signal<String>,
    /// For tests.
    name: &'static str,
    /// It was closed.
    on_close: Callback<()>,
    /// What stands in it.
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    dialog.on_load(move |dialog| {
        // Only what is in the document can be shown.
        request_animation_frame(move || {
            let _ = dialog.show_modal();
        });
    });
    let close = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let id = format!("{name}-title");
    let labelled_by = id.clone();
    view! {
        <dialog class="dialog" node_ref=dialog data-testid=name aria-labelledby=labelled_by on:close=move |_| on_close.run(())>
            <header class="dialog__head">
                <h2 id=id class="dialog__title">{title}</h2>
                <button
                    class="switch switch--icon"
                    type="button"
                    aria-label=move || desk.choices.words().common().close
                    title=move || desk.choices.words().common().close
                    on:click=close
                >
                    {symbol("switch__icon", "icon-close")}
                </button>
            </header>
            {children()}
        </dialog>
    }
}
