//! A dialog for secrets that are shown only once: one-time passwords and links of screens.

use leptos::prelude::*;

use crate::components::{Dialog, copy_text};
use crate::state::Desk;

/// A secret to show.
#[derive(Clone)]
pub(super) enum Secret {
    /// A one-time password.
    Password {
        /// The name of the account.
        name: String,
        /// The password.
        password: String,
    },
    /// A screen's link.
    Link {
        /// The name of the screen.
        name: String,
        /// The absolute address of the display.
        link: String,
    },
}

/// The dialog, open while there is a secret.
#[component]
pub(super) fn SecretDialog(
    /// What the page knows.
    desk: Desk,
    /// The secret; cleared when the dialog closes.
    secret: RwSignal<Option<Secret>>,
) -> impl IntoView {
    move || {
        let secret_now = secret.get()?;
        let (words, screens) = (desk.choices.words().admin(), desk.choices.words().screens());
        let (title, hint, text) = match secret_now {
            Secret::Password { name, password } => ((words.password_of)(&name), words.password_once, password),
            Secret::Link { name, link } => ((screens.link_of)(&name), screens.link_once, link),
        };
        let title = Signal::derive(move || title.clone());
        let copied = text.clone();
        Some(view! {
            <Dialog desk=desk title=title name="secret-dialog" on_close=Callback::new(move |()| secret.set(None))>
                <p>{hint}</p>
                <p class="secret">
                    <code class="secret__text" data-testid="secret">{text}</code>
                    <button
                        class="button button--first"
                        type="button"
                        data-testid="copy"
                        on:click=move |_| copy_text(desk, copied.clone())
                    >
                        {desk.choices.words().common().copy}
                    </button>
                </p>
            </Dialog>
        })
    }
}
