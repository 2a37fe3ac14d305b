//! The lamps as one grid for the keyboard, with one tab stop and arrow keys between tiles (ARIA APG, layout grid).
//!
//! The tab stop is the `tabindex` of one tile and is moved by hand: a signal in every tile would cost more than all the
//! rest of the tile. `grid::step` decides where an arrow key leads, from where the lamps stand.

use lampfield_shared::Exten;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent, MouseEvent, Node};

use super::favourites::Drag;
use super::place::{TILE, exten_of, focus_lamp, tile_of};
use super::{actions, place};
use crate::browser;
use crate::grid::Piece;
use crate::grid::step::{Move, step};
use crate::state::Desk;
use crate::uniform::{Handler, click, effect, shown, truth};

/// What `style/layout.css` leaves free beside the lamps, in px.
const PADDING: f64 = 12.0;
/// The bar, the row of filters, and the room below the lamps, in px.
const ABOVE: f64 = 48.0 + 36.0 + 10.0;
const STOP: &str = "[data-exten][tabindex='0']";

/// The grid around the sheets.
#[component]
pub(crate) fn Grid(
    /// What the page knows.
    desk: Desk,
    /// The sheets.
    children: Children,
) -> impl IntoView {
    let root = NodeRef::<html::Div>::new();
    let (pointed, focused) = (StoredValue::new(false), StoredValue::new(false));
    let hold = move || desk.board.hold(pointed.get_value() || focused.get_value());
    let on_focus_in = move |event: web_sys::FocusEvent| {
        focused.set_value(true);
        hold();
        if let Some(tile) = tile_of(event.target()) {
            make_stop(desk, &tile);
        }
    };
    let on_focus_out = move |event: web_sys::FocusEvent| {
        let next = event.related_target().and_then(|next| next.dyn_into::<Node>().ok());
        // Without a next element the focused tile was removed, or the whole window lost the focus.
        if let (Some(next), Some(root)) = (next, root.get_untracked()) {
            focused.set_value(root.contains(Some(&next)));
            hold();
        }
    };
    let point = move |here: bool| {
        if browser::can_hover() {
            pointed.set_value(here);
            hold();
        }
    };
    let on_click: Handler<MouseEvent> = Box::new(move |event| {
        if let Some(exten) = tile_of(event.target()).and_then(|tile| exten_of(&tile)) {
            if desk.selecting.get_untracked() || event.ctrl_key() || event.meta_key() {
                actions::toggle_selected(desk, &exten);
            } else {
                actions::open(desk, &exten, None);
            }
        }
    });
    let keys: Handler<KeyboardEvent> = Box::new(move |event| on_key(desk, &event));
    // Tiles come and go without the grid's doing; after each change one tile must have the tab stop.
    effect(move || {
        if let Some(root) = root.get() {
            keep_stop(desk, focused);
            browser::watch_room(&root, move |width, height| {
                desk.fitting().set_room(width - PADDING, height - ABOVE);
            });
            browser::watch_elements(&root, move || keep_stop(desk, focused));
        }
    });
    on_cleanup(move || desk.board.hold(false));
    let drag = Drag::new(desk);
    view! {
        <div
            class="board"
            role="grid"
            aria-label=desk.choices.word(|words| words.board().tabs)
            data-narrow=truth(move || desk.fitting().fit.get().is_one_column)
            data-size=shown(move || desk.fitting().fit.get().size.as_str())
            style:--pitch=shown(move || length(desk.fitting().fit.get().pitch))
            style:--column=shown(move || length(desk.fitting().fit.get().column))
            node_ref=root
            on:focusin=on_focus_in
            on:focusout=on_focus_out
            on:mouseenter=click(move || point(true))
            on:mouseleave=click(move || point(false))
            on:keydown=keys
            on:click=on_click
            on:pointerdown=drag.press
            on:dragstart=drag.start
            on:dragover=drag.over
            on:drop=drag.drop
        >
            {children()}
        </div>
    }
}

fn on_key(desk: Desk, event: &KeyboardEvent) {
    if event.alt_key() || event.meta_key() || event.shift_key() {
        return;
    }
    let Some(tile) = tile_of(event.target()) else { return };
    let ctrl = event.ctrl_key();
    let way = match event.key().as_str() {
        "ArrowLeft" => Move::Left,
        "ArrowRight" => Move::Right,
        "ArrowUp" => Move::Up,
        "ArrowDown" => Move::Down,
        "Home" if ctrl => Move::First,
        "End" if ctrl => Move::Last,
        "Home" => Move::RowStart,
        "End" => Move::RowEnd,
        "PageUp" => Move::PageUp,
        "PageDown" => Move::PageDown,
        "Enter" => return enter(desk, event, &tile),
        " " => {
            event.prevent_default();
            if let Some(exten) = exten_of(&tile) {
                actions::toggle_selected(desk, &exten);
            }
            return;
        }
        _ => return,
    };
    event.prevent_default();
    let sections = desk.board.shown();
    let Some(here) = exten_of(&tile) else { return };
    let at = sections.iter().enumerate().find_map(|(section, lamps)| {
        Some(Piece::Lamp(section, lamps.iter().position(|entry| *entry.exten() == here)?))
    });
    let next = at.and_then(|at| desk.fitting().sheets.with_untracked(|sheets| step(sheets, at, way)));
    if let Some(Piece::Lamp(section, index)) = next {
        to_lamp(desk, sections[section][index].exten());
    }
}

/// A length in rem, of px where letters are 16 px high.
fn length(px: f64) -> String {
    // In whole thousandths: to write a float takes ten kilobytes of the program.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a length on a screen")]
    let thousandths = (px * 1000.0 / 16.0) as u32;
    format!("{}.{:03}rem", thousandths / 1000, thousandths % 1000)
}

/// Opens the details of a lamp. If its details are open already, calls it.
fn enter(desk: Desk, event: &KeyboardEvent, tile: &Element) {
    event.prevent_default();
    let Some(exten) = exten_of(tile) else { return };
    if desk.route.get_untracked().lamp() == Some(&exten) {
        actions::call(desk, &exten);
    } else {
        actions::open(desk, &exten, None);
    }
}

/// Moves the focus to a lamp. Its tile may not be made yet, where it is far away: the board is scrolled to it first.
fn to_lamp(desk: Desk, exten: &Exten) {
    if focus_lamp(exten) {
        return;
    }
    let sections = desk.board.shown();
    let at = sections.iter().enumerate().find_map(|(section, lamps)| {
        Some(Piece::Lamp(section, lamps.iter().position(|entry| entry.exten() == exten)?))
    });
    let sheet =
        desk.fitting().sheets.with_untracked(|sheets| sheets.iter().position(|sheet| sheet.cells.contains(&at)));
    let Some(sheet) = sheet.filter(|_| at.is_some()) else { return };
    browser::reveal_first(&format!(".sheet-of-lamps:nth-of-type({})", sheet + 1));
    let exten = exten.clone();
    desk.work.add(move || {
        request_animation_frame(move || {
            focus_lamp(&exten);
        });
    });
}

/// Moves the focus by that many groups, to the first lamp of one.
pub(super) fn to_site(desk: Desk, by: isize) {
    let parts = desk.board.shown();
    let here = desk.stop.get_untracked();
    let at = parts.iter().position(|lamps| lamps.iter().any(|entry| Some(entry.exten()) == here.as_ref()));
    let next = at.map_or(Some(0), |at| at.checked_add_signed(by));
    if let Some(first) = next.and_then(|next| parts.get(next)?.first()) {
        to_lamp(desk, first.exten());
    }
}

/// Focuses the tile with the tab stop.
pub(super) fn focus_stop() {
    if !browser::focus(&format!(".board {STOP}")) {
        browser::focus(&format!(".board {TILE}"));
    }
}

fn keep_stop(desk: Desk, focused: StoredValue<bool>) {
    request_animation_frame(move || {
        let Some(board) = document().query_selector(".board").ok().flatten() else { return };
        if board.query_selector(STOP).is_ok_and(|stop| stop.is_some()) {
            return;
        }
        let stop = desk.stop.try_get_untracked().flatten();
        let known = stop.and_then(|exten| board.query_selector(&place::tile(&exten)).ok().flatten());
        let Some(tile) = known.or_else(|| board.query_selector(TILE).ok().flatten()) else { return };
        let _ = tile.set_attribute("tabindex", "0");
        let lost = document().active_element().is_none_or(|active| active.tag_name() == "BODY");
        if focused.try_get_value() == Some(true)
            && lost
            && let Ok(tile) = tile.dyn_into::<HtmlElement>()
        {
            let _ = tile.focus();
        }
    });
}

fn make_stop(desk: Desk, tile: &Element) {
    if let Some(exten) = exten_of(tile) {
        while let Ok(Some(old)) = document().query_selector(&format!(".board {STOP}")) {
            let _ = old.set_attribute("tabindex", "-1");
        }
        let _ = tile.set_attribute("tabindex", "0");
        desk.stop.set(Some(exten));
    }
}
