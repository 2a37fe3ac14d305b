//! The lamps of a wall display: as large as their names allow, on several pages if needed, with ringing lamps on each page.

use std::time::Duration;

use lampfield_shared::Exten;
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::ResizeObserver;

use super::address::WallBoard;
use super::bands::WallBand;
use super::fit::Weight;
use super::hanging::Hanging;
use super::heads::Head;
use super::plan::{Piece, Plan, Room};
use super::tile::{Setting, Tile};
use crate::live::Connection;
use crate::state::set_if_new;

/// How long a page is shown.
const PAGE: Duration = Duration::from_secs(12);

/// The area of the lamps.
#[component]
pub(super) fn Stage(
    /// The state of the display.
    hanging: Hanging,
    /// The state of the stream.
    connection: Connection,
    /// The board that the address names.
    board: WallBoard,
) -> impl IntoView {
    let (place, room) = (NodeRef::<Div>::new(), RwSignal::new(Room::default()));
    measure(place, room);
    let (words, lettering) = (hanging.lettering.states(hanging.language), hanging.lettering);
    // Which sites are quiet is asked anew with each round of the pages.
    let round = RwSignal::new(0_u32);
    let plan = Memo::new(move |_| {
        round.track();
        let width = |weight: Weight, text: &str| lettering.width(weight, text);
        Plan::new(&hanging.groups(), words, room.get(), &width)
    });
    let needed = move || hanging.summary.ringing.with(|ringing| plan.with(|plan| plan.pinned_rows(ringing.len())));
    // What rings takes more room at once, and gives it back where the page turns.
    let rows = RwSignal::new(1_usize);
    Effect::new(move |_| set_if_new(&rows, needed().max(rows.get_untracked())));
    let pages = Memo::new(move |_| plan.with(|plan| plan.pages(rows.get())));
    let page = RwSignal::new(0_usize);
    let turn = move || {
        let (last, next) = (pages.with_untracked(Vec::len), page.get_untracked() + 1);
        set_if_new(&page, if next < last { next } else { 0 });
        set_if_new(&rows, untrack(needed));
        if next >= last && last > 1 {
            round.update(|round| *round = round.wrapping_add(1));
        }
    };
    set_interval(turn, PAGE);
    let turns = Memo::new(move |_| plan.with(|plan| plan.turns));
    let setting = Setting { hanging, connection, plan };
    let note = move || empty_note(hanging, &board);
    let of = move |size: fn(&Plan) -> f64| move || plan.with(|plan| thousandths(size(plan)));
    let columns = move || plan.with(|plan| plan.columns.to_string());
    view! {
        <div
            class="wall__stage"
            node_ref=place
            style:font-size=of(|plan| plan.font)
            style:--columns=columns
            style:--row=of(|plan| plan.row)
            style:--cell-gap=of(|plan| plan.gap)
            style:--rows=move || rows.get().to_string()
        >
            {move || turns.get().then(|| view! { <Pinned setting=setting rows=rows /> })}
            {move || {
                let pieces = pages.with(|pages| pages.get(page.get().min(pages.len().max(1) - 1)).cloned());
                hanging.bands.with(|bands| {
                    let pieces = pieces.into_iter().flatten();
                    let cells = pieces.flat_map(|piece| view_piece(setting, bands, &piece)).collect::<Vec<_>>();
                    (!cells.is_empty()).then(|| view! { <ul class="wall__cells">{cells}</ul> })
                })
            }}
            {move || note().map(|text| view! { <p class="wall__note">{text}</p> })}
        </div>
        {move || turns.get().then(|| view! { <Turns hanging=hanging pages=pages page=page /> })}
    }
}

/// A CSS length from whole numbers: code that formats fractions would double the size of the program.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sizes on a screen")]
fn thousandths(size: f64) -> String {
    format!("calc({}px / 1000)", (size * 1000.0) as u64)
}

/// Keeps `room` equal to the size of the element.
fn measure(place: NodeRef<Div>, room: RwSignal<Room>) {
    Effect::new(move |_| {
        let Some(element) = place.get() else { return };
        let measured = element.clone();
        let look = Closure::<dyn Fn()>::new(move || {
            let side = |side: Result<wasm_bindgen::JsValue, _>| side.ok().and_then(|side| side.as_f64()).unwrap_or(0.0);
            room.set(Room {
                width: measured.client_width().into(),
                height: measured.client_height().into(),
                short_side: side(window().inner_width()).min(side(window().inner_height())),
            });
        });
        if let Ok(observer) = ResizeObserver::new(look.as_ref().unchecked_ref()) {
            observer.observe(&element);
        }
        // The callback lives as long as the page.
        look.forget();
    });
}

/// The text in place of lamps, if there are none.
fn empty_note(hanging: Hanging, board: &WallBoard) -> Option<String> {
    if hanging.summary.heading.with(Option::is_none) {
        return Some(hanging.words().loading.into());
    }
    let is_empty = hanging.bands.with(|bands| bands.iter().all(|band| band.lamps.is_empty()));
    is_empty.then(|| match board {
        WallBoard::All => hanging.words().empty.into(),
        WallBoard::Named(name) => (hanging.words().wall().no_board)(name),
    })
}

fn view_piece(setting: Setting, bands: &[WallBand], piece: &Piece) -> Vec<AnyView> {
    let Some(band) = bands.get(piece.band) else { return Vec::new() };
    let Some(lamps) = band.lamps.get(piece.lamps.clone()) else { return Vec::new() };
    let (head, count, piece) = (band.head.clone(), band.lamps.len(), piece.clone());
    let mut cells = view_tiles(setting, lamps.iter());
    cells.insert(0, view! { <Head setting=setting head=head count=count piece=piece /> }.into_any());
    cells
}

fn view_tiles<'a>(setting: Setting, lamps: impl Iterator<Item = &'a Exten>) -> Vec<AnyView> {
    let cell = |exten| setting.hanging.table.with_value(|table| table.cell(exten));
    let tiles = lamps.filter_map(cell).map(|cell| view! { <Tile cell=cell setting=setting /> }.into_any());
    tiles.collect()
}

/// The ringing lamps, which every page shows.
#[component]
fn Pinned(setting: Setting, rows: RwSignal<usize>) -> impl IntoView {
    let Setting { hanging, connection, plan } = setting;
    let words = hanging.words().wall();
    let none = move || if connection.lost().is_some() { hanging.words().lost } else { words.none_rings };
    let tiles = move || {
        let room = rows.get() * plan.with(|plan| plan.columns);
        hanging.bands.track();
        let ringing = hanging.summary.ringing.get();
        // If not all fit, the last place shows how many more there are.
        let places = if ringing.len() > room { room.saturating_sub(1) } else { room };
        let more = ringing.len().saturating_sub(places);
        view! {
            {view_tiles(setting, ringing.iter().take(places))}
            {(more > 0).then(|| view! { <li class="wall__more">{(words.more)(more)}</li> })}
            {ringing.is_empty().then(|| view! { <li class="wall__none">{none()}</li> })}
        }
    };
    view! { <ul class="wall__cells wall__pinned" aria-label=words.ringing data-testid="pinned">{tiles}</ul> }
}

/// The number of the page that is shown, and dots for all pages.
#[component]
fn Turns(hanging: Hanging, pages: Memo<Vec<Vec<Piece>>>, page: RwSignal<usize>) -> impl IntoView {
    const MOST_DOTS: usize = 20;
    move || {
        let pages = pages.with(|pages| pages.len().max(1));
        let page = page.get().min(pages - 1);
        let dot = |dot| {
            let here = if dot == page { "wall__dot wall__dot--here" } else { "wall__dot" };
            view! { <i class=here></i> }
        };
        view! {
            <p class="wall__turns" data-testid="page" aria-label=(hanging.words().wall().page)(page + 1, pages)>
                {(pages <= MOST_DOTS).then(|| (0..pages).map(dot).collect_view())}
                <b>{format!("{}/{pages}", page + 1)}</b>
            </p>
        }
    }
}
