//! SIP URIs, as far as they are looked at here (RFC 3261 §19.1).

use std::str::FromStr;

use super::text::decimal;

/// The scheme of a URI.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scheme {
    /// `sip`
    Sip,
    /// `sips`
    Sips,
    /// `tel` and all others, in lower case.
    Other(String),
}

/// `sip:user@host:port;parameters?headers`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uri {
    /// Before the first colon.
    pub scheme: Scheme,
    /// The part before `@`, without a password, with `%` escapes resolved.
    pub user: Option<String>,
    /// Host name or address; an IPv6 address without its brackets. In a URI of another scheme
    /// all that stands behind the colon.
    pub host: String,
    /// The port, where one is given.
    pub port: Option<u16>,
}

/// Not a URI.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a URI")]
pub struct UriError(String);

impl FromStr for Uri {
    type Err = UriError;

    fn from_str(text: &str) -> Result<Self, UriError> {
        read(text).ok_or_else(|| UriError(text.to_owned()))
    }
}

fn read(text: &str) -> Option<Uri> {
    let (scheme, rest) = text.split_once(':')?;
    let scheme = scheme_of(scheme)?;
    if rest.is_empty() || rest.bytes().any(|byte| byte.is_ascii_whitespace() || matches!(byte, b'<' | b'>' | b'"')) {
        return None;
    }
    if let Scheme::Other(_) = scheme {
        return Some(Uri { scheme, user: None, host: rest.to_owned(), port: None });
    }
    // A user may have `;` and `?` in it, so the user is cut off first.
    let (user, rest) = match rest.rsplit_once('@') {
        Some((user, rest)) => (Some(user_of(user)?), rest),
        None => (None, rest),
    };
    let end = rest.find([';', '?']).unwrap_or(rest.len());
    let (host, port) = host_and_port(&rest[..end])?;
    Some(Uri { scheme, user, host: host.to_owned(), port })
}

fn scheme_of(text: &str) -> Option<Scheme> {
    let letters = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    match text {
        _ if !letters => None,
        _ if text.eq_ignore_ascii_case("sip") => Some(Scheme::Sip),
        _ if text.eq_ignore_ascii_case("sips") => Some(Scheme::Sips),
        _ => Some(Scheme::Other(text.to_ascii_lowercase())),
    }
}

/// The user without its password; an empty one is no user.
fn user_of(text: &str) -> Option<String> {
    let user = text.split_once(':').map_or(text, |(user, _password)| user);
    (!user.is_empty()).then(|| unescape(user))
}

/// Resolves `%` escapes; one that is not two hex digits stays as it stands.
fn unescape(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = match rest {
            [b'%', high, low, ..] => hex(*high).zip(hex(*low)).map(|(high, low)| high << 4 | low),
            _ => None,
        };
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { &rest[3..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// `host`, `host:port`, `[v6]`, `[v6]:port`. Space around the colon is for Via, where it may stand.
pub(super) fn host_and_port(text: &str) -> Option<(&str, Option<u16>)> {
    let (host, rest) = match text.strip_prefix('[') {
        Some(v6) => v6.split_once(']')?,
        None => text.split_at(text.find(':').unwrap_or(text.len())),
    };
    let host = host.trim_ascii();
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:%".contains(&byte);
    if host.is_empty() || !host.bytes().all(known) {
        return None;
    }
    match rest.trim_ascii().strip_prefix(':') {
        Some(port) => Some((host, Some(decimal(port.trim_ascii())?))),
        None if rest.trim_ascii().is_empty() => Some((host, None)),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, user: Option<&str>, host: &str, port: Option<u16>) {
        let uri: Uri = text.parse().unwrap();
        assert_eq!((uri.user.as_deref(), uri.host.as_str(), uri.port), (user, host, port), "{text}");
    }

    #[test]
    fn reads_the_parts() {
        check("sip:FreePBX@127.0.0.5:5060", Some("FreePBX"), "127.0.0.5", Some(5060));
        check("SIPS:pbx.example.net", None, "pbx.example.net", None);
        check("sip:a:secret@host;transport=udp?Subject=x", Some("a"), "host", None);
        check("sip:user;par=u%40example.net@example.com", Some("user;par=u@example.net"), "example.com", None);
        check("sip:%31001@host", Some("1001"), "host", None);
        check("sip:50%@host", Some("50%"), "host", None);
        check("sip:a%zz%4@host", Some("a%zz%4"), "host", None);
        check("sip:%ff@host", Some("\u{fffd}"), "host", None);
        check("sip:a@[2001:db8::1]:5061;lr", Some("a"), "2001:db8::1", Some(5061));
        check("sip:[::1]", None, "::1", None);
        check("tel:+123", None, "+123", None);
    }

    #[test]
    fn refuses_what_is_no_uri() {
        for text in [
            "",
            ":",
            "sip",
            "sip:",
            "sip:@host",
            "sip:a@",
            "sip:host:",
            "sip:host:port",
            "sip:host:65536",
            "sip:[::1",
            "sip:[::1]x",
            "<sip:host>",
            "sip:a b@host",
            "1sip:host",
            "sip:ho\"st",
            "sip:ho,st",
        ] {
            assert!(text.parse::<Uri>().is_err(), "{text}");
        }
    }
}
