//! The page of the wall displays, each with its own link.

use lampfield_shared::ScreenLink;
use lampfield_shared::account::{BOARD_ALL, GrantedScreen, NewScreen};
use lampfield_words::{Language, Palette, Theme};
use leptos::prelude::*;

use super::list::{AdminPage, Listed, listed, when};
use super::secret::{Secret, SecretDialog};
use super::sure::Sure;
use crate::components::{Field, RefusalNote, choice_field};
use crate::progress::Asked;
use crate::state::tabs::TabHead;
use crate::state::{Desk, Tab};
use crate::wall::address::DisplayOptions;
use crate::{api, browser};

/// The page of the wall displays.
#[component]
pub(crate) fn Screens(
    /// What the page knows.
    desk: Desk,
) -> impl IntoView {
    let screens: Asked<Vec<ScreenLink>> = Asked::new();
    let load = move || screens.start(api::screens(), |_| ());
    load();
    let (place, board) = (RwSignal::new(String::new()), RwSignal::new(BOARD_ALL.to_owned()));
    let looks = RwSignal::new(Looks::default());
    let acted: Asked<()> = Asked::new();
    let secret: RwSignal<Option<Secret>> = RwSignal::new(None);
    let revoking: RwSignal<Option<ScreenLink>> = RwSignal::new(None);
    let create = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let screen = NewScreen { name: place.get_untracked().trim().into(), board: board.get_untracked() };
        let show = move |GrantedScreen { screen, path }: GrantedScreen| {
            secret.set(Some(Secret::Link { name: screen.name, link: link(&path, looks.get_untracked()) }));
            place.set(String::new());
        };
        acted.start(async move { api::add_screen(&screen).await.map(show) }, move |_| load());
    };
    let revoke = move |id: i64| {
        revoking.set(None);
        acted.start(async move { api::revoke_screen(id).await }, move |_| load());
    };
    let refusal = Signal::derive(move || acted.refusal());
    let words = move || desk.choices.words().screens();
    view! {
        <AdminPage desk=desk title=|words| words.admin().screens name="screens">
            <form class="form form--line" on:submit=create>
                <Field label=Signal::derive(move || words().place) value=place name="place" />
                <BoardChoice desk=desk chosen=board />
                <button class="button button--first" type="submit" data-testid="create">
                    {move || desk.choices.words().admin().create}
                </button>
                <LooksChoice desk=desk chosen=looks />
            </form>
            <RefusalNote desk=desk refusal=refusal />
            {move || match listed(desk, screens) {
                Listed::Note(note) => note,
                Listed::There(screens) if screens.is_empty() => {
                    view! { <p class="side__note">{words().no_screens}</p> }.into_any()
                }
                Listed::There(screens) => table(desk, screens, revoking).into_any(),
            }}
            <SecretDialog desk=desk secret=secret />
            {move || {
                let screen = revoking.get()?;
                let words = desk.choices.words().screens();
                let (act, question) = (words.revoke, (words.revoke_sure)(&screen.name));
                let on_sure = Callback::new(move |()| revoke(screen.id));
                let on_close = Callback::new(move |()| revoking.set(None));
                Some(view! { <Sure desk=desk act=act question=question on_sure=on_sure on_close=on_close /> })
            }}
        </AdminPage>
    }
}

/// The appearance of a display, as its link says it.
#[derive(Debug, Clone, Copy, Default)]
struct Looks {
    options: DisplayOptions,
    /// Whether the display runs no scripts and takes the plain page.
    plain: bool,
}

/// A select for the board of a new display.
#[component]
fn BoardChoice(desk: Desk, chosen: RwSignal<String>) -> impl IntoView {
    let option = move |head: TabHead| {
        let (value, title) = (board_of(&head)?, head.word(desk.choices.words()));
        let is_chosen = value == chosen.get_untracked();
        Some(view! { <option value=value prop:selected=is_chosen>{title}</option> })
    };
    let options = move || desk.board.tabs().into_iter().filter_map(option).collect_view().into_any();
    choice_field(desk, "board", |words| words.screens().shows, move |value| chosen.set(value), options)
}

/// Selects for language, colours and kind of the display.
#[component]
fn LooksChoice(desk: Desk, chosen: RwSignal<Looks>) -> impl IntoView {
    let option = |value: &'static str, word: &'static str| view! { <option value=value>{word}</option> };
    let words = move || desk.choices.words();
    let languages = move || {
        let own = Language::ALL.map(|language| option(language.words().tag, language.words().own_name));
        view! { {option("", words().screens().by_browser)} {own.collect_view()} }.into_any()
    };
    let themes = move || {
        let own = Theme::ALL.map(|theme| option(theme.as_str(), (words().screens().theme)(theme)));
        view! { {option("", words().screens().by_system)} {own.collect_view()} }.into_any()
    };
    let palettes = move || {
        let own = Palette::ALL.map(|palette| option(palette.as_str(), (words().board().palettes)(palette)));
        own.collect_view().into_any()
    };
    let change = move |change: fn(&mut DisplayOptions, &str)| {
        move |value: String| chosen.update(|looks| change(&mut looks.options, &value))
    };
    let language = change(|options, tag| options.language = Language::from_tag(tag));
    let theme = change(|options, word| options.theme = Theme::parse(word));
    let palette = change(|options, word| {
        options.palette = Some(Palette::parse(word)).filter(|palette| *palette != Palette::default());
    });
    view! {
        <details class="form__more" data-testid="looks">
            <summary class="field__label">{move || words().screens().looks}</summary>
            <div class="form__row">
                {choice_field(desk, "screen-language", |words| words.language, language, languages)}
                {choice_field(desk, "screen-theme", |words| words.theme, theme, themes)}
                {choice_field(desk, "screen-palette", |words| words.board().palette, palette, palettes)}
                <label class="check">
                    <input
                        type="checkbox"
                        name="screen-plain"
                        on:change:target=move |event| chosen.update(|looks| looks.plain = event.target().checked())
                    />
                    " "
                    {move || words().screens().plain}
                </label>
            </div>
        </details>
    }
}

/// The name of a tab's board in a screen's link; `None` for the favourites, which belong to one reader.
fn board_of(head: &TabHead) -> Option<String> {
    match &head.tab {
        Tab::Favourites => None,
        Tab::All => Some(BOARD_ALL.to_owned()),
        Tab::Own(board) => Some(board.to_string()),
        Tab::Site(site) => Some(site.to_string()),
        Tab::Group(group) => Some(group.clone()),
    }
}

/// The absolute address of a display.
fn link(path: &str, Looks { options, plain }: Looks) -> String {
    let base = browser::base();
    let mut words = options.words();
    words.extend(plain.then(|| "plain".into()));
    let mark = if words.is_empty() { "" } else { "?" };
    format!("{}/{}{mark}{}", base.trim_end_matches('/'), path.trim_start_matches('/'), words.join("&"))
}

fn table(desk: Desk, screens: Vec<ScreenLink>, revoking: RwSignal<Option<ScreenLink>>) -> impl IntoView {
    let words = desk.choices.words();
    let (admin, own) = (words.admin(), words.screens());
    let boards = desk.board.tabs();
    let row = move |screen: ScreenLink| {
        let revoked = screen.clone();
        let head = boards.iter().find(|head| board_of(head).as_deref() == Some(&*screen.board));
        let board = head.map_or(screen.board, |head| head.word(words));
        view! {
            <tr data-screen=screen.name.clone()>
                <th scope="row">{screen.name.clone()}</th>
                <td data-label=own.shows>{board}</td>
                <td data-label=admin.created>{when(Some(screen.created), words)}</td>
                <td data-label=own.made_by>{words.common().named(&screen.created_by)}</td>
                <td data-label=own.last_seen>{when(screen.last_seen, words)}</td>
                <td class="table__acts">
                    <button
                        class="button button--danger"
                        type="button"
                        data-testid="revoke"
                        on:click=move |_| revoking.set(Some(revoked.clone()))
                    >
                        {own.revoke}
                    </button>
                </td>
            </tr>
        }
    };
    view! {
        <table class="table">
            <thead>
                <tr>
                    <th scope="col">{own.place}</th>
                    <th scope="col">{own.shows}</th>
                    <th scope="col">{admin.created}</th>
                    <th scope="col">{own.made_by}</th>
                    <th scope="col">{own.last_seen}</th>
                    <th scope="col"><span class="unseen">{admin.actions}</span></th>
                </tr>
            </thead>
            <tbody>{screens.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
}
