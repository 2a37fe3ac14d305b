//! The stream of server-sent events: a snapshot or what was missed, then every change.
//!
//! The body is the watcher's own shared bytes: `axum`'s events would be copied for each watcher
//! (measured with 1,000 watchers: 97 % of a core instead of 80 %). It is never compressed, and
//! proxies are asked not to hold it back. It ends with the session that it was opened with.

use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, Uri};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use lampfield_shared::Revision;
use std::convert::Infallible;

use super::auth;
use super::caller::Caller;
use super::client::Connection;
use super::problem::Problem;
use super::state::WebState;

/// `GET /api/v1/events`, resumed by the header `Last-Event-ID` or by `?last=`.
pub(super) async fn stream(
    State(state): State<WebState>,
    caller: Caller,
    connection: Option<Extension<Connection>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let watching = connection.map(|Extension(connection)| connection.pass.watch()).transpose()?;
    let last = last_revision(&uri, &headers);
    let view = state.view(&caller);
    let watcher = match caller.board() {
        Some(board) => state.hub.watch_board(view, board),
        None => state.hub.watch(view, last),
    };
    tracing::debug!(watchers = state.hub.watchers(), resumes = last.is_some(), "a watcher came");
    // In a box, for it is handed on with every event.
    let all = Some(Box::new((watcher, auth::ended(state, caller), watching, true)));
    let body = stream::unfold(all, async |all| {
        let mut all = all?;
        let (watcher, ended, _, is_whole) = &mut *all;
        // First of all: who may no longer look is told nothing more.
        let bytes = tokio::select! {
            biased;
            () = ended => return is_whole.then_some((Ok::<_, Infallible>(Bytes::from_static(FORGET)), None)),
            bytes = watcher.next() => bytes,
        }?;
        *is_whole = bytes.ends_with(b"\n\n");
        Some((Ok(bytes), Some(all)))
    });
    let headers = [
        (CONTENT_TYPE, "text/event-stream"),
        (CACHE_CONTROL, "no-store"),
        // nginx and its kin would collect the stream.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    Ok((headers, Body::from_stream(body)).into_response())
}

/// Of a session that has ended no stream is resumed: who comes back may know less or more, and what they have was cut
/// for another. A block without data is no event, but its `id:` is what a browser will name as its last (HTML standard
/// §9.2.6), and there is no revision 0.
const FORGET: &[u8] = b"id: 0\n\n";

/// The revision that the watcher has. A browser that reconnects by itself repeats the address
/// of its first try, so the header is the newer word. What is no number counts as none: the
/// watcher gets a snapshot.
fn last_revision(uri: &Uri, headers: &HeaderMap) -> Option<Revision> {
    let header = headers.get("last-event-id").and_then(|value| value.to_str().ok());
    let query = || uri.query()?.split('&').find_map(|pair| pair.strip_prefix("last="));
    header.or_else(query)?.parse().ok().map(Revision)
}
