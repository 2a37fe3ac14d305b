//! lampfield's page: the board in a browser, what can be done with it, an admin's pages, and the wall. Each
//! of the three is a program of its own (`bin/`), so that nobody loads what is not theirs.
//!
//! ```text
//!  EventSource ──► live::Link ──► state::Board ──► one signal a lamp ──► drawn::Drawn
//!                  (reconnects,    (applies what a     (set only where
//!                   knows what      frame brought       it differs)
//!                   is lost)        together)
//!  #/place ──► route ──► app ──► pages ──► components ──► api ──► the server
//!                         └── state::Session: who is looking, and what they may
//! ```
//! `app` stands on `pages`, these on `components` and `wall`, these on `state` ([`Desk`](state::Desk) has all that a component may
//! read), `state` on `live`, and all on the small files beside them. A test of the tree keeps each import downwards.
//!
//! What decides is pure and tested natively: `look`, `search`, `keys`, `roving`, `route`, `why`, `live::link`,
//! `state::{roster, watch, speech, tabs, …}`; what the page says is a crate of its own, [`lampfield_words`]. The rest shows
//! it, and decides nothing.

#![allow(clippy::large_types_passed_by_value, reason = "`Desk` is handles, and copied as Leptos' own signals are")]

use leptos::prelude::IntoView;

mod api;
mod app;
mod blink;
mod browser;
mod clock;
mod components;
mod drawn;
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
mod symbol;
mod turns;
mod wall;
mod why;

/// Puts the lamps into the document, in place of what `index.html` shows while it loads.
pub fn start_desk() {
    start(app::desk::DeskProgram);
}

/// Puts an admin's page into the document.
pub fn start_admin() {
    start(app::admin::AdminProgram);
}

/// Puts a wall display into the document.
pub fn start_wall() {
    let place = wall::place::Place::parse(&browser::hash());
    start(move || wall::WallPage(wall::WallPageProps { place }));
}

fn start<View: IntoView + 'static>(page: impl FnOnce() -> View + 'static) {
    browser::remove("boot");
    leptos::mount::mount_to_body(page);
    browser::offer_offline_page();
}
