//! The server below the routes: connections, their limits, their encryption, and their end.
//!
//! `axum::serve` has no timeout for a request's header, so whoever connects and says nothing
//! would stay for ever.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::Listener;
use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tower::Layer as _;

use super::client::{Connection, Encryption};
use crate::hub::Hub;

/// So long may a request's header take, and so long may a connection wait for its next request.
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);

/// So long may the two take to agree on keys.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// A request's header has no more bytes, and no more of an answer waits for a slow reader.
const BUFFER_BYTES: usize = 64 * 1024;

/// So long may answers take after the end was asked for.
const DRAIN: Duration = Duration::from_secs(3);

/// Serves `router`, by TLS where there is a configuration for it, until `shutdown`; then ends the streams
/// of `hub` and lets the answers under way come to their end.
pub async fn serve(
    mut listener: TcpListener,
    tls: Option<ServerConfig>,
    router: Router,
    hub: Hub,
    shutdown: impl Future<Output = ()>,
) {
    let tls = tls.map(|config| TlsAcceptor::from(Arc::new(config)));
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
        let (router, watcher) = (router.clone(), connections.watcher());
        match tls.clone() {
            None => drop(tokio::spawn(converse(stream, peer, Encryption::None, router, watcher))),
            Some(tls) => drop(tokio::spawn(async move {
                if let Some(stream) = shake_hands(tls, stream, peer).await {
                    converse(stream, peer, Encryption::Tls, router, watcher).await;
                }
            })),
        }
    }
    drop(listener);
    hub.close();
    if tokio::time::timeout(DRAIN, connections.shutdown()).await.is_err() {
        tracing::info!("some readers were too slow to be served to the end");
    }
}

async fn shake_hands(
    tls: TlsAcceptor,
    stream: TcpStream,
    peer: SocketAddr,
) -> Option<tokio_rustls::server::TlsStream<TcpStream>> {
    match tokio::time::timeout(HANDSHAKE_TIMEOUT, tls.accept(stream)).await {
        Ok(Ok(stream)) => return Some(stream),
        Ok(Err(error)) => tracing::debug!(%peer, %error, "no TLS"),
        Err(_elapsed) => tracing::debug!(%peer, "the TLS handshake takes too long"),
    }
    None
}

/// Answers the requests of one connection, to its end.
async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: SocketAddr,
    encryption: Encryption,
    router: Router,
    watcher: Watcher,
) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT).max_buf_size(BUFFER_BYTES);
    let service = Extension(Connection { peer, encryption }).layer(router);
    // In one expression: what has a name is kept beside what became of it, for each of thousands.
    let ended = watcher.watch(http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service)));
    if let Err(error) = ended.await {
        tracing::debug!(%peer, %error, "a connection ended early");
    }
}
