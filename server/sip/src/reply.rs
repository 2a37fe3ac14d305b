//! An answer on the wire: what it takes from its request, and what it says itself (RFC 3261 §8.2.6.2).

use base16ct::lower;

use super::answer::{Answer, reason};
use super::frame::Frame;
use super::header_name::Name;
use super::headers::has_tag;
use super::route::{Route, Source};
use super::transaction::{About, ServerKey, Transmit};
use super::via::TopVia;

/// Room for the headers that an answer repeats, in bytes: those of most requests.
const ROOM: usize = 384;

/// What an answer takes from its request: where it goes, and the headers that it repeats byte for byte.
#[derive(Debug)]
pub(crate) struct Reply {
    route: Route,
    /// Names the request; makes the tag of `To` where its answer chooses none.
    key: ServerKey,
    /// Via, From, To, Call-ID and `CSeq`.
    repeated: Vec<u8>,
    /// Where in `repeated` the tag of `To` belongs; `None` where it has one, or is no address.
    tag_at: Option<usize>,
}

impl Reply {
    /// What the answer to `request` will take from it; `via` is its topmost.
    pub(crate) fn new(source: Source, key: ServerKey, via: &TopVia<'_>, request: &Frame<'_>) -> Self {
        let mut repeated = Vec::with_capacity(ROOM);
        repeated.extend_from_slice(b"Via: ");
        via.write_with_source(source.address, &mut repeated);
        repeated.extend_from_slice(b"\r\n");
        for via in request.all(Name::Via).skip(1) {
            put(&mut repeated, &[b"Via: ", via, b"\r\n"]);
        }
        let mut tag_at = None;
        for name in [Name::From, Name::To, Name::CallId, Name::CSeq] {
            let Some(value) = request.first(name) else { continue };
            put(&mut repeated, &[name.as_str().as_bytes(), b": ", value]);
            if name == Name::To && has_tag(request, Name::To) == Ok(false) {
                tag_at = Some(repeated.len());
            }
            repeated.extend_from_slice(b"\r\n");
        }
        Self { route: via.answer_to(source), key, repeated, tag_at }
    }

    /// Where the answer goes.
    pub(crate) fn route(&self) -> &Route {
        &self.route
    }

    /// Writes the answer. `server` stands in the header of that name; strangers are not told it.
    pub(crate) fn write(self, answer: &Answer, server: Option<&str>) -> Transmit {
        let Self { route, key, repeated, tag_at } = self;
        let (before, behind) = repeated.split_at(tag_at.unwrap_or_default());
        // The same tag in the answer to each copy, also where no transaction is kept.
        let mut room = [0; 16];
        let tag = answer.own_tag().or_else(|| lower::encode_str(&key.tag().to_be_bytes(), &mut room).ok());
        let (tag_name, tag) = tag.filter(|_| tag_at.is_some()).map_or(("", ""), |tag| (";tag=", tag));
        let (server_name, server, end) = server.map_or(("", "", ""), |server| ("Server: ", server, "\r\n"));
        let (status, length) = (answer.status(), answer.content().len());
        let (mut status_room, mut length_room) = (itoa::Buffer::new(), itoa::Buffer::new());
        let pieces = [
            b"SIP/2.0 ",
            status_room.format(status).as_bytes(),
            b" ",
            reason(status).as_bytes(),
            b"\r\n",
            before,
            tag_name.as_bytes(),
            tag.as_bytes(),
            behind,
            server_name.as_bytes(),
            server.as_bytes(),
            end.as_bytes(),
            answer.headers().as_bytes(),
            b"Content-Length: ",
            length_room.format(length).as_bytes(),
            b"\r\n\r\n",
            answer.content(),
        ];
        Transmit { payload: pieces.concat().into(), route, about: About::Answer(key) }
    }
}

fn put(out: &mut Vec<u8>, pieces: &[&[u8]]) {
    for piece in pieces {
        out.extend_from_slice(piece);
    }
}
