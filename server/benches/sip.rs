//! Cost of a PUBLISH between the socket and the mesh.

use std::hint::black_box;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use divan::Bencher;
use lampfield_sip::publication::compositor::{Compositor, Limits, Sequence};
use lampfield_sip::publication::{Body, Publish};
use lampfield_sip::{Answer, Endpoint, EndpointSettings, Event, Policy, Request};
use rand::SeedableRng as _;
use rand::rngs::StdRng;

fn main() {
    divan::main();
}

/// A PUBLISH as Asterisk 22 sends it, with room for the number of its transaction.
fn publish(number: u64) -> Vec<u8> {
    let body = r#"{"type":"devicestate","device":"PJSIP/1001","state":"INUSE","cachable":1,"eid":"02:00:00:00:00:04"}"#;
    format!(
        "PUBLISH sip:FreePBX@127.0.0.6:5060 SIP/2.0\r\n\
         Via: SIP/2.0/UDP 127.0.0.4:5061;rport;branch=z9hG4bKPj1bcef783-16b7-4e33-adf6-{number:012}\r\n\
         From: <sip:FreePBX@127.0.0.6>;tag=20168d90-1356-4cc1-bca2-46ee2741275a\r\n\
         To: <sip:FreePBX@127.0.0.6>\r\n\
         Call-ID: c3ba7642-deea-4294-af31-269914d780cc\r\n\
         CSeq: 6655 PUBLISH\r\n\
         Event: asterisk-devicestate\r\n\
         SIP-If-Match: 0123456789abcdef0123456789abcdef\r\n\
         Expires: 3600\r\n\
         Max-Forwards: 70\r\n\
         User-Agent: Asterisk-FreePBX\r\n\
         Content-Type: application/json\r\n\
         Content-Length:   {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// An endpoint that handles 2,000 PUBLISH a second by its own clock, so that 64,000 transactions are kept, begun and
/// forgotten.
struct Busy {
    endpoint: Endpoint,
    source: SocketAddr,
    now: Instant,
    number: u64,
}

impl Busy {
    fn new() -> Self {
        let source = "127.0.0.4:5061".parse().expect("an address");
        let settings = EndpointSettings {
            sent_by: "127.0.0.6:5060".parse::<SocketAddr>().expect("an address").into(),
            user_agent: "lampfield".to_owned(),
            max_server_transactions: 500_000,
        };
        let endpoint = Endpoint::new(settings, StdRng::seed_from_u64(1));
        let mut busy = Self { endpoint, source, now: Instant::now(), number: 0 };
        for _ in 0..64_000 {
            let datagram = busy.next();
            busy.answer(&datagram);
        }
        busy
    }

    fn next(&mut self) -> Vec<u8> {
        self.number += 1;
        publish(self.number)
    }

    fn answer(&mut self, datagram: &[u8]) {
        self.now += Duration::from_micros(500);
        self.endpoint.handle_message(self.now, self.source, datagram);
        while let Some(event) = self.endpoint.poll_event() {
            if let Event::Request { key, request, .. } = event {
                black_box(Publish::read(&request)).ok();
                let answer =
                    Answer::new(Answer::OK).etag("0123456789abcdef0123456789abcdef").expires(Duration::from_hours(1));
                self.endpoint.answer(self.now, key, &answer);
            }
        }
        while let Some(transmit) = self.endpoint.poll_transmit() {
            black_box(transmit);
        }
    }
}

#[divan::bench]
fn parse(bencher: Bencher<'_, '_>) {
    let datagram = publish(1);
    bencher.bench(|| Request::read(black_box(&datagram)));
}

#[divan::bench]
fn parse_and_answer_among_64000(bencher: Bencher<'_, '_>) {
    let mut busy = Busy::new();
    bencher.bench_local(|| {
        let datagram = busy.next();
        busy.answer(&datagram);
    });
}

/// The share of making the datagram in the above.
#[divan::bench]
fn datagram_alone() -> Vec<u8> {
    publish(black_box(1))
}

#[divan::bench]
fn absorb_a_retransmission(bencher: Bencher<'_, '_>) {
    let mut busy = Busy::new();
    let datagram = busy.next();
    busy.answer(&datagram);
    bencher.bench_local(|| {
        busy.endpoint.handle_message(busy.now, busy.source, &datagram);
        black_box(busy.endpoint.poll_transmit())
    });
}

#[divan::bench]
fn modify_a_publication(bencher: Bencher<'_, '_>) {
    let hour = Duration::from_hours(1);
    let limits = Limits { default_expires: hour, min_expires: Duration::ZERO, max_expires: hour };
    let mut compositor = Compositor::new(limits, Policy::rfc(), StdRng::seed_from_u64(1));
    let now = Instant::now();
    let body = Body { media_type: None, content: Bytes::new() };
    let mut sequence = Sequence { call_id: "c3ba7642-deea-4294-af31-269914d780cc", cseq: 1 };
    let accepted = compositor.accept(now, &1, sequence, &Publish::Initial { expires: None, body });
    let mut tag = accepted.expect("an initial publication is taken").tag;
    bencher.bench_local(|| {
        sequence.cseq += 1;
        let publish = Publish::Refresh { tag: tag.clone(), expires: None };
        tag = compositor.accept(now, &1, sequence, &publish).expect("the tag is the last one").tag;
    });
}
