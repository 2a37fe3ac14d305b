//! The few things that the page asks of the browser itself.

use std::time::Duration;

use js_sys::{Date, Object, Reflect};
use lampfield_shared::Timestamp;
use leptos::prelude::{document, window};
use wasm_bindgen::JsValue;
use web_sys::{Storage, VisibilityState};

/// What a remembered choice is called, before its own name.
const PREFIX: &str = "lampfield.";

/// The browser's clock, since 1970.
pub(crate) fn now() -> Duration {
    Duration::try_from_secs_f64(Date::now() / 1000.0).unwrap_or_default()
}

/// Nobody sees the page: there are no frames to wait for.
pub(crate) fn is_hidden() -> bool {
    document().visibility_state() == VisibilityState::Hidden
}

/// A choice remembered in this browser.
pub(crate) fn remembered(name: &str) -> Option<String> {
    local_storage()?.get_item(&format!("{PREFIX}{name}")).ok()?
}

/// Remembers a choice; where the browser keeps nothing it lasts as long as the page.
pub(crate) fn remember(name: &str, value: &str) {
    if let Some(storage) = local_storage() {
        let _ = storage.set_item(&format!("{PREFIX}{name}"), value);
    }
}

fn local_storage() -> Option<Storage> {
    window().local_storage().ok()?
}

/// Loads the page anew, but for the same reason only once in the life of the tab: a reload
/// that does not help must not become a loop.
pub(crate) fn reload_once(reason: &str) {
    const KEY: &str = "lampfield.reloaded";
    let Ok(Some(storage)) = window().session_storage() else { return };
    if storage.get_item(KEY).ok().flatten().as_deref() != Some(reason) && storage.set_item(KEY, reason).is_ok() {
        let _ = window().location().reload();
    }
}

/// The reader's languages, the best first.
pub(crate) fn languages() -> Vec<String> {
    window().navigator().languages().iter().filter_map(|tag| tag.as_string()).collect()
}

/// The system wants dark colours.
pub(crate) fn prefers_dark() -> bool {
    window().match_media("(prefers-color-scheme: dark)").ok().flatten().is_some_and(|query| query.matches())
}

/// Sets an attribute of `<html>`.
pub(crate) fn set_on_root(attribute: &str, value: &str) {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute(attribute, value);
    }
}

/// Takes the element with that id out of the document.
pub(crate) fn remove(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        element.remove();
    }
}

/// How exactly a time of day is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Precision {
    /// 13:58
    Minutes,
    /// 13:58:07
    Seconds,
}

/// The time of day where the reader is, with the date in front unless it is today's.
pub(crate) fn time_of_day(time: Timestamp, precision: Precision, language: &str) -> String {
    let date = js_date(time);
    let (hours, minutes) = (date.get_hours(), date.get_minutes());
    let text = match precision {
        Precision::Minutes => format!("{hours:02}:{minutes:02}"),
        Precision::Seconds => format!("{hours:02}:{minutes:02}:{:02}", date.get_seconds()),
    };
    if date.to_date_string() == Date::new_0().to_date_string() {
        return text;
    }
    let options = Object::new();
    for (key, value) in [("day", "numeric"), ("month", "short")] {
        let _ = Reflect::set(&options, &key.into(), &value.into());
    }
    format!("{} {text}", String::from(date.to_locale_date_string(language, &options)))
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 stay below 2^53 for 285,000 years")]
fn js_date(time: Timestamp) -> Date {
    Date::new(&JsValue::from_f64(time.0 as f64))
}
