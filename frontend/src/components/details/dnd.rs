//! "Do not disturb" of one lamp. Every text says whether only the lamp is lit or calls are blocked.

use lampfield_shared::account::OwnDnd;
use lampfield_shared::dnd::{Dnd, DndKind, DndReport, RequestTime, SetDnd};
use lampfield_shared::{Exten, Freshness, Lamp, Timestamp};
use lampfield_words::{Words, dnd_vouched, in_sentence};
use leptos::prelude::*;

use crate::api::Refusal;
use crate::browser::{self, Precision, time_of_day};
use crate::components::actions;
use crate::components::dnd_form::{DndChoice, DndFields, EndPassed, wrong_end};
use crate::notice::refusal_text;
use crate::progress::{Asked, Progress};
use crate::state::deeds::Undo;
use crate::state::{Cell, Desk, Intent};
use crate::uniform::{Kept, click, effect, memo, part, shown, truth};

/// The current setting and its switch, or why the reader may not use the switch.
#[component]
pub(super) fn DndPart(desk: Desk, exten: Exten, cell: Kept<Option<Cell>>) -> impl IntoView {
    let is_on = memo(move || cell.get().is_some_and(|cell| cell.lamp.dnd));
    let right = {
        let exten = exten.clone();
        memo(move || desk.session.dnd_of(&exten))
    };
    let asked: Asked<DndReport> = Asked::new();
    let wanted = RwSignal::new(Dnd::On);
    let changing = RwSignal::new(false);
    effect(move || changing.set(is_on.get() && changing.get_untracked()));
    let stops_calls =
        move || Some(right.get().allows(DndKind::Calls) && desk.board.stops_calls(cell.get()?.lamp.site.as_ref()?));
    let choice = DndChoice::new(Signal::derive(move || stops_calls().unwrap_or_default()));
    let exten = StoredValue::new(exten);
    let site = move || untrack(|| cell.get()).and_then(|cell| Some(desk.board.site_title(cell.lamp.site.as_ref()?)));
    let send = Callback::new(move |set: SetDnd| {
        wanted.set(set.state);
        let then = move |done: &Result<DndReport, Refusal>| {
            if done.is_ok() {
                changing.set(false);
            }
        };
        asked.start(set_dnd(desk, exten.get_value(), set), then);
    });
    let change = move || {
        let running = untrack(|| cell.get()).and_then(|cell| cell.lamp.dnd_details);
        choice.fill(running.as_deref());
        changing.set(true);
    };
    let turn_off = move || send.run(SetDnd { state: Dnd::Off, kind: None, until: None, reason: None });
    let is_pending = Signal::derive(move || asked.is_pending());
    let switch = part(move || {
        Some(match (right.get() > OwnDnd::Nothing, is_on.get(), changing.get()) {
            (false, on, _) => view! { <Locked desk=desk on=on /> }.into_any(),
            (true, true, false) => view! {
                <div class="details__actions">
                    {button(desk, "dnd-off", |words| words.dnd().turn_off, is_pending, turn_off)}
                    {button(desk, "dnd-change", |words| words.dnd().change, is_pending, change)}
                </div>
            }
            .into_any(),
            (true, on, _) => {
                view! { <Setting desk=desk on=on choice=choice is_pending=is_pending send=send /> }.into_any()
            }
        })
    });
    view! {
        <section class="details__part" id=Intent::Dnd.id() tabindex="-1">
            <h3 class="details__title">{desk.choices.word(|words| words.dnd().title)}</h3>
            <p class="details__dnd" data-testid="dnd-now" data-dnd=truth(move || is_on.get())>
                {shown(move || cell.get().map(|cell| now_text(&cell.lamp, desk.connection.lost(), desk.choices.words())))}
            </p>
            {switch}
            <p class="outcome" role="status" data-testid="dnd-outcome" data-outcome=shown(move || outcome_word(&asked.get()))>
                {shown(move || exten.with_value(|exten| outcome_text(desk, &asked.get(), wanted.get(), site().as_deref(), exten)))}
            </p>
        </section>
    }
}

/// Sets "do not disturb" on a lamp, as a deed that can be undone.
pub(in crate::components) async fn set_dnd(desk: Desk, exten: Exten, set: SetDnd) -> Result<DndReport, Refusal> {
    let before = desk.board.lamp_untracked(&exten).map(|lamp| set_as_it_is(&lamp));
    let done = actions::set_dnd(desk, &exten, &set).await;
    if let (Ok(_), Some(before)) = (&done, before) {
        let text = (desk.choices.words_untracked().board().dnd_set)(set.state, exten.as_str());
        actions::did(desk, text, Undo::Dnd(exten, Box::new(before)));
    }
    done
}

/// The order that would make "do not disturb" what it is now.
fn set_as_it_is(lamp: &Lamp) -> SetDnd {
    let state = if lamp.dnd { Dnd::On } else { Dnd::Off };
    let details = lamp.dnd_details.as_deref().filter(|_| lamp.dnd);
    SetDnd {
        state,
        kind: details.map(|details| details.kind),
        until: details.and_then(|details| details.until).map(RequestTime::Milliseconds),
        reason: details.and_then(|details| details.reason.clone()),
    }
}

/// The switch in its locked form, with the reason.
#[component]
fn Locked(desk: Desk, on: bool) -> impl IntoView {
    let words = move || desk.choices.words().dnd();
    view! {
        <button class="button" type="button" data-testid="dnd-locked" aria-disabled="true" aria-describedby="dnd-forbidden">
            {shown(move || if on { words().turn_off } else { words().turn_on })}
        </button>
        <p class="side__note" id="dnd-forbidden">{desk.choices.word(|words| words.dnd().forbidden)}</p>
    }
}

/// The fields to turn "do not disturb" on, or to change one that is on.
#[component]
fn Setting(desk: Desk, on: bool, choice: DndChoice, is_pending: Signal<bool>, send: Callback<SetDnd>) -> impl IntoView {
    let wrong_time = RwSignal::new(false);
    let set = move || {
        let set = choice.to_set(desk.clock.server_time(browser::now()));
        wrong_time.set(set == Err(EndPassed));
        if let Ok(set) = set {
            send.run(set);
        }
    };
    let (name, word): (_, fn(&'static Words) -> &'static str) =
        if on { ("dnd-save", |words| words.dnd().save_change) } else { ("dnd-on", |words| words.dnd().turn_on) };
    view! {
        <DndFields desk=desk choice=choice />
        {wrong_end(desk, wrong_time)}
        {button(desk, name, word, is_pending, set)}
    }
}

fn button(
    desk: Desk,
    name: &'static str,
    word: fn(&'static Words) -> &'static str,
    is_pending: Signal<bool>,
    press: impl Fn() + 'static,
) -> impl IntoView {
    view! {
        <button
            class="button"
            class:button--first=name != "dnd-change"
            type="button"
            data-testid=name
            aria-disabled=truth(move || is_pending.get())
            on:click=click(press)
        >
            {desk.choices.word(word)}
        </button>
    }
}

/// "On: calls are blocked, until 15:00. Set by Anna: lunch"; "Last known: off, as of 13:58"; or that nothing is known.
fn now_text(lamp: &Lamp, lost: Option<Timestamp>, words: &Words) -> String {
    let text = told_text(lamp, words);
    let (freshness, as_of) = dnd_vouched(lamp, lost);
    match freshness {
        Freshness::Live => return text,
        Freshness::Never if !lamp.dnd => return words.details().never.into(),
        Freshness::Never | Freshness::LastKnown => {}
    }
    let time = as_of.map(|time| (words.details().as_of)(&time_of_day(time, Precision::Minutes, words.tag)));
    let parts = [Some((words.last_known_state)(&in_sentence(&text))), time];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn told_text(lamp: &Lamp, words: &Words) -> String {
    let dnd = words.dnd();
    if !lamp.dnd {
        return dnd.off.into();
    }
    let Some(details) = &lamp.dnd_details else { return dnd.on.into() };
    let what = match details.kind {
        DndKind::Lamp => dnd.on_lamp,
        DndKind::Calls => dnd.on_calls,
    };
    let until = details.until.map(|time| (dnd.until)(&time_of_day(time, Precision::Minutes, words.tag)));
    let first: Vec<String> = [Some(what.to_owned()), until].into_iter().flatten().collect();
    let why: Vec<String> = [details.by.as_deref().map(dnd.by), details.reason.clone()].into_iter().flatten().collect();
    let mut text = first.join(", ");
    if !why.is_empty() {
        text.push_str(". ");
        text.push_str(&why.join(": "));
    }
    text
}

fn outcome_word(asked: &Progress<DndReport>) -> &'static str {
    match asked {
        Progress::Idle => "idle",
        Progress::Pending => "pending",
        Progress::Done(report) if is_held(report) => "held",
        Progress::Done(_) => "done",
        Progress::Failed(_) => "failed",
    }
}

fn outcome_text(desk: Desk, asked: &Progress<DndReport>, wanted: Dnd, site: Option<&str>, exten: &Exten) -> String {
    let words = desk.choices.words();
    match asked {
        Progress::Idle => String::new(),
        Progress::Pending => match site {
            Some(site) => (words.dnd().pending)(wanted, site, exten.as_str()),
            None => words.common().asking.into(),
        },
        Progress::Done(report) => report_text(desk, report, words),
        Progress::Failed(refusal) => (words.dnd().failed)(&refusal_text(refusal, words)),
    }
}

/// Whether somebody else's setting keeps the lamp lit or calls blocked, against the order.
fn is_held(report: &DndReport) -> bool {
    let wanted_less = report.state == Dnd::Off || report.kinds == [DndKind::Lamp];
    wanted_less && !report.held_by.is_empty()
}

/// The report on an order: what was done, which PBX confirmed it, and who else holds the lamp.
pub(in crate::components) fn report_text(desk: Desk, report: &DndReport, words: &Words) -> String {
    let (exten, title) = (report.exten.as_str(), |site| desk.board.site_title(site));
    let mut holders: Vec<String> = report.held_by.iter().map(|vote| title(&vote.peer)).collect();
    holders.dedup();
    let holders = holders.join(", ");
    if report.state == Dnd::On && is_held(report) {
        return (words.dnd().still_blocked)(&holders);
    }
    let mut text = match (&report.confirmed_by, report.kinds.as_slice()) {
        (Some(site), _) => (words.dnd().confirmed)(report.state, &title(site), exten),
        (None, []) => words.dnd().was_off.into(),
        (None, _) => (words.dnd().lamp_done)(report.state, exten),
    };
    if is_held(report) {
        text.push(' ');
        text.push_str(&(words.dnd().held)(&holders));
    }
    text
}
