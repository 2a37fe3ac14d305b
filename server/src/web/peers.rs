//! The mesh, for whoever keeps it going: the peers in numbers, what they said last, and what can be asked of them.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use lampfield_shared::{MeshReport, SipMessage, SiteName};

use super::auth::Caller;
use super::problem::Problem;
use super::sent::Named;
use super::{WebState, ask};
use crate::clock;
use crate::store::audit::Deed;

/// `GET /api/v1/peers`: the mesh in numbers.
pub(super) async fn all(State(web): State<WebState>) -> Result<Json<MeshReport>, Problem> {
    Ok(Json(ask(web.handle.mesh()).await?))
}

/// `POST /api/v1/peers/{name}/refresh`: 202, for the peer answers in its own time; `refresh` of `GET /api/v1/peers`
/// tells how.
pub(super) async fn refresh(
    State(web): State<WebState>,
    caller: Caller,
    Named(name): Named<SiteName>,
) -> Result<StatusCode, Problem> {
    if !ask(web.handle.refresh(name.clone())).await? {
        return Err(Problem::NoSuchPeer(name));
    }
    web.store.record(clock::now(), caller.actor(), Deed::done("peer.refresh", name.as_str())).await?;
    Ok(StatusCode::ACCEPTED)
}

/// `GET /api/v1/peers/{name}/messages`: its last messages, in and out, the oldest first.
pub(super) async fn messages(
    State(web): State<WebState>,
    caller: Caller,
    Named(name): Named<SiteName>,
) -> Result<Json<Vec<SipMessage>>, Problem> {
    let privacy = web.settings.privacy.of(caller.role);
    let messages = ask(web.handle.messages(name.clone(), privacy)).await?;
    messages.map(Json).ok_or(Problem::NoSuchPeer(name))
}
