//! SIP URIs (RFC 3261 §19.1): read, compared and written again.
//!
//! ```text
//!  sip:alice:secret@pbx.example:5060;transport=tcp?Subject=x
//!  └┬┘ └─────┬────┘ └────┬────┘ └┬─┘└─────┬──────┘ └───┬───┘
//! scheme   user         host    port  parameters     headers
//! ```

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::net::{IpAddr, SocketAddr};
use std::ops::Deref;
use std::str::FromStr;

use super::parameters::Parameters;
use super::text::{Bytes, decimal};

/// The scheme of a URI.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scheme {
    /// `sip`
    Sip,
    /// `sips`: every hop by TLS.
    Sips,
    /// Any other, such as `tel`, in lower case.
    Other(String),
}

impl Scheme {
    /// The scheme as it stands before the colon.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Sip => "sip",
            Self::Sips => "sips",
            Self::Other(scheme) => scheme,
        }
    }
}

/// The part of a URI before `@`. Reads as the user's name, with `%` escapes resolved and without a password; is
/// written as it came.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    name: String,
    /// The spelling with its escapes and its password, where that differs from `name`.
    written: Option<Box<str>>,
}

impl User {
    fn as_written(&self) -> &str {
        self.written.as_deref().unwrap_or(&self.name)
    }
}

impl Deref for User {
    type Target = str;

    fn deref(&self) -> &str {
        &self.name
    }
}

/// A user of this name, with escapes where the grammar wants them.
impl From<&str> for User {
    fn from(name: &str) -> Self {
        let mut written = String::with_capacity(name.len());
        for byte in name.bytes() {
            if USER.has(byte) {
                written.push(char::from(byte));
            } else {
                let _infallible = write!(written, "%{byte:02X}");
            }
        }
        Self { written: (written != name).then(|| written.into()), name: name.to_owned() }
    }
}

/// A log shows no password.
impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.name.fmt(f)
    }
}

/// A URI with all its parts. `==` compares the spelling; [`Uri::is_equivalent`] compares as RFC 3261 does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uri {
    /// What stands before the first colon.
    pub scheme: Scheme,
    /// The user; `None` in the URI of a host.
    pub user: Option<User>,
    /// Host name or address; an IPv6 address without its brackets. In a URI of another scheme
    /// all that stands behind the colon.
    pub host: String,
    /// The port, where one is given.
    pub port: Option<u16>,
    /// What follows the host: `;transport=tcp;lr`.
    pub parameters: Parameters,
    /// What stands behind `?`, as it is written: `Subject=x&Priority=urgent`.
    pub headers: Option<String>,
}

/// Bytes that would end a URI inside a header, and so are none of it.
const ENDS: Bytes = Bytes::of(b"<>\" \t\n\r\x0c");
/// Bytes of a host: names, IPv4, IPv6.
const HOST: Bytes = Bytes::alphanumeric_and(b"-._:%");
/// Bytes that a user has without an escape (RFC 3261 §25.1).
const USER: Bytes = Bytes::alphanumeric_and(b"-_.!~*'()&=+$,;?/");

/// Parameters that count as different when one of two URIs lacks them (RFC 3261 §19.1.4).
const DECIDING: [&str; 5] = ["user", "ttl", "method", "maddr", "transport"];

impl Uri {
    /// The SIP URI of a user, or of nobody in particular, at an address.
    pub fn sip(user: Option<&str>, address: SocketAddr) -> Self {
        let (host, port) = (address.ip().to_string(), Some(address.port()));
        let user = user.filter(|user| !user.is_empty()).map(User::from);
        Self { scheme: Scheme::Sip, user, host, port, parameters: Parameters::default(), headers: None }
    }

    /// Whether both mean the same resource by RFC 3261 §19.1.4: hosts and parameters know no case, escapes are resolved,
    /// and a parameter that one of them lacks is passed over, but for `transport`, `user`, `ttl`, `method` and
    /// `maddr`. Not transitive, and so not `==`.
    pub fn is_equivalent(&self, other: &Self) -> bool {
        if matches!(self.scheme, Scheme::Other(_)) {
            return self == other;
        }
        let user = |uri: &Self| uri.user.as_ref().map(|user| resolved(user.as_written()));
        self.scheme == other.scheme
            && user(self) == user(other)
            && is_same_host(&self.host, &other.host)
            && self.port == other.port
            && agree(&self.parameters, &other.parameters)
            && self.sorted_headers() == other.sorted_headers()
    }

    /// Whether both name the same user at the same host and port, whatever parameters they have.
    pub(super) fn has_same_target(&self, other: &Self) -> bool {
        self.scheme == other.scheme
            && self.user.as_deref() == other.user.as_deref()
            && self.host == other.host
            && self.port == other.port
    }

    fn sorted_headers(&self) -> Vec<Vec<u8>> {
        let headers = self.headers.iter().flat_map(|headers| headers.split('&'));
        let mut headers: Vec<_> = headers.map(|header| resolved(header).to_ascii_lowercase()).collect();
        headers.sort();
        headers
    }
}

fn is_same_host(one: &str, other: &str) -> bool {
    let addresses = || one.parse::<IpAddr>().ok().zip(other.parse::<IpAddr>().ok());
    one.eq_ignore_ascii_case(other) || addresses().is_some_and(|(one, other)| one == other)
}

/// Whether every parameter has the same value in both, or may be passed over in the one that lacks it.
fn agree(one: &Parameters, other: &Parameters) -> bool {
    let resolved = |text: &str| resolved(text).to_ascii_lowercase();
    let sorted = |parameters: &Parameters| -> BTreeMap<Vec<u8>, Option<Vec<u8>>> {
        parameters.iter().map(|(name, value)| (resolved(name), value.map(resolved))).collect()
    };
    let decides = |name: &[u8]| DECIDING.iter().any(|deciding| deciding.as_bytes() == name);
    let (one, other) = (sorted(one), sorted(other));
    let mut lacking = other.keys().filter(|name| !one.contains_key(*name));
    one.iter().all(|(name, value)| other.get(name).map_or(!decides(name), |theirs| theirs == value))
        && !lacking.any(|name| decides(name))
}

impl fmt::Display for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scheme, user, host, port, parameters, headers } = self;
        write!(f, "{}:", scheme.as_str())?;
        if let Some(user) = user {
            write!(f, "{}@", user.as_written())?;
        }
        match scheme {
            Scheme::Sip | Scheme::Sips if host.contains(':') => write!(f, "[{host}]")?,
            _ => f.write_str(host)?,
        }
        if let Some(port) = port {
            write!(f, ":{port}")?;
        }
        parameters.fmt(f)?;
        headers.iter().try_for_each(|headers| write!(f, "?{headers}"))
    }
}

/// Not a URI.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a URI")]
pub struct UriError(String);

impl FromStr for Uri {
    type Err = UriError;

    fn from_str(text: &str) -> Result<Self, UriError> {
        Parts::read(text).map(Self::from).ok_or_else(|| UriError(text.to_owned()))
    }
}

/// The parts of a URI in its own text: enough to tell whether it is one, without a copy.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parts<'a> {
    scheme: &'a str,
    userinfo: Option<&'a str>,
    host: &'a str,
    port: Option<u16>,
    parameters: &'a str,
    headers: Option<&'a str>,
}

impl<'a> Parts<'a> {
    /// Cuts a URI; `None` when it is none.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let colon = text.bytes().position(|byte| byte == b':')?;
        let (scheme, rest) = (&text[..colon], &text[colon + 1..]);
        if rest.bytes().any(|byte| ENDS.has(byte)) {
            return None;
        }
        if !is_sip(scheme) {
            let is_whole = is_scheme(scheme) && !rest.is_empty();
            let other = Self { scheme, userinfo: None, host: rest, port: None, parameters: "", headers: None };
            return is_whole.then_some(other);
        }
        // A user may have `;` and `?` in it, so the user is cut off first.
        let at = memchr::memrchr(b'@', rest.as_bytes());
        let (userinfo, rest) = at.map_or((None, rest), |at| (Some(&rest[..at]), &rest[at + 1..]));
        if userinfo.is_some_and(|userinfo| name_of(userinfo).is_empty()) {
            return None;
        }
        let end = rest.bytes().position(|byte| matches!(byte, b';' | b'?')).unwrap_or(rest.len());
        let (host, port) = host_and_port(&rest[..end])?;
        let (parameters, headers) = match memchr::memchr(b'?', &rest.as_bytes()[end..]) {
            Some(at) => (&rest[end..end + at], Some(&rest[end + at + 1..])),
            None => (&rest[end..], None),
        };
        Some(Self { scheme, userinfo, host, port, parameters, headers })
    }
}

impl From<Parts<'_>> for Uri {
    fn from(parts: Parts<'_>) -> Self {
        let Parts { scheme, userinfo, host, port, parameters, headers } = parts;
        let scheme = match scheme {
            _ if scheme.eq_ignore_ascii_case("sip") => Scheme::Sip,
            _ if scheme.eq_ignore_ascii_case("sips") => Scheme::Sips,
            _ => Scheme::Other(scheme.to_ascii_lowercase()),
        };
        Self {
            scheme,
            user: userinfo.map(user_of),
            host: host.to_owned(),
            port,
            parameters: Parameters::read(parameters),
            headers: headers.map(str::to_owned),
        }
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

fn is_sip(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("sip") || scheme.eq_ignore_ascii_case("sips")
}

/// The user without its password.
fn name_of(userinfo: &str) -> &str {
    userinfo.bytes().position(|byte| byte == b':').map_or(userinfo, |at| &userinfo[..at])
}

fn user_of(userinfo: &str) -> User {
    let name = unescape(name_of(userinfo));
    User { written: (name != userinfo).then(|| userinfo.into()), name }
}

/// Resolves `%` escapes; one that is not two hex digits stays as it stands.
fn unescape(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    String::from_utf8_lossy(&resolve(text, |_| true)).into_owned()
}

/// The bytes by which two spellings are compared. Escapes of reserved characters stay: they mean something else than
/// the characters themselves (RFC 3261 §19.1.4).
fn resolved(text: &str) -> Vec<u8> {
    resolve(text, |byte| !b";/?:@&=+$,%".contains(&byte))
}

/// Resolves the escapes of those bytes for which `may` holds; others stay.
fn resolve(text: &str, may: impl Fn(u8) -> bool) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = match rest {
            [b'%', high, low, ..] => hex(*high).zip(hex(*low)).map(|(high, low)| high << 4 | low),
            _ => None,
        };
        match escaped {
            Some(byte) if may(byte) => bytes.push(byte),
            Some(_) => bytes.extend(rest[..3].to_ascii_uppercase()),
            None => bytes.push(*first),
        }
        rest = if escaped.is_some() { &rest[3..] } else { tail };
    }
    bytes
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// Cuts `host`, `host:port`, `[v6]`, `[v6]:port`. Space around the colon is for Via, where it may stand.
pub(super) fn host_and_port(text: &str) -> Option<(&str, Option<u16>)> {
    let (host, rest) = match text.strip_prefix('[') {
        Some(v6) => v6.split_once(']')?,
        None => text.split_at(text.bytes().position(|byte| byte == b':').unwrap_or(text.len())),
    };
    let host = host.trim_ascii();
    if host.is_empty() || !host.bytes().all(|byte| HOST.has(byte)) {
        return None;
    }
    match rest.trim_ascii().strip_prefix(':') {
        Some(port) => Some((host, Some(decimal(port.trim_ascii())?))),
        None if rest.trim_ascii().is_empty() => Some((host, None)),
        None => None,
    }
}

#[cfg(test)]
#[path = "uri_tests.rs"]
mod tests;
