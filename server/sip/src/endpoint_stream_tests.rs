use super::*;
use crate::{Flow, Transport};

/// The other end of connection 7.
fn by_tcp() -> Source {
    let address = "192.0.2.11:40000".parse().unwrap();
    Source { address, flow: Flow { transport: Transport::Tcp, id: 7 } }
}

#[test]
fn answers_on_the_connection_that_the_request_came_by() {
    for (edits, otherwise) in [
        (&[("UDP", "TCP")][..], "192.0.2.11:5061"),
        (&[("UDP", "TCP"), (";rport", "")][..], "192.0.2.11:5061"),
        (&[("UDP", "TCP"), ("192.0.2.11:5061", "pbx.example")][..], "192.0.2.11:5060"),
    ] {
        let mut run = Run::new();
        run.endpoint.handle_message(run.now, by_tcp(), publish(edits).as_bytes());
        let key = run.request();
        run.answer(key, &Answer::new(Answer::OK));
        let route = run.endpoint.poll_transmit().unwrap().route;
        assert_eq!(route, Route::Back { flow: by_tcp().flow, address: otherwise.parse().unwrap() }, "{edits:?}");
    }
}

#[test]
fn keeps_no_answer_for_copies_that_cannot_come() {
    let mut run = Run::with_room_for(2);
    for number in 0..5 {
        let text = publish(&[("UDP", "TCP"), ("z9hG4bKa", &format!("z9hG4bK{number}"))]);
        run.endpoint.handle_message(run.now, by_tcp(), text.as_bytes());
        let key = run.request();
        run.answer(key, &Answer::new(Answer::OK));
        run.sent();
        run.answer(key, &Answer::new(Answer::OK));
        run.silence();
    }
    assert_eq!(run.endpoint.counters().overload, 0);
}

#[test]
fn repeats_nothing_on_a_connection_and_gives_up_as_late() {
    let mut run = Run::new();
    let client = run.send_options_by(&Hop::Tcp(PBX.parse().unwrap()));
    let (destination, request) = run.sent();
    assert_eq!(destination.to_string(), PBX);
    assert!(request.contains("Via: SIP/2.0/TCP 192.0.2.50:5060;rport;branch="), "{request}");
    run.receive(PBX, &response_to(&request, "100 Trying")).at(31.9).silence();
    run.at(32.0);
    assert!(matches!(run.endpoint.poll_event(), Some(Event::TimedOut { client: given_up, .. }) if given_up == client));
    assert_eq!(run.endpoint.poll_timeout(), None);
}

#[test]
fn forgets_at_once_what_was_answered_on_a_connection() {
    let mut run = Run::new();
    run.send_options_by(&Hop::Tcp(PBX.parse().unwrap()));
    let request = run.sent().1;
    run.endpoint.handle_message(run.now, by_tcp(), response_to(&request, "200 OK").as_bytes());
    assert!(matches!(run.endpoint.poll_event(), Some(Event::Answered { .. })));
    assert_eq!(run.endpoint.poll_timeout(), None);
}

#[test]
fn fails_what_waits_for_a_connection_that_broke_and_nothing_else() {
    let (broken, other) = (Hop::Tcp(PBX.parse().unwrap()), Hop::Udp(PBX.parse().unwrap()));
    let mut run = Run::new();
    let (first, second) = (run.send_options_by(&broken), run.send_options_by(&broken));
    let bystander = run.send_options_by(&other);
    run.endpoint.handle_unreachable(&broken, "connection refused");
    for expected in [first, second] {
        match run.endpoint.poll_event() {
            Some(Event::Unreachable { client, hop, why }) => {
                assert_eq!((client, hop, why.as_str()), (expected, broken.clone(), "connection refused"));
            }
            event => panic!("{event:?}"),
        }
    }
    run.endpoint.handle_unreachable(&broken, "again");
    assert!(run.endpoint.poll_event().is_none(), "each fails once");
    run.at(32.0);
    assert!(matches!(run.endpoint.poll_event(), Some(Event::TimedOut { client, .. }) if client == bystander));
}

#[test]
fn gives_each_transport_and_family_an_address_that_it_can_answer_to() {
    let own = [
        (Transport::Udp, "192.0.2.50:5060"),
        (Transport::Tls, "192.0.2.50:5061"),
        (Transport::Udp, "[2001:db8::50]:5060"),
    ];
    let own = own.map(|(transport, address)| (transport, address.parse().unwrap()));
    let mut run = Run::new();
    run.endpoint.settings.sent_by = SentBy::new(own.into()).unwrap();
    let name = "pbx.example".into();
    for (hop, via) in [
        (Hop::Tls { address: PBX.parse().unwrap(), name }, "Via: SIP/2.0/TLS 192.0.2.50:5061;rport;"),
        (Hop::Udp("[2001:db8::1]:5060".parse().unwrap()), "Via: SIP/2.0/UDP [2001:db8::50]:5060;rport;"),
    ] {
        run.send_options_by(&hop);
        let request = run.sent().1;
        assert!(request.contains(via), "{request}");
    }
}
