//! Files of the page, as a browser gets them.

use std::sync::Arc;

use axum::http::{Method, StatusCode};
use rust_embed::RustEmbed;

use super::{Answer, ask, running, send};
use crate::web::{Assets, WebState, router};

#[derive(RustEmbed)]
#[folder = "src/web/tests/site/"]
pub(super) struct Page;

#[derive(RustEmbed)]
#[folder = "src/web/tests/site/fonts/"]
struct NoPage;

#[track_caller]
fn check_asset(answer: &Answer, kind: &str, coding: &str, body: &str) {
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!((answer.header("content-type"), answer.header("content-encoding")), (kind, coding));
    assert_eq!(answer.body.trim_end(), body);
    assert_eq!(answer.header("vary"), "accept-encoding");
}

#[tokio::test]
async fn gives_files_in_the_shortest_form_that_is_understood() {
    let (script, wasm) = ("text/javascript; charset=utf-8", "application/wasm");
    for (path, accepted, kind, coding, body) in [
        ("/start-9d2c41aa.js", "gzip, deflate, br", script, "br", "stands for brotli"),
        ("/start-9d2c41aa.js", "BR;q=0.1, gzip", script, "br", "stands for brotli"),
        ("/start-9d2c41aa.js", "br;q=0, *", script, "gzip", "stands for gzip"),
        ("/start-9d2c41aa.js", "gzip;q=0.000, identity", script, "", "console.log(\"plain\")"),
        ("/start-9d2c41aa.js", "br;q=much, zstd", script, "", "console.log(\"plain\")"),
        ("/start-9d2c41aa.js", "", script, "", "console.log(\"plain\")"),
        ("/page-77ab01c2.wasm", "gzip, br", wasm, "gzip", "wasm in gzip"),
        ("/fonts/sans-5e0d11f0.woff2", "br", "font/woff2", "", "stands for a font"),
    ] {
        let answer = send(router(running()), Method::GET, path, &[("accept-encoding", accepted)]).await;
        check_asset(&answer, kind, coding, body);
        assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
    }
    assert_eq!(ask("/start-9d2c41aa.js.br").await.status, StatusCode::NOT_FOUND, "a form is no file of its own");
}

#[tokio::test]
async fn gives_the_page_anew_only_when_it_is_another() {
    let page = ask("/").await;
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(page.header("cache-control"), "no-cache");
    let tag = page.header("etag");
    for known in [tag, &format!("\"other\", W/{tag}"), "*"] {
        let answer = send(router(running()), Method::GET, "/", &[("if-none-match", known)]).await;
        assert_eq!((answer.status, answer.body.as_str()), (StatusCode::NOT_MODIFIED, ""), "{known}");
        assert_eq!(answer.header("etag"), tag);
    }
    let other = send(router(running()), Method::GET, "/", &[("if-none-match", "\"other\"")]).await;
    assert_eq!(other.status, StatusCode::OK);
}

#[tokio::test]
async fn tells_the_length_without_the_content() {
    let answer = send(router(running()), Method::HEAD, "/start-9d2c41aa.js", &[]).await;
    assert_eq!((answer.status, answer.body.as_str()), (StatusCode::OK, ""));
    assert_eq!(answer.header("content-length"), "21");
}

#[tokio::test]
async fn says_how_to_build_the_page_where_there_is_none() {
    let state = WebState { assets: Arc::new(Assets::of::<NoPage>()), ..running() };
    let answer = send(router(state), Method::GET, "/", &[]).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.body.contains("`cargo xtask build`"));
}

#[tokio::test]
async fn names_its_build_by_version_and_page() {
    let (page, none) = (Assets::of::<Page>().build(), Assets::of::<NoPage>().build());
    assert_eq!(none, env!("CARGO_PKG_VERSION"));
    assert!(page.starts_with(&format!("{none}+")) && page.len() == none.len() + 17, "{page}");
}
