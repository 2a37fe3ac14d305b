//! The caller's own things: who they are, their password, favourites and notes.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use lampfield_shared::account::{ChangePassword, NOTE_MAX_CHARS, Note};
use lampfield_shared::{Exten, Me};
use tokio::sync::oneshot;

use super::caller::Caller;
use super::client::Client;
use super::entered::{entered, me, origin};
use super::problem::Problem;
use super::sent::{Named, Sent};
use super::state::WebState;
use crate::clock;
use crate::identity::password::{self, PasswordFlaw};
use crate::store::notes::Favourite;

/// `GET /api/v1/me`: tells the caller who they are.
pub(super) async fn show(State(web): State<WebState>, caller: Caller) -> Result<Json<Me>, Problem> {
    me(&web, &caller).await.map(Json)
}

/// `PUT /api/v1/me/password`: replaces the caller's password, ends all their sessions, and begins a new one here.
pub(super) async fn set_password(
    State(web): State<WebState>,
    caller: Caller,
    client: Client,
    headers: HeaderMap,
    Sent(change): Sent<ChangePassword>,
) -> Result<Response, Problem> {
    let (Some(_), Some(name)) = (caller.account(), &caller.name) else { return Err(Problem::NoAccount) };
    password::judge(name, &change.new)?;
    if change.new == change.old {
        return Err(PasswordFlaw::IsTheOld.into());
    }
    // The old password is checked as slowly as at a login: somebody may have found an open browser, and guess.
    let (wrong, _) = oneshot::channel();
    let proved = web.doorkeeper.check(&web.store, client.sender, name.parse().ok(), change.old, wrong).await?;
    let hash = web.doorkeeper.hash(change.new).await?;
    let begin = (origin(&client, &headers), web.settings.lifetime);
    let token = web.store.set_own_password(clock::now(), caller.actor(), proved, hash, begin).await?;
    entered(&web, &client, &token).await
}

/// `PUT /api/v1/me/favourites/{exten}`: marks an extension.
pub(super) async fn mark(
    State(web): State<WebState>,
    caller: Caller,
    Named(exten): Named<Exten>,
) -> Result<StatusCode, Problem> {
    set_favourite(&web, &caller, exten, Favourite::Yes).await
}

/// `DELETE /api/v1/me/favourites/{exten}`: takes the mark away.
pub(super) async fn unmark(
    State(web): State<WebState>,
    caller: Caller,
    Named(exten): Named<Exten>,
) -> Result<StatusCode, Problem> {
    set_favourite(&web, &caller, exten, Favourite::No).await
}

async fn set_favourite(
    web: &WebState,
    caller: &Caller,
    exten: Exten,
    favourite: Favourite,
) -> Result<StatusCode, Problem> {
    check(&exten)?;
    web.store.set_favourite(clock::now(), caller.actor(), (caller.owner(), exten), favourite).await??;
    Ok(StatusCode::NO_CONTENT)
}

/// `PUT /api/v1/me/notes/{exten}`: keeps a note; an empty text takes the note away.
pub(super) async fn note(
    State(web): State<WebState>,
    caller: Caller,
    Named(exten): Named<Exten>,
    Sent(Note { text }): Sent<Note>,
) -> Result<StatusCode, Problem> {
    check(&exten)?;
    if text.chars().count() > NOTE_MAX_CHARS {
        return Err(Problem::Unfit(format!("a note has at most {NOTE_MAX_CHARS} characters")));
    }
    web.store.set_note(clock::now(), caller.actor(), (caller.owner(), exten), text.trim().into()).await??;
    Ok(StatusCode::NO_CONTENT)
}

/// Checks that a text can be an extension. A lamp need not be there now.
fn check(exten: &Exten) -> Result<(), Problem> {
    exten.can_be_dialled().then_some(()).ok_or_else(|| Problem::Unfit(format!("`{exten}` is no extension")))
}
