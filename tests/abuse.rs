//! Floods, slow readers and bombs: the server stays up and small, whoever is honest notices nothing, and
//! afterwards everything is given back.

use std::io::{Read as _, Write as _};
use std::net::{TcpStream, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use lampfield_shared::LampState;
use support::element::Request;
use support::{Config, Lab, Pbx, Server, Solo, Version, ensure, wait};

const SOON: Duration = Duration::from_secs(3);
/// What the server may take of memory under any of these attacks, in MiB over what it took before.
const ROOM: u64 = 160;
/// How many slow readers; each needs a file here and one there. `LAMPFIELD_READERS` gives more.
const READERS: usize = 2_000;

fn readers() -> usize {
    std::env::var("LAMPFIELD_READERS").map_or(READERS, |told| told.parse().expect("LAMPFIELD_READERS is a number"))
}

/// How fast a flood is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pace {
    /// What comes from a peer's own address is looked into: as much as an unoptimised server on a busy machine
    /// can still read. More fills the kernel's buffer, and costs the honest their datagrams before anyone has read them.
    Steady,
    /// As fast as the kernel takes it.
    Unbridled,
}

/// Datagrams one after the other, until it is dropped.
struct Flood {
    stop: Arc<AtomicBool>,
    sent: Arc<AtomicU64>,
}

impl Flood {
    fn start(from: &str, pace: Pace, datagrams: Vec<Vec<u8>>) -> Self {
        let socket = UdpSocket::bind(from).expect("the address is free");
        let (stop, sent) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let flood = Self { stop: Arc::clone(&stop), sent: Arc::clone(&sent) };
        thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                // A full buffer is no failure of a flood.
                let taken = datagrams.iter().filter(|it| socket.send_to(it, Config::SIP).is_ok()).count();
                sent.fetch_add(taken as u64, Ordering::Relaxed);
                if pace == Pace::Steady {
                    thread::sleep(Duration::from_millis(20));
                }
            }
        });
        flood
    }
}

impl Drop for Flood {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// What a stranger may send: as a peer would, flawed, and no SIP at all. Each has a transaction of its own.
fn strange(from: &str) -> Vec<Vec<u8>> {
    let forged = |number: usize| {
        let resource = ["FreePBX", "PBXact", "nobody"][number % 3];
        let body = format!(
            r#"{{"type":"devicestate","device":"PJSIP/1001","state":"INUSE","cachable":1,"eid":"{}"}}"#,
            Pbx::FreePbx.eid()
        );
        format!(
            "PUBLISH sip:{resource}@{} SIP/2.0\r\nVia: SIP/2.0/UDP {from};branch=z9hG4bKx{number}\r\nFrom: <sip:{resource}@a>;tag=1\r\n\
             To: <sip:{resource}@a>\r\nCall-ID: x{number}\r\nCSeq: 1 PUBLISH\r\nEvent: asterisk-devicestate\r\nExpires: 60\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            Config::SIP,
            body.len()
        )
        .into_bytes()
    };
    let flawed = |number: usize| forged(number)[..200 + number].to_vec();
    let large =
        format!("PUBLISH sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP {from};branch=z9hG4bKl\r\nX: {}\r\n", "x".repeat(60_000));
    let noise = (0..1_400_u32).map(|byte| u8::try_from(byte * 31 % 251).expect("below 251")).collect();
    (0..20)
        .map(forged)
        .chain((0..20).map(flawed))
        .chain([large.into_bytes(), noise, b"\r\n\r\n".to_vec(), Vec::new()])
        .collect()
}

#[test]
fn an_honest_pbx_loses_nothing_in_a_flood() {
    let lab = Lab::start(Version::V22);
    let server = Server::beside(&lab);
    server.assert_all_agree(&lab);
    let before = server.process();
    let missed = |server: &Server| ["missed", "restart", "lost"].map(|name| server.counter("freepbx", name));
    let counters = missed(&server);
    // One stranger, and one who has a peer's address: without a password that is all there is to tell them by.
    let spoofed = Request::device("FreePBX", Pbx::PbxAct.eid(), "PJSIP/2001", "INUSE");
    let spoofer = support::Element::bind("127.0.0.4:5099");
    let spoofs = (0..20).map(|_| spoofer.write(&spoofed)).collect();
    drop(spoofer);
    let stranger = "127.0.0.7:5060";
    let floods = [
        Flood::start(stranger, Pace::Unbridled, strange(stranger)),
        Flood::start("127.0.0.4:5099", Pace::Steady, spoofs),
    ];
    for (round, state) in ["BUSY", "NOT_INUSE", "INUSE", "RINGING"].iter().cycle().take(24).enumerate() {
        let exten = Pbx::FreePbx.extens()[round % 5];
        lab.set_device(Pbx::FreePbx, &format!("Custom:DND{exten}"), state);
        server.assert_agrees(&lab, exten);
    }
    let sent: u64 = floods.iter().map(|flood| flood.sent.load(Ordering::Relaxed)).sum();
    drop(floods);
    assert!(sent > 50_000, "no flood: {sent} datagrams");
    server.assert_all_agree(&lab);
    assert_eq!(missed(&server), counters, "the honest peer seemed to have missed, restarted or been lost");
    // What comes again with the same branch is the same request, and was counted once.
    assert!(server.strangers("stranger") >= 20 && server.counter("freepbx", "spoofed_eid") >= 20);
    assert!(server.connections("datagrams_ignored") > 10_000, "of {sent}: {:?}", server.report().transport);
    let after = server.process();
    println!("{sent} hostile datagrams: {before} before, {after} after");
    assert!(after.mebibytes < before.mebibytes + ROOM, "{before}, then {after}");
    assert!(after.files < before.files + 8, "files were left open: {before}, then {after}");
}

/// A request that is never read from.
fn connect(server: &Server, bytes: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", server.port())).expect("the server accepts");
    stream.write_all(bytes).expect("the server takes a first packet");
    stream
}

/// Waits until the server has closed its end.
fn assert_closed(mut stream: &TcpStream, what: &str, within: Duration) {
    stream.set_read_timeout(Some(within)).expect("a timeout can be set");
    let mut rest = [0; 4096];
    loop {
        match stream.read(&mut rest) {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => return,
            Err(error) => panic!("{what} is still open after {within:?}: {error}"),
        }
    }
}

#[test]
fn slow_readers_keep_nobody_waiting_and_everything_comes_back() {
    let solo = Solo::start();
    let server = &solo.server;
    (1000..1200).for_each(|exten| solo.publish(&exten.to_string(), "NOT_INUSE"));
    let before = server.process();
    let slow: Vec<_> =
        (0..readers()).map(|_| connect(server, b"GET /api/v1/events HTTP/1.1\r\nHost: slow\r\n\r\n")).collect();
    let watcher = server.watch();
    assert!(watcher.next(SOON).is_some_and(|event| event.snapshot().is_some()), "the honest one is served");
    let mut slowest = Duration::ZERO;
    for round in 0..60_u32 {
        let (exten, state) = (1000 + round % 30, ["RINGING", "INUSE"][round as usize / 30]);
        let start = Instant::now();
        solo.publish(&exten.to_string(), state);
        let is_it = |event: &support::watcher::StreamEvent| {
            event.lamp().is_some_and(|lamp| lamp.exten.as_str() == exten.to_string())
        };
        while !is_it(&watcher.next(SOON).expect("the honest watcher is told")) {}
        slowest = slowest.max(start.elapsed());
    }
    let during = server.process();
    println!("{} slow readers: {before} before, {during} with them; the slowest change took {slowest:?}", slow.len());
    assert!(slowest < SOON, "a change took {slowest:?}");
    assert!(during.mebibytes < before.mebibytes + ROOM, "{before}, then {during}");
    drop(slow);
    wait("the files of the slow readers are given back", Duration::from_secs(20), || {
        let after = server.process();
        ensure(after.files < before.files + 8, || format!("{before}, now {after}"))
    });
    println!("afterwards: {}", server.process());
}

#[test]
fn bombs_are_refused_in_little_memory_and_the_lorises_are_sent_away() {
    let solo = Solo::start();
    let server = &solo.server;
    solo.publish("1001", "RINGING");
    let before = server.process();
    // They send a byte now and then, and never end.
    let lorises: Vec<_> = (0..200).map(|_| connect(server, b"GET / HTTP/1.1\r\nX: ")).collect();

    // A gigabyte by length, a gigabyte in chunks, and headers without end: each is cut off early.
    let head = "POST /api/v1/session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n";
    for (what, opening) in [
        ("a body of 1 GB", format!("{head}Content-Length: 1000000000\r\n\r\n\"")),
        ("a chunked body", format!("{head}Transfer-Encoding: chunked\r\n\r\n40000000\r\n")),
        ("a header bomb", "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ".to_owned()),
    ] {
        let mut stream = connect(server, opening.as_bytes());
        stream.set_write_timeout(Some(SOON)).expect("a timeout can be set");
        let block = vec![b'x'; 1 << 20];
        let taken = (0..1_000).take_while(|_| stream.write_all(&block).is_ok()).count();
        assert!(taken < 32, "{taken} MiB of {what} were taken");
    }
    // JSON that goes down further than any stack.
    let deep = "[".repeat(60_000);
    let mut stream = connect(server, format!("{head}Content-Length: {}\r\n\r\n{deep}", deep.len()).as_bytes());
    let mut status = [0; 12];
    stream.read_exact(&mut status).expect("deep JSON is answered");
    assert!(status.starts_with(b"HTTP/1.1 4"), "{}", status.escape_ascii());

    let lamp = server.lamp("1001").expect("the server lives").lamp;
    assert_eq!(lamp.state, LampState::Ringing);
    let during = server.process();
    println!("bombs: {before} before, {during} after them");
    assert!(during.mebibytes < before.mebibytes + ROOM, "{before}, then {during}");
    for (number, mut loris) in lorises.iter().enumerate() {
        // Those that it has closed already say so; nothing else is asked of them.
        let _closed = loris.write_all(b"x");
        assert_closed(loris, &format!("slow loris {number}"), Duration::from_secs(40));
    }
    drop(lorises);
    wait("the files are given back", SOON, || {
        let after = server.process();
        ensure(after.files < before.files + 8, || format!("{before}, now {after}"))
    });
}
