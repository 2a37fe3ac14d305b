//! `From` and `To`: who, and the tag (RFC 3261 §20.10).

use std::str::FromStr;

use super::text::closing_quote;
use super::uri::Uri;

/// A `From` or `To`: the URI of a party and its tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Who.
    pub uri: Uri,
    /// Which end of a dialogue; a request's `To` has none.
    pub tag: Option<String>,
}

/// Not an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not an address")]
pub struct AddressError;

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let (uri, parameters) = uri_and_parameters(text).ok_or(AddressError)?;
        let uri = uri.trim_ascii().parse().map_err(|_| AddressError)?;
        Ok(Self { uri, tag: tag(parameters) })
    }
}

/// Cuts off the display name. A quoted one may itself have brackets and escaped quotes in it.
fn uri_and_parameters(text: &str) -> Option<(&str, &str)> {
    let (quoted, rest) = match text.strip_prefix('"') {
        Some(name) => (true, &name[closing_quote(name.as_bytes())? + 1..]),
        None => (false, text),
    };
    match rest.split_once('<') {
        Some((_name, uri)) => uri.split_once('>'),
        None if quoted => None,
        // Without brackets whatever follows a `;` belongs to the header, not to the URI.
        None => Some(rest.split_at(rest.find(';').unwrap_or(rest.len()))),
    }
}

fn tag(parameters: &str) -> Option<String> {
    parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim_ascii();
        (name.trim_ascii().eq_ignore_ascii_case("tag") && !value.is_empty()).then(|| value.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, user: Option<&str>, tag: Option<&str>) {
        let address: Address = text.parse().unwrap();
        assert_eq!((address.uri.user.as_deref(), address.tag.as_deref()), (user, tag), "{text}");
    }

    #[test]
    fn reads_user_and_tag() {
        check("<sip:FreePBX@127.0.0.5>;tag=480d61c2", Some("FreePBX"), Some("480d61c2"));
        check("<sip:127.0.0.4:5061>", None, None);
        check("sip:a@host;tag=t", Some("a"), Some("t"));
        check("A <sip:a@host>;x=y ; TAG = t", Some("a"), Some("t"));
        check(r#""A \"quoted\" <name>" <sip:a@[::1]:5061;tag=no>;tag=t"#, Some("a"), Some("t"));
        check(r#""\\"<sip:a@host>"#, Some("a"), None);
        check("<sip:a@host>;tag=", Some("a"), None);
        check("<tel:+123>", None, None);
    }

    #[test]
    fn refuses_what_is_no_address() {
        for text in ["", "<>", "<sip:a@host", r#""open <sip:a@host>"#, "Name", r#""A" sip:a@host>"#] {
            assert!(text.parse::<Address>().is_err(), "{text}");
        }
    }
}
