//! The reader's own line: their extension with its state, and a menu that sets "do not disturb" there.

use lampfield_shared::account::OwnDnd;
use lampfield_shared::dnd::{Dnd, RequestTime, SetDnd};
use lampfield_shared::{Exten, Lamp, LampState};
use lampfield_words::Look;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::actions;
use super::details::{report_text, set_dnd};
use super::dnd_form::End;
use super::menu_line::{MenuLine, menu_line};
use crate::browser;
use crate::notice::{Tone, refusal_text};
use crate::state::{Desk, Intent, Who};
use crate::symbol::symbol;
use crate::uniform::{Kept, click, effect, memo, part, shown};

/// The id of the popover that the line opens.
const MENU: &str = "own-menu";

/// The ends of a "do not disturb" that the menu offers; the details have all of them.
const ENDS: [End; 4] = [End::Forever, End::After(30), End::After(60), End::Hour(18)];

/// The line. Its place is kept from the last time, so that nothing moves when the server has told whose page it is.
#[component]
pub(crate) fn OwnLine(
    /// What the page knows.
    desk: Desk,
    /// The lines of the menu.
    lines: AnyView,
) -> impl IntoView {
    let own = memo(move || desk.session.own().map(|(exten, _)| exten));
    effect(move || {
        let has_own = match desk.session.who() {
            Who::Asking => browser::remembered("own").is_some(),
            _ => own.with(Option::is_some),
        };
        if has_own {
            browser::remember("own", "yes");
        } else {
            browser::forget("own");
        }
        browser::set_on_root("data-own", if has_own { "true" } else { "false" });
    });
    let lamp = own_lamp(desk);
    let line = part(move || {
        let number = own.get()?.to_string();
        let look = memo(move || lamp.with(|lamp| lamp.as_ref().map(|lamp| Look::of(lamp, desk.connection.lost()))));
        let state = shown(move || {
            let words = desk.choices.words();
            look.get().map_or_else(|| (words.state_short)(LampState::NoData), |look| look.on_tile(words))
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
                " "
                <span class="own__state">{state}</span>
                {symbol("view__icon", "icon-down")}
            </button>
        })
    });
    view! {
        {line}
        <div id=MENU class="menu menu--own" popover="auto" data-testid="own-menu">
            {lines}
        </div>
    }
}

/// The lines of its menu.
#[component]
pub(crate) fn OwnLines(
    /// What the page knows.
    desk: Desk,
) -> impl IntoView {
    let own = memo(move || desk.session.own());
    let lamp = own_lamp(desk);
    part(move || {
        let (exten, right) = own.get()?;
        let set = (right > OwnDnd::Nothing).then(|| view! { <DndLines desk=desk exten=exten.clone() lamp=lamp /> });
        let details = click(move || {
            browser::hide_popover(MENU);
            actions::open(desk, &exten, Some(Intent::Dnd));
        });
        Some(view! {
            {set}
            <button class="menu__item" type="button" data-testid="own-details" on:click=details>
                {desk.choices.word(|words| words.account().own_details)}
            </button>
        })
    })
}

/// The lamp of the own extension, where it is on the board.
fn own_lamp(desk: Desk) -> Kept<Option<Lamp>> {
    memo(move || desk.board.cell(&desk.session.own()?.0).map(|cell| cell.lamp))
}

/// The lines that set "do not disturb" on the own extension.
#[component]
fn DndLines(desk: Desk, exten: Exten, lamp: Kept<Option<Lamp>>) -> impl IntoView {
    let is_on = move || lamp.with(|lamp| lamp.as_ref().is_some_and(|lamp| lamp.dnd));
    let exten = StoredValue::new(exten);
    let send = move |set: SetDnd| {
        browser::hide_popover(MENU);
        set_own(desk, exten.get_value(), set);
    };
    let line = move |end: End| {
        let on = click(move || {
            let until = end.of(desk.clock.server_time(browser::now())).map(RequestTime::Milliseconds);
            send(SetDnd { state: Dnd::On, kind: None, until, reason: None });
        });
        let name = format!("own-dnd-{}", end.word());
        let word = shown(move || end.label(desk));
        view! { <button class="menu__item" type="button" data-testid=name on:click=on>{word}</button> }
    };
    let off = move || send(SetDnd { state: Dnd::Off, kind: None, until: None, reason: None });
    let turn_off = MenuLine::new("own-dnd-off".into(), || false, move || desk.choices.words().dnd().turn_off, off);
    view! {
        <p class="menu__title">
            {desk.choices.word(|words| words.dnd().title)} ": " {desk.choices.word(|words| words.dnd().ends)}
        </p>
        {ENDS.map(line).collect_view()}
        {menu_line(turn_off.only_if(is_on))}
    }
}

/// Sets "do not disturb" on the own extension, and says what came of it.
fn set_own(desk: Desk, exten: Exten, set: SetDnd) {
    spawn_local(async move {
        let answer = set_dnd(desk, exten, set).await;
        let words = desk.choices.words_untracked();
        match answer {
            Ok(report) => desk.notices.say(Tone::Good, untrack(|| report_text(desk, &report, words))),
            Err(refusal) => desk.notices.say(Tone::Bad, (words.dnd().failed)(&refusal_text(&refusal, words))),
        }
    });
}
