//! The page of the wall displays, each with its own link.

use lampfield_shared::ScreenLink;
use lampfield_shared::account::{BOARD_ALL, GrantedScreen, NewScreen};
use lampfield_words::{Language, Palette, Theme, Words};
use leptos::prelude::*;
use web_sys::{MouseEvent, Node};

use super::list::{AdminPage, Listed, listed, when};
use super::secret::{Secret, SecretDialog};
use super::sure::Sure;
use crate::components::RefusalNote;
use crate::plain::{KEY, button, labelled, node, plain, text};
use crate::progress::{Asked, Progress};
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
    let load = move || screens.renew(api::screens());
    load();
    let acted: Asked<()> = Asked::new();
    let secret: RwSignal<Option<Secret>> = RwSignal::new(None);
    // The number of the link that is to be revoked.
    let revoking: RwSignal<Option<String>> = RwSignal::new(None);
    let create = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let value = |name: &str| browser::value_of(&format!("[name='{name}']"));
        let screen = NewScreen { name: value("place").trim().into(), board: value("board") };
        let palette = Palette::parse(&value("screen-palette"));
        let options = DisplayOptions {
            language: Language::from_tag(&value("screen-language")),
            theme: Theme::parse(&value("screen-theme")),
            palette: Some(palette).filter(|palette| *palette != Palette::default()),
        };
        let looks = Looks { options, plain: browser::is_there("[name='screen-plain']:checked") };
        let show = move |GrantedScreen { screen, path }: GrantedScreen| {
            secret.set(Some(Secret::Link { name: screen.name, link: link(&path, looks) }));
            browser::set_value("[name='place']", "");
        };
        acted.start(async move { api::add_screen(&screen).await.map(show) }, move |_| load());
    };
    let press = move |event: MouseEvent| {
        let key = browser::attribute_at(&event, KEY).unwrap_or_default();
        if let Some(id) = key.strip_prefix("revoke ") {
            revoking.set(Some(id.into()));
        }
    };
    let find = move |id: &str| match untrack(|| screens.get()) {
        Progress::Done(all) => all.into_iter().find(|screen| screen.id.to_string() == id),
        Progress::Idle | Progress::Pending | Progress::Failed(_) => None,
    };
    let words = move || desk.choices.words();
    view! {
        <AdminPage desk=desk title=|words| words.admin().screens name="screens">
            <div on:click=press on:submit=create>
                {move || plain(vec![form(&desk.board.tabs(), words())])}
                <RefusalNote desk=desk refusal=Signal::derive(move || acted.refusal()) />
                {move || match listed(desk, screens) {
                    Listed::Note(note) => note,
                    Listed::There(screens) => plain(vec![table(&desk.board.tabs(), &screens, words())]),
                }}
            </div>
            <SecretDialog desk=desk secret=secret />
            {move || {
                let screen = find(&revoking.get()?)?;
                let words = desk.choices.words().screens();
                let (act, question) = (words.revoke, (words.revoke_sure)(&screen.name));
                let on_sure = Callback::new(move |()| {
                    revoking.set(None);
                    acted.start(async move { api::revoke_screen(screen.id).await }, move |_| load());
                });
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

/// The form for a new display: where it hangs, what it shows, and how it looks.
fn form(boards: &[TabHead], words: &'static Words) -> Node {
    let own = words.screens();
    let option = |(value, word): (String, String)| text("option", &[("value", &value)], &word);
    let select = |name: &str, label: &str, options: Vec<(String, String)>| {
        let options = options.into_iter().map(option).collect();
        labelled(label, node("select", &[("class", "field__input"), ("name", name)], options))
    };
    let pair = |value: &str, word: &str| (value.to_owned(), word.to_owned());
    let boards = boards.iter().filter_map(|head| Some((board_of(head)?, head.word(words)))).collect();
    let languages = Language::ALL.map(|language| pair(language.words().tag, language.words().own_name));
    let themes = Theme::ALL.map(|theme| pair(theme.as_str(), (own.theme)(theme)));
    let palettes = Palette::ALL.map(|palette| pair(palette.as_str(), (words.board().palettes)(palette)));
    let first = |word: &str| [pair("", word)].into_iter();
    let script = [("type", "checkbox"), ("name", "screen-plain")];
    let looks = vec![
        select("screen-language", words.language, first(own.by_browser).chain(languages).collect()),
        select("screen-theme", words.theme, first(own.by_system).chain(themes).collect()),
        select("screen-palette", words.board().palette, palettes.into()),
        node("label", &[("class", "check")], vec![node("input", &script, Vec::new()), text("span", &[], own.plain)]),
    ];
    let more =
        vec![text("summary", &[("class", "field__label")], own.looks), node("div", &[("class", "form__row")], looks)];
    let place = [("class", "field__input"), ("name", "place"), ("autocomplete", "off"), ("required", "")];
    let create = [("class", "button button--first"), ("type", "submit"), ("data-testid", "create")];
    let parts = vec![
        labelled(own.place, node("input", &place, Vec::new())),
        select("board", own.shows, boards),
        text("button", &create, words.admin().create),
        node("details", &[("class", "form__more"), ("data-testid", "looks")], more),
    ];
    node("form", &[("class", "form form--line")], parts)
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

fn table(boards: &[TabHead], screens: &[ScreenLink], words: &'static Words) -> Node {
    let (admin, own) = (words.admin(), words.screens());
    if screens.is_empty() {
        return text("p", &[("class", "side__note")], own.no_screens);
    }
    let labels = [own.place, own.shows, admin.created, own.made_by, own.last_seen];
    let mut heads: Vec<Node> = labels.map(|label| text("th", &[("scope", "col")], label)).into();
    heads.push(node("th", &[("scope", "col")], vec![text("span", &[("class", "unseen")], admin.actions)]));
    let row = |screen: &ScreenLink| {
        let head = boards.iter().find(|head| board_of(head).as_deref() == Some(&*screen.board));
        let board = head.map_or_else(|| screen.board.clone(), |head| head.word(words));
        let cell = |at: usize, said: &str| text("td", &[("data-label", labels[at])], said);
        let revoke = [("class", "button button--danger"), ("data-testid", "revoke")];
        let cells = vec![
            text("th", &[("scope", "row")], &screen.name),
            cell(1, &board),
            cell(2, &when(Some(screen.created), words)),
            cell(3, &words.common().named(&screen.created_by)),
            cell(4, &when(screen.last_seen, words)),
            node(
                "td",
                &[("class", "table__acts")],
                vec![button(&format!("revoke {}", screen.id), &revoke, own.revoke)],
            ),
        ];
        node("tr", &[("data-screen", &screen.name)], cells)
    };
    let rows = screens.iter().map(row).collect();
    let parts = vec![node("thead", &[], vec![node("tr", &[], heads)]), node("tbody", &[], rows)];
    node("table", &[("class", "table")], parts)
}
