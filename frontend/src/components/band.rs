//! A site with its name, its freshness and its lamps; or an own board with its groups.

use lampfield_shared::{Freshness, Role, Site};
use lampfield_words::freshness_word;
use leptos::prelude::*;

use super::lamp_tile::{LampTile, Setting, Sight};
use crate::browser::{Precision, time_of_day};
use crate::state::{Band, BandKey, Desk, Entry, Group};
use crate::symbol::symbol;

/// Lamps in one chunk: `content-visibility` lets the browser skip chunks that are off screen. 120 fills whole rows for
/// every number of columns that `layout.css` sets.
const CHUNK: usize = 120;

/// The band of a site or of an own board.
#[component]
pub(crate) fn SiteBand(
    /// What the page knows.
    desk: Desk,
    /// The band to show.
    band: Band,
) -> impl IntoView {
    let Band { key, about, count, groups } = band;
    let (site, own) = match key {
        BandKey::Site(site) => (site, None),
        BandKey::Own(_, title) => (None, Some(title)),
    };
    let is_own = own.is_some();
    let title = Signal::derive({
        let about = about.clone();
        move || own.clone().or_else(|| about.with(|about| about.as_ref().map(|site| site.title.clone())))
    });
    let freshness = {
        let about = about.clone();
        move || about.with(|about| about.as_ref().map(|site| freshness_word(shown_freshness(site, desk))))
    };
    let has_names = {
        let groups = groups.clone();
        Memo::new(move |_| groups.with(|groups| groups.iter().any(|group| group.name.is_some())))
    };
    view! {
        <section class="band" data-site=site.map(|site| site.to_string()) data-freshness=freshness>
            <header class="band__head">
                <h2 class="band__title">{move || title.get().unwrap_or_else(|| desk.choices.words().no_site.into())}</h2>
                <span class="band__count">{count}</span>
                {move || about.get().map(|site| chip(&site, desk))}
            </header>
            <For each=move || groups.get() key=|group| group.name.clone() let:group>
                <GroupRows desk=desk group=group has_names=has_names band=title is_own=is_own />
            </For>
        </section>
    }
}

/// The freshness of a site as drawn: no site is live while the page itself has lost the stream.
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
        Freshness::LastKnown if desk.connection.lost().is_none() => {
            let since = time_of_day(heard.unwrap_or(site.since), Precision::Minutes, words.tag);
            (words.board().site_lost)(&site.title, &since, desk.board.stale_of(&site.name))
        }
        Freshness::LastKnown => {
            (words.site_last_known)(&time_of_day(heard.unwrap_or(site.since), Precision::Minutes, words.tag))
        }
        Freshness::Never => (words.site_never)(&site.title),
    };
    view! { <span class=format!("chip chip--{}", freshness_word(freshness))>{text}</span> }
}

/// The lamps of a department or group, below its name where the band has named ones.
#[component]
fn GroupRows(
    desk: Desk,
    group: Group,
    has_names: Memo<bool>,
    band: Signal<Option<String>>,
    is_own: bool,
) -> impl IntoView {
    let Group { name, lamps } = group;
    let heading = {
        let (name, lamps) = (name.clone(), lamps.clone());
        move || {
            let name = name.clone().unwrap_or_else(|| desk.choices.words().no_group.into());
            has_names.get().then(|| view! { <GroupHead desk=desk name=name lamps=lamps.clone() /> })
        }
    };
    let label = move || {
        let name = name.clone().unwrap_or_else(|| desk.choices.words().no_group.into());
        let band = band.get().unwrap_or_else(|| desk.choices.words().no_site.into());
        if has_names.get() { format!("{name}, {band}") } else { band }
    };
    let chunks = {
        let lamps = lamps.clone();
        Memo::new(move |_| lamps.with(Vec::len).div_ceil(CHUNK))
    };
    view! {
        {heading}
        <div role="grid" aria-label=label>
            <For each=move || 0..chunks.get() key=|&index| index let:index>
                <Chunk desk=desk lamps=lamps.clone() index=index site=(!is_own).then_some(band) />
            </For>
        </div>
    }
}

/// The name of a department. An admin can set "do not disturb" for all its lamps from here.
#[component]
fn GroupHead(desk: Desk, name: String, lamps: ArcRwSignal<Vec<Entry>>) -> impl IntoView {
    let all = move |_| {
        let extens = lamps.with_untracked(|lamps| lamps.iter().map(|entry| entry.exten().clone()).collect());
        desk.many.set(Some(extens));
    };
    let button = move || {
        let all = all.clone();
        desk.session.may(Role::Admin).then(|| {
            view! {
                <button
                    class="band__act"
                    type="button"
                    data-testid="group-dnd"
                    title=move || desk.choices.words().dnd().title
                    aria-label=move || desk.choices.words().dnd().title
                    on:click=all
                >
                    {symbol("switch__icon", "icon-dnd")}
                </button>
            }
        })
    };
    view! {
        <div class="band__group">
            <h3 class="band__name">{name}</h3>
            {button}
        </div>
    }
}

/// Up to `CHUNK` lamps of a department. The height is set before the tiles exist, so that scrolling does not jump.
#[component]
fn Chunk(
    desk: Desk,
    lamps: ArcRwSignal<Vec<Entry>>,
    index: usize,
    site: Option<Signal<Option<String>>>,
) -> impl IntoView {
    let own = Memo::new(move |_| {
        lamps.with(|lamps| lamps.iter().skip(index * CHUNK).take(CHUNK).cloned().collect::<Vec<_>>())
    });
    let site_of = move |entry: &Entry| {
        let cell = entry.cell();
        let its_own = move || cell.with(|cell| cell.lamp.site.as_ref().map(|site| desk.board.site_title(site)));
        site.unwrap_or_else(|| Signal::derive(its_own))
    };
    let sight = Sight::new(desk.work);
    let made = RwSignal::new(Vec::new());
    let setting = RwSignal::new(untrack(|| Setting::of(desk)));
    follow(desk, sight, own, made);
    follow(desk, sight, Memo::new(move |_| Setting::of(desk)), setting);
    view! {
        <div
            class="chunk"
            role="row"
            aria-busy=move || made.with(Vec::is_empty).then_some("true")
            style:--count=move || own.with(Vec::len).to_string()
            on:contentvisibilityautostatechange=move |event| sight.set_near(!is_skipped(&event))
        >
            <For each=move || made.get() key=|entry| entry.exten().clone() let:entry>
                <LampTile cell=entry.cell() setting=setting site=site_of(&entry) sight=sight />
            </For>
        </div>
    }
}

/// Keeps `copy` equal to `original`: at once while on screen, otherwise when its turn comes. So a large board appears
/// before all its tiles exist, and stays responsive while all of it changes.
fn follow<T: Clone + PartialEq + Send + Sync + 'static>(
    desk: Desk,
    sight: Sight,
    original: Memo<T>,
    copy: RwSignal<T>,
) {
    let set = move |value: T| {
        if copy.try_with_untracked(|old| *old != value) == Some(true) {
            copy.set(value);
        }
    };
    Effect::new(move |_| {
        let value = original.get();
        if sight.is_near() {
            set(value);
        } else {
            desk.work.add(move || {
                original.try_get_untracked().map(set);
            });
        }
    });
}

/// Whether the browser skips drawing the element (`content-visibility`).
fn is_skipped(event: &web_sys::Event) -> bool {
    js_sys::Reflect::get(event, &"skipped".into()).is_ok_and(|skipped| skipped.is_truthy())
}
