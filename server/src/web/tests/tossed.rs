//! Sessions and logins out of the ordinary: cookies from elsewhere, links that are opened and not followed, senders
//! that hang up or cannot be named.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, Method, Request, StatusCode};
use lampfield_shared::Role;
use serde_json::json;
use tower::ServiceExt as _;

use super::Answer;
use super::access::House;
use super::logins::{PASSWORD, anna, cookie, login};
use crate::web::{WebSettings, WebState, router};

#[tokio::test]
async fn a_cookie_that_is_tossed_in_front_hides_no_session() {
    let house = House::new(None);
    let good = anna(&house).await;
    let name = good.split('=').next().unwrap();
    let toss = |value: &str| format!("{name}={value}");
    let (token, other) = ("0".repeat(64), "f".repeat(64));
    for line in [
        format!("{}; {good}", toss(&token)),
        format!("{}; {good}", toss("")),
        format!("{}; {}; {good}; x=1", toss(&token), toss(&other)),
        format!("{good}; {}", toss(&token)),
        format!("{};{good}", (0..500).map(|it| toss(&format!("{it:064x}"))).collect::<Vec<_>>().join("; ")),
        format!("{}; {good}", toss("\u{ff}")),
        format!("x=\u{ff}; {good}"),
        format!("x=\"; {good}; y=\""),
    ] {
        let me = house.send(Method::GET, "/api/v1/me", &line, "").await;
        assert_eq!(me.status, StatusCode::OK, "{line}");
    }
    let many = format!("{}; {good}; {}", toss(&token), toss(&other));
    assert_eq!(house.send(Method::DELETE, "/api/v1/session", &many, "").await.status, StatusCode::NO_CONTENT);
    assert_eq!(house.send(Method::GET, "/api/v1/me", &many, "").await.status, StatusCode::UNAUTHORIZED);
}

/// Opens a screen's link with these headers.
async fn open_link(house: &House, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
    super::send(router(house.web.clone()), method, path, headers).await
}

#[tokio::test]
async fn a_link_that_is_opened_again_and_again_logs_no_display_out() {
    let house = House::new(None);
    let admin = house.login(Role::Admin).await;
    let made = house.send(Method::POST, "/api/v1/screens", &admin, r#"{"name": "lobby"}"#).await;
    let path = format!("/{}", made.json()["path"].as_str().unwrap());
    let sessions = async || {
        let all = house.send(Method::GET, "/api/v1/sessions", &admin, "").await.json();
        all.as_array().unwrap().iter().filter(|it| it["name"] == "lobby").count()
    };
    let display = cookie(&open_link(&house, Method::GET, &path, &[]).await);
    let is_in = async || house.send(Method::GET, "/api/v1/me", &display, "").await.status == StatusCode::OK;
    assert!(is_in().await);

    // A `HEAD` request begins no session.
    let head = open_link(&house, Method::HEAD, &path, &[]).await;
    assert_eq!((head.status, head.header("set-cookie")), (StatusCode::SEE_OTHER, ""));
    for (name, value) in [
        ("sec-purpose", "prefetch;prerender"),
        ("purpose", "prefetch"),
        ("x-moz", "Prefetch"),
        ("x-purpose", "preview"),
    ] {
        let ahead = open_link(&house, Method::GET, &path, &[(name, value)]).await;
        assert_eq!((ahead.status, ahead.header("set-cookie")), (StatusCode::SERVICE_UNAVAILABLE, ""), "{name}");
    }
    assert_eq!(sessions().await, 1);
    // The display itself keeps its session, also behind a cookie that somebody tossed in.
    let name = display.split('=').next().unwrap();
    for line in [display.clone(), format!("{name}={}; {display}", "0".repeat(64))] {
        let again = open_link(&house, Method::GET, &path, &[("cookie", &line)]).await;
        assert_eq!((again.status, cookie(&again)), (StatusCode::SEE_OTHER, display.clone()));
    }
    assert_eq!(sessions().await, 1);
    // Links that are opened and not followed push out each other.
    for _ in 0..120 {
        assert_eq!(open_link(&house, Method::GET, &path, &[]).await.status, StatusCode::SEE_OTHER);
    }
    assert!(is_in().await, "the display hangs there");
    assert_eq!(sessions().await, 50);
    // Where fifty displays are alive none is pushed out by one more.
    for _ in 0..49 {
        let one = cookie(&open_link(&house, Method::GET, &path, &[]).await);
        assert_eq!(house.send(Method::GET, "/api/v1/me", &one, "").await.status, StatusCode::OK);
    }
    let more = open_link(&house, Method::GET, &path, &[]).await;
    assert_eq!(
        (more.status, more.header("content-type")),
        (StatusCode::SERVICE_UNAVAILABLE, "application/problem+json")
    );
    assert!(is_in().await);
    assert_eq!(open_link(&house, Method::GET, &path, &[("cookie", &display)]).await.status, StatusCode::SEE_OTHER);
}

/// Sends a login, and hangs up before the answer.
async fn hang_up(house: &House, name: &str, password: &str) {
    let body = json!({ "name": name, "password": password }).to_string();
    let asked = house.send(Method::POST, "/api/v1/session", "", &body);
    // Long enough for the check to begin; it takes longer.
    let _gone = tokio::time::timeout(Duration::from_millis(4), asked).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_counts_as_what_it_was_also_where_the_sender_hangs_up() {
    let house = House::new(None);
    anna(&house).await;
    for _ in 0..40 {
        hang_up(&house, "anna", PASSWORD).await;
    }
    // All checks that were begun are done when two more have had their turn.
    for _ in 0..2 {
        assert_eq!(login(&house, "anna", PASSWORD).await.status, StatusCode::OK, "none of them was wrong");
    }
    let failures = async || {
        let record = house.web.store.audit(None, 500).await.unwrap().entries;
        record.iter().filter(|entry| entry.result.starts_with("wrong")).count()
    };
    assert_eq!(failures().await, 0);
    // Each with another name, or the throttle would slow them down.
    for guess in 0..40 {
        hang_up(&house, &format!("nobody{guess}"), "a guess at random").await;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    for guess in 40.. {
        match login(&house, &format!("nobody{guess}"), "a guess at random").await.status {
            StatusCode::UNAUTHORIZED => {}
            status => {
                assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
                break;
            }
        }
    }
    assert!(failures().await >= 20, "{} are on record", failures().await);
}

#[tokio::test]
async fn a_guesser_whom_the_proxy_cannot_name_is_on_record_as_that() {
    let house = House::new(None);
    let settings = WebSettings { trusted_proxies: vec!["0.0.0.0/32".parse().unwrap()], ..Default::default() };
    let house = House { web: WebState { settings: settings.into(), ..house.web.clone() } };
    let guess = async |name: u32, forwarded: &[u8]| {
        let body = json!({ "name": format!("nobody{name}"), "password": "a guess at random" }).to_string();
        let request = Request::post("/api/v1/session").header("host", "desk");
        let request = request.header("content-type", "application/json");
        let request = request.header("x-forwarded-for", HeaderValue::from_bytes(forwarded).unwrap());
        let request = request.body(Body::from(body)).unwrap();
        router(house.web.clone()).oneshot(request).await.unwrap().status().as_u16()
    };
    for name in 0..20 {
        assert_eq!(guess(name, b"\xff").await, 401);
    }
    assert_eq!(guess(20, b"\xfe").await, 429, "whatever they write");
    assert_eq!(guess(21, b"\xff, 192.0.2.1").await, 401, "and nobody else is slowed down");
    let record = house.web.store.audit(None, 500).await.unwrap().entries;
    let addresses: Vec<_> = record.iter().filter_map(|entry| entry.address.as_deref()).collect();
    assert_eq!(addresses[..2], ["192.0.2.1", "0.0.0.0 (unreadable X-Forwarded-For)"]);
}
