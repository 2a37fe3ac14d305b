//! Floods, slow readers and bombs: the server stays up and small, honest peers and readers notice nothing, and
//! afterwards all resources are given back.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use lampfield_shared::LampState;
use socket2::{Domain, Socket, Type};
use support::element::Request;
use support::{Config, Lab, Pbx, Server, Solo, Version, ensure, wait};

const SOON: Duration = Duration::from_secs(3);
/// The most memory that the server may take under any of these attacks, in MiB over what it took before.
const ROOM: u64 = 160;
/// Number of slow readers; each needs a file on both sides. `LAMPFIELD_READERS` sets another.
const READERS: usize = 2_000;

fn readers() -> usize {
    std::env::var("LAMPFIELD_READERS").map_or(READERS, |told| told.parse().expect("LAMPFIELD_READERS is a number"))
}

/// Speed of a flood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pace {
    /// Limited, for datagrams from a peer's own address, which are looked into: as much as an unoptimised server on a
    /// busy machine can still read. More fills the kernel's buffer, and costs honest peers their datagrams before
    /// anyone has read them.
    Steady,
    /// As fast as the kernel accepts it.
    Unbridled,
}

/// Sends datagrams one after the other until it is dropped.
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
                // A full buffer is no failure of the flood.
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

/// Datagrams that a stranger may send: as a peer would, flawed ones, and no SIP at all. Each is a transaction of its
/// own.
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
    // One sender is a stranger, the other has a peer's address: without a password a peer is known by nothing else.
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
    // Datagrams with the same branch are the same request, and are counted once.
    assert!(server.strangers("stranger") >= 20 && server.counter("freepbx", "spoofed_eid") >= 20);
    assert!(server.connections("datagrams_ignored") > 10_000, "of {sent}: {:?}", server.report().transport);
    let after = server.process();
    println!("{sent} hostile datagrams: {before} before, {after} after");
    assert!(after.mebibytes < before.mebibytes + ROOM, "{before}, then {after}");
    assert!(after.files < before.files + 8, "files were left open: {before}, then {after}");
}

/// One of many readers who never read, a thousand from one address.
fn slow_reader(server: &Server, number: usize) -> TcpStream {
    let to = format!("127.0.0.1:{}", server.port());
    let mut stream = connect_from(&format!("127.0.0.{}", 20 + number / 1000), &to);
    stream.write_all(b"GET /api/v1/events HTTP/1.1\r\nHost: slow\r\n\r\n").expect("the server takes a first packet");
    stream
}

/// A request whose sender never reads the answer.
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
    let slow: Vec<_> = (0..readers()).map(|number| slow_reader(server, number)).collect();
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
    // Each sends a byte now and then, and never ends.
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
    // JSON nested deeper than any stack.
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
        // Connections that the server has closed fail here; the others need not be written to.
        let _closed = loris.write_all(b"x");
        assert_closed(loris, &format!("slow loris {number}"), Duration::from_secs(40));
    }
    drop(lorises);
    wait("the files are given back", SOON, || {
        let after = server.process();
        ensure(after.files < before.files + 8, || format!("{before}, now {after}"))
    });
}

/// Number of files that the server may have open: what systemd grants a program that asks for no more.
const FILES: u32 = 1024;
/// Number of connections: more than there are files.
const STRANGERS: usize = 1_100;

/// Time limit of an answer while strangers hold as much as they can.
const PROMPT: Duration = Duration::from_secs(2);

/// A connection from one of this machine's own addresses.
#[track_caller]
fn connect_from(from: &str, to: &str) -> TcpStream {
    let address = |text: &str| text.parse::<SocketAddr>().expect("an address").into();
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("there are files");
    socket.bind(&address(&format!("{from}:0"))).expect("the address is this machine's");
    socket.connect_timeout(&address(to), PROMPT).expect("the server accepts");
    socket.into()
}

/// Opens many connections from one address, each with these bytes; those that were pushed out are still in the list.
fn crowd(server: &Server, from: &str, bytes: &[u8]) -> Vec<TcpStream> {
    let to = format!("127.0.0.1:{}", server.port());
    let connect = |_| {
        let mut stream = connect_from(from, &to);
        // A connection that was pushed out at once cannot be written to.
        let _pushed_out = stream.write_all(bytes);
        stream
    };
    (0..STRANGERS).map(connect).collect()
}

/// Checks that the server answers a page, a logged-in visitor, and a PBX that connects by TCP.
#[track_caller]
fn assert_open(server: &Server, cookie: &str, what: &str) {
    let start = Instant::now();
    server.lamps().unwrap_or_else(|error| panic!("{what}: {error}"));
    let page = start.elapsed();
    let branch = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is later").as_nanos();
    let me = format!("GET /api/v1/me HTTP/1.1\r\nHost: desk\r\nCookie: {cookie}\r\n\r\n");
    let options = format!(
        "OPTIONS sip:lampfield@{sip} SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.8;branch=z9hG4bK{branch}\r\nFrom: <sip:a@b>;tag=1\r\n\
         To: <sip:a@b>\r\nCall-ID: {branch}\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n",
        sip = Config::SIP
    );
    let web = format!("127.0.0.1:{}", server.port());
    for (from, to, request) in [("127.0.0.7", &*web, me), ("127.0.0.8", Config::SIP, options)] {
        let mut stream = connect_from(from, to);
        stream.set_read_timeout(Some(PROMPT)).expect("a timeout can be set");
        stream.write_all(request.as_bytes()).expect("it is read");
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).unwrap_or_else(|error| panic!("{what}: {from} asks {to}: {error}"));
        assert!(answer.windows(4).any(|it| it == b" 200"), "{what}: {}", answer.escape_ascii());
    }
    println!("{what}: {} held; the page in {page:?}, all in {:?}", server.process(), start.elapsed());
    assert!(start.elapsed() < 2 * PROMPT, "{what}: {:?}", start.elapsed());
}

#[test]
fn strangers_who_hold_connections_take_neither_the_page_nor_the_files_of_sip() {
    let solo = Solo::start_with(|config| config.open_files(FILES));
    let server = &solo.server;
    solo.publish("1001", "RINGING");
    let cookie = log_in(server);
    let before = server.process();
    let post = "POST /api/v1/session HTTP/1.1\r\nHost: desk\r\nContent-Type: application/json\r\n";
    for (what, bytes) in [
        ("bodies that do not come", format!("{post}Content-Length: 100\r\n\r\n")),
        ("chunks that do not come", format!("{post}Transfer-Encoding: chunked\r\n\r\n5\r\n")),
        ("bodies that are to be asked for", format!("{post}Expect: 100-continue\r\nContent-Length: 100\r\n\r\n")),
        ("bodies that nobody reads", "GET / HTTP/1.1\r\nHost: desk\r\nContent-Length: 100\r\n\r\n".into()),
        ("heads that are cut off", "GET / HT".into()),
        ("nothing said", String::new()),
        ("requests that are answered", "GET /api/v1/lamps HTTP/1.1\r\nHost: desk\r\n\r\n".into()),
        ("streams", "GET /api/v1/events HTTP/1.1\r\nHost: desk\r\n\r\n".into()),
    ] {
        let crowd = crowd(server, "127.0.0.7", bytes.as_bytes());
        assert_open(server, &cookie, what);
        let held = server.process().files;
        assert!(held < before.files + FILES as usize / 2, "{what}: {held} files are open");
        drop(crowd);
    }
    // They come all at once, and from several addresses.
    let head = format!("{post}Content-Length: 100\r\n\r\n{{");
    let mut crowds: Vec<_> =
        ["127.0.0.7", "127.0.0.9", "127.0.0.10"].map(|from| crowd(server, from, head.as_bytes())).into();
    crowds.push(crowd(server, "127.0.0.11", b"GET /api/v1/events HTTP/1.1\r\nHost: desk\r\n\r\n"));
    assert_open(server, &cookie, "from several addresses");
    // A byte now and then is no body: each connection gets an error, or was pushed out.
    let dripping = Instant::now();
    while dripping.elapsed() < Duration::from_secs(12) {
        thread::sleep(Duration::from_millis(2_500));
        crowds[..3].iter_mut().flatten().for_each(|stream| drop(stream.write_all(b"x")));
    }
    for (number, stream) in crowds[..3].iter().flatten().enumerate() {
        assert_closed(stream, &format!("idle body {number}"), SOON);
    }
    drop(crowds);
    wait("the files are given back", Duration::from_secs(20), || {
        let after = server.process();
        ensure(after.files < before.files + 16, || format!("{before}, now {after}"))
    });
    let complaints = server.log().lines().filter(|line| line.contains(" WARN ")).count();
    assert!(complaints < 30, "{complaints} warnings");
}

/// Cookie of the first admin, logged in with the one-time password.
fn log_in(server: &Server) -> String {
    let url = format!("{}api/v1/session", server.url());
    let body = serde_json::json!({ "name": "admin", "password": server.one_time_password() }).to_string();
    let answer = ureq::post(&url).header("Content-Type", "application/json").send(body).expect("the admin gets in");
    let cookie = answer.headers().get("set-cookie").and_then(|value| value.to_str().ok()).expect("a cookie");
    cookie.split(';').next().expect("a cookie").to_owned()
}
