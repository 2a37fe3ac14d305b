//! The reader's own order of the favourites: by keys, and by drag.

use lampfield_shared::Exten;
use leptos::prelude::*;
use web_sys::DragEvent;

use super::actions;
use super::place::{exten_of, focus_lamp, tile_of};
use crate::state::Desk;
use crate::state::deeds::Undo;
use crate::uniform::Handler;

/// Moves a favourite by that many places, where the favourites stand in the reader's order.
pub(super) fn step(desk: Desk, exten: &Exten, by: isize) {
    let extens = untrack(|| desk.session.favourites());
    let Some(at) = extens.iter().position(|own| own == exten) else { return };
    if let Some(target) = at.checked_add_signed(by).and_then(|to| extens.get(to)) {
        put(desk, exten, &target.clone());
    }
}

/// Puts a favourite in the place of another, which makes room.
fn put(desk: Desk, exten: &Exten, target: &Exten) {
    let before = untrack(|| desk.session.favourites());
    let place = |of: &Exten| before.iter().position(|own| own == of);
    let (Some(from), Some(to)) = (place(exten), place(target)) else { return };
    if from == to || !desk.board.shows_favourites() {
        return;
    }
    let mut after = before.clone();
    let moved = after.remove(from);
    after.insert(to, moved);
    let exten = exten.clone();
    actions::arrange(desk, after, move || {
        let text = desk.choices.words_untracked().board().arranged;
        actions::did(desk, text.into(), Undo::Order(before));
    });
    request_animation_frame(move || _ = focus_lamp(&exten));
}

/// What pointer and drag do to tiles: a favourite is dropped in the place of another.
pub(super) struct Drag {
    /// Lets a tile be dragged that is pressed where the favourites stand in the reader's order.
    pub(super) press: Handler<web_sys::PointerEvent>,
    /// Begins to drag.
    pub(super) start: Handler<DragEvent>,
    /// Lets a favourite be dropped here.
    pub(super) over: Handler<DragEvent>,
    /// Drops it.
    pub(super) drop: Handler<DragEvent>,
}

impl Drag {
    pub(super) fn new(desk: Desk) -> Self {
        let dragged: StoredValue<Option<Exten>> = StoredValue::new(None);
        let press = move |event: web_sys::PointerEvent| {
            if let Some(tile) = tile_of(event.target()) {
                let _ = tile.set_attribute("draggable", if desk.board.shows_favourites() { "true" } else { "false" });
            }
        };
        let start = move |event: DragEvent| {
            let exten = tile_of(event.target()).and_then(|tile| exten_of(&tile));
            // Firefox drags only what has data.
            if let (Some(exten), Some(data)) = (&exten, event.data_transfer()) {
                let _ = data.set_data("text/plain", exten.as_str());
            }
            dragged.set_value(exten);
        };
        let over = move |event: DragEvent| {
            if dragged.with_value(Option::is_some) && tile_of(event.target()).is_some() {
                event.prevent_default();
            }
        };
        let drop = move |event: DragEvent| {
            let target = tile_of(event.target()).and_then(|tile| exten_of(&tile));
            let moved = dragged.try_update_value(Option::take).flatten();
            if let (Some(exten), Some(target)) = (moved, target) {
                event.prevent_default();
                put(desk, &exten, &target);
            }
        };
        Self { press: Box::new(press), start: Box::new(start), over: Box::new(over), drop: Box::new(drop) }
    }
}
