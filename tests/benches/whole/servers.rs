//! Servers under load, each in its own process: lampfield, and as a floor the least that can answer.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::process::Program;

/// Argument that makes this program the floor: the least that can answer.
pub(crate) const FLOOR: &str = "--floor";

/// A server under load, and how the publishers reach it.
pub(crate) struct Server {
    pub(crate) program: Program,
    pub(crate) sip: SocketAddr,
    /// Port of its page.
    pub(crate) web: Option<u16>,
    /// Number of changes that a watcher was told of; `None` where there is no watcher.
    pub(crate) told: Option<Arc<AtomicUsize>>,
    pub(crate) dialect: Dialect,
    /// Address of the publishers.
    pub(crate) from: &'static str,
    /// Resource that all publishers publish to; `None`: each has its own.
    pub(crate) resource: Option<&'static str>,
    #[expect(dead_code, reason = "held, not read")]
    pub(crate) runs: Runs,
}

/// Format of the bodies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Asterisk's device states.
    DeviceState,
    /// Dialogs of RFC 4235, which is the nearest that other servers know.
    DialogInfo,
}

/// Processes that run until they are dropped.
pub(crate) enum Runs {
    /// A process with its folder.
    Own(#[expect(dead_code, reason = "held, not read")] Own),
    /// Asterisks.
    Lab(#[expect(dead_code, reason = "held, not read")] support::Lab),
}

/// A process and the folder that it works in.
pub(crate) struct Own {
    process: Child,
    _folder: TempDir,
}

impl Drop for Own {
    fn drop(&mut self) {
        // Workers outlive a main process that is killed alone.
        if let Ok(None) = self.process.try_wait() {
            Program::of(self.process.id()).kill();
        }
        let _reaped = self.process.wait();
    }
}

impl Server {
    /// A process that we started, and that accepts publications from 127.0.0.1.
    pub(crate) fn ours(process: Child, folder: TempDir, sip: SocketAddr, dialect: Dialect) -> Self {
        let program = Program::of(process.id());
        let runs = Runs::Own(Own { process, _folder: folder });
        Self { program, sip, web: None, told: None, dialect, from: "127.0.0.1", resource: None, runs }
    }

    /// Opens the server's event stream.
    pub(crate) fn stream(&self) -> TcpStream {
        let port = self.web.expect("it has a page");
        let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("the server listens");
        stream.write_all(b"GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").expect("the server reads");
        stream
    }

    /// Starts a watcher that counts changes until the server is gone.
    pub(crate) fn watch(&mut self) {
        let mut stream = self.stream();
        let told = Arc::new(AtomicUsize::new(0));
        self.told = Some(Arc::clone(&told));
        std::thread::spawn(move || {
            let mut buffer = vec![0; 1 << 20];
            while let Ok(length @ 1..) = stream.read(&mut buffer) {
                let changes = memchr::memmem::find_iter(&buffer[..length], b"event: change").count();
                told.fetch_add(changes, Ordering::Relaxed);
            }
        });
    }
}

/// The floor: a process of this very program that answers every datagram with its own headers.
pub(crate) fn floor_process() -> Server {
    let me = std::env::current_exe().expect("a path");
    let mut process = Command::new(me).arg(FLOOR).stdout(Stdio::piped()).spawn().expect("the bench itself starts");
    let mut line = String::new();
    let output = process.stdout.take().expect("piped");
    BufReader::new(output).read_line(&mut line).expect("it says its address");
    let address = line.trim().parse().expect("an address");
    Server::ours(process, folder(), address, Dialect::DeviceState)
}

/// Answers every datagram with its own Via, From, To, Call-ID and `CSeq`.
pub(crate) fn floor() {
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

/// lampfield with this number of peers at one address, and these lines in its section `[board]`.
pub(crate) fn lampfield(peers: usize, board: &str) -> Server {
    let binary =
        std::env::var("LAMPFIELD_BIN").expect("LAMPFIELD_BIN names the release binary: run `cargo xtask bench`");
    let (folder, sip) = (folder(), free_address());
    let mut config = format!(
        "[sip]\nlisten = \"udp://{sip}\"\nmax_names = 1000000\n[web]\nlisten = \"127.0.0.1:0\"\nopen = \"viewer\"\n[board]\n{board}\n[log]\nlevel = \"warn\"\n"
    );
    for index in 0..peers {
        let _infallible = write!(
            config,
            "[[peer]]\nname = \"p{index}\"\naddress = \"127.0.0.1\"\nresource = \"p{index}\"\npublish_to = \"sip:bench@127.0.0.1:9\"\n"
        );
    }
    let file = folder.path().join("lampfield.toml");
    std::fs::write(&file, config).expect("the configuration is written");
    let port_file = folder.path().join("port");
    let mut command = Command::new(binary);
    command.arg("run").arg("--config").arg(&file).arg("--port-file").arg(&port_file);
    let log = std::fs::File::create(folder.path().join("log")).expect("there is room for a log");
    command.stdout(log.try_clone().expect("a log can be written twice")).stderr(log);
    let process = command.spawn().expect("lampfield starts");
    let mut server = Server::ours(process, folder, sip, Dialect::DeviceState);
    server.web = Some(port(&port_file));
    server
}

fn port(file: &PathBuf) -> u16 {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        match std::fs::read_to_string(file).ok().and_then(|port| port.trim().parse().ok()) {
            Some(port) => return port,
            None if Instant::now() > deadline => panic!("lampfield did not start"),
            None => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

/// A temporary folder.
pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().expect("there is room for a folder")
}

/// An address at which nobody listens.
pub(crate) fn free_address() -> SocketAddr {
    UdpSocket::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("loopback")
}
