use std::net::SocketAddr;
use std::time::{Duration, Instant};

use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::*;

const PBX: &str = "192.0.2.11:5061";

/// An endpoint and its clock.
struct Run {
    endpoint: Endpoint,
    start: Instant,
    now: Instant,
}

impl Run {
    fn new() -> Self {
        Self::with_room_for(10)
    }

    fn with_room_for(max_server_transactions: usize) -> Self {
        let sent_by = "192.0.2.50:5060".parse::<SocketAddr>().unwrap().into();
        let settings = EndpointSettings { sent_by, user_agent: "lampfield".to_owned(), max_server_transactions };
        let start = Instant::now();
        Self { endpoint: Endpoint::new(settings, StdRng::seed_from_u64(1)), start, now: start }
    }

    fn at(&mut self, seconds: f64) -> &mut Self {
        self.now = self.start + Duration::from_secs_f64(seconds);
        self.endpoint.handle_timeout(self.now);
        self
    }

    fn receive(&mut self, source: &str, text: &str) -> &mut Self {
        self.endpoint.handle_message(self.now, source.parse::<SocketAddr>().unwrap(), text.as_bytes());
        self
    }

    #[track_caller]
    fn request(&mut self) -> ServerKey {
        match self.endpoint.poll_event() {
            Some(Event::Request { key, .. }) => key,
            other => panic!("no request, but {other:?}"),
        }
    }

    #[track_caller]
    fn silence(&mut self) -> &mut Self {
        assert!(self.endpoint.poll_event().is_none(), "an event");
        assert_eq!(self.endpoint.poll_transmit(), None);
        self
    }

    #[track_caller]
    fn sent(&mut self) -> (SocketAddr, String) {
        let transmit = self.endpoint.poll_transmit().expect("nothing was sent");
        (transmit.route.address(), String::from_utf8(transmit.payload.to_vec()).unwrap())
    }

    fn answer(&mut self, key: ServerKey, answer: &Answer) {
        self.endpoint.answer(self.now, key, answer);
    }

    fn send_options(&mut self) -> ClientId {
        self.send_options_by(&Hop::Udp(PBX.parse().unwrap()))
    }

    fn send_options_by(&mut self, hop: &Hop) -> ClientId {
        let request = OutgoingRequest::new(Method::Options, "sip:pbx@192.0.2.11:5061")
            .from("sip:us@192.0.2.50", "ours")
            .to("sip:pbx@192.0.2.11")
            .call_id("call")
            .cseq(4);
        self.endpoint.send(self.now, hop, &request)
    }
}

/// A PUBLISH with `edits` made to it: `old => new`.
fn publish(edits: &[(&str, &str)]) -> String {
    let mut text = "PUBLISH sip:desk@192.0.2.50:5060 SIP/2.0\r\n\
        Via: SIP/2.0/UDP 192.0.2.11:5061;rport;branch=z9hG4bKa\r\n\
        From: <sip:desk@192.0.2.50>;tag=theirs\r\n\
        To: <sip:desk@192.0.2.50>\r\n\
        Call-ID: call\r\n\
        CSeq: 7 PUBLISH\r\n\
        Event: asterisk-devicestate\r\n\
        Expires: 3600\r\n\
        Content-Length: 2\r\n\r\n{}"
        .to_owned();
    for (old, new) in edits {
        assert!(text.contains(old), "nothing to edit: {old}");
        text = text.replace(old, new);
    }
    text
}

/// The response to OPTIONS that carries the request's own headers.
fn response_to(request: &str, status: &str) -> String {
    let is_kept = |line: &&str| ["Via:", "From:", "To:", "Call-ID:", "CSeq:"].iter().any(|name| line.starts_with(name));
    let head: Vec<&str> = request.lines().filter(is_kept).collect();
    let head = head.join("\r\n");
    format!("SIP/2.0 {status}\r\n{head}\r\nContent-Length: 0\r\n\r\n")
}

#[test]
fn answers_with_what_the_request_said() {
    let mut run = Run::new();
    let key = run.receive(PBX, &publish(&[])).request();
    run.answer(key, &Answer::new(Answer::OK).etag("e1").expires(Duration::from_hours(1)));
    let (destination, text) = run.sent();
    assert_eq!(destination.to_string(), PBX);
    insta::assert_snapshot!(text.replace('\r', ""), @r"
    SIP/2.0 200 OK
    Via: SIP/2.0/UDP 192.0.2.11:5061;branch=z9hG4bKa;rport=5061;received=192.0.2.11
    From: <sip:desk@192.0.2.50>;tag=theirs
    To: <sip:desk@192.0.2.50>;tag=bb7af17fbd687629
    Call-ID: call
    CSeq: 7 PUBLISH
    Server: lampfield
    SIP-ETag: e1
    Expires: 3600
    Content-Length: 0
    ");
}

#[test]
fn answers_a_retransmission_without_a_second_event() {
    let mut run = Run::new();
    let key = run.receive(PBX, &publish(&[])).request();
    run.receive(PBX, &publish(&[])).silence();
    run.answer(key, &Answer::new(Answer::OK).etag("e1"));
    let first = run.sent();
    for seconds in [0.5, 1.5, 3.5, 31.9] {
        assert_eq!(run.at(seconds).receive(PBX, &publish(&[])).sent(), first, "after {seconds} s");
        run.silence();
    }
    assert_eq!(run.endpoint.counters().retransmissions, 5);
    run.at(32.0).receive(PBX, &publish(&[])).request();
}

#[test]
fn keeps_an_answer_for_32_seconds_however_late_it_was_given() {
    let mut run = Run::new();
    let key = run.receive(PBX, &publish(&[])).request();
    run.at(20.0).answer(key, &Answer::new(Answer::OK));
    let first = run.sent();
    assert_eq!(run.at(51.9).receive(PBX, &publish(&[])).sent(), first);
    run.at(52.0).receive(PBX, &publish(&[])).request();
}

#[test]
fn forgets_after_32_seconds_what_nobody_answered() {
    let mut run = Run::new();
    let key = run.receive(PBX, &publish(&[])).request();
    run.at(31.9).receive(PBX, &publish(&[])).silence();
    run.at(32.0).receive(PBX, &publish(&[("z9hG4bKa", "z9hG4bKb")])).request();
    run.answer(key, &Answer::new(Answer::OK));
    run.silence();
    run.receive(PBX, &publish(&[])).request();
}

#[test]
fn answers_a_request_once() {
    let mut run = Run::new();
    let key = run.receive(PBX, &publish(&[])).request();
    run.answer(key, &Answer::new(Answer::OK));
    run.sent();
    run.answer(key, &Answer::new(Answer::FORBIDDEN));
    run.silence();
    run.at(40.0).answer(key, &Answer::new(Answer::OK));
    run.silence();
}

#[test]
fn forgets_a_request_that_nobody_answers() {
    let mut run = Run::with_room_for(1);
    run.receive(PBX, &publish(&[])).request();
    assert_eq!(run.endpoint.poll_timeout(), Some(run.start + Duration::from_millis(32_500)));
    run.at(32.0).receive(PBX, &publish(&[("z9hG4bKa", "z9hG4bKb")])).request();
}

/// Two requests, of which the second differs in `edits` and `source`: it is another one.
#[track_caller]
fn check_apart(source: &str, edits: &[(&str, &str)]) {
    let mut run = Run::new();
    run.receive(PBX, &publish(&[])).request();
    run.receive(source, &publish(edits)).request();
}

#[test]
fn tells_requests_apart_by_branch_sent_by_method_and_source() {
    check_apart(PBX, &[("z9hG4bKa", "z9hG4bKb")]);
    check_apart(PBX, &[("UDP 192.0.2.11", "UDP 192.0.2.12")]);
    check_apart(PBX, &[("PUBLISH", "OPTIONS")]);
    check_apart("192.0.2.12:5061", &[]);
    check_apart("192.0.2.11:5062", &[]);
}

#[test]
fn tells_old_requests_apart_by_all_they_say() {
    for branch in ["", ";branch=", ";branch=1"] {
        let old = (";branch=z9hG4bKa", branch);
        let mut run = Run::new();
        run.receive(PBX, &publish(&[old])).request();
        run.receive(PBX, &publish(&[old])).silence();
        run.receive(PBX, &publish(&[old, ("CSeq: 7", "CSeq: 8")])).request();
        run.receive(PBX, &publish(&[old, ("Call-ID: call", "Call-ID: other")])).request();
        run.receive(PBX, &publish(&[old, ("tag=theirs", "tag=other")])).request();
        run.receive(PBX, &publish(&[old, ("sip:desk@192.0.2.50:5060", "sip:other@192.0.2.50:5060")])).request();
    }
}

/// The edited request is refused at once, with this status and header, and the same way again.
#[track_caller]
fn check_refused(edits: &[(&str, &str)], status: &str, header: &str) {
    let mut run = Run::new();
    let text = publish(edits);
    let (destination, answer) = run.receive(PBX, &text).sent();
    assert!(answer.starts_with(&format!("SIP/2.0 {status} ")), "{text}\n{answer}");
    assert!(answer.contains(header), "{text}\n{answer}");
    assert_eq!(destination.to_string(), PBX);
    run.silence();
    assert_eq!(run.receive(PBX, &text).sent().1, answer, "a copy is answered otherwise");
    assert_eq!(run.endpoint.counters().refused, 2);
}

#[test]
fn refuses_what_is_malformed_but_can_be_answered() {
    check_refused(&[("Call-ID: call\r\n", "")], "400", "Warning: 399 lampfield \"Call-ID is missing\"");
    check_refused(&[("From:", "From: <sip:a@b>\r\nFrom:")], "400", "From appears twice");
    check_refused(&[("CSeq: 7 PUBLISH", "CSeq: 7 OPTIONS")], "400", "CSeq is malformed");
    check_refused(&[("CSeq: 7", "CSeq: 2147483648")], "400", "CSeq is malformed");
    check_refused(&[("<sip:desk@192.0.2.50>\r\n", "\"open <sip:desk@192.0.2.50>\r\n")], "400", "To is malformed");
    check_refused(&[("Content-Length: 2", "Content-Length: 3")], "400", "shorter than Content-Length");
    check_refused(&[("Expires: 3600", "no colon")], "400", "a header line is malformed");
    check_refused(&[("PUBLISH sip:desk@192.0.2.50:5060", "PUBLISH <sip:desk@192.0.2.50>")], "400", "start line");
    check_refused(&[("sip:desk@192.0.2.50:5060 SIP", "sip:desk@192.0.2.50:5060  SIP")], "400", "start line");
    check_refused(&[("Expires: 3600", &"X: y\r\n".repeat(200))], "400", "too many");
    check_refused(&[("Expires: 3600", &format!("X: {}", "y".repeat(20_000)))], "413", "too large");
    check_refused(&[("5060 SIP/2.0", "5060 SIP/3.0")], "505", "Version Not Supported");
}

#[test]
fn refuses_what_is_not_served_here() {
    check_refused(&[("PUBLISH", "SUBSCRIBE")], "405", "Allow: PUBLISH, OPTIONS\r\n");
    check_refused(&[("PUBLISH", "publish")], "405", "Allow: PUBLISH, OPTIONS\r\n");
    check_refused(&[("PUBLISH", "x-!%*_+`'~.")], "405", "Allow: PUBLISH, OPTIONS\r\n");
    check_refused(&[("PUBLISH", "CANCEL")], "481", "");
    check_refused(&[("sip:desk@192.0.2.50:5060", "tel:+123")], "416", "");
    check_refused(&[("Expires: 3600", "Require: a, b\r\nRequire: c")], "420", "Unsupported: a, b, c\r\n");
}

#[test]
fn takes_odd_but_honest_requests() {
    let odd = [
        [("Event:", "o :"), ("Content-Length", "l"), ("Via", "v")],
        [("From: <", "From:\r\n  <"), ("theirs", "t\r\n\t;x=\"\u{fffd}\""), ("SIP/2.0\r\n", "sip/2.0\r\n")],
        [("PUBLISH sip", "\r\n\r\nPUBLISH sip"), ("CSeq: 7 P", "CSeq: 7\tP"), ("3600", "soon")],
        [("\r\n", "\n"), ("Expires: 3600", "Max-Forwards: 0"), ("sip:desk@192.0.2.50:5060", "sips:[::1]")],
        [("Expires: 3600", "Require:"), ("{}", "{} and more"), ("call", "\u{e9}@\u{e9}")],
    ];
    for edits in odd {
        Run::new().receive(PBX, &publish(&edits)).request();
    }
}

#[test]
fn says_nothing_to_what_cannot_be_answered() {
    let mut run = Run::new();
    for text in ["", "\r\n\r\n", "\0\0\0\0"] {
        run.receive(PBX, text).silence();
    }
    run.receive(PBX, &publish(&[("PUBLISH", "ACK")])).silence();
    assert_eq!(run.endpoint.counters(), Counters::default());
    for text in [
        "hello",
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "SIP/2.0 200 OK\r\n\r\n",
        "SIP/2.0 99 x\r\n\r\n",
        "A b SIP/2.0\r\n\r\n",
    ] {
        run.receive(PBX, text).silence();
    }
    run.receive(PBX, &publish(&[("SIP/2.0/UDP ", "")])).silence();
    assert_eq!(run.endpoint.counters().malformed, 6);
}

#[test]
fn answers_to_where_the_request_says() {
    for (source, edits, destination) in [
        ("192.0.2.11:6000", &[][..], "192.0.2.11:6000"),
        ("192.0.2.11:6000", &[(";rport", "")][..], "192.0.2.11:5061"),
        ("192.0.2.11:6000", &[(";rport", ""), ("192.0.2.11:5061", "pbx.example")][..], "192.0.2.11:5060"),
        ("[2001:db8::1]:6000", &[(";rport", ""), ("192.0.2.11:5061", "[2001:db8::1]:5070")][..], "[2001:db8::1]:5070"),
    ] {
        let mut run = Run::new();
        let key = run.receive(source, &publish(edits)).request();
        run.answer(key, &Answer::new(Answer::OK));
        assert_eq!(run.sent().0.to_string(), destination, "{edits:?}");
    }
}

#[test]
fn repeats_bytes_that_are_no_text() {
    let mut datagram = publish(&[("call", "c?ll")]).into_bytes();
    let place = datagram.windows(4).position(|bytes| bytes == b"c?ll").unwrap() + 1;
    datagram[place] = 0xff;
    let mut run = Run::new();
    run.endpoint.handle_message(run.now, PBX.parse::<SocketAddr>().unwrap(), &datagram);
    let key = run.request();
    run.answer(key, &Answer::new(Answer::OK));
    let answer = run.endpoint.poll_transmit().unwrap().payload;
    assert!(answer.windows(15).any(|bytes| bytes == b"Call-ID: c\xffll\r\n"), "{answer:?}");
}

#[test]
fn forgets_the_oldest_where_there_are_too_many() {
    let mut run = Run::with_room_for(2);
    for branch in ["z9hG4bKa", "z9hG4bKb", "z9hG4bKc"] {
        let key = run.receive(PBX, &publish(&[("z9hG4bKa", branch)])).request();
        run.answer(key, &Answer::new(Answer::OK));
        run.sent();
    }
    assert_eq!(run.endpoint.counters().overload, 1);
    run.receive(PBX, &publish(&[("z9hG4bKa", "z9hG4bKc")])).sent();
    run.receive(PBX, &publish(&[("z9hG4bKa", "z9hG4bKa")])).request();
}

#[test]
fn gives_every_copy_its_own_answer_however_many_were_forgotten() {
    let mut run = Run::with_room_for(10);
    let mut answered: Vec<(String, String)> = Vec::new();
    for number in 0..100 {
        let request = publish(&[("z9hG4bKa", &format!("z9hG4bK{number}"))]);
        let key = run.receive(PBX, &request).request();
        // Of all lengths, none and long ones among them.
        let answer = Answer::new([200, 412][number % 2]);
        run.answer(key, &if number % 3 == 0 { answer } else { answer.etag("x".repeat(number * 7 % 90)) });
        answered.push((request, run.sent().1));
        for (request, answer) in answered.iter().rev().take(10) {
            assert_eq!(run.receive(PBX, request).sent().1, *answer);
        }
    }
    run.silence();
}

#[test]
fn sends_a_request_until_it_is_answered_or_given_up() {
    let mut run = Run::new();
    let client = run.send_options();
    let (destination, request) = run.sent();
    assert_eq!(destination.to_string(), PBX);
    let mut times = Vec::new();
    while run.endpoint.poll_event().is_none() {
        let wake = run.endpoint.poll_timeout().expect("it waits for something");
        run.now = wake;
        run.endpoint.handle_timeout(wake);
        while let Some(copy) = run.endpoint.poll_transmit() {
            assert_eq!(copy.payload, request);
            times.push((wake - run.start).as_secs_f64());
        }
    }
    assert_eq!(times, [0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]);
    assert_eq!(run.now - run.start, Duration::from_secs(32));
    assert_eq!(run.endpoint.poll_timeout(), None);
    let again = run.send_options();
    assert_ne!(client, again);
}

#[test]
fn writes_a_request_in_full() {
    let mut run = Run::new();
    run.send_options();
    insta::assert_snapshot!(run.sent().1.replace('\r', ""), @r"
    OPTIONS sip:pbx@192.0.2.11:5061 SIP/2.0
    Via: SIP/2.0/UDP 192.0.2.50:5060;rport;branch=z9hG4bK6d8fc15a3248c9dab0f4d125cc0d694a
    From: <sip:us@192.0.2.50>;tag=ours
    To: <sip:pbx@192.0.2.11>
    Call-ID: call
    CSeq: 4 OPTIONS
    Max-Forwards: 70
    User-Agent: lampfield
    Content-Length: 0
    ");
}

#[test]
fn says_once_that_it_was_answered() {
    let mut run = Run::new();
    let client = run.send_options();
    let request = run.sent().1;
    run.at(0.2).receive(PBX, &response_to(&request, "200 OK"));
    match run.endpoint.poll_event() {
        Some(Event::Answered { client: answered, response }) => assert_eq!((answered, response.status), (client, 200)),
        other => panic!("{other:?}"),
    }
    run.receive(PBX, &response_to(&request, "200 OK")).silence();
    run.at(5.1).silence();
    run.at(6.0).receive(PBX, &response_to(&request, "500 Late")).at(60.0).silence();
    assert_eq!(run.endpoint.counters().stray_responses, 2);
    assert_eq!(run.endpoint.poll_timeout(), None);
}

#[test]
fn sends_seldom_after_a_provisional_response() {
    let mut run = Run::new();
    run.send_options();
    let request = run.sent().1;
    run.receive(PBX, &response_to(&request, "100 Trying")).silence();
    run.at(0.5).sent();
    run.at(4.4).silence();
    run.at(4.5).sent();
    run.at(32.0);
    assert!(matches!(run.endpoint.poll_event(), Some(Event::TimedOut { .. })));
}

#[test]
fn lets_no_stranger_answer_for_a_peer() {
    let mut run = Run::new();
    run.send_options();
    let request = run.sent().1;
    let stray = [
        response_to(&request, "200 OK").replace("branch=z9hG4bK", "branch=z9hG4bK0"),
        response_to(&request, "200 OK").replace("4 OPTIONS", "4 PUBLISH"),
    ];
    for response in stray {
        run.receive(PBX, &response).silence();
    }
    assert_eq!(run.endpoint.counters().stray_responses, 2);
}

#[path = "endpoint_stream_tests.rs"]
mod streams;

#[path = "endpoint_dialog_tests.rs"]
mod dialogs;
