//! `GET /plain`: the lamps as a table without any script, for the browsers of old televisions, for text browsers, and
//! for paper. The page refreshes itself, and says in large letters when it was made: so a table that no longer
//! refreshes can be told from one that does.

mod table;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_LANGUAGE, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use lampfield_shared::account::BOARD_ALL;
use lampfield_words::{Language, Words};
use serde::Deserialize;

use super::caller::Caller;
use super::problem::Problem;
use super::state::{WebState, ask};
use table::Page;

const STYLE: &str = include_str!("plain.css");

/// Query of the page.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    /// Board: `all`, a site or a department.
    board: Option<String>,
    /// Tag of a language, such as `ru`; `None`: the one that the browser prefers.
    lang: Option<String>,
}

/// `GET /plain?board=&lang=`: shows the table. While the driver does not answer there is no table at all: the lamps
/// that the hub has may be old, and nothing else would say so.
pub(super) async fn show(
    State(web): State<WebState>,
    caller: Caller,
    headers: HeaderMap,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(asked) = asked?;
    let language = asked.lang.as_deref().and_then(Language::from_tag).unwrap_or_else(|| readers_language(&headers));
    let words = language.words();
    // A screen sees its own board, whatever the query says.
    let board = caller.board().map(str::to_owned).or(asked.board).unwrap_or_else(|| BOARD_ALL.into());
    if let Err(problem) = ask(web.handle.ping()).await {
        tracing::debug!(%problem, "the plain page has no lamps to show");
        return Ok(html(StatusCode::SERVICE_UNAVAILABLE, words, table::silent(words)));
    }
    // The table has nothing that is not for everybody: of a call and of a DND only that it is there.
    let (head, lamps) = web.hub.board();
    Ok(html(StatusCode::OK, words, Page { head: &head, lamps: &lamps, board: &board, words }.render()))
}

/// `GET /plain.css`: serves the style, a part of the server, for the table is there even where the page is not built.
pub(super) async fn style() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], STYLE)
}

fn html(status: StatusCode, words: &Words, body: String) -> Response {
    let headers =
        [(CONTENT_TYPE, "text/html; charset=utf-8"), (CONTENT_LANGUAGE, words.tag), (VARY, "accept-language, cookie")];
    (status, headers, body).into_response()
}

/// The language that the browser prefers among ours.
pub(super) fn readers_language(headers: &HeaderMap) -> Language {
    Language::accepted(headers.get_all(ACCEPT_LANGUAGE).into_iter().filter_map(|line| line.to_str().ok()))
}
