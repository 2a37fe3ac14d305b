//! Lines of an Asterisk configuration file: bytes in any encoding, with comments (`main/config.c`).
//!
//! Asterisk reads bytes up to the line's end, or to a NUL. The odd effects of `;--` and `--;` are copied from its
//! source step by step.

use std::fmt;

use memchr::memchr;

/// The longest line that Asterisk reads; it skips longer ones.
pub(super) const MAX_LINE: usize = 8190;
/// The deepest nesting of comments.
const MAX_NESTED: i32 = 128;

const BOM: &[u8] = b"\xef\xbb\xbf";

/// The lines of a file, without comments.
pub(super) struct Lines<'a> {
    rest: &'a [u8],
    number: usize,
    /// Number of open `;--`; negative after a `--;` too many.
    depth: i32,
    opened_at: usize,
}

pub(super) struct Line {
    /// Number of the line, from 1.
    pub(super) number: usize,
    pub(super) text: String,
    pub(super) encoding: Encoding,
    pub(super) oddity: Option<Oddity>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    /// Neither: each invalid byte became the character of its number, so that no two bytes become one.
    Other,
}

/// Behaviour of Asterisk that the author of a line did not expect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Oddity {
    TooLong,
    ClosesNothing,
}

impl fmt::Display for Oddity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "the line is longer than 8190 bytes: Asterisk ignores it",
            Self::ClosesNothing => "`--;` closes no comment here: Asterisk ignores all that follows, up to a `;--`",
        })
    }
}

impl<'a> Lines<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes.strip_prefix(BOM).unwrap_or(bytes), number: 0, depth: 0, opened_at: 0 }
    }

    pub(super) fn next(&mut self) -> Option<Line> {
        if self.rest.is_empty() {
            return None;
        }
        let end = memchr(b'\n', self.rest).unwrap_or(self.rest.len());
        let line = &self.rest[..end];
        self.rest = self.rest.get(end + 1..).unwrap_or_default();
        self.number += 1;
        let number = self.number;
        if line.len() > MAX_LINE {
            let (text, encoding) = (String::new(), Encoding::Utf8);
            return Some(Line { number, text, encoding, oddity: Some(Oddity::TooLong) });
        }
        let before = self.depth;
        let line = without_comments(&line[..memchr(0, line).unwrap_or(line.len())], &mut self.depth);
        if before <= 0 && self.depth > 0 {
            self.opened_at = number;
        }
        let oddity = (before >= 0 && self.depth < 0).then_some(Oddity::ClosesNothing);
        let (text, encoding) = decode(line);
        Some(Line { number, text, encoding, oddity })
    }

    /// Line of a comment that is never closed; `None` if all are closed.
    pub(super) fn open_comment(&self) -> Option<usize> {
        (self.depth > 0).then_some(self.opened_at)
    }
}

fn decode(bytes: Vec<u8>) -> (String, Encoding) {
    match String::from_utf8(bytes) {
        Ok(text) => (text, Encoding::Utf8),
        Err(error) => (error.as_bytes().iter().map(|byte| char::from(*byte)).collect(), Encoding::Other),
    }
}

/// Strips what Asterisk takes for blanks at both ends: space and all bytes below.
pub(super) fn strip(text: &str) -> &str {
    text.trim_matches(|char| char <= ' ')
}

/// Strips the comments of a line; `depth` is the number of open comments, before the line and then after it.
///
/// As in C the text ends at a NUL. `kept` is where the text begins; `at` is where the search for the next `;` goes on.
fn without_comments(line: &[u8], depth: &mut i32) -> Vec<u8> {
    let mut text = line.to_vec();
    text.push(0);
    let mut kept = (*depth == 0).then_some(0);
    let mut at = 0;
    loop {
        let end = end_of(&text, at);
        let Some(found) = memchr(b';', &text[at..end]).map(|found| at + found) else { break };
        let follows = |bytes: &[u8]| text[found + 1..end].starts_with(bytes);
        if found > at && text[found - 1] == b'\\' {
            text.copy_within(found..=end, found - 1);
            at = found;
        } else if follows(b"--") && !follows(b"---") {
            if *depth < MAX_NESTED {
                text[found] = 0;
                *depth += 1;
            }
            at = found + 3;
        } else if found >= at + 2 && text[found - 2..found] == *b"--" {
            *depth -= 1;
            at = found + 1;
            match kept {
                Some(kept) if *depth == 0 => {
                    let to = end_of(&text, kept);
                    text.copy_within(at..=end, to);
                    at = to;
                }
                None if *depth == 0 => kept = Some(at),
                _ => {}
            }
        } else if *depth == 0 {
            text[found] = 0;
            at = found;
        } else {
            at = found + 1;
        }
    }
    kept.map_or_else(Vec::new, |kept| text[kept..end_of(&text, kept)].to_vec())
}

/// Index of the end of the text that begins at `from`.
fn end_of(text: &[u8], from: usize) -> usize {
    memchr(0, &text[from..]).map_or(text.len(), |end| from + end)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks what is left of each line, as Asterisk 16 and 22 have it.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let mut lines = Lines::new(text.as_bytes());
        let mut left = Vec::new();
        while let Some(line) = lines.next() {
            left.push(strip(&line.text).to_owned());
        }
        assert_eq!(left.join("|"), expected, "{text}");
    }

    #[test]
    fn takes_comments_out_as_asterisk_does() {
        check("a ; b\n;c\nd", "a||d");
        check("a\\;b;c\na\\\\;b", "a;b|a\\;b");
        check(";-- x --; a\nb;--c--;d", "a|bd");
        check(";--\na\n ;-- deeper\n--;\nb\n--;\nc", "||||||c");
        check(";--;\na\n--;\nb", "|||b");
        check(";----- a line -----\nb ;--- c", "|b");
        // An escaped `;--` opens no comment, inside another comment or outside.
        check(";-- \\;-- --;\na", "|a");
        // One `--;` too many closes everything, until the next `;--` opens a comment.
        check("a --; b\nc\n;--\nd", "a --; b|||d");
    }

    #[test]
    fn reads_bytes_whatever_they_mean() {
        let read = |bytes: &[u8]| Lines::new(bytes).next().map(|line| (line.text, line.encoding)).unwrap();
        assert_eq!(read(b"\xef\xbb\xbf[c]"), ("[c]".into(), Encoding::Utf8));
        assert_eq!(read(b"; M\xfcller\r\n"), (String::new(), Encoding::Utf8));
        assert_eq!(read(b"M\xfcller"), ("M\u{fc}ller".into(), Encoding::Other));
        assert_eq!(read(b"\xcc\xe0\xf8\xe0").1, Encoding::Other);
        assert_eq!(read(b"a\0b"), ("a".into(), Encoding::Utf8));
        assert_eq!(strip("\u{1}a\u{a0}\u{c}"), "a\u{a0}", "a hard space is none");
    }

    #[test]
    fn says_what_nobody_expects() {
        let oddity = |text: &str| Lines::new(text.as_bytes()).next().unwrap().oddity;
        assert_eq!(oddity("a --; b"), Some(Oddity::ClosesNothing));
        assert_eq!(oddity(&"x".repeat(8191)), Some(Oddity::TooLong));
        assert_eq!(oddity(&"x".repeat(8190)), None);
        let mut lines = Lines::new(b"a\n;-- b\nc");
        while lines.next().is_some() {}
        assert_eq!(lines.open_comment(), Some(2));
        check(&";--".repeat(200), "");
    }
}
