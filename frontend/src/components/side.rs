//! Beside the board: the lamp that is explained, else what happens now.

use std::collections::BTreeSet;

use lampfield_shared::{Exten, Lamp};
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::Element;

use super::announcer::who;
use super::details::Details;
use crate::app::Desk;
use crate::browser;
use crate::drawn::{Drawn, Face, keep};
use crate::i18n::Words;
use crate::look::Look;
use crate::notice::Tone;
use crate::route::Route;
use crate::state::watch::Watches;

/// The element that the toolbar opens where there is no room for it beside the board. The browser closes it by
/// Esc and by a click elsewhere.
pub(super) const NOW: &str = "now";

/// See the module.
#[component]
pub(crate) fn Side(
    /// Of which board.
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

/// So many that ring are named: nobody reads more of them before they change.
const ROWS: usize = 30;

/// Who rings, and who is waited for.
#[component]
fn Now(desk: Desk) -> impl IntoView {
    let words = move || desk.choices.words();
    let watched = Memo::new(move |_| desk.watches.with(Watches::extens));
    // Rows that stay are not made anew: where much rings, this changes many times a second.
    let ringing = Memo::new(move |_| desk.board.ringing());
    let rows = move || ringing.with(|all| all.iter().take(ROWS).cloned().collect::<Vec<_>>());
    let rest = move || ringing.with(|all| all.len().saturating_sub(ROWS));
    let ringing = view! {
        <ul class="rows" data-testid="ringing-now" hidden=move || ringing.with(BTreeSet::is_empty)>
            <For each=rows key=Exten::clone let:exten>
                <LampRow desk=desk exten=exten />
            </For>
        </ul>
        {move || match (ringing.with(BTreeSet::is_empty), rest()) {
            (true, _) => Some(words().board().none_rings.to_owned()),
            (false, 0) => None,
            (false, rest) => Some((words().board().and_more)(rest)),
        }
            .map(|note| view! { <p class="side__note">{note}</p> })}
    };
    let watching = move || {
        let watched = watched.get();
        if watched.is_empty() {
            return view! { <p class="side__note">{words().board().none_watched}</p> }.into_any();
        }
        let rows = watched.into_iter().map(|exten| view! { <LampRow desk=desk exten=exten /> });
        view! { <ul class="rows" data-testid="watching">{rows.collect_view()}</ul> }.into_any()
    };
    view! {
        <section class="side__part">
            <h2 class="side__title">{move || words().board().ringing_now}</h2>
            <div class="side__ringing">{ringing}</div>
        </section>
        <section class="side__part">
            <h2 class="side__title">{move || words().board().watching}</h2>
            {watching}
            <Consent desk=desk />
        </section>
    }
}

/// A lamp in a line; it leads to its details.
#[component]
fn LampRow(desk: Desk, exten: Exten) -> impl IntoView {
    let href = Route::Lamp(exten.clone()).href();
    let draw = move |row: Element| {
        let exten = exten.clone();
        keep(RenderEffect::new(move |drawn: Option<Option<Drawn<RowFace>>>| {
            let drawn = drawn.flatten();
            let Some(cell) = desk.board.cell(&exten) else { return drawn };
            let face = RowFace::of(&cell.lamp, Look::of(&cell.lamp, desk.connection.lost()), desk.choices.words());
            Some(Drawn::draw(drawn, &row, face))
        }));
    };
    view! { <li><a class="rows__row" href=href use:draw></a></li> }
}

/// What such a line shows.
struct RowFace {
    class: String,
    shape: String,
    who: String,
    word: &'static str,
}

impl RowFace {
    fn of(lamp: &Lamp, look: Look, words: &Words) -> Self {
        Self { class: look.class("rows__lamp"), shape: look.shape(), who: who(lamp), word: look.short(words) }
    }
}

impl Face for RowFace {
    const INSIDE: &'static str = "<span><svg class='lamp__shape rows__shape' aria-hidden='true'><use></use></svg></span>\
        <span class='rows__who'>-</span><span class='rows__word'>-</span>";
    const TEXTS: &'static [&'static str] = &[".rows__who", ".rows__word"];
    const BEARER: Option<&'static str> = Some("span");

    fn attributes(&self) -> impl Iterator<Item = (&'static str, Option<&str>)> {
        [("class", Some(&*self.class))].into_iter()
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        [&*self.who, self.word].into_iter()
    }

    fn shape(&self) -> &str {
        &self.shape
    }
}

/// By which means the reader wants to be told.
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
