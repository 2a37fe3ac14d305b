//! The page for the reader's own password.

use lampfield_shared::account::{ChangePassword, PASSWORD_MIN_CHARS};
use leptos::prelude::*;

use crate::api;
use crate::browser;
use crate::components::{Field, RefusalNote, start_at};
use crate::progress::Asked;
use crate::state::Desk;

/// The form with the old password, and the new one twice.
#[component]
pub(crate) fn PasswordPage(
    /// What the page knows.
    desk: Desk,
    /// Whether the reader must choose a password before anything else.
    forced: bool,
) -> impl IntoView {
    start_at("old");
    let [old, new, again] = [(); 3].map(|()| RwSignal::new(String::new()));
    let asked: Asked<()> = Asked::new();
    let differ = RwSignal::new(false);
    let words = move || desk.choices.words().account();
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        differ.set(new.get_untracked() != again.get_untracked());
        if differ.get_untracked() {
            return;
        }
        let change = ChangePassword { old: old.get_untracked(), new: new.get_untracked() };
        asked.start(async move { api::change_password(&change).await }, |answer| {
            if answer.is_ok() {
                browser::start_anew();
            }
        });
    };
    let is_wrong = move || asked.refusal().is_some_and(|refusal| refusal.is_unauthorized());
    let refusal = Signal::derive(move || asked.refusal().filter(|refusal| !refusal.is_unauthorized()));
    view! {
        <main class="sheet sheet--narrow" data-testid="password">
            <h1 class="sheet__title">{move || words().change_password}</h1>
            {forced.then(|| view! { <p class="sheet__note">{move || words().must_change}</p> })}
            <form class="form" on:submit=save>
                <Field
                    label=Signal::derive(move || words().old_password)
                    value=old
                    kind="password"
                    name="old"
                    autocomplete="current-password"
                />
                <Field
                    label=Signal::derive(move || words().new_password)
                    value=new
                    kind="password"
                    name="new"
                    autocomplete="new-password"
                />
                <p class="form__hint">{move || (words().at_least)(PASSWORD_MIN_CHARS)}</p>
                <Field
                    label=Signal::derive(move || words().repeat_password)
                    value=again
                    kind="password"
                    name="again"
                    autocomplete="new-password"
                />
                {move || differ.get().then(|| view! { <p class="form__error" role="alert">{words().differ}</p> })}
                {move || {
                    is_wrong().then(|| view! { <p class="form__error" role="alert" data-testid="refusal">{words().wrong}</p> })
                }}
                <RefusalNote desk=desk refusal=refusal />
                <button class="button button--first" type="submit" data-testid="save">
                    {move || desk.choices.words().common().save}
                </button>
            </form>
        </main>
    }
}
