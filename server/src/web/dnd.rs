//! "Do not disturb" over HTTP: for one, for many, and the list of what is on.

use axum::Json;
use axum::extract::State;
use lampfield_shared::Exten;
use lampfield_shared::account::OwnDnd;
use lampfield_shared::dnd::{DndList, DndManyReport, DndReport, SetDnd, SetDndMany};

use super::caller::Caller;
use super::problem::Problem;
use super::sent::{Named, Sent};
use super::state::WebState;
use crate::dnd::Asker;

/// `PUT /api/v1/extensions/{exten}/dnd`: sets or ends a DND. Answered when that is kept and, where a PBX was told, when
/// the PBX has confirmed it by its PUBLISH.
pub(super) async fn set(
    State(state): State<WebState>,
    caller: Caller,
    Named(exten): Named<Exten>,
    Sent(asked): Sent<SetDnd>,
) -> Result<Json<DndReport>, Problem> {
    Ok(Json(state.dnd.set(asker(&caller), exten, asked).await?))
}

/// `PUT /api/v1/dnd`: sets or ends a DND for many. Answered by 200 with an outcome for each, also where some were
/// refused.
pub(super) async fn set_many(
    State(state): State<WebState>,
    caller: Caller,
    Sent(asked): Sent<SetDndMany>,
) -> Result<Json<DndManyReport>, Problem> {
    Ok(Json(state.dnd.set_many(asker(&caller), asked).await?))
}

/// `GET /api/v1/dnd`: lists every DND that is on.
pub(super) async fn list(State(state): State<WebState>, caller: Caller) -> Result<Json<DndList>, Problem> {
    Ok(Json(state.view(&caller).dnd(state.dnd.list().await?)))
}

fn asker(caller: &Caller) -> Asker {
    Asker { name: caller.name.clone(), actor: caller.actor(), may: OwnDnd::Calls, order: None }
}
