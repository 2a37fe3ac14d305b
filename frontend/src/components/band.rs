//! One site: its name, whether it is heard, and its lamps.

use lampfield_shared::{Freshness, Site};
use leptos::prelude::*;

use super::lamp_tile::LampTile;
use crate::app::Desk;
use crate::browser::{Precision, time_of_day};
use crate::look::freshness_word;
use crate::state::{Band, Entry};

/// Lamps of one chunk: `content-visibility` spares the browser the chunks that are not on
/// screen. 120 fills whole rows in every number of columns that `layout.css` sets.
const CHUNK: usize = 120;

/// A site's part of the board.
#[component]
pub(crate) fn SiteBand(
    /// What is shown.
    desk: Desk,
    /// Whose part.
    band: Band,
) -> impl IntoView {
    let Band { site, about, lamps } = band;
    let title = Signal::derive({
        let about = about.clone();
        move || about.with(|about| about.as_ref().map(|site| site.title.clone()))
    });
    let freshness = {
        let about = about.clone();
        move || about.with(|about| about.as_ref().map(|site| freshness_word(shown_freshness(site, desk))))
    };
    let chunks = Memo::new({
        let lamps = lamps.clone();
        move |_| lamps.with(Vec::len).div_ceil(CHUNK)
    });
    let count = {
        let lamps = lamps.clone();
        move || lamps.with(Vec::len)
    };
    view! {
        <section class="band" data-site=site.map(|site| site.to_string()) data-freshness=freshness>
            <header class="band__head">
                <h2 class="band__title">{move || title.get().unwrap_or_else(|| desk.choices.words().no_site.into())}</h2>
                <span class="band__count">{count}</span>
                {move || about.get().map(|site| chip(&site, desk))}
            </header>
            <For each=move || 0..chunks.get() key=|&index| index let:index>
                <Chunk desk=desk lamps=lamps.clone() index=index site=title />
            </For>
        </section>
    }
}

/// A site is not heard while the page itself hears nothing.
fn shown_freshness(site: &Site, desk: Desk) -> Freshness {
    match site.freshness {
        Freshness::Live if desk.connection.lost().is_some() => Freshness::LastKnown,
        freshness => freshness,
    }
}

fn chip(site: &Site, desk: Desk) -> impl IntoView + use<> {
    let words = desk.choices.words();
    let freshness = shown_freshness(site, desk);
    let heard = desk.connection.lost().filter(|_| site.freshness == Freshness::Live).or(site.heard);
    let text = match freshness {
        Freshness::Live => words.site_live.into(),
        Freshness::LastKnown => {
            (words.site_last_known)(&time_of_day(heard.unwrap_or(site.since), Precision::Minutes, words.tag))
        }
        Freshness::Never => (words.site_never)(&site.title),
    };
    view! { <span class=format!("chip chip--{}", freshness_word(freshness))>{text}</span> }
}

#[component]
fn Chunk(desk: Desk, lamps: ArcRwSignal<Vec<Entry>>, index: usize, site: Signal<Option<String>>) -> impl IntoView {
    let own = Memo::new(move |_| {
        lamps.with(|lamps| lamps.iter().skip(index * CHUNK).take(CHUNK).cloned().collect::<Vec<_>>())
    });
    view! {
        <ul class="chunk" role="list" style:--count=move || own.with(Vec::len).to_string()>
            <For each=move || own.get() key=|entry| entry.exten().clone() let:entry>
                <LampTile lamp=entry.lamp() desk=desk site=site />
            </For>
        </ul>
    }
}
