//! The tiles as elements of the page: which lamp an element shows, and which element shows a lamp.

use lampfield_shared::Exten;
use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget};

use crate::browser;

/// Selector of every tile.
pub(super) const TILE: &str = "[data-exten]";

/// Selector of the tile of a lamp.
pub(super) fn tile(exten: &Exten) -> String {
    let exten = exten.as_str().replace('\\', "\\\\").replace('"', "\\\"");
    format!("[data-exten=\"{exten}\"]")
}

/// Focuses the tile of a lamp; returns whether it exists.
pub(super) fn focus_lamp(exten: &Exten) -> bool {
    browser::focus(&format!(".board {}", tile(exten)))
}

/// The tile around the target of an event.
pub(super) fn tile_of(target: Option<EventTarget>) -> Option<Element> {
    target?.dyn_into::<Element>().ok()?.closest(TILE).ok()?
}

/// The lamp that a tile shows.
pub(super) fn exten_of(tile: &Element) -> Option<Exten> {
    tile.get_attribute("data-exten").map(Exten::from)
}
