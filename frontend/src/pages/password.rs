//! The page for the reader's own password.

use lampfield_shared::account::{ChangePassword, PASSWORD_MIN_CHARS};
use leptos::prelude::*;

use crate::api;
use crate::browser;
use crate::components::{Field, RefusalNote, form_error, start_at};
use crate::progress::Asked;
use crate::state::Desk;
use crate::uniform::{Handler, part, shown};

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
    let save: Handler<web_sys::SubmitEvent> = Box::new(move |event| {
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
    });
    let is_wrong = move || asked.refusal().is_some_and(|refusal| refusal.is_unauthorized());
    let refusal = Signal::derive(move || asked.refusal().filter(|refusal| !refusal.is_unauthorized()));
    view! {
        <main class="sheet sheet--narrow" data-testid="password">
            <h1 class="sheet__title">{desk.choices.word(|words| words.account().change_password)}</h1>
            {forced.then(|| view! { <p class="sheet__note">{desk.choices.word(|words| words.account().must_change)}</p> })}
            <form class="form" on:submit=save>
                <Field
                    label=desk.choices.word(|words| words.account().old_password)
                    value=old
                    kind="password"
                    name="old"
                    autocomplete="current-password"
                />
                <Field
                    label=desk.choices.word(|words| words.account().new_password)
                    value=new
                    kind="password"
                    name="new"
                    autocomplete="new-password"
                />
                <p class="form__hint">{shown(move || (desk.choices.words().account().at_least)(PASSWORD_MIN_CHARS))}</p>
                <Field
                    label=desk.choices.word(|words| words.account().repeat_password)
                    value=again
                    kind="password"
                    name="again"
                    autocomplete="new-password"
                />
                {form_error(differ, desk.choices.word(|words| words.account().differ))}
                {part(move || {
                    let text = desk.choices.words().account().wrong;
                    is_wrong().then(|| view! { <p class="form__error" role="alert" data-testid="refusal">{text}</p> })
                })}
                <RefusalNote desk=desk refusal=refusal />
                <button class="button button--first" type="submit" data-testid="save">
                    {desk.choices.word(|words| words.common().save)}
                </button>
            </form>
        </main>
    }
}
