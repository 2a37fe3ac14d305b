//! JSON for whoever asks: all lamps, one lamp with its votes, the peers in numbers.

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, StatusCode};
use lampfield_shared::{Exten, LampDetails, MeshReport, Revision, SiteName};

use super::auth::Caller;
use super::problem::Problem;
use super::{WebState, ask};

/// `GET /api/v1/lamps`: the revision, and every lamp in the order of the extensions.
pub(super) async fn all(State(state): State<WebState>, caller: Caller) -> ([(HeaderName, &'static str); 1], Bytes) {
    let (Revision(revision), lamps) = state.hub.lamps_json(state.settings.privacy.of(caller.role));
    let head = format!("{{\"revision\":{revision},\"lamps\":");
    let body = [head.as_bytes(), &lamps, b"}"].concat();
    ([(CONTENT_TYPE, "application/json")], body.into())
}

/// `GET /api/v1/lamps/{exten}`: one lamp, and who says what of it.
pub(super) async fn one(
    State(state): State<WebState>,
    caller: Caller,
    exten: Result<Path<Exten>, PathRejection>,
) -> Result<Json<LampDetails>, Problem> {
    let Path(exten) = exten?;
    match ask(state.handle.lamp(exten.clone())).await? {
        Some(mut details) => {
            let privacy = state.settings.privacy.of(caller.role);
            details.lamp.call = details.lamp.call.and_then(|call| privacy.cut(call));
            Ok(Json(details))
        }
        None => Err(Problem::NoSuchLamp(exten)),
    }
}

/// `GET /api/v1/peers`: the mesh in numbers.
pub(super) async fn peers(State(state): State<WebState>) -> Result<Json<MeshReport>, Problem> {
    Ok(Json(ask(state.handle.mesh()).await?))
}

/// `POST /api/v1/peers/{name}/refresh`: 202, for the peer answers in its own time; `refresh` of `GET /api/v1/peers`
/// tells how.
pub(super) async fn refresh(
    State(state): State<WebState>,
    name: Result<Path<SiteName>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let Path(name) = name?;
    if ask(state.handle.refresh(name.clone())).await? {
        Ok(StatusCode::ACCEPTED)
    } else {
        Err(Problem::NoSuchPeer(name))
    }
}
