//! The options of the board: order, tile size, palette, blinking; for an admin also selecting.

use lampfield_shared::Role;
use lampfield_words::{Density, Order, Palette, Words};
use leptos::prelude::*;

use super::side::NOW;
use crate::browser;
use crate::state::{Desk, Mark, Tab};
use crate::symbol::symbol;

/// The toolbar above the board.
#[component]
pub(crate) fn Toolbar(
    /// What the page knows.
    desk: Desk,
) -> impl IntoView {
    Effect::new(move |_| browser::remember("order", desk.board.order.get().as_str()));
    Effect::new(move |_| browser::remember("own-order", desk.board.own_order.get().as_str()));
    let select = move |_| {
        desk.selecting.update(|selecting| *selecting = !*selecting);
        if !desk.selecting.get_untracked() {
            desk.board.mark(Mark::Selected, std::collections::BTreeSet::new());
        }
    };
    view! {
        <div class="tools">
            {move || {
                desk.session.may(Role::Admin).then(|| {
                    view! {
                        <button
                            class="switch"
                            type="button"
                            aria-pressed=move || desk.selecting.get().to_string()
                            data-testid="selecting"
                            on:click=select
                        >
                            {move || desk.choices.words().details().select}
                        </button>
                    }
                })
            }}
            <DensityChoice desk=desk />
            {icon_switch(
                desk,
                "icon-bell",
                "blink",
                |words| words.board().blink,
                move || desk.choices.blink.is_on(),
                move || desk.choices.set_blink(!desk.choices.blink.is_on_untracked()),
            )}
            {icon_switch(
                desk,
                "icon-side",
                "side",
                |words| words.board().side,
                move || desk.choices.side.is_on(),
                move || desk.choices.side.toggle(),
            )}
            <button
                class="switch switch--icon switch--now"
                type="button"
                popovertarget=NOW
                data-testid="open-now"
                title=move || desk.choices.words().board().side
                aria-label=move || desk.choices.words().board().side
            >
                {symbol("switch__icon", "icon-side")}
            </button>
            <OrderChoice desk=desk />
            <PaletteChoice desk=desk />
            <button
                class="switch switch--icon"
                type="button"
                data-testid="help"
                title=move || desk.choices.words().keys().title
                aria-label=move || desk.choices.words().keys().title
                on:click=move |_| desk.help.set(true)
            >
                "?"
            </button>
        </div>
    }
}

fn icon_switch(
    desk: Desk,
    icon: &'static str,
    name: &'static str,
    word: fn(&Words) -> &'static str,
    is_on: impl Fn() -> bool + Copy + Send + Sync + 'static,
    toggle: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    view! {
        <button
            class=format!("switch switch--icon switch--{name}")
            type="button"
            data-testid=name
            title=move || word(desk.choices.words())
            aria-label=move || word(desk.choices.words())
            aria-pressed=move || is_on().to_string()
            on:click=move |_| toggle()
        >
            {symbol("switch__icon", icon)}
        </button>
    }
}

#[component]
fn OrderChoice(desk: Desk) -> impl IntoView {
    let chosen = move || desk.board.order_of(&desk.board.tab.get());
    // The order of own boards is offered only where an admin has made one.
    let is_offered = move |order: &Order| *order != Order::Own || desk.board.tab.with(|tab| matches!(tab, Tab::Own(_)));
    let option = move |order: Order| {
        view! {
            <option value=order.as_str() prop:selected=move || chosen().get() == order>
                {move || (desk.choices.words().board().by)(order)}
            </option>
        }
    };
    let options = move || Order::ALL.into_iter().filter(is_offered).map(option).collect_view();
    let choose = move |value: String| untrack(chosen).set(Order::parse(&value));
    choice(desk, "order", |words| words.board().order, choose, options)
}

#[component]
fn PaletteChoice(desk: Desk) -> impl IntoView {
    let option = move |palette: Palette| {
        view! {
            <option value=palette.as_str() prop:selected=move || desk.choices.palette() == palette>
                {move || (desk.choices.words().board().palettes)(palette)}
            </option>
        }
    };
    let options = move || Palette::ALL.map(option).collect_view();
    let choose = move |value: String| desk.choices.set_palette(Palette::parse(&value));
    choice(desk, "palette", |words| words.board().palette, choose, options)
}

/// A select for one of several values.
fn choice<V: IntoView + 'static>(
    desk: Desk,
    name: &'static str,
    word: fn(&Words) -> &'static str,
    choose: impl Fn(String) + 'static,
    options: impl Fn() -> V + Send + 'static,
) -> impl IntoView {
    view! {
        <select
            class="switch"
            data-testid=name
            title=move || word(desk.choices.words())
            aria-label=move || word(desk.choices.words())
            on:change:target=move |event| choose(event.target().value())
        >
            {options}
        </select>
    }
}

#[component]
fn DensityChoice(desk: Desk) -> impl IntoView {
    let button = move |density: Density| {
        let word = move || (desk.choices.words().board().dense)(density);
        view! {
            <button
                class="switch switch--icon"
                type="button"
                title=word
                aria-label=word
                aria-pressed=move || (desk.choices.density() == density).to_string()
                data-testid=format!("density-{}", density.as_str())
                on:click=move |_| desk.choices.set_density(density)
            >
                {symbol("switch__icon", &format!("icon-{}", density.as_str()))}
            </button>
        }
    };
    view! {
        <div class="switches" role="group" aria-label=move || desk.choices.words().board().density>
            {Density::ALL.map(button).collect_view()}
        </div>
    }
}
