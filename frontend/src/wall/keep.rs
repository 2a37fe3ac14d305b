//! What a display needs to hang on a wall for weeks: it stays awake, avoids burn-in, reloads at night, and notices when
//! its link is revoked.

use js_sys::{Function, Reflect};
use lampfield_shared::Timestamp;
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::api;

/// The hour of the nightly reload, in the display's time zone.
const RELOAD_HOUR: u32 = 3;
/// A page younger than this is not reloaded.
const RELOAD_AFTER_MILLIS: u64 = 20 * 3_600_000;
/// How long the picture stays in one place, in minutes.
const SHIFT_MINUTES: u64 = 5;
/// The places of the picture, in pixels: a small circle, so that no edge burns in.
const SHIFTS: [(i8, i8); 8] = [(0, 0), (2, 0), (2, 2), (0, 2), (-2, 2), (-2, 0), (-2, -2), (0, -2)];

/// The offset of the picture at that time, to the right and down.
pub const fn shift(now: Timestamp) -> (i8, i8) {
    let step = now.0 / 60_000 / SHIFT_MINUTES % SHIFTS.len() as u64;
    let step = step as usize;
    SHIFTS[step]
}

/// Whether the page is due for its nightly reload; `hour` is the hour of the day in the display's time zone.
pub const fn is_reload_due(started: Timestamp, now: Timestamp, hour: u32) -> bool {
    hour == RELOAD_HOUR && now.0.saturating_sub(started.0) >= RELOAD_AFTER_MILLIS
}

/// Reloads the page if the server answers. Otherwise the wall would show a browser error until somebody came with a
/// keyboard.
pub async fn reload_if_served() {
    if api::me().await.is_ok() {
        let _ = window().location().reload();
    }
}

/// Whether the server has revoked the display's link.
pub async fn is_turned_away() -> bool {
    api::me().await.is_err_and(|refusal| refusal.is_unauthorized())
}

/// Asks the browser to keep the screen on. Where it does not, the kiosk software must.
pub async fn stay_awake() {
    let _ = try_stay_awake().await;
}

async fn try_stay_awake() -> Result<(), JsValue> {
    let lock = Reflect::get(&window().navigator(), &"wakeLock".into())?;
    let request: Function = Reflect::get(&lock, &"request".into())?.dyn_into()?;
    JsFuture::from(js_sys::Promise::from(request.call1(&lock, &"screen".into())?)).await?;
    Ok(())
}

/// Enters full screen, or leaves it.
pub fn toggle_fullscreen() {
    if document().fullscreen_element().is_some() {
        document().exit_fullscreen();
    } else if let Some(root) = document().document_element() {
        let _ = root.request_fullscreen();
    }
}

/// Leaves the wall display for the board.
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
