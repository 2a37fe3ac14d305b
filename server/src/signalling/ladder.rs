//! SIP trace (ladder): the last messages of each peer, in and out, for people who debug two PBXes.
//!
//! Every message is noted as its bytes come or go, so that the trace shows what was on the wire: copies, stray
//! answers, and bytes that are no SIP. The trace is bounded in messages and in bytes. Time comes in as an argument.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Instant;

use lampfield_shared::{Direction, Privacy, SipMessage, Timestamp};
use lampfield_sip::transcript::Transcript;
use lampfield_sip::{Method, Transport};

use super::gist::gist;
use crate::moment::Moment;

/// Number of messages that are kept of a peer.
const MESSAGES: usize = 50;
/// Number of our keep-alives (OPTIONS) that are kept besides, since these alone would fill the trace in minutes.
const PROBES: usize = 10;
/// The most bytes that are kept of a message; a PUBLISH of the mesh has 500.
const MESSAGE_BYTES: usize = 8 * 1024;
/// The most bytes that are kept of all messages of a peer.
const PEER_BYTES: usize = 128 * 1024;

/// A message on the wire.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// Direction: from us, or to us.
    pub direction: Direction,
    /// Transport.
    pub transport: Transport,
    /// Address of the other end.
    pub address: SocketAddr,
    /// Bytes of the message.
    pub message: &'a [u8],
    /// Method of the request, or of the request that is answered; `None` where the message is no SIP.
    pub method: Option<&'a Method>,
}

/// Whether a message is of this peer for certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// The message is of this peer.
    Its,
    /// The message may be of another peer at the same address.
    Shared,
}

/// SIP trace of one peer.
#[derive(Debug, Default)]
pub struct Ladder {
    count: u64,
    said: Rungs,
    probes: Rungs,
    last_in: Option<Instant>,
    last_out: Option<Instant>,
}

impl Ladder {
    /// Adds a message. A keep-alive of TCP (blank lines) is not added.
    pub fn add(&mut self, at: Instant, seen: Seen<'_>, whose: Whose) {
        let Seen { direction, transport, address, message, method } = seen;
        if message.iter().all(|byte| matches!(byte, b'\r' | b'\n' | 0)) {
            return;
        }
        match (direction, whose) {
            // A message that may be of another peer at the same address proves nothing of this one.
            (_, Whose::Shared) => {}
            (Direction::Incoming, Whose::Its) => self.last_in = Some(at),
            (Direction::Outgoing, Whose::Its) => self.last_out = Some(at),
        }
        self.count += 1;
        let is_probe = method == Some(&Method::Options);
        let (rungs, most) = if is_probe { (&mut self.probes, PROBES) } else { (&mut self.said, MESSAGES) };
        let mut kept = rungs.make_room(most);
        kept.extend_from_slice(&message[..message.len().min(MESSAGE_BYTES)]);
        rungs.push(Rung { id: self.count, at, direction, transport, address, length: message.len(), kept });
    }

    /// Time of the last incoming message.
    pub fn last_in(&self) -> Option<Instant> {
        self.last_in
    }

    /// Time of the last outgoing message.
    pub fn last_out(&self) -> Option<Instant> {
        self.last_out
    }

    /// All kept messages, the oldest first, without secrets. Readers who may not know all of calls see no bodies but
    /// those of the mesh's own events: the others tell who calls whom.
    pub fn report(&self, privacy: Privacy, now: Moment) -> Vec<SipMessage> {
        let mut rungs: Vec<&Rung> = self.said.rungs.iter().chain(&self.probes.rungs).collect();
        rungs.sort_unstable_by_key(|rung| rung.id);
        rungs.into_iter().map(|rung| rung.report(privacy, now.wall_at(rung.at))).collect()
    }
}

#[derive(Debug)]
struct Rung {
    id: u64,
    at: Instant,
    direction: Direction,
    transport: Transport,
    address: SocketAddr,
    length: usize,
    kept: Vec<u8>,
}

impl Rung {
    fn report(&self, privacy: Privacy, at: Timestamp) -> SipMessage {
        let read = Transcript::read(&self.kept);
        let is_open = privacy == Privacy::Full || read.header("Content-Type").is_none_or(|it| it == "application/json");
        let left_out = self.length - self.kept.len() + if is_open { 0 } else { read.body.len() };
        SipMessage {
            id: self.id,
            at,
            direction: self.direction,
            transport: self.transport.as_str().into(),
            address: self.address.to_string(),
            gist: gist(&read),
            body: if is_open { read.body } else { String::new() },
            first_line: read.first_line,
            headers: read.headers,
            left_out: left_out.try_into().unwrap_or(u64::MAX),
        }
    }
}

#[derive(Debug, Default)]
struct Rungs {
    rungs: VecDeque<Rung>,
    bytes: usize,
}

impl Rungs {
    fn push(&mut self, rung: Rung) {
        self.bytes += rung.kept.len();
        self.rungs.push_back(rung);
        while self.bytes > PEER_BYTES && self.drop_oldest().is_some() {}
    }

    /// Makes room for one more of at most `most` messages, and gives back the memory of the message that leaves: every
    /// message passes here.
    fn make_room(&mut self, most: usize) -> Vec<u8> {
        let mut room = if self.rungs.len() < most { None } else { self.drop_oldest() }.unwrap_or_default();
        room.clear();
        room
    }

    fn drop_oldest(&mut self) -> Option<Vec<u8>> {
        let Rung { kept, .. } = self.rungs.pop_front()?;
        self.bytes -= kept.len();
        Some(kept)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const PUBLISH: &str = "PUBLISH sip:perm@10.0.0.6 SIP/2.0\r\nCSeq: 1 PUBLISH\r\n\r\n";

    fn add_of(ladder: &mut Ladder, at: Instant, direction: Direction, method: Option<&Method>, message: &str) {
        let address = "10.0.0.4:5060".parse().unwrap();
        let seen = Seen { direction, transport: Transport::Udp, address, message: message.as_bytes(), method };
        ladder.add(at, seen, Whose::Its);
    }

    fn add(ladder: &mut Ladder, at: Instant, direction: Direction, message: &str) {
        add_of(ladder, at, direction, Some(&Method::Publish), message);
    }

    fn report(ladder: &Ladder, start: Instant) -> Vec<SipMessage> {
        let now = Moment { mono: start + Duration::from_mins(1), wall: Timestamp(60_000) };
        ladder.report(Privacy::Full, now)
    }

    #[test]
    fn keeps_the_last_fifty_in_their_order() {
        let (mut ladder, start) = (Ladder::default(), Instant::now());
        for second in 0..60 {
            let direction = if second % 2 == 0 { Direction::Incoming } else { Direction::Outgoing };
            add(&mut ladder, start + Duration::from_secs(second), direction, PUBLISH);
        }
        let kept = report(&ladder, start);
        assert_eq!((kept.len(), kept[0].id, kept[0].at, kept[49].at), (50, 11, Timestamp(10_000), Timestamp(59_000)));
        assert_eq!((kept[0].direction, kept[1].direction), (Direction::Incoming, Direction::Outgoing));
        assert_eq!(kept[0].first_line, "PUBLISH sip:perm@10.0.0.6 SIP/2.0");
        assert_eq!((kept[0].transport.as_str(), kept[0].address.as_str()), ("UDP", "10.0.0.4:5060"));
        assert_eq!(ladder.last_in(), Some(start + Duration::from_secs(58)));
        assert_eq!(ladder.last_out(), Some(start + Duration::from_secs(59)));
    }

    #[test]
    fn signs_of_life_push_nothing_else_out() {
        let (mut ladder, start) = (Ladder::default(), Instant::now());
        add(&mut ladder, start, Direction::Incoming, PUBLISH);
        for _ in 0..100 {
            let options = Some(&Method::Options);
            add_of(
                &mut ladder,
                start,
                Direction::Outgoing,
                options,
                "OPTIONS sip:a SIP/2.0\r\nCSeq: 1 OPTIONS\r\n\r\n",
            );
            add_of(&mut ladder, start, Direction::Incoming, options, "SIP/2.0 200 OK\r\ncseq : 1 OPTIONS\r\n\r\n");
            add_of(&mut ladder, start, Direction::Incoming, None, "\r\n\r\n");
        }
        let answer = "SIP/2.0 200 OK\r\nAllow: OPTIONS\r\nCSeq: 1 PUBLISH\r\n\r\nCSeq: 1 OPTIONS";
        add(&mut ladder, start, Direction::Outgoing, answer);
        let lines: Vec<String> = report(&ladder, start).into_iter().map(|it| it.first_line).collect();
        assert_eq!((lines.len(), lines[0].as_str()), (12, "PUBLISH sip:perm@10.0.0.6 SIP/2.0"));
    }

    #[test]
    fn is_bounded_in_bytes() {
        let (mut ladder, start) = (Ladder::default(), Instant::now());
        let long = format!("{PUBLISH}{}", "x".repeat(60_000));
        for _ in 0..50 {
            add(&mut ladder, start, Direction::Incoming, &long);
        }
        let kept = report(&ladder, start);
        assert_eq!(kept.len(), PEER_BYTES / MESSAGE_BYTES);
        assert_eq!(kept[0].left_out, (long.len() - MESSAGE_BYTES) as u64);
        assert!(ladder.said.bytes <= PEER_BYTES);
    }

    #[test]
    fn shows_who_calls_whom_only_to_whom_may_know() {
        let (mut ladder, start) = (Ladder::default(), Instant::now());
        let of = |kind: &str| format!("PUBLISH sip:1001@a SIP/2.0\r\nContent-Type: {kind}\r\n\r\n0172");
        add(&mut ladder, start, Direction::Incoming, &of("application/dialog-info+xml"));
        add(&mut ladder, start, Direction::Incoming, &of("application/json"));
        let bodies = |privacy| {
            let report = ladder.report(privacy, Moment { mono: start, wall: Timestamp(0) });
            report.into_iter().map(|it| (it.body, it.left_out)).collect::<Vec<_>>()
        };
        assert_eq!(bodies(Privacy::Full), [("0172".into(), 0), ("0172".into(), 0)]);
        assert_eq!(bodies(Privacy::Number), [(String::new(), 4), ("0172".into(), 0)]);
    }
}
