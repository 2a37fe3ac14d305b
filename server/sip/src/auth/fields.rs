//! `Digest realm="lampfield", nonce="…", qop="auth"`: the fields of challenges and credentials.

use std::fmt::Write as _;

use crate::text::find_unquoted;

/// The fields of one header of the scheme `Digest`.
///
/// A quoted value stands without its quotes and otherwise as it came: a backslash in it is signed like
/// any other character (RFC 7616 §3.4: `unq`).
#[derive(Debug)]
pub(super) struct Fields<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Fields<'a> {
    /// Reads a header's value; `None` when its scheme is another.
    pub fn read(value: &'a str) -> Option<Self> {
        let (scheme, mut rest) = value.trim_ascii().split_once([' ', '\t'])?;
        if !scheme.eq_ignore_ascii_case("Digest") {
            return None;
        }
        let mut fields = Vec::new();
        while !rest.is_empty() {
            let end = find_unquoted(rest.as_bytes(), b',');
            if let Some((name, value)) = rest[..end].split_once('=') {
                fields.push((name.trim_ascii(), value.trim_ascii()));
            }
            rest = rest.get(end + 1..).unwrap_or_default();
        }
        Some(Self(fields))
    }

    /// The value of a field, in quotes or not.
    pub fn get(&self, wanted: &str) -> Option<&'a str> {
        self.token(wanted).map(unquoted)
    }

    /// The value of a field as it is written: with its quotes, where it has some, and then it is no token.
    pub fn token(&self, wanted: &str) -> Option<&'a str> {
        self.0.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| *value)
    }
}

fn unquoted(value: &str) -> &str {
    value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value)
}

/// Writes the value of a header of the scheme `Digest`.
#[derive(Debug)]
pub(super) struct Writer(String);

impl Writer {
    pub fn new() -> Self {
        Self("Digest".into())
    }

    /// Adds a field in quotes.
    pub fn quoted(self, name: &str, value: &str) -> Self {
        self.field(name, format_args!("\"{value}\""))
    }

    /// Adds a field without quotes.
    pub fn plain(self, name: &str, value: &str) -> Self {
        self.field(name, format_args!("{value}"))
    }

    fn field(mut self, name: &str, value: std::fmt::Arguments<'_>) -> Self {
        let comma = if self.0.ends_with("Digest") { "" } else { "," };
        let _infallible = write!(self.0, "{comma} {name}={value}");
        self
    }

    pub fn finish(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_asterisk_writes_and_what_others_may() {
        let fields =
            Fields::read(r#"Digest realm="asterisk",nonce="1795427710/ef48",opaque="1261",algorithm=MD5,qop="auth""#);
        let fields = fields.unwrap();
        assert_eq!((fields.get("realm"), fields.get("nonce")), (Some("asterisk"), Some("1795427710/ef48")));
        assert_eq!((fields.get("algorithm"), fields.get("qop")), (Some("MD5"), Some("auth")));
        let odd = Fields::read(r#"digest  Realm = "a, b=\"c\"" , ,nc=1,x"#).unwrap();
        assert_eq!((odd.get("realm"), odd.get("nc"), odd.get("x")), (Some(r#"a, b=\"c\""#), Some("1"), None));
        for other in ["", "Digest", r#"Basic realm="a""#] {
            assert!(Fields::read(other).is_none(), "{other}");
        }
    }

    #[test]
    fn an_open_quote_ends_with_the_line() {
        let fields = Fields::read(r#"Digest realm="open, nonce=1"#).unwrap();
        assert_eq!((fields.get("realm"), fields.get("nonce")), (Some("\"open, nonce=1"), None));
    }
}
