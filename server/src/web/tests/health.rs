//! `GET /healthz`: who is told what, and what the answer costs the mesh.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use lampfield_shared::{Freshness, Role};
use serde_json::{Value, json};
use tokio::time::advance;
use tower::ServiceExt;

use super::access::House;
use super::{send, site, state};
use crate::handle::{Command, Handle};
use crate::web::client::{Connection, Encryption};
use crate::web::door::Door;
use crate::web::{WebSettings, WebState, router};

/// Asks from this address, under this host name and with these headers.
async fn told(web: &WebState, peer: &str, host: &str, headers: &[(&str, &str)]) -> Value {
    let mut request = Request::get("/healthz").header("host", host);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let peer: SocketAddr = peer.parse().unwrap();
    let pass = Door::new(1024, Vec::new()).let_in(peer.ip(), None);
    let connection = Connection { pass, peer, encryption: Encryption::None };
    let request = request.extension(connection).body(Body::empty()).unwrap();
    super::whole(router(web.clone()).oneshot(request).await.unwrap()).await.json()
}

const SHORT: &str = "The server runs, but not every PBX is live.";

fn short() -> Value {
    json!({ "status": "degraded", "verdict": SHORT })
}

#[tokio::test]
async fn a_stranger_is_told_a_verdict_and_nothing_that_it_is_made_of() {
    let house = House::new(Some(Role::Viewer));
    let web = WebState {
        settings: Arc::new(WebSettings {
            trusted_proxies: vec!["127.0.0.9/32".parse().unwrap()],
            ..WebSettings::clone(&house.web.settings)
        }),
        ..house.web.clone()
    };
    for (peer, host, headers) in [
        ("192.0.2.1:9", "desk", &[][..]),
        ("192.0.2.1:9", "127.0.0.1", &[]),
        ("[2001:db8::1]:9", "desk", &[]),
        // A page under another host name, in a browser of this machine.
        ("127.0.0.1:9", "evil.example", &[]),
        ("[::1]:9", "evil.example:8080", &[]),
        // A sender behind a proxy of this machine, trusted or not.
        ("127.0.0.1:9", "desk", &[("x-forwarded-for", "203.0.113.9")]),
        ("127.0.0.1:9", "desk", &[("x-forwarded-for", "127.0.0.1")]),
        ("127.0.0.1:9", "desk", &[("forwarded", "for=203.0.113.9")]),
        ("127.0.0.1:9", "desk", &[("via", "1.1 proxy")]),
        ("127.0.0.1:9", "desk", &[("x-real-ip", "203.0.113.9")]),
        ("127.0.0.9:9", "desk", &[("x-forwarded-for", "203.0.113.9")]),
        ("127.0.0.9:9", "desk", &[("x-forwarded-for", "127.0.0.1")]),
    ] {
        assert_eq!(told(&web, peer, host, headers).await, short(), "{peer} {host} {headers:?}");
    }
    for role in [Role::Viewer, Role::Receptionist] {
        let cookie = house.login(role).await;
        assert_eq!(told(&web, "192.0.2.1:9", "desk", &[("cookie", &cookie)]).await, short());
    }
    let screen = house.screen().await;
    assert_eq!(told(&web, "192.0.2.1:9", "desk", &[("cookie", &screen)]).await, short());
}

#[tokio::test]
async fn the_machine_itself_and_an_admin_are_told_which_pbx_is_silent() {
    let house = House::new(None);
    let admin = house.login(Role::Admin).await;
    for (peer, host, headers) in [
        ("127.0.0.1:9", "127.0.0.1:8080", &[][..]),
        ("127.3.2.1:9", "localhost", &[]),
        ("[::1]:9", "[::1]:8080", &[]),
        ("[::ffff:127.0.0.1]:9", "localhost", &[]),
        ("192.0.2.1:9", "lamps.example", &[("cookie", admin.as_str())]),
    ] {
        let body = told(&house.web, peer, host, headers).await;
        assert_eq!(
            body["verdict"], "1 of 2 PBXes live. Perm has been silent since 2023-11-14T22:13:20Z.",
            "{peer} {host}"
        );
        assert_eq!((&body["version"], &body["sites"][1]["name"]), (&env!("CARGO_PKG_VERSION").into(), &"perm".into()));
    }
}

#[tokio::test(start_paused = true)]
async fn who_asks_in_a_loop_asks_the_driver_once_a_second_and_for_nothing() {
    let (handle, mut commands) = Handle::channel();
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Some(command) = commands.recv().await {
            let Command::Ping { reply } = command else { panic!("{command:?}") };
            counter.fetch_add(1, Ordering::Relaxed);
            let _gone = reply.send(());
        }
    });
    let web = state(handle, vec![site("Omsk", Freshness::Live)]);
    for second in 1..=3 {
        for path in ["/healthz", "/plain"].repeat(50) {
            assert_eq!(send(router(web.clone()), Method::GET, path, &[]).await.status, StatusCode::OK);
        }
        assert_eq!(asked.load(Ordering::Relaxed), second);
        advance(Duration::from_secs(1)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_driver_that_hangs_after_it_was_heard_is_told_of_by_all_who_ask() {
    let (handle, mut commands) = Handle::channel();
    tokio::spawn(async move {
        let Some(Command::Ping { reply }) = commands.recv().await else { panic!("a ping is asked for") };
        let _gone = reply.send(());
        // The driver takes no other command, but is still there.
        std::future::pending::<()>().await;
        drop(commands);
    });
    let web = state(handle, vec![site("Omsk", Freshness::Live)]);
    let ask = || send(router(web.clone()), Method::GET, "/healthz", &[]);
    assert_eq!(ask().await.status, StatusCode::OK);
    advance(Duration::from_secs(1)).await;
    let began = tokio::time::Instant::now();
    for answer in futures_util::future::join_all((0..20).map(|_| ask())).await {
        assert_eq!((answer.status, &answer.json()["status"]), (StatusCode::SERVICE_UNAVAILABLE, &"down".into()));
    }
    assert!(began.elapsed() < Duration::from_secs(3), "nobody waits for the one before");
}
