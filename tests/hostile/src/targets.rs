//! The targets: each reader is fed as the program feeds it, and checked for its promises.

use std::fmt::{Debug, Display};
use std::hint::black_box;
use std::net::SocketAddr;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use lampfield::board::Board;
use lampfield::config::Config;
use lampfield::core::Core;
use lampfield::ledger::Ledger;
use lampfield::mesh::body::json::{self, MeshEvent};
use lampfield::mesh::body::{dialog_info, pidf, xpidf};
use lampfield::moment::Moment;
use lampfield_dialplan::{AsteriskVersion, Dialplan, FileLine, IncludeError, Included, IncludedFile};
use lampfield_shared::{Exten, Privacy, Timestamp};
use lampfield_sip::publication::Publish;
use lampfield_sip::stream::{MessageStream, Piece};
use lampfield_sip::{Address, Request, Response, RouteSet, Uri};
use rand::SeedableRng as _;
use rand::rngs::StdRng;

/// A configuration with the peers of the recordings, so that their requests are accepted and not refused early.
const CONFIGURATION: &str = r#"
[sip]
listen = "127.0.0.6:5060"
user = "console"
eid = "02:00:00:00:00:06"
[board]
context = "office"
hints = ["_[1-9]XXX,hint,PJSIP/${EXTEN}&Custom:DND${EXTEN},CustomPresence:${EXTEN}"]
[[peer]]
name = "perm"
address = "127.0.0.4:5061"
resource = "FreePBX"
publish_to = "sip:console@127.0.0.4:5061"
[[peer]]
name = "kazan"
address = "127.0.0.5:5060"
resource = "PBXact"
publish_to = "sip:console@127.0.0.5:5060"
"#;

/// Senders: one peer, the other, a stranger.
const SENDERS: [&str; 3] = ["127.0.0.4:5061", "127.0.0.5:5060", "127.0.0.7:5060"];

/// A single message: any bytes are read, or are an error; and what is read is written so that it reads the same.
pub fn sip_message(bytes: &[u8]) {
    addresses(&String::from_utf8_lossy(bytes));
    if let Ok(request) = Request::read(bytes) {
        black_box((request.call_id(), request.cseq()));
        [request.from(), request.to()].iter().for_each(stable);
        stable(&request.uri);
        black_box(request.uri.is_equivalent(&request.from().uri));
        request.contacts().iter().flatten().for_each(|contact| stable(&contact.0));
        [request.route(), request.record_route()].iter().flatten().for_each(stable);
        black_box((request.event(), request.expires(), request.min_expires(), request.retry_after()));
        black_box((request.if_match(), request.etag(), request.content_type(), request.required().count()));
        black_box(Publish::read(&request).map_err(|refused| refused.answer())).ok();
        assert!(request.body.len() <= bytes.len(), "a body out of nothing");
    }
    if let Ok(response) = Response::read(bytes) {
        assert!((100..700).contains(&response.status), "status {}", response.status);
        black_box((response.etag(), response.retry_after(), response.min_expires()));
    }
}

/// A text as each kind of address.
fn addresses(text: &str) {
    text.parse::<Uri>().iter().for_each(|uri| {
        stable(uri);
        assert!(uri.is_equivalent(uri), "{uri} is not itself");
    });
    text.parse::<Address>().iter().for_each(stable);
    text.parse::<RouteSet>().iter().for_each(stable);
}

/// Written and read again it is the same, and so it is written the same.
fn stable<T: Display + FromStr + PartialEq + Debug>(value: &T) {
    let written = value.to_string();
    assert_eq!(written.parse().ok().as_ref(), Some(value), "it reads otherwise than it was written: {written}");
}

/// The whole core: datagrams with NUL between them, from two peers and a stranger in turn.
/// Every answer is SIP, and no larger than its request gives reason to.
pub fn mesh(bytes: &[u8]) {
    let config = configured(CONFIGURATION).expect("it is written above");
    let mut now = Moment::virtual_at(Timestamp(0));
    let peers = config.mesh.peers.iter().map(|peer| peer.name.clone());
    let mut ledger = Ledger::new(config.mesh.eid, peers, now);
    let board = Board::new(config.board, &mut ledger, now);
    let mut core = Core::new(config.mesh, ledger, board, now, StdRng::seed_from_u64(1));
    drain(&mut core);
    for (datagram, sender) in bytes.split(|byte| *byte == 0).zip(SENDERS.iter().cycle()) {
        let sender: SocketAddr = sender.parse().expect("it is written above");
        now = after(now, Duration::from_millis(10));
        core.handle_message(now, sender, datagram);
        while let Some(transmit) = core.poll_transmit() {
            assert!(is_whole(&transmit.payload), "we sent no SIP: {}", transmit.payload.escape_ascii());
            // Bytes that are no UTF-8 are given back as U+FFFD, three bytes for one.
            let reason = 3 * datagram.len() + 1024;
            assert!(transmit.payload.len() <= reason, "{} bytes for {}", transmit.payload.len(), datagram.len());
        }
        show(&mut core, now);
    }
    for _ in 0..3 {
        now = after(now, Duration::from_hours(1));
        core.handle_timeout(now);
        drain(&mut core);
        show(&mut core, now);
    }
    black_box((core.poll_timeout(), core.report(now)));
    for lamp in core.board().lamps() {
        black_box(serde_json::to_string(lamp).expect("a lamp can be told"));
    }
    for site in core.sites() {
        black_box(core.messages(now, &site.name, Privacy::Number)).expect("every site is a peer");
    }
}

fn after(now: Moment, time: Duration) -> Moment {
    Moment::virtual_at(Timestamp(now.wall.0 + u64::try_from(time.as_millis()).expect("it is short")))
}

/// Whether this is one message of ours: with proper line ends, and nothing smuggled in between. An answer to a flawed
/// request repeats its flaws, but not its line ends.
fn is_whole(message: &[u8]) -> bool {
    let Some(blank) = message.windows(4).position(|window| window == b"\r\n\r\n") else { return false };
    let lines_end = message[..blank].split(|byte| *byte == b'\n').all(|line| {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        !line.is_empty() && !line.contains(&b'\r')
    });
    let is_answer = message.starts_with(b"SIP/2.0 ") && blank + 4 == message.len();
    lines_end && (is_answer || Request::read(message).is_ok())
}

fn drain(core: &mut Core) {
    while let Some(transmit) = core.poll_transmit() {
        black_box(transmit);
    }
}

fn show(core: &mut Core, now: Moment) {
    while let Some(news) = core.poll_news() {
        core.apply(now, news);
    }
    while let Some(change) = core.poll_change() {
        black_box(change);
    }
}

/// A body of the mesh: one that is read and written is read again as the same.
pub fn mesh_json(bytes: &[u8]) {
    for event in MeshEvent::ALL {
        if let Ok(body) = json::parse(event, bytes) {
            assert_eq!(json::parse(event, json::write(&body).as_bytes()).as_ref(), Ok(&body));
        }
    }
}

/// A byte stream in pieces of any size. However it is cut, the same messages come out.
pub fn stream(bytes: &[u8]) {
    let whole = pieces(bytes.chunks(bytes.len().max(1)));
    assert_eq!(whole, pieces(bytes.chunks(7)), "it depends on the network's cuts what is read");
    for piece in whole {
        if let Piece::Message(message) = piece {
            assert!(message.len() <= bytes.len(), "a message out of nothing");
        }
    }
}

fn pieces<'a>(chunks: impl Iterator<Item = &'a [u8]>) -> Vec<Piece> {
    let (mut stream, mut pieces) = (MessageStream::default(), Vec::new());
    for chunk in chunks {
        stream.push(chunk);
        loop {
            match stream.poll_piece() {
                Ok(Some(piece)) => pieces.push(piece),
                Ok(None) => break,
                // The connection would be closed here.
                Err(_lost) => return pieces,
            }
        }
    }
    pieces
}

/// Documents of extension states.
pub fn xml(bytes: &[u8]) {
    black_box(dialog_info::parse(bytes)).ok();
    black_box(pidf::parse(bytes)).ok();
    black_box(xpidf::parse(bytes)).ok();
}

/// A hint line of the configuration, searched both ways.
pub fn hint(bytes: &[u8]) {
    let Ok(line) = std::str::from_utf8(bytes) else { return };
    let mut dialplan = Dialplan::default();
    if dialplan.add_hint("office", line, FileLine { file: "hostile".into(), line: 1 }).is_ok() {
        ask(&dialplan);
    }
}

/// An `extensions.conf`, which can include itself by the name `self`.
pub fn dialplan(bytes: &[u8]) {
    let mut dialplan = Dialplan::default();
    let mut include = |file: &str| match file {
        "self" => {
            let files = vec![IncludedFile { name: file.into(), bytes: bytes.into() }];
            Ok(Included { files, passed_over: Vec::new() })
        }
        _ => Err(IncludeError::Missing("gone".into())),
    };
    if dialplan.read("hostile", bytes, &mut include).is_ok() {
        ask(&dialplan);
    }
}

fn ask(dialplan: &Dialplan) {
    for version in [AsteriskVersion::V16, AsteriskVersion::V22] {
        let hints = dialplan.hints("office", version);
        for exten in ["1001", "1", "", "10-01", "*43", "_1XXX"] {
            black_box(hints.find(exten));
        }
        for device in ["PJSIP/1001", "PJSIP/1", "Custom:DND1001", "", "/"] {
            for exten in hints.naming(device).extens {
                let hint = hints.find(exten.as_str()).expect("it was found by its hint");
                assert!(hint.devices().iter().any(|named| named.as_str() == device), "{exten} does not name {device}");
            }
        }
        black_box((hints.plain().count(), hints.warnings().len(), Exten::from("1")));
    }
}

/// A configuration. One that names files of this machine is skipped, for their contents vary.
pub fn configuration(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if ["\"/", "'/", "\\", "\"\"\"", "'''"].iter().any(|opens| text.contains(opens)) {
        return;
    }
    match configured(text) {
        Ok(config) => drop(black_box(config)),
        Err(error) => assert!(!error.to_string().is_empty(), "an error says something"),
    }
}

fn configured(text: &str) -> Result<Config, lampfield::config::ConfigError> {
    Config::parse(Path::new("no-such-folder/lampfield.toml"), text)
}
