//! Form fields.

use lampfield_words::Words;
use leptos::prelude::*;

use crate::api::Refusal;
use crate::browser;
use crate::notice::refusal_text;
use crate::state::Desk;

/// A text field with its label above.
#[component]
pub(crate) fn Field(
    /// The label.
    #[prop(into)]
    label: Signal<&'static str>,
    /// The value, kept equal to the text of the field.
    value: RwSignal<String>,
    /// The `type` attribute: `text`, `password`, …
    #[prop(default = "text")]
    kind: &'static str,
    /// The `autocomplete` attribute: what the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// The `name` attribute, for tests and for the browser's own memory.
    name: &'static str,
    /// Whether the field may stay empty.
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

/// Gives the focus to the field of that name once it is drawn: what is typed first is not lost.
pub(crate) fn start_at(name: &'static str) {
    Effect::new(move |_| {
        browser::focus(&format!("[name='{name}']"));
    });
}

/// A select with its label above. `choose` gets the value of the chosen option.
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

/// Why a request was refused; nothing while it was not.
#[component]
pub(crate) fn RefusalNote(
    /// What the page knows.
    desk: Desk,
    /// The refusal, if any.
    #[prop(into)]
    refusal: Signal<Option<Refusal>>,
) -> impl IntoView {
    move || {
        let text = refusal_text(&refusal.get()?, desk.choices.words());
        Some(view! { <p class="form__error" role="alert" data-testid="refusal">{text}</p> })
    }
}
