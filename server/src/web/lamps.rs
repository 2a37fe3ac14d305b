//! Lamps as JSON: all, and one with its votes.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use lampfield_shared::{Exten, LampDetails, Revision};

use super::accepted;
use super::caller::Caller;
use super::problem::Problem;
use super::state::{WebState, ask};
use crate::gzip::Coding;

/// `GET /api/v1/lamps`: lists every lamp in the order of the extensions, with the board's revision.
pub(super) async fn all(State(state): State<WebState>, caller: Caller, headers: HeaderMap) -> Response {
    let (Revision(revision), lamps) = state.hub.lamps_json(state.view(&caller), caller.board());
    let head = format!("{{\"revision\":{revision},\"lamps\":");
    let coding = accepted::coding(&headers);
    let body = match coding {
        Coding::Plain => [head.as_bytes(), lamps.json(), b"}"].concat().into(),
        Coding::Gzip => lamps.packed().await.between(head.as_bytes(), b"}"),
    };
    ([(CONTENT_TYPE, "application/json")], accepted::headers(coding), body).into_response()
}

/// `GET /api/v1/lamps/{exten}`: reads one lamp with its votes: which PBX says what of its devices.
pub(super) async fn one(
    State(state): State<WebState>,
    caller: Caller,
    exten: Result<Path<Exten>, PathRejection>,
) -> Result<Json<LampDetails>, Problem> {
    let Path(exten) = exten?;
    let details = ask(state.handle.lamp(exten.clone())).await?;
    let details = details.map(|details| Json(state.view(&caller).details(details)));
    details.ok_or(Problem::NoSuchLamp(exten))
}
