//! The headers of a message, by what they mean (RFC 3261 §20).
//!
//! The headers that every message has are checked at once, for a message with a flaw in them is refused. What each PUBLISH
//! is asked for is read where it stands. The rest goes to `rsip`, the model of SIP messages, which knows a header by its
//! name: when somebody first asks for one of them, for a model of all is some twenty copies. `rsip` gets clean lines
//! only: by itself it refuses a whole message over a compact name, a folded line, an unknown method or one byte that is
//! not UTF-8.

use std::sync::OnceLock;
use std::time::Duration;

use rsip::Header;
use rsip::headers::UntypedHeader as _;

use super::address::{self, Address, AddressError, Contact, RouteSet};
use super::frame::{Field, Flaw, Frame, Span};
use super::header_name::{Name, full_name};
use super::method::Method;
use super::text::{decimal, lossy};
use super::via::TopVia;

/// `CSeq`: a number and the method that it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CSeq {
    number: u32,
    pub(super) method: Method,
}

/// The headers of a message: its head in one piece, and where in it each field stands.
#[derive(Debug, Clone)]
pub struct Headers {
    text: String,
    fields: Vec<Field>,
    cseq: CSeq,
    model: OnceLock<rsip::Headers>,
}

/// The values of all headers of one of `rsip`'s variants.
macro_rules! modelled {
    ($headers:expr, $variant:ident) => {
        $headers.model().iter().filter_map(|header| match header {
            Header::$variant(value) => Some(value.value()),
            _ => None,
        })
    };
}

impl Headers {
    /// Looks at the headers that every message has.
    ///
    /// # Errors
    /// The flaw of the message, or that of one of these headers.
    pub(super) fn check(frame: &Frame<'_>) -> Result<CSeq, Flaw> {
        if let Some(flaw) = frame.flaw {
            return Err(flaw);
        }
        if frame.one(Name::CallId)?.is_empty() {
            return Err(Flaw::Malformed("Call-ID"));
        }
        for name in [Name::From, Name::To] {
            has_tag(frame, name)?;
        }
        cseq(frame.one(Name::CSeq)?).ok_or(Flaw::Malformed("CSeq"))
    }

    /// The headers of a message that has been looked at.
    pub(super) fn new(cseq: CSeq, frame: Frame<'_>) -> Self {
        let (text, fields) = frame.into_text();
        Self { text, fields, cseq, model: OnceLock::new() }
    }

    /// `From`: who sent the message, as they say. Read anew at each call.
    pub fn from(&self) -> Address {
        self.address(Name::From)
    }

    /// `To`: whom the message is for. Read anew at each call.
    pub fn to(&self) -> Address {
        self.address(Name::To)
    }

    /// `Call-ID`: names the dialog or the series of requests, together with the tags.
    pub fn call_id(&self) -> &str {
        self.first(Name::CallId).unwrap_or_default()
    }

    /// The number in `CSeq`, below 2³¹.
    pub fn cseq(&self) -> u32 {
        self.cseq.number
    }

    /// The method in `CSeq`.
    pub(super) fn cseq_method(&self) -> &Method {
        &self.cseq.method
    }

    /// `Event`: the event package's token, without parameters; its case counts (RFC 6665 §8.2.1).
    pub fn event(&self) -> Option<&str> {
        let event = self.first(Name::Event)?;
        Some(before(event, b';')).filter(|token| !token.is_empty())
    }

    /// `Expires`. `None` when absent, and when it is no number: RFC 3261 §10.2.1.1 would have the
    /// default taken for that.
    pub fn expires(&self) -> Option<Duration> {
        self.first(Name::Expires).and_then(seconds)
    }

    /// `Min-Expires`: the least lifetime that the sender of a 423 grants.
    pub fn min_expires(&self) -> Option<Duration> {
        modelled!(self, MinExpires).next().and_then(seconds)
    }

    /// `Retry-After`, without its comment and parameters.
    pub fn retry_after(&self) -> Option<Duration> {
        modelled!(self, RetryAfter).next().and_then(seconds)
    }

    /// `SIP-If-Match`: the entity-tag of the publication that is meant (RFC 3903 §11.3.2).
    pub fn if_match(&self) -> Option<&str> {
        self.first(Name::IfMatch).filter(|tag| !tag.is_empty())
    }

    /// `SIP-ETag`: the entity-tag that a publication was given (RFC 3903 §11.3.1).
    pub fn etag(&self) -> Option<&str> {
        self.first(Name::ETag).filter(|tag| !tag.is_empty())
    }

    /// Every `Contact`: where the sender can be reached directly (RFC 3261 §20.10).
    ///
    /// # Errors
    /// [`AddressError`] for a value that is no address; so is `*`, which only a REGISTER has.
    pub fn contacts(&self) -> Result<Vec<Contact>, AddressError> {
        Contact::read_all(self.all(Name::Contact))
    }

    /// `Route`: the proxies that the request still has to visit (RFC 3261 §20.34).
    ///
    /// # Errors
    /// [`AddressError`] for a value that is no address.
    pub fn route(&self) -> Result<RouteSet, AddressError> {
        RouteSet::read_all(self.all(Name::Route))
    }

    /// `Record-Route`: the proxies that want to see every request of the dialog (RFC 3261 §20.30).
    ///
    /// # Errors
    /// [`AddressError`] for a value that is no address.
    pub fn record_route(&self) -> Result<RouteSet, AddressError> {
        RouteSet::read_all(self.all(Name::RecordRoute))
    }

    /// Every `Authorization` (RFC 3261 §20.7); the answer to several challenges has several.
    pub fn authorizations(&self) -> impl Iterator<Item = &str> {
        self.all(Name::Authorization)
    }

    /// Every challenge of a 401 or a 407 (RFC 3261 §20.27 and §20.44).
    pub fn challenges(&self) -> impl Iterator<Item = &str> {
        modelled!(self, WwwAuthenticate).chain(modelled!(self, ProxyAuthenticate))
    }

    /// `Content-Type`: the media type in lower case, without parameters.
    pub fn content_type(&self) -> Option<String> {
        self.first(Name::ContentType).map(|value| before(value, b';').to_ascii_lowercase())
    }

    /// `Require`: the extensions that must be understood to serve the request (RFC 3261 §20.32).
    pub fn required(&self) -> impl Iterator<Item = &str> {
        // Asked of every request; hardly any has one.
        let values = self.first(Name::Require).is_some().then(|| modelled!(self, Require));
        values
            .into_iter()
            .flatten()
            .flat_map(|value| value.split(','))
            .map(str::trim_ascii)
            .filter(|token| !token.is_empty())
    }

    /// The value of the first header of this name, as it is written: for the headers that have no reader of their own.
    pub fn header(&self, name: &str) -> Option<&str> {
        let is_called = |field: &&Field| {
            let written = self.piece(field.written);
            full_name(written.as_bytes()).unwrap_or(written).eq_ignore_ascii_case(name)
        };
        self.fields.iter().find(is_called).map(|field| self.piece(field.value))
    }

    /// All headers as `rsip` models them, in order, by their full names: for headers that have no reader here.
    pub fn model(&self) -> &rsip::Headers {
        self.model.get_or_init(|| {
            let model = |field: &Field| {
                let (written, value) = (self.piece(field.written), self.piece(field.value));
                let name = full_name(written.as_bytes()).unwrap_or(written);
                rsip::headers::header::Tokenizer::from((name.as_bytes(), value.as_bytes())).try_into().ok()
            };
            self.fields.iter().filter_map(model).collect::<Vec<Header>>().into()
        })
    }

    fn first(&self, name: Name) -> Option<&str> {
        self.all(name).next()
    }

    /// The values of all headers of this name, in order.
    fn all(&self, name: Name) -> impl Iterator<Item = &str> {
        self.fields.iter().filter(move |field| field.name == Some(name)).map(|field| self.piece(field.value))
    }

    fn address(&self, name: Name) -> Address {
        let address = self.first(name).and_then(|value| value.parse().ok());
        address.expect("a message without it is refused")
    }

    fn piece(&self, Span { start, end }: Span) -> &str {
        self.text.get(start..end).unwrap_or_default()
    }
}

/// The topmost of all `Via` values.
///
/// # Errors
/// [`Flaw::Missing`], [`Flaw::Malformed`]
pub(super) fn top_via<'f>(frame: &'f Frame<'_>) -> Result<TopVia<'f>, Flaw> {
    let field = frame.first(Name::Via).ok_or(Flaw::Missing("Via"))?;
    TopVia::read(field).ok_or(Flaw::Malformed("Via"))
}

/// Whether `From` or `To` has a tag.
///
/// # Errors
/// [`Flaw::Missing`], [`Flaw::Twice`], and [`Flaw::Malformed`] where it is no address.
pub(super) fn has_tag(frame: &Frame<'_>, name: Name) -> Result<bool, Flaw> {
    let value = lossy(frame.one(name)?);
    address::Pieces::read(&value).map(|address| address.tag().is_some()).ok_or(Flaw::Malformed(name.as_str()))
}

/// Reads `10670 PUBLISH`; the number is below 2³¹ (RFC 3261 §8.1.1.5).
fn cseq(value: &[u8]) -> Option<CSeq> {
    let text = std::str::from_utf8(value).ok()?;
    let (number, method) = text.split_at(memchr::memchr2(b' ', b'\t', value)?);
    let number = decimal(number).filter(|number| *number < 1 << 31)?;
    Some(CSeq { number, method: method.trim_ascii().into() })
}

/// Leading digits, as a number of seconds that fits into 32 bits (RFC 3261 §20.19).
fn seconds(value: &str) -> Option<Duration> {
    let end = value.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(value.len());
    let (digits, rest) = value.split_at(end);
    if digits.is_empty() || !(rest.is_empty() || rest.starts_with([' ', ';', '('])) {
        return None;
    }
    Some(Duration::from_secs(digits.parse().map_or(u32::MAX, |seconds: u32| seconds).into()))
}

fn before(value: &str, end: u8) -> &str {
    memchr::memchr(end, value.as_bytes()).map_or(value, |end| &value[..end]).trim_ascii()
}
