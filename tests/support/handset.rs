//! A telephone whose every step the test controls: it rings for as long as the test wants.

use std::collections::VecDeque;
use std::net::UdpSocket;
use std::time::{Duration, Instant};

/// A phone with an address of its own, registered at a proxy.
#[derive(Debug)]
pub struct Handset {
    exten: String,
    address: String,
    proxy: String,
    socket: UdpSocket,
    /// Messages that came while another was waited for.
    waiting: VecDeque<String>,
    registrations: u32,
    /// How often the phone was switched on.
    starts: u32,
}

/// A call, seen by its caller.
#[derive(Debug)]
pub struct Placed {
    call_id: String,
    answer: String,
}

/// A call, seen by the phone that is called.
#[derive(Debug)]
pub struct Incoming(String);

/// Time limit of the proxy.
const PATIENCE: Duration = Duration::from_secs(10);

impl Handset {
    /// Binds an address such as `127.0.0.11`, and registers.
    pub fn register(exten: &str, address: &str, proxy: &str) -> Self {
        let socket = UdpSocket::bind((address, 5060)).unwrap_or_else(|error| panic!("{address}: {error}"));
        socket.set_read_timeout(Some(Duration::from_millis(200))).expect("a timeout can be set");
        let (exten, address, proxy) = (exten.into(), address.into(), proxy.into());
        let mut phone = Self { exten, address, proxy, socket, waiting: VecDeque::new(), registrations: 0, starts: 1 };
        phone.send_registration(300);
        phone
    }

    /// Ends the registration.
    pub fn unregister(&mut self) {
        self.send_registration(0);
    }

    /// Registers as after a restart: with another Call-ID.
    pub fn start_again(&mut self) {
        self.starts += 1;
        self.send_registration(300);
    }

    fn send_registration(&mut self, expires: u32) {
        self.registrations += 1;
        let Self { exten, proxy, address, registrations: number, starts, .. } = &*self;
        let head = [
            format!("From: <sip:{exten}@{proxy}>;tag=r\r\nTo: <sip:{exten}@{proxy}>"),
            format!("Call-ID: register-{exten}-{starts}\r\nCSeq: {number} REGISTER"),
            format!("Contact: <sip:{exten}@{address}:5060>\r\nExpires: {expires}"),
        ];
        self.request("REGISTER", &format!("sip:{proxy}"), &format!("r{number}"), &head);
        self.wait_for("the registration is taken", |text| is_answer(text, "200", "REGISTER"));
    }

    /// Calls a number.
    pub fn call(&mut self, number: &str, call_id: &str) -> Placed {
        let Self { exten, proxy, address, .. } = &*self;
        let head = [
            format!("From: <sip:{exten}@{proxy}>;tag=f{call_id}\r\nTo: <sip:{number}@{proxy}>"),
            format!("Call-ID: {call_id}\r\nCSeq: 1 INVITE\r\nContact: <sip:{exten}@{address}:5060>"),
        ];
        self.request("INVITE", &format!("sip:{number}@{proxy}"), &format!("i{call_id}"), &head);
        Placed { call_id: call_id.into(), answer: String::new() }
    }

    /// Waits for a call, and rings.
    pub fn ring(&mut self, call_id: &str) -> Incoming {
        let call = format!("Call-ID: {call_id}");
        let invite = self.wait_for("it is called", |text| text.starts_with("INVITE ") && text.contains(&call));
        self.answer(&invite, "180 Ringing");
        Incoming(invite)
    }

    /// Answers a call.
    pub fn take(&mut self, Incoming(invite): &Incoming) {
        self.answer(invite, "200 OK");
    }

    /// Refuses a call.
    pub fn refuse(&mut self, Incoming(invite): &Incoming) {
        self.answer(invite, "486 Busy Here");
    }

    /// Waits until a call is answered.
    pub fn talk(&mut self, call: &mut Placed) {
        let of_call = format!("Call-ID: {}", call.call_id);
        call.answer =
            self.wait_for("the call is taken", |text| is_answer(text, "200", "INVITE") && text.contains(&of_call));
        self.within(call, "ACK", 1);
    }

    /// Waits until a call is refused. The proxy itself sends the ACK.
    pub fn give_up(&mut self, call: &Placed) {
        let of_call = format!("Call-ID: {}", call.call_id);
        self.wait_for("the call is refused", |text| is_answer(text, "486", "INVITE") && text.contains(&of_call));
    }

    /// Hangs up.
    pub fn hang_up(&mut self, call: &Placed) {
        self.within(call, "BYE", 2);
    }

    /// Waits until the other end hangs up.
    pub fn see_the_end(&mut self) {
        let bye = self.wait_for("the other end hangs up", |text| text.starts_with("BYE "));
        self.answer(&bye, "200 OK");
    }

    /// Sends a request within a call, to the target that its answer names.
    fn within(&mut self, Placed { call_id, answer }: &Placed, method: &str, number: u32) {
        let all = |name| headers(answer, name);
        let target = all("Contact")[0].trim_start_matches('<').split('>').next().unwrap_or_default().to_owned();
        let route: Vec<String> = all("Record-Route").iter().rev().map(|hop| format!("Route: {hop}")).collect();
        let head = [
            format!("From: {}\r\nTo: {}", all("From")[0], all("To")[0]),
            format!("Call-ID: {call_id}\r\nCSeq: {number} {method}"),
        ];
        let head: Vec<String> = route.into_iter().chain(head).collect();
        self.request(method, &target, &format!("{method}{call_id}"), &head);
    }

    fn request(&self, method: &str, uri: &str, branch: &str, head: &[String]) {
        let Self { exten, address, .. } = self;
        self.send(&format!(
            "{method} {uri} SIP/2.0\r\nVia: SIP/2.0/UDP {address}:5060;branch=z9hG4bK{exten}{branch}\r\n\
             Max-Forwards: 70\r\n{}\r\nContent-Length: 0\r\n\r\n",
            head.join("\r\n")
        ));
    }

    fn answer(&self, request: &str, status: &str) {
        let Self { exten, address, .. } = self;
        let copied = ["Via", "Record-Route", "From", "To", "Call-ID", "CSeq"].map(|name| {
            let lines = headers(request, name).into_iter().map(|value| match name {
                "To" if !value.contains(";tag=") => format!("To: {value};tag=t{exten}\r\n"),
                _ => format!("{name}: {value}\r\n"),
            });
            lines.collect::<String>()
        });
        self.send(&format!(
            "SIP/2.0 {status}\r\n{}Contact: <sip:{exten}@{address}:5060>\r\nContent-Length: 0\r\n\r\n",
            copied.concat()
        ));
    }

    fn send(&self, text: &str) {
        self.socket.send_to(text.as_bytes(), (self.proxy.as_str(), 5060)).expect("a datagram can be sent");
    }

    #[track_caller]
    fn wait_for(&mut self, what: &str, is_it: impl Fn(&str) -> bool) -> String {
        let end = Instant::now() + PATIENCE;
        let mut buffer = vec![0; 65_535];
        loop {
            if let Some(at) = self.waiting.iter().position(|text| is_it(text)) {
                return self.waiting.remove(at).expect("it is there");
            }
            assert!(Instant::now() < end, "{}: {what}; there came {:?}", self.exten, self.waiting);
            if let Ok(length) = self.socket.recv(&mut buffer) {
                self.waiting.push_back(String::from_utf8_lossy(&buffer[..length]).into_owned());
            }
        }
    }
}

fn is_answer(text: &str, code: &str, method: &str) -> bool {
    text.starts_with(&format!("SIP/2.0 {code} ")) && headers(text, "CSeq").iter().any(|it| it.ends_with(method))
}

/// All values of a header.
fn headers<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
    let lines = text.split("\r\n").skip(1).filter_map(|line| line.split_once(':'));
    lines.filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).collect()
}
