//! Form fields.

use lampfield_words::Words;
use leptos::prelude::*;

use crate::api::Refusal;
use crate::browser;
use crate::notice::refusal_text;
use crate::state::Desk;
use crate::uniform::{part, typed};

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
                on:input=typed(move |text| value.set(text))
            />
        </label>
    }
}

/// Gives the focus to the field of that name once it is drawn: what is typed first is not lost.
pub(crate) fn start_at(name: &'static str) {
    Effect::new(move |_| {
        // What is drawn from plain nodes comes in the next frame.
        request_animation_frame(move || {
            browser::focus(&format!("[name='{name}']"));
        });
    });
}

/// A select with its label above. `choose` gets the value of the chosen option.
pub(crate) fn choice_field(
    desk: Desk,
    name: &'static str,
    label: fn(&'static Words) -> &'static str,
    choose: impl Fn(String) + 'static,
    options: impl Fn() -> AnyView + Send + 'static,
) -> impl IntoView {
    view! {
        <label class="field">
            <span class="field__label">{desk.choices.word(label)}</span>
            <select class="field__input" name=name on:change=typed(choose)>
                {part(move || Some(options()))}
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
    part(move || {
        let text = refusal_text(&refusal.get()?, desk.choices.words());
        Some(view! { <p class="form__error" role="alert" data-testid="refusal">{text}</p> })
    })
}

/// The text of an error, while it holds.
pub(crate) fn form_error(is_wrong: impl Get<Value = bool> + Send + 'static, text: Signal<&'static str>) -> AnyView {
    part(move || is_wrong.get().then(|| view! { <p class="form__error" role="alert">{text}</p> }))
}
