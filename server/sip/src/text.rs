//! Tokens, numbers and quoted strings, wherever they stand in a header (RFC 3261 §25.1).

use std::borrow::Cow;
use std::io::Write as _;
use std::net::IpAddr;
use std::str::FromStr;

/// The text of a value. Bytes that are not UTF-8 become U+FFFD: such a text can be shown, not repeated.
pub(super) fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    // `from_utf8_lossy` alone goes byte by byte.
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// A set of bytes as a table, for every byte of a head is asked.
pub(super) struct Bytes([bool; 256]);

impl Bytes {
    /// The bytes of `these`.
    pub(super) const fn of(these: &[u8]) -> Self {
        let (mut table, mut at) = ([false; 256], 0);
        while at < these.len() {
            table[these[at] as usize] = true;
            at += 1;
        }
        Self(table)
    }

    /// Letters and digits of ASCII, and the bytes of `others`.
    pub(super) const fn alphanumeric_and(others: &[u8]) -> Self {
        let Self(mut table) = Self::of(others);
        let mut byte = 0_u8;
        while byte < 128 {
            table[byte as usize] = table[byte as usize] || byte.is_ascii_alphanumeric();
            byte += 1;
        }
        Self(table)
    }

    /// Whether the byte is in the set.
    pub(super) const fn has(&self, byte: u8) -> bool {
        self.0[byte as usize]
    }
}

/// The bytes of a token (RFC 3261 §25.1).
const TOKEN: Bytes = Bytes::alphanumeric_and(b"-.!%*_+`'~");

/// How many bytes of the text are a token.
pub(super) fn token_length(text: &[u8]) -> usize {
    text.iter().position(|byte| !TOKEN.has(*byte)).unwrap_or(text.len())
}

/// Whether this is a token (RFC 3261 §25.1).
pub(super) fn is_token(text: &[u8]) -> bool {
    !text.is_empty() && token_length(text) == text.len()
}

/// Reads a number of digits alone: Rust would take a sign before it, and SIP has none.
pub(crate) fn decimal<N: FromStr>(text: &str) -> Option<N> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// Reads exactly so many digits `0-9a-f` (`LHEX` of RFC 7616 §3.4).
pub(crate) fn lower_hex(text: &str, digits: usize) -> Option<u64> {
    let is_lower_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    (text.len() == digits && text.bytes().all(is_lower_hex)).then(|| u64::from_str_radix(text, 16).ok())?
}

/// Writes a number in digits. A formatter costs ten times as much, and every answer has eight numbers.
pub(super) fn put_number(out: &mut Vec<u8>, number: usize) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// Writes an address without port and without brackets.
pub(super) fn put_address(out: &mut Vec<u8>, address: IpAddr) {
    match address {
        IpAddr::V4(address) => {
            for (place, octet) in address.octets().into_iter().enumerate() {
                out.extend_from_slice(if place > 0 { b"." } else { b"" });
                put_number(out, octet.into());
            }
        }
        IpAddr::V6(address) => {
            let _infallible = write!(out, "{address}");
        }
    }
}

/// The place where `wanted` first stands outside of quotes, else the length of `text`.
pub(super) fn find_unquoted(text: &[u8], wanted: u8) -> usize {
    let mut start = 0;
    while let Some(found) = memchr::memchr2(wanted, b'"', &text[start..]) {
        let place = start + found;
        if text[place] == wanted {
            return place;
        }
        match closing_quote(&text[place + 1..]) {
            Some(length) => start = place + length + 2,
            None => break,
        }
    }
    text.len()
}

/// The length of the quoted string whose first quote stands before `text`; `None` when it does not end.
pub(super) fn closing_quote(text: &[u8]) -> Option<usize> {
    let mut start = 0;
    loop {
        let place = start + memchr::memchr2(b'"', b'\\', &text[start..])?;
        if text[place] == b'"' {
            return Some(place);
        }
        // A backslash takes the meaning from the byte behind it.
        start = place + 2;
        if start > text.len() {
            return None;
        }
    }
}

/// The values of a list, without the space around them: commas part them, but not inside quotes or angle brackets
/// (RFC 3261 §7.3.1). Empty values are left out.
pub(super) fn list(mut rest: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            let (value, behind) = rest.split_at(end_of_value(rest.as_bytes()));
            rest = behind.strip_prefix(',').unwrap_or(behind);
            if !value.trim_ascii().is_empty() {
                return Some(value.trim_ascii());
            }
        }
        None
    })
}

fn end_of_value(text: &[u8]) -> usize {
    let mut start = 0;
    while let Some(found) = memchr::memchr3(b',', b'"', b'<', &text[start..]) {
        let place = start + found;
        let length = match text[place] {
            b',' => return place,
            b'"' => closing_quote(&text[place + 1..]),
            _ => memchr::memchr(b'>', &text[place + 1..]),
        };
        match length {
            Some(length) => start = place + length + 2,
            None => break,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(&text[..find_unquoted(text.as_bytes(), b';')], expected);
    }

    #[test]
    fn a_number_is_digits() {
        assert_eq!(decimal::<u16>("0060"), Some(60));
        for text in ["", "+1", "-1", " 1", "1 ", "0x1", "65536", "１"] {
            assert_eq!(decimal::<u16>(text), None, "{text}");
        }
        assert_eq!(lower_hex("0000000a", 8), Some(10));
        for text in ["", "+0000001", "0000000A", "00000001 ", "1", "000000001", "0x000001"] {
            assert_eq!(lower_hex(text, 8), None, "{text}");
        }
    }

    #[test]
    fn numbers_and_addresses_are_written_as_rust_does() {
        let written = |put: &dyn Fn(&mut Vec<u8>)| {
            let mut out = Vec::new();
            put(&mut out);
            String::from_utf8(out).unwrap()
        };
        for number in [0, 7, 10, 200, 5060, 65_535, usize::MAX] {
            assert_eq!(written(&|out| put_number(out, number)), number.to_string());
        }
        for address in ["0.0.0.0", "192.0.2.255", "2001:db8::1"] {
            assert_eq!(written(&|out| put_address(out, address.parse().unwrap())), address);
        }
    }

    #[test]
    fn a_token_has_no_space_and_no_separator() {
        assert!(is_token(b"x-!%*_+`'~.09AZaz"));
        for text in ["", "a b", "a:b", "a/b", "a@b", "\u{e9}", "a\0"] {
            assert!(!is_token(text.as_bytes()), "{text:?}");
        }
    }

    #[test]
    fn finds_what_is_outside_of_quotes() {
        check("a;b", "a");
        check("a", "a");
        check("", "");
        check(r#"";";b"#, r#"";""#);
        check(r#""a\";" "\\";b"#, r#""a\";" "\\""#);
        check(r#"a"b;c"#, r#"a"b;c"#);
        check(r#"a"b;c\"#, r#"a"b;c\"#);
        check(r#"a"b;c\""#, r#"a"b;c\""#);
    }

    #[test]
    fn parts_a_list_at_its_commas_alone() {
        for (text, expected) in [
            ("a, b", &["a", "b"][..]),
            (r#""x, \"y" <sip:a,b@c>;d, <e>"#, &[r#""x, \"y" <sip:a,b@c>;d"#, "<e>"]),
            (" ,, a ,", &["a"]),
            ("", &[]),
            ("\"open, a", &["\"open, a"]),
            ("<open, a", &["<open, a"]),
        ] {
            assert_eq!(list(text).collect::<Vec<_>>(), expected, "{text}");
        }
    }
}
