//! What lets a display hang on a wall for weeks: it stays awake, burns nothing in, starts anew at
//! night, and hears of the end of its link.

use js_sys::{Function, Reflect};
use lampfield_shared::Timestamp;
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::api;

/// The hour of the soft reload, where the display hangs: nobody looks.
const RELOAD_HOUR: u32 = 3;
/// A display that has not run for so long needs no reload yet.
const RELOAD_AFTER_MILLIS: u64 = 20 * 3_600_000;
/// So long the picture stands in one place, in minutes.
const SHIFT_MINUTES: u64 = 5;
/// Where it stands then, in pixels: a small round, so that no edge burns in.
const SHIFTS: [(i8, i8); 8] = [(0, 0), (2, 0), (2, 2), (0, 2), (-2, 2), (-2, 0), (-2, -2), (0, -2)];

/// How far to the right and down the picture stands at that time.
pub const fn shift(now: Timestamp) -> (i8, i8) {
    let step = now.0 / 60_000 / SHIFT_MINUTES % SHIFTS.len() as u64;
    let step = step as usize;
    SHIFTS[step]
}

/// Whether the page is due to start anew, at that hour of the day where it hangs.
pub const fn is_reload_due(started: Timestamp, now: Timestamp, hour: u32) -> bool {
    hour == RELOAD_HOUR && now.0.saturating_sub(started.0) >= RELOAD_AFTER_MILLIS
}

/// Loads the page anew once the server has shown that it would come: else the wall would show an
/// error of the browser until somebody comes with a keyboard.
pub async fn reload_if_served() {
    if api::me().await.is_ok() {
        let _ = window().location().reload();
    }
}

/// Whether the server does not let this display look any more.
pub async fn is_turned_away() -> bool {
    api::me().await.is_err_and(|refusal| refusal.is_unauthorized())
}

/// Asks that the screen stays on; where the browser does not do that, the kiosk must.
pub async fn stay_awake() {
    let _ = try_stay_awake().await;
}

async fn try_stay_awake() -> Result<(), JsValue> {
    let lock = Reflect::get(&window().navigator(), &"wakeLock".into())?;
    let request: Function = Reflect::get(&lock, &"request".into())?.dyn_into()?;
    JsFuture::from(js_sys::Promise::from(request.call1(&lock, &"screen".into())?)).await?;
    Ok(())
}

/// Fills the screen, or leaves that.
pub fn toggle_fullscreen() {
    if document().fullscreen_element().is_some() {
        document().exit_fullscreen();
    } else if let Some(root) = document().document_element() {
        let _ = root.request_fullscreen();
    }
}

/// Leaves the wall for the board to work at.
pub fn leave() {
    let _ = window().location().set_href("./");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_stands_in_one_place_for_longer_than_five_minutes() {
        let at = |minutes: u64| shift(Timestamp(minutes * 60_000));
        assert_eq!(at(0), at(4));
        let round: std::collections::BTreeSet<_> = (0..8).map(|step| at(step * 5)).collect();
        assert_eq!((round.len(), at(40)), (8, at(0)));
        assert!((0..8).all(|step| {
            let ((x, y), (next_x, next_y)) = (at(step * 5), at(step * 5 + 5));
            x.abs_diff(next_x) <= 2 && y.abs_diff(next_y) <= 2
        }));
    }

    #[test]
    fn starts_anew_at_night_once_a_day() {
        let hours = |hours: u64| Timestamp(hours * 3_600_000);
        assert!(is_reload_due(hours(7), hours(27), 3));
        assert!(!is_reload_due(hours(7), hours(27), 4), "only at night");
        assert!(!is_reload_due(hours(27), hours(27), 3), "it has just started");
        assert!(!is_reload_due(hours(28), hours(27), 3), "a clock that was set back");
    }
}
