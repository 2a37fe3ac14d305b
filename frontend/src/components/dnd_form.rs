//! What a "do not disturb" shall do, when it ends, and why.

use std::time::Duration;

use lampfield_shared::dnd::{Dnd, DndKind, Moment, SetDnd};
use lampfield_shared::{DndDetails, Timestamp};
use leptos::prelude::*;

use super::{Field, choice_field};
use crate::browser::{self, Precision, time_of_day};
use crate::state::Desk;

/// When it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// When somebody turns it off.
    Forever,
    /// After so many minutes.
    After(u64),
    /// At that hour where the reader is.
    Hour(u32),
    /// At a time that is typed.
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

    fn word(self) -> String {
        match self {
            Self::Forever => "forever".into(),
            Self::After(minutes) => format!("after-{minutes}"),
            Self::Hour(hour) => format!("hour-{hour}"),
            Self::Typed => "typed".into(),
        }
    }
}

/// What was chosen so far.
#[derive(Debug, Clone, Copy)]
pub(super) struct DndChoice {
    /// Whether calls can be stopped at all.
    stops_calls: Signal<bool>,
    /// What it shall do, where that was said.
    kind: RwSignal<Option<DndKind>>,
    end: RwSignal<End>,
    typed: RwSignal<String>,
    reason: RwSignal<String>,
}

/// The end that was chosen is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Past;

impl DndChoice {
    /// Without an end. What a feature code does, where the PBX can be told so; else the lamp.
    pub(super) fn new(stops_calls: Signal<bool>) -> Self {
        Self {
            stops_calls,
            kind: RwSignal::new(None),
            end: RwSignal::new(End::Forever),
            typed: RwSignal::new(String::new()),
            reason: RwSignal::new(String::new()),
        }
    }

    /// What is on already, to be changed.
    pub(super) fn fill(self, running: Option<&DndDetails>) {
        let Some(DndDetails { kind, until, reason, .. }) = running else { return };
        self.kind.set(Some(*kind));
        self.end.set(if until.is_some() { End::Typed } else { End::Forever });
        self.typed.set(until.map(browser::format_local).unwrap_or_default());
        self.reason.set(reason.clone().unwrap_or_default());
    }

    /// What it shall do. Reactive.
    fn kind(self) -> DndKind {
        let usual = if self.stops_calls.get() { DndKind::Calls } else { DndKind::Lamp };
        self.kind.get().unwrap_or(usual)
    }

    /// What to ask the server for.
    ///
    /// # Errors
    /// [`Past`] where the end is not one to come.
    pub(super) fn to_set(self, now: Timestamp) -> Result<SetDnd, Past> {
        let until = match self.end.get_untracked() {
            End::Forever => None,
            End::After(minutes) => Some(later(now, minutes)),
            End::Hour(hour) => Some(browser::next_hour(now, hour)),
            End::Typed => {
                Some(browser::parse_local(&self.typed.get_untracked()).filter(|time| *time > now).ok_or(Past)?)
            }
        };
        let reason = self.reason.get_untracked().trim().to_owned();
        Ok(SetDnd {
            state: Dnd::On,
            kind: Some(untrack(|| self.kind())),
            until: until.map(Moment::Milliseconds),
            reason: Some(reason).filter(|reason| !reason.is_empty()),
        })
    }
}

fn later(now: Timestamp, minutes: u64) -> Timestamp {
    let millis = Duration::from_secs(minutes * 60).as_millis();
    Timestamp(now.0 + u64::try_from(millis).unwrap_or_default())
}

/// The fields for it.
#[component]
pub(super) fn DndFields(
    /// In whose language.
    desk: Desk,
    /// Where the choice is kept.
    choice: DndChoice,
) -> impl IntoView {
    let words = move || desk.choices.words().dnd();
    let kind = move |kind: DndKind| {
        let (title, hint) = match kind {
            DndKind::Calls => (
                (|desk: Desk| desk.choices.words().dnd().choose_calls) as fn(Desk) -> _,
                (|desk: Desk| desk.choices.words().dnd().calls_hint) as fn(Desk) -> _,
            ),
            DndKind::Lamp => (
                (|desk: Desk| desk.choices.words().dnd().choose_lamp) as fn(Desk) -> _,
                (|desk: Desk| desk.choices.words().dnd().lamp_hint) as fn(Desk) -> _,
            ),
        };
        let is_possible = move || kind == DndKind::Lamp || choice.stops_calls.get();
        let hint = move || if is_possible() { hint(desk) } else { words().no_ami };
        view! {
            <label class="choice">
                <input
                    type="radio"
                    name="dnd-kind"
                    value=kind.as_str()
                    disabled=move || !is_possible()
                    prop:checked=move || choice.kind() == kind
                    on:change=move |_| choice.kind.set(Some(kind))
                />
                <span class="choice__text">
                    <b>{move || title(desk)}</b>
                    <span class="choice__hint">{hint}</span>
                </span>
            </label>
        }
    };
    let option = move |end: End| {
        let text = move || {
            let words = words();
            let now = desk.clock.minute();
            match end {
                End::Forever => words.forever.to_owned(),
                End::After(minutes) => (words.in_minutes)(minutes),
                End::Hour(hour) => {
                    let time = browser::next_hour(now, hour);
                    (words.at)(&time_of_day(time, Precision::Minutes, desk.choices.words().tag))
                }
                End::Typed => words.at_time.to_owned(),
            }
        };
        view! { <option value=end.word() prop:selected=move || choice.end.get() == end>{text}</option> }
    };
    let ends = move || End::ALL.map(option).collect_view().into_any();
    let choose_end = move |word: String| {
        choice.end.set(End::ALL.into_iter().find(|end| end.word() == word).unwrap_or(End::Forever));
    };
    view! {
        <fieldset class="choices">
            <legend class="field__label">{move || words().what}</legend>
            {[DndKind::Calls, DndKind::Lamp].map(kind).collect_view()}
        </fieldset>
        {choice_field(desk, "dnd-end", |words| words.dnd().ends, choose_end, ends)}
        {move || {
            (choice.end.get() == End::Typed)
                .then(|| {
                    view! {
                        <Field
                            label=Signal::derive(move || words().time)
                            value=choice.typed
                            kind="datetime-local"
                            name="dnd-time"
                        />
                    }
                })
        }}
        <Field label=Signal::derive(move || words().reason) value=choice.reason name="dnd-reason" optional=true />
    }
}
