//! The reader's own line: their extension with its state, and a menu that sets "do not disturb" there.

use lampfield_shared::account::OwnDnd;
use lampfield_shared::dnd::{Dnd, RequestTime, SetDnd};
use lampfield_shared::{Exten, Lamp};
use lampfield_words::Look;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::actions;
use super::details::report_text;
use super::dnd_form::End;
use super::menu_line::{MenuLine, menu_line};
use crate::browser;
use crate::notice::{Tone, refusal_text};
use crate::state::{Desk, Intent, Who};
use crate::symbol::symbol;
use crate::uniform::{click, effect, memo, part, shown};

/// The id of the popover that the line opens.
const MENU: &str = "own-menu";

/// The ends of a "do not disturb" that the menu offers; the details have all of them.
const ENDS: [End; 4] = [End::Forever, End::After(30), End::After(60), End::Hour(18)];

/// The line. Its place is kept from the last time, so that nothing moves when the server has told whose page it is.
#[component]
pub(crate) fn OwnLine(
    /// What the page knows.
    desk: Desk,
) -> impl IntoView {
    let own = memo(move || desk.session.own());
    effect(move || {
        let has_own = match desk.session.who() {
            Who::Asking => browser::remembered("own").is_some(),
            _ => own.with(Option::is_some),
        };
        if has_own {
            browser::remember("own", "yes")
        } else {
            browser::forget("own")
        }
        browser::set_on_root("data-own", if has_own { "true" } else { "false" });
    });
    part(move || {
        let (exten, right) = own.get()?;
        let (key, number) = (exten.clone(), exten.to_string());
        let lamp = memo(move || {
            let _ = desk.board.totals();
            desk.board.cell(&key).map(|cell| cell.lamp)
        });
        let look = memo(move || lamp.with(|lamp| lamp.as_ref().map(|lamp| Look::of(lamp, desk.connection.lost()))));
        let state = shown(move || match look.get() {
            Some(look) => look.on_tile(desk.choices.words()),
            None => (desk.choices.words().state_short)(lampfield_shared::LampState::NoData),
        });
        let block =
            shown(move || look.get().map_or_else(|| "block own__lamp".into(), |look| look.class("block own__lamp")));
        Some(view! {
            <button
                class="own"
                type="button"
                popovertarget=MENU
                data-testid="own"
                title=desk.choices.word(|words| words.account().own_line)
            >
                <span class=block>{part(move || Some(symbol("lamp__shape", &look.get()?.shape())))}</span>
                <span class="own__who">{desk.choices.word(|words| words.account().me)} " " {number}</span>
                <span class="own__state">{state}</span>
                {symbol("view__icon", "icon-down")}
            </button>
            <div id=MENU class="menu menu--own" popover="auto" data-testid="own-menu">
                {(right > OwnDnd::Nothing).then(|| view! { <OwnDndLines desk=desk exten=exten.clone() lamp=lamp /> })}
                <button class="menu__item" type="button" data-testid="own-details" on:click=click(move || {
                    browser::hide_popover(MENU);
                    actions::open(desk, &exten, Some(Intent::Dnd));
                })>{desk.choices.word(|words| words.account().own_details)}</button>
            </div>
        })
    })
}

/// The lines that set "do not disturb" on the own extension.
#[component]
fn OwnDndLines(desk: Desk, exten: Exten, lamp: crate::uniform::Kept<Option<Lamp>>) -> impl IntoView {
    let is_on = move || lamp.with(|lamp| lamp.as_ref().is_some_and(|lamp| lamp.dnd));
    let exten = StoredValue::new(exten);
    let send = move |set: SetDnd| {
        browser::hide_popover(MENU);
        set_own(desk, exten.get_value(), set);
    };
    let on = move |end: End| {
        let now = desk.clock.server_time(browser::now());
        let until = end.of(now).map(RequestTime::Milliseconds);
        send(SetDnd { state: Dnd::On, kind: None, until, reason: None });
    };
    let line = move |end: End| {
        let word = shown(move || end.label(desk));
        view! {
            <button class="menu__item" type="button" data-testid=format!("own-dnd-{}", end.word()) on:click=click(move || on(end))>
                {word}
            </button>
        }
    };
    let off = move || send(SetDnd { state: Dnd::Off, kind: None, until: None, reason: None });
    let turn_off = MenuLine::new("own-dnd-off".into(), || false, move || desk.choices.words().dnd().turn_off, off);
    view! {
        <p class="menu__title">{desk.choices.word(|words| words.dnd().title)} ": " {desk.choices.word(|words| words.dnd().ends)}</p>
        {ENDS.map(line).collect_view()}
        {menu_line(turn_off.only_if(is_on))}
    }
}

/// Sets "do not disturb" on the own extension, and says what came of it.
fn set_own(desk: Desk, exten: Exten, set: SetDnd) {
    spawn_local(async move {
        let answer = actions::set_dnd(desk, &exten, &set).await;
        let words = desk.choices.words_untracked();
        match answer {
            Ok(report) => desk.notices.say(Tone::Good, untrack(|| report_text(desk, &report, words))),
            Err(refusal) => desk.notices.say(Tone::Bad, (words.dnd().failed)(&refusal_text(&refusal, words))),
        }
    });
}
