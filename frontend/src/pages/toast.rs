//! Notices with "Undo": a deed that can be taken back needs no question beforehand.

use std::time::Duration;

use leptos::prelude::*;

use crate::state::Desk;

/// How long a deed can be taken back from its notice.
const STANDS: Duration = Duration::from_secs(30);

/// The notice that is shown, and how many were shown.
#[derive(Clone, Copy)]
pub(super) struct Toasts(RwSignal<Option<Toast>>, StoredValue<u64>);

#[derive(Clone)]
struct Toast {
    number: u64,
    text: String,
    /// What "Undo" does; `None`: there is nothing to take back.
    undo: Option<Callback<()>>,
}

impl Toasts {
    /// Notices, of which none is shown.
    pub(super) fn new() -> Self {
        Self(RwSignal::new(None), StoredValue::new(0))
    }

    /// Shows a notice in place of the present one.
    pub(super) fn say(self, text: String, undo: Option<Callback<()>>) {
        let number = self
            .1
            .try_update_value(|number| {
                *number += 1;
                *number
            })
            .unwrap_or_default();
        self.0.set(Some(Toast { number, text, undo }));
        let fade = move || {
            if self.0.try_with_untracked(|toast| toast.as_ref().is_some_and(|it| it.number == number)) == Some(true) {
                self.0.set(None);
            }
        };
        set_timeout(fade, STANDS);
    }
}

/// The place of the notice.
#[component]
pub(super) fn ToastBar(
    /// What the page knows.
    desk: Desk,
    /// The notices.
    toasts: Toasts,
) -> impl IntoView {
    let shown = move || {
        let Toast { text, undo, .. } = toasts.0.get()?;
        let button = undo.map(|undo| {
            let press = move |_| {
                toasts.0.set(None);
                undo.run(());
            };
            view! {
                <button class="toast__act" type="button" data-testid="undo" on:click=press>
                    {move || desk.choices.words().naming().undo}
                </button>
            }
        });
        Some(view! { <p class="notice toast" data-testid="toast"><span>{text}</span>{button}</p> })
    };
    view! { <div class="toasts" role="status">{shown}</div> }
}
