//! Final responses of ours, in the making (RFC 3261 §8.2.6).

use std::fmt::{Display, Write as _};
use std::time::Duration;

use bytes::Bytes;

use super::address::{Contact, RouteSet};

/// What the headers of most answers take, in bytes: an entity-tag and an expiry.
const ROOM: usize = 80;

/// A final response in the making: a status, and the headers and the body that belong to it. The endpoint
/// adds what every response has (Via, From, To, Call-ID, `CSeq`, Content-Length).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    status: u16,
    to_tag: Option<String>,
    headers: String,
    body: Bytes,
}

impl Answer {
    /// The request was served.
    pub const OK: u16 = 200;
    /// The request is malformed.
    pub const BAD_REQUEST: u16 = 400;
    /// A password is asked for; with `WWW-Authenticate`.
    pub const UNAUTHORIZED: u16 = 401;
    /// The request is refused, and a password does not help.
    pub const FORBIDDEN: u16 = 403;
    /// The resource is not here.
    pub const NOT_FOUND: u16 = 404;
    /// The method is not served; with `Allow`.
    pub const METHOD_NOT_ALLOWED: u16 = 405;
    /// No publication is kept under the entity-tag (RFC 3903 §11.2.1).
    pub const CONDITIONAL_REQUEST_FAILED: u16 = 412;
    /// The message is too large.
    pub const REQUEST_ENTITY_TOO_LARGE: u16 = 413;
    /// The media type of the body is not read; with `Accept`.
    pub const UNSUPPORTED_MEDIA_TYPE: u16 = 415;
    /// The scheme of the Request-URI is not served.
    pub const UNSUPPORTED_URI_SCHEME: u16 = 416;
    /// An extension is required that is not known; with `Unsupported`.
    pub const BAD_EXTENSION: u16 = 420;
    /// The lifetime is too short; with `Min-Expires`.
    pub const INTERVAL_TOO_BRIEF: u16 = 423;
    /// The request belongs to no transaction or dialog that is known.
    pub const TRANSACTION_DOES_NOT_EXIST: u16 = 481;
    /// The event package is not served; with `Allow-Events` (RFC 6665 §8.3.2).
    pub const BAD_EVENT: u16 = 489;
    /// The message is not SIP/2.0.
    pub const VERSION_NOT_SUPPORTED: u16 = 505;

    /// An answer with this status, and no headers and no body yet.
    pub fn new(status: u16) -> Self {
        Self { status, to_tag: None, headers: String::with_capacity(ROOM), body: Bytes::new() }
    }

    /// An answer that was given before, with all that it had.
    pub(super) fn again(status: u16, to_tag: Option<String>, headers: String, body: Bytes) -> Self {
        Self { status, to_tag, headers, body }
    }

    /// The header lines, each with its end.
    pub(super) fn headers(&self) -> &str {
        &self.headers
    }

    /// The body; empty where the answer has none.
    pub(super) fn content(&self) -> &Bytes {
        &self.body
    }

    /// The tag that the answer adds to `To`; `None` where the endpoint chooses one.
    pub(super) fn own_tag(&self) -> Option<&str> {
        self.to_tag.as_deref()
    }

    /// The status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Adds a header line. Control characters are left out of `value`.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Display) -> Self {
        write_header(&mut self.headers, name, value);
        self
    }

    /// Adds this tag to `To` instead of one that the endpoint chooses: a dialog is known by its own
    /// (RFC 3261 §12.1.1). A `To` that has a tag already keeps it. What does not belong into a token is left out.
    #[must_use]
    pub fn to_tag(mut self, tag: impl Display) -> Self {
        let token = |letter: &char| letter.is_ascii_alphanumeric() || "-.!%*_+`'~".contains(*letter);
        self.to_tag = Some(tag.to_string().chars().filter(token).collect::<String>()).filter(|tag| !tag.is_empty());
        self
    }

    /// Adds a body of this media type, and `Content-Type`.
    #[must_use]
    pub fn body(mut self, media_type: &str, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self.header("Content-Type", media_type)
    }

    /// Adds `Contact`: where requests of the dialog are to be sent.
    #[must_use]
    pub fn contact(self, contact: &Contact) -> Self {
        self.header("Contact", contact)
    }

    /// Adds `Record-Route`, as the request had it (RFC 3261 §12.1.1); nothing where that had none.
    #[must_use]
    pub fn record_route(self, route: &RouteSet) -> Self {
        if route.is_empty() { self } else { self.header("Record-Route", route) }
    }

    /// Adds `SIP-ETag` (RFC 3903 §11.3.1).
    #[must_use]
    pub fn etag(self, tag: impl Display) -> Self {
        self.header("SIP-ETag", tag)
    }

    /// Adds `Expires`, in whole seconds.
    #[must_use]
    pub fn expires(self, expires: Duration) -> Self {
        self.header("Expires", expires.as_secs())
    }

    /// Adds `Min-Expires`, in whole seconds.
    #[must_use]
    pub fn min_expires(self, expires: Duration) -> Self {
        self.header("Min-Expires", expires.as_secs())
    }

    /// Adds `Allow-Events` (RFC 6665 §8.2.2).
    #[must_use]
    pub fn allow_events(self, events: impl Display) -> Self {
        self.header("Allow-Events", events)
    }

    /// Adds `Accept`.
    #[must_use]
    pub fn accept(self, media_types: impl Display) -> Self {
        self.header("Accept", media_types)
    }

    /// Adds `Allow`.
    #[must_use]
    pub fn allow(self, methods: impl Display) -> Self {
        self.header("Allow", methods)
    }

    /// Adds `Unsupported`.
    #[must_use]
    pub fn unsupported(self, extensions: impl Display) -> Self {
        self.header("Unsupported", extensions)
    }
}

/// Writes one header line. A line end inside a value would begin a header of its own, so control
/// characters are left out.
pub(super) fn write_header(headers: &mut String, name: &str, value: impl Display) {
    let start = headers.len();
    headers.push_str(name);
    headers.push_str(": ");
    let _infallible = write!(headers, "{value}");
    let is_plain = |byte: &u8| (0x20..0x7f).contains(byte);
    if !headers.as_bytes()[start..].iter().all(is_plain) {
        let clean: String = headers.drain(start..).filter(|c| !c.is_control()).collect();
        headers.push_str(&clean);
    }
    headers.push_str("\r\n");
}

/// The words that go with a status (RFC 3261 §21, RFC 3903 §11.2, RFC 6665 §8.3).
pub(super) fn reason(status: u16) -> &'static str {
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

    #[test]
    fn a_tag_of_its_own_is_a_token() {
        for (tag, expected) in [("a-1", Some("a-1")), ("a;x=\"\r\n", Some("ax")), ("", None), ("<>", None)] {
            assert_eq!(Answer::new(200).to_tag(tag).own_tag(), expected, "{tag:?}");
        }
    }
}
