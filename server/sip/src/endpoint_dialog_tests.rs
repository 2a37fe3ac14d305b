use super::*;
use crate::{Address, Contact, Request, RouteSet, Uri};

/// A request that could begin a dialog.
fn first() -> String {
    publish(&[(
        "Event:",
        "Record-Route: <sip:p2.example;lr>, <sip:p1.example;lr>\r\nRecord-Route: <sip:p0.example;lr;x=1>\r\n\
         m: \"Phone, 1\" <sip:1001@192.0.2.11:5070;transport=tcp>;expires=60\r\nEvent:",
    )])
}

#[test]
fn an_answer_brings_its_own_tag_and_body_and_its_copies_bring_the_same() {
    let mut run = Run::new();
    run.receive(PBX, &first());
    let Some(Event::Request { key, request, .. }) = run.endpoint.poll_event() else { panic!("no request") };
    let ours = Contact(Uri::sip(Some("desk"), "192.0.2.50:5060".parse().unwrap()).into());
    let answer = Answer::new(Answer::OK).to_tag("dialog-1").record_route(&request.record_route().unwrap());
    run.answer(key, &answer.contact(&ours).body("text/plain", "hello\r\n"));
    let (_, text) = run.sent();
    insta::assert_snapshot!(text.replace('\r', ""), @r"
    SIP/2.0 200 OK
    Via: SIP/2.0/UDP 192.0.2.11:5061;branch=z9hG4bKa;rport=5061;received=192.0.2.11
    From: <sip:desk@192.0.2.50>;tag=theirs
    To: <sip:desk@192.0.2.50>;tag=dialog-1
    Call-ID: call
    CSeq: 7 PUBLISH
    Server: lampfield
    Record-Route: <sip:p2.example;lr>, <sip:p1.example;lr>, <sip:p0.example;lr;x=1>
    Contact: <sip:desk@192.0.2.50:5060>
    Content-Type: text/plain
    Content-Length: 7

    hello
    ");
    // Another answer between them, so that pieces of one are not taken for another's.
    let other = run.receive(PBX, &publish(&[("z9hG4bKa", "z9hG4bKb")])).request();
    run.answer(other, &Answer::new(Answer::OK).etag("e1"));
    let other = run.sent().1;
    assert_eq!(run.at(31.0).receive(PBX, &first()).sent().1, text);
    assert_eq!(run.receive(PBX, &publish(&[("z9hG4bKa", "z9hG4bKb")])).sent().1, other);
    run.at(32.0).receive(PBX, &first()).request();
}

#[test]
fn a_to_with_a_tag_keeps_it() {
    let mut run = Run::new();
    let key = run.receive(PBX, &publish(&[("50>\r\nCall", "50>;tag=t\r\nCall")])).request();
    run.answer(key, &Answer::new(Answer::OK).to_tag("other"));
    assert!(run.sent().1.contains("\r\nTo: <sip:desk@192.0.2.50>;tag=t\r\n"));
}

#[test]
fn a_request_within_a_dialog_takes_target_and_route_from_the_first() {
    let request = Request::read(first().as_bytes()).unwrap();
    let [Contact(target)] = &request.contacts().unwrap()[..] else { panic!("one contact") };
    assert_eq!(target.display_name.as_deref(), Some("Phone, 1"));
    assert_eq!(request.contacts().unwrap()[0].expires(), Some(Duration::from_mins(1)));
    let (from, to) = (request.to().with_tag("ours"), request.from());
    assert_eq!((from.tag(), to.tag(), request.route()), (Some("ours"), Some("theirs"), Ok(RouteSet::default())));
    let outgoing = OutgoingRequest::new(Method::Other("NOTIFY".into()), target.uri.to_string())
        .within(&from, &to)
        .call_id(request.call_id())
        .cseq(1)
        .route(&request.record_route().unwrap())
        .contact(&Contact("<sip:desk@192.0.2.50>".parse::<Address>().unwrap()));
    let mut run = Run::new();
    run.endpoint.send(run.now, &Hop::Udp(PBX.parse().unwrap()), &outgoing);
    insta::assert_snapshot!(run.sent().1.replace('\r', ""), @r"
    NOTIFY sip:1001@192.0.2.11:5070;transport=tcp SIP/2.0
    Via: SIP/2.0/UDP 192.0.2.50:5060;rport;branch=z9hG4bK6d8fc15a3248c9dab0f4d125cc0d694a
    From: <sip:desk@192.0.2.50>;tag=ours
    To: <sip:desk@192.0.2.50>;tag=theirs
    Call-ID: call
    CSeq: 1 NOTIFY
    Route: <sip:p2.example;lr>, <sip:p1.example;lr>, <sip:p0.example;lr;x=1>
    Contact: <sip:desk@192.0.2.50>
    Max-Forwards: 70
    User-Agent: lampfield
    Content-Length: 0
    ");
}

#[test]
fn what_is_no_address_is_told_when_it_is_asked_for() {
    for (field, value) in [("Contact", "*"), ("Contact", "<sip:a@b>, Name"), ("Route", "<>"), ("Record-Route", "x")] {
        let text = publish(&[("Event:", &format!("{field}: {value}\r\nEvent:"))]);
        let request = Request::read(text.as_bytes()).unwrap();
        let failed = [request.contacts().is_err(), request.route().is_err(), request.record_route().is_err()];
        assert_eq!(failed.iter().filter(|failed| **failed).count(), 1, "{field}: {value}");
    }
}
