//! The View menu: all of how the grid looks, and nothing elsewhere.

use lampfield_words::{Grouping, Order, Palette, Size};
use leptos::prelude::*;

use super::Later;
use super::menu_line::{MenuLine, menu_line};
use crate::state::{Desk, Tab};
use crate::symbol::symbol;
use crate::uniform::shown;

/// The id of the popover that the button opens.
const MENU: &str = "view-menu";

/// The button and its menu.
#[component]
pub(crate) fn ViewMenu(
    /// What the page knows.
    desk: Desk,
    /// Draws its lines.
    later: Later,
) -> impl IntoView {
    let words = move || desk.choices.words().board();
    let summary = shown(move || {
        let order = order(desk).get();
        let by = (words().by)(order);
        let size = (words().sizes)(desk.choices.size());
        format!("{by}, {}", size.to_lowercase())
    });
    view! {
        <button class="view" type="button" popovertarget=MENU data-testid="view">
            <span class="view__label">{desk.choices.word(|words| words.board().view)}</span>
            <span class="view__now">{summary}</span>
            {symbol("view__icon", "icon-down")}
        </button>
        <div id=MENU class="menu menu--view" popover="auto" data-testid="view-menu">
            {later.at_rest(move |parts| (parts.view_lines)(desk))}
        </div>
    }
}

/// The lines of the menu.
#[component]
pub(crate) fn ViewLines(
    /// What the page knows.
    desk: Desk,
) -> impl IntoView {
    view! {
            <div class="menu__columns">
                <div>
                    <Heading text=desk.choices.word(|words| words.board().group_by) />
                    {Grouping::ALL.map(|grouping| view! { <ByGroup desk=desk grouping=grouping /> }).collect_view()}
                    <Heading text=desk.choices.word(|words| words.board().order) />
                    {Order::ALL.map(|order| view! { <ByOrder desk=desk own=order /> }).collect_view()}
                </div>
                <div>
                    <Heading text=desk.choices.word(|words| words.board().size) />
                    {Size::ALL.map(|size| view! { <BySize desk=desk size=size /> }).collect_view()}
                    <Heading text=desk.choices.word(|words| words.board().palette) />
                    {Palette::ALL.map(|palette| view! { <ByPalette desk=desk palette=palette /> }).collect_view()}
                    <Pulse desk=desk />
                </div>
            </div>
    }
}

/// The order that applies to the tab. Reactive.
fn order(desk: Desk) -> RwSignal<Order> {
    desk.board.order_of(&desk.board.tab.get())
}

#[component]
fn Heading(text: Signal<&'static str>) -> impl IntoView {
    view! { <p class="menu__title">{text}</p> }
}

#[component]
fn ByGroup(desk: Desk, grouping: Grouping) -> impl IntoView {
    let words = move || desk.choices.words().board();
    let is_on = move || desk.board.grouping.get() == grouping;
    let now = move || {
        let is_fit = grouping == Grouping::Fit && is_on();
        is_fit.then(|| (words().fits)((words().groupings)(desk.board.grouped())))
    };
    let choose = move || {
        desk.keeper.keep("grouping", Some(grouping.as_str()));
        desk.board.grouping.set(grouping);
    };
    menu_line(
        MenuLine::new(format!("group-{}", grouping.as_str()), is_on, move || (words().groupings)(grouping), choose)
            .with(now),
    )
}

#[component]
fn ByOrder(desk: Desk, own: Order) -> impl IntoView {
    let words = move || desk.choices.words().board();
    let is_offered = move || own != Order::Own || desk.board.tab.with(Tab::has_own_order);
    let is_on = move || order(desk).get() == own;
    let note = move || own.moves().then(|| words().no_groups.to_owned());
    let choose = move || {
        let name = if desk.board.tab.with_untracked(Tab::has_own_order) { "own-order" } else { "order" };
        desk.keeper.keep(name, Some(own.as_str()));
        untrack(|| order(desk)).set(own);
    };
    let line = MenuLine::new(format!("order-{}", own.as_str()), is_on, move || (words().by)(own), choose).with(note);
    menu_line(line.only_if(is_offered))
}

#[component]
fn BySize(desk: Desk, size: Size) -> impl IntoView {
    let words = move || desk.choices.words().board();
    let is_on = move || desk.choices.size() == size;
    let now = move || {
        let fit = desk.fitting().fit.get();
        (size == Size::Fit && is_on()).then(|| (words().fits)((words().sizes)(fit.size)))
    };
    let choose = move || desk.choices.set_size(size);
    menu_line(MenuLine::new(format!("size-{}", size.as_str()), is_on, move || (words().sizes)(size), choose).with(now))
}

#[component]
fn ByPalette(desk: Desk, palette: Palette) -> impl IntoView {
    let word = move || (desk.choices.words().board().palettes)(palette);
    let is_on = move || desk.choices.palette() == palette;
    menu_line(MenuLine::new(format!("palette-{}", palette.as_str()), is_on, word, move || {
        desk.choices.set_palette(palette);
    }))
}

#[component]
fn Pulse(desk: Desk) -> impl IntoView {
    let toggle = move || desk.choices.set_blink(!desk.choices.blink.is_on_untracked());
    let word = move || desk.choices.words().board().blink;
    menu_line(MenuLine::new("blink".into(), move || desk.choices.blink.is_on(), word, toggle))
}
