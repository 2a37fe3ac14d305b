//! `GET /plain`: the lamps as a table without any script, for the browsers of old televisions, for
//! text browsers, and for paper. It refreshes itself, and says in large letters when it was made:
//! a table that no longer refreshes can be told from one that does.

mod table;
mod words;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_LANGUAGE, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use lampfield_shared::account::BOARD_ALL;
use lampfield_shared::{Lamp, Privacy};
use serde::Deserialize;

use super::auth::Caller;
use super::problem::Problem;
use super::{WebState, ask};
use table::Page;
use words::Language;

const STYLE: &str = include_str!("plain.css");

/// What may be asked for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    /// `all`, a site or a department.
    board: Option<String>,
    /// `en`, `ru`; else what the browser prefers.
    lang: Option<String>,
}

/// `GET /plain?board=&lang=`. While the board does not answer there is no table at all: the
/// lamps that the server last told may be old, and nothing else would say so.
pub(super) async fn show(
    State(web): State<WebState>,
    caller: Caller,
    headers: HeaderMap,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(asked) = asked?;
    let language = asked.lang.as_deref().and_then(Language::from_tag).unwrap_or_else(|| preferred(&headers));
    // A screen sees its own board, whatever it asks for.
    let board = caller.board().map(str::to_owned).or(asked.board).unwrap_or_else(|| BOARD_ALL.into());
    if let Err(problem) = ask(web.handle.mesh()).await {
        tracing::debug!(%problem, "the plain page has nothing to show");
        return Ok(html(StatusCode::SERVICE_UNAVAILABLE, language, table::silent(language)));
    }
    // The table tells of a call only that it is there.
    let (head, lamps) = web.hub.board(Privacy::Nothing);
    let lamps: Vec<Lamp> = serde_json::from_slice(&lamps).map_err(|error| {
        tracing::error!(%error, "the board's own JSON cannot be read");
        Problem::Mistake
    })?;
    Ok(html(StatusCode::OK, language, Page { head: &head, lamps: &lamps, board: &board, language }.render()))
}

/// `GET /plain.css`: part of the server, for the table is there even where the page is not built.
pub(super) async fn style() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], STYLE)
}

fn html(status: StatusCode, language: Language, body: String) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_LANGUAGE, language.tag()),
        (VARY, "accept-language, cookie"),
    ];
    (status, headers, body).into_response()
}

/// The language of ours that `Accept-Language` weighs most (RFC 9110 §12.5.4); of equals the first.
fn preferred(headers: &HeaderMap) -> Language {
    let lines = headers.get_all(ACCEPT_LANGUAGE).into_iter().filter_map(|line| line.to_str().ok());
    let weighed = lines.flat_map(|line| line.split(',')).filter_map(|item| {
        let (tag, parameters) = item.split_once(';').unwrap_or((item, ""));
        let weight = parameters.trim().strip_prefix("q=").map_or(Ok(1.0), str::parse::<f32>).ok()?;
        Some((weight, Language::from_tag(tag.trim())?)).filter(|(weight, _)| *weight > 0.0)
    });
    weighed.reduce(|best, next| if next.0 > best.0 { next } else { best }).map_or(Language::English, |(_, it)| it)
}
