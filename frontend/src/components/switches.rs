//! The switch for the language.

use lampfield_words::Language;
use leptos::prelude::*;

use crate::state::Desk;
use crate::uniform::{click, truth};

/// A button for each language.
#[component]
pub(crate) fn LanguageSwitch(
    /// What the page knows.
    desk: Desk,
) -> impl IntoView {
    let button = move |language: Language| {
        let words = language.words();
        view! {
            <button
                class="switch"
                type="button"
                lang=words.tag
                title=words.own_name
                aria-pressed=truth(move || desk.choices.language() == language)
                data-testid=format!("language-{}", words.tag)
                on:click=click(move || desk.choices.set_language(language))
            >
                {words.tag.to_uppercase()}
            </button>
        }
    };
    view! {
        <div class="switches" role="group" aria-label=desk.choices.word(|words| words.language)>
            {Language::ALL.map(button).collect_view()}
        </div>
    }
}
