//! Subscribers that are told by NOTIFY: a phone with one key, at a hint of Asterisk; a watcher of many, at Kamailio.

use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::latency::Seen;

/// Address from which the lab's Asterisk accepts a SUBSCRIBE without a password.
const ADDRESS: &str = "127.0.0.6:5098";

/// Subscribes to an extension; gives the states that NOTIFYs tell.
pub(crate) fn subscribe(server: SocketAddr, exten: &str) -> Receiver<Seen> {
    let socket = UdpSocket::bind(ADDRESS).expect("the address is free");
    ask(&socket, server, exten, &server.to_string());
    let (sender, seen) = channel();
    thread::spawn(move || {
        listen(&socket, |notify, at| {
            let state = if notify.contains("<state>early") { "RINGING" } else { "INUSE" };
            sender.send(Seen { state, at }).is_ok()
        });
    });
    seen
}

/// Subscribes to each of these users at `host`, and accepts all NOTIFYs; gives their number.
pub(crate) fn watch(server: SocketAddr, host: &str, users: impl Iterator<Item = String>) -> Arc<AtomicUsize> {
    let socket = UdpSocket::bind((host, 0)).expect("loopback");
    users.for_each(|user| ask(&socket, server, &user, host));
    let told = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&told);
    thread::spawn(move || {
        listen(&socket, |_, _| {
            count.fetch_add(1, Ordering::Relaxed);
            true
        });
    });
    told
}

/// Sends a SUBSCRIBE, and waits for its answer.
fn ask(socket: &UdpSocket, server: SocketAddr, user: &str, host: &str) {
    socket.connect(server).expect("loopback");
    socket.set_read_timeout(Some(Duration::from_secs(5))).expect("a timeout");
    let own = socket.local_addr().expect("bound");
    let request = format!(
        "SUBSCRIBE sip:{user}@{host} SIP/2.0\r\nVia: SIP/2.0/UDP {own};rport;branch=z9hG4bKphone{user}\r\n\
         From: <sip:console@{own}>;tag=phone{user}\r\nTo: <sip:{user}@{host}>\r\nCall-ID: phone{user}\r\nCSeq: 1 SUBSCRIBE\r\n\
         Contact: <sip:console@{own}>\r\nEvent: dialog\r\nAccept: application/dialog-info+xml\r\nExpires: 3600\r\n\
         Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
    );
    socket.send(request.as_bytes()).expect("loopback");
    let mut buffer = vec![0; 65_535];
    loop {
        let length = socket.recv(&mut buffer).expect("the server answers");
        let text = String::from_utf8_lossy(&buffer[..length]).into_owned();
        if text.starts_with("NOTIFY ") {
            let _lost = socket.send(accept(&text).as_bytes());
        } else {
            assert!(text.starts_with("SIP/2.0 20"), "{text}");
            return;
        }
    }
}

/// Accepts NOTIFYs until nobody wants them any more, when the measurement is over.
fn listen(socket: &UdpSocket, mut take: impl FnMut(&str, Instant) -> bool) {
    socket.set_read_timeout(None).expect("no timeout");
    let mut buffer = vec![0; 65_535];
    while let Ok(length) = socket.recv(&mut buffer) {
        let at = Instant::now();
        let Ok(text) = std::str::from_utf8(&buffer[..length]) else { continue };
        if !text.starts_with("NOTIFY ") {
            continue;
        }
        let _lost = socket.send(accept(text).as_bytes());
        if !take(text, at) {
            return;
        }
    }
}

/// The 200 to a NOTIFY.
fn accept(notify: &str) -> String {
    let copied = ["Via:", "From:", "To:", "Call-ID:", "CSeq:"];
    let headers = notify.lines().filter(|line| copied.iter().any(|name| line.starts_with(name)));
    let headers: String = headers.flat_map(|line| [line, "\r\n"]).collect();
    format!("SIP/2.0 200 OK\r\n{headers}Content-Length: 0\r\n\r\n")
}
