//! "Do not disturb" of one lamp. The lamp and the blocked calls are told apart in every word.

use lampfield_shared::dnd::{Dnd, DndKind, DndReport, SetDnd};
use lampfield_shared::{Exten, Role};
use leptos::prelude::*;

use crate::api;
use crate::app::{Desk, Intent};
use crate::browser::{self, Precision, time_of_day};
use crate::components::dnd_form::{DndChoice, DndFields, Past};
use crate::i18n::Words;
use crate::notice::refusal_text;
use crate::progress::{Asked, Progress};
use crate::state::Cell;

/// What it is now; for an admin, also the switch.
#[component]
pub(super) fn DndPart(desk: Desk, exten: Exten, cell: Memo<Option<Cell>>) -> impl IntoView {
    let is_on = Memo::new(move |_| cell.get().is_some_and(|cell| cell.lamp.dnd));
    let is_admin = Memo::new(move |_| desk.session.may(Role::Admin));
    let asked: Asked<DndReport> = Asked::new();
    let wanted = RwSignal::new(Dnd::On);
    let choice = DndChoice::new();
    let wrong_time = RwSignal::new(false);
    let exten = StoredValue::new(exten);
    let site = move || untrack(|| cell.get()).and_then(|cell| Some(desk.board.site_title(cell.lamp.site.as_ref()?)));
    let send = move |set: SetDnd| {
        wanted.set(set.state);
        let exten = exten.get_value();
        asked.start(async move { api::set_dnd(&exten, &set).await }, |_| ());
    };
    let turn_on = move |_| match choice.to_set(desk.clock.server_time(browser::now())) {
        Ok(set) => {
            wrong_time.set(false);
            send(set);
        }
        Err(Past) => wrong_time.set(true),
    };
    let turn_off = move |_| send(SetDnd { state: Dnd::Off, kind: None, until: None, reason: None });
    let is_pending = Memo::new(move |_| asked.is_pending());
    let words = move || desk.choices.words().dnd();
    let switch = move || {
        if is_on.get() {
            view! {
                <button
                    class="button button--first"
                    type="button"
                    data-testid="dnd-off"
                    aria-disabled=move || is_pending.get().to_string()
                    on:click=turn_off
                >
                    {move || words().turn_off}
                </button>
            }
            .into_any()
        } else {
            view! {
                <DndFields desk=desk choice=choice />
                {move || wrong_time.get().then(|| view! { <p class="form__error" role="alert">{words().time_wrong}</p> })}
                <button
                    class="button button--first"
                    type="button"
                    data-testid="dnd-on"
                    aria-disabled=move || is_pending.get().to_string()
                    on:click=turn_on
                >
                    {move || words().turn_on}
                </button>
            }
            .into_any()
        }
    };
    view! {
        <section class="details__part" id=Intent::Dnd.id() tabindex="-1">
            <h3 class="details__title">{move || words().title}</h3>
            <p class="details__dnd" data-testid="dnd-now" data-dnd=move || is_on.get().to_string()>
                {move || cell.get().map(|cell| now_text(&cell, desk.choices.words()))}
            </p>
            {move || is_admin.get().then(switch)}
            <p class="outcome" role="status" data-testid="dnd-outcome" data-outcome=move || outcome_word(&asked.get())>
                {move || exten.with_value(|exten| outcome_text(desk, &asked.get(), wanted.get(), site().as_deref(), exten))}
            </p>
        </section>
    }
}

/// "On: calls are blocked, until 15:00. Set by Anna: lunch"
fn now_text(cell: &Cell, words: &Words) -> String {
    let (lamp, dnd) = (&cell.lamp, &words.dnd());
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
        Progress::Done(report) if report.state == Dnd::Off && !report.held_by.is_empty() => "held",
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

/// What was done, by whose word, and who else holds the lamp.
pub(in crate::components) fn report_text(desk: Desk, report: &DndReport, words: &Words) -> String {
    let (exten, title) = (report.exten.as_str(), |site| desk.board.site_title(site));
    let mut text = match (&report.confirmed_by, report.kinds.as_slice()) {
        (Some(site), _) => (words.dnd().confirmed)(report.state, &title(site), exten),
        (None, []) => words.dnd().was_off.into(),
        (None, _) => (words.dnd().lamp_done)(report.state, exten),
    };
    let mut holders: Vec<String> = report.held_by.iter().map(|vote| title(&vote.peer)).collect();
    holders.dedup();
    if report.state == Dnd::Off && !holders.is_empty() {
        text.push(' ');
        text.push_str(&(words.dnd().held)(&holders.join(", ")));
    }
    text
}
