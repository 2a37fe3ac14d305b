//! Stream of server-sent events: a snapshot or what was missed, then every change.  The body is made of bytes that all
//! watchers share: `axum`'s events would be copied for each watcher (measured with 1,000 watchers: 97 % of a core
//! instead of 80 %). Whoever reads gzip is sent that, also made of shared bytes: the lamps of a snapshot packed, each change
//! stored as it is, so that nothing is held back. Proxies are asked not to buffer the stream, nor to pack it themselves. It
//! ends with the session that it was opened with.

use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, Uri};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use lampfield_shared::Revision;
use std::convert::Infallible;

use super::accepted;
use super::auth;
use super::caller::Caller;
use super::client::Connection;
use super::problem::Problem;
use super::state::WebState;

/// `GET /api/v1/events`: opens the stream, or resumes it by the header `Last-Event-ID` or by `?last=`.
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
    let coding = accepted::coding(&headers);
    let watcher = match caller.board() {
        Some(board) => state.hub.watch_board(view, board),
        None => state.hub.watch(view, last),
    }
    .coded(coding);
    tracing::debug!(watchers = state.hub.watchers(), resumes = last.is_some(), "a watcher came");
    // Boxed, for the watcher is moved with every event.
    let all = Some(Box::new((watcher, auth::ended(state, caller), watching, true)));
    let body = stream::unfold(all, move |all| async move {
        let mut all = all?;
        let (watcher, ended, _, is_whole) = &mut *all;
        // Looked at before the events: a caller whose session has ended is told nothing more.
        let bytes = tokio::select! {
            biased;
            () = ended => return is_whole.then(|| (Ok::<_, Infallible>(coding.go_on(&[Bytes::from_static(FORGET)])), None)),
            bytes = watcher.next() => bytes,
        }?;
        // A piece that ends an event is stored as it is.
        *is_whole = bytes.ends_with(b"\n\n");
        Some((Ok(bytes), Some(all)))
    });
    let headers = [
        (CONTENT_TYPE, "text/event-stream"),
        // A proxy that packed the stream would hold changes back.
        (CACHE_CONTROL, "no-store, no-transform"),
        // nginx would buffer the stream.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    Ok((headers, accepted::headers(coding), Body::from_stream(body)).into_response())
}

/// Last block of a stream whose session has ended. No such stream may be resumed: the caller may have another role when
/// they come back, and what they hold was cut for the former one. A block without data is no event, but a browser will
/// send its `id:` as the last (HTML standard §9.2.6), and there is no revision 0.
const FORGET: &[u8] = b"id: 0\n\n";

/// Revision that the watcher has. A browser that reconnects by itself repeats the address of its first try, so the
/// header is newer than the query. Anything that is no number counts as no revision: the watcher gets a snapshot.
fn last_revision(uri: &Uri, headers: &HeaderMap) -> Option<Revision> {
    let header = headers.get("last-event-id").and_then(|value| value.to_str().ok());
    let query = || uri.query()?.split('&').find_map(|pair| pair.strip_prefix("last="));
    header.or_else(query)?.parse().ok().map(Revision)
}
