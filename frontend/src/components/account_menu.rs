//! The menu of the reader: who is logged in, and the pages that they may open.

use lampfield_shared::Role;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::notice::{Tone, refusal_text};
use crate::route::Route;
use crate::state::{Desk, Who};
use crate::symbol::symbol;
use crate::{api, browser};

/// The id of the popover that the button opens. The browser closes a popover by Esc and by a click elsewhere.
const MENU: &str = "account-menu";

/// A button with the reader's name; nothing until the server has told it.
#[component]
pub(crate) fn AccountMenu(
    /// What the page knows.
    desk: Desk,
) -> impl IntoView {
    let who = Memo::new(move |_| match desk.session.who() {
        Who::Known(me) => Some((me.name.clone(), me.role)),
        Who::Asking | Who::Nobody | Who::Ended => None,
    });
    move || {
        let (name, role) = who.get()?;
        let role_word = move || (desk.choices.words().account().role)(role);
        let shown_name = {
            let name = name.clone();
            move || name.clone().unwrap_or_else(|| desk.choices.words().account().guest.into())
        };
        let is_guest = name.is_none();
        Some(view! {
            <button class="switch account" type="button" popovertarget=MENU data-testid="account">
                {symbol("switch__icon", "icon-person")}
                <span class="account__name">{shown_name}</span>
            </button>
            <nav id=MENU class="menu" popover="auto" data-testid="account-menu">
                <p class="menu__head" data-testid="role" data-role=role.as_str()>{role_word}</p>
                <Links desk=desk role=role />
                <CallLinks desk=desk />
                {if is_guest { log_in(desk).into_any() } else { own(desk).into_any() }}
            </nav>
        })
    }
}

#[component]
fn Links(desk: Desk, role: Role) -> impl IntoView {
    let link = move |route: Route, word: fn(Desk) -> &'static str| {
        let href = desk.href(&route);
        let is_here = move || (desk.route.get() == route).then_some("page");
        view! {
            <a class="menu__item" href=href aria-current=is_here on:click=move |_| hide()>
                {move || word(desk)}
            </a>
        }
    };
    view! {
        {link(Route::Board, |desk| desk.choices.words().account().to_board)}
        {(role >= Role::Admin)
            .then(|| {
                view! {
                    {link(Route::Peers, |desk| desk.choices.words().admin().peers)}
                    {link(Route::Naming, |desk| desk.choices.words().admin().extensions)}
                    {link(Route::Boards, |desk| desk.choices.words().admin().boards)}
                    {link(Route::Accounts, |desk| desk.choices.words().admin().accounts)}
                    {link(Route::Screens, |desk| desk.choices.words().admin().screens)}
                    {link(Route::Audit, |desk| desk.choices.words().admin().audit)}
                }
            })}
    }
}

#[component]
fn CallLinks(desk: Desk) -> impl IntoView {
    view! {
        <label class="menu__item">
            <input
                type="checkbox"
                prop:checked=move || desk.choices.sip.is_on()
                on:change:target=move |event| desk.choices.sip.set(event.target().checked())
            />
            " "
            {move || desk.choices.words().account().sip_links}
        </label>
    }
}

fn log_in(desk: Desk) -> impl IntoView {
    view! {
        <a class="menu__item" href=desk.href(&Route::Login) data-testid="to-login" on:click=move |_| hide()>
            {move || desk.choices.words().account().log_in}
        </a>
    }
}

fn own(desk: Desk) -> impl IntoView {
    let log_out = move |_| {
        spawn_local(async move {
            match api::log_out().await {
                Ok(()) => browser::start_anew(),
                Err(refusal) => {
                    desk.notices.say(Tone::Bad, refusal_text(&refusal, desk.choices.words_untracked()));
                }
            }
        });
    };
    view! {
        <a class="menu__item" href=desk.href(&Route::Password) on:click=move |_| hide()>
            {move || desk.choices.words().account().change_password}
        </a>
        <button class="menu__item" type="button" data-testid="log-out" on:click=log_out>
            {move || desk.choices.words().account().log_out}
        </button>
    }
}

fn hide() {
    browser::hide_popover(MENU);
}
