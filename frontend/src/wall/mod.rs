//! The wall display: all lamps at a glance, for weeks, with nobody at a keyboard.
//!
//! ```text
//!  #/board ─► WallAddress ─┐                       ┌─► Plan: how large, by the names; on how many pages; what shrinks
//!  stream ─► LampTable ────┴─► Hanging (signals) ──┼─► tiles, ringing ones on every page
//!             tick ─► beat ────────────────────────┴─► heart, and the curtain that falls by itself
//! ```
//! The curtain is a CSS animation that ends with the word "stale" over the lamps. Every sign of life of the server restarts
//! the animation; without one it ends, whether or not the script still runs.

pub mod address;
mod bands;
mod fit;
mod hanging;
mod head;
mod heads;
mod keep;
mod lettering;
mod plan;
mod stage;
mod tile;

use std::time::Duration;

use lampfield_shared::Timestamp;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::blink::blink;
use crate::browser::{self, Precision, time_of_day};
use crate::live::Connection;
use crate::live::liveness::Status;
use crate::state::{chosen_language, remembered_palette, remembered_theme};
use address::{DisplayOptions, WallAddress};
use hanging::Hanging;
use head::Head;
use stage::Stage;

/// The whole screen of a wall display.
#[component]
pub(crate) fn WallPage(
    /// The parsed address.
    address: WallAddress,
) -> impl IntoView {
    let WallAddress { board, options: DisplayOptions { language, theme, palette } } = address;
    let language = language.unwrap_or_else(chosen_language);
    browser::set_on_root("lang", language.words().tag);
    if let Some(theme) = theme.or_else(remembered_theme) {
        browser::set_on_root("data-theme", theme.as_str());
    }
    let palette = palette.unwrap_or_else(remembered_palette);
    browser::set_on_root("data-palette", palette.as_str());
    let hanging = Hanging::new(board.name(), language);
    let connection = Connection::open(hanging, hanging.clock);
    let status = move || connection.status();
    Effect::new(move |_| hanging.set_lost(connection.lost()));
    Effect::new(move |_| {
        let title = hanging.summary.heading.get().map_or_else(|| "lampfield".into(), |heading| heading.title);
        document().set_title(&title);
    });
    blink(move || hanging.summary.ringing.with(|ringing| !ringing.is_empty()));
    hang(connection);
    let shift = move || {
        let (x, y) = keep::shift(hanging.clock.minute());
        format!("translate({x}px, {y}px)")
    };
    view! {
        <main
            class="wall"
            data-connection=move || status().as_str()
            data-beat=move || if hanging.beat.get() { "odd" } else { "even" }
        >
            {move || {
                if hanging.turned_away.get() {
                    return view! { <p class="wall__end" role="alert">{hanging.words().wall().token_end}</p> }.into_any();
                }
                view! {
                    <div class="wall__frame" style:transform=shift>
                        <Head hanging=hanging connection=connection />
                        <Stage hanging=hanging connection=connection board=board.clone() />
                    </div>
                    <Curtain hanging=hanging />
                }
                    .into_any()
            }}
        </main>
    }
}

/// The curtain. It falls by itself; its text was written at the last sign of life.
#[component]
fn Curtain(hanging: Hanging) -> impl IntoView {
    let words = hanging.words().wall();
    let last = move || match hanging.heard.get() {
        Some(time) => (words.last_update)(&time_of_day(time, Precision::Seconds, hanging.words().tag)),
        None => words.no_update.into(),
    };
    view! {
        <div class="curtain" aria-hidden="true" data-testid="curtain">
            <p class="curtain__word">{words.stale}</p>
            <p class="curtain__time">{last}</p>
            <p class="curtain__note">{words.waiting}</p>
        </div>
    }
}

/// Starts what runs without a user: the wake lock, the keys, the nightly reload.
fn hang(connection: Connection) {
    let started = Timestamp(browser::now().as_millis().try_into().unwrap_or(u64::MAX));
    spawn_local(keep::stay_awake());
    // A browser releases the wake lock when the page is hidden.
    window_event_listener(ev::visibilitychange, move |_| {
        if !browser::is_hidden() {
            spawn_local(keep::stay_awake());
        }
    });
    window_event_listener(ev::keydown, move |event| match event.code().as_str() {
        "Escape" => keep::leave(),
        "KeyF" => keep::toggle_fullscreen(),
        _ => {}
    });
    // A changed fragment means another board or language: start again.
    window_event_listener(ev::hashchange, move |_| {
        let _ = window().location().reload();
    });
    let night = move || {
        let now = Timestamp(browser::now().as_millis().try_into().unwrap_or(u64::MAX));
        let hour = js_sys::Date::new_0().get_hours();
        if untrack(|| connection.status()) == Status::Live && keep::is_reload_due(started, now, hour) {
            spawn_local(keep::reload_if_served());
        }
    };
    set_interval(night, Duration::from_mins(1));
}

#[cfg(test)]
mod tests {
    use lampfield_shared::event::TICK_SECONDS;

    use crate::live::liveness::SILENCE;

    #[test]
    fn the_curtain_falls_a_tick_after_the_stream_is_lost() {
        let style = include_str!("../../../style/wall.css");
        let seconds = SILENCE.as_secs() + TICK_SECONDS;
        for beat in ["even", "odd"] {
            assert!(style.contains(&format!("animation: curtain-{beat} 1s linear {seconds}s forwards;")), "{beat}");
        }
    }
}
