//! Answers to strangers, who learn nothing, and to peers, who learn what to mend.

use std::net::SocketAddr;

use lampfield_shared::Counter;

use crate::support::{address, request};
use crate::two_offices;

fn stranger() -> SocketAddr {
    "192.0.2.1:5060".parse().expect("an address")
}

#[test]
fn a_stranger_is_answered_403_or_nothing_and_never_more_than_it_sent() {
    let mut world = two_offices(1);
    let long = format!("Require: {}\r\n", "x".repeat(2000));
    let publish = "Event: dialog\r\nContent-Type: text/plain\r\nExpires: 60\r\n";
    let mut requests = vec![
        request("PUBLISH", "perm", stranger(), publish, "{}"),
        request("PUBLISH", "perm", stranger(), "Event: x\r\n", ""),
        request("PUBLISH", "perm", stranger(), "SIP-If-Match: x\r\nExpires: 0\r\n", ""),
        request("OPTIONS", "perm", stranger(), &long, ""),
        request("OPTIONS", "perm", stranger(), "", "").replace("SIP/2.0\r\nVia", "SIP/7.0\r\nVia"),
        request("OPTIONS", "perm", stranger(), "", "").replace("CSeq: 1 OPTIONS", "CSeq: x"),
        request("OPTIONS", "perm", stranger(), "", "").replace(" sip:", " tel:"),
        // This is the shortest possible request.
        "OPTIONS sip:a SIP/2.0\r\nv:SIP/2.0/UDP a\r\n\r\n".into(),
        "X y SIP/2.0\r\nv:SIP/2.0/UDP a;rport\r\nt:<sip:a>\r\n\r\n".into(),
    ];
    for method in ["OPTIONS", "INVITE", "REGISTER", "SUBSCRIBE", "CANCEL", "BYE", "MESSAGE", "NONSENSE"] {
        requests.push(request(method, "perm", stranger(), "", ""));
        requests.push(request(
            method,
            "perm",
            stranger(),
            "Max-Forwards: 70\r\nUser-Agent: scanner 1.0 of 2026\r\n",
            "",
        ));
    }
    let mut answered = 0;
    for request in &requests {
        // A copy gets the same answer.
        for _ in 0..2 {
            let Some(answer) = world.ask(stranger(), request) else { continue };
            answered += 1;
            assert!(answer.starts_with("SIP/2.0 403 Forbidden\r\n"), "{answer}");
            assert!(answer.len() <= request.len(), "{} to {}: {answer}", answer.len(), request.len());
            let told: Vec<&str> =
                answer.lines().filter_map(|line| line.split_once(": ")).map(|(name, _)| name).collect();
            assert_eq!(told, ["Via", "From", "To", "Call-ID", "CSeq", "Content-Length"], "{answer}");
        }
    }
    assert!(answered >= 16, "a PBX that is not configured yet sees why in its log: {answered}");
    assert!(world.core.mesh().strangers()[&Counter::Stranger] >= 32);
    assert_eq!(world.ask(stranger(), &request("ACK", "perm", stranger(), &long, "")), None, "never answered");
}

#[test]
fn a_peer_is_answered_as_before() {
    let mut world = two_offices(2);
    let answer = world.ask(address(0), &request("OPTIONS", "console", address(0), "", "")).expect("it is answered");
    assert!(answer.starts_with("SIP/2.0 200 OK") && answer.contains("Server: lampfield/"), "{answer}");
}

#[test]
fn an_event_that_is_not_followed_is_told_so_whatever_it_is_of() {
    let mut world = two_offices(3);
    let mut refused = 0;
    for user in ["perm", "kazan", "1001", "nobody", ""] {
        for event in [
            "Event: message-summary\r\n",
            "Event: message-summary;id=7\r\n",
            "Event: Dialog\r\n",
            "Event: PRESENCE;x=dialog\r\n",
            "Event: asterisk-MWI\r\n",
            "o: dialog.winfo\r\n",
            "Event: ;dialog\r\n",
            "Event:\r\n",
            "",
        ] {
            for (headers, body) in
                [("", ""), ("Content-Type: application/json\r\n", "{}"), ("SIP-If-Match: x\r\nExpires: 0\r\n", "")]
            {
                let request = request("PUBLISH", user, address(0), &format!("{event}{headers}"), body);
                let request = request.replace("sip:@", "sip:").replacen("z9hG4bK", &format!("z9hG4bK{refused}x"), 1);
                let answer = world.ask(address(0), &request).expect("it is answered");
                assert!(answer.starts_with("SIP/2.0 489 Bad Event\r\n"), "{request}{answer}");
                let allowed = "Allow-Events: asterisk-devicestate, asterisk-mwi, dialog, presence\r\n";
                assert!(answer.contains(allowed), "{answer}");
                refused += 1;
            }
        }
    }
    for followed in ["Event: dialog;sla\r\n", "o: dialog\r\n"] {
        let headers = format!("{followed}Content-Type: application/dialog-info+xml\r\n");
        let answer = world.ask(address(0), &request("PUBLISH", "1001", address(0), &headers, "<dialog-info/>"));
        assert!(answer.is_some_and(|answer| answer.starts_with("SIP/2.0 200 OK")));
    }
    let unknown = world.ask(address(0), &request("PUBLISH", "nobody", address(0), "Event: asterisk-mwi\r\n", "{}"));
    assert!(
        unknown.is_some_and(|answer| answer.starts_with("SIP/2.0 404 ")),
        "the event is followed, the resource not"
    );
}
