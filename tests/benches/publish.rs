//! What a PUBLISH costs the whole process: CPU time of the real server, from the datagram to the answer
//! and the event at a watcher, beside a loop that does no more than copy headers into a 200.
//!
//! The load: publishers side by side, each a chain of modifications by entity-tag, every one of which
//! changes a lamp. Prints one table; the ratio to the floor is what to compare between machines.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

const PUBLISHERS: usize = 50;
const PUBLISHES: usize = 200_000;
const LAMPS: usize = 20_000;
const STATES: [&str; 4] = ["INUSE", "NOT_INUSE", "RINGING", "ONHOLD"];

fn main() {
    if std::env::args().any(|argument| argument == FLOOR) {
        return floor();
    }
    let loads = [("floor: copies headers into a 200", floor_process()), ("lampfield", lampfield_process())];
    println!("{PUBLISHES} PUBLISHes by {PUBLISHERS} publishers, each changing a lamp\n");
    println!("{:<34} {:>9} {:>9} {:>9} {:>7}", "", "CPU us", "wall us", "per s", "ratio");
    let mut floor_cpu = None;
    let publishes = f64::from(u32::try_from(PUBLISHES).expect("a number of a size to wait for"));
    for (name, mut server) in loads {
        let watched = server.watch();
        let run = load(&server, PUBLISHES);
        let cpu = run.cpu.as_secs_f64() * 1e6 / publishes;
        let wall = run.wall.as_secs_f64() * 1e6 / publishes;
        let ratio = cpu / *floor_cpu.get_or_insert(cpu);
        println!("{name:<34} {cpu:>9.2} {wall:>9.2} {:>9.0} {ratio:>7.2}", 1e6 / wall);
        if let Some(events) = watched {
            let events = events.load(Ordering::Relaxed);
            assert!(events > 0, "the watcher was told nothing");
            println!(
                "{:<34} the watcher was sent {events} events: changes come gathered, and a snapshot when they are too many",
                ""
            );
            memory(&server);
        }
    }
}

/// A server under load, in its own process.
struct Server {
    process: Child,
    sip: SocketAddr,
    web: Option<u16>,
    folder: Option<PathBuf>,
}

impl Server {
    /// CPU time of the process so far, from the kernel's own account.
    fn cpu(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id())).expect("the server runs");
        let fields: Vec<&str> = stat.rsplit(')').next().expect("a stat line has a name").split_whitespace().collect();
        let ticks: u64 = fields[11].parse::<u64>().expect("utime") + fields[12].parse::<u64>().expect("stime");
        // Linux gives user space 100 ticks a second whatever the kernel's own rate is.
        Duration::from_millis(ticks * 10)
    }

    /// Resident memory in bytes.
    fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).expect("the server runs");
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("VmRSS");
        line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).expect("a number of kB") * 1024
    }

    /// A watcher on the stream; counts the events that it is sent.
    fn watch(&mut self) -> Option<Arc<AtomicU64>> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.web?)).expect("the server listens");
        stream.write_all(b"GET /api/v1/events HTTP/1.1\r\nHost: bench\r\n\r\n").expect("the server reads");
        let events = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&events);
        std::thread::spawn(move || {
            let lines = BufReader::with_capacity(1 << 20, stream).lines();
            for line in lines.map_while(Result::ok) {
                if line.starts_with("event: ") {
                    counter.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
        Some(events)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone = self.process.kill();
        let _reaped = self.process.wait();
        if let Some(folder) = &self.folder {
            let _kept = std::fs::remove_dir_all(folder);
        }
    }
}

struct Run {
    cpu: Duration,
    wall: Duration,
}

/// One publisher: a socket and a chain of tags.
struct Publisher {
    socket: UdpSocket,
    name: String,
    eid: String,
    tag: Option<String>,
    cseq: u32,
}

impl Publisher {
    fn new(index: usize, server: SocketAddr) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("loopback");
        socket.connect(server).expect("loopback");
        socket.set_read_timeout(Some(Duration::from_secs(2))).expect("a timeout");
        Self { socket, name: format!("p{index}"), eid: format!("02:00:00:00:01:{index:02x}"), tag: None, cseq: 0 }
    }

    fn send(&mut self, device: &str, state: &str) {
        self.cseq += 1;
        let Self { name, eid, cseq, .. } = self;
        let local = self.socket.local_addr().expect("bound");
        let body =
            format!(r#"{{"type":"devicestate","device":"{device}","state":"{state}","cachable":1,"eid":"{eid}"}}"#);
        let tag = self.tag.as_ref().map_or(String::new(), |tag| format!("SIP-If-Match: {tag}\r\n"));
        let (length, port) = (body.len(), local.port());
        let request = format!(
            "PUBLISH sip:{name}@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP {local};rport;branch=z9hG4bKPj{name}-{cseq}-39ab\r\n\
             From: <sip:{name}@127.0.0.1>;tag=f{cseq}-51f1-43c3-bb08\r\nTo: <sip:{name}@127.0.0.1>\r\nCall-ID: {name}-1a87-417c-{port}\r\n\
             CSeq: {cseq} PUBLISH\r\nEvent: asterisk-devicestate\r\n{tag}Expires: 3600\r\nMax-Forwards: 70\r\nUser-Agent: bench\r\n\
             Content-Type: application/json\r\nContent-Length: {length:5}\r\n\r\n{body}"
        );
        self.socket.send(request.as_bytes()).expect("loopback");
    }

    fn receive(&mut self, buffer: &mut [u8]) {
        let length = self.socket.recv(buffer).expect("an answer within two seconds");
        let answer = std::str::from_utf8(&buffer[..length]).expect("text");
        assert!(answer.starts_with("SIP/2.0 200"), "{answer}");
        self.tag = answer.lines().find_map(|line| line.strip_prefix("SIP-ETag: ")).map(str::to_owned);
    }
}

fn load(server: &Server, publishes: usize) -> Run {
    let mut publishers: Vec<Publisher> = (0..PUBLISHERS).map(|index| Publisher::new(index, server.sip)).collect();
    let mut buffer = vec![0; 65_535];
    let mut round = |number: usize| {
        for (index, publisher) in publishers.iter_mut().enumerate() {
            let device = format!("PJSIP/{}", 1000 + index * 10 + number % 10);
            publisher.send(&device, STATES[number / 10 % STATES.len()]);
        }
        for publisher in &mut publishers {
            publisher.receive(&mut buffer);
        }
    };
    (0..50).for_each(&mut round);
    let (cpu, start) = (server.cpu(), Instant::now());
    (0..publishes / PUBLISHERS).for_each(round);
    Run { cpu: server.cpu().saturating_sub(cpu), wall: start.elapsed() }
}

/// What each lamp costs in memory.
fn memory(server: &Server) {
    let before = server.memory();
    let mut publisher = Publisher::new(0, server.sip);
    let mut buffer = vec![0; 65_535];
    for number in 0..LAMPS {
        publisher.send(&format!("PJSIP/{}", 100_000 + number), "NOT_INUSE");
        publisher.receive(&mut buffer);
    }
    let each = server.memory().saturating_sub(before) / LAMPS as u64;
    println!(
        "{:<34} {each} bytes of memory a lamp ({LAMPS} more lamps, one watcher, transactions kept 32 s included)",
        ""
    );
}

const FLOOR: &str = "--floor";

fn floor_process() -> Server {
    let me = std::env::current_exe().expect("a path");
    let mut process = Command::new(me).arg(FLOOR).stdout(Stdio::piped()).spawn().expect("the bench itself starts");
    let mut line = String::new();
    let output = process.stdout.take().expect("piped");
    BufReader::new(output).read_line(&mut line).expect("it says its address");
    Server { process, sip: line.trim().parse().expect("an address"), web: None, folder: None }
}

/// Answers every datagram with its own Via, From, To, Call-ID and `CSeq`.
fn floor() {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("loopback");
    println!("{}", socket.local_addr().expect("bound"));
    let mut buffer = vec![0; 65_535];
    let mut answer = Vec::new();
    loop {
        let (length, source) = socket.recv_from(&mut buffer).expect("loopback");
        answer.clear();
        answer.extend_from_slice(b"SIP/2.0 200 OK\r\n");
        for line in buffer[..length].split_inclusive(|byte| *byte == b'\n') {
            if [&b"Via:"[..], b"From:", b"To:", b"Call-ID:", b"CSeq:"].iter().any(|name| line.starts_with(name)) {
                answer.extend_from_slice(line);
            }
        }
        answer.extend_from_slice(b"SIP-ETag: floor\r\nExpires: 3600\r\nContent-Length: 0\r\n\r\n");
        socket.send_to(&answer, source).expect("loopback");
    }
}

fn lampfield_process() -> Server {
    let binary =
        std::env::var("LAMPFIELD_BIN").expect("LAMPFIELD_BIN names the release binary: run `cargo xtask bench`");
    let folder = std::env::temp_dir().join(format!("lampfield-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for the configuration");
    let probe = UdpSocket::bind("127.0.0.1:0").expect("loopback");
    let sip = probe.local_addr().expect("bound");
    drop(probe);
    let mut config = format!(
        "[sip]\nlisten = \"{sip}\"\n[web]\nlisten = \"127.0.0.1:0\"\nopen = \"viewer\"\n[log]\nlevel = \"warn\"\n"
    );
    for index in 0..PUBLISHERS {
        let _ = write!(
            config,
            "[[peer]]\nname = \"p{index}\"\naddress = \"127.0.0.1\"\nresource = \"p{index}\"\npublish_to = \"sip:bench@127.0.0.1:9\"\n"
        );
    }
    let (file, port_file) = (folder.join("lampfield.toml"), folder.join("port"));
    std::fs::write(&file, config).expect("the configuration is written");
    let mut command = Command::new(binary);
    command.arg("run").arg("--config").arg(&file).arg("--port-file").arg(&port_file);
    let process = command.spawn().expect("lampfield starts");
    let deadline = Instant::now() + Duration::from_secs(10);
    let port = loop {
        match std::fs::read_to_string(&port_file).ok().and_then(|port| port.parse().ok()) {
            Some(port) => break port,
            None if Instant::now() > deadline => panic!("lampfield did not start"),
            None => std::thread::sleep(Duration::from_millis(20)),
        }
    };
    Server { process, sip, web: Some(port), folder: Some(folder) }
}
