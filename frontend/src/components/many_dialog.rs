//! "Do not disturb" for many lamps: first a preview of what would be done, then the order.

use lampfield_shared::Exten;
use lampfield_shared::dnd::{Dnd, DndManyReport, DndOutcome, DndPlan, SetDnd, SetDndMany};
use lampfield_words::Words;
use leptos::prelude::*;

use super::details::report_text;
use super::dnd_form::{DndChoice, DndFields, EndPassed, wrong_end};
use super::{Dialog, RefusalNote};
use crate::api;
use crate::browser;
use crate::notice::cause_text;
use crate::progress::{Asked, Progress};
use crate::state::Desk;
use crate::uniform::{Handler, click, part, shown, ticked};

/// The dialog, open while lamps are chosen for it.
#[component]
pub(crate) fn ManyDialog(
    /// What the page knows.
    desk: Desk,
) -> impl IntoView {
    part(move || {
        let extens = desk.many.get()?;
        let count = extens.len();
        let title = Signal::derive(move || (desk.choices.words().dnd().many)(count));
        Some(view! {
            <Dialog desk=desk title=title name="many-dialog" on_close=Callback::new(move |()| desk.many.set(None))>
                <ManyForm desk=desk extens=extens />
            </Dialog>
        })
    })
}

#[component]
fn ManyForm(desk: Desk, extens: Vec<Exten>) -> impl IntoView {
    let mut sites = extens.iter().filter_map(|exten| desk.board.lamp_untracked(exten)?.site);
    let stops_calls = sites.any(|site| desk.board.stops_calls(&site));
    let choice = DndChoice::new(Signal::stored(stops_calls));
    let (wanted, wrong_time) = (RwSignal::new(Dnd::On), RwSignal::new(false));
    let asked: Asked<DndManyReport> = Asked::new();
    // The order that was previewed is the one that is sent, apart from its dry-run flag.
    let planned: RwSignal<Option<SetDndMany>> = RwSignal::new(None);
    let ask = move |set: SetDndMany| {
        planned.set(set.dry_run.then(|| SetDndMany { dry_run: false, ..set.clone() }));
        asked.start(async move { api::set_dnd_many(&set).await }, |_| ());
    };
    let preview: Handler<web_sys::SubmitEvent> = Box::new(move |event| {
        event.prevent_default();
        let one = match wanted.get_untracked() {
            Dnd::Off => Ok(SetDnd { state: Dnd::Off, kind: None, until: None, reason: None }),
            Dnd::On => choice.to_set(desk.clock.server_time(browser::now())),
        };
        wrong_time.set(one == Err(EndPassed));
        if let Ok(SetDnd { state, kind, until, reason }) = one {
            ask(SetDndMany { extens: extens.clone(), group: None, dry_run: true, state, kind, until, reason });
        }
    });
    let refusal = Signal::derive(move || asked.refusal());
    let state = move |dnd: Dnd, name: &'static str, word: fn(&'static Words) -> &'static str| {
        view! {
            <label class="check">
                <input
                    type="radio"
                    name="dnd-state"
                    value=name
                    prop:checked=shown(move || wanted.get() == dnd)
                    on:change=ticked(move |_| wanted.set(dnd))
                />
                " "
                {desk.choices.word(word)}
            </label>
        }
    };
    view! {
        <form class="form" on:submit=preview>
            <div class="form__row">
                {state(Dnd::On, "on", |words| words.dnd().turn_on)}
                {state(Dnd::Off, "off", |words| words.dnd().turn_off)}
            </div>
            {part(move || (wanted.get() == Dnd::On).then(|| view! { <DndFields desk=desk choice=choice /> }))}
            {wrong_end(desk, wrong_time)}
            <button class="button" type="submit" data-testid="many-preview">{desk.choices.word(|words| words.dnd().preview)}</button>
        </form>
        <RefusalNote desk=desk refusal=refusal />
        <div role="status" data-testid="many-outcome">
            {part(move || match asked.get() {
                Progress::Pending => Some(view! { <p class="side__note">{desk.choices.words().common().asking}</p> }.into_any()),
                Progress::Done(report) => Some(outcome(desk, &report, planned, Callback::new(ask)).into_any()),
                Progress::Idle | Progress::Failed(_) => None,
            })}
        </div>
    }
}

fn outcome(
    desk: Desk,
    report: &DndManyReport,
    planned: RwSignal<Option<SetDndMany>>,
    ask: Callback<SetDndMany>,
) -> impl IntoView + use<> {
    let words = desk.choices.words();
    let rows: Vec<_> = report.outcomes.iter().map(|outcome| row(desk, outcome, words)).collect();
    let refused = report.outcomes.iter().filter(|outcome| matches!(outcome, DndOutcome::Refused { .. })).count();
    let done = report.outcomes.len() - refused;
    let sum = (!report.dry_run).then(|| view! { <p><strong>{(words.dnd().many_done)(done, refused)}</strong></p> });
    let previewed = planned.get_untracked().filter(|_| report.dry_run && done > 0);
    let go = previewed.map(|SetDndMany { state, .. }| {
        let go = click(move || {
            if let Some(set) = planned.get_untracked() {
                ask.run(set);
            }
        });
        view! {
            <button class="button button--first" type="button" data-testid="many-go" on:click=go>
                {(words.dnd().do_it)(state, done)}
            </button>
        }
    });
    view! {
        {sum}
        <ul class="outcomes">{rows}</ul>
        {go}
    }
}

fn row(desk: Desk, outcome: &DndOutcome, words: &'static Words) -> impl IntoView + use<> {
    let (exten, kind, text) = match outcome {
        DndOutcome::Planned(plan) => (&plan.exten, "planned", plan_text(desk, plan, words)),
        DndOutcome::Done(report) => (&report.exten, "done", report_text(desk, report, words)),
        DndOutcome::Refused { exten, detail, why, .. } => {
            let text = cause_text(why.as_ref(), words).unwrap_or_else(|| (words.dnd().failed)(detail));
            (exten, "refused", text)
        }
    };
    let name = desk.board.lamp_untracked(exten).and_then(|lamp| lamp.name);
    view! {
        <li class=format!("outcomes__row outcomes__row--{kind}") data-outcome=kind data-for=exten.to_string()>
            <b>{exten.to_string()}</b>
            " "
            {name}
            <span class="outcomes__text">{text}</span>
        </li>
    }
}

fn plan_text(desk: Desk, plan: &DndPlan, words: &Words) -> String {
    let node = plan.node.as_ref().map(|node| desk.board.site_title(node));
    let kinds: Vec<String> =
        plan.kinds.iter().map(|&kind| (words.dnd().planned)(plan.state, kind, node.as_deref())).collect();
    if kinds.is_empty() { words.dnd().planned_nothing.into() } else { kinds.join("; ") }
}
