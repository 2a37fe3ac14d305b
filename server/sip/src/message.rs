//! Requests and responses, read from datagrams.
//!
//! [`Frame`] has cut the datagram before; [`Headers`] reads the fields.

use std::ops::Deref;

use bytes::Bytes;

use super::frame::{Flaw, Frame};
use super::headers::{Headers, top_via};
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
            let status = decimal(digits).filter(|status| (100..700).contains(status))?;
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
            Some(StartLine::Request(line)) => top_via(&frame).and_then(|_| Self::from_frame(&frame, line)),
            Some(StartLine::Response { .. }) | None => Err(Flaw::StartLine),
        }
    }

    pub(super) fn from_frame(frame: &Frame<'_>, line: RequestLine<'_>) -> Result<Self, Flaw> {
        let RequestLine { method, uri, version } = line;
        if !version.eq_ignore_ascii_case("SIP/2.0") {
            return Err(Flaw::Version);
        }
        let (method, headers) = (Method::from(method), Headers::read(frame)?);
        if *headers.cseq_method() != method {
            return Err(Flaw::Malformed("CSeq"));
        }
        let uri = uri.parse().map_err(|_| Flaw::StartLine)?;
        Ok(Self { method, uri, headers, body: Bytes::copy_from_slice(frame.body) })
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
    /// The branch of the topmost `Via`, which names the transaction.
    pub(super) branch: Option<String>,
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
        let branch = top_via(frame)?.branch.map(|branch| lossy(branch).into_owned());
        let headers = Headers::read(frame)?;
        Ok(Self { status, reason: reason.to_owned(), branch, headers, body: Bytes::copy_from_slice(frame.body) })
    }
}

impl Deref for Response {
    type Target = Headers;

    fn deref(&self) -> &Headers {
        &self.headers
    }
}
