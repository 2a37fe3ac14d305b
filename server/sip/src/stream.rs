//! A byte stream cut into messages (RFC 3261 §18.3), and its keep-alives (RFC 5626 §3.5.1).
//!
//! ```text
//!  bytes ─► push ─► poll_piece ─► Message: head up to the blank line, and Content-Length bytes of body
//!                             └─► Ping: two line ends between messages, to be answered with one
//! ```
//! After something that is no SIP, or is larger than any honest message, nobody knows where the next message begins:
//! the connection is to be closed.

use bytes::{Buf as _, Bytes, BytesMut};

use super::frame::{Flaw, Frame, MAX_HEAD};
use super::message::StartLine;
use super::text::lossy;

/// The largest body, in bytes: that of the largest datagram.
pub const MAX_BODY: usize = 65_535;
/// The longest first line, in bytes.
pub const MAX_START_LINE: usize = 4096;

/// A keep-alive of a client (RFC 5626 §4.4.1).
pub const PING: &[u8] = b"\r\n\r\n";
/// The answer to [`PING`].
pub const PONG: &[u8] = b"\r\n";

/// Why nothing more can be read from a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StreamFlaw {
    /// The first line is neither that of a request nor that of a response.
    #[error("this is not SIP")]
    NotSip,
    /// The head is longer than [`MAX_HEAD`], or its first line than [`MAX_START_LINE`].
    #[error("the header is too large")]
    HeadTooLarge,
    /// A message does not say where it ends, as it must on a stream (RFC 3261 §20.14).
    #[error("Content-Length is missing")]
    NoContentLength,
    /// The body is longer than [`MAX_BODY`].
    #[error("the body is too large")]
    BodyTooLarge,
    /// The head has a flaw, so that its `Content-Length` cannot be trusted.
    #[error(transparent)]
    Head(Flaw),
}

/// A piece of the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A whole message.
    Message(Bytes),
    /// A keep-alive that is to be answered with [`PONG`].
    Ping,
}

/// A stream of messages, as far as it has been read. Holds one message and what was read with it, no more.
#[derive(Debug, Default)]
pub struct MessageStream {
    buffer: BytesMut,
    /// Where the line begins that has not ended yet.
    line: usize,
    /// The length of the whole message, once its head is complete.
    length: Option<usize>,
    /// Whether a single line end came last: with another one it is a ping.
    half_ping: bool,
    broken: Option<StreamFlaw>,
}

impl MessageStream {
    /// Takes in what was read.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// Whether a message has begun that has not ended.
    pub fn is_midway(&self) -> bool {
        !self.buffer.is_empty()
    }

    /// The next piece; to be called until `None` after each [`push`](Self::push).
    ///
    /// # Errors
    /// A [`StreamFlaw`], now and at each later call. A request whose head alone is flawed comes out as a message before,
    /// so that its sender is told.
    pub fn poll_piece(&mut self) -> Result<Option<Piece>, StreamFlaw> {
        if let Some(flaw) = self.broken {
            return Err(flaw);
        }
        self.piece().inspect_err(|flaw| self.broken = Some(*flaw))
    }

    fn piece(&mut self) -> Result<Option<Piece>, StreamFlaw> {
        if self.skip_line_ends() {
            return Ok(Some(Piece::Ping));
        }
        let length = if let Some(length) = self.length {
            length
        } else {
            if !self.read_head()? {
                return Ok(None);
            }
            self.measure()?
        };
        self.length = Some(length);
        if self.buffer.len() < length {
            return Ok(None);
        }
        (self.length, self.line) = (None, 0);
        Ok(Some(Piece::Message(self.buffer.split_to(length).freeze())))
    }

    /// Takes away line ends between messages, and tells whether they come to a ping.
    fn skip_line_ends(&mut self) -> bool {
        if self.line > 0 || self.length.is_some() {
            return false;
        }
        while self.buffer.starts_with(PONG) {
            self.buffer.advance(PONG.len());
            self.half_ping = !self.half_ping;
            if !self.half_ping {
                return true;
            }
        }
        if self.buffer.first().is_some_and(|byte| *byte != b'\r') {
            self.half_ping = false;
        }
        false
    }

    /// Reads on to the blank line, and tells whether it is there. No byte is looked at twice.
    fn read_head(&mut self) -> Result<bool, StreamFlaw> {
        let mut searched = self.line;
        while let Some(end) = memchr::memchr(b'\n', &self.buffer[searched..]).map(|at| searched + at) {
            let line = &self.buffer[self.line..end];
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if self.line == 0 && StartLine::read(&lossy(line)).is_none() {
                return Err(StreamFlaw::NotSip);
            }
            let is_blank = line.is_empty();
            self.line = end + 1;
            searched = self.line;
            if is_blank {
                return Ok(true);
            }
            if self.line > MAX_HEAD {
                return Err(StreamFlaw::HeadTooLarge);
            }
        }
        let bound = if self.line == 0 { MAX_START_LINE } else { MAX_HEAD };
        if self.line == 0 && self.buffer.first().is_some_and(|byte| !byte.is_ascii_graphic() && *byte != b'\r') {
            return Err(StreamFlaw::NotSip);
        }
        if self.buffer.len() > bound { Err(StreamFlaw::HeadTooLarge) } else { Ok(false) }
    }

    /// The length of the message whose head is complete.
    fn measure(&mut self) -> Result<usize, StreamFlaw> {
        let head = self.line;
        match body_length(&self.buffer[..head]) {
            Ok(Some(length)) if length <= MAX_BODY => Ok(head + length),
            Ok(Some(_)) | Err(Flaw::BodyCutOff) => Err(StreamFlaw::BodyTooLarge),
            Ok(None) => Err(StreamFlaw::NoContentLength),
            Err(flaw) => {
                // The head goes out as it is, for its sender to be refused.
                self.broken = Some(StreamFlaw::Head(flaw));
                Ok(head)
            }
        }
    }
}

/// What `Content-Length` says in a head, from the first line to the blank one.
///
/// # Errors
/// A [`Flaw`] in the head, by which its end of the message is not to be believed.
fn body_length(head: &[u8]) -> Result<Option<usize>, Flaw> {
    let frame = Frame::read(head).ok_or(Flaw::StartLine)?;
    match frame.flaw {
        None | Some(Flaw::BodyCutOff) => frame.content_length(),
        Some(flaw) => Err(flaw),
    }
}

#[cfg(test)]
#[path = "stream_tests.rs"]
mod tests;
