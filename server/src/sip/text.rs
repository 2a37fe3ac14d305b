//! Text, tokens and quotes, wherever they stand in a header.

use std::borrow::Cow;

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
