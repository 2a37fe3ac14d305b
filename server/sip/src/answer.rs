//! What we answer to a request (RFC 3261 §8.2.6).

use std::fmt::{Display, Write as _};
use std::io::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;

use super::frame::Frame;
use super::via::TopVia;

/// What the headers of most answers take, in bytes: an entity-tag and an expiry.
const ROOM: usize = 64;

/// A final response in the making: a status and the headers that belong to it. The endpoint
/// adds what every response has (Via, From, To, Call-ID, `CSeq`, Content-Length).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    status: u16,
    headers: String,
}

impl Answer {
    /// 200
    pub const OK: u16 = 200;
    /// 400
    pub const BAD_REQUEST: u16 = 400;
    /// 401, with `WWW-Authenticate`
    pub const UNAUTHORIZED: u16 = 401;
    /// 403
    pub const FORBIDDEN: u16 = 403;
    /// 404
    pub const NOT_FOUND: u16 = 404;
    /// 405, with `Allow`
    pub const METHOD_NOT_ALLOWED: u16 = 405;
    /// 412
    pub const CONDITIONAL_REQUEST_FAILED: u16 = 412;
    /// 413
    pub const REQUEST_ENTITY_TOO_LARGE: u16 = 413;
    /// 415, with `Accept`
    pub const UNSUPPORTED_MEDIA_TYPE: u16 = 415;
    /// 416
    pub const UNSUPPORTED_URI_SCHEME: u16 = 416;
    /// 420, with `Unsupported`
    pub const BAD_EXTENSION: u16 = 420;
    /// 423, with `Min-Expires`
    pub const INTERVAL_TOO_BRIEF: u16 = 423;
    /// 481
    pub const TRANSACTION_DOES_NOT_EXIST: u16 = 481;
    /// 489, with `Allow-Events`
    pub const BAD_EVENT: u16 = 489;
    /// 505
    pub const VERSION_NOT_SUPPORTED: u16 = 505;

    /// An answer with this status and no headers of its own yet.
    pub fn new(status: u16) -> Self {
        Self { status, headers: String::with_capacity(ROOM) }
    }

    /// An answer that was given before, with all its headers.
    pub(super) fn again(status: u16, headers: String) -> Self {
        Self { status, headers }
    }

    /// Its headers, each on a line.
    pub(super) fn headers(&self) -> &str {
        &self.headers
    }

    /// The status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// With one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Display) -> Self {
        write_header(&mut self.headers, name, value);
        self
    }

    /// With `SIP-ETag`.
    #[must_use]
    pub fn etag(self, tag: impl Display) -> Self {
        self.header("SIP-ETag", tag)
    }

    /// With `Expires`, in whole seconds.
    #[must_use]
    pub fn expires(self, expires: Duration) -> Self {
        self.header("Expires", expires.as_secs())
    }

    /// With `Min-Expires`, in whole seconds.
    #[must_use]
    pub fn min_expires(self, expires: Duration) -> Self {
        self.header("Min-Expires", expires.as_secs())
    }

    /// With `Allow-Events`.
    #[must_use]
    pub fn allow_events(self, events: impl Display) -> Self {
        self.header("Allow-Events", events)
    }

    /// With `Accept`.
    #[must_use]
    pub fn accept(self, media_types: impl Display) -> Self {
        self.header("Accept", media_types)
    }

    /// With `Allow`.
    #[must_use]
    pub fn allow(self, methods: impl Display) -> Self {
        self.header("Allow", methods)
    }

    /// With `Unsupported`.
    #[must_use]
    pub fn unsupported(self, extensions: impl Display) -> Self {
        self.header("Unsupported", extensions)
    }

    /// The whole response; to strangers without a word of who answers.
    pub(super) fn write(&self, echo: &Echo, server: Option<&str>) -> Bytes {
        let Self { status, headers } = self;
        let (reason, end) = (reason(*status), "Content-Length: 0\r\n\r\n");
        let server = server.map_or([""; 3], |server| ["Server: ", server, "\r\n"]);
        let pieces = [server[0], server[1], server[2], headers, end];
        let length =
            "SIP/2.0 200 \r\n".len() + reason.len() + echo.0.len() + pieces.map(str::len).iter().sum::<usize>();
        let mut out = Vec::with_capacity(length);
        let _infallible = write!(out, "SIP/2.0 {status} {reason}\r\n");
        out.extend_from_slice(&echo.0);
        for piece in pieces {
            out.extend_from_slice(piece.as_bytes());
        }
        out.into()
    }
}

/// Writes one header line. A line end inside a value would begin a header of its own, so control
/// characters are left out.
pub(super) fn write_header(headers: &mut String, name: &str, value: impl Display) {
    let start = headers.len();
    let _infallible = write!(headers, "{name}: {value}");
    if headers[start..].contains(char::is_control) {
        let clean: String = headers.drain(start..).filter(|c| !c.is_control()).collect();
        headers.push_str(&clean);
    }
    headers.push_str("\r\n");
}

/// The headers of a request that its answer repeats byte for byte.
#[derive(Debug)]
pub(super) struct Echo(Vec<u8>);

impl Echo {
    /// Takes them from a request that came from `source`. `To` gets `to_tag`.
    pub(super) fn read(frame: &Frame<'_>, via: &TopVia<'_>, source: SocketAddr, to_tag: Option<u64>) -> Self {
        let mut out = Vec::with_capacity(512);
        out.extend_from_slice(b"Via: ");
        via.write_with_source(source, &mut out);
        out.extend_from_slice(b"\r\n");
        for via in frame.all("Via").skip(1) {
            write_bytes(&mut out, "Via", via);
        }
        for name in ["From", "To", "Call-ID", "CSeq"] {
            let Some(value) = frame.all(name).next() else { continue };
            write_bytes(&mut out, name, value);
            if let ("To", Some(tag)) = (name, to_tag) {
                out.truncate(out.len() - 2);
                let _infallible = write!(out, ";tag={tag:016x}\r\n");
            }
        }
        Self(out)
    }
}

fn write_bytes(out: &mut Vec<u8>, name: &str, value: &[u8]) {
    for piece in [name.as_bytes(), b": ", value, b"\r\n"] {
        out.extend_from_slice(piece);
    }
}

/// The words that go with a status (RFC 3261 §21, RFC 3903 §11.2, RFC 6665 §8.3).
fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        412 => "Conditional Request Failed",
        413 => "Request Entity Too Large",
        415 => "Unsupported Media Type",
        416 => "Unsupported URI Scheme",
        420 => "Bad Extension",
        423 => "Interval Too Brief",
        481 => "Call/Transaction Does Not Exist",
        489 => "Bad Event",
        500 => "Server Internal Error",
        503 => "Service Unavailable",
        505 => "Version Not Supported",
        _ => "Answered",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lets_no_value_begin_a_header_of_its_own() {
        let answer = Answer::new(420).unsupported("a\r\nEvil: b");
        assert_eq!(answer.headers, "Unsupported: aEvil: b\r\n");
    }
}
