//! The login page.

use lampfield_shared::account::Login;
use leptos::prelude::*;

use crate::api;
use crate::browser;
use crate::components::{Field, LanguageSwitch, RefusalNote, start_at};
use crate::progress::Asked;
use crate::route::Route;
use crate::state::{Desk, Who};

/// The form for name and password.
#[component]
pub(crate) fn LoginPage(
    /// What the page knows.
    desk: Desk,
) -> impl IntoView {
    start_at("name");
    let (name, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let asked: Asked<()> = Asked::new();
    let words = move || desk.choices.words().account();
    let log_in = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let login = Login { name: name.get_untracked().trim().into(), password: password.get_untracked() };
        asked.start(async move { api::log_in(&login).await }, |answer| {
            if answer.is_ok() {
                // A reader who was sent here from another place goes on to that place.
                if Route::parse(&browser::hash()) == Route::Login {
                    browser::set_hash(&Route::Board.href());
                }
                browser::reload();
            }
        });
    };
    let is_wrong = move || asked.refusal().is_some_and(|refusal| refusal.is_unauthorized());
    let refusal = Signal::derive(move || asked.refusal().filter(|refusal| !refusal.is_unauthorized()));
    let is_open = move || matches!(desk.session.who(), Who::Known(_));
    view! {
        <main class="sheet sheet--narrow" data-testid="login">
            <h1 class="sheet__title">"lampfield"</h1>
            {move || {
                (desk.session.who() == Who::Ended)
                    .then(|| view! { <p class="sheet__note" role="alert" data-testid="ended">{words().ended}</p> })
            }}
            <form class="form" on:submit=log_in>
                <Field label=Signal::derive(move || words().name) value=name name="name" autocomplete="username" />
                <Field
                    label=Signal::derive(move || words().password)
                    value=password
                    kind="password"
                    name="password"
                    autocomplete="current-password"
                />
                {move || {
                    is_wrong().then(|| view! { <p class="form__error" role="alert" data-testid="refusal">{words().wrong}</p> })
                }}
                <RefusalNote desk=desk refusal=refusal />
                <button class="button button--first" type="submit" data-testid="log-in">{move || words().log_in}</button>
            </form>
            <footer class="sheet__foot">
                {move || is_open().then(|| view! { <a href=Route::Board.href()>{words().to_board}</a> })}
                <LanguageSwitch desk=desk />
            </footer>
        </main>
    }
}
