//! The form for "do not disturb": which kind, until when, and why.

use std::time::Duration;

use lampfield_shared::dnd::{Dnd, DndKind, RequestTime, SetDnd};
use lampfield_shared::{DndDetails, Timestamp};
use lampfield_words::Words;
use leptos::prelude::*;

use super::{Field, choice_field, form_error};
use crate::browser::{self, Precision, time_of_day};
use crate::state::Desk;
use crate::uniform::{part, shown, ticked};

/// When a "do not disturb" ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// Never by itself.
    Forever,
    /// After that many minutes.
    After(u64),
    /// At that hour of the day, in the reader's time zone.
    Hour(u32),
    /// At the time that is typed.
    Typed,
}

impl End {
    const ALL: [Self; 8] = [
        Self::Forever,
        Self::After(30),
        Self::After(60),
        Self::After(120),
        Self::After(240),
        Self::Hour(18),
        Self::Hour(9),
        Self::Typed,
    ];

    /// The time of the end, if there is one and it is not typed.
    pub(super) fn of(self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Forever | Self::Typed => None,
            Self::After(minutes) => Some(later(now, minutes)),
            Self::Hour(hour) => Some(browser::next_hour(now, hour)),
        }
    }

    /// The end as a choice of the form. Reactive.
    pub(super) fn label(self, desk: Desk) -> String {
        let words = desk.choices.words().dnd();
        match self {
            Self::Forever => words.forever.to_owned(),
            Self::After(minutes) => (words.in_minutes)(minutes),
            Self::Hour(hour) => {
                let time = browser::next_hour(desk.clock.minute(), hour);
                (words.at)(&time_of_day(time, Precision::Minutes, desk.choices.words().tag))
            }
            Self::Typed => words.at_time.to_owned(),
        }
    }

    /// The end as the form's value.
    pub(super) fn word(self) -> String {
        match self {
            Self::Forever => "forever".into(),
            Self::After(minutes) => format!("after-{minutes}"),
            Self::Hour(hour) => format!("hour-{hour}"),
            Self::Typed => "typed".into(),
        }
    }
}

/// The choices made in the form so far.
#[derive(Debug, Clone, Copy)]
pub(super) struct DndChoice {
    /// Whether the PBX can be told to stop calls.
    stops_calls: Signal<bool>,
    /// The chosen kind, if the reader has chosen one.
    kind: RwSignal<Option<DndKind>>,
    end: RwSignal<End>,
    typed: RwSignal<String>,
    reason: RwSignal<String>,
}

/// Error: the chosen end is in the past.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct EndPassed;

impl DndChoice {
    /// A choice without an end. The default kind stops calls, as the feature code does, where the PBX can be told so;
    /// else it is the lamp alone.
    pub(super) fn new(stops_calls: Signal<bool>) -> Self {
        Self {
            stops_calls,
            kind: RwSignal::new(None),
            end: RwSignal::new(End::Forever),
            typed: RwSignal::new(String::new()),
            reason: RwSignal::new(String::new()),
        }
    }

    /// Fills the form with the setting that is on, to change it.
    pub(super) fn fill(self, running: Option<&DndDetails>) {
        let Some(DndDetails { kind, until, reason, .. }) = running else { return };
        self.kind.set(Some(*kind));
        self.end.set(if until.is_some() { End::Typed } else { End::Forever });
        self.typed.set(until.map(browser::format_local).unwrap_or_default());
        self.reason.set(reason.clone().unwrap_or_default());
    }

    /// The kind to set. Reactive.
    fn kind(self) -> DndKind {
        let usual = if self.stops_calls.get() { DndKind::Calls } else { DndKind::Lamp };
        self.kind.get().unwrap_or(usual)
    }

    /// The order to send to the server.
    ///
    /// # Errors
    /// [`EndPassed`] if the chosen end is not in the future.
    pub(super) fn to_set(self, now: Timestamp) -> Result<SetDnd, EndPassed> {
        let until = match self.end.get_untracked() {
            end @ (End::Forever | End::After(_) | End::Hour(_)) => end.of(now),
            End::Typed => {
                Some(browser::parse_local(&self.typed.get_untracked()).filter(|time| *time > now).ok_or(EndPassed)?)
            }
        };
        let reason = self.reason.get_untracked().trim().to_owned();
        Ok(SetDnd {
            state: Dnd::On,
            kind: Some(untrack(|| self.kind())),
            until: until.map(RequestTime::Milliseconds),
            reason: Some(reason).filter(|reason| !reason.is_empty()),
        })
    }
}

fn later(now: Timestamp, minutes: u64) -> Timestamp {
    let millis = Duration::from_secs(minutes * 60).as_millis();
    Timestamp(now.0 + u64::try_from(millis).unwrap_or_default())
}

/// The error that the chosen end is in the past, while it holds.
pub(super) fn wrong_end(desk: Desk, is_wrong: RwSignal<bool>) -> AnyView {
    form_error(is_wrong, desk.choices.word(|words| words.dnd().time_wrong))
}

/// The fields of the form.
#[component]
pub(super) fn DndFields(
    /// What the page knows.
    desk: Desk,
    /// The choices that the fields edit.
    choice: DndChoice,
) -> impl IntoView {
    let kind = move |kind: DndKind| {
        let (title, hint) = match kind {
            DndKind::Calls => (
                (|words| words.dnd().choose_calls) as fn(&'static Words) -> _,
                (|words| words.dnd().calls_hint) as fn(&'static Words) -> _,
            ),
            DndKind::Lamp => (
                (|words| words.dnd().choose_lamp) as fn(&'static Words) -> _,
                (|words| words.dnd().lamp_hint) as fn(&'static Words) -> _,
            ),
        };
        let is_possible = move || kind == DndKind::Lamp || choice.stops_calls.get();
        let hint = shown(move || {
            let words = desk.choices.words();
            if is_possible() { hint(words) } else { words.dnd().no_ami }
        });
        view! {
            <label class="choice">
                <input
                    type="radio"
                    name="dnd-kind"
                    value=kind.as_str()
                    disabled=shown(move || !is_possible())
                    prop:checked=shown(move || choice.kind() == kind)
                    on:change=ticked(move |_| choice.kind.set(Some(kind)))
                />
                <span class="choice__text">
                    <b>{desk.choices.word(title)}</b>
                    <span class="choice__hint">{hint}</span>
                </span>
            </label>
        }
    };
    let option = move |end: End| {
        let text = shown(move || end.label(desk));
        view! { <option value=end.word() prop:selected=shown(move || choice.end.get() == end)>{text}</option> }
    };
    let ends = move || End::ALL.map(option).collect_view().into_any();
    let choose_end = move |word: String| {
        choice.end.set(End::ALL.into_iter().find(|end| end.word() == word).unwrap_or(End::Forever));
    };
    view! {
        <fieldset class="choices">
            <legend class="field__label">{desk.choices.word(|words| words.dnd().what)}</legend>
            {[DndKind::Calls, DndKind::Lamp].map(kind).collect_view()}
        </fieldset>
        {choice_field(desk, "dnd-end", |words| words.dnd().ends, choose_end, ends)}
        {part(move || {
            (choice.end.get() == End::Typed)
                .then(|| {
                    view! {
                        <Field
                            label=desk.choices.word(|words| words.dnd().time)
                            value=choice.typed
                            kind="datetime-local"
                            name="dnd-time"
                        />
                    }
                })
        })}
        <Field label=desk.choices.word(|words| words.dnd().reason) value=choice.reason name="dnd-reason" optional=true />
    }
}
