//! Parts of forms.

use lampfield_words::Words;
use leptos::prelude::*;

use crate::api::Refusal;
use crate::notice::refusal_text;
use crate::state::Desk;

/// A field with its label above.
#[component]
pub(crate) fn Field(
    /// What is asked.
    #[prop(into)]
    label: Signal<&'static str>,
    /// What is answered.
    value: RwSignal<String>,
    /// `text`, `password`, …
    #[prop(default = "text")]
    kind: &'static str,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// For tests and for the browser's own memory.
    name: &'static str,
    /// It may stay empty.
    #[prop(optional)]
    optional: bool,
) -> impl IntoView {
    view! {
        <label class="field">
            <span class="field__label">{label}</span>
            <input
                class="field__input"
                type=kind
                name=name
                autocomplete=autocomplete
                autocapitalize="off"
                spellcheck="false"
                required=!optional
                prop:value=value
                on:input:target=move |event| value.set(event.target().value())
            />
        </label>
    }
}

/// One of several, by its value, with its label above.
pub(crate) fn choice_field(
    desk: Desk,
    name: &'static str,
    label: fn(&Words) -> &'static str,
    choose: impl Fn(String) + 'static,
    options: impl Fn() -> AnyView + Send + 'static,
) -> impl IntoView {
    view! {
        <label class="field">
            <span class="field__label">{move || label(desk.choices.words())}</span>
            <select class="field__input" name=name on:change:target=move |event| choose(event.target().value())>
                {options}
            </select>
        </label>
    }
}

/// Why it was refused; nothing while it was not.
#[component]
pub(crate) fn RefusalNote(
    /// In whose language.
    desk: Desk,
    /// What the server said.
    #[prop(into)]
    refusal: Signal<Option<Refusal>>,
) -> impl IntoView {
    move || {
        let text = refusal_text(&refusal.get()?, desk.choices.words());
        Some(view! { <p class="form__error" role="alert" data-testid="refusal">{text}</p> })
    }
}
