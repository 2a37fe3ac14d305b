//! The server below the routes: connections, their limits, and their end.
//!
//! `axum::serve` has no timeout for a request's header, so whoever connects and says nothing
//! would stay for ever.

use std::time::Duration;

use axum::Router;
use axum::serve::Listener;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;

use crate::hub::Hub;

/// So long may a request's header take, and so long may a connection wait for its next request.
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);

/// A request's header has no more bytes, and no more of an answer waits for a slow reader.
const BUFFER_BYTES: usize = 64 * 1024;

/// So long may answers take after the end was asked for.
const DRAIN: Duration = Duration::from_secs(3);

/// Serves `router` until `shutdown`; then ends the streams of `hub` and lets the answers under
/// way come to their end.
pub async fn serve(mut listener: TcpListener, router: Router, hub: Hub, shutdown: impl Future<Output = ()>) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT).max_buf_size(BUFFER_BYTES);
    let connections = GracefulShutdown::new();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        // axum's own accept: it logs errors, and waits when files have run out.
        let (stream, peer) = tokio::select! {
            accepted = Listener::accept(&mut listener) => accepted,
            () = &mut shutdown => break,
        };
        // A change is one small segment, and must not wait for the answer to the one before.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%peer, %error, "cannot turn off Nagle's algorithm");
        }
        let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router.clone()));
        let connection = connections.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%peer, %error, "a connection ended early");
            }
        });
    }
    drop(listener);
    hub.close();
    if tokio::time::timeout(DRAIN, connections.shutdown()).await.is_err() {
        tracing::info!("some readers were too slow to be served to the end");
    }
}
