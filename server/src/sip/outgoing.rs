//! Requests of our own.

use std::fmt::Display;
use std::time::Duration;

use bytes::Bytes;

use super::message::Method;

/// A request in the making. The endpoint adds Via, Max-Forwards, User-Agent and Content-Length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingRequest {
    pub(super) method: Method,
    pub(super) uri: String,
    pub(super) headers: String,
    pub(super) body: Bytes,
}

impl OutgoingRequest {
    /// A request for `uri`, which stands in the request line and, without its port, in `To`.
    pub fn new(method: Method, uri: impl Into<String>) -> Self {
        Self { method, uri: uri.into(), headers: String::new(), body: Bytes::new() }
    }

    /// With one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Display) -> Self {
        use std::fmt::Write as _;
        let _infallible = write!(self.headers, "{name}: {value}\r\n");
        self
    }

    /// With `From` and its tag.
    #[must_use]
    pub fn from(self, uri: impl Display, tag: impl Display) -> Self {
        self.header("From", format_args!("<{uri}>;tag={tag}"))
    }

    /// With `To`, without a tag.
    #[must_use]
    pub fn to(self, uri: impl Display) -> Self {
        self.header("To", format_args!("<{uri}>"))
    }

    /// With `Call-ID`.
    #[must_use]
    pub fn call_id(self, call_id: impl Display) -> Self {
        self.header("Call-ID", call_id)
    }

    /// With `CSeq`; the method is added.
    #[must_use]
    pub fn cseq(self, number: u32) -> Self {
        let method = self.method.clone();
        self.header("CSeq", format_args!("{number} {method:?}"))
    }

    /// With `Expires`, in whole seconds.
    #[must_use]
    pub fn expires(self, expires: Duration) -> Self {
        self.header("Expires", expires.as_secs())
    }

    /// With a body of this type.
    #[must_use]
    pub fn body(mut self, content_type: &str, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self.header("Content-Type", content_type)
    }
}
