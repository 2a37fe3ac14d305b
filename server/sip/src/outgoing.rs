//! Requests of our own, in the making (RFC 3261 §8.1.1).

use std::fmt::Display;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;

use super::address::{Address, Contact, RouteSet};
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

    /// Adds a header line. Control characters are left out of `value`.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Display) -> Self {
        write_header(&mut self.headers, name, value);
        self
    }

    /// Adds `From` with this URI and tag.
    #[must_use]
    pub fn from(self, uri: impl Display, tag: impl Display) -> Self {
        self.header("From", format_args!("<{uri}>;tag={tag}"))
    }

    /// Adds `To` with this URI and without a tag: the request is not within a dialog.
    #[must_use]
    pub fn to(self, uri: impl Display) -> Self {
        self.header("To", format_args!("<{uri}>"))
    }

    /// Adds `From` and `To` of a request within a dialog (RFC 3261 §12.2.1.1): both addresses whole, with the tags of
    /// the dialog.
    #[must_use]
    pub fn within(self, from: &Address, to: &Address) -> Self {
        self.header("From", from).header("To", to)
    }

    /// Adds `Contact`: where the other side can reach us directly.
    #[must_use]
    pub fn contact(self, contact: &Contact) -> Self {
        self.header("Contact", contact)
    }

    /// Adds `Route`: the proxies that the request visits; nothing where there are none.
    #[must_use]
    pub fn route(self, route: &RouteSet) -> Self {
        if route.is_empty() { self } else { self.header("Route", route) }
    }

    /// Adds `Call-ID`.
    #[must_use]
    pub fn call_id(self, call_id: impl Display) -> Self {
        self.header("Call-ID", call_id)
    }

    /// Adds `CSeq` with this number and the request's method.
    #[must_use]
    pub fn cseq(mut self, number: u32) -> Self {
        write_header(&mut self.headers, "CSeq", format_args!("{number} {}", self.method));
        self
    }

    /// Adds `Expires`, in whole seconds.
    #[must_use]
    pub fn expires(self, expires: Duration) -> Self {
        self.header("Expires", expires.as_secs())
    }

    /// Adds a body of this media type, and `Content-Type`.
    #[must_use]
    pub fn body(mut self, content_type: &str, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self.header("Content-Type", content_type)
    }

    /// The method of the request.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// Writes the whole request, under this branch, as it goes by this transport.
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
