//! Authentication and authorisation: one guard before every route, fed by the table in [`routes`](super::routes).
//!
//! ```text
//!  request ─► Client: sender, encryption, names ─► forgery: is it our page's? ─► Caller: cookie, or open
//!          ─► Access of the route: 401 log in, 403 not you ─► handler
//! ```

use std::pin::Pin;
use std::sync::{Arc, Once};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::Response;

use super::caller::{Access, Caller};
use super::client::{Client, Connection, Through};
use super::cookie::Jar;
use super::forgery;
use super::pace::paced;
use super::problem::Problem;
use super::sent::LONGEST_BODY;
use super::settings::WebSettings;
use super::state::WebState;
use crate::clock;
use crate::identity::{HeldSession, Token};

impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        parts.extensions.get().cloned().ok_or(Problem::Mistake)
    }
}

/// Finds out where a request comes from. Runs before every route and every file.
pub(super) async fn meet(
    State(settings): State<Arc<WebSettings>>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let (mut head, body) = request.map(paced).into_parts();
    let connection = head.extensions.get::<Connection>();
    match Client::of(connection, &head, &settings) {
        Ok(client) => {
            notice_proxy(&client);
            if let Some(connection) = connection {
                connection.pass.asked(client.sender.address);
            }
            head.extensions.insert(client);
            Ok(next.run(Request::from_parts(head, body)).await)
        }
        Err(problem) => Err(hear_out(body, problem).await),
    }
}

/// Lets a request through to its route, or answers why not.
pub(super) async fn guard(
    State((web, access)): State<(WebState, Access)>,
    client: Client,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    match admit(&web, access, request.method(), request.headers(), &client).await {
        Ok(Some(caller)) => {
            if let (Some(connection), Some(session)) = (request.extensions().get::<Connection>(), &caller.session) {
                connection.pass.shows(session.id);
            }
            request.extensions_mut().insert(caller);
            Ok(next.run(request).await)
        }
        Ok(None) => Ok(next.run(request).await),
        Err(problem) => Err(hear_out(request.into_body(), problem).await),
    }
}

/// Reads the rest of a refused request: a browser that is still sending reads no answer, and sees the connection break.
async fn hear_out(body: Body, problem: Problem) -> Problem {
    let body = axum::body::to_bytes(body, LONGEST_BODY);
    let _heard = tokio::time::timeout(HEAR_OUT, body).await;
    problem
}

/// How long a refused sender may take to send the rest.
const HEAR_OUT: Duration = Duration::from_secs(2);

/// Finds the caller, and checks that they may use the route; `None` where the route is for anyone.
async fn admit(
    web: &WebState,
    access: Access,
    method: &Method,
    headers: &HeaderMap,
    client: &Client,
) -> Result<Option<Caller>, Problem> {
    forgery::check_write(method, headers, client)?;
    if access == Access::Anyone {
        return Ok(None);
    }
    let caller = identify(web, headers, client).await?;
    caller.may(access)?;
    Ok(Some(caller))
}

/// Finds the caller: by a login first, then by a wall display's session, then as a guest where the board is open.
pub(super) async fn identify(web: &WebState, headers: &HeaderMap, client: &Client) -> Result<Caller, Problem> {
    for jar in [Jar::Login, Jar::Screen] {
        if let Some(held) = held(web, jar.read(headers, &web.store, client.encryption)).await? {
            return Ok(Caller::of(held, client.sender));
        }
    }
    let role = web.settings.open.ok_or(Problem::LoginNeeded)?;
    forgery::check_host(client, &web.settings)?;
    Ok(Caller { name: None, role, sender: client.sender, session: None })
}

/// The session of the first token that holds.
pub(super) async fn held(web: &WebState, tokens: Vec<Token>) -> Result<Option<HeldSession>, Problem> {
    for token in tokens {
        if let Some(held) = web.store.session(clock::now(), &token, web.settings.lifetime).await? {
            return Ok(Some(held));
        }
    }
    Ok(None)
}

/// Pause between two looks of an open stream whether its session still holds. The store tells when a session is ended,
/// but sessions run out as well, and `lampfield set-password` is another process.
const LOOK_AGAIN: Duration = Duration::from_secs(10);

/// Waits until the session that a stream was opened with has ended, or its holder has another role or extension: the
/// page asks anew who it is for when its stream ends. A guest has no
/// session that could end, and costs nothing here: there may be thousands.
pub(super) fn ended(web: WebState, caller: Caller) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    match caller.session {
        Some(session) => Box::pin(session_ended(web, session)),
        None => Box::pin(std::future::pending()),
    }
}

async fn session_ended(web: WebState, session: HeldSession) {
    let mut told = web.store.watch_sessions();
    loop {
        match web.store.session_by_id(clock::now(), session.id, web.settings.lifetime).await {
            Ok(Some(held)) if held.role == session.role && held.holder == session.holder => {}
            Ok(_) => return,
            Err(error) => tracing::warn!(%error, "cannot check whether a session is still valid"),
        }
        // The store outlives its watchers, so the channel is never closed.
        let _told_or_due = tokio::time::timeout(LOOK_AGAIN, told.changed()).await;
    }
}

/// Warns, once, that a proxy is not trusted and all browsers behind it count as one.
fn notice_proxy(client: &Client) {
    static SAID: Once = Once::new();
    if let Through::Stranger(proxy) = client.through {
        SAID.call_once(|| {
            tracing::warn!(%proxy, "a proxy is not in web.trusted_proxies: all who come through it count as one address");
        });
    }
}
