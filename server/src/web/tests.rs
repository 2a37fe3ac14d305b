//! What a browser, a script and a proxy get from the routes.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use axum::routing::get;
use lampfield_shared::{
    ExtensionState, Freshness, Lamp, LampDetails, LampState, PeerReport, Site, Snapshot, Timestamp,
};
use rust_embed::RustEmbed;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tower::ServiceExt;

use super::{Assets, WebState, headers, router, serve};
use crate::board::BoardChange;
use crate::handle::{Command, Handle};
use crate::hub::{BoardIdentity, Hub};

#[derive(RustEmbed)]
#[folder = "src/web/tests/site/"]
struct Fixture;

#[derive(RustEmbed)]
#[folder = "src/web/tests/site/fonts/"]
struct NoPage;

/// 2023-11-14T22:13:20Z
const NOW: Timestamp = Timestamp(1_700_000_000_000);
const START: u64 = NOW.0 << 10;

fn site(title: &str, freshness: Freshness) -> Site {
    Site { name: title.to_lowercase().into(), title: title.into(), freshness, since: NOW, heard: None }
}

fn lamp(exten: &str) -> Lamp {
    Lamp {
        exten: exten.into(),
        name: None,
        site: None,
        group: None,
        state: LampState::Free,
        dnd: false,
        hint_state: ExtensionState::Idle,
        freshness: Freshness::Live,
        since: NOW,
        as_of: None,
        mailbox: None,
    }
}

/// A server with the lamps 1001 and 1002, whose driver answers.
fn running() -> WebState {
    let (handle, mut commands) = Handle::channel();
    tokio::spawn(async move {
        while let Some(command) = commands.recv().await {
            answer(command);
        }
    });
    state(handle, vec![site("Omsk", Freshness::Live), site("Perm", Freshness::LastKnown)])
}

fn answer(command: Command) {
    match command {
        Command::Lamp { exten, reply } => {
            let lamp = Some(lamp("1001")).filter(|lamp| lamp.exten == exten);
            let details = lamp.map(|lamp| LampDetails { lamp, hint: None, devices: Vec::new(), votes: Vec::new() });
            reply.send(details).unwrap();
        }
        Command::Peers { reply } => {
            let counters = [("publish".to_owned(), 7)].into();
            let eids = vec!["02:00:00:00:00:06".parse().unwrap()];
            let trouble = Some("it answers 404".into());
            let site = site("Perm", Freshness::Live);
            reply.send(vec![PeerReport { site, eids, counters, trouble }]).unwrap();
        }
    }
}

fn state(handle: Handle, sites: Vec<Site>) -> WebState {
    let assets = Assets::of::<Fixture>();
    let hub = Hub::new(BoardIdentity { title: "Desk".into(), demo: false, build: assets.build(), sites }, NOW);
    hub.publish(NOW, ["1001", "1002"].map(|exten| BoardChange::Lamp(lamp(exten))));
    WebState { hub, handle, assets: Arc::new(assets) }
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

async fn send(router: Router, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for &(name, value) in headers {
        request = request.header(name, value);
    }
    let response = router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    Answer { status: parts.status, headers: parts.headers, body: String::from_utf8(body.into()).unwrap() }
}

async fn ask(path: &str) -> Answer {
    send(router(running()), Method::GET, path, &[]).await
}

#[tokio::test]
async fn gives_all_lamps_with_their_revision() {
    let answer = ask("/api/v1/lamps").await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "application/json"));
    assert_eq!(answer.json(), json!({ "revision": START + 2, "lamps": [lamp("1001"), lamp("1002")] }));
}

#[tokio::test]
async fn gives_one_lamp_with_its_votes() {
    let answer = ask("/api/v1/lamps/1001").await;
    assert_eq!(answer.status, StatusCode::OK);
    let body = answer.json();
    assert_eq!((&body["exten"], &body["state"], &body["votes"]), (&json!("1001"), &json!("free"), &json!([])));
}

#[tokio::test]
async fn gives_the_peers_in_numbers() {
    let body = ask("/api/v1/peers").await.json();
    let expected = json!([{
        "name": "perm", "title": "Perm", "freshness": "live", "since": NOW, "heard": null,
        "eids": ["02:00:00:00:00:06"], "counters": { "publish": 7 },
        "trouble": "it answers 404",
    }]);
    assert_eq!(body, expected);
}

#[track_caller]
fn check_problem(answer: &Answer, status: u16, title: &str, detail: &str) {
    assert_eq!(answer.status.as_u16(), status);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.header("cache-control"), "no-store");
    let expected = json!({ "type": "about:blank", "title": title, "status": status, "detail": detail });
    assert_eq!(answer.json(), expected);
}

#[tokio::test]
async fn says_what_is_not_there() {
    check_problem(&ask("/api/v1/lamps/*7%2f").await, 404, "Not Found", "there is no lamp `*7/`");
    check_problem(&ask("/api/v2/lamps").await, 404, "Not Found", "there is nothing at `/api/v2/lamps`");
    let answer = ask("/favicon.ico").await;
    assert_eq!((answer.status, answer.body.as_str()), (StatusCode::NOT_FOUND, "There is nothing at this address.\n"));
    assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
}

#[tokio::test]
async fn refuses_an_address_that_is_no_text() {
    let answer = ask("/api/v1/lamps/%ff").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(answer.header("content-type"), "application/problem+json");
}

#[tokio::test]
async fn refuses_other_methods_and_names_the_right_ones() {
    for path in ["/api/v1/lamps", "/api/v1/events", "/healthz", "/", "/start-9d2c41aa.js"] {
        let answer = send(router(running()), Method::POST, path, &[]).await;
        check_problem(&answer, 405, "Method Not Allowed", "POST is not possible here");
        assert_eq!(answer.header("allow"), "GET,HEAD", "{path}");
    }
    let answer = send(router(running()), Method::POST, "/api/v1/nothing", &[]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn says_that_the_driver_has_stopped() {
    let (handle, commands) = Handle::channel();
    drop(commands);
    let state = state(handle, Vec::new());
    let answer = send(router(state.clone()), Method::GET, "/api/v1/lamps/1001", &[]).await;
    check_problem(&answer, 503, "Service Unavailable", "the server is stopping");
    assert_eq!(answer.header("retry-after"), "5");
    let health = send(router(state), Method::GET, "/healthz", &[]).await;
    assert_eq!(health.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(health.json()["status"], "down");
}

#[tokio::test(start_paused = true)]
async fn does_not_wait_for_ever_for_a_driver_that_hangs() {
    let (handle, _commands) = Handle::channel();
    let state = state(handle, Vec::new());
    let answer = send(router(state.clone()), Method::GET, "/api/v1/peers", &[]).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    let health = send(router(state), Method::GET, "/healthz", &[]).await;
    assert_eq!(health.json()["verdict"], "The board does not answer.");
}

#[tokio::test]
async fn tells_in_words_which_pbxes_are_heard() {
    let answer = ask("/healthz").await;
    assert_eq!(answer.status, StatusCode::OK, "a silent PBX is no fault of the server");
    let body = answer.json();
    assert_eq!(body["verdict"], "1 of 2 PBXes live. Perm is silent since 2023-11-14T22:13:20Z.");
    assert_eq!(body["status"], "degraded");
    assert_eq!(body["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!((&body["watchers"], &body["revision"]), (&json!(0), &json!(START + 2)));
    assert_eq!(body["sites"][1]["freshness"], "last_known");
}

#[tokio::test]
async fn guards_every_answer() {
    for path in ["/", "/api/v1/lamps", "/api/v1/none", "/none", "/start-9d2c41aa.js", "/healthz"] {
        let answer = ask(path).await;
        assert!(answer.header("content-security-policy").starts_with("default-src 'none'; script-src 'self' "));
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(answer.headers.get_all("cache-control").iter().count(), 1, "{path}");
    }
}

#[tokio::test]
async fn answers_even_where_a_handler_panics() {
    let routes = Router::new().route("/", get(async || -> &'static str { panic!("a seeded mistake") }));
    let answer = send(headers::guard(routes), Method::GET, "/", &[]).await;
    check_problem(&answer, 500, "Internal Server Error", "the server made a mistake; its log tells more");
}

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

/// A proxy at `/desk/` takes that away on the way in and changes nothing on the way out: so no
/// answer may send the browser to an address that begins at the root.
#[tokio::test]
async fn works_under_a_sub_path() {
    for path in ["/desk/", "/desk/start-9d2c41aa.js", "/desk/api/v1/lamps", "/desk/api/v1/lamps/", "/desk/none/"] {
        let answer = ask(path.strip_prefix("/desk").unwrap()).await;
        assert!(!answer.status.is_redirection(), "{path}");
        for header in ["location", "content-location", "link", "refresh", "set-cookie"] {
            assert_eq!(answer.header(header), "", "{path} {header}");
        }
    }
}

#[tokio::test]
async fn names_its_build_by_version_and_page() {
    let (page, none) = (Assets::of::<Fixture>().build(), Assets::of::<NoPage>().build());
    assert_eq!(none, env!("CARGO_PKG_VERSION"));
    assert!(page.starts_with(&format!("{none}+")) && page.len() == none.len() + 17, "{page}");
}

/// A server on a socket of its own.
struct Served {
    address: std::net::SocketAddr,
    hub: Hub,
    stop: oneshot::Sender<()>,
    ended: tokio::task::JoinHandle<()>,
}

async fn served() -> Served {
    let state = running();
    let hub = state.hub.clone();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async move { stopped.await.unwrap_or_default() };
    let ended = tokio::spawn(serve(listener, router(state), hub.clone(), shutdown));
    Served { address, hub, stop, ended }
}

impl Served {
    /// Opens a connection and asks for the stream.
    async fn watch(&self, query: &str, headers: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let request = format!("GET /api/v1/events{query} HTTP/1.1\r\nHost: desk\r\n{headers}\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        stream
    }
}

/// Reads until the text ends so; the chunk lengths of HTTP stay in it.
async fn read_to(stream: &mut TcpStream, end: &str) -> String {
    let mut text = Vec::new();
    while !text.ends_with(end.as_bytes()) {
        let byte = tokio::time::timeout(Duration::from_secs(10), stream.read_u8()).await;
        text.push(byte.expect("the rest comes").expect("the stream stays open"));
    }
    String::from_utf8(text).unwrap()
}

#[tokio::test]
async fn streams_a_snapshot_and_changes_and_ends_well() {
    let served = served().await;
    let mut stream = served.watch("", "Accept-Encoding: br, gzip\r\n").await;
    let head = read_to(&mut stream, "\r\n\r\n").await.to_lowercase();
    for line in
        ["http/1.1 200 ok", "content-type: text/event-stream", "cache-control: no-store", "x-accel-buffering: no"]
    {
        assert!(head.lines().any(|header| header == line), "{line} is missing in {head}");
    }
    assert!(!head.contains("content-encoding"), "a compressed stream would be held back");
    read_to(&mut stream, "retry: ").await;
    read_to(&mut stream, &format!("id: {}\nevent: snapshot\ndata: ", START + 2)).await;
    let data = read_to(&mut stream, "}\n\n").await.replace("\r\n", "\n");
    // The pieces of a snapshot come as chunks, each with its length in a line of its own.
    let pieces: String = data.split('\n').filter(|line| line.starts_with(['{', '[', '}'])).collect();
    let snapshot: Snapshot = serde_json::from_str(&pieces).unwrap();
    assert_eq!(snapshot.lamps, [lamp("1001"), lamp("1002")]);

    assert_eq!(served.hub.watchers(), 1);
    served.hub.publish(NOW, [BoardChange::Lamp(Lamp { state: LampState::Ringing, ..lamp("1002") })]);
    let change = read_to(&mut stream, "\n\n").await;
    assert!(change.contains(&format!("id: {}\nevent: change\ndata: {{\"exten\":\"1002\"", START + 3)), "{change}");

    served.stop.send(()).unwrap();
    read_to(&mut stream, "0\r\n\r\n").await;
    served.ended.await.unwrap();
    assert_eq!(served.hub.watchers(), 0);
}

#[tokio::test]
async fn resumes_by_header_or_address_of_which_the_header_counts() {
    let served = served().await;
    let (one, two) = (START + 1, START + 2);
    for (query, headers, expected) in [
        (String::new(), format!("Last-Event-ID: {one}\r\n"), "change"),
        (format!("?x=1&last={one}"), String::new(), "change"),
        (format!("?last={two}"), format!("Last-Event-ID: {one}\r\n"), "change"),
        (format!("?last={one}"), "Last-Event-ID: nonsense\r\n".into(), "snapshot"),
        ("?last=-1".into(), String::new(), "snapshot"),
        ("?last=99999999999999999999999999".into(), String::new(), "snapshot"),
    ] {
        let mut stream = served.watch(&query, &headers).await;
        let before = read_to(&mut stream, "\ndata: ").await;
        assert!(before.ends_with(&format!("id: {two}\nevent: {expected}\ndata: ")), "{query} {headers}: {before}");
    }
}

#[tokio::test(start_paused = true)]
async fn closes_a_connection_that_asks_for_nothing() {
    let served = served().await;
    let mut stream = TcpStream::connect(served.address).await.unwrap();
    stream.write_all(b"GET / HT").await.unwrap();
    // The clock runs ahead while nothing else happens.
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn ends_although_a_watcher_reads_nothing() {
    let served = served().await;
    let long = Lamp { name: Some("x".repeat(30_000_000)), ..lamp("1003") };
    served.hub.publish(NOW, [BoardChange::Lamp(long)]);
    let _deaf = served.watch("", "").await;
    while served.hub.watchers() == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    served.stop.send(()).unwrap();
    served.ended.await.unwrap();
}
