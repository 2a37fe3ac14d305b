//! The rail at the left: which part of the board is shown. Where it is narrow the sites and the departments are lists that open.

use lampfield_shared::Site;
use leptos::prelude::*;

use super::site::is_silent;
use crate::browser;
use crate::state::Desk;
use crate::state::tabs::{Tab, TabHead};
use crate::symbol::symbol;
use crate::uniform::{Handler, click, each, effect, memo, shown, truth};

/// The parts of the rail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Own,
    Sites,
    Departments,
}

impl Part {
    const ALL: [Self; 3] = [Self::Own, Self::Sites, Self::Departments];

    const fn has(self, tab: &Tab) -> bool {
        match tab {
            Tab::All | Tab::Favourites => false,
            Tab::Own(_) => matches!(self, Self::Own),
            Tab::Site(_) => matches!(self, Self::Sites),
            Tab::Group(_) => matches!(self, Self::Departments),
        }
    }

    const fn id(self) -> &'static str {
        match self {
            Self::Own => "rail-boards",
            Self::Sites => "rail-sites",
            Self::Departments => "rail-departments",
        }
    }

    const fn icon(self) -> &'static str {
        match self {
            Self::Own => "icon-board",
            Self::Sites => "icon-site",
            Self::Departments => "icon-people",
        }
    }

    fn word(self, desk: Desk) -> &'static str {
        let words = desk.choices.words().board();
        match self {
            Self::Own => words.own_boards,
            Self::Sites => words.sites,
            Self::Departments => words.departments,
        }
    }
}

/// The rail.
#[component]
pub(crate) fn Rail(
    /// What the page knows.
    desk: Desk,
) -> impl IntoView {
    effect(move || browser::remember("tab", &desk.board.tab.get().key()));
    let on_key: Handler<web_sys::KeyboardEvent> = Box::new(move |event| {
        let by = match event.key().as_str() {
            "ArrowUp" => -1,
            "ArrowDown" => 1,
            _ => return,
        };
        event.prevent_default();
        turn(desk, by);
        request_animation_frame(|| {
            browser::focus("[role='tab'][aria-selected='true']");
        });
    });
    view! {
        <nav class="rail" aria-label=desk.choices.word(|words| words.board().tabs) on:keydown=on_key>
            <div class="rail__first" role="tablist" aria-orientation="vertical">
                {tabs(desk, |tab| matches!(tab, Tab::All | Tab::Favourites))}
            </div>
            {Part::ALL.map(|part| view! { <RailPart desk=desk part=part /> }).collect_view()}
        </nav>
    }
}

/// A part of the rail: a button where the rail is narrow, and the list.
#[component]
fn RailPart(desk: Desk, part: Part) -> impl IntoView {
    let count = memo(move || heads(desk, &|tab| part.has(tab)).len());
    let is_chosen = shown(move || desk.board.tab.with(|tab| part.has(tab)));
    let is_silent = shown(move || part == Part::Sites && has_silent(desk, |_| true));
    let word = shown(move || part.word(desk));
    let is_empty = shown(move || count.get() == 0);
    view! {
        <div class="rail__part" hidden=is_empty>
            <p class="rail__head">{word}</p>
            <button
                class="rail__open"
                type="button"
                popovertarget=part.id()
                class:rail__open--chosen=is_chosen
                class:rail__open--silent=is_silent
                title=word
                aria-label=word
            >
                {symbol("rail__icon", part.icon())}
                <span class="rail__word">{word}</span>
                <span class="rail__count">{shown(move || count.get().to_string())}</span>
            </button>
            <div id=part.id() class="rail__list" popover="auto" role="tablist" aria-orientation="vertical" aria-label=word>
                {tabs(desk, move |tab| part.has(tab))}
            </div>
        </div>
    }
}

#[component]
fn RailTab(desk: Desk, head: TabHead) -> impl IntoView {
    let tab = head.tab.clone();
    let (own, of_site, counted, key) = (tab.clone(), tab.clone(), tab.clone(), tab.key());
    let is_chosen = memo(move || desk.board.tab.get() == own);
    let selected = truth(move || is_chosen.get());
    let stop = shown(move || if is_chosen.get() { "0" } else { "-1" });
    let count = shown(move || desk.board.head_of(&counted).map_or(0, |head| head.count).to_string());
    let is_silent = shown(move || matches!(&of_site, Tab::Site(name) if has_silent(desk, |site| site.name == *name)));
    let icon = match tab {
        Tab::All => Some("icon-board"),
        Tab::Favourites => Some("icon-star"),
        Tab::Own(_) | Tab::Site(_) | Tab::Group(_) => None,
    };
    let word = StoredValue::new(head);
    let word = shown(move || word.with_value(|head| head.word(desk.choices.words())));
    let choose = click(move || {
        desk.board.tab.set(tab.clone());
        for part in Part::ALL {
            browser::hide_popover(part.id());
        }
    });
    view! {
        <button
            class="rail__tab"
            type="button"
            role="tab"
            class:rail__tab--silent=is_silent
            aria-selected=selected
            tabindex=stop
            data-tab=key
            title=word
            on:click=choose
        >
            {icon.map(|icon| symbol("rail__icon", icon))}
            <span class="rail__word">{word}</span>
            " "
            <span class="rail__count">{count}</span>
        </button>
    }
}

/// Whether nothing is known now of one of these sites. Reactive.
fn has_silent(desk: Desk, is_meant: impl Fn(&Site) -> bool) -> bool {
    desk.board.with_sites(|sites| sites.iter().any(|site| is_meant(site) && is_silent(site, desk)))
}

fn heads(desk: Desk, is_wanted: &dyn Fn(&Tab) -> bool) -> Vec<TabHead> {
    desk.board.tabs().into_iter().filter(|head| is_wanted(&head.tab)).collect()
}

/// The tabs of a part. One whose title changes is drawn anew.
fn tabs(desk: Desk, is_wanted: impl Fn(&Tab) -> bool + Send + Sync + 'static) -> AnyView {
    let key = |head: &TabHead| head.title.iter().fold(head.tab.key(), |key, title| key + "\n" + title);
    each(move || heads(desk, &is_wanted), key, move |head| view! { <RailTab desk=desk head=head /> }.into_any())
}

/// Moves by that many tabs, wrapping around at the ends.
pub(super) fn turn(desk: Desk, by: isize) {
    let tabs = untrack(|| desk.board.tabs());
    let chosen = desk.board.tab.get_untracked();
    let at = tabs.iter().position(|head| head.tab == chosen).unwrap_or(0);
    let next = at.checked_add_signed(by).unwrap_or(tabs.len().saturating_sub(1));
    if let Some(head) = tabs.get(next).or_else(|| tabs.first()) {
        desk.board.tab.set(head.tab.clone());
        request_animation_frame(|| browser::reveal_first("[role='tab'][aria-selected='true']"));
    }
}
