use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use super::*;

fn publish(body: &str) -> String {
    format!(
        "PUBLISH sip:desk@192.0.2.50 SIP/2.0\r\nVia: SIP/2.0/TCP 192.0.2.11;branch=z9hG4bKa\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// What comes out of the stream: messages as text, `ping`, and the flaw at the end if there is one.
fn read(stream: &mut MessageStream) -> Vec<String> {
    let mut out = Vec::new();
    loop {
        match stream.poll_piece() {
            Ok(Some(Piece::Message(message))) => out.push(String::from_utf8(message.to_vec()).unwrap()),
            Ok(Some(Piece::Ping)) => out.push("ping".to_owned()),
            Ok(None) => return out,
            Err(flaw) => {
                out.push(flaw.to_string());
                return out;
            }
        }
    }
}

/// Checks that the same comes out in one piece, byte by byte, and split in two anywhere.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let bytes = text.as_bytes();
    let mut whole = MessageStream::default();
    whole.push(bytes);
    assert_eq!(read(&mut whole), expected, "in one piece: {text:?}");

    let run = |pieces: &mut dyn Iterator<Item = &[u8]>| {
        let mut stream = MessageStream::default();
        let mut out = Vec::new();
        for piece in pieces {
            stream.push(piece);
            out.extend(read(&mut stream));
            if stream.broken.is_some() {
                return out;
            }
        }
        out
    };
    assert_eq!(run(&mut bytes.chunks(1)), expected, "byte by byte: {text:?}");
    for at in 0..bytes.len() {
        let (first, second) = bytes.split_at(at);
        assert_eq!(run(&mut [first, second].into_iter()), expected, "split at {at}: {text:?}");
    }
}

#[test]
fn cuts_messages_by_their_content_length() {
    let (empty, short, long) = (publish(""), publish("{}"), publish("a body\r\n\r\nwith blank lines\r\n"));
    check(&empty, &[&empty]);
    check(&[&*short, &*empty, &*long, &*short].concat(), &[&short, &empty, &long, &short]);
    let answer = "SIP/2.0 200 OK\r\nl:  3\r\n\r\nabc";
    check(&[answer, &short].concat(), &[answer, &short]);
    let folded = "A b SIP/2.0\r\nContent-Length:\r\n 2\r\n\r\nab";
    check(&[folded, folded].concat(), &[folded, folded]);
    let bare = "A b SIP/2.0\nl: 1\n\na";
    check(&[bare, bare].concat(), &[bare, bare]);
}

#[test]
fn answers_pings_and_passes_over_pongs() {
    let message = publish("x");
    check("\r\n\r\n", &["ping"]);
    check("\r\n\r\n\r\n\r\n", &["ping", "ping"]);
    check(&format!("\r\n{message}\r\n{message}"), &[&message, &message]);
    check(&format!("\r\n\r\n{message}\r\n\r\n{message}\r\n"), &["ping", &message, "ping", &message]);
}

#[test]
fn knows_whether_a_message_has_begun() {
    let mut stream = MessageStream::default();
    for (bytes, midway) in [("\r\n\r\n", false), ("\r", true), ("\n", false), ("P", true), ("UBLISH", true)] {
        stream.push(bytes.as_bytes());
        read(&mut stream);
        assert_eq!(stream.is_midway(), midway, "{bytes:?}");
    }
}

#[test]
fn gives_up_what_is_no_sip() {
    let message = publish("");
    check("GET / HTTP/1.1\r\n", &["this is not SIP"]);
    check("\x16\x03\x01", &["this is not SIP"]);
    check("\0", &["this is not SIP"]);
    check(&format!("{message}{message}{{}}\n"), &[&message, &message, "this is not SIP"]);
    check("hello\r\n", &["this is not SIP"]);
    let mut stream = MessageStream::default();
    stream.push("A".repeat(MAX_START_LINE + 1).as_bytes());
    assert_eq!(read(&mut stream), ["the header is too large"]);
    stream.push(message.as_bytes());
    assert_eq!(read(&mut stream), ["the header is too large"], "it stays given up");
}

#[test]
fn bounds_what_it_keeps() {
    check("A b SIP/2.0\r\n\r\n", &["Content-Length is missing"]);
    check("A b SIP/2.0\r\nl: 65536\r\n\r\n", &["the body is too large"]);
    check("A b SIP/2.0\r\nl: 99999999999999999999999\r\n\r\n", &["the body is too large"]);
    for head in [
        format!("A b SIP/2.0\r\n{}", "a: b\r\n".repeat(MAX_HEAD / 6)),
        format!("A b SIP/2.0\r\na: {}", "b".repeat(MAX_HEAD)),
    ] {
        let mut stream = MessageStream::default();
        stream.push(head.as_bytes());
        assert_eq!(read(&mut stream), ["the header is too large"]);
    }
    let largest = format!("A b SIP/2.0\r\nl: {MAX_BODY}\r\n\r\n{}", "x".repeat(MAX_BODY));
    let mut stream = MessageStream::default();
    stream.push(largest.as_bytes());
    assert_eq!(read(&mut stream), [largest]);
}

#[test]
fn hands_up_a_flawed_head_before_it_gives_up() {
    for (head, flaw) in [
        ("A b SIP/2.0\r\nno colon\r\nl: 0\r\n\r\n", Flaw::HeaderLine),
        ("A b SIP/2.0\r\nl: 1\r\nl: 2\r\n\r\n", Flaw::ContentLength),
        ("A b SIP/2.0\r\nl: -1\r\n\r\n", Flaw::ContentLength),
    ] {
        check(&[head, &publish("")].concat(), &[head, &flaw.to_string()]);
    }
}

/// Whatever comes, in whatever pieces: the same pieces come out as when it comes at once, nothing
/// panics, and no more is kept than one message.
#[test]
fn reads_noise_alike_however_it_is_cut() {
    let mut rng = StdRng::seed_from_u64(3);
    for _ in 0..3000 {
        let mut bytes = Vec::new();
        for _ in 0..rng.random_range(1..5) {
            let body = "y".repeat(rng.random_range(0..200));
            bytes.extend_from_slice(publish(&body).as_bytes());
            bytes.extend_from_slice(&PING[..rng.random_range(0..=4)]);
        }
        for _ in 0..rng.random_range(0..3) {
            let at = rng.random_range(0..bytes.len());
            bytes[at] = *b"\r\n:x0\xff ".get(rng.random_range(0..7)).unwrap();
        }
        let pieces = |stream: &mut MessageStream| {
            let mut out = Vec::new();
            loop {
                match stream.poll_piece() {
                    Ok(Some(piece)) => out.push(Ok(piece)),
                    Ok(None) => return out,
                    Err(flaw) => {
                        out.push(Err(flaw));
                        return out;
                    }
                }
            }
        };
        let mut whole = MessageStream::default();
        whole.push(&bytes);
        let expected = pieces(&mut whole);

        let (mut stream, mut out, mut rest) = (MessageStream::default(), Vec::new(), &bytes[..]);
        while !rest.is_empty() && stream.broken.is_none() {
            let (piece, after) = rest.split_at(rng.random_range(1..=rest.len().min(60)));
            stream.push(piece);
            out.extend(pieces(&mut stream));
            assert!(stream.buffer.len() <= MAX_HEAD + MAX_BODY);
            rest = after;
        }
        assert_eq!(out, expected, "{}", String::from_utf8_lossy(&bytes));
    }
}
