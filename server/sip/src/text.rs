//! Text, tokens and quotes, wherever they stand in a header.

use std::borrow::Cow;
use std::str::FromStr;

/// The text of a value. What is not UTF-8 in it is replaced: it can be shown, not repeated.
pub(super) fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    // `from_utf8_lossy` alone goes byte by byte.
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// Whether this is a token (RFC 3261 §25.1).
pub(super) fn is_token(text: &[u8]) -> bool {
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(byte);
    !text.is_empty() && text.iter().all(allowed)
}

/// A number in digits alone: a sign before it, which Rust would read, is none of SIP's.
pub(crate) fn decimal<N: FromStr>(text: &str) -> Option<N> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// So many digits `0-9a-f`, and nothing else (`LHEX` of RFC 7616 section 3.4).
pub(crate) fn lower_hex(text: &str, digits: usize) -> Option<u64> {
    let is_lower_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    (text.len() == digits && text.bytes().all(is_lower_hex)).then(|| u64::from_str_radix(text, 16).ok())?
}

/// Where `wanted` first stands outside of quotes, else the end.
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

/// How long the quoted string is whose first quote stands before `text`; `None` when it does not
/// end.
pub(super) fn closing_quote(text: &[u8]) -> Option<usize> {
    let mut start = 0;
    loop {
        let place = start + memchr::memchr2(b'"', b'\\', &text[start..])?;
        if text[place] == b'"' {
            return Some(place);
        }
        // What follows a backslash counts for nothing.
        start = place + 2;
        if start > text.len() {
            return None;
        }
    }
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
}
