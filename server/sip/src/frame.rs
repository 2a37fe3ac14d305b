//! A message cut into start line, header fields and body (RFC 3261 §7.3 and §18.3).
//!
//! Unfolds folded fields, spells out compact names, believes `Content-Length`, and bounds what
//! it reads; what fields mean is no business of this file. One pass, and no copy: a frame is a table of places in the
//! message.

use std::borrow::Cow;

use super::header_name::Name;
use super::text::{lossy, token_length};

/// The most header fields that a message may have: far more than any honest one has.
pub const MAX_FIELDS: usize = 128;
/// The most bytes before the body. A mesh PUBLISH has about 500.
pub const MAX_HEAD: usize = 16 * 1024;
/// What the table of fields has room for at first: most messages need no more.
const USUAL_FIELDS: usize = 16;

/// A fault in a message that is SIP nevertheless. The sender of such a request is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// The first line is neither that of a request nor that of a response.
    #[error("the start line is malformed")]
    StartLine,
    /// The first line names another version than 2.0.
    #[error("this is not SIP/2.0")]
    Version,
    /// A line has no colon, a name that is no token, or a stray control character.
    #[error("a header line is malformed")]
    HeaderLine,
    /// The message has more fields than [`MAX_FIELDS`].
    #[error("there are too many header fields")]
    TooManyFields,
    /// The message has more bytes before its body than [`MAX_HEAD`].
    #[error("the header is too large")]
    HeadTooLarge,
    /// The message ends before the blank line.
    #[error("the header does not end")]
    NoBlankLine,
    /// `Content-Length` is no number, or there are two different ones.
    #[error("Content-Length is malformed")]
    ContentLength,
    /// The message is shorter than `Content-Length` says (RFC 3261 §18.3).
    #[error("the body is shorter than Content-Length")]
    BodyCutOff,
    /// A field that every message has is missing (RFC 3261 §8.1.1).
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A field that stands once stands twice.
    #[error("{0} appears twice")]
    Twice(&'static str),
    /// A field that every message has cannot be read.
    #[error("{0} is malformed")]
    Malformed(&'static str),
}

/// A piece of the head, by its first byte and the one behind its last. Unfolded values stand behind the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// One header field.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    /// `None` for a field that nobody reads here.
    pub(super) name: Option<Name>,
    /// The name as its sender wrote it.
    pub(super) written: Span,
    /// The value on one line, without space around it. Not always UTF-8.
    pub(super) value: Span,
}

/// A message in its parts. A flawed one has the parts before the flaw: enough to answer.
#[derive(Debug)]
pub(super) struct Frame<'a> {
    message: &'a [u8],
    /// The values that stood on several lines, each on one.
    unfolded: Vec<u8>,
    pub(super) start_line: Cow<'a, str>,
    fields: Vec<Field>,
    pub(super) body: &'a [u8],
    pub(super) flaw: Option<Flaw>,
}

impl<'a> Frame<'a> {
    /// Cuts a message; `None` for a keep-alive: nothing but line ends and NULs (RFC 5626 §3.5.1).
    pub(super) fn read(message: &'a [u8]) -> Option<Self> {
        let start = message.iter().position(|byte| !matches!(byte, b'\r' | b'\n' | 0))?;
        let end = memchr::memchr(b'\n', &message[start..]).map(|length| start + length);
        let start_line = &message[start..end.unwrap_or(start)];
        let start_line = lossy(start_line.strip_suffix(b"\r").unwrap_or(start_line));
        let fields = Vec::with_capacity(USUAL_FIELDS);
        let mut frame = Self { message, unfolded: Vec::new(), start_line, fields, body: &[], flaw: None };
        let head = end.ok_or(Flaw::NoBlankLine).and_then(|end| frame.read_fields(end + 1));
        match head.and_then(|rest| Ok((&message[rest..], frame.content_length()?))) {
            Ok((rest, None)) => frame.body = rest,
            Ok((rest, Some(length))) if length <= rest.len() => frame.body = &rest[..length],
            Ok(_) => frame.flaw = Some(Flaw::BodyCutOff),
            Err(flaw) => frame.flaw = Some(flaw),
        }
        Some(frame)
    }

    /// Reads the fields, which begin there, and the blank line; where the body begins.
    fn read_fields(&mut self, start: usize) -> Result<usize, Flaw> {
        let (mut at, limit) = (start, start + MAX_HEAD);
        loop {
            let line = &self.message[at..];
            match line.first() {
                None => return Err(Flaw::NoBlankLine),
                Some(b'\n') => return Ok(at + 1),
                Some(b'\r') if line.get(1) == Some(&b'\n') => return Ok(at + 2),
                Some(b' ' | b'\t') => at = self.read_fold(at, limit)?,
                Some(_) if self.fields.len() == MAX_FIELDS => return Err(Flaw::TooManyFields),
                Some(_) => at = self.read_field(at, limit)?,
            }
        }
    }

    /// Reads the field that begins there; where the next line begins.
    fn read_field(&mut self, start: usize, limit: usize) -> Result<usize, Flaw> {
        let length = token_length(&self.message[start..]);
        let written = Span { start, end: start + length };
        let space = self.message[written.end..].iter().position(|byte| !matches!(byte, b' ' | b'\t'));
        let colon = written.end + space.ok_or(Flaw::NoBlankLine)?;
        if length == 0 || self.message[colon] != b':' {
            return Err(Flaw::HeaderLine);
        }
        let (value, next) = self.read_value(colon + 1, limit)?;
        self.fields.push(Field { name: Name::read(&self.message[start..written.end]), written, value });
        Ok(next)
    }

    /// Appends a continuation line to the field before it; the fold counts as one space. Where the next line begins.
    fn read_fold(&mut self, start: usize, limit: usize) -> Result<usize, Flaw> {
        let (more, next) = self.read_value(start, limit)?;
        let field = self.fields.last_mut().ok_or(Flaw::HeaderLine)?;
        let length = self.message.len();
        if more.start < more.end {
            if field.value.start < length {
                let begin = self.unfolded.len();
                self.unfolded.extend_from_slice(&self.message[field.value.start..field.value.end]);
                field.value = Span { start: length + begin, end: length + self.unfolded.len() };
            }
            if field.value.start < field.value.end {
                self.unfolded.push(b' ');
            }
            self.unfolded.extend_from_slice(&self.message[more.start..more.end]);
            field.value.end = length + self.unfolded.len();
        }
        Ok(next)
    }

    /// Reads to the end of the line, and cuts off the space around it; where the next line begins. A control character
    /// inside would reach our answer.
    fn read_value(&self, start: usize, limit: usize) -> Result<(Span, usize), Flaw> {
        let rest = &self.message[start..];
        let stop = memchr::memchr3(b'\n', b'\r', 0, rest).ok_or(Flaw::NoBlankLine)?;
        let next = match &rest[stop..] {
            [b'\n', ..] => start + stop + 1,
            [b'\r', b'\n', ..] => start + stop + 2,
            _ => return Err(Flaw::HeaderLine),
        };
        if next > limit {
            return Err(Flaw::HeadTooLarge);
        }
        let value = rest[..stop].trim_ascii_start();
        let begin = start + stop - value.len();
        Ok((Span { start: begin, end: begin + value.trim_ascii_end().len() }, next))
    }

    /// The values of all fields of this name, in order.
    pub(super) fn all(&self, name: Name) -> impl Iterator<Item = &[u8]> {
        self.fields.iter().filter(move |field| field.name == Some(name)).map(|field| self.piece(field.value))
    }

    /// The value of the first field of this name.
    pub(super) fn first(&self, name: Name) -> Option<&[u8]> {
        self.all(name).next()
    }

    /// The value of the one field of this name.
    ///
    /// # Errors
    /// [`Flaw::Missing`], [`Flaw::Twice`]
    pub(super) fn one(&self, name: Name) -> Result<&[u8], Flaw> {
        let mut all = self.all(name);
        let value = all.next().ok_or(Flaw::Missing(name.as_str()))?;
        if all.next().is_some() { Err(Flaw::Twice(name.as_str())) } else { Ok(value) }
    }

    /// What `Content-Length` says; `None` where the message has none.
    ///
    /// # Errors
    /// [`Flaw::ContentLength`], and [`Flaw::BodyCutOff`] for a length beyond all messages.
    pub(super) fn content_length(&self) -> Result<Option<usize>, Flaw> {
        let mut lengths = self.all(Name::ContentLength);
        let Some(first) = lengths.next() else { return Ok(None) };
        if lengths.any(|other| other != first) {
            return Err(Flaw::ContentLength);
        }
        let digits = !first.is_empty() && first.iter().all(u8::is_ascii_digit);
        let text = std::str::from_utf8(first).ok().filter(|_| digits).ok_or(Flaw::ContentLength)?;
        text.parse().map(Some).map_err(|_| Flaw::BodyCutOff)
    }

    /// The head with its table, where each place is one of this text; what is not UTF-8 becomes U+FFFD.
    pub(super) fn into_text(self) -> (String, Vec<Field>) {
        let head = self.message.get(..self.message.len() - self.body.len()).unwrap_or_default();
        match std::str::from_utf8(head) {
            Ok(head) if self.unfolded.is_empty() => (head.to_owned(), self.fields),
            _ => self.rewritten(),
        }
    }

    /// See [`Frame::into_text`]; a text of its own, for places have moved.
    fn rewritten(&self) -> (String, Vec<Field>) {
        let mut text = String::with_capacity(2 * MAX_HEAD.min(self.message.len()));
        let mut add = |piece: &[u8]| {
            let start = text.len();
            text.push_str(&lossy(piece));
            Span { start, end: text.len() }
        };
        let moved = |field: &Field| Field {
            name: field.name,
            written: add(self.piece(field.written)),
            value: add(self.piece(field.value)),
        };
        let fields = self.fields.iter().map(moved).collect();
        (text, fields)
    }

    /// The bytes at this place in the message, or behind it among what was unfolded.
    pub(super) fn piece(&self, Span { start, end }: Span) -> &[u8] {
        let behind = start.checked_sub(self.message.len()).zip(end.checked_sub(self.message.len()));
        let piece = match behind {
            Some((start, end)) => self.unfolded.get(start..end),
            None => self.message.get(start..end),
        };
        piece.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::header_name::full_name;
    use super::*;

    fn frame(text: &str) -> Frame<'_> {
        Frame::read(text.as_bytes()).expect("no keep-alive")
    }

    /// Each field: its name in full, in the sender's case, and its value.
    fn fields(frame: Frame<'_>) -> Vec<(String, String)> {
        let (text, fields) = frame.into_text();
        let name = |written: &str| full_name(written.as_bytes()).unwrap_or(written).to_owned();
        let piece = |Span { start, end }| &text[start..end];
        fields.iter().map(|field| (name(piece(field.written)), piece(field.value).to_owned())).collect()
    }

    #[track_caller]
    fn check_fields(head: &str, expected: &[(&str, &str)]) {
        let text = format!("A b SIP/2.0\r\n{head}\r\n\r\n");
        let frame = frame(&text);
        assert_eq!(frame.flaw, None, "{head:?}");
        let expected: Vec<_> = expected.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        assert_eq!(fields(frame), expected, "{head:?}");
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

    #[test]
    fn what_is_no_text_is_repeated_as_it_came_and_read_as_a_replacement() {
        let message = b"A b SIP/2.0\r\nTo: a\r\n \xff\r\nX-\xc3: b\r\n\r\n\xff";
        assert_eq!(Frame::read(message).unwrap().flaw, Some(Flaw::HeaderLine));
        let message = b"A b SIP/2.0\r\nTo: a\r\n \xff\r\nSubject: \xc3\xa9\r\n\r\n\xff";
        let frame = Frame::read(message).unwrap();
        assert_eq!((frame.one(Name::To), frame.body), (Ok(&b"a \xff"[..]), &b"\xff"[..]));
        let expected = [("To", "a \u{fffd}"), ("Subject", "\u{e9}")].map(|(name, value)| (name.into(), value.into()));
        assert_eq!(fields(frame), expected);
    }
}
