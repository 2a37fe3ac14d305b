//! lampfield's page: the board in a browser.
//!
//! ```text
//!  EventSource ──► live::Link ──► state::Board ──► one signal a lamp ──► components::Tile
//!                  (reconnects,    (applies what a     (set only where
//!                   knows what      frame brought       it differs)
//!                   is lost)        together)
//! ```
//! What decides is pure and tested natively: `age`, `look`, `search`, `i18n`, `live::link`,
//! `state::roster`. The rest shows it, and decides nothing.

mod age;
mod app;
mod browser;
mod components;
mod i18n;
mod live;
mod look;
mod search;
mod state;
mod turns;

/// Puts the page into the document, in place of what `index.html` shows while it loads.
pub fn start() {
    browser::remove("boot");
    leptos::mount::mount_to_body(app::App);
}
