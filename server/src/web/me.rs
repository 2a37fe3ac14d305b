//! The caller's own things: who they are, their password, favourites, notes and choices, and "do not disturb" on their
//! own extension.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use lampfield_shared::account::{
    ArrangeFavourites, CHOICE_MAX_BYTES, CHOICE_NAME_MAX_BYTES, ChangeChoices, ChangePassword, NOTE_MAX_CHARS, Note,
};
use lampfield_shared::dnd::{DndReport, SetDnd};
use lampfield_shared::{DndKind, Exten, Me};
use tokio::sync::oneshot;

use super::caller::Caller;
use super::client::Client;
use super::entered::{entered, me, origin};
use super::problem::Problem;
use super::sent::{Named, Sent};
use super::state::WebState;
use crate::clock;
use crate::dnd::Asker;
use crate::identity::password::{self, PasswordFlaw};
use crate::identity::{Actor, HeldSession, Proof};
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

/// `PUT /api/v1/me/favourites`: puts the favourites in order.
pub(super) async fn arrange(
    State(web): State<WebState>,
    caller: Caller,
    Sent(ArrangeFavourites { extens }): Sent<ArrangeFavourites>,
) -> Result<StatusCode, Problem> {
    web.store.arrange_favourites(clock::now(), caller.actor(), caller.owner(), extens).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `PATCH /api/v1/me/choices`: keeps how the account wants the page to be.
pub(super) async fn choose(
    State(web): State<WebState>,
    caller: Caller,
    Sent(ChangeChoices { choices }): Sent<ChangeChoices>,
) -> Result<StatusCode, Problem> {
    let account = caller.account().ok_or(Problem::NoAccount)?;
    let is_sign = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_name = |name: &str| (1..=CHOICE_NAME_MAX_BYTES).contains(&name.len()) && name.bytes().all(is_sign);
    if let Some(name) = choices.keys().find(|name| !is_name(name)) {
        let longest = CHOICE_NAME_MAX_BYTES;
        return Err(Problem::Unfit(format!(
            "`{name}` is no choice: its name has 1 to {longest} letters a to z, digits and `-`"
        )));
    }
    if let Some((name, _)) =
        choices.iter().find(|(_, value)| value.as_ref().is_some_and(|it| it.len() > CHOICE_MAX_BYTES))
    {
        return Err(Problem::Unfit(format!("the value of `{name}` has more than {CHOICE_MAX_BYTES} bytes")));
    }
    web.store.set_choices(clock::now(), caller.actor(), account, choices).await??;
    Ok(StatusCode::NO_CONTENT)
}

/// `PUT /api/v1/me/dnd`: sets or ends a DND of the caller's own extension, of a kind that an admin lets them set. Answered
/// as `PUT /api/v1/extensions/{exten}/dnd`.
pub(super) async fn set_dnd(
    State(web): State<WebState>,
    caller: Caller,
    Sent(asked): Sent<SetDnd>,
) -> Result<Json<DndReport>, Problem> {
    let own = caller.session.as_ref().and_then(HeldSession::own_dnd).ok_or(Problem::NoOwnDnd)?;
    // Whoever may light the lamp only means the lamp by any request.
    let kind = asked.kind.or_else(|| (!own.right.allows(DndKind::Calls)).then_some(DndKind::Lamp));
    if kind.is_some_and(|kind| !own.right.allows(kind)) {
        return Err(Problem::LampOnly);
    }
    let (exten, may) = (own.exten.clone(), own.right);
    let actor = Actor { proof: Proof::OwnDnd(own), ..caller.actor() };
    let asker = Asker { name: caller.name.clone(), actor, may, order: None };
    Ok(Json(web.dnd.set(asker, exten, SetDnd { kind, ..asked }).await?))
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
pub(super) fn check(exten: &Exten) -> Result<(), Problem> {
    exten.can_be_dialled().then_some(()).ok_or_else(|| Problem::Unfit(format!("`{exten}` is no extension")))
}
