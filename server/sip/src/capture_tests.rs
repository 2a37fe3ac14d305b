//! Every recorded message of two real Asterisks, read and handed through.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use serde_json::Value;

use super::frame::Frame;
use super::headers::top_via;
use super::*;

/// A recorded message and its line in the index.
struct Recorded {
    path: PathBuf,
    bytes: Vec<u8>,
    index: Value,
}

impl Recorded {
    fn is_response(&self) -> bool {
        self.bytes.starts_with(b"SIP/2.0 ")
    }

    fn source(&self) -> SocketAddr {
        self.text("from").unwrap().parse().unwrap()
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.index.get(key).map(|value| value.as_str().unwrap())
    }
}

/// All of them, in the order of recording.
fn recorded() -> Vec<Recorded> {
    let captures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/captures");
    let mut all = Vec::new();
    collect(&captures, &mut all);
    assert_eq!(all.len(), 2802, "messages in {}", captures.display());
    all
}

fn collect(folder: &Path, all: &mut Vec<Recorded>) {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, all);
        } else if path.ends_with("index.jsonl") {
            let lines = fs::read_to_string(&path).unwrap();
            for index in lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
                let Some(file) = index.get("file").and_then(Value::as_str) else { continue };
                let path = folder.join(file);
                all.push(Recorded { bytes: fs::read(&path).unwrap(), path, index });
            }
        }
    }
}

#[test]
fn reads_every_request_as_the_index_has_it() {
    let requests: Vec<_> = recorded().into_iter().filter(|recorded| !recorded.is_response()).collect();
    assert_eq!(requests.len(), 1406);
    for recorded in requests {
        let request =
            Request::read(&recorded.bytes).unwrap_or_else(|flaw| panic!("{}: {flaw}", recorded.path.display()));
        let seconds = |key: &str| recorded.text(key).map(|value| Duration::from_secs(value.parse().unwrap()));
        let media_type =
            recorded.text("Content-Type").map(|value| value.split(';').next().unwrap().trim().to_lowercase());
        let body = String::from_utf8(request.body.to_vec()).unwrap();
        let read = (
            format!("{} {}", request.cseq(), request.method),
            request.event(),
            request.expires(),
            request.if_match(),
            request.content_type(),
            body.as_str(),
        );
        let expected = (
            recorded.text("CSeq").unwrap().to_owned(),
            recorded.text("Event"),
            seconds("Expires"),
            recorded.text("SIP-If-Match"),
            media_type,
            recorded.text("body").unwrap_or_default(),
        );
        assert_eq!(read, expected, "{}", recorded.path.display());
        // Over TCP the connection has a port of its own.
        if recorded.text("transport") == Some("UDP") {
            let frame = Frame::read(&recorded.bytes).unwrap();
            let sent_by = std::str::from_utf8(top_via(&frame).unwrap().sent_by).unwrap().parse::<SocketAddr>().unwrap();
            assert_eq!(sent_by, recorded.source(), "{}", recorded.path.display());
        }
    }
}

#[test]
fn reads_every_response_as_the_index_has_it() {
    let responses: Vec<_> = recorded().into_iter().filter(Recorded::is_response).collect();
    assert_eq!(responses.len(), 1396);
    for recorded in responses {
        let response =
            Response::read(&recorded.bytes).unwrap_or_else(|flaw| panic!("{}: {flaw}", recorded.path.display()));
        let seconds = |key: &str| recorded.text(key).map(|value| Duration::from_secs(value.parse().unwrap()));
        let start = format!("SIP/2.0 {} {}", response.status, response.reason);
        let read = (start.as_str(), response.etag(), response.expires(), response.min_expires());
        let expected =
            (recorded.text("start").unwrap(), recorded.text("SIP-ETag"), seconds("Expires"), seconds("Min-Expires"));
        assert_eq!(read, expected, "{}", recorded.path.display());
    }
}

/// What each recorded PUBLISH of Asterisk asks for, by RFC 3903's table.
/// What is read where it stands says what `rsip` reads in its model of the same message.
#[test]
fn reads_every_recording_as_the_model_does() {
    use rsip::Header;
    use rsip::headers::UntypedHeader as _;
    let mut compared = 0;
    for recorded in recorded() {
        let headers: Box<dyn std::ops::Deref<Target = Headers>> = if recorded.is_response() {
            Box::new(Response::read(&recorded.bytes).unwrap())
        } else {
            Box::new(Request::read(&recorded.bytes).unwrap())
        };
        for header in headers.model().iter() {
            let (ours, model) = match header {
                Header::CallId(value) => (Some(headers.call_id().to_owned()), value.value().to_owned()),
                Header::CSeq(value) => {
                    (Some(format!("{} {}", headers.cseq(), headers.cseq_method())), value.value().into())
                }
                Header::Event(value) => (headers.event().map(str::to_owned), value.value().to_owned()),
                Header::Expires(value) => {
                    (headers.expires().map(|it| it.as_secs().to_string()), value.value().to_owned())
                }
                Header::ContentType(value) => {
                    let media_type = value.value().split(';').next().unwrap_or_default();
                    (headers.content_type(), media_type.to_ascii_lowercase())
                }
                Header::From(value) => (Some(headers.from().to_string()), value.value().to_owned()),
                Header::To(value) => (Some(headers.to().to_string()), value.value().to_owned()),
                Header::Other(name, value) => (headers.header(name).map(str::to_owned), value.clone()),
                _ => continue,
            };
            assert_eq!(ours, Some(model), "{}", recorded.path.display());
            compared += 1;
        }
    }
    assert!(compared > 15_000, "{compared} headers were compared");
}

#[test]
fn reads_every_row_of_the_table_from_the_recordings() {
    let mut counts = [0; 6];
    for recorded in recorded().iter().filter(|recorded| recorded.bytes.starts_with(b"PUBLISH ")) {
        let publish = publication::Publish::read(&Request::read(&recorded.bytes).unwrap());
        let row = match publish {
            Ok(publication::Publish::Initial { .. }) => 0,
            Ok(publication::Publish::Modify { .. }) => 1,
            Ok(publication::Publish::Refresh { .. }) => 2,
            Ok(publication::Publish::Remove { .. }) => 3,
            Ok(publication::Publish::Bare { .. }) => 4,
            Ok(publication::Publish::Once { .. }) | Err(_) => 5,
        };
        counts[row] += 1;
    }
    assert_eq!(counts, [240, 1006, 72, 2, 28, 2]);
}

fn endpoint() -> Endpoint {
    let settings = EndpointSettings {
        sent_by: "127.0.0.6:5060".parse::<SocketAddr>().unwrap().into(),
        user_agent: "lampfield".to_owned(),
        max_server_transactions: 10_000,
    };
    Endpoint::new(settings, StdRng::seed_from_u64(1))
}

/// Answers all that was handed up; the status of all that was sent.
fn answer_all(endpoint: &mut Endpoint, now: Instant) -> Vec<u16> {
    while let Some(event) = endpoint.poll_event() {
        if let Event::Request { key, request, .. } = event {
            let _read = publication::Publish::read(&request);
            endpoint.answer(now, key, &Answer::new(Answer::OK));
        }
    }
    std::iter::from_fn(|| endpoint.poll_transmit()).map(|transmit| status(&transmit.payload)).collect()
}

/// Every answer is well framed, whatever the request was like.
fn status(answer: &[u8]) -> u16 {
    let frame = Frame::read(answer).expect("an answer is no keep-alive");
    assert_eq!((frame.flaw, frame.body.len()), (None, 0), "{}", String::from_utf8_lossy(answer));
    match message::StartLine::read(&frame.start_line) {
        Some(message::StartLine::Response { status, .. }) => status,
        other => panic!("{other:?}"),
    }
}

#[test]
fn answers_every_recorded_request_once_and_its_copies_alike() {
    let mut endpoint = endpoint();
    let now = Instant::now();
    for recorded in recorded().iter().filter(|recorded| !recorded.is_response()) {
        let expected = match recorded.text("start").unwrap().split_once(' ').unwrap() {
            ("ACK", _) => None,
            ("PUBLISH", uri) if uri.starts_with("tel:") => Some(416),
            ("PUBLISH" | "OPTIONS", _) => Some(200),
            _ => Some(405),
        };
        for _copy in 0..2 {
            endpoint.handle_message(now, recorded.source(), &recorded.bytes);
            assert_eq!(answer_all(&mut endpoint, now), Vec::from_iter(expected), "{}", recorded.path.display());
        }
    }
    assert_eq!(endpoint.counters().malformed, 0);
}

/// Recordings with bytes changed, cut, doubled and mixed: whatever comes out of it, every answer
/// that we give reads as SIP again, and nothing panics.
#[test]
fn survives_mutilated_recordings() {
    let recorded = recorded();
    let mut rng = StdRng::seed_from_u64(20);
    let mut endpoint = endpoint();
    let mut now = Instant::now();
    for _ in 0..40_000 {
        let original = &recorded[rng.random_range(0..recorded.len())];
        let mut bytes = original.bytes.clone();
        for _ in 0..rng.random_range(1..6) {
            mutilate(&mut bytes, &recorded[rng.random_range(0..recorded.len())].bytes, &mut rng);
        }
        now += Duration::from_millis(10);
        endpoint.handle_message(now, original.source(), &bytes);
        answer_all(&mut endpoint, now);
    }
    let Counters { malformed, refused, .. } = endpoint.counters();
    assert!(malformed > 1000 && refused > 1000, "{malformed} malformed, {refused} refused");
}

fn mutilate(bytes: &mut Vec<u8>, other: &[u8], rng: &mut StdRng) {
    const TELLING: &[u8] = b"\r\n\t \0:;,<>\"\\=@/[]%?\xff0z";
    let place = rng.random_range(0..=bytes.len());
    let end = rng.random_range(place..=bytes.len());
    match rng.random_range(0..6) {
        0 => bytes.truncate(place),
        1 => drop(bytes.drain(place..end.min(place + 40))),
        2 => bytes.insert(place, TELLING[rng.random_range(0..TELLING.len())]),
        3 => {
            let piece = bytes[place..end].to_vec();
            bytes.splice(place..place, piece);
        }
        4 => {
            let start = rng.random_range(0..other.len());
            let piece = &other[start..other.len().min(start + 60)];
            bytes.splice(place..place, piece.iter().copied());
        }
        _ if place < bytes.len() => bytes[place] = TELLING[rng.random_range(0..TELLING.len())],
        _ => bytes.extend_from_slice(other),
    }
}

/// The worst heads of 64 kB are read in the time of a few plain ones.
#[test]
fn reads_hostile_heads_in_linear_time() {
    let head = "PUBLISH sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bKa\r\n";
    let hostile = [
        format!("{head}X: y\r\n{}\r\n", " z\r\n".repeat(15_000)),
        format!("{head}{}\r\n", "X: y\r\n".repeat(10_000)),
        format!("{head}Via: {}\r\n\r\n", ";,\"".repeat(20_000)),
        format!("{head}To: {}\r\n\r\n", "\"<".repeat(7_000)),
        format!("{head}Require: {}\r\n\r\n", "a,".repeat(7_000)),
        format!("PUBLISH {} SIP/2.0\r\n\r\n", "%%@:".repeat(15_000)),
        "\r\n".repeat(30_000),
    ];
    let start = Instant::now();
    let mut endpoint = endpoint();
    for datagram in hostile.iter().cycle().take(700) {
        endpoint.handle_message(start, "127.0.0.1:5060".parse::<SocketAddr>().unwrap(), datagram.as_bytes());
        answer_all(&mut endpoint, start);
    }
    let each = start.elapsed() / 700;
    assert!(each < Duration::from_millis(5), "{each:?} for each");
}
