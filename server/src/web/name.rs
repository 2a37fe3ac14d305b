//! Names under which a request says that it found us.
//!
//! ```text
//!  http://desk.example/api          the request line, where it is absolute
//!  Host: desk.example               one line of it, always (RFC 9112 §3.2)
//!  X-Forwarded-Host: desk.example   of a trusted proxy, as many as it says
//!  Forwarded: host=desk.example     the same (RFC 7239)
//! ```
//! A browser may have any of these in its address bar, so each must be a host name and, where guests are let in, ours.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

use axum::http::header::{FORWARDED, HOST, HeaderName};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Version};

use super::problem::Problem;

pub(super) const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// A host and maybe a port, in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    host: String,
    port: Option<u16>,
}

impl Name {
    /// Reads `uri-host [ ":" port ]` (RFC 9110 §7.2). An empty host is refused (§4.2.1), and so is a user before it.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(text).ok()?.trim_matches([' ', '\t']);
        let bracketed = text.strip_prefix('[').and_then(|rest| rest.split_once(']'));
        let (host, rest) = if let Some((address, rest)) = bracketed {
            (format!("[{}]", address.parse::<Ipv6Addr>().ok()?), rest)
        } else {
            let end = text.find(':').unwrap_or(text.len());
            (text[..end].to_ascii_lowercase(), &text[end..])
        };
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~%!$&'()*+,;=".contains(&byte);
        if host.is_empty() || !(host.starts_with('[') || host.bytes().all(fits)) {
            return None;
        }
        let port = match rest.strip_prefix(':') {
            Some("") => None,
            Some(port) if port.bytes().all(|byte| byte.is_ascii_digit()) => Some(port.parse().ok()?),
            None if rest.is_empty() => None,
            _ => return None,
        };
        Some(Self { host, port })
    }

    /// Whether nobody else can own this name: an address, a name without a dot (which no foreign site has), or a name
    /// that stands in the configuration.
    pub fn is_ours(&self, told: &[String]) -> bool {
        let bare = self.host.strip_suffix('.').unwrap_or(&self.host);
        let address = bare.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(bare);
        if address.parse::<IpAddr>().is_ok() || told.iter().any(|name| name == bare) {
            return true;
        }
        // A name without a dot, but for one at the end, is a top-level domain, and those have owners.
        let is_local =
            bare == self.host && bare.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        is_local || bare == "localhost" || bare.ends_with(".localhost")
    }

    /// The host without the port, as `web.hosts` has it.
    pub fn host(&self) -> &str {
        self.host.strip_suffix('.').unwrap_or(&self.host)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
            Some(port) => write!(f, "{}:{port}", self.host),
            None => f.write_str(&self.host),
        }
    }
}

/// All names in the head of one request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Names {
    /// Names that a trusted proxy was asked for; the first is the browser's.
    forwarded: Vec<Name>,
    /// Name in the request line, where that is absolute.
    target: Option<Name>,
    /// Name in `Host`; absent only in HTTP/1.0.
    host: Option<Name>,
}

impl Names {
    /// Reads the names from a request's head; `proxied` where the request comes from a trusted proxy.
    ///
    /// # Errors
    /// [`Problem::BadName`] where RFC 9112 §3.2 asks for 400, and for a proxy's header that holds no name.
    pub fn of(head: &Parts, proxied: bool) -> Result<Self, Problem> {
        let read = |text: &[u8], place| Name::parse(text).ok_or_else(|| unreadable(place, text));
        let mut lines = head.headers.get_all(HOST).into_iter();
        let host = match (lines.next(), lines.next()) {
            (Some(line), None) => Some(read(line.as_bytes(), "Host")?),
            (Some(_), Some(_)) => return Err(Problem::BadName("there is more than one Host".into())),
            (None, _) if head.version >= Version::HTTP_11 => return Err(Problem::BadName("Host is missing".into())),
            (None, _) => None,
        };
        let target = head.uri.authority().map(|it| read(it.as_str().as_bytes(), "the request line")).transpose()?;
        let mut forwarded = Vec::new();
        if proxied {
            for text in list(&head.headers, &FORWARDED_HOST) {
                forwarded.push(read(text, "X-Forwarded-Host")?);
            }
            for text in forwarded_hosts(&head.headers) {
                forwarded.push(read(&text, "Forwarded")?);
            }
        }
        Ok(Self { forwarded, target, host })
    }

    /// Name in the browser's address bar, as far as the request tells.
    pub fn shown(&self) -> Option<&Name> {
        self.forwarded.first().or(self.target.as_ref()).or(self.host.as_ref())
    }

    /// Checks that nobody else can own any of the names.
    ///
    /// # Errors
    /// The first name that somebody else may own; [`None`] where the request has no name at all.
    pub fn are_ours(&self, told: &[String]) -> Result<(), Option<&Name>> {
        if self.host.is_none() && self.target.is_none() {
            return Err(None);
        }
        let mut all = self.forwarded.iter().chain(&self.target).chain(&self.host);
        all.find(|name| !name.is_ours(told)).map_or(Ok(()), |foreign| Err(Some(foreign)))
    }

    #[cfg(test)]
    pub fn just(host: &str) -> Self {
        Self { host: Some(Name::parse(host.as_bytes()).expect("a name")), ..Self::default() }
    }
}

fn unreadable(place: &str, text: &[u8]) -> Problem {
    let short = &text[..text.len().min(100)];
    Problem::BadName(format!("{place} is `{}`, which is no name of a host", short.escape_ascii()))
}

/// Splits a header that holds a list, over all its lines. As bytes: an item that is no text must not spoil its
/// neighbours.
pub(super) fn list<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a [u8]> {
    let lines = headers.get_all(name).into_iter().map(axum::http::HeaderValue::as_bytes);
    lines.flat_map(|line| line.split(|byte| *byte == b',')).map(<[u8]>::trim_ascii).filter(|item| !item.is_empty())
}

/// Reads the `host` of each element of `Forwarded` (RFC 7239 §4). These names can only make a request be refused: a
/// proxy may pass on what somebody else wrote.
fn forwarded_hosts(headers: &HeaderMap) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for line in headers.get_all(FORWARDED) {
        let (mut quoted, mut escaped) = (false, false);
        let apart = line.as_bytes().split(|byte| {
            let (was_escaped, is_quote) = (std::mem::take(&mut escaped), *byte == b'"');
            escaped = quoted && !was_escaped && *byte == b'\\';
            quoted ^= is_quote && !was_escaped;
            !quoted && matches!(byte, b',' | b';')
        });
        for pair in apart {
            let Some(at) = pair.iter().position(|byte| *byte == b'=') else { continue };
            let (key, value) = (pair[..at].trim_ascii(), pair[at + 1..].trim_ascii());
            if key.eq_ignore_ascii_case(b"host") {
                let bare = value.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")).unwrap_or(value);
                found.push(bare.iter().copied().filter(|byte| *byte != b'\\').collect());
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderValue, Request};

    use super::*;

    #[track_caller]
    fn check(told: &[&str], ours: &[&str], foreign: &[&str]) {
        let told: Vec<String> = told.iter().map(|&name| name.into()).collect();
        for (names, expected) in [(ours, true), (foreign, false)] {
            for name in names {
                let parsed = Name::parse(name.as_bytes()).unwrap_or_else(|| panic!("{name} is a name"));
                assert_eq!(parsed.is_ours(&told), expected, "{name}");
            }
        }
    }

    #[test]
    fn is_ours_only_where_nobody_else_can_own_it() {
        check(
            &["lamps.example"],
            &[
                "127.0.0.1",
                "127.0.0.1:8080",
                "[::1]",
                "[::1]:80",
                "[0:0::1]:80",
                "localhost",
                "LocalHost.:80",
                "desk",
                "my_desk",
                "desk:",
                "lamps.example",
                "LAMPS.example.:8443",
                "a.localhost",
                "127.0.0.1.",
                " desk ",
            ],
            &[
                "evil.example",
                "lamps.example.evil.example",
                "127.0.0.1.evil.example",
                "xlamps.example",
                "ai.",
                "lamps.example..",
                "evil%2eexample",
                "desk,evil",
                "a.localhost.evil",
                "127.1",
                ".",
            ],
        );
    }

    #[test]
    fn reads_no_name_where_there_is_none() {
        for text in [
            "",
            " ",
            ":80",
            "user@desk",
            "desk:80:80",
            "desk:x",
            "desk:99999",
            "::1",
            "[::1",
            "[::1]x",
            "[127.0.0.1]",
            "[v1.x]",
            "a b",
            "a/b",
            "desk?x",
            "desk#x",
            "http://desk",
            "a\\b",
            "[::1%25eth0]",
            "\u{434}\u{435}\u{441}\u{43a}",
            "desk\"",
        ] {
            assert_eq!(Name::parse(text.as_bytes()), None, "{text}");
        }
        assert_eq!(Name::parse(b"desk\xff"), None);
    }

    fn names(version: Version, target: &str, proxied: bool, lines: &[(&str, &[u8])]) -> Result<Names, Problem> {
        let mut request = Request::builder().version(version).uri(target);
        for (name, value) in lines {
            request = request.header(*name, HeaderValue::from_bytes(value).unwrap());
        }
        Names::of(&request.body(()).unwrap().into_parts().0, proxied)
    }

    #[test]
    fn host_is_there_once_and_is_a_name() {
        let host: (&str, &[u8]) = ("host", b"desk");
        for lines in
            [&[][..], &[host, host], &[host, ("host", b"evil.example")], &[("host", b"desk\xff")], &[("host", b"")]]
        {
            for target in ["/", "http://desk/"] {
                assert!(names(Version::HTTP_11, target, false, lines).is_err(), "{target} {lines:?}");
            }
        }
        assert!(names(Version::HTTP_11, "/", false, &[host]).is_ok());
        assert!(names(Version::HTTP_11, "http://user@desk/", false, &[host]).is_err());
        let (old, two) = (names(Version::HTTP_10, "/", false, &[]), names(Version::HTTP_10, "/", false, &[host, host]));
        assert!(two.is_err());
        assert_eq!(old.unwrap().are_ours(&[]), Err(None), "no name might be any name");
    }

    #[test]
    fn every_name_must_be_ours() {
        let evil = Name::parse(b"evil.example");
        for (target, lines) in [
            ("http://evil.example/", &[("host", b"desk".as_slice())][..]),
            ("http://desk/", &[("host", b"evil.example")]),
            ("/", &[("host", b"evil.example"), ("x-forwarded-host", b"desk")]),
            ("/", &[("host", b"desk"), ("x-forwarded-host", b"evil.example")]),
            ("/", &[("host", b"desk"), ("x-forwarded-host", b"desk, evil.example")]),
            ("/", &[("host", b"desk"), ("x-forwarded-host", b"desk"), ("x-forwarded-host", b"evil.example, desk")]),
            ("/", &[("host", b"desk"), ("forwarded", b"for=1.2.3.4;Host=\"evil.example\"")]),
            ("/", &[("host", b"desk"), ("forwarded", b"for=\"a,;\\\"host=x\", host=evil.example")]),
        ] {
            let names = names(Version::HTTP_11, target, true, lines).unwrap();
            assert_eq!(names.are_ours(&[]), Err(evil.as_ref()), "{target} {lines:?}");
        }
        let desk =
            [("host", b"desk".as_slice()), ("x-forwarded-host", b"desk:8080"), ("forwarded", b"for=x;host=\"desk:1\"")];
        let names = names(Version::HTTP_11, "/", true, &desk).unwrap();
        assert_eq!((names.are_ours(&[]), names.shown().unwrap().to_string()), (Ok(()), "desk:8080".into()));
    }

    #[test]
    fn a_stranger_forwards_nothing_and_a_proxy_only_names() {
        for header in [("x-forwarded-host", b"evil.example\xff".as_slice()), ("forwarded", b"host=a@b")] {
            let lines = [("host", b"desk".as_slice()), header];
            assert_eq!(names(Version::HTTP_11, "/", false, &lines).unwrap().are_ours(&[]), Ok(()), "{header:?}");
            assert!(names(Version::HTTP_11, "/", true, &lines).is_err(), "{header:?}");
        }
    }
}
