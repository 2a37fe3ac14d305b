//! Event stream over real sockets, to its end.

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::http::{Method, Request};
use flate2::write::GzDecoder;
use futures_util::StreamExt as _;
use lampfield_shared::{Lamp, LampState, Role, Snapshot};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tower::ServiceExt as _;

use super::access::House;
use super::{NOW, START, lamp, running};
use crate::board::BoardChange;
use crate::hub::Hub;
use crate::web::{router, serve};

/// A time beyond every timeout of the server; passes at once where tokio's clock is paused.
const HOUR: Duration = Duration::from_hours(1);

/// A server on a socket of its own.
struct Served {
    address: SocketAddr,
    hub: Hub,
    stop: oneshot::Sender<()>,
    ended: tokio::task::JoinHandle<()>,
}

async fn served() -> Served {
    let state = running();
    let (hub, hub_of_it) = (state.hub.clone(), state.hub.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async move { stopped.await.unwrap_or_default() };
    let ended = tokio::spawn(async move {
        let settings = Arc::clone(&state.settings);
        serve(listener, None, router(state), &settings, hub_of_it, shutdown).await;
    });
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

const STREAM_HEAD: [&str; 5] = [
    "http/1.1 200 ok",
    "content-type: text/event-stream",
    "cache-control: no-store, no-transform",
    "vary: accept-encoding",
    "x-accel-buffering: no",
];

#[tokio::test]
async fn streams_a_snapshot_and_changes_and_ends_well() {
    let served = served().await;
    let mut stream = served.watch("", "Accept-Encoding: br\r\n").await;
    let head = read_to(&mut stream, "\r\n\r\n").await.to_lowercase();
    for line in STREAM_HEAD {
        assert!(head.lines().any(|header| header == line), "{line} is missing in {head}");
    }
    assert!(!head.contains("content-encoding"), "{head}");
    read_to(&mut stream, "retry: ").await;
    read_to(&mut stream, &format!("id: {}\nevent: snapshot\ndata: ", START + 2)).await;
    let data = read_to(&mut stream, "}\n\n").await.replace("\r\n", "\n");
    // The pieces of a snapshot come as chunks, each with its length in a line of its own.
    let pieces: String = data.split('\n').filter(|line| line.starts_with(['{', '[', '}'])).collect();
    let snapshot: Snapshot = serde_json::from_str(&pieces).unwrap();
    assert_eq!(snapshot.lamps, [lamp("1001"), lamp("1002")]);

    assert_eq!(served.hub.watchers(), 1);
    served.hub.publish(NOW, [BoardChange::from(Lamp { state: LampState::Ringing, ..lamp("1002") })]);
    let change = read_to(&mut stream, "\n\n").await;
    assert!(change.contains(&format!("id: {}\nevent: change\ndata: {{\"exten\":\"1002\"", START + 3)), "{change}");

    served.stop.send(()).unwrap();
    read_to(&mut stream, "0\r\n\r\n").await;
    served.ended.await.unwrap();
    assert_eq!(served.hub.watchers(), 0);
}

/// Reads a stream in gzip until its text ends so. Each byte is unpacked as it comes: one that a change still needs would be
/// missed.
async fn unpack_to(stream: &mut BodyDataStream, reader: &mut GzDecoder<Vec<u8>>, end: &str) {
    while !reader.get_ref().ends_with(end.as_bytes()) {
        let bytes = tokio::time::timeout(Duration::from_secs(10), stream.next()).await.expect("it goes on");
        reader.write_all(&bytes.expect("it has not ended").unwrap()).unwrap();
        reader.flush().unwrap();
    }
}

#[tokio::test]
async fn streams_in_gzip_to_whoever_reads_that_and_holds_nothing_back() {
    let state = running();
    let hub = state.hub.clone();
    let request = Request::get("/api/v1/events").header("host", "desk").header("accept-encoding", "gzip, br");
    let answer = router(state).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(answer.headers()["content-encoding"], "gzip");
    assert_eq!(answer.headers()["vary"], "accept-encoding");
    let (mut stream, mut reader) = (answer.into_body().into_data_stream(), GzDecoder::new(Vec::new()));
    unpack_to(&mut stream, &mut reader, "}\n\n").await;
    let text = String::from_utf8(std::mem::take(reader.get_mut())).unwrap();
    let (before, data) = text.split_once("event: snapshot\ndata: ").unwrap();
    assert!(before.starts_with("retry: ") && before.ends_with(&format!("id: {}\n", START + 2)), "{text}");
    assert_eq!(serde_json::from_str::<Snapshot>(data).unwrap().lamps, [lamp("1001"), lamp("1002")]);
    for state in [LampState::Ringing, LampState::OnCall, LampState::Free] {
        hub.publish(NOW, [BoardChange::from(Lamp { state, ..lamp("1002") })]);
        unpack_to(&mut stream, &mut reader, "}\n\n").await;
        let change = String::from_utf8(std::mem::take(reader.get_mut())).unwrap();
        assert!(change.contains(&format!("\"state\":\"{}\"", state.as_str())), "{change}");
    }
    hub.close();
    assert!(stream.next().await.is_none(), "and ends");
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

#[tokio::test]
async fn what_was_told_in_a_session_is_not_gone_on_with_after_its_end() {
    let house = House::new(Some(Role::Viewer));
    let anna = house.login(Role::Receptionist).await;
    let open = async |cookie: &str, last: &str| {
        let request = Request::get("/api/v1/events")
            .header("host", "desk")
            .header("cookie", cookie)
            .header("last-event-id", last);
        let answer = router(house.web.clone()).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        answer.into_body().into_data_stream()
    };
    let read = async |stream: &mut BodyDataStream, text: &mut String, end: &str| {
        while !text.ends_with(end) {
            let bytes = tokio::time::timeout(Duration::from_secs(10), stream.next()).await.expect("it goes on");
            text.push_str(std::str::from_utf8(&bytes.expect("it has not ended").unwrap()).unwrap());
        }
    };
    let (mut stream, mut told) = (open(&anna, "").await, String::new());
    read(&mut stream, &mut told, "}\n\n").await;
    assert!(told.contains("event: snapshot"), "{told}");
    house.send(Method::DELETE, "/api/v1/session", &anna, "").await;
    read(&mut stream, &mut told, "\n\nid: 0\n\n").await;
    assert!(stream.next().await.is_none(), "and no more");
    // The browser reconnects by itself, now as a guest, with the last revision that it was told.
    let (mut stream, mut told) = (open(&anna, "0").await, String::new());
    read(&mut stream, &mut told, "}\n\n").await;
    assert!(told.contains("event: snapshot"), "all is told anew, cut for a guest: {told}");
}

#[tokio::test(start_paused = true)]
async fn closes_a_connection_that_asks_for_nothing() {
    let served = served().await;
    let mut stream = TcpStream::connect(served.address).await.unwrap();
    stream.write_all(b"GET / HT").await.unwrap();
    // The clock runs ahead while nothing else happens.
    let mut rest = Vec::new();
    tokio::time::timeout(HOUR, stream.read_to_end(&mut rest)).await.expect("it is closed").unwrap();
}

#[tokio::test(start_paused = true)]
async fn ends_although_a_watcher_reads_nothing() {
    let served = served().await;
    let long = Lamp { name: Some("x".repeat(30_000_000)), ..lamp("1003") };
    served.hub.publish(NOW, [BoardChange::from(long)]);
    let _deaf = served.watch("", "").await;
    while served.hub.watchers() == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    served.stop.send(()).unwrap();
    tokio::time::timeout(HOUR, served.ended).await.expect("it ends").unwrap();
}

#[tokio::test(start_paused = true)]
async fn gives_up_on_a_body_that_does_not_come() {
    let served = served().await;
    let post = "POST /api/v1/session HTTP/1.1\r\nHost: desk\r\nContent-Type: application/json\r\n";
    for head in [
        format!("{post}Content-Length: 100\r\n\r\n"),
        format!("{post}Content-Length: 100\r\n\r\n{{"),
        format!("{post}Transfer-Encoding: chunked\r\n\r\n5\r\n{{"),
        format!("{post}Expect: 100-continue\r\nContent-Length: 100\r\n\r\n"),
    ] {
        let mut stream = TcpStream::connect(served.address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = String::new();
        tokio::time::timeout(HOUR, stream.read_to_string(&mut answer)).await.expect("it is closed").unwrap();
        assert!(answer.contains("HTTP/1.1 408 ") && answer.contains("application/problem+json"), "{head}: {answer}");
    }
}

#[tokio::test]
async fn waits_for_no_body_that_nobody_reads() {
    let served = served().await;
    for head in [
        "GET / HTTP/1.1\r\n",
        "GET /healthz HTTP/1.1\r\n",
        "PUT /api/v1/me/favourites/1 HTTP/1.1\r\n",
        "POST /none HTTP/1.1\r\n",
    ] {
        let mut stream = TcpStream::connect(served.address).await.unwrap();
        stream.write_all(format!("{head}Host: desk\r\nContent-Length: 100\r\n\r\n").as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut answer))
            .await
            .expect("it is closed")
            .unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 "), "{head}");
    }
}
