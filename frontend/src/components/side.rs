//! The panel beside the board: the details of a lamp, else who rings and who is watched.

use std::collections::BTreeSet;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::details::Details;
use super::lamp_rows::LampRows;
use crate::browser;
use crate::notice::Tone;
use crate::state::Desk;

/// The id of the popover that the toolbar opens where there is no room for the panel beside the board. The browser
/// closes a popover by Esc and by a click elsewhere.
pub(super) const NOW: &str = "now";

/// The panel beside the board.
#[component]
pub(crate) fn Side(
    /// What the page knows.
    desk: Desk,
) -> impl IntoView {
    let lamp = Memo::new(move |_| desk.route.with(|route| route.lamp().cloned()));
    Effect::new(move |_| {
        lamp.with(|_| ());
        browser::hide_popover(NOW);
    });
    let has_room = move || desk.choices.side.is_on() && lamp.with(Option::is_none);
    view! {
        <aside
            id=NOW
            class="side side--now"
            popover="auto"
            aria-label=move || desk.choices.words().board().side
            data-testid="now"
            data-beside=move || has_room().to_string()
        >
            <Now desk=desk />
        </aside>
        {move || {
            lamp.get().map(|exten| view! { <aside class="side side--details"><Details desk=desk exten=exten /></aside> })
        }}
    }
}

/// The most ringing lamps that are listed: nobody reads more of them before they change.
const ROWS: usize = 30;

/// The lamps that ring, and those that the reader watches.
#[component]
fn Now(desk: Desk) -> impl IntoView {
    let words = move || desk.choices.words();
    let ringing = Memo::new(move |_| desk.board.ringing());
    let first = Memo::new(move |_| ringing.with(|all| all.iter().take(ROWS).cloned().collect::<Vec<_>>()));
    let watched = Memo::new(move |_| desk.watches.with(|watches| watches.extens().into_iter().collect::<Vec<_>>()));
    let is_lost = move || desk.connection.lost().is_some();
    let rest = Memo::new(move |_| match ringing.with(BTreeSet::len) {
        _ if is_lost() => Some(words().lost.to_owned()),
        0 => Some(words().board().none_rings.to_owned()),
        all if all > ROWS => Some((words().board().and_more)(all - ROWS)),
        _ => None,
    });
    let note = |text| view! { <p class="side__note">{text}</p> };
    view! {
        <section class="side__part">
            <h2 class="side__title">{move || words().board().ringing_now}</h2>
            <div class="side__ringing">
                <LampRows desk=desk extens=first name="ringing-now" />
                {move || rest.get().map(note)}
            </div>
        </section>
        <section class="side__part">
            <h2 class="side__title">{move || words().board().watching}</h2>
            <LampRows desk=desk extens=watched name="watching" />
            {move || watched.with(Vec::is_empty).then(|| note(words().board().none_watched.to_owned()))}
            <Consent desk=desk />
        </section>
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
                    prop:checked=move || desk.choices.sound.is_on()
                    on:change:target=move |event| sound(event.target().checked())
                />
                " "
                {move || desk.choices.words().board().sound}
            </label>
            <label class="check">
                <input
                    type="checkbox"
                    name="notify"
                    prop:checked=move || desk.choices.notify.is_on()
                    on:change:target=move |event| notify(event.target().checked())
                />
                " "
                {move || desk.choices.words().board().notify}
            </label>
        </div>
    }
}
