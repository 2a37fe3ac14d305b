//! Requests of our own.

use std::fmt::Display;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;

use super::answer::write_header;
use super::method::Method;
use super::route::Transport;

/// A request in the making. The endpoint adds Via, Max-Forwards, User-Agent and Content-Length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingRequest {
    method: Method,
    uri: String,
    headers: String,
    body: Bytes,
}

impl OutgoingRequest {
    /// A request of this method for `uri`, which stands in the request line alone: `From`, `To`,
    /// `Call-ID` and `CSeq` are the caller's.
    pub fn new(method: Method, uri: impl Into<String>) -> Self {
        Self { method, uri: uri.into(), headers: String::new(), body: Bytes::new() }
    }

    /// With one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Display) -> Self {
        write_header(&mut self.headers, name, value);
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
    pub fn cseq(mut self, number: u32) -> Self {
        write_header(&mut self.headers, "CSeq", format_args!("{number} {}", self.method));
        self
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

    /// Method of the request.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The whole request, under this branch, as it goes by this transport.
    pub(super) fn write(&self, transport: Transport, sent_by: SocketAddr, branch: &str, user_agent: &str) -> Bytes {
        let Self { method, uri, headers, body } = self;
        let length = body.len();
        let head = format!(
            "{method} {uri} SIP/2.0\r\nVia: SIP/2.0/{transport} {sent_by};rport;branch={branch}\r\n{headers}\
             Max-Forwards: 70\r\nUser-Agent: {user_agent}\r\nContent-Length: {length}\r\n\r\n"
        );
        let mut out = Vec::with_capacity(head.len() + length);
        out.extend_from_slice(head.as_bytes());
        out.extend_from_slice(body);
        out.into()
    }
}
