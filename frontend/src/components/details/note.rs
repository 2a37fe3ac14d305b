//! The reader's own note about a lamp.

use std::cell::RefCell;
use std::collections::BTreeMap;

use lampfield_shared::Exten;
use lampfield_shared::account::NOTE_MAX_CHARS;
use leptos::prelude::*;

use crate::api;
use crate::components::{RefusalNote, actions};
use crate::notice::Tone;
use crate::progress::Asked;
use crate::state::deeds::Undo;
use crate::state::{Desk, Intent};

thread_local! {
    /// Notes that were written and not saved, for as long as the page is open.
    static DRAFTS: RefCell<BTreeMap<Exten, String>> = const { RefCell::new(BTreeMap::new()) };
}

fn draft(exten: &Exten) -> Option<String> {
    DRAFTS.with_borrow(|drafts| drafts.get(exten).cloned())
}

/// The field for the note, or a text for readers who cannot have notes.
#[component]
pub(super) fn NotePart(desk: Desk, exten: Exten) -> impl IntoView {
    let may = Memo::new(move |_| actions::may_keep(desk));
    let exten = StoredValue::new(exten);
    let text = RwSignal::new(String::new());
    let kept = Memo::new(move |_| exten.with_value(|exten| desk.session.note(exten)).unwrap_or_default());
    Effect::new(move |_| {
        let kept = kept.get();
        text.set(exten.with_value(draft).unwrap_or(kept));
    });
    // The field may be gone when it tells that it lost the focus.
    let changed =
        move || text.try_get_untracked().filter(|text| Some(text.trim()) != kept.try_get_untracked().as_deref());
    let asked: Asked<()> = Asked::new();
    let refusal = Signal::derive(move || asked.refusal());
    let save = move || {
        let (exten, text) = (exten.get_value(), text.get_untracked().trim().to_owned());
        let before = kept.get_untracked();
        let kept = (exten.clone(), text.clone());
        asked.start(async move { api::set_note(&exten, &text).await }, move |answer| {
            if answer.is_ok() {
                if draft(&kept.0).is_some_and(|draft| draft.trim() == kept.1) {
                    DRAFTS.with_borrow_mut(|drafts| drafts.remove(&kept.0));
                }
                desk.session.set_note(&kept.0, &kept.1);
                let words = desk.choices.words_untracked();
                desk.notices.say(Tone::Good, words.details().note_saved.into());
                actions::did(desk, (words.board().noted)(kept.0.as_str()), Undo::Note(kept.0.clone(), before.clone()));
            }
        });
    };
    // Esc leaves the note as it is written; whatever else takes the focus saves it.
    let is_left = StoredValue::new(false);
    let on_key = move |event: web_sys::KeyboardEvent| {
        is_left.set_value(event.key() == "Escape");
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            save();
        }
    };
    let on_blur = move |_| {
        if is_left.try_get_value() == Some(false) && changed().is_some() {
            save();
        }
    };
    let title = move || {
        let words = desk.choices.words().details();
        let is_draft = text.with(|text| text.trim() != kept.get());
        if is_draft { format!("{}: {}", words.note, words.note_draft) } else { words.note.into() }
    };
    let words = move || desk.choices.words().details();
    view! {
        <section class="details__part" id=Intent::Note.id() tabindex="-1">
            <form
                class="form"
                on:submit=move |event: web_sys::SubmitEvent| {
                    event.prevent_default();
                    save();
                }
            >
                <label class="field">
                    <span class="details__title">{title}</span>
                    <textarea
                        class="field__input"
                        rows="2"
                        name="note"
                        maxlength=NOTE_MAX_CHARS.to_string()
                        disabled=move || !may.get()
                        placeholder=move || if may.get() { words().note_hint } else { desk.choices.words().common().forbidden }
                        prop:value=text
                        on:input:target=move |event| {
                            let written = event.target().value();
                            DRAFTS.with_borrow_mut(|drafts| drafts.insert(exten.get_value(), written.clone()));
                            text.set(written);
                        }
                        on:keydown=on_key
                        on:blur=on_blur
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
