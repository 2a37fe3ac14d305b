//! What a PUBLISH costs the whole process: CPU time of the real server, from the datagram to the answer
//! and the event at a watcher, beside a loop that does no more than copy headers into a 200.
//!
//! The load: publishers side by side, each a publication, fifty modifications chained by entity-tag and its
//! removal, again and again; every modification changes a lamp. Prints one table; the ratio to the floor is what
//! to compare between machines. With `--peers`, real Asterisk and Kamailio take the same load in the same run.

#[path = "publish/peers.rs"]
mod peers;

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

const PUBLISHERS: usize = 50;
const PUBLISHES: usize = PUBLISHERS * CYCLE * 80;
const LAMPS: usize = 20_000;
const STATES: [&str; 4] = ["INUSE", "NOT_INUSE", "RINGING", "ONHOLD"];

fn main() {
    if std::env::args().any(|argument| argument == FLOOR) {
        return floor();
    }
    let mut loads = vec![("floor: copies headers into a 200", floor_process()), ("lampfield", lampfield_process())];
    if std::env::args().any(|argument| argument == "--peers") {
        loads.push(("Asterisk 22, device states", peers::asterisk()));
        loads.push(("Kamailio presence, in memory", peers::kamailio()));
    }
    println!("PUBLISHes by {PUBLISHERS} publishers, each but the first and last of {CYCLE} changing a lamp\n");
    println!("{:<34} {:>9} {:>9} {:>9} {:>9} {:>7}", "", "PUBLISHes", "CPU us", "wall us", "per s", "ratio");
    let mut floor_cpu = None;
    for (name, mut server) in loads {
        let publishes = f64::from(u32::try_from(server.publishes).expect("a number of a size to wait for"));
        let watched = server.watch();
        let run = load(&server);
        let cpu = run.cpu.as_secs_f64() * 1e6 / publishes;
        let wall = run.wall.as_secs_f64() * 1e6 / publishes;
        let ratio = cpu / *floor_cpu.get_or_insert(cpu);
        println!("{name:<34} {publishes:>9} {cpu:>9.2} {wall:>9.2} {:>9.0} {ratio:>7.2}", 1e6 / wall);
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
    /// Killed in the end; `None` for one that somebody else stops.
    process: Option<Child>,
    /// It and its workers.
    family: Vec<u32>,
    sip: SocketAddr,
    web: Option<u16>,
    folder: Option<PathBuf>,
    /// How many are sent to it.
    publishes: usize,
    dialect: Dialect,
    /// Where the publishers send from, and what to: the address and the resource.
    from: &'static str,
    resource: Option<&'static str>,
    /// What must live as long as it does.
    _lab: Option<support::Lab>,
}

/// What the bodies are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    /// Asterisk's device states.
    DeviceState,
    /// RFC 4235, the nearest that others know.
    DialogInfo,
}

impl Server {
    /// One that we started, and that takes device states from anywhere.
    fn ours(process: Child, sip: SocketAddr) -> Self {
        let family = vec![process.id()];
        Self {
            process: Some(process),
            family,
            sip,
            web: None,
            folder: None,
            publishes: PUBLISHES,
            dialect: Dialect::DeviceState,
            from: "127.0.0.1",
            resource: None,
            _lab: None,
        }
    }

    /// CPU time of the process so far, from the kernel's own account.
    fn cpu(&self) -> Duration {
        self.family.iter().map(|process| cpu(*process)).sum()
    }

    /// Resident memory in bytes.
    fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.family[0])).expect("the server runs");
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
        if let Some(process) = &mut self.process {
            let _gone = process.kill();
            let _reaped = process.wait();
        }
        if let Some(folder) = &self.folder {
            let _kept = std::fs::remove_dir_all(folder);
        }
    }
}

/// CPU time of one process so far.
fn cpu(process: u32) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).expect("the server runs");
    let fields: Vec<&str> = stat.rsplit(')').next().expect("a stat line has a name").split_whitespace().collect();
    let ticks: u64 = fields[11].parse::<u64>().expect("utime") + fields[12].parse::<u64>().expect("stime");
    // Linux gives user space 100 ticks a second whatever the kernel's own rate is.
    Duration::from_millis(ticks * 10)
}

struct Run {
    cpu: Duration,
    wall: Duration,
}

/// One publisher: a socket and a chain of tags.
struct Publisher {
    socket: UdpSocket,
    name: String,
    resource: String,
    eid: String,
    tag: Option<String>,
    cseq: u32,
    dialect: Dialect,
}

/// A publication, fifty modifications, its removal.
const CYCLE: usize = 52;

impl Publisher {
    fn new(index: usize, server: &Server) -> Self {
        let socket = UdpSocket::bind((server.from, 0)).expect("loopback");
        socket.connect(server.sip).expect("loopback");
        socket.set_read_timeout(Some(Duration::from_secs(2))).expect("a timeout");
        let name = format!("p{index}");
        let resource = server.resource.map_or_else(|| name.clone(), str::to_owned);
        let eid = format!("02:00:00:00:01:{index:02x}");
        Self { socket, name, resource, eid, tag: None, cseq: 0, dialect: server.dialect }
    }

    fn send(&mut self, device: &str, state: &str) {
        let Self { eid, cseq, .. } = self;
        let (event, kind, body) = match self.dialect {
            Dialect::DeviceState => (
                "asterisk-devicestate",
                "application/json",
                format!(r#"{{"type":"devicestate","device":"{device}","state":"{state}","cachable":1,"eid":"{eid}"}}"#),
            ),
            Dialect::DialogInfo => ("dialog", "application/dialog-info+xml", peers::dialog_info(*cseq, device, state)),
        };
        self.publish(event, 3600, &format!("Content-Type: {kind}\r\n"), &body);
    }

    fn remove(&mut self) {
        let event = match self.dialect {
            Dialect::DeviceState => "asterisk-devicestate",
            Dialect::DialogInfo => "dialog",
        };
        self.publish(event, 0, "", "");
    }

    fn publish(&mut self, event: &str, expires: u32, kind: &str, body: &str) {
        self.cseq += 1;
        let Self { name, resource, cseq, .. } = self;
        let local = self.socket.local_addr().expect("bound");
        let tag = self.tag.as_ref().map_or(String::new(), |tag| format!("SIP-If-Match: {tag}\r\n"));
        let (length, port, host) = (body.len(), local.port(), local.ip());
        let request = format!(
            "PUBLISH sip:{resource}@{host} SIP/2.0\r\nVia: SIP/2.0/UDP {local};rport;branch=z9hG4bKPj{name}-{cseq}-39ab\r\n\
             From: <sip:{resource}@{host}>;tag=f{cseq}-51f1-43c3-bb08\r\nTo: <sip:{resource}@{host}>\r\nCall-ID: {name}-1a87-417c-{port}\r\n\
             CSeq: {cseq} PUBLISH\r\nEvent: {event}\r\n{tag}Expires: {expires}\r\nMax-Forwards: 70\r\nUser-Agent: bench\r\n\
             {kind}Content-Length: {length:5}\r\n\r\n{body}"
        );
        self.socket.send(request.as_bytes()).expect("loopback");
    }

    fn receive(&mut self, buffer: &mut [u8]) {
        let answer = loop {
            let length = self.socket.recv(buffer).expect("an answer within two seconds");
            let text = std::str::from_utf8(&buffer[..length]).expect("text");
            // What a server publishes of its own accord is passed over.
            if text.starts_with("SIP/2.0 ") {
                break text.to_owned();
            }
        };
        assert!(answer.starts_with("SIP/2.0 200"), "{answer}");
        self.tag = answer.lines().find_map(|line| line.strip_prefix("SIP-ETag: ")).map(str::to_owned);
    }
}

fn load(server: &Server) -> Run {
    let mut publishers: Vec<Publisher> = (0..PUBLISHERS).map(|index| Publisher::new(index, server)).collect();
    let mut buffer = vec![0; 65_535];
    let mut round = |number: usize| {
        for (index, publisher) in publishers.iter_mut().enumerate() {
            let device = format!("PJSIP/{}", 1000 + index * 10 + number % 10);
            match number % CYCLE {
                last if last == CYCLE - 1 => publisher.remove(),
                _ => publisher.send(&device, STATES[number / 10 % STATES.len()]),
            }
        }
        for publisher in &mut publishers {
            publisher.receive(&mut buffer);
            if number % CYCLE == CYCLE - 1 {
                publisher.tag = None;
            }
        }
    };
    (0..CYCLE).for_each(&mut round);
    let (cpu, start) = (server.cpu(), Instant::now());
    (0..server.publishes / PUBLISHERS).for_each(round);
    Run { cpu: server.cpu().saturating_sub(cpu), wall: start.elapsed() }
}

/// What each lamp costs in memory.
fn memory(server: &Server) {
    let before = server.memory();
    let mut publisher = Publisher::new(0, server);
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
    Server::ours(process, line.trim().parse().expect("an address"))
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
    let mut server = Server::ours(process, sip);
    (server.web, server.folder) = (Some(port), Some(folder));
    server
}
