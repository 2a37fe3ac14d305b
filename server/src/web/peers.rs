//! Peers of the mesh, for admins: their numbers, their last messages, refresh and pause.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use lampfield_shared::{MeshReport, Pause, SipMessage, SiteName};

use super::caller::Caller;
use super::problem::Problem;
use super::sent::Named;
use super::state::{WebState, ask};
use crate::clock;
use crate::handle::Later;

/// `GET /api/v1/peers`: reads the mesh in numbers.
pub(super) async fn all(State(web): State<WebState>, caller: Caller) -> Result<Json<MeshReport>, Problem> {
    Ok(Json(web.view(&caller).mesh(ask(web.handle.mesh()).await?)))
}

/// `POST /api/v1/peers/{name}/refresh`: asks a peer for all its states. Answered by 202, for the peer answers later;
/// `refresh` of `GET /api/v1/peers` tells how far that is.
pub(super) async fn refresh(
    State(web): State<WebState>,
    caller: Caller,
    Named(name): Named<SiteName>,
) -> Result<StatusCode, Problem> {
    check_name(&web, &name)?;
    let Later { tell, answer } = web.handle.refresh(name.clone());
    if !web.store.note_refresh(clock::now(), caller.actor(), name.clone(), tell).await? {
        return Err(Problem::Paused(name));
    }
    match ask(answer.wait()).await? {
        Some(Pause::Off) => Ok(StatusCode::ACCEPTED),
        Some(Pause::On) => Err(Problem::Paused(name)),
        None => Err(Problem::NoSuchPeer(name)),
    }
}

/// `PUT /api/v1/peers/{name}/pause`: stops what we publish to a peer, over restarts too.
pub(super) async fn pause(
    State(web): State<WebState>,
    caller: Caller,
    Named(name): Named<SiteName>,
) -> Result<StatusCode, Problem> {
    set_pause(&web, &caller, name, Pause::On).await
}

/// `DELETE /api/v1/peers/{name}/pause`: resumes what we publish to a peer.
pub(super) async fn resume(
    State(web): State<WebState>,
    caller: Caller,
    Named(name): Named<SiteName>,
) -> Result<StatusCode, Problem> {
    set_pause(&web, &caller, name, Pause::Off).await
}

/// Keeps the pause, then has the driver act on it: what was answered outlives a crash.
async fn set_pause(web: &WebState, caller: &Caller, name: SiteName, pause: Pause) -> Result<StatusCode, Problem> {
    check_name(web, &name)?;
    let Later { tell, answer } = web.handle.pause(name.clone(), pause);
    web.store.set_pause(clock::now(), caller.actor(), (name.clone(), pause), tell).await?;
    let is_there = ask(answer.wait()).await?;
    is_there.then_some(StatusCode::NO_CONTENT).ok_or(Problem::NoSuchPeer(name))
}

fn check_name(web: &WebState, name: &SiteName) -> Result<(), Problem> {
    let is_there = web.hub.sites().iter().any(|site| site.name == *name);
    is_there.then_some(()).ok_or_else(|| Problem::NoSuchPeer(name.clone()))
}

/// `GET /api/v1/peers/{name}/messages`: reads the SIP trace of a peer, the oldest message first.
pub(super) async fn messages(
    State(web): State<WebState>,
    caller: Caller,
    Named(name): Named<SiteName>,
) -> Result<Json<Vec<SipMessage>>, Problem> {
    let messages = ask(web.handle.messages(name.clone(), web.view(&caller).calls())).await?;
    messages.map(Json).ok_or(Problem::NoSuchPeer(name))
}
