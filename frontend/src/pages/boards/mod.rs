//! The own boards: the list of them, and the editor of one.

mod editing;
mod editor;
mod moving;
mod rows;
mod unsaved;

use lampfield_shared::OwnBoard;
use lampfield_words::Words;
use leptos::prelude::*;
use web_sys::{MouseEvent, Node};

pub(crate) use self::editor::BoardEditor;
use self::unsaved::Unsaved;
use super::list::{AdminPage, act};
use super::sure::Sure;
use crate::plain::{KEY, button, node, plain, text};
use crate::route::{Route, encode};
use crate::state::Desk;
use crate::{api, browser};

/// The list of the own boards.
#[component]
pub(crate) fn Boards(
    /// What the page knows.
    desk: Desk,
) -> impl IntoView {
    let deleting: RwSignal<Option<OwnBoard>> = RwSignal::new(None);
    let press = move |event: MouseEvent| {
        let key = browser::attribute_at(&event, KEY).unwrap_or_default();
        let boards = untrack(|| desk.board.own_boards());
        deleting.set(boards.into_iter().find(|board| board.name.as_str() == key));
    };
    view! {
        <AdminPage desk=desk title=|words| words.admin().boards name="boards">
            <div on:click=press>{move || plain(table(desk, &desk.board.own_boards(), desk.choices.words()))}</div>
            {move || {
                let board = deleting.get()?;
                let words = desk.choices.words().own_boards();
                let question = (words.delete_sure)(&board.title);
                let on_sure = Callback::new(move |()| {
                    deleting.set(None);
                    let name = board.name.clone();
                    let delete = async move {
                        // A refused deletion leaves the board, so the unsaved edits of it stay, too.
                        api::delete_board(&name).await.inspect(|()| Unsaved::forget(Some(&name)))
                    };
                    act(desk, delete, None, || ());
                });
                let on_close = Callback::new(move |()| deleting.set(None));
                Some(view! { <Sure desk=desk act=words.delete question=question on_sure=on_sure on_close=on_close /> })
            }}
        </AdminPage>
    }
}

fn table(desk: Desk, boards: &[OwnBoard], words: &'static Words) -> Vec<Node> {
    let own = words.own_boards();
    let link = [("class", "button button--first"), ("data-testid", "new-board"), ("href", &*Route::NewBoard.href())];
    let new = node("p", &[("class", "sheet__note")], vec![text("a", &link, own.new)]);
    if boards.is_empty() {
        return vec![new, text("p", &[("class", "side__note")], own.none)];
    }
    let heads = [own.title, words.admin().name, own.lamps, own.wall].map(|word| text("th", &[("scope", "col")], word));
    let mut heads: Vec<Node> = heads.into();
    let acts = text("span", &[("class", "unseen")], words.admin().actions);
    heads.push(node("th", &[("scope", "col")], vec![acts]));
    let rows = boards.iter().map(|board| row(desk, board, words)).collect();
    let parts = vec![node("thead", &[], vec![node("tr", &[], heads)]), node("tbody", &[], rows)];
    vec![new, node("table", &[("class", "table")], parts)]
}

fn row(desk: Desk, board: &OwnBoard, words: &'static Words) -> Node {
    let (own, name) = (words.own_boards(), board.name.as_str());
    let mut edit = vec![text("a", &[("href", &Route::OwnBoard(board.name.clone()).href())], &board.title)];
    if Unsaved::find(Some(&board.name)).is_some() {
        edit.extend([text("span", &[], " "), text("span", &[("class", "tag")], own.changed_here)]);
    }
    let wall = format!("wall/{}", encode(name));
    let mut lamps = vec![text("span", &[], &format!("{} ", board.extens().count()))];
    let unknown = desk.board.unknown(board.extens()).len();
    if unknown > 0 {
        lamps.push(text("span", &[("class", "tag")], &format!("{}: {unknown}", own.unknown)));
    }
    let delete = [("class", "button button--danger"), ("data-testid", "delete")];
    let cells = vec![
        node("th", &[("scope", "row")], edit),
        text("td", &[("data-label", words.admin().name)], name),
        node("td", &[("data-label", own.lamps)], lamps),
        node("td", &[("data-label", own.wall)], vec![text("a", &[("href", &wall)], &wall)]),
        node("td", &[("class", "table__acts")], vec![button(name, &delete, own.delete)]),
    ];
    node("tr", &[("data-board", name)], cells)
}
