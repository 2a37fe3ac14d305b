//! The lamps of a wall display: as large as possible, on several pages if needed, with ringing lamps on each page.

use std::time::Duration;

use lampfield_shared::{Exten, Freshness, Site};
use lampfield_words::freshness_word;
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::ResizeObserver;

use super::address::WallBoard;
use super::bands::{BandHead, WallBand};
use super::hanging::Hanging;
use super::plan::{GAP, HEAD, PINNED, Piece, Plan, Room, TILE_HEIGHT};
use super::tile::{Setting, Tile};
use crate::browser::{Precision, time_of_day};
use crate::live::Connection;

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
    // Values derived from these two are computed where they are used: a memo for each would make the program larger
    // than the rest of this file.
    let plan = Memo::new(move |_| {
        let counts: Vec<usize> = hanging.bands.with(|bands| bands.iter().map(|band| band.lamps.len()).collect());
        Plan::new(&counts, room.get())
    });
    let turned = RwSignal::new(0_usize);
    let turn = move || {
        if plan.with_untracked(Plan::turns) {
            turned.update(|turned| *turned = turned.wrapping_add(1));
        }
    };
    set_interval(turn, PAGE);
    let turns = move || plan.with(Plan::turns);
    let setting = Setting { hanging, connection };
    let note = move || empty_note(hanging, &board);
    let font = move || plan.with(|plan| thousandths(plan.font, "px"));
    let columns = move || plan.with(|plan| plan.columns.to_string());
    let em = |size: f64| thousandths(size, "em");
    view! {
        <div
            class="wall__stage"
            node_ref=place
            style:font-size=font
            style:--columns=columns
            style:--tile-height=em(TILE_HEIGHT)
            style:--tile-gap=em(GAP)
            style:--band-head=em(HEAD)
            style:--pinned=em(PINNED)
        >
            {move || turns().then(|| view! { <Pinned plan=plan setting=setting /> })}
            {move || {
                let pieces = plan.with(|plan| plan.pages.get(turned.get() % plan.pages.len().max(1)).cloned());
                hanging.bands.with(|bands| {
                    let pieces = pieces.into_iter().flatten();
                    pieces.filter_map(|piece| view_piece(setting, bands, piece)).collect_view()
                })
            }}
            {move || note().map(|text| view! { <p class="wall__note">{text}</p> })}
        </div>
        {move || turns().then(|| view! { <Turns hanging=hanging plan=plan turned=turned /> })}
    }
}

/// A CSS length from whole numbers: code that formats fractions would double the size of the program.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sizes on a screen")]
fn thousandths(size: f64, unit: &str) -> String {
    format!("calc({}{unit} / 1000)", (size * 1000.0) as u64)
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

fn view_piece(setting: Setting, bands: &[WallBand], piece: Piece) -> Option<impl IntoView + use<>> {
    let Setting { hanging, connection } = setting;
    let band = bands.get(piece.band)?;
    let (site, group) = match &band.head {
        BandHead::Site(site) => (site.clone(), None),
        BandHead::Group(title) => (None, Some(title.clone())),
    };
    let (name, own) = (site.clone(), site);
    let count = band.lamps.len();
    let about = move || {
        let site = hanging.sites.with(|sites| sites.iter().find(|site| Some(&site.name) == own.as_ref()).cloned());
        let known = site.as_ref().map(|site| site.title.clone()).or_else(|| own.as_ref().map(ToString::to_string));
        let title = known.or_else(|| group.clone());
        view! {
            <span>{title.unwrap_or_else(|| hanging.words().no_site.into())}</span>
            <span class="wall__count">{count}</span>
            {site.map(|site| view_chip(&site, hanging, connection))}
        }
    };
    let lamps = band.lamps.get(piece.lamps)?.to_vec();
    Some(view! {
        <section class="wall__band" data-site=name.map(|name| name.to_string())>
            <h2 class="wall__band-head">{about}</h2>
            <ul class="wall__tiles">{view_tiles(setting, lamps.iter())}</ul>
        </section>
    })
}

fn view_tiles<'a>(setting: Setting, lamps: impl Iterator<Item = &'a Exten>) -> Vec<AnyView> {
    let cell = |exten| setting.hanging.table.with_value(|table| table.cell(exten));
    let tiles = lamps.filter_map(cell).map(|cell| view! { <Tile cell=cell setting=setting /> }.into_any());
    tiles.collect()
}

/// The freshness of a site. No site is live while the display itself has lost the stream.
fn view_chip(site: &Site, hanging: Hanging, connection: Connection) -> impl IntoView + use<> {
    let words = hanging.words();
    let lost = connection.lost().filter(|_| site.freshness == Freshness::Live);
    let freshness = if lost.is_some() { Freshness::LastKnown } else { site.freshness };
    let text = match freshness {
        Freshness::Live => words.site_live.into(),
        Freshness::LastKnown => {
            let heard = lost.or(site.heard).unwrap_or(site.since);
            (words.site_last_known)(&time_of_day(heard, Precision::Minutes, words.tag))
        }
        Freshness::Never => (words.site_never)(&site.title),
    };
    view! { <span class=format!("chip wall__chip chip--{}", freshness_word(freshness))>{text}</span> }
}

/// The ringing lamps, which every page shows.
#[component]
fn Pinned(plan: Memo<Plan>, setting: Setting) -> impl IntoView {
    let hanging = setting.hanging;
    let words = hanging.words().wall();
    let none = move || if setting.connection.lost().is_some() { hanging.words().lost } else { words.none_rings };
    let tiles = move || {
        let columns = plan.with(|plan| plan.columns);
        hanging.bands.track();
        let ringing = hanging.summary.ringing.get();
        // If not all fit, the last place shows how many more there are.
        let places = if ringing.len() > columns { columns.saturating_sub(1) } else { columns };
        let more = ringing.len().saturating_sub(places);
        view! {
            {view_tiles(setting, ringing.iter().take(places))}
            {(more > 0).then(|| view! { <li class="wall__more">{(words.more)(more)}</li> })}
            {ringing.is_empty().then(|| view! { <li class="wall__none">{none()}</li> })}
        }
    };
    view! { <ul class="wall__tiles wall__pinned" aria-label=words.ringing data-testid="pinned">{tiles}</ul> }
}

/// The number of the page that is shown, and dots for all pages.
#[component]
fn Turns(hanging: Hanging, plan: Memo<Plan>, turned: RwSignal<usize>) -> impl IntoView {
    const MOST_DOTS: usize = 20;
    move || {
        let pages = plan.with(|plan| plan.pages.len().max(1));
        let page = turned.get() % pages;
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
