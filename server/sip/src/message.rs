//! Requests and responses (RFC 3261 §7.1 and §7.2).
//!
//! [`Frame`] has cut the message before; [`Headers`] reads the fields.

use std::ops::Deref;

use bytes::Bytes;

use super::frame::{Flaw, Frame};
use super::headers::{CSeq, Headers, top_via};
use super::method::Method;
use super::text::{decimal, is_token, lossy};
use super::uri::{Scheme, Uri};

/// `PUBLISH sip:FreePBX@127.0.0.6:5060 SIP/2.0`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RequestLine<'a> {
    pub(super) method: &'a str,
    pub(super) uri: &'a str,
    pub(super) version: &'a str,
}

/// The first line of a message.
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
            let status = decimal(digits).filter(|status| (100..700).contains(status))?;
            return Some(Self::Response { status, reason });
        }
        let line = line.trim_ascii_end();
        let (first, last) = (memchr::memchr(b' ', line.as_bytes())?, memchr::memrchr(b' ', line.as_bytes())?);
        let (method, uri, version) = (&line[..first], line.get(first + 1..last)?, &line[last + 1..]);
        let is_sip =
            is_token(method.as_bytes()) && version.get(..4).is_some_and(|sip| sip.eq_ignore_ascii_case("SIP/"));
        is_sip.then_some(Self::Request(RequestLine { method, uri, version }))
    }
}

/// The parts of a request that are read before it is taken.
#[derive(Debug)]
pub(super) struct Checked {
    method: Method,
    uri: Uri,
    cseq: CSeq,
}

/// A request. Derefs to its [`Headers`].
#[derive(Debug, Clone)]
pub struct Request {
    /// What is asked for.
    pub method: Method,
    /// The Request-URI: the resource that it is asked of.
    pub uri: Uri,
    headers: Headers,
    /// As many bytes as `Content-Length` says, or all that follow the head.
    pub body: Bytes,
}

impl Request {
    /// Reads a request from a datagram.
    ///
    /// # Errors
    /// The first [`Flaw`] found.
    pub fn read(datagram: &[u8]) -> Result<Self, Flaw> {
        let frame = Frame::read(datagram).ok_or(Flaw::StartLine)?;
        let Some(StartLine::Request(line)) = StartLine::read(&frame.start_line) else { return Err(Flaw::StartLine) };
        top_via(&frame)?;
        let checked = Self::check(&frame, line)?;
        Ok(Self::new(checked, frame))
    }

    /// Reads what must be right in a request that has been cut into its parts.
    ///
    /// # Errors
    /// The first [`Flaw`] found.
    pub(super) fn check(frame: &Frame<'_>, line: RequestLine<'_>) -> Result<Checked, Flaw> {
        if !line.version.eq_ignore_ascii_case("SIP/2.0") {
            return Err(Flaw::Version);
        }
        let (method, cseq) = (Method::from(line.method), Headers::check(frame)?);
        if cseq.method != method {
            return Err(Flaw::Malformed("CSeq"));
        }
        Ok(Checked { uri: line.uri.parse().map_err(|_| Flaw::StartLine)?, method, cseq })
    }

    /// The request in a frame without a flaw.
    pub(super) fn new(Checked { method, uri, cseq }: Checked, frame: Frame<'_>) -> Self {
        let body = Bytes::copy_from_slice(frame.body);
        Self { method, uri, headers: Headers::new(cseq, frame), body }
    }

    /// Whether the Request-URI is of a scheme that SIP routes by.
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

/// A response. Derefs to its [`Headers`].
#[derive(Debug, Clone)]
pub struct Response {
    /// The status, 100 to 699.
    pub status: u16,
    /// The words behind the status.
    pub reason: String,
    /// The branch of the topmost `Via`, which names the transaction.
    pub(super) branch: Option<String>,
    headers: Headers,
    /// As many bytes as `Content-Length` says, or all that follow the head.
    pub body: Bytes,
}

impl Response {
    /// Reads a response from a datagram.
    ///
    /// # Errors
    /// The first [`Flaw`] found.
    pub fn read(datagram: &[u8]) -> Result<Self, Flaw> {
        Self::from_frame(Frame::read(datagram).ok_or(Flaw::StartLine)?)
    }

    /// Reads a response that has been cut into its parts.
    ///
    /// # Errors
    /// The first [`Flaw`] found.
    pub(super) fn from_frame(frame: Frame<'_>) -> Result<Self, Flaw> {
        let Some(StartLine::Response { status, reason }) = StartLine::read(&frame.start_line) else {
            return Err(Flaw::StartLine);
        };
        let reason = reason.to_owned();
        let branch = top_via(&frame)?.branch.map(|branch| lossy(branch).into_owned());
        let (body, cseq) = (Bytes::copy_from_slice(frame.body), Headers::check(&frame)?);
        Ok(Self { status, reason, branch, headers: Headers::new(cseq, frame), body })
    }
}

impl Deref for Response {
    type Target = Headers;

    fn deref(&self) -> &Headers {
        &self.headers
    }
}
