//! Coming and going: login, logout, a wall display's link, and the list of who is in.

use axum::Json;
use axum::extract::State;
use axum::http::header::{LOCATION, SET_COOKIE, USER_AGENT};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use lampfield_shared::account::{BOARD_ALL, Login, NoAccount, Session};
use lampfield_shared::{Cause, Fact, Me, Role, Why};

use super::auth::Caller;
use super::client::Client;
use super::cookie::Jar;
use super::problem::Problem;
use super::sent::{Named, Sent};
use super::{WebState, me, plain, wall};
use crate::clock;
use crate::store::accounts::AccountName;
use crate::store::audit::{Actor, Deed};
use crate::store::sessions::{Holder, Origin, Token};
use crate::store::{Proof, StoreError};

/// `POST /api/v1/session`: a login. Answered as `GET /api/v1/me` is then.
pub(super) async fn begin(
    State(web): State<WebState>,
    client: Client,
    headers: HeaderMap,
    Sent(login): Sent<Login>,
) -> Result<Response, Problem> {
    // A name that cannot be one belongs to nobody, which is found out no faster than a wrong password.
    let name: Option<AccountName> = login.name.parse().ok();
    match enter(&web, &client, &headers, name.clone(), login.password).await {
        Ok(token) => entered(&web, &client, &token).await,
        Err(Problem::WrongPassword) => {
            // A full disk, of all things, must not make another answer of this one.
            if let Err(error) = record_failure(&web, &client, name).await {
                tracing::warn!(%error, "a failed login is not recorded");
            }
            Err(Problem::WrongPassword)
        }
        Err(other) => Err(other),
    }
}

/// Checks the password, and begins a session where it still stands by then. The token of before, if there was one, is
/// worth nothing from then on.
async fn enter(
    web: &WebState,
    client: &Client,
    headers: &HeaderMap,
    name: Option<AccountName>,
    password: String,
) -> Result<Token, Problem> {
    let proved = web.doorkeeper.check(&web.store, client.address, name.clone(), password).await?;
    let who = (name.map(|name| name.to_string()).unwrap_or_default(), proved);
    let former = Jar::Login.read(headers, &web.store, client.encryption);
    let origin = origin(client, headers);
    Ok(web.store.begin_session(clock::now(), who, origin, former, web.settings.lifetime).await?)
}

/// What was typed where the name belongs may be a password: only names that exist are written down.
async fn record_failure(web: &WebState, client: &Client, name: Option<AccountName>) -> Result<(), StoreError> {
    let typed = name.as_ref().map(AccountName::as_str);
    let known = web.store.accounts().await?.into_iter().any(|it| Some(&*it.name) == typed);
    let target = name.filter(|_| known).map_or_else(|| NoAccount::UnknownName.to_string(), |name| name.to_string());
    let deed = Deed::failed("login", target, "wrong name or password");
    let deed = deed.with([Fact::Refused(Why::of(Cause::WrongPassword, &[]))]);
    let (who, address) = (NoAccount::Guest.to_string(), Some(client.address.to_string()));
    web.store.record(clock::now(), Actor { who, address, proof: Proof::Open }, deed).await
}

/// Hands out the cookie, and tells who they now are.
pub(super) async fn entered(web: &WebState, client: &Client, token: &Token) -> Result<Response, Problem> {
    let held = web.store.session(clock::now(), token, web.settings.lifetime).await?.ok_or(Problem::LoginNeeded)?;
    let me: Me = me::of(web, &Caller::of(held, client.address)).await?;
    let cookie = Jar::Login.set(Some(token), &web.store, client.encryption);
    Ok(([(SET_COOKIE, cookie)], Json(me)).into_response())
}

/// Where a session begins.
pub(super) fn origin(client: &Client, headers: &HeaderMap) -> Origin {
    let browser = headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Origin { address: client.address.to_string(), browser: browser.chars().take(200).collect() }
}

/// `DELETE /api/v1/session`: a logout.
pub(super) async fn end(State(web): State<WebState>, caller: Caller, client: Client) -> Result<Response, Problem> {
    if let Some(session) = &caller.session {
        web.store.end_session(clock::now(), caller.actor(), session.id, None, "logout").await?;
    }
    let jar = if caller.role == Role::Screen { Jar::Screen } else { Jar::Login };
    let cookie = jar.set(None, &web.store, client.encryption);
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, cookie)]).into_response())
}

/// `GET /screen/{token}`: a wall display comes by its link, gets its cookie, and is sent to its board.
pub(super) async fn screen(
    State(web): State<WebState>,
    client: Client,
    uri: Uri,
    headers: HeaderMap,
    Named(link): Named<String>,
) -> Result<Response, Problem> {
    let begun = match Token::parse(&link) {
        Some(link) => web.store.begin_screen_session(clock::now(), &link, origin(&client, &headers)).await?,
        None => None,
    };
    let Some(token) = begun else {
        let text = plain::readers_language(&headers).words().wall().token_end;
        return Ok((StatusCode::NOT_FOUND, format!("{text}\n")).into_response());
    };
    let cookie = Jar::Screen.set(Some(&token), &web.store, client.encryption);
    let held = web.store.session(clock::now(), &token, web.settings.lifetime).await?.ok_or(Problem::LoginNeeded)?;
    let board = match held.holder {
        Holder::Screen { board } => board,
        Holder::Account { .. } => BOARD_ALL.into(),
    };
    let place = wall::place(&board, uri.query());
    Ok((StatusCode::SEE_OTHER, [(SET_COOKIE, cookie)], [(LOCATION, place)]).into_response())
}

/// `GET /api/v1/sessions`: an admin sees all, everyone else their own.
pub(super) async fn list(State(web): State<WebState>, caller: Caller) -> Result<Json<Vec<Session>>, Problem> {
    let current = caller.session.as_ref().map(|session| session.id);
    Ok(Json(web.store.sessions(clock::now(), scope(&caller), current, web.settings.lifetime).await?))
}

/// `DELETE /api/v1/sessions/{id}`: an admin ends any, everyone else their own.
pub(super) async fn revoke(
    State(web): State<WebState>,
    caller: Caller,
    Named(id): Named<i64>,
) -> Result<StatusCode, Problem> {
    if web.store.end_session(clock::now(), caller.actor(), id, scope(&caller), "session.end").await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::NoSuchSession(id))
    }
}

/// Whose sessions someone may see and end; `None`: everybody's.
fn scope(caller: &Caller) -> Option<i64> {
    // There is no account 0: whoever is not logged in has no sessions.
    (caller.role < Role::Admin).then(|| caller.account().unwrap_or(0))
}
