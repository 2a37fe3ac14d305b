//! The tile of one lamp: shape, number, name, state in words, age, badges.
//!
//! ```text
//! cell, setting, site ──► LampFace ──► Drawn: writes into the tile only what has changed
//! ```

mod face;
mod setting;
mod sight;

use leptos::prelude::*;
use web_sys::Element;

use self::face::LampFace;
pub(super) use self::setting::Setting;
use self::sight::Owing;
pub(super) use self::sight::Sight;
use crate::clock::Clock;
use crate::drawn::{Drawn, keep};
use crate::state::Cell;

/// A tile of the board.
#[component]
pub(crate) fn LampTile(
    /// The lamp and its marks.
    cell: ArcRwSignal<Cell>,
    /// What all tiles of the board have in common.
    setting: RwSignal<Setting>,
    /// The server's clock.
    clock: Clock,
    /// The title of the lamp's site.
    site: Signal<Option<String>>,
    /// Whether the tile is on screen.
    sight: Sight,
) -> impl IntoView {
    let draw = move |tile: Element| {
        let cell = cell.clone();
        keep(RenderEffect::new(move |last: Option<(Drawn<LampFace>, Owing)>| {
            // Tracked on every run, also those that draw nothing, so that each change is noticed.
            cell.track();
            let (site, setting) = (site.get(), setting.get());
            let second = || clock.second();
            let face = || cell.with_untracked(|cell| LampFace::of(cell, site.as_deref(), &setting, second));
            let (drawn, mut owing) = last.map_or((None, None), |(drawn, owing)| (Some(drawn), owing));
            match drawn {
                Some(drawn) if !sight.is_due(&mut owing) => (drawn, owing),
                drawn => (Drawn::draw(drawn, &tile, face()), owing),
            }
        }));
    };
    view! { <div class="lamp" role="gridcell" tabindex="-1" use:draw></div> }
}
