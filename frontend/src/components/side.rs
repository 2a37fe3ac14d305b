//! The column at the right: what rings, whom the reader waits for, and what they did last. The details of a lamp lie over it, so that they
//! never move the grid.

use std::collections::BTreeSet;

use lampfield_shared::Exten;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::details::Details;
use super::lamp_rows::LampRows;
use super::{Later, actions};
use crate::browser::{self, Precision, time_of_day};
use crate::notice::Tone;
use crate::sorted::sorted;
use crate::state::Desk;
use crate::state::deeds::Deed;
use crate::state::watch::{Watches, is_free};
use crate::symbol::symbol;
use crate::uniform::{click, each, effect, memo, part, shown, ticked};

/// The id of the popover that a button opens where there is no room for the column beside the board. The browser
/// closes a popover by Esc and by a click elsewhere.
pub(super) const NOW: &str = "now";

/// The column.
#[component]
pub(crate) fn Side(
    /// What the page knows.
    desk: Desk,
    /// Draws what is loaded later.
    later: Later,
) -> impl IntoView {
    let lamp = memo(move || desk.route.with(|route| route.lamp().cloned()));
    effect(move || {
        lamp.track();
        browser::hide_popover(NOW);
    });
    view! {
        <aside
            id=NOW
            class="side side--now"
            popover="auto"
            aria-label=desk.choices.word(|words| words.board().side)
            data-testid="now"
        >
            <Ringing desk=desk />
            <Waiting desk=desk />
            <Deeds desk=desk />
        </aside>
        {part(move || {
            lamp.get().map(|exten| view! { <aside class="side side--details"><Details desk=desk exten=exten later=later /></aside> })
        })}
    }
}

/// The most ringing lamps that are listed: nobody reads more of them before they change.
const ROWS: usize = 30;

/// The lamps that ring, the longest first.
#[component]
fn Ringing(desk: Desk) -> impl IntoView {
    let words = move || desk.choices.words();
    let ringing = memo(move || desk.board.ringing());
    let first = memo(move || {
        let since = |exten: &Exten| desk.board.lamp_untracked(exten).map(|lamp| lamp.since);
        let all: Vec<_> = ringing.with(|all| all.iter().map(|exten| (since(exten), exten.clone())).collect());
        sorted(all, Ord::cmp).into_iter().map(|(_, exten)| exten).take(ROWS).collect::<Vec<_>>()
    });
    let rest = memo(move || match ringing.with(BTreeSet::len) {
        _ if desk.connection.lost().is_some() => Some(words().board().not_known.to_owned()),
        0 => Some(words().board().none_rings.to_owned()),
        all if all > ROWS => Some((words().board().and_more)(all - ROWS)),
        _ => None,
    });
    let count = shown(move || match desk.connection.lost() {
        Some(_) => "–".into(),
        None => ringing.with(BTreeSet::len).to_string(),
    });
    view! {
        <section class="side__part">
            <h2 class="side__title">
                {desk.choices.word(|words| words.board().ringing_now)} <span class="side__count">{count}</span>
            </h2>
            <LampRows desk=desk extens=shown(move || first.get()) name="ringing-now" />
            {part(move || rest.get().map(|text| view! { <p class="side__note">{text}</p> }))}
        </section>
    }
}

/// The lamps that the reader waits for. One that is free is a card that stays until it is answered.
#[component]
fn Waiting(desk: Desk) -> impl IntoView {
    let free = memo(move || {
        let is_told = |exten: &Exten| desk.watches.with(|watches| watches.told(exten).is_some());
        let all = desk.watches.with(Watches::extens);
        all.into_iter().filter(is_told).collect::<Vec<_>>()
    });
    let waiting = memo(move || {
        let all = desk.watches.with(Watches::extens);
        free.with(|free| all.into_iter().filter(|exten| !free.contains(exten)).collect::<Vec<_>>())
    });
    let count = move || free.with(Vec::len) + waiting.with(Vec::len);
    view! {
        <section class="side__part">
            <h2 class="side__title">
                {desk.choices.word(|words| words.board().watching)} <span class="side__count">{shown(move || count().to_string())}</span>
            </h2>
            {each(move || free.get(), ToString::to_string, move |exten| FreeCard(FreeCardProps { desk, exten }).into_any())}
            <LampRows desk=desk extens=shown(move || waiting.get()) name="watching" />
            {part(move || {
                (count() == 0).then(|| view! { <p class="side__note">{desk.choices.words().board().none_watched}</p> })
            })}
            <Consent desk=desk />
        </section>
    }
}

/// Somebody who was waited for is free: call or dismiss.
#[component]
fn FreeCard(desk: Desk, exten: Exten) -> impl IntoView {
    let exten = StoredValue::new(exten);
    let lamp = move || exten.with_value(|exten| desk.board.cell(exten)).map(|cell| cell.lamp);
    let name =
        shown(move || lamp().and_then(|lamp| lamp.name).unwrap_or_else(|| exten.with_value(ToString::to_string)));
    let words = move || desk.choices.words();
    let is_green = shown(move || lamp().is_some_and(|lamp| is_free(&lamp)) && desk.connection.lost().is_none());
    let told = move || exten.with_value(|exten| desk.watches.with(|watches| watches.told(exten)));
    let since = shown(move || {
        let time = told().unwrap_or_default();
        let text = if is_green.get() {
            let seconds = desk.clock.second().0.saturating_sub(time.0) / 1000;
            (words().board().free_for)(&(words().timer)(seconds))
        } else {
            (words().last_known_state)(&time_of_day(time, Precision::Minutes, words().tag))
        };
        exten.with_value(|exten| format!("{exten} · {text}"))
    });
    let call = click(move || exten.with_value(|exten| actions::call(desk, exten)));
    let dismiss = click(move || exten.with_value(|exten| desk.watches.update(|watches| watches.answer(exten))));
    view! {
        <div
            class="card"
            class:card--free=is_green
            data-testid="free-card"
            data-card=exten.with_value(ToString::to_string)
        >
            <span class="block lamp--free" aria-hidden="true">{symbol("lamp__shape", "lamp-free")}</span>
            <b class="card__who">{name}</b>
            <span class="card__what">{since}</span>
            <div class="card__acts">
                <button class="button button--first" type="button" data-testid="free-call" on:click=call>
                    {symbol("switch__icon", "icon-call")}
                    {desk.choices.word(|words| words.details().call)}
                </button>
                <button class="button" type="button" data-testid="free-dismiss" on:click=dismiss>
                    {desk.choices.word(|words| words.board().dismiss)}
                </button>
            </div>
        </div>
    }
}

/// What the reader did last. Each deed can be undone for a while.
#[component]
fn Deeds(desk: Desk) -> impl IntoView {
    let deeds = memo(move || desk.deeds.with(|deeds| deeds.all().cloned().collect::<Vec<_>>()));
    let title = desk.choices.word(|words| words.board().deeds);
    view! {
        <section class="side__part" hidden=shown(move || deeds.with(Vec::is_empty))>
            <h2 class="side__title">{title}</h2>
            <ul class="deeds" data-testid="deeds">
                {each(
                    move || deeds.get(),
                    |deed| deed.number.to_string(),
                    move |deed| DeedRow(DeedRowProps { desk, deed }).into_any(),
                )}
            </ul>
        </section>
    }
}

#[component]
fn DeedRow(desk: Desk, deed: Deed) -> impl IntoView {
    let number = deed.number;
    let left = memo(move || {
        let now = desk.clock.second();
        desk.deeds.with(|deeds| deeds.all().find(|deed| deed.number == number)?.seconds_left(now))
    });
    let time = shown(move || time_of_day(deed.at, Precision::Minutes, desk.choices.words().tag));
    let can = memo(move || left.get().is_some());
    let button = part(move || {
        can.get().then(|| {
            view! {
                <button
                    class="button"
                    type="button"
                    data-testid="undo"
                    on:click=click(move || actions::undo(desk, Some(number)))
                >
                    {symbol("switch__icon", "icon-undo")}
                    {shown(move || left.get().map(|left| (desk.choices.words().board().undo)(left)))}
                </button>
            }
        })
    });
    view! {
        <li class="deeds__row">
            <span class="deeds__text">{deed.text}</span>
            <span class="deeds__time">{time}</span>
            {button}
        </li>
    }
}

/// The switches for sound and notifications.
#[component]
fn Consent(desk: Desk) -> impl IntoView {
    let notify = move |wanted: bool| {
        spawn_local(async move {
            let allowed = wanted && browser::ask_to_notify().await;
            desk.choices.notify.set(allowed);
            if wanted && !allowed {
                desk.notices.say(Tone::Bad, desk.choices.words_untracked().board().notify_refused.into());
            }
        });
    };
    let sound = move |wanted: bool| {
        desk.choices.sound.set(wanted);
        if wanted {
            browser::chime();
        }
    };
    view! {
        <div class="side__consent">
            <label class="check">
                <input
                    type="checkbox"
                    name="sound"
                    prop:checked=shown(move || desk.choices.sound.is_on())
                    on:change=ticked(sound)
                />
                " "
                {desk.choices.word(|words| words.board().sound)}
            </label>
            <label class="check">
                <input
                    type="checkbox"
                    name="notify"
                    prop:checked=shown(move || desk.choices.notify.is_on())
                    on:change=ticked(notify)
                />
                " "
                {desk.choices.word(|words| words.board().notify)}
            </label>
        </div>
    }
}
