//! Gzip made of pieces that many readers share (RFC 1951, 1952).
//!
//! ```text
//!  head │ packed: the lamps of a snapshot, once for all readers │ stored: an event │ stored: an event │ …
//! ```
//! No piece refers to what stands before it, and each ends with a whole byte. So what is the same for many readers is
//! packed once, whatever each was sent before; what is short or is for one reader alone is stored as it is, which costs
//! five bytes and no time. A reader has all of a piece as soon as it has its last byte.

use std::io::Write as _;

use bytes::Bytes;
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

/// How the text of an answer is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// As it is.
    Plain,
    /// As a member of gzip.
    Gzip,
}

impl Coding {
    /// The beginning of a stream, with its first text. A stream that ends has no end of its member: readers of a stream
    /// that goes on for ever bear that, and each would have to be reckoned a checksum of its own.
    pub fn begin(self, text: &[u8]) -> Bytes {
        match self {
            Self::Plain => Bytes::copy_from_slice(text),
            Self::Gzip => {
                let mut piece = HEAD.to_vec();
                store(&mut piece, text);
                piece.into()
            }
        }
    }

    /// Texts in one piece of a stream that has begun. A lone plain text is shared without a copy.
    pub fn go_on(self, texts: &[Bytes]) -> Bytes {
        match (self, texts) {
            (Self::Plain, [lone]) => lone.clone(),
            (Self::Plain, many) => many.concat().into(),
            (Self::Gzip, texts) => {
                let mut piece = Vec::with_capacity(texts.iter().map(|text| text.len() + STORED_HEAD).sum());
                for text in texts {
                    store(&mut piece, text);
                }
                piece.into()
            }
        }
    }
}

/// A text as a piece of any member.
#[derive(Debug)]
pub struct Packed {
    piece: Bytes,
    sum: Crc,
}

impl Packed {
    /// Packs a text, which takes some milliseconds a megabyte.
    pub fn new(text: &[u8]) -> Self {
        let mut packer = DeflateEncoder::new(Vec::new(), LEVEL);
        // Flushed, a piece ends with a whole byte.
        packer.write_all(text).and_then(|()| packer.flush()).expect("a vector takes all");
        Self { piece: std::mem::take(packer.get_mut()).into(), sum: sum(text) }
    }

    /// A text that is stored as it is.
    pub fn stored(text: &[u8]) -> Self {
        let mut piece = Vec::new();
        store(&mut piece, text);
        Self { piece: piece.into(), sum: sum(text) }
    }

    /// The piece.
    pub fn piece(&self) -> &Bytes {
        &self.piece
    }

    /// A whole member: this text between two short ones.
    pub fn between(&self, before: &[u8], after: &[u8]) -> Bytes {
        let mut member = HEAD.to_vec();
        store(&mut member, before);
        member.extend_from_slice(&self.piece);
        store(&mut member, after);
        member.extend_from_slice(LAST);
        let mut sum = sum(before);
        sum.combine(&self.sum);
        sum.update(after);
        member.extend_from_slice(&sum.sum().to_le_bytes());
        member.extend_from_slice(&sum.amount().to_le_bytes());
        member.into()
    }
}

/// Level of packing: the middle between time and size, as zlib has it.
const LEVEL: Compression = Compression::new(6);

/// Header of a member: deflate, no name, no time, of no known system.
const HEAD: &[u8] = &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

/// The last block of a member, which is empty.
const LAST: &[u8] = &[3, 0];

/// Size of a stored block without its text.
const STORED_HEAD: usize = 5;

/// Adds a text as it is, in blocks of 65,535 bytes at most.
fn store(piece: &mut Vec<u8>, text: &[u8]) {
    for part in text.chunks(usize::from(u16::MAX)) {
        let length = u16::try_from(part.len()).expect("a part is no longer");
        piece.push(0);
        piece.extend_from_slice(&length.to_le_bytes());
        piece.extend_from_slice(&(!length).to_le_bytes());
        piece.extend_from_slice(part);
    }
}

fn sum(text: &[u8]) -> Crc {
    let mut sum = Crc::new();
    sum.update(text);
    sum
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};

    use flate2::read::GzDecoder;
    use flate2::write;
    use rand::rngs::StdRng;
    use rand::{Rng, SeedableRng};

    use super::*;

    /// A text of words, of noise, or of one letter.
    fn text(random: &mut StdRng, longest: usize) -> Vec<u8> {
        let length = random.random_range(0..=longest);
        match random.random_range(0..3) {
            0 => b"{\"exten\":\"1001\",\"state\":\"free\"},".iter().copied().cycle().take(length).collect(),
            1 => (0..length).map(|_| random.random()).collect(),
            _ => vec![b'x'; length],
        }
    }

    #[test]
    fn each_piece_is_read_as_soon_as_it_is_there() {
        for seed in 0..40 {
            let mut random = StdRng::seed_from_u64(seed);
            let first = text(&mut random, 100);
            let (mut reader, mut said) = (write::GzDecoder::new(Vec::new()), first.clone());
            reader.write_all(&Coding::Gzip.begin(&first)).unwrap();
            for _ in 0..10 {
                let (piece, text) = if random.random_bool(0.3) {
                    let text = text(&mut random, 300_000);
                    (Packed::new(&text).piece().clone(), text)
                } else {
                    let texts: Vec<Bytes> =
                        (0..random.random_range(1..4)).map(|_| text(&mut random, 70_000).into()).collect();
                    (Coding::Gzip.go_on(&texts), texts.concat())
                };
                said.extend(text);
                reader.write_all(&piece).unwrap();
                reader.flush().unwrap();
                assert!(*reader.get_ref() == said, "seed {seed}: a reader lacks something of what it was sent");
            }
        }
    }

    #[test]
    fn a_whole_member_bears_its_checksum() {
        for seed in 0..40 {
            let mut random = StdRng::seed_from_u64(seed);
            let (before, long, after) = (text(&mut random, 70_000), text(&mut random, 300_000), text(&mut random, 10));
            for packed in [Packed::new(&long), Packed::stored(&long)] {
                let mut read = Vec::new();
                GzDecoder::new(&*packed.between(&before, &after)).read_to_end(&mut read).unwrap();
                assert!(read == [&*before, &long, &after].concat(), "seed {seed}");
            }
        }
    }

    #[test]
    fn what_is_packed_is_short_and_what_is_stored_costs_five_bytes() {
        let lamps = b"{\"exten\":\"1001\",\"state\":\"free\"},".repeat(1000);
        assert!(Packed::new(&lamps).piece().len() < lamps.len() / 50);
        assert_eq!(Coding::Gzip.go_on(&[Bytes::from_static(b"ab"), Bytes::from_static(b"c")]).len(), 13);
    }

    #[test]
    fn a_lone_plain_text_is_not_copied() {
        let text = Bytes::from(b"data: 1\n\n".to_vec());
        assert_eq!(Coding::Plain.go_on(std::slice::from_ref(&text)).as_ptr(), text.as_ptr());
        assert_eq!(Coding::Plain.go_on(&[text.clone(), text.clone()]), text.repeat(2));
    }
}
