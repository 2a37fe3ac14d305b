//! Makes ringing lamps blink: all of them are dark for the same half of every second.
//!
//! A CSS animation could do that, but while one runs a browser redraws sixty times a second, even where nothing
//! changes: without a graphics card that took an eighth of a core, all day.

use std::cell::Cell;
use std::time::Duration;

use leptos::prelude::{Effect, IntervalHandle, set_interval_with_handle};

use crate::browser;
use crate::uniform::memo;

/// Half the period of the blinking.
const HALF: Duration = Duration::from_millis(500);

/// Blinks while `rings` holds. `style/lamp.css` says how that looks, and the reader may switch it off.
pub(crate) fn blink(rings: impl Fn() -> bool + Send + Sync + 'static) {
    let rings = memo(rings);
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
