//! The reader's own note about a lamp.

use lampfield_shared::Exten;
use lampfield_shared::account::NOTE_MAX_CHARS;
use leptos::prelude::*;

use crate::api;
use crate::components::{RefusalNote, actions};
use crate::notice::Tone;
use crate::progress::Asked;
use crate::state::deeds::Undo;
use crate::state::{Desk, Intent};

/// The field for the note, or a text for readers who cannot have notes.
#[component]
pub(super) fn NotePart(desk: Desk, exten: Exten) -> impl IntoView {
    let may = Memo::new(move |_| actions::may_keep(desk));
    let exten = StoredValue::new(exten);
    let text = RwSignal::new(String::new());
    let kept = Memo::new(move |_| exten.with_value(|exten| desk.session.note(exten)).unwrap_or_default());
    Effect::new(move |_| text.set(kept.get()));
    let asked: Asked<()> = Asked::new();
    let refusal = Signal::derive(move || asked.refusal());
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let (exten, text) = (exten.get_value(), text.get_untracked().trim().to_owned());
        let before = kept.get_untracked();
        let kept = (exten.clone(), text.clone());
        asked.start(async move { api::set_note(&exten, &text).await }, move |answer| {
            if answer.is_ok() {
                desk.session.set_note(&kept.0, &kept.1);
                let words = desk.choices.words_untracked();
                desk.notices.say(Tone::Good, words.details().note_saved.into());
                actions::did(desk, (words.board().noted)(kept.0.as_str()), Undo::Note(kept.0.clone(), before.clone()));
            }
        });
    };
    let words = move || desk.choices.words().details();
    view! {
        <section class="details__part" id=Intent::Note.id() tabindex="-1">
            <form class="form" on:submit=save>
                <label class="field">
                    <span class="details__title">{move || words().note}</span>
                    <textarea
                        class="field__input"
                        rows="2"
                        name="note"
                        maxlength=NOTE_MAX_CHARS.to_string()
                        disabled=move || !may.get()
                        placeholder=move || if may.get() { words().note_hint } else { desk.choices.words().common().forbidden }
                        prop:value=text
                        on:input:target=move |event| text.set(event.target().value())
                    ></textarea>
                </label>
                {move || {
                    may.get().then(|| {
                        view! {
                            <button class="button" type="submit" data-testid="note-save">
                                {move || desk.choices.words().common().save}
                            </button>
                        }
                    })
                }}
                <RefusalNote desk=desk refusal=refusal />
            </form>
        </section>
    }
}
