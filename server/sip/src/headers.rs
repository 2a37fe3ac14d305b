//! The headers of a message, by what they mean.
//!
//! What every message has is read at once, since it must be right; the others go to `rsip`, which
//! knows them by name, and are read when asked for. `rsip` gets clean lines only: by itself it
//! refuses a whole message over a compact name, a folded line, an unknown method or one byte that
//! is not UTF-8, and knows no IPv6.

use std::time::Duration;

use rsip::Header;
use rsip::headers::UntypedHeader as _;

use super::address::Address;
use super::frame::{Flaw, Frame};
use super::method::Method;
use super::text::{decimal, lossy};
use super::via::TopVia;

/// `CSeq`
#[derive(Debug, Clone, PartialEq, Eq)]
struct CSeq {
    number: u32,
    method: Method,
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
    from: Address,
    to: Address,
    call_id: String,
    cseq: CSeq,
    others: rsip::Headers,
}

impl Headers {
    pub(super) fn read(frame: &Frame<'_>) -> Result<Self, Flaw> {
        if let Some(flaw) = frame.flaw {
            return Err(flaw);
        }
        let call_id = lossy(frame.one("Call-ID")?).into_owned();
        Ok(Self {
            from: address(frame, "From")?,
            to: address(frame, "To")?,
            call_id: if call_id.is_empty() { return Err(Flaw::Malformed("Call-ID")) } else { call_id },
            cseq: cseq(frame.one("CSeq")?).ok_or(Flaw::Malformed("CSeq"))?,
            others: others(frame),
        })
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
    pub(super) fn cseq_method(&self) -> &Method {
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

    /// Every `Authorization` (RFC 3261 §20.7); who answers several challenges sends several.
    pub fn authorizations(&self) -> impl Iterator<Item = &str> {
        self.others.iter().filter_map(|header| match header {
            Header::Authorization(value) => Some(value.value()),
            _ => None,
        })
    }

    /// Every challenge of a 401 or a 407 (RFC 3261 §20.27 and §20.44).
    pub fn challenges(&self) -> impl Iterator<Item = &str> {
        self.others.iter().filter_map(|header| match header {
            Header::WwwAuthenticate(value) => Some(value.value()),
            Header::ProxyAuthenticate(value) => Some(value.value()),
            _ => None,
        })
    }

    /// The media type in lower case, without parameters.
    pub fn content_type(&self) -> Option<String> {
        first!(self, ContentType).map(|value| before(value, ';').to_ascii_lowercase())
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

/// The topmost of all `Via` values.
pub(super) fn top_via<'f>(frame: &'f Frame<'_>) -> Result<TopVia<'f>, Flaw> {
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
    let number = decimal(number).filter(|number| *number < 1 << 31)?;
    Some(CSeq { number, method: method.trim_ascii().into() })
}

/// The fields that are read when asked for, as `rsip` knows them.
fn others(frame: &Frame<'_>) -> rsip::Headers {
    const READ_AT_ONCE: [&str; 6] = ["Via", "From", "To", "Call-ID", "CSeq", "Content-Length"];
    let others =
        frame.fields.iter().filter(|field| !READ_AT_ONCE.iter().any(|name| field.name.eq_ignore_ascii_case(name)));
    let mut headers: Vec<Header> = Vec::with_capacity(frame.fields.len());
    headers.extend(others.filter_map(|field| {
        let value = lossy(&field.value);
        rsip::headers::header::Tokenizer::from((field.name.as_bytes(), value.as_bytes())).try_into().ok()
    }));
    headers.into()
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
