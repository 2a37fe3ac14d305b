//! The menu of the page: who is looking, the pages that they may open, language and theme.

use lampfield_shared::Role;
use lampfield_words::{Language, Theme, Words};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::menu_line::{MenuLine, menu_line};
use crate::notice::{Tone, refusal_text};
use crate::route::Route;
use crate::state::{Desk, Who};
use crate::symbol::symbol;
use crate::uniform::{click, memo, part, shown, ticked};
use crate::{api, browser};

/// The id of the popover that the button opens. The browser closes a popover by Esc and by a click elsewhere.
const MENU: &str = "account-menu";

/// The button and the menu. The button is there before the server has told who is looking: nothing moves when it does.
#[component]
pub(crate) fn AccountMenu(
    /// What the page knows.
    desk: Desk,
    /// What the menu lists.
    lines: AnyView,
) -> impl IntoView {
    view! {
        <button
            class="switch switch--icon account"
            type="button"
            popovertarget=MENU
            data-testid="account"
            title=desk.choices.word(|words| words.menu)
            aria-label=desk.choices.word(|words| words.menu)
        >
            {symbol("switch__icon", "icon-menu")}
        </button>
        <nav id=MENU class="menu" popover="auto" data-testid="account-menu">
            {lines}
        </nav>
    }
}

/// The lines of the menu.
#[component]
pub(crate) fn AccountLines(
    /// What the page knows.
    desk: Desk,
) -> impl IntoView {
    let who = memo(move || match desk.session.who() {
        Who::Known(me) => Some((me.name.is_none(), me.display_name.clone().or(me.name), me.role)),
        Who::Asking | Who::Nobody | Who::Ended => None,
    });
    let reader = part(move || {
        let (is_guest, name, role) = who.get()?;
        let role_word = shown(move || (desk.choices.words().account().role)(role));
        let name = shown(move || name.clone().unwrap_or_else(|| desk.choices.words().account().guest.into()));
        Some(view! {
            <p class="menu__head" data-testid="role" data-role=role.as_str()>
                <b>{name}</b>
                " "
                {role_word}
            </p>
            <Links desk=desk role=role />
            {if is_guest { log_in(desk).into_any() } else { own(desk).into_any() }}
        })
    });
    let help = click(move || {
        hide();
        desk.help.set(true);
    });
    view! {
            {reader}
            <button class="menu__item" type="button" data-testid="help" on:click=help>
                {desk.choices.word(|words| words.keys().title)}
                <kbd class="menu__note key">"?"</kbd>
            </button>
            <p class="menu__title">{desk.choices.word(|words| words.theme)}</p>
            {[None, Some(Theme::Light), Some(Theme::Dark)]
                .map(|theme| view! { <ByTheme desk=desk theme=theme /> })
                .collect_view()}
            <p class="menu__title">{desk.choices.word(|words| words.language)}</p>
            {Language::ALL.map(|language| view! { <ByLanguage desk=desk language=language /> }).collect_view()}
            <CallLinks desk=desk />
    }
}

#[component]
fn ByTheme(desk: Desk, theme: Option<Theme>) -> impl IntoView {
    let word = move || (desk.choices.words().themes)(theme);
    let name = theme.map_or("system", Theme::as_str);
    let is_on = move || desk.choices.theme() == theme;
    menu_line(MenuLine::new(format!("theme-{name}"), is_on, word, move || desk.choices.set_theme(theme)))
}

#[component]
fn ByLanguage(desk: Desk, language: Language) -> impl IntoView {
    let words = language.words();
    let is_on = move || desk.choices.language() == language;
    let choose = move || desk.choices.set_language(language);
    menu_line(MenuLine::new(format!("language-{}", words.tag), is_on, move || words.own_name, choose))
}

#[component]
fn Links(desk: Desk, role: Role) -> impl IntoView {
    let link = move |route: Route, word: fn(&'static Words) -> &'static str| {
        let href = desk.href(&route);
        let is_here = shown(move || (desk.route.get() == route).then_some("page"));
        view! {
            <a class="menu__item" href=href aria-current=is_here on:click=click(hide)>
                {desk.choices.word(word)}
            </a>
        }
    };
    view! {
        {link(Route::Board, |words| words.account().to_board)}
        {(role >= Role::Admin)
            .then(|| {
                view! {
                    {link(Route::Peers, |words| words.admin().peers)}
                    {link(Route::Naming, |words| words.admin().extensions)}
                    {link(Route::Boards, |words| words.admin().boards)}
                    {link(Route::Accounts, |words| words.admin().accounts)}
                    {link(Route::Screens, |words| words.admin().screens)}
                    {link(Route::Audit, |words| words.admin().audit)}
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
                prop:checked=shown(move || desk.choices.sip.is_on())
                on:change=ticked(move |on| desk.choices.sip.set(on))
            />
            " "
            {desk.choices.word(|words| words.account().sip_links)}
        </label>
    }
}

fn log_in(desk: Desk) -> impl IntoView {
    view! {
        <a class="menu__item" href=desk.href(&Route::Login) data-testid="to-login" on:click=click(hide)>
            {desk.choices.word(|words| words.account().log_in)}
        </a>
    }
}

fn own(desk: Desk) -> impl IntoView {
    let log_out = click(move || {
        spawn_local(async move {
            match api::log_out().await {
                Ok(()) => browser::start_anew(),
                Err(refusal) => {
                    desk.notices.say(Tone::Bad, refusal_text(&refusal, desk.choices.words_untracked()));
                }
            }
        });
    });
    view! {
        <a class="menu__item" href=desk.href(&Route::Password) on:click=click(hide)>
            {desk.choices.word(|words| words.account().change_password)}
        </a>
        <button class="menu__item" type="button" data-testid="log-out" on:click=log_out>
            {desk.choices.word(|words| words.account().log_out)}
        </button>
    }
}

fn hide() {
    browser::hide_popover(MENU);
}
