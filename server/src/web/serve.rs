//! Connections below the routes: their limits, encryption and end.  `axum::serve` has no timeout for a request's
//! header, so a client that connects and sends nothing would stay for ever.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tower::Layer as _;

use super::client::{Connection, Encryption};
use super::door::{Door, Pass};
use super::settings::WebSettings;
use crate::files::{self, Untaken};
use crate::hub::Hub;

/// How long a request's header may take, and how long a connection may wait for its next request.
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a TLS handshake may take.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// Longest header of a request, and most bytes of an answer that wait for a slow reader.
const BUFFER_BYTES: usize = 64 * 1024;

/// How long answers may take after the server was told to stop.
const DRAIN: Duration = Duration::from_secs(3);

/// How long a reader may take nothing of what waits for them, and how long sent bytes may stay unacknowledged.
const UNREAD: Duration = Duration::from_secs(30);

/// Serves `router`, by TLS where there is a configuration for it, until `shutdown`; then ends the streams of `hub` and
/// waits for the answers under way.
pub async fn serve(
    listener: TcpListener,
    tls: Option<ServerConfig>,
    router: Router,
    settings: &WebSettings,
    hub: Hub,
    shutdown: impl Future<Output = ()>,
) {
    let door = Door::new(files::limit(), settings.trusted_proxies.clone());
    let mut untaken = Untaken::default();
    let tls = tls.map(|config| TlsAcceptor::from(Arc::new(config)));
    let connections = GracefulShutdown::new();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let (taken, room) = tokio::select! {
            // Room first: a connection that is not accepted yet costs no file.
            taken = async {
                let room = door.room().await;
                (listener.accept().await, room)
            } => taken,
            () = &mut shutdown => break,
        };
        let (stream, peer) = match taken {
            Ok(taken) => taken,
            Err(error) => {
                untaken.note(&error, "a browser").await;
                continue;
            }
        };
        tune(&stream, peer);
        let pass = door.let_in(peer.ip(), room);
        let (tls, router, watcher) = (tls.clone(), router.clone(), connections.watcher());
        tokio::spawn(async move {
            let lost = Arc::clone(&pass);
            tokio::select! {
                () = converse(stream, peer, pass, tls, router, watcher) => {}
                () = lost.lost() => tracing::debug!(%peer, "a connection was pushed out by others"),
            }
        });
    }
    drop(listener);
    hub.close();
    if tokio::time::timeout(DRAIN, connections.shutdown()).await.is_err() {
        tracing::info!("some readers were too slow and were cut off");
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

/// Answers one connection, by TLS where there is a configuration for it.
async fn converse(
    stream: TcpStream,
    peer: SocketAddr,
    pass: Arc<Pass>,
    tls: Option<TlsAcceptor>,
    router: Router,
    watcher: Watcher,
) {
    let connection = |encryption| Connection { pass, peer, encryption };
    match tls {
        None => answer(stream, connection(Encryption::None), router, watcher).await,
        Some(tls) => {
            if let Some(stream) = shake_hands(tls, stream, peer).await {
                answer(stream, connection(Encryption::Tls), router, watcher).await;
            }
        }
    }
}

/// Answers the requests of one connection, to its end.
async fn answer(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    connection: Connection,
    router: Router,
    watcher: Watcher,
) {
    let peer = connection.peer;
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT).max_buf_size(BUFFER_BYTES);
    let service = Extension(connection).layer(router);
    // One expression: a named future would be kept beside what it became, for each of thousands of connections.
    let ended = watcher.watch(http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service)));
    if let Err(error) = ended.await {
        tracing::debug!(%peer, %error, "a connection ended early");
    }
}

fn tune(stream: &TcpStream, peer: SocketAddr) {
    let socket = SockRef::from(stream);
    // A change is one small segment, and must not wait for the acknowledgement of the one before.
    if let Err(error) = stream.set_nodelay(true).and_then(|()| socket.set_tcp_user_timeout(Some(UNREAD))) {
        // The connection works without, only more slowly.
        tracing::debug!(%peer, %error, "tuning a connection");
    }
}
