//! A publisher: a socket and a chain of entity-tags.

use std::io;
use std::net::UdpSocket;
use std::time::Duration;

use crate::peers;
use crate::servers::{Dialect, Server};

/// Time limit of an answer; later ones count as lost.
pub(crate) const PATIENCE: Duration = Duration::from_secs(2);

/// Whether a server accepted a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    Yes,
    /// Refused: the chain begins anew.
    No,
}

/// A socket and a chain of entity-tags.
pub(crate) struct Publisher {
    pub(crate) socket: UdpSocket,
    name: String,
    resource: String,
    eid: String,
    tag: Option<String>,
    cseq: u32,
    dialect: Dialect,
}

impl Publisher {
    /// A publisher of several, each with an entity id and, where the server has many, a resource of its own.
    pub(crate) fn new(index: usize, server: &Server) -> Self {
        let socket = UdpSocket::bind((server.from, 0)).expect("loopback");
        socket.connect(server.sip).expect("loopback");
        socket.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        let name = format!("p{index}");
        let resource = server.resource.map_or_else(|| name.clone(), str::to_owned);
        let eid = format!("02:00:00:00:01:{index:02x}");
        Self { socket, name, resource, eid, tag: None, cseq: 0, dialect: server.dialect }
    }

    /// Sends a device's state, as the first or the next of the chain.
    pub(crate) fn send(&mut self, device: &str, state: &str) {
        let Self { eid, cseq, .. } = self;
        let (kind, body) = match self.dialect {
            Dialect::DeviceState => (
                "application/json",
                format!(r#"{{"type":"devicestate","device":"{device}","state":"{state}","cachable":1,"eid":"{eid}"}}"#),
            ),
            Dialect::DialogInfo => ("application/dialog-info+xml", peers::dialog_info(*cseq, device, state)),
        };
        self.publish(3600, &format!("Content-Type: {kind}\r\n"), &body);
    }

    /// Sends the removal of the publication; its answer ends the chain.
    pub(crate) fn remove(&mut self) {
        self.publish(0, "", "");
    }

    /// Begins a new chain.
    pub(crate) fn forget(&mut self) {
        self.tag = None;
    }

    fn publish(&mut self, expires: u32, kind: &str, body: &str) {
        self.cseq += 1;
        let event = match self.dialect {
            Dialect::DeviceState => "asterisk-devicestate",
            Dialect::DialogInfo => "dialog",
        };
        let Self { name, resource, cseq, .. } = self;
        let local = self.socket.local_addr().expect("bound");
        let tag = self.tag.as_ref().map_or(String::new(), |tag| format!("SIP-If-Match: {tag}\r\n"));
        let (length, port, host) = (body.len(), local.port(), local.ip());
        let request = format!(
            "PUBLISH sip:{resource}@{host} SIP/2.0\r\nVia: SIP/2.0/UDP {local};rport;branch=z9hG4bKPj{name}-{cseq}-{port}\r\n\
             From: <sip:{resource}@{host}>;tag=f{cseq}-51f1-43c3-bb08\r\nTo: <sip:{resource}@{host}>\r\nCall-ID: {name}-1a87-417c-{port}\r\n\
             CSeq: {cseq} PUBLISH\r\nEvent: {event}\r\n{tag}Expires: {expires}\r\nMax-Forwards: 70\r\nUser-Agent: bench\r\n\
             {kind}Content-Length: {length:5}\r\n\r\n{body}"
        );
        self.socket.send(request.as_bytes()).expect("loopback");
    }

    /// Waits for the answer.
    ///
    /// # Errors
    /// When no answer comes in time, or another than 200; the chain begins anew then.
    pub(crate) fn receive(&mut self, buffer: &mut [u8]) -> io::Result<()> {
        loop {
            let length = self.socket.recv(buffer).inspect_err(|_| self.tag = None)?;
            match self.handle(&buffer[..length]) {
                Some(Taken::Yes) => return Ok(()),
                Some(Taken::No) => return Err(io::Error::other("412")),
                None => {}
            }
        }
    }

    /// Takes an answer; `None` for a message that does not answer the last request: requests of the server itself, and
    /// late answers.
    pub(crate) fn handle(&mut self, message: &[u8]) -> Option<Taken> {
        let text = std::str::from_utf8(message).expect("text");
        if !text.starts_with("SIP/2.0 ") || !text.contains(&format!("\r\nCSeq: {} ", self.cseq)) {
            return None;
        }
        self.tag = text.lines().find_map(|line| line.strip_prefix("SIP-ETag: ")).map(str::to_owned);
        if text.starts_with("SIP/2.0 200") {
            return Some(Taken::Yes);
        }
        // Asterisk answers a first PUBLISH before it can find the publication: a next one that comes at once is
        // refused.
        assert!(text.starts_with("SIP/2.0 412"), "{text}");
        Some(Taken::No)
    }

    /// Sends a device's state and waits for the answer.
    pub(crate) fn tell(&mut self, device: &str, state: &str, buffer: &mut [u8]) {
        self.send(device, state);
        self.receive(buffer).expect("an answer within two seconds");
    }
}
