//! A SIP element made of a UDP socket: sends exactly the bytes that a test wants.

use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::Config;

/// A request in the making. Fields that are not set are those of a well-behaved Asterisk.
#[derive(Debug, Clone)]
pub struct Request {
    method: String,
    uri: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Request {
    /// A request of any method to any address.
    pub fn new(method: &str, uri: &str) -> Self {
        Self { method: method.into(), uri: uri.into(), headers: Vec::new(), body: String::new() }
    }

    /// A PUBLISH of device states to a resource of lampfield's, without a body yet.
    pub fn publish(resource: &str) -> Self {
        Self::new("PUBLISH", &format!("sip:{resource}@{}", Config::SIP))
            .with("Event", "asterisk-devicestate")
            .with("Expires", "3600")
    }

    /// A PUBLISH of one device's state.
    pub fn device(resource: &str, eid: &str, device: &str, state: &str) -> Self {
        Self::publish(resource).json(&format!(
            r#"{{"type":"devicestate","device":"{device}","state":"{state}","cachable":1,"eid":"{eid}"}}"#
        ))
    }

    /// A PUBLISH of an extension's state: `dialog` or `presence`.
    pub fn document(exten: &str, event: &str, media_type: &str, body: &str) -> Self {
        let request = Self::publish(exten).with("Event", event).with("Content-Type", media_type);
        Self { body: body.into(), ..request }
    }

    /// Sets a header, in place of one of that name.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Removes a header.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self
    }

    /// Sets a JSON body.
    #[must_use]
    pub fn json(mut self, body: &str) -> Self {
        self.body = body.into();
        self.with("Content-Type", "application/json")
    }

    fn bytes(&self, from: SocketAddr) -> Vec<u8> {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let Self { method, uri, headers, body } = self;
        let mut text = format!(
            "{method} {uri} SIP/2.0\r\nVia: SIP/2.0/UDP {from};rport;branch=z9hG4bKtest{number}\r\n\
             From: <{uri}>;tag=f{number}\r\nTo: <{uri}>\r\nCall-ID: test-{number}@{}\r\nCSeq: {number} {method}\r\n\
             Max-Forwards: 70\r\n",
            from.ip()
        );
        for (name, value) in headers {
            text.extend([name, ": ", value, "\r\n"]);
        }
        text.extend(["Content-Length: ", &body.len().to_string(), "\r\n\r\n", body]);
        text.into_bytes()
    }
}

/// An answer as received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Text of the answer.
    pub text: String,
}

impl Answer {
    /// The status code.
    pub fn code(&self) -> u16 {
        let code = self.text.strip_prefix("SIP/2.0 ").and_then(|rest| rest.get(..3));
        code.and_then(|code| code.parse().ok()).unwrap_or_else(|| panic!("no answer of SIP: {}", self.text))
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        let head = self.text.split("\r\n\r\n").next().unwrap_or_default();
        let mut headers = head.lines().skip(1).filter_map(|line| line.split_once(':'));
        headers.find(|(known, _)| known.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }
}

/// A socket with an address of its own.
#[derive(Debug)]
pub struct Element {
    socket: UdpSocket,
    address: SocketAddr,
}

impl Element {
    /// Binds an address.
    pub fn bind(address: &str) -> Self {
        let socket = UdpSocket::bind(address).unwrap_or_else(|error| panic!("{address}: {error}"));
        socket.set_read_timeout(Some(Duration::from_secs(3))).expect("a timeout can be set");
        let address = socket.local_addr().expect("a bound socket has an address");
        Self { socket, address }
    }

    /// Bytes of a request from this element; a new transaction each time.
    pub fn write(&self, request: &Request) -> Vec<u8> {
        request.bytes(self.address)
    }

    /// Sends bytes to lampfield.
    pub fn send(&self, bytes: &[u8]) {
        self.socket.send_to(bytes, Config::SIP).expect("a datagram can be sent");
    }

    /// Sends a request and waits for its answer.
    pub fn ask(&self, request: &Request) -> Answer {
        self.ask_bytes(&self.write(request))
    }

    /// Sends bytes and waits for the answer. Requests from lampfield, which may come in between, are ignored.
    #[track_caller]
    pub fn ask_bytes(&self, bytes: &[u8]) -> Answer {
        self.send(bytes);
        self.answer().expect("an answer comes")
    }

    /// The next answer, if one comes in three seconds.
    pub fn answer(&self) -> Option<Answer> {
        let mut buffer = vec![0; 65_535];
        loop {
            let (length, _) = self.socket.recv_from(&mut buffer).ok()?;
            let text = String::from_utf8_lossy(&buffer[..length]).into_owned();
            if text.starts_with("SIP/2.0 ") {
                return Some(Answer { text });
            }
        }
    }
}
