//! Answers of our compositor, word by word, as a peer gets them (RFC 3903, and what Asterisk makes of each answer).

use support::element::Request;
use support::{Answer, Config, Solo};

/// A server with one peer.
struct Mesh(Solo);

impl Mesh {
    fn new() -> Self {
        Self(Solo::start())
    }

    /// Sends a request; the answer must have this code and these headers.
    #[track_caller]
    fn check(&self, request: &Request, code: u16, headers: &[(&str, &str)]) -> Answer {
        let answer = self.0.peer.ask(request);
        assert_eq!(answer.code(), code, "{request:?}\n{}", answer.text);
        for (name, expected) in headers {
            assert_eq!(answer.header(name), Some(*expected), "{request:?}\n{}", answer.text);
        }
        answer
    }

    /// The entity-tag of a PUBLISH that is accepted.
    #[track_caller]
    fn tag(&self, request: &Request) -> String {
        let answer = self.check(request, 200, &[("Expires", "3600")]);
        answer.header("SIP-ETag").expect("a publication has a tag").to_owned()
    }
}

fn ringing() -> Request {
    Solo::phone("1001", "RINGING")
}

const EVENTS: &str = "asterisk-devicestate, asterisk-mwi, dialog, presence";
/// Media types: device states and mailboxes, dialogs, and presence by each name that an Asterisk uses.
const DOCUMENTS: &str = "application/json, application/dialog-info+xml, application/pidf+xml, application/xpidf+xml, application/cpim-pidf+xml";

#[test]
fn each_fault_has_its_answer_and_says_what_would_be_right() {
    let mesh = Mesh::new();
    let uri = format!("sip:pbx@{}", Config::SIP);
    mesh.check(&Request::new("PUBLISH", "tel:1001").with("Event", "asterisk-devicestate"), 416, &[]);
    mesh.check(&Request::new("SUBSCRIBE", &uri).with("Event", "dialog"), 405, &[("Allow", "PUBLISH, OPTIONS")]);
    mesh.check(&ringing().with("Require", "timer"), 420, &[("Unsupported", "timer")]);
    mesh.check(&Request::device("nobody", Solo::EID, "PJSIP/1001", "RINGING"), 404, &[]);
    mesh.check(&ringing().without("Event"), 489, &[("Allow-Events", EVENTS)]);
    mesh.check(&ringing().with("Event", "message-summary"), 489, &[("Allow-Events", EVENTS)]);
    mesh.check(&ringing().with("Content-Type", "application/pidf+xml"), 415, &[("Accept", "application/json")]);
    for body in ["{", "[]", "{}", r#"{"type":"poem"}"#, r#"{"type":"devicestate","eid":"02:00:00:00:00:08"}"#] {
        mesh.check(&Request::publish("pbx").json(body), 400, &[]);
    }
    mesh.check(&ringing().with("SIP-If-Match", "never-given-out"), 412, &[]);
    mesh.check(&ringing().with("Expires", "59"), 423, &[("Min-Expires", "60")]);
    assert!(mesh.0.server.lamp("1001").is_err(), "nothing of all this was believed");
}

#[test]
fn a_publication_lives_by_its_newest_tag() {
    let mesh = Mesh::new();
    let first = mesh.tag(&ringing());
    let second = mesh.tag(&Solo::phone("1001", "INUSE").with("SIP-If-Match", &first));
    let refresh = Request::publish("pbx");
    let third = mesh.tag(&refresh.clone().with("SIP-If-Match", &second));
    assert!(first != second && second != third && first != third, "tags are never given twice");
    mesh.check(&refresh.clone().with("SIP-If-Match", &first), 412, &[]);
    let remove = refresh.with("Expires", "0");
    mesh.check(&remove, 412, &[]);
    mesh.check(&remove.clone().with("SIP-If-Match", &third), 200, &[("Expires", "0")]);
    mesh.check(&remove.with("SIP-If-Match", &third), 412, &[]);
}

#[test]
fn a_retransmission_gets_the_same_answer_and_counts_once() {
    let mesh = Mesh::new();
    let bytes = mesh.0.peer.write(&ringing());
    let first = mesh.0.peer.ask_bytes(&bytes);
    for _ in 0..3 {
        assert_eq!(mesh.0.peer.ask_bytes(&bytes), first);
    }
    assert_eq!(first.code(), 200, "{}", first.text);
    assert_eq!(mesh.0.server.counter("pbx", "device_state"), 1);
}

#[test]
fn a_publish_without_body_and_tag_is_a_sign_of_life() {
    let mesh = Mesh::new();
    mesh.tag(&Request::publish("pbx"));
}

#[test]
fn an_expiry_is_granted_by_default() {
    let mesh = Mesh::new();
    mesh.tag(&ringing().without("Expires"));
}

#[test]
fn options_tells_what_is_spoken() {
    let mesh = Mesh::new();
    let request = Request::new("OPTIONS", &format!("sip:{}", Config::SIP));
    let told = [("Allow", "PUBLISH, OPTIONS"), ("Accept", DOCUMENTS), ("Allow-Events", EVENTS)];
    mesh.check(&request, 200, &told);
}

#[test]
fn an_answer_goes_where_the_request_came_from() {
    let mesh = Mesh::new();
    let via = mesh.check(&ringing(), 200, &[]);
    let via = via.header("Via").expect("an answer has the Via of its request");
    assert!(via.contains(";received=127.0.0.8") && via.contains(";rport=5060"), "{via}");
}

#[test]
fn a_datagram_may_be_as_large_as_udp_allows() {
    let mesh = Mesh::new();
    let padding = "x".repeat(60_000);
    mesh.tag(&Request::publish("pbx").json(&format!(
        r#"{{"type":"devicestate","device":"PJSIP/1001","state":"INUSE","cachable":1,"eid":"{}","note":"{padding}"}}"#,
        Solo::EID
    )));
    mesh.0.server.lamp("1001").expect("it was read to its end");
}

#[test]
fn noise_is_not_answered_and_harms_nobody() {
    let mesh = Mesh::new();
    for noise in
        [&b""[..], b"\r\n\r\n", b"\0\0\0\0", b"GET / HTTP/1.1\r\n\r\n", &[0xff; 2000], b"SIP/2.0 200 OK\r\n\r\n"]
    {
        mesh.0.peer.send(noise);
    }
    assert_eq!(mesh.0.peer.ask(&ringing()).code(), 200);
    assert!(mesh.0.server.get("healthz").is_ok());
}
