//! Many watchers: cost of one event for each of them, in comparison with nginx and nchan.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::runtime::Runtime;

use crate::process::Program;
use crate::publisher::Publisher;
use crate::servers::{self, Dialect, Server, folder};
use crate::table::{Table, float, micros, number};

/// Changes per second, and length of the measurement.
const RATE: u32 = 200;
const LENGTH: Duration = Duration::from_secs(10);
/// Number of lamps that change in turn.
const LAMPS: usize = 1_000;

/// Prints the table.
pub(crate) fn measure() {
    let title = format!("Watchers of {LAMPS} lamps, {RATE} changes a second for {} s", LENGTH.as_secs());
    let columns = ["", "watchers", "events", "of them seen", "CPU µs an event", "CPU %", "kB a watcher"];
    let table = Table::begin(&title, &columns);
    for watchers in [1_000, 5_000] {
        let server = servers::lampfield(1, "hints = [\"_XXXX,hint,PJSIP/${EXTEN}\"]");
        let mut publisher = Publisher::new(0, &server);
        let mut buffer = vec![0; 65_535];
        let mut change = |number: usize| {
            let state = ["RINGING", "INUSE"][number / LAMPS % 2];
            publisher.tell(&format!("PJSIP/{}", 1000 + number % LAMPS), state, &mut buffer);
        };
        (0..LAMPS).for_each(&mut change);
        let run = run(&server, "/api/v1/events", watchers, |number| change(number + LAMPS));
        table.row(&run.cells("lampfield", watchers));
        drop(server);
        let server = nchan();
        let mut publisher = Post::open(server.web.expect("it serves"));
        let run = run_nchan(&server, watchers, &mut publisher);
        table.row(&run.cells("nginx with nchan", watchers));
    }
}

fn run_nchan(server: &Server, watchers: usize, publisher: &mut Post) -> Run {
    publisher.event(0);
    run(server, "/events", watchers, |number| publisher.event(number))
}

struct Run {
    changes: usize,
    lines: usize,
    lines_an_event: usize,
    cpu: Duration,
    wall: Duration,
    memory: u64,
}

impl Run {
    fn cells(&self, name: &str, watchers: usize) -> Vec<String> {
        let (seen, all) = (self.lines / self.lines_an_event, self.changes * watchers);
        vec![
            name.into(),
            watchers.to_string(),
            all.to_string(),
            format!("{} %", number(float(seen) / float(all) * 100.0, 1)),
            number(micros(self.cpu, seen), 2),
            number(self.cpu.as_secs_f64() / self.wall.as_secs_f64() * 100.0, 0),
            number(float(usize::try_from(self.memory / 1024).expect("memory fits")) / float(watchers), 1),
        ]
    }
}

/// Starts the watchers, changes lamps at a steady pace, and counts the lines that the watchers read.
fn run(server: &Server, path: &'static str, watchers: usize, mut change: impl FnMut(usize)) -> Run {
    let lines = Arc::new(AtomicUsize::new(0));
    let runtime = Runtime::new().expect("a runtime starts");
    let port = server.web.expect("it serves");
    // Memory that changes themselves need is allocated before: transactions, and states to be published again.
    let first = runtime.spawn(watch(port, path, 0, Arc::clone(&lines)));
    settle(&lines);
    (0..usize::try_from(u64::from(RATE) * LENGTH.as_secs()).expect("few")).for_each(&mut change);
    settle(&lines);
    first.abort();
    let before = server.program.memory();
    for chunk in 0..watchers.div_ceil(100) {
        for number in chunk * 100..watchers.min(chunk * 100 + 100) {
            runtime.spawn(watch(port, path, number, Arc::clone(&lines)));
        }
        thread::sleep(Duration::from_millis(100));
    }
    settle(&lines);
    // The number of lines of an event is measured first.
    let start = lines.load(Ordering::Relaxed);
    change(0);
    settle(&lines);
    let lines_an_event = (lines.load(Ordering::Relaxed) - start) / watchers;
    assert!(lines_an_event > 0, "the watchers were told nothing");
    let (first, cpu, start) = (lines.load(Ordering::Relaxed), server.program.cpu(), Instant::now());
    let mut changes = 0;
    while start.elapsed() < LENGTH {
        changes += 1;
        change(changes);
        thread::sleep(
            (start + Duration::from_secs(1) / RATE * u32::try_from(changes).expect("few"))
                .saturating_duration_since(Instant::now()),
        );
    }
    let wall = start.elapsed();
    let memory = server.program.memory().saturating_sub(before);
    settle(&lines);
    let cpu = server.program.cpu().saturating_sub(cpu);
    let lines = lines.load(Ordering::Relaxed) - first;
    Run { changes, lines, lines_an_event, cpu, wall, memory }
}

/// Waits until no more lines come.
fn settle(lines: &AtomicUsize) {
    let mut last = usize::MAX;
    for _ in 0..100 {
        let now = lines.load(Ordering::Relaxed);
        if now == last {
            return;
        }
        last = now;
        thread::sleep(Duration::from_millis(300));
    }
}

/// A watcher that counts lines. A thousand share an address: the server would not let all in from one.
async fn watch(port: u16, path: &str, number: usize, lines: Arc<AtomicUsize>) {
    let socket = tokio::net::TcpSocket::new_v4().expect("there are files");
    let from = u8::try_from(10 + number / 1000).expect("few thousands");
    socket.bind(([127, 0, 0, from], 0).into()).expect("the address is this machine's");
    let mut stream = socket.connect(([127, 0, 0, 1], port).into()).await.expect("the server accepts");
    let request = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("the server reads");
    let mut buffer = vec![0; 8 * 1024];
    while let Ok(length @ 1..) = stream.read(&mut buffer).await {
        // The line ends of HTTP chunks are `\r\n`; they count for neither server.
        let ends = buffer[..length].windows(2).filter(|it| it[1] == b'\n' && it[0] != b'\r').count();
        lines.fetch_add(ends + usize::from(buffer[0] == b'\n'), Ordering::Relaxed);
    }
}

/// nginx with one worker and nchan, with messages in memory.
fn nchan() -> Server {
    let (folder, address) = (folder(), servers::free_address());
    let (path, port) = (folder.path().display().to_string(), address.port());
    let configuration = format!(
        "load_module modules/ngx_nchan_module.so;\nworker_processes 1;\nworker_rlimit_nofile 20000;\ndaemon off;\nuser root;\n\
         pid {path}/pid;\nerror_log {path}/error.log;\nevents {{ worker_connections 12000; }}\nhttp {{\n access_log off;\n \
         client_body_temp_path {path};\n proxy_temp_path {path};\n fastcgi_temp_path {path};\n uwsgi_temp_path {path};\n \
         scgi_temp_path {path};\n keepalive_requests 1000000;\n server {{\n  listen 127.0.0.1:{port};\n  \
         location = /publish {{ nchan_publisher; nchan_channel_id board; nchan_message_buffer_length 100; }}\n  \
         location = /events {{ nchan_subscriber eventsource; nchan_channel_id board; nchan_subscriber_first_message newest; }}\n }}\n}}\n"
    );
    let file = folder.path().join("nginx.conf");
    std::fs::write(&file, configuration).expect("there is room");
    let mut command = Command::new("nginx");
    command.arg("-c").arg(&file).arg("-e").arg(folder.path().join("error.log"));
    let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("nginx is installed");
    let (first, end) = (process.id(), Instant::now() + Duration::from_secs(10));
    while TcpStream::connect(address).is_err() {
        assert!(
            Instant::now() < end,
            "nginx does not serve: {}",
            std::fs::read_to_string(folder.path().join("error.log")).unwrap_or_default()
        );
        thread::sleep(Duration::from_millis(50));
    }
    let mut server = Server::ours(process, folder, address, Dialect::DeviceState);
    (server.web, server.program) = (Some(port), Program::of(first));
    server
}

/// Posts events on one connection.
struct Post(BufReader<TcpStream>);

impl Post {
    fn open(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).expect("nginx serves");
        stream.set_nodelay(true).expect("a socket");
        Self(BufReader::new(stream))
    }

    /// An event as long as one of lampfield's.
    fn event(&mut self, number: usize) {
        let state = ["ringing", "on_call"][number / LAMPS % 2];
        let body = format!(
            r#"{{"exten":"{}","name":null,"site":"p0","group":null,"state":"{state}","dnd":false,"dnd_details":null,"dnd_freshness":"live","dnd_as_of":null,"phone":null,"hint_state":"Ringing","freshness":"live","since":1795398000000,"as_of":null,"mailbox":null,"mailbox_as_of":null,"presence":null,"call":null}}"#,
            1000 + number % LAMPS
        );
        let request = format!(
            "POST /publish HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.0.get_mut().write_all(request.as_bytes()).expect("nginx reads");
        let (mut length, mut line) = (0, String::new());
        while line != "\r\n" {
            line.clear();
            self.0.read_line(&mut line).expect("nginx answers");
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().expect("a length");
            }
        }
        let mut rest = vec![0; length];
        self.0.read_exact(&mut rest).expect("nginx answers");
    }
}
