//! Login, logout, the link of a wall display, and the list of sessions.

use axum::Json;
use axum::extract::State;
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use lampfield_shared::account::{Login, NoAccount, Session};
use lampfield_shared::{Cause, Fact, Role, Why};
use tokio::sync::oneshot;

use super::caller::Caller;
use super::client::{Client, Sender};
use super::cookie::Jar;
use super::entered::{entered, origin};
use super::problem::Problem;
use super::sent::{Named, Sent};
use super::state::WebState;
use super::{plain, wall};
use crate::clock;
use crate::identity::{AccountName, Actor, Deed, Entry, Proof, Token};
use crate::store::StoreError;

/// `POST /api/v1/session`: logs in. Proves by the password who the caller is, then begins a session where that still
/// holds. Answered as `GET /api/v1/me` is then.
pub(super) async fn begin(
    State(web): State<WebState>,
    client: Client,
    headers: HeaderMap,
    Sent(login): Sent<Login>,
) -> Result<Response, Problem> {
    // A text that can be no name belongs to nobody. The answer takes as long as for a wrong password.
    let name: Option<AccountName> = login.name.parse().ok();
    let (wrong, was_wrong) = oneshot::channel();
    // Recorded even where a guesser hangs up before the answer.
    let recorded = tokio::spawn(record_guess(web.clone(), client.sender, name.clone(), was_wrong));
    let checked = web.doorkeeper.check(&web.store, client.sender, name.clone(), login.password, wrong).await;
    // The entry stands in the audit log before the answer is given.
    let _recorded = recorded.await;
    let who = (name.as_ref().map(ToString::to_string).unwrap_or_default(), checked?);
    // Sessions that this browser held before end with the login.
    let former = Jar::Login.read(&headers, &web.store, client.encryption);
    let origin = origin(&client, &headers);
    match web.store.begin_session(clock::now(), who, origin, former, web.settings.lifetime).await {
        Ok(token) => entered(&web, &client, &token).await,
        Err(error) => {
            // The password was right when it was checked, and has been changed since.
            if matches!(error, StoreError::Unproved(_)) {
                record_failure(&web, client.sender, name).await;
            }
            Err(error.into())
        }
    }
}

/// Records a failed login, once the password was found to be wrong.
async fn record_guess(web: WebState, sender: Sender, name: Option<AccountName>, was_wrong: oneshot::Receiver<()>) {
    if was_wrong.await.is_ok() {
        record_failure(&web, sender, name).await;
    }
}

/// Records a failed login. Where that fails, such as on a full disk, the answer stays the same.
async fn record_failure(web: &WebState, sender: Sender, name: Option<AccountName>) {
    if let Err(error) = record_wrong_password(web, sender, name).await {
        tracing::warn!(%error, "a failed login could not be recorded");
    }
}

/// Records a failed login. A text in the field of the name may be a password, so only names that exist are recorded.
async fn record_wrong_password(web: &WebState, sender: Sender, name: Option<AccountName>) -> Result<(), StoreError> {
    let typed = name.as_ref().map(AccountName::as_str);
    let known = web.store.accounts().await?.into_iter().any(|it| Some(&*it.name) == typed);
    let target = name.filter(|_| known).map_or_else(|| NoAccount::UnknownName.to_string(), |name| name.to_string());
    let deed = Deed::failed("login", target, "wrong name or password");
    let deed = deed.with([Fact::Refused(Why::of(Cause::WrongPassword, &[]))]);
    let (who, address) = (NoAccount::Guest.to_string(), Some(sender.to_string()));
    web.store.record(clock::now(), Actor { who, address, proof: Proof::Open }, deed).await
}

/// `DELETE /api/v1/session`: logs out.
pub(super) async fn end(State(web): State<WebState>, caller: Caller, client: Client) -> Result<Response, Problem> {
    if let Some(session) = &caller.session {
        web.store.end_session(clock::now(), caller.actor(), session.id, None, "logout").await?;
    }
    let jar = if caller.role == Role::Screen { Jar::Screen } else { Jar::Login };
    let cookie = jar.set(None, &web.store, client.encryption);
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, cookie)]).into_response())
}

/// `GET /screen/{token}`: gives a wall display that comes by its link a cookie, and sends it to its board. A display
/// that has a session keeps it; a `HEAD` request gets none.
pub(super) async fn screen(
    State(web): State<WebState>,
    method: Method,
    client: Client,
    uri: Uri,
    headers: HeaderMap,
    Named(link): Named<String>,
) -> Result<Response, Problem> {
    if is_ahead_of_time(&headers) {
        return Err(Problem::AheadOfTime);
    }
    let gone = || {
        let text = plain::readers_language(&headers).words().wall().token_end;
        (StatusCode::NOT_FOUND, format!("{text}\n")).into_response()
    };
    let Some(link) = Token::parse(&link) else { return Ok(gone()) };
    let Some(board) = web.store.screen_board(&link).await? else { return Ok(gone()) };
    let place = wall::place(&board, uri.query());
    if method == Method::HEAD {
        return Ok((StatusCode::SEE_OTHER, [(LOCATION, place)]).into_response());
    }
    let held = Jar::Screen.read(&headers, &web.store, client.encryption);
    let token = match web.store.begin_screen_session(clock::now(), &link, held, origin(&client, &headers)).await? {
        Entry::Open(token) => token,
        Entry::Gone => return Ok(gone()),
        Entry::Full => return Err(Problem::ScreensInUse),
    };
    let cookie = Jar::Screen.set(Some(&token), &web.store, client.encryption);
    Ok((StatusCode::SEE_OTHER, [(SET_COOKIE, cookie)], [(LOCATION, place)]).into_response())
}

/// Whether a browser prefetches this before anybody wants it. The browser would show the answer later, maybe without
/// the cookie; what is refused now is fetched again then.
fn is_ahead_of_time(headers: &HeaderMap) -> bool {
    ["sec-purpose", "purpose", "x-purpose", "x-moz"].into_iter().any(|name| {
        let words =
            headers.get_all(name).into_iter().flat_map(|line| line.as_bytes().split(|byte| b";, ".contains(byte)));
        words
            .into_iter()
            .any(|word| ["prefetch", "prerender", "preview"].iter().any(|it| word.eq_ignore_ascii_case(it.as_bytes())))
    })
}

/// `GET /api/v1/sessions`: lists sessions; an admin sees all, everyone else their own.
pub(super) async fn list(State(web): State<WebState>, caller: Caller) -> Result<Json<Vec<Session>>, Problem> {
    let current = caller.session.as_ref().map(|session| session.id);
    Ok(Json(web.store.sessions(clock::now(), scope(&caller), current, web.settings.lifetime).await?))
}

/// `DELETE /api/v1/sessions/{id}`: ends a session; an admin may end any, everyone else their own.
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

/// Account whose sessions the caller may see and end; `None`: everybody's.
fn scope(caller: &Caller) -> Option<i64> {
    // There is no account 0: a guest has no sessions.
    (caller.role < Role::Admin).then(|| caller.account().unwrap_or(0))
}
