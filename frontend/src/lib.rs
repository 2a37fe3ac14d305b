//! lampfield's page: the board in a browser, what can be done with it, and an admin's pages.
//!
//! ```text
//!  EventSource ──► live::Link ──► state::Board ──► one signal a lamp ──► components::Tile
//!                  (reconnects,    (applies what a     (set only where
//!                   knows what      frame brought       it differs)
//!                   is lost)        together)
//!  #/place ──► route ──► app ──► pages ──► components ──► api ──► the server
//!                         └── state::Session: who is looking, and what they may
//! ```
//! What decides is pure and tested natively: `age`, `look`, `search`, `keys`, `roving`, `route`, `why`,
//! `i18n`, `live::link`, `state::{roster, watch, speech, tabs, …}`. The rest shows it, and decides nothing.

#![allow(clippy::large_types_passed_by_value, reason = "`Desk` is handles, and copied as Leptos' own signals are")]

use leptos::prelude::IntoAny;

mod age;
mod api;
mod app;
mod browser;
mod components;
mod i18n;
mod keys;
mod live;
mod look;
mod notice;
mod pages;
mod plain;
mod progress;
mod route;
mod roving;
mod search;
mod state;
mod turns;
mod wall;
mod why;

/// Puts the page into the document, in place of what `index.html` shows while it loads.
pub fn start() {
    browser::remove("boot");
    let place = wall::place::Place::parse(&browser::hash());
    leptos::mount::mount_to_body(move || match place {
        Some(place) => wall::WallPage(wall::WallPageProps { place }).into_any(),
        None => app::App().into_any(),
    });
    browser::offer_offline_page();
}
