//! The page: the board in a browser with its commands, the admin's pages, and the wall display. Each of the three is a
//! program of its own (`bin/`), so that nobody downloads what they do not use. The desk's comes in two parts: what the first
//! lamps need, and what is loaded after them (`components::later`).
//!
//! ```text
//!  EventSource ─► live::Liveness ─► state::LampTable ─► one signal a lamp ─► drawn::Drawn
//!                 (reconnects,       (takes in what a     (set only where
//!                  knows what         frame brought        the lamp differs)
//!                  is lost)           together)
//!  #/place ─► route ─► app ─► pages ─► components ─► api ─► the server
//!                       └── state::Session: who is looking, and what they may
//! ```
//! `app` imports `pages`, these import `components` and `wall`, these import `state` ([`Desk`](state::Desk) has all that a
//! component may read), `state` imports `live`, and all import the small files beside them. A test of the tree keeps every
//! import downwards, and files out of circles.
//!
//! Decisions are pure and tested natively: `look`, `search`, `keys`, `grid`, `route`, `why`, `live::liveness`,
//! `state::{lamps, roster, watch, speech, tabs, …}`. The words are a crate of their own, [`lampfield_words`]. The rest
//! shows what was decided.

#![allow(clippy::large_types_passed_by_value, reason = "`Desk` is handles, and copied as Leptos' own signals are")]

use leptos::prelude::IntoView;

mod api;
mod app;
mod blink;
mod browser;
mod clock;
mod components;
mod drawn;
mod grid;
mod keys;
mod live;
mod look;
mod notice;
mod pages;
mod plain;
mod progress;
mod route;
mod search;
mod sorted;
mod state;
mod symbol;
mod uniform;
mod wall;
mod why;
mod work;

pub use app::desk::later_parts;
pub use components::{Load, Parts};

/// Starts the board, in place of the loading screen of `index.html`.
pub fn start_desk(load: Load) {
    start(move || app::desk::DeskProgram(app::desk::DeskProgramProps { load }));
}

/// Starts the admin's pages.
pub fn start_admin() {
    start(app::admin::AdminProgram);
}

/// Starts a wall display.
pub fn start_wall() {
    let address = wall::address::WallAddress::parse(&browser::hash());
    start(move || wall::WallPage(wall::WallPageProps { address }));
}

fn start<View: IntoView + 'static>(page: impl FnOnce() -> View + 'static) {
    browser::remove("boot");
    leptos::mount::mount_to_body(page);
    browser::offer_offline_page();
}
