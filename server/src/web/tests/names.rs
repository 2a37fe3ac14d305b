//! Host names of a request, and bodies and paths that cannot be read.

use axum::body::Body;
use axum::http::{HeaderValue, Method, Request, StatusCode, Version};
use lampfield_shared::Role;
use tower::ServiceExt;

use super::super::client::{Connection, Encryption};
use super::super::door::Door;
use super::super::routes::routes;
use super::super::{Access, WebSettings, WebState, router};
use super::access::{House, example};

/// A request as it comes by a connection from this address.
fn by_connection(peer: &str, version: Version, request: axum::http::request::Builder) -> Request<Body> {
    let peer: std::net::SocketAddr = peer.parse().unwrap();
    let pass = Door::new(1024, Vec::new()).let_in(peer.ip(), None);
    let connection = Connection { pass, peer, encryption: Encryption::None };
    request.version(version).extension(connection).body(Body::empty()).unwrap()
}

#[tokio::test]
async fn a_request_that_does_not_say_for_whom_it_is_gets_400_everywhere() {
    let house = House::new(Some(Role::Admin));
    let mut paths: Vec<_> = routes().iter().map(|route| (route.method.clone(), example(route.path))).collect();
    paths.extend(["/", "/start-9d2c41aa.js", "/none", "/api/v1/none"].map(|path| (Method::GET, path.to_owned())));
    paths.extend(["/", "/api/v1/lamps", "/api/v1/events"].map(|path| (Method::HEAD, path.to_owned())));
    for (method, path) in paths {
        for hosts in [&[][..], &[b"desk".as_slice(), b"desk"], &[b"desk\xff"], &[b"user@desk"], &[b""], &[b"a b"]] {
            let mut request = Request::builder().method(method.clone()).uri(&path);
            for host in hosts {
                request = request.header("host", HeaderValue::from_bytes(host).unwrap());
            }
            let answer = router(house.web.clone()).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
            assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{method} {path} {hosts:?}");
            assert_eq!(answer.headers()["content-type"], "application/problem+json", "{method} {path}");
            assert_eq!(answer.headers()["x-content-type-options"], "nosniff", "{method} {path}");
        }
    }
}

#[tokio::test]
async fn no_word_of_a_page_makes_a_foreign_name_ours() {
    let house = House::new(Some(Role::Admin));
    let settings = WebSettings {
        open: Some(Role::Admin),
        hosts: vec!["lamps.example".into()],
        trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()],
        ..WebSettings::default()
    };
    let web = WebState { settings: settings.into(), ..house.web.clone() };
    let paths: Vec<_> =
        routes().into_iter().filter(|route| route.method == Method::GET && route.access != Access::Anyone).collect();
    for path in paths.iter().map(|route| example(route.path)) {
        for method in [Method::GET, Method::HEAD] {
            let ask = async |version, uri: &str, headers: &[(&str, &str)]| {
                let mut request = Request::builder().method(method.clone()).uri(uri);
                for (name, value) in headers {
                    request = request.header(*name, *value);
                }
                let request = by_connection("10.0.0.1:99", version, request);
                router(web.clone()).oneshot(request).await.unwrap().status().as_u16()
            };
            let evil = format!("http://evil.example{path}");
            for (version, uri, headers) in [
                (Version::HTTP_11, &path, &[("host", "evil.example"), ("x-forwarded-host", "lamps.example")][..]),
                (Version::HTTP_11, &path, &[("host", "lamps.example"), ("x-forwarded-host", "evil.example")]),
                (Version::HTTP_11, &path, &[("host", "desk"), ("x-forwarded-host", "desk, evil.example, desk")]),
                (Version::HTTP_11, &path, &[("host", "10.0.0.6"), ("forwarded", "for=x;host=evil.example")]),
                (Version::HTTP_11, &evil, &[("host", "desk")]),
                (Version::HTTP_10, &path, &[("host", "evil.example")]),
                (Version::HTTP_10, &path, &[]),
                (Version::HTTP_10, &path, &[("x-forwarded-host", "lamps.example")]),
            ] {
                assert_eq!(ask(version, uri, headers).await, 421, "{method} {uri} {version:?} {headers:?}");
            }
            let good =
                ask(Version::HTTP_11, &path, &[("host", "10.0.0.6:8080"), ("x-forwarded-host", "lamps.example")]).await;
            assert!(good != 421 && good != 400, "{method} {path}: {good}");
        }
    }
}

#[tokio::test]
async fn every_body_that_cannot_be_read_is_answered_by_a_problem() {
    let house = House::new(Some(Role::Admin));
    let admin = house.login(Role::Admin).await;
    let (long, json) = ("x".repeat(9 << 20), "application/json");
    for route in routes().into_iter().filter(|route| [Method::POST, Method::PUT, Method::PATCH].contains(&route.method))
    {
        for (kind, body, expected) in [
            (json, b"{".as_slice(), &[400][..]),
            (json, b"{\"\xff\": 1}", &[400]),
            (json, b"[]", &[422]),
            (json, long.as_bytes(), &[413]),
            ("text/plain", b"{}", &[415]),
            ("", b"{}", &[415]),
        ] {
            let request = Request::builder().method(route.method.clone()).uri(example(route.path));
            let request = request.header("host", "desk").header("cookie", &admin).header("content-type", kind);
            let request = request.body(Body::from(body.to_vec())).unwrap();
            let answer = super::whole(router(house.web.clone()).oneshot(request).await.unwrap()).await;
            // Some routes read no body, or find the path at fault first.
            if answer.status.is_success() || answer.status == StatusCode::NOT_FOUND {
                continue;
            }
            let line =
                format!("{} {} {kind} {}: {} {}", route.method, route.path, body.len(), answer.status, answer.body);
            assert!(expected.contains(&answer.status.as_u16()), "{line}");
            assert_eq!(answer.header("content-type"), "application/problem+json", "{line}");
        }
    }
    for path in ["/screen/%ff", "/wall/%ff", "/api/v1/lamps/%ff", "/api/v1/boards/%ff", "/api/v1/peers/%ff/messages"] {
        let answer = house.send(Method::GET, path, &admin, "").await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
        assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
    }
}
