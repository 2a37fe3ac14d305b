//! Ringing lamps blink: all go dark at the same moment, for half of every second.
//!
//! An animation of the style could do that, but as long as one runs a browser draws sixty times a second, however
//! seldom it changes anything: without a graphics card that was an eighth of a core, all day.

use std::cell::Cell;
use std::time::Duration;

use leptos::prelude::{Effect, Get, IntervalHandle, Memo, set_interval_with_handle};

use crate::browser;

/// Half of a blink.
const HALF: Duration = Duration::from_millis(500);

/// Blinks as long as something rings. What that looks like, and whether it is wanted, says `style/lamp.css`.
pub(crate) fn blink(rings: impl Fn() -> bool + Send + Sync + 'static) {
    let rings = Memo::new(move |_| rings());
    Effect::new(move |beat: Option<Option<IntervalHandle>>| {
        if let Some(beat) = beat.flatten() {
            beat.clear();
        }
        browser::set_on_root("data-phase", "bright");
        let is_bright = Cell::new(true);
        let turn = move || {
            is_bright.set(!is_bright.get());
            browser::set_on_root("data-phase", if is_bright.get() { "bright" } else { "dark" });
        };
        rings.get().then(|| set_interval_with_handle(turn, HALF).ok()).flatten()
    });
}
