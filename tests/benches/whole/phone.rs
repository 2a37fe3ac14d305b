//! A phone with one key: it subscribes to a hint of Asterisk's, and is told by NOTIFY.

use std::net::UdpSocket;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use crate::latency::Seen;

/// From here the lab's Asterisk takes a SUBSCRIBE without a password.
const ADDRESS: &str = "127.0.0.6:5098";

/// Subscribes to an extension; what it is told, as it is told.
pub(crate) fn subscribe(server: std::net::SocketAddr, exten: &str) -> Receiver<Seen> {
    let socket = UdpSocket::bind(ADDRESS).expect("the address is free");
    socket.connect(server).expect("loopback");
    socket.set_read_timeout(Some(Duration::from_secs(5))).expect("a timeout");
    let request = format!(
        "SUBSCRIBE sip:{exten}@{server} SIP/2.0\r\nVia: SIP/2.0/UDP {ADDRESS};rport;branch=z9hG4bKphone\r\n\
         From: <sip:console@{ADDRESS}>;tag=phone\r\nTo: <sip:{exten}@{server}>\r\nCall-ID: phone\r\nCSeq: 1 SUBSCRIBE\r\n\
         Contact: <sip:console@{ADDRESS}>\r\nEvent: dialog\r\nAccept: application/dialog-info+xml\r\nExpires: 3600\r\n\
         Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
    );
    socket.send(request.as_bytes()).expect("loopback");
    let mut buffer = vec![0; 65_535];
    let length = socket.recv(&mut buffer).expect("Asterisk answers");
    let answer = String::from_utf8_lossy(&buffer[..length]).into_owned();
    assert!(answer.starts_with("SIP/2.0 200"), "{answer}");
    socket.set_read_timeout(None).expect("no timeout");
    let (sender, seen) = channel();
    std::thread::spawn(move || {
        // Until the measurement is over, and the program with it.
        while let Ok(length) = socket.recv(&mut buffer) {
            let at = Instant::now();
            let Ok(text) = std::str::from_utf8(&buffer[..length]) else { continue };
            if !text.starts_with("NOTIFY ") {
                continue;
            }
            let _lost = socket.send(accept(text).as_bytes());
            let state = if text.contains("<state>early") { "RINGING" } else { "INUSE" };
            if sender.send(Seen { state, at }).is_err() {
                return;
            }
        }
    });
    seen
}

/// 200 to a NOTIFY.
fn accept(notify: &str) -> String {
    let copied = ["Via:", "From:", "To:", "Call-ID:", "CSeq:"];
    let headers = notify.lines().filter(|line| copied.iter().any(|name| line.starts_with(name)));
    let headers: String = headers.flat_map(|line| [line, "\r\n"]).collect();
    format!("SIP/2.0 200 OK\r\n{headers}Content-Length: 0\r\n\r\n")
}
