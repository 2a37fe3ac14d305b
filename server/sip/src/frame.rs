//! A message cut into start line, header fields and body (RFC 3261 §7.3 and §18.3).
//!
//! Unfolds folded fields, spells out compact names, believes `Content-Length`, and bounds what
//! it reads; what fields mean is no business of this file. One pass, no byte looked at twice
//! but once.

use std::borrow::Cow;

use super::text::{is_token, lossy};

/// More fields than any honest message has.
pub const MAX_FIELDS: usize = 128;
/// The most bytes before the body. A mesh PUBLISH has about 500.
pub const MAX_HEAD: usize = 16 * 1024;

/// What is wrong with a message that is SIP nevertheless. Whoever sent a request like it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// The first line is neither that of a request nor that of a response.
    #[error("the start line is malformed")]
    StartLine,
    /// Another version than 2.0
    #[error("this is not SIP/2.0")]
    Version,
    /// A line without a colon, a name that is no token, a stray control character.
    #[error("a header line is malformed")]
    HeaderLine,
    /// Over [`MAX_FIELDS`]
    #[error("there are too many header fields")]
    TooManyFields,
    /// Over [`MAX_HEAD`]
    #[error("the header is too large")]
    HeadTooLarge,
    /// The message ends before the blank line.
    #[error("the header does not end")]
    NoBlankLine,
    /// Not a number, or two different ones.
    #[error("Content-Length is malformed")]
    ContentLength,
    /// The message is shorter than `Content-Length` says (RFC 3261 §18.3).
    #[error("the body is shorter than Content-Length")]
    BodyCutOff,
    /// A field that every message has is missing (RFC 3261 §8.1.1).
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A field that stands once stands twice.
    #[error("{0} stands twice")]
    Twice(&'static str),
    /// A field that every message has cannot be read.
    #[error("{0} is malformed")]
    Malformed(&'static str),
}

/// One header field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field<'a> {
    /// Its name in full, in the sender's case.
    pub(super) name: &'a str,
    /// Its value on one line, without space around it. Not always UTF-8.
    pub(super) value: Cow<'a, [u8]>,
}

/// A message in its parts. A flawed one has the parts before the flaw: enough to answer.
#[derive(Debug)]
pub(super) struct Frame<'a> {
    pub(super) start_line: Cow<'a, str>,
    pub(super) fields: Vec<Field<'a>>,
    pub(super) body: &'a [u8],
    pub(super) flaw: Option<Flaw>,
}

impl<'a> Frame<'a> {
    /// Cuts a message; `None` for a keep-alive: nothing but line ends and NULs (RFC 5626 §3.5.1).
    pub(super) fn read(datagram: &'a [u8]) -> Option<Self> {
        let start = datagram.iter().position(|byte| !matches!(byte, b'\r' | b'\n' | 0))?;
        let mut lines = Lines { rest: &datagram[start..] };
        let start_line = lossy(lines.next().unwrap_or_default());
        let mut frame = Self { start_line, fields: Vec::with_capacity(16), body: &[], flaw: None };
        let length = frame.read_fields(&mut lines).and_then(|()| content_length(&frame.fields));
        match length {
            Ok(None) => frame.body = lines.rest,
            Ok(Some(length)) if length <= lines.rest.len() => frame.body = &lines.rest[..length],
            Ok(Some(_)) => frame.flaw = Some(Flaw::BodyCutOff),
            Err(flaw) => frame.flaw = Some(flaw),
        }
        Some(frame)
    }

    fn read_fields(&mut self, lines: &mut Lines<'a>) -> Result<(), Flaw> {
        let longest = lines.rest.len();
        while let Some(line) = lines.next() {
            if longest - lines.rest.len() > MAX_HEAD {
                return Err(Flaw::HeadTooLarge);
            }
            match line.first() {
                None => return Ok(()),
                Some(b' ' | b'\t') => self.unfold(line)?,
                Some(_) if self.fields.len() == MAX_FIELDS => return Err(Flaw::TooManyFields),
                Some(_) => self.fields.push(field(line)?),
            }
        }
        Err(Flaw::NoBlankLine)
    }

    /// Appends a continuation line to the field before it; the fold counts as one space.
    fn unfold(&mut self, line: &[u8]) -> Result<(), Flaw> {
        let field = self.fields.last_mut().ok_or(Flaw::HeaderLine)?;
        let more = clean(line)?;
        if !more.is_empty() {
            let value = field.value.to_mut();
            if !value.is_empty() {
                value.push(b' ');
            }
            value.extend_from_slice(more);
        }
        Ok(())
    }

    /// The values of all fields of this name, in order.
    pub(super) fn all<'f>(&'f self, name: &'static str) -> impl Iterator<Item = &'f [u8]> {
        self.fields.iter().filter(move |field| field.name.eq_ignore_ascii_case(name)).map(|field| &*field.value)
    }

    /// The value of the one field of this name.
    ///
    /// # Errors
    /// [`Flaw::Missing`], [`Flaw::Twice`]
    pub(super) fn one(&self, name: &'static str) -> Result<&[u8], Flaw> {
        let mut all = self.all(name);
        let value = all.next().ok_or(Flaw::Missing(name))?;
        if all.next().is_some() { Err(Flaw::Twice(name)) } else { Ok(value) }
    }
}

/// What `Content-Length` says in a head, from the first line to the blank one.
///
/// # Errors
/// A [`Flaw`] in the head, by which its end of the message is not to be believed.
pub(super) fn body_length(head: &[u8]) -> Result<Option<usize>, Flaw> {
    let frame = Frame::read(head).ok_or(Flaw::StartLine)?;
    match frame.flaw {
        None | Some(Flaw::BodyCutOff) => content_length(&frame.fields),
        Some(flaw) => Err(flaw),
    }
}

/// Lines without their ends; a bare LF ends one too.
struct Lines<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Lines<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let end = memchr::memchr(b'\n', self.rest)?;
        let line = &self.rest[..end];
        self.rest = &self.rest[end + 1..];
        Some(line.strip_suffix(b"\r").unwrap_or(line))
    }
}

fn field(line: &[u8]) -> Result<Field<'_>, Flaw> {
    let colon = memchr::memchr(b':', line).ok_or(Flaw::HeaderLine)?;
    let name = line[..colon].trim_ascii_end();
    if !is_token(name) {
        return Err(Flaw::HeaderLine);
    }
    let name = std::str::from_utf8(name).map_err(|_| Flaw::HeaderLine)?;
    Ok(Field { name: full_name(name), value: Cow::Borrowed(clean(&line[colon + 1..])?) })
}

/// A value without the space around it. A control character inside would reach our answer.
fn clean(value: &[u8]) -> Result<&[u8], Flaw> {
    if memchr::memchr2(b'\r', 0, value).is_some() {
        return Err(Flaw::HeaderLine);
    }
    Ok(value.trim_ascii())
}

/// The full name behind a compact one (RFC 3261 §7.3.3 and the registry of header fields).
fn full_name(name: &str) -> &str {
    let [letter] = name.as_bytes() else { return name };
    match letter.to_ascii_lowercase() {
        b'a' => "Accept-Contact",
        b'b' => "Referred-By",
        b'c' => "Content-Type",
        b'd' => "Request-Disposition",
        b'e' => "Content-Encoding",
        b'f' => "From",
        b'i' => "Call-ID",
        b'j' => "Reject-Contact",
        b'k' => "Supported",
        b'l' => "Content-Length",
        b'm' => "Contact",
        b'n' => "Identity-Info",
        b'o' => "Event",
        b'r' => "Refer-To",
        b's' => "Subject",
        b't' => "To",
        b'u' => "Allow-Events",
        b'v' => "Via",
        b'x' => "Session-Expires",
        b'y' => "Identity",
        _ => name,
    }
}

fn content_length(fields: &[Field<'_>]) -> Result<Option<usize>, Flaw> {
    let mut lengths = fields.iter().filter(|field| field.name.eq_ignore_ascii_case("Content-Length"));
    let Some(first) = lengths.next() else { return Ok(None) };
    if lengths.any(|other| other.value != first.value) {
        return Err(Flaw::ContentLength);
    }
    let digits = !first.value.is_empty() && first.value.iter().all(u8::is_ascii_digit);
    let text = std::str::from_utf8(&first.value).ok().filter(|_| digits).ok_or(Flaw::ContentLength)?;
    text.parse().map(Some).map_err(|_| Flaw::BodyCutOff)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(text: &str) -> Frame<'_> {
        Frame::read(text.as_bytes()).expect("no keep-alive")
    }

    #[track_caller]
    fn check_fields(head: &str, expected: &[(&str, &str)]) {
        let text = format!("A b SIP/2.0\r\n{head}\r\n\r\n");
        let frame = frame(&text);
        let read: Vec<_> =
            frame.fields.iter().map(|field| (field.name, std::str::from_utf8(&field.value).unwrap())).collect();
        assert_eq!((read.as_slice(), frame.flaw), (expected, None), "{head:?}");
    }

    #[track_caller]
    fn check_flaw(rest: &str, expected: Flaw) {
        assert_eq!(frame(&format!("A b SIP/2.0\r\n{rest}")).flaw, Some(expected), "{rest:?}");
    }

    #[track_caller]
    fn check_body(rest: &str, expected: &str) {
        let text = format!("A b SIP/2.0\r\n{rest}");
        let frame = frame(&text);
        assert_eq!((frame.body, frame.flaw), (expected.as_bytes(), None), "{rest:?}");
    }

    #[test]
    fn unfolds_and_spells_out() {
        check_fields("v: a\r\nF:b\r\nCall-id  :  c  ", &[("Via", "a"), ("From", "b"), ("Call-id", "c")]);
        check_fields("Subject: one\r\n  two\r\n\tthree", &[("Subject", "one two three")]);
        check_fields("Subject:\r\n one", &[("Subject", "one")]);
        check_fields("Subject: one\r\n \r\n two", &[("Subject", "one two")]);
        check_fields("z: unknown\r\nX-Empty:", &[("z", "unknown"), ("X-Empty", "")]);
        check_fields("a:b:c\nTo: bare line feeds", &[("Accept-Contact", "b:c"), ("To", "bare line feeds")]);
    }

    #[test]
    fn believes_content_length() {
        check_body("\r\nall there is", "all there is");
        check_body("Content-Length: 3\r\n\r\nabcdef", "abc");
        check_body("l:   0\r\n\r\nabcdef", "");
        check_body("l: 2\r\nContent-Length: 2\r\n\r\nab", "ab");
    }

    #[test]
    fn names_the_flaw() {
        check_flaw("Content-Length: 7\r\n\r\nabcdef", Flaw::BodyCutOff);
        check_flaw("Content-Length: 99999999999999999999999\r\n\r\nabcdef", Flaw::BodyCutOff);
        check_flaw("Content-Length: -1\r\n\r\n", Flaw::ContentLength);
        check_flaw("Content-Length:\r\n\r\n", Flaw::ContentLength);
        check_flaw("l: 1\r\nl: 2\r\n\r\nab", Flaw::ContentLength);
        check_flaw("no colon\r\n\r\n", Flaw::HeaderLine);
        check_flaw(": no name\r\n\r\n", Flaw::HeaderLine);
        check_flaw("a name: b\r\n\r\n", Flaw::HeaderLine);
        check_flaw(" folded onto nothing\r\n\r\n", Flaw::HeaderLine);
        check_flaw("a: b\rc\r\n\r\n", Flaw::HeaderLine);
        check_flaw("a: b\0c\r\n\r\n", Flaw::HeaderLine);
        check_flaw("a: b\r\n", Flaw::NoBlankLine);
        check_flaw(&"a: b\r\n".repeat(MAX_FIELDS + 1), Flaw::TooManyFields);
        check_flaw(&format!("a: {}\r\n\r\n", "b".repeat(MAX_HEAD)), Flaw::HeadTooLarge);
        check_flaw(&format!("a: b\r\n{}\r\n", " c\r\n".repeat(MAX_HEAD)), Flaw::HeadTooLarge);
    }

    #[test]
    fn takes_keep_alives_for_what_they_are() {
        for datagram in [&b""[..], b"\r\n\r\n", b"\r\n", b"\0", b"\0\0\0\0"] {
            assert!(Frame::read(datagram).is_none(), "{datagram:?}");
        }
        assert_eq!(frame("\r\n\r\nA b SIP/2.0\r\n\r\n").start_line, "A b SIP/2.0");
    }
}
