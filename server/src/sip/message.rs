//! Requests and responses, read from datagrams.
//!
//! [`Frame`] has cut the datagram before. What every message has is read at once, since it must
//! be right; the other headers go to `rsip`, which knows them by name, and are read when asked
//! for. `rsip` gets clean lines only: by itself it refuses a whole message over a compact name,
//! a folded line, an unknown method or one byte that is not UTF-8, and knows no IPv6.

use std::fmt;
use std::ops::Deref;
use std::time::Duration;

use bytes::Bytes;
use rsip::Header;
use rsip::headers::UntypedHeader as _;

use super::address::Address;
use super::frame::{Flaw, Frame};
use super::text::{is_token, lossy};
use super::uri::{Scheme, Uri};
use super::via::{TopVia, Via};

/// A request's method. Any token is one; what we do not serve is refused, not misread.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Method {
    /// RFC 3903
    Publish,
    /// RFC 3261 §11
    Options,
    /// RFC 3261 §17: never answered
    Ack,
    /// RFC 3261 §9
    Cancel,
    /// Any other token. Case counts (RFC 3261 §7.1).
    Other(String),
}

impl Method {
    /// The token as it stands in a request line.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Publish => "PUBLISH",
            Self::Options => "OPTIONS",
            Self::Ack => "ACK",
            Self::Cancel => "CANCEL",
            Self::Other(token) => token,
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<&str> for Method {
    fn from(token: &str) -> Self {
        match token {
            "PUBLISH" => Self::Publish,
            "OPTIONS" => Self::Options,
            "ACK" => Self::Ack,
            "CANCEL" => Self::Cancel,
            _ => Self::Other(token.to_owned()),
        }
    }
}

/// `PUBLISH sip:FreePBX@127.0.0.6:5060 SIP/2.0`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RequestLine<'a> {
    pub(super) method: &'a str,
    pub(super) uri: &'a str,
    pub(super) version: &'a str,
}

/// What the first line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StartLine<'a> {
    Request(RequestLine<'a>),
    Response { status: u16, reason: &'a str },
}

impl<'a> StartLine<'a> {
    /// Reads a start line. What is neither request nor response is not SIP and never answered.
    pub(super) fn read(line: &'a str) -> Option<Self> {
        if let Some(rest) = line.strip_prefix("SIP/2.0 ") {
            let (digits, reason) = rest.split_once(' ').unwrap_or((rest, ""));
            let status = digits.parse().ok().filter(|status| (100..700).contains(status))?;
            return Some(Self::Response { status, reason });
        }
        let (method, rest) = line.trim_ascii_end().split_once(' ')?;
        let (uri, version) = rest.rsplit_once(' ')?;
        let is_sip =
            is_token(method.as_bytes()) && version.get(..4).is_some_and(|sip| sip.eq_ignore_ascii_case("SIP/"));
        is_sip.then_some(Self::Request(RequestLine { method, uri, version }))
    }
}

/// A request.
#[derive(Debug, Clone)]
pub struct Request {
    /// What is asked.
    pub method: Method,
    /// Of which resource.
    pub uri: Uri,
    headers: Headers,
    /// As many bytes as `Content-Length` says.
    pub body: Bytes,
}

impl Request {
    /// Reads a request from a datagram.
    ///
    /// # Errors
    /// The first [`Flaw`] found.
    pub fn read(datagram: &[u8]) -> Result<Self, Flaw> {
        let frame = Frame::read(datagram).ok_or(Flaw::StartLine)?;
        match StartLine::read(&frame.start_line) {
            Some(StartLine::Request(line)) => Self::from_frame(&frame, line, &top_via(&frame)?),
            Some(StartLine::Response { .. }) | None => Err(Flaw::StartLine),
        }
    }

    pub(super) fn from_frame(frame: &Frame<'_>, line: RequestLine<'_>, via: &TopVia<'_>) -> Result<Self, Flaw> {
        let RequestLine { method, uri, version } = line;
        if !version.eq_ignore_ascii_case("SIP/2.0") {
            return Err(Flaw::Version);
        }
        let headers = Headers::read(frame, via)?;
        if headers.cseq.method != method {
            return Err(Flaw::Malformed("CSeq"));
        }
        let uri = uri.parse().map_err(|_| Flaw::StartLine)?;
        Ok(Self { method: method.into(), uri, headers, body: Bytes::copy_from_slice(frame.body) })
    }

    /// Whether its URI is of a scheme that SIP routes by.
    pub(super) fn has_sip_uri(&self) -> bool {
        matches!(self.uri.scheme, Scheme::Sip | Scheme::Sips)
    }
}

impl Deref for Request {
    type Target = Headers;

    fn deref(&self) -> &Headers {
        &self.headers
    }
}

/// A response.
#[derive(Debug, Clone)]
pub struct Response {
    /// 100 to 699
    pub status: u16,
    /// The words behind the status.
    pub reason: String,
    headers: Headers,
    /// As many bytes as `Content-Length` says.
    pub body: Bytes,
}

impl Response {
    /// Reads a response from a datagram.
    ///
    /// # Errors
    /// The first [`Flaw`] found.
    pub fn read(datagram: &[u8]) -> Result<Self, Flaw> {
        let frame = Frame::read(datagram).ok_or(Flaw::StartLine)?;
        match StartLine::read(&frame.start_line) {
            Some(StartLine::Response { status, reason }) => Self::from_frame(&frame, status, reason),
            Some(StartLine::Request(_)) | None => Err(Flaw::StartLine),
        }
    }

    pub(super) fn from_frame(frame: &Frame<'_>, status: u16, reason: &str) -> Result<Self, Flaw> {
        let headers = Headers::read(frame, &top_via(frame)?)?;
        Ok(Self { status, reason: reason.to_owned(), headers, body: Bytes::copy_from_slice(frame.body) })
    }
}

impl Deref for Response {
    type Target = Headers;

    fn deref(&self) -> &Headers {
        &self.headers
    }
}

/// `CSeq`
#[derive(Debug, Clone, PartialEq, Eq)]
struct CSeq {
    number: u32,
    method: String,
}

/// The value of the first header of this variant.
macro_rules! first {
    ($headers:expr, $variant:ident) => {
        $headers.others.iter().find_map(|header| match header {
            Header::$variant(value) => Some(value.value()),
            _ => None,
        })
    };
}

/// The headers of a message.
#[derive(Debug, Clone)]
pub struct Headers {
    via_top: Via,
    from: Address,
    to: Address,
    call_id: String,
    cseq: CSeq,
    others: rsip::Headers,
}

impl Headers {
    fn read(frame: &Frame<'_>, via: &TopVia<'_>) -> Result<Self, Flaw> {
        if let Some(flaw) = frame.flaw {
            return Err(flaw);
        }
        let call_id = lossy(frame.one("Call-ID")?).into_owned();
        Ok(Self {
            via_top: via.to_via(),
            from: address(frame, "From")?,
            to: address(frame, "To")?,
            call_id: if call_id.is_empty() { return Err(Flaw::Malformed("Call-ID")) } else { call_id },
            cseq: cseq(frame.one("CSeq")?).ok_or(Flaw::Malformed("CSeq"))?,
            others: others(frame),
        })
    }

    /// The topmost `Via`.
    pub fn via_top(&self) -> &Via {
        &self.via_top
    }

    /// Who sent it, as they say.
    pub fn from(&self) -> &Address {
        &self.from
    }

    /// Whom it is for.
    pub fn to(&self) -> &Address {
        &self.to
    }

    /// `Call-ID`
    pub fn call_id(&self) -> &str {
        &self.call_id
    }

    /// The number in below 2³¹.
    pub fn cseq(&self) -> u32 {
        self.cseq.number
    }

    /// The method in `CSeq`.
    pub(super) fn cseq_method(&self) -> &str {
        &self.cseq.method
    }

    /// The event package's token, without parameters; its case counts (RFC 6665 §8.2.1).
    pub fn event(&self) -> Option<&str> {
        let event = first!(self, Event)?;
        Some(before(event, ';')).filter(|token| !token.is_empty())
    }

    /// `Expires`. `None` when absent, and when it is no number: RFC 3261 §10.2.1.1 would have the
    /// default taken for that.
    pub fn expires(&self) -> Option<Duration> {
        first!(self, Expires).and_then(seconds)
    }

    /// `Min-Expires`
    pub fn min_expires(&self) -> Option<Duration> {
        first!(self, MinExpires).and_then(seconds)
    }

    /// `Retry-After`, without its comment and parameters.
    pub fn retry_after(&self) -> Option<Duration> {
        first!(self, RetryAfter).and_then(seconds)
    }

    /// `SIP-If-Match` (RFC 3903 §11.3.2)
    pub fn if_match(&self) -> Option<&str> {
        self.other("SIP-If-Match")
    }

    /// `SIP-ETag` (RFC 3903 §11.3.1)
    pub fn etag(&self) -> Option<&str> {
        self.other("SIP-ETag")
    }

    /// The media type in lower case, without parameters.
    pub fn content_type(&self) -> Option<String> {
        first!(self, ContentType).map(|value| before(value, ';').to_ascii_lowercase())
    }

    /// `User-Agent`
    pub fn user_agent(&self) -> Option<&str> {
        first!(self, UserAgent)
    }

    /// The extensions that must be understood to serve the request (RFC 3261 §20.32).
    pub fn required(&self) -> impl Iterator<Item = &str> {
        let values = self.others.iter().filter_map(|header| match header {
            Header::Require(value) => Some(value.value()),
            _ => None,
        });
        values.flat_map(|value| value.split(',')).map(str::trim_ascii).filter(|token| !token.is_empty())
    }

    /// The first header of this name, of those that have no reader of their own. Made anew at
    /// each call: for logs and tests.
    pub fn header(&self, name: &str) -> Option<String> {
        self.others.iter().find_map(|header| {
            let line = header.to_string();
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim_ascii().to_owned())
        })
    }

    /// A header that `rsip` has no variant for.
    fn other(&self, wanted: &str) -> Option<&str> {
        let found = self.others.iter().find_map(|header| match header {
            Header::Other(name, value) if name.eq_ignore_ascii_case(wanted) => Some(value.as_str()),
            _ => None,
        });
        found.filter(|value| !value.is_empty())
    }
}

fn top_via<'f>(frame: &'f Frame<'_>) -> Result<TopVia<'f>, Flaw> {
    let field = frame.all("Via").next().ok_or(Flaw::Missing("Via"))?;
    TopVia::read(field).ok_or(Flaw::Malformed("Via"))
}

/// `From` or `To`.
pub(super) fn address(frame: &Frame<'_>, name: &'static str) -> Result<Address, Flaw> {
    lossy(frame.one(name)?).parse().map_err(|_| Flaw::Malformed(name))
}

/// `10670 PUBLISH`; the number is below 2³¹ (RFC 3261 §8.1.1.5).
fn cseq(value: &[u8]) -> Option<CSeq> {
    let (number, method) = std::str::from_utf8(value).ok()?.split_once([' ', '\t'])?;
    let number = number.parse().ok().filter(|number| *number < 1 << 31)?;
    Some(CSeq { number, method: method.trim_ascii().to_owned() })
}

/// The fields that are read when asked for, as `rsip` knows them.
fn others(frame: &Frame<'_>) -> rsip::Headers {
    const READ_AT_ONCE: [&str; 6] = ["Via", "From", "To", "Call-ID", "CSeq", "Content-Length"];
    let others =
        frame.fields.iter().filter(|field| !READ_AT_ONCE.iter().any(|name| field.name.eq_ignore_ascii_case(name)));
    let headers = others.filter_map(|field| {
        let value = lossy(&field.value);
        rsip::headers::header::Tokenizer::from((field.name.as_bytes(), value.as_bytes())).try_into().ok()
    });
    rsip::Headers::from(headers.collect::<Vec<Header>>())
}

/// Leading digits, as a number of seconds that fits into 32 bits (RFC 3261 §20.19).
fn seconds(value: &str) -> Option<Duration> {
    let end = value.find(|c: char| !c.is_ascii_digit()).unwrap_or(value.len());
    let (digits, rest) = value.split_at(end);
    if digits.is_empty() || !(rest.is_empty() || rest.starts_with([' ', ';', '('])) {
        return None;
    }
    Some(Duration::from_secs(digits.parse().map_or(u32::MAX, |seconds: u32| seconds).into()))
}

fn before(value: &str, end: char) -> &str {
    value.split(end).next().unwrap_or_default().trim_ascii()
}
