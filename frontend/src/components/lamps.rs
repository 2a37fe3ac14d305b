//! The lamps below the row of filters, or the reason why there are none.

use lampfield_shared::Role;
use leptos::prelude::*;

use super::sheet::SheetOfLamps;
use crate::route::Route;
use crate::state::Desk;
use crate::state::tabs::Tab;
use crate::uniform::{each, memo, part};

/// All sheets, with a skeleton before the first snapshot.
#[component]
pub(crate) fn Lamps(
    /// What the page knows.
    desk: Desk,
) -> impl IntoView {
    let is_loading = memo(move || desk.board.heading().is_none());
    let sheets = memo(move || desk.fitting().sheets.with(Vec::len));
    view! {
        {part(move || is_loading.get().then(|| view! { <Skeleton desk=desk /> }))}
        {each(
            move || (0..sheets.get()).collect(),
            usize::to_string,
            move |index| view! { <SheetOfLamps desk=desk index=index /> }.into_any(),
        )}
        {part(move || {
            why_nothing(desk)
                .map(|text| {
                    view! { <p class="board__note" data-testid="note">{text} {begin(desk)}</p> }
                })
        })}
    }
}

/// Placeholder tiles, shown until the first snapshot: they claim no state.
#[component]
fn Skeleton(desk: Desk) -> impl IntoView {
    view! {
        <p class="unseen">{desk.choices.word(|words| words.loading)}</p>
        <div class="sheet-of-lamps sheet-of-lamps--unborn" aria-hidden="true">
            {(0..60).map(|_| view! { <div class="lamp lamp--unborn"></div> }).collect_view()}
        </div>
    }
}

/// Links to the pages where an admin sets lampfield up, shown while there is no lamp at all.
fn begin(desk: Desk) -> Option<impl IntoView> {
    let link = move |route: Route, text: &'static str| view! { " " <a href=desk.href(&route)>{text}</a> };
    let words = desk.choices.words().admin();
    (!desk.board.has_lamps() && desk.session.may(Role::Admin))
        .then(|| view! { {link(Route::Peers, words.peers)} {link(Route::Naming, words.extensions)} })
}

/// Why no lamp is shown. Reactive.
fn why_nothing(desk: Desk) -> Option<String> {
    let (board, words) = (desk.board, desk.choices.words());
    board.heading()?;
    if !board.has_lamps() {
        return Some(words.empty.into());
    }
    board.sections().with(Vec::is_empty).then(|| {
        let (chosen, tab) = (board.chosen.get(), board.tab.get());
        match (board.totals().of_all(chosen), &tab) {
            (_, Tab::Favourites) if chosen.is_empty() => words.board().no_favourites.into(),
            (_, _) if chosen.is_empty() => words.empty_tab.into(),
            (0, _) => words.none_chosen.into(),
            (elsewhere, _) => (words.none_here)(elsewhere),
        }
    })
}
