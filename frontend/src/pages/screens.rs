//! The wall displays, each let in by a link of its own.

use lampfield_shared::ScreenLink;
use lampfield_shared::account::{BOARD_ALL, GrantedScreen, NewScreen};
use leptos::prelude::*;

use super::list::{AdminPage, Listed, listed, when};
use super::secret::{Secret, SecretDialog};
use super::sure::Sure;
use crate::app::Desk;
use crate::components::{Field, RefusalNote};
use crate::progress::Asked;
use crate::state::Tab;
use crate::state::tabs::TabHead;
use crate::{api, browser};

/// See the module.
#[component]
pub(crate) fn Screens(
    /// Whose page.
    desk: Desk,
) -> impl IntoView {
    let screens: Asked<Vec<ScreenLink>> = Asked::new();
    let load = move || screens.start(api::screens(), |_| ());
    load();
    let (place, board) = (RwSignal::new(String::new()), RwSignal::new(BOARD_ALL.to_owned()));
    let acted: Asked<()> = Asked::new();
    let secret: RwSignal<Option<Secret>> = RwSignal::new(None);
    let revoking: RwSignal<Option<ScreenLink>> = RwSignal::new(None);
    let create = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let screen = NewScreen { name: place.get_untracked().trim().into(), board: board.get_untracked() };
        let show = move |GrantedScreen { screen, path }: GrantedScreen| {
            secret.set(Some(Secret::Link { name: screen.name, link: link(&path) }));
            place.set(String::new());
        };
        acted.start(async move { api::add_screen(&screen).await.map(show) }, move |_| load());
    };
    let revoke = move |id: i64| {
        revoking.set(None);
        acted.start(async move { api::revoke_screen(id).await }, move |_| load());
    };
    let refusal = Signal::derive(move || acted.refusal());
    let words = move || desk.choices.words().admin();
    view! {
        <AdminPage desk=desk title=|words| words.admin().screens name="screens">
            <form class="form form--line" on:submit=create>
                <Field label=Signal::derive(move || words().place) value=place name="place" />
                <BoardChoice desk=desk chosen=board />
                <button class="button button--first" type="submit" data-testid="create">{move || words().create}</button>
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
                let words = desk.choices.words().admin();
                let (act, question) = (words.revoke, (words.revoke_sure)(&screen.name));
                let on_sure = Callback::new(move |()| revoke(screen.id));
                let on_close = Callback::new(move |()| revoking.set(None));
                Some(view! { <Sure desk=desk act=act question=question on_sure=on_sure on_close=on_close /> })
            }}
        </AdminPage>
    }
}

/// All lamps, or those of an own board, a site or a department.
#[component]
fn BoardChoice(desk: Desk, chosen: RwSignal<String>) -> impl IntoView {
    let option = move |TabHead { tab, title, .. }| {
        let value = match tab {
            Tab::Favourites => return None,
            Tab::All => BOARD_ALL.to_owned(),
            Tab::Own(board) => board.to_string(),
            Tab::Site(site) => site.to_string(),
            Tab::Group(group) => group,
        };
        let is_chosen = value == chosen.get_untracked();
        let title = title.unwrap_or_else(|| desk.choices.words().board().all.to_owned());
        Some(view! { <option value=value prop:selected=is_chosen>{title}</option> })
    };
    view! {
        <label class="field">
            <span class="field__label">{move || desk.choices.words().admin().shows}</span>
            <select
                class="field__input"
                name="board"
                on:change:target=move |event| chosen.set(event.target().value())
            >
                {move || desk.board.tabs().into_iter().filter_map(option).collect_view()}
            </select>
        </label>
    }
}

/// The whole address, for a display that has only that.
fn link(path: &str) -> String {
    let base = browser::base();
    format!("{}/{}", base.trim_end_matches('/'), path.trim_start_matches('/'))
}

fn table(desk: Desk, screens: Vec<ScreenLink>, revoking: RwSignal<Option<ScreenLink>>) -> impl IntoView {
    let words = desk.choices.words();
    let row = move |screen: ScreenLink| {
        let revoked = screen.clone();
        view! {
            <tr data-screen=screen.name.clone()>
                <th scope="row">{screen.name.clone()}</th>
                <td data-label=words.admin().shows>{screen.board.clone()}</td>
                <td data-label=words.admin().created>{when(Some(screen.created), words)}</td>
                <td data-label=words.admin().made_by>{screen.created_by.clone()}</td>
                <td data-label=words.admin().last_seen>{when(screen.last_seen, words)}</td>
                <td class="table__acts">
                    <button
                        class="button button--danger"
                        type="button"
                        data-testid="revoke"
                        on:click=move |_| revoking.set(Some(revoked.clone()))
                    >
                        {words.admin().revoke}
                    </button>
                </td>
            </tr>
        }
    };
    view! {
        <table class="table">
            <thead>
                <tr>
                    <th scope="col">{words.admin().place}</th>
                    <th scope="col">{words.admin().shows}</th>
                    <th scope="col">{words.admin().created}</th>
                    <th scope="col">{words.admin().made_by}</th>
                    <th scope="col">{words.admin().last_seen}</th>
                    <th scope="col"><span class="unseen">{words.admin().actions}</span></th>
                </tr>
            </thead>
            <tbody>{screens.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
}
