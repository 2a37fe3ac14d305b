//! A sheet of the grid: columns of lamps with the heads of their groups.

use lampfield_shared::{Exten, Freshness, Role, Site};
use lampfield_words::freshness_word;
use leptos::prelude::*;

use super::lamp_tile::{LampTile, Setting, Sight};
use super::site::{freshness, is_silent, silent_since};
use crate::browser::{Precision, time_of_day};
use crate::grid::Piece;
use crate::state::{Desk, Entry, Head, Section};
use crate::symbol::symbol;
use crate::uniform::{Kept, click, effect, memo, part, shown};

/// The cells of a sheet that are drawn before the others: a slow machine shows them half a second earlier.
const FIRST_CELLS: usize = 60;

/// A cell of a sheet.
#[derive(Clone, PartialEq)]
enum Item {
    Lamp(Entry),
    /// The head of a section, with the number of its lamps. `is_top` puts it at the top of a column: the cell above it stays empty.
    Head {
        head: Head,
        count: usize,
        is_top: bool,
    },
}

impl Item {
    /// What stays the same while the cell shows the same.
    fn key(&self) -> (Option<Exten>, Option<(Head, usize, bool)>) {
        match self {
            Self::Lamp(entry) => (Some(entry.exten().clone()), None),
            Self::Head { head, count, is_top } => (None, Some((head.clone(), *count, *is_top))),
        }
    }
}

/// One sheet. Its height is set before the tiles exist, so that scrolling does not jump.
#[component]
pub(super) fn SheetOfLamps(
    /// What the page knows.
    desk: Desk,
    /// The place of the sheet among all.
    index: usize,
) -> impl IntoView {
    let most = RwSignal::new(FIRST_CELLS);
    // In the next frame they are made, in the one after it on the screen.
    let rest = move || {
        desk.work.add(move || {
            most.try_set(usize::MAX);
        });
    };
    request_animation_frame(move || request_animation_frame(rest));
    let own = memo(move || items(desk, index, most.get()));
    let rows = move || desk.fitting().sheets.with(|sheets| sheets.get(index).map_or(0, |sheet| sheet.rows));
    let sight = Sight::new(desk.work);
    let made = RwSignal::new(Vec::new());
    let setting = RwSignal::new(untrack(|| Setting::of(desk)));
    follow(desk, sight, own, made);
    follow(desk, sight, memo(move || Setting::of(desk)), setting);
    let cell = move |item: Item| match item {
        Item::Lamp(entry) => {
            let site = site_of(desk, &entry);
            view! { <LampTile cell=entry.cell() setting=setting clock=desk.clock site=site sight=sight /> }.into_any()
        }
        Item::Head { head, count, is_top } => {
            view! { <GroupHead desk=desk head=head count=count is_top=is_top /> }.into_any()
        }
    };
    view! {
        <div
            class="sheet-of-lamps"
            role="row"
            aria-busy=shown(move || made.with(Vec::is_empty).then_some("true"))
            style:--rows=shown(move || rows().to_string())
            on:contentvisibilityautostatechange=move |event| sight.set_near(!is_skipped(&event))
        >
            <For each=move || made.get() key=Item::key children=cell />
        </div>
    }
}

/// The first cells of a sheet, as many as `most`. Reactive.
fn items(desk: Desk, index: usize, most: usize) -> Vec<Item> {
    let item = |sections: &[Section], piece: Piece, is_top: bool| match piece {
        Piece::Lamp(section, at) => sections.get(section)?.lamps.get(at).cloned().map(Item::Lamp),
        Piece::Head(section) => {
            let Section { head, lamps } = sections.get(section)?;
            Some(Item::Head { head: head.clone(), count: lamps.len(), is_top })
        }
    };
    desk.fitting().sheets.with(|sheets| {
        let cells = sheets.get(index).map(|sheet| &*sheet.cells).unwrap_or_default();
        let before = std::iter::once(true).chain(cells.iter().map(Option::is_some));
        // After an empty cell comes the top of the next column.
        let pieces = cells.iter().zip(before).filter_map(|(piece, before)| Some(((*piece)?, !before)));
        desk.board
            .sections()
            .with(|sections| pieces.filter_map(|(piece, is_top)| item(sections, piece, is_top)).take(most).collect())
    })
}

/// The title of the site that a lamp stands with.
fn site_of(desk: Desk, entry: &Entry) -> Signal<Option<String>> {
    let site = entry.site().cloned();
    Signal::derive(move || site.as_ref().map(|site| desk.board.site_title(site)))
}

/// The head of a group. An admin can set "do not disturb" for all its lamps from here.
#[component]
fn GroupHead(desk: Desk, head: Head, count: usize, is_top: bool) -> impl IntoView {
    let site = memo({
        let name = head.site().cloned();
        move || desk.board.with_sites(|sites| sites.iter().find(|site| Some(&site.name) == name.as_ref()).cloned())
    });
    let (site_name, group_name) = (head.site().map(ToString::to_string), head.department().map(str::to_owned));
    let (strong, quiet) = (StoredValue::new(head.clone()), StoredValue::new(head.clone()));
    let title = shown(move || strong.with_value(|head| title(desk, head)));
    let beside = move || quiet.with_value(|head| matches!(head, Head::Both(..)).then(|| site_title(desk, head)));
    let is_stale = shown(move || site.with(|site| site.as_ref().is_some_and(|site| is_silent(site, desk))));
    let word = shown(move || site.with(|site| site.as_ref().map(|site| freshness_word(freshness(site, desk)))));
    view! {
        <div
            class="group"
            class:group--stale=is_stale
            class:group--top=is_top
            role="gridcell"
            data-site=site_name
            data-group=group_name
            data-freshness=word
        >
            <b class="group__name">{title}</b>
            {part(move || Some(match site.get().filter(|_| is_stale.get()) {
                Some(site) => view! { <span class="group__stale">{since(&site, desk)}</span> }.into_any(),
                None => view! { <span class="group__site">{beside()}</span> }.into_any(),
            }))}
            <DndForAll desk=desk head=head />
            <span class="group__count">{count.to_string()}</span>
        </div>
    }
}

#[component]
fn DndForAll(desk: Desk, head: Head) -> impl IntoView {
    let head = StoredValue::new(head);
    let all = move || {
        let extens = desk.board.sections().with_untracked(|sections| {
            let own = sections.iter().find(|section| head.with_value(|head| *head == section.head));
            own.map(|section| section.lamps.iter().map(|entry| entry.exten().clone()).collect())
        });
        desk.many.set(extens);
    };
    part(move || {
        desk.session.may(Role::Admin).then(|| {
            view! {
                <button
                    class="group__act"
                    type="button"
                    data-testid="group-dnd"
                    tabindex="-1"
                    title=desk.choices.word(|words| words.dnd().title)
                    aria-label=desk.choices.word(|words| words.dnd().title)
                    on:click=click(all)
                >
                    {symbol("switch__icon", "icon-dnd")}
                </button>
            }
        })
    })
}

/// The name of a group: of the department, else of the site.
fn title(desk: Desk, head: &Head) -> String {
    match head {
        Head::Both(_, Some(name)) | Head::Department(Some(name)) | Head::Own(name) => name.clone(),
        Head::Both(_, None) | Head::Department(None) => desk.choices.words().no_group.into(),
        Head::Site(_) | Head::Nothing => site_title(desk, head),
    }
}

fn site_title(desk: Desk, head: &Head) -> String {
    head.site().map_or_else(|| desk.choices.words().no_site.into(), |site| desk.board.site_title(site))
}

fn since(site: &Site, desk: Desk) -> String {
    let words = desk.choices.words();
    match freshness(site, desk) {
        Freshness::Never => words.nothing_yet.into(),
        Freshness::Live | Freshness::LastKnown => {
            (words.since)(&time_of_day(silent_since(site, desk), Precision::Minutes, words.tag))
        }
    }
}

/// Keeps `copy` equal to `original`: at once while on screen, otherwise when its turn comes. So a large board appears
/// before all its tiles exist, and stays responsive while all of it changes.
fn follow<T: Clone + PartialEq + Send + Sync + 'static>(
    desk: Desk,
    sight: Sight,
    original: Kept<T>,
    copy: RwSignal<T>,
) {
    let set = move |value: T| {
        if copy.try_with_untracked(|old| *old != value) == Some(true) {
            copy.set(value);
        }
    };
    effect(move || {
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
