//! Notices with "Undo": a deed that can be taken back needs no question beforehand.

use std::time::Duration;

use leptos::prelude::*;
use web_sys::MouseEvent;

use crate::browser;
use crate::plain::{KEY, button, node, plain, text};
use crate::state::Desk;

/// How long a deed can be taken back from its notice.
const STANDS: Duration = Duration::from_secs(30);

/// The text that is shown, empty where there is none; what "Undo" does; and how many were shown.
#[derive(Clone, Copy)]
pub(super) struct Toasts {
    text: RwSignal<String>,
    latest: StoredValue<(u64, Option<Callback<()>>)>,
}

impl Toasts {
    /// Notices, of which none is shown.
    pub(super) fn new() -> Self {
        Self { text: RwSignal::new(String::new()), latest: StoredValue::new((0, None)) }
    }

    /// Shows a notice in place of the present one. Without `undo` there is nothing to take back.
    pub(super) fn say(self, text: String, undo: Option<Callback<()>>) {
        let number = self.latest.with_value(|(number, _)| number + 1);
        self.latest.set_value((number, undo));
        self.text.set(text);
        let fade = move || {
            if self.latest.try_with_value(|(latest, _)| *latest == number) == Some(true) {
                self.text.set(String::new());
            }
        };
        set_timeout(fade, STANDS);
    }

    fn undo(self) {
        if let Some(undo) = self.latest.with_value(|(_, undo)| *undo) {
            self.text.set(String::new());
            undo.run(());
        }
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
    let press = move |event: MouseEvent| {
        if browser::attribute_at(&event, KEY).is_some() {
            toasts.undo();
        }
    };
    let shown = move || {
        let said = toasts.text.get();
        if said.is_empty() {
            return plain(Vec::new());
        }
        let mut parts = vec![text("span", &[], &said)];
        if toasts.latest.with_value(|(_, undo)| undo.is_some()) {
            let act = [("class", "toast__act"), ("data-testid", "undo")];
            parts.push(button("undo", &act, desk.choices.words().naming().undo));
        }
        plain(vec![node("p", &[("class", "notice toast"), ("data-testid", "toast")], parts)])
    };
    view! { <div class="toasts" role="status" on:click=press>{shown}</div> }
}
