//! Boards that admins made: listed, made, changed and deleted.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use lampfield_shared::account::BOARD_ALL;
use lampfield_shared::board::PutBoard;
use lampfield_shared::{BoardName, OwnBoard};

use super::caller::Caller;
use super::problem::Problem;
use super::sent::{Named, Sent};
use super::state::{WebState, ask};
use crate::board::BoardChange;
use crate::clock;
use crate::store::own_boards::BoardRefusal;

/// Longest body of a board, in bytes: the most extensions and the longest titles fit.
pub(super) const LONGEST_BOARD: usize = 128 * 1024;

/// `GET /api/v1/boards`: lists all boards, by title; a screen sees only its own.
pub(super) async fn list(State(web): State<WebState>, caller: Caller) -> Json<Vec<OwnBoard>> {
    Json(web.hub.own_boards(caller.board()))
}

/// `GET /api/v1/boards/{name}`: reads one board.
pub(super) async fn one(
    State(web): State<WebState>,
    caller: Caller,
    Named(name): Named<String>,
) -> Result<Json<OwnBoard>, Problem> {
    let name = BoardName::parse(&name)?;
    let boards = web.hub.own_boards(caller.board());
    let board = OwnBoard::find(&boards, name.as_str()).cloned();
    board.map(Json).ok_or(Problem::Board(BoardRefusal::Unknown(name)))
}

/// `PUT /api/v1/boards/{name}`: makes a board, or changes the state that the sender has seen of it. Answered with the
/// board as it is kept.
pub(super) async fn put(
    State(web): State<WebState>,
    caller: Caller,
    Named(name): Named<String>,
    Sent(wanted): Sent<PutBoard>,
) -> Result<(StatusCode, Json<OwnBoard>), Problem> {
    let (name, wanted) = (BoardName::parse(&name)?, wanted.checked()?);
    let status = if wanted.changed.is_some() { StatusCode::OK } else { StatusCode::CREATED };
    if status == StatusCode::CREATED {
        refuse_taken(&web, &name).await?;
    }
    let tell = tell(&web);
    let board = web.store.put_own_board(clock::now(), caller.actor(), name, wanted, tell).await??;
    Ok((status, Json(board)))
}

/// `DELETE /api/v1/boards/{name}`: deletes a board that no wall display shows.
pub(super) async fn remove(
    State(web): State<WebState>,
    caller: Caller,
    Named(name): Named<String>,
) -> Result<StatusCode, Problem> {
    let tell = tell(&web);
    web.store.remove_own_board(clock::now(), caller.actor(), BoardName::parse(&name)?, tell).await??;
    Ok(StatusCode::NO_CONTENT)
}

/// Tells all watchers the boards.
fn tell(web: &WebState) -> impl FnOnce(Vec<OwnBoard>) + Send + 'static {
    let hub = web.hub.clone();
    move |boards| hub.publish(clock::now(), [BoardChange::OwnBoards(boards.into())])
}

/// Refuses a name that means a site or a department already: `wall/sales` can lead to one of them only.
async fn refuse_taken(web: &WebState, name: &BoardName) -> Result<(), Problem> {
    let is_it = |text: &str| text.to_lowercase() == name.as_str();
    let of_site = web.hub.sites().into_iter().find(|site| is_it(site.name.as_str()) || is_it(&site.title));
    let what = if is_it(BOARD_ALL) {
        Some("all lamps".to_owned())
    } else if let Some(site) = of_site {
        Some(format!("the site {}", site.title))
    } else {
        let groups = ask(web.handle.extensions()).await?.into_iter().map(|it| it.now.group);
        groups.into_iter().find(|group| is_it(group)).map(|group| format!("the department {group}"))
    };
    what.map_or(Ok(()), |what| Err(Problem::BoardTaken { name: name.clone(), what }))
}
