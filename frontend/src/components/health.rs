//! How much of the board can be believed: the health of the sites, and of the stream that tells of them.

use lampfield_shared::{Freshness, Site};
use leptos::prelude::*;

use super::site::{is_silent, silent_since};
use crate::browser::{Precision, time_of_day};
use crate::live::liveness::Status;
use crate::state::Desk;
use crate::state::tabs::Tab;
use crate::symbol::symbol;
use crate::uniform::{click, memo, part, shown};

/// The health, in the top bar. Screen readers speak it when it changes. A click shows the sites that are silent.
#[component]
pub(crate) fn Health(
    /// What the page knows.
    desk: Desk,
) -> impl IntoView {
    let status = move || desk.connection.status();
    let silent = memo(move || {
        let silent = |sites: &[Site]| sites.iter().filter(|site| is_silent(site, desk)).cloned().collect::<Vec<_>>();
        desk.board.with_sites(silent)
    });
    let is_well = memo(move || matches!(status(), Status::Live) && silent.with(Vec::is_empty));
    let text = shown(move || match status() {
        Status::Connecting => desk.choices.words().connecting.into(),
        Status::Live => silent.with(|silent| said(desk, silent)),
        Status::Reconnecting => desk.choices.words().reconnecting.into(),
        Status::Lost { .. } => desk.choices.words().lost.into(),
    });
    let jump = click(move || {
        if let Some(site) = silent.get_untracked().first() {
            let tab = Tab::Site(site.name.clone());
            if let Some(head) = untrack(|| desk.board.head_of(&tab)) {
                desk.board.tab.set(head.tab);
            }
        }
    });
    view! {
        <button
            class="health"
            type="button"
            class:health--bad=shown(move || !is_well.get())
            data-testid="connection"
            data-connection=shown(move || status().as_str())
            data-silent=shown(move || silent.with(Vec::len).to_string())
            on:click=jump
        >
            {part(move || Some(symbol("switch__icon", if is_well.get() { "icon-tick" } else { "icon-warn" })))}
            <span role="status">{text}</span>
        </button>
    }
}

/// The health of the sites in words, while the stream is live.
fn said(desk: Desk, silent: &[Site]) -> String {
    let words = desk.choices.words();
    let all = desk.board.with_sites(<[Site]>::len);
    match silent {
        [] if all == 0 => words.live.into(),
        [] => (words.sites_live)(all),
        [site] if site.freshness == Freshness::Never => (words.site_never)(&site.title),
        [site] => {
            let time = time_of_day(silent_since(site, desk), Precision::Minutes, words.tag);
            (words.site_silent)(&site.title, &time)
        }
        several => (words.sites_silent)(several.len(), all),
    }
}
