//! A reverse proxy as an admin may put before lampfield: serves lampfield below a path, and a page of its own beside
//! it.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// Serves `http://127.0.0.1:PORT/console/` from another port's `/`, until the test process ends.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    strays: Arc<Mutex<Vec<String>>>,
}

/// Settings of a connection.
struct Way {
    upstream: u16,
    strays: Arc<Mutex<Vec<String>>>,
    /// Page at `OWN`.
    own: Option<String>,
}

/// Path of the proxy's own page.
const OWN: &str = "/own.html";

/// Path below which it serves lampfield.
const PREFIX: &str = "/console";

impl Proxy {
    /// Starts before the server at this port.
    pub fn before(upstream: u16) -> Self {
        Self::start(upstream, None)
    }

    /// Starts with a page of its own, which may send requests to lampfield as lampfield's own page does.
    pub fn with_page(upstream: u16, page: String) -> Self {
        Self::start(upstream, Some(page))
    }

    fn start(upstream: u16, own: Option<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("a listener has an address").port();
        let strays: Arc<Mutex<Vec<String>>> = Arc::default();
        let way = Arc::new(Way { upstream, strays: Arc::clone(&strays), own });
        thread::spawn(move || {
            for browser in listener.incoming().map_while(Result::ok) {
                let way = Arc::clone(&way);
                // A browser may go away at any time: that is no failure.
                thread::spawn(move || drop(relay(browser, &way)));
            }
        });
        Self { port, strays }
    }

    /// Address of lampfield's page through this proxy.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}{PREFIX}/", self.port)
    }

    /// Address of its own page.
    pub fn own_url(&self) -> String {
        format!("http://127.0.0.1:{}{PREFIX}{OWN}", self.port)
    }

    /// Requested paths outside of the prefix.
    pub fn strays(&self) -> Vec<String> {
        self.strays.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Relays one request with its whole answer.
fn relay(mut browser: TcpStream, way: &Way) -> io::Result<()> {
    let mut head = String::new();
    let mut reader = BufReader::new(browser.try_clone()?);
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head)? == 0 {
            return Ok(());
        }
    }
    let (line, headers) = head.split_once("\r\n").unwrap_or((&head, ""));
    let path = line.split(' ').nth(1).unwrap_or_default();
    let Some(inner) = path.strip_prefix(PREFIX).filter(|inner| inner.starts_with('/')) else {
        way.strays.lock().unwrap_or_else(PoisonError::into_inner).push(path.to_owned());
        return browser.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    };
    if let Some(page) = way.own.as_ref().filter(|_| inner == OWN) {
        let length = page.len();
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n";
        return write!(browser, "{head}Content-Length: {length}\r\n\r\n{page}");
    }
    let kept = headers.lines().filter(|it| !it.is_empty() && !it.to_ascii_lowercase().starts_with("connection:"));
    let headers: String = kept.flat_map(|header| [header, "\r\n"]).collect();
    let mut server = TcpStream::connect(("127.0.0.1", way.upstream))?;
    write!(server, "GET {inner} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n")?;
    io::copy(&mut server, &mut browser)?;
    browser.shutdown(Shutdown::Both)
}
