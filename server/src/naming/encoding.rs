//! Finds the encoding of a file of which nothing but its bytes is known.
//!
//! ```text
//!  said by the reader ─► a byte order mark ─► zero bytes: UTF-16 ─► UTF-8 ─► the letters are weighed: a guess
//! ```

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::flaw::NamingFlaw;

/// First bytes of files that are no text: an archive (today's workbooks are archives), and an old workbook.
const NO_TEXT: [&[u8]; 3] = [b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"];

/// Text of a file, and the encoding in which it was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decoded {
    pub(super) text: String,
    pub(super) encoding: &'static str,
    /// Whether the encoding is a guess: nothing in the file says so.
    pub(super) guessed: bool,
}

/// What the sender says beside the bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Hints<'a> {
    /// Name of the encoding, where the sender knows it.
    pub encoding: Option<&'a str>,
    /// Language of the sender, such as `ru`: the bytes of short names fit several alphabets.
    pub language: Option<&'a str>,
}

/// Reads bytes as text.
pub(super) fn decode(bytes: &[u8], hints: Hints<'_>) -> Result<Decoded, NamingFlaw> {
    if NO_TEXT.iter().any(|start| bytes.starts_with(start)) {
        return Err(NamingFlaw::NoText);
    }
    let (encoding, guessed) = match hints.encoding {
        Some(name) => {
            let known = Encoding::for_label(name.as_bytes());
            (known.ok_or_else(|| NamingFlaw::NoEncoding(name.chars().take(40).collect()))?, false)
        }
        None => find(bytes, hints.language),
    };
    let (text, encoding, _) = encoding.decode(bytes);
    if text.contains('\0') {
        return Err(NamingFlaw::NoText);
    }
    Ok(Decoded { text: text.into_owned(), encoding: encoding.name(), guessed })
}

/// Finds the encoding, and tells whether that is a guess.
fn find(bytes: &[u8], language: Option<&str>) -> (&'static Encoding, bool) {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return (encoding, false);
    }
    // In UTF-16 every second byte of digits and commas is zero; no other encoding of text has zeros.
    let zeros = |from: usize| bytes.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    match (zeros(0), zeros(1)) {
        (0, 0) => {}
        (even, odd) => return (if even > odd { UTF_16BE } else { UTF_16LE }, true),
    }
    if std::str::from_utf8(bytes).is_ok() {
        return (UTF_8, false);
    }
    if is_damaged_utf_8(bytes) {
        return (UTF_8, true);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let country = language.map(str::to_ascii_lowercase).filter(|it| it.len() == 2 && it.is_ascii());
    let country = country.as_deref().filter(|language| *language == "ru").map(str::as_bytes);
    (detector.guess(country, Utf8Detection::Deny), true)
}

/// Whether nearly all of the bytes are UTF-8: something was cut off, or one cell was pasted from elsewhere.
fn is_damaged_utf_8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|letter| !letter.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > bad * 4
}

#[cfg(test)]
mod tests {
    use encoding_rs::{IBM866, KOI8_R, WINDOWS_1251, WINDOWS_1252};

    use super::*;

    const RUSSIAN: &str = "номер;имя;отдел\n1001;Анна Петрова;Продажи\n1002;ЁЛКИН ПЁТР;IT\n";

    #[track_caller]
    fn check(bytes: &[u8], text: &str, encoding: &str, guessed: bool) {
        let decoded = decode(bytes, Hints::default()).unwrap();
        assert_eq!(decoded, Decoded { text: text.into(), encoding: encoding_name(encoding), guessed });
    }

    fn encoding_name(name: &str) -> &'static str {
        Encoding::for_label(name.as_bytes()).unwrap().name()
    }

    fn utf_16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn finds_what_spreadsheets_write() {
        check(RUSSIAN.as_bytes(), RUSSIAN, "utf-8", false);
        check(format!("\u{feff}{RUSSIAN}").as_bytes(), RUSSIAN, "utf-8", false);
        for (bytes, encoding) in [(u16::to_le_bytes as fn(u16) -> [u8; 2], "utf-16le"), (u16::to_be_bytes, "utf-16be")]
        {
            check(&utf_16(RUSSIAN, bytes), RUSSIAN, encoding, true);
            check(&utf_16(&format!("\u{feff}{RUSSIAN}"), bytes), RUSSIAN, encoding, false);
        }
        for encoding in [WINDOWS_1251, IBM866] {
            check(&encoding.encode(RUSSIAN).0, RUSSIAN, encoding.name(), true);
        }
        // Of the two KOI8 the Ukrainian has all letters of the other.
        check(&KOI8_R.encode(RUSSIAN).0, RUSSIAN, "koi8-u", true);
        let german = "exten;name\n1001;Jörg Müller\n1002;Größe – Lager\n";
        check(&WINDOWS_1252.encode(german).0, german, "windows-1252", true);
    }

    #[test]
    fn short_names_are_told_by_the_readers_language_and_all_by_the_readers_word() {
        let short = "exten;name\n1001;Ян\n";
        let bytes = WINDOWS_1251.encode(short).0;
        let read = |hints| decode(&bytes, hints).unwrap();
        assert_eq!(read(Hints { language: Some("ru"), encoding: None }).text, short);
        let said = read(Hints { language: None, encoding: Some("cp1251") });
        assert_eq!((said.text.as_str(), said.guessed), (short, false));
        let unknown = decode(&bytes, Hints { language: None, encoding: Some("klingon") });
        assert_eq!(unknown, Err(NamingFlaw::NoEncoding("klingon".into())));
    }

    #[test]
    fn a_damaged_letter_makes_no_other_encoding_of_the_rest() {
        let mut bytes = RUSSIAN.as_bytes().to_vec();
        bytes.truncate(bytes.len() - "IT\n".len());
        bytes.extend(b"\xd0\n1003;Vera;\n");
        let decoded = decode(&bytes, Hints::default()).unwrap();
        assert!(decoded.text.contains("Анна Петрова") && decoded.text.contains('\u{fffd}'), "{}", decoded.text);
    }

    #[test]
    fn a_workbook_is_no_text() {
        for bytes in [&b"PK\x03\x04rest"[..], b"\xd0\xcf\x11\xe0\xa1\xb1", b"%PDF-1.7", b"1001\0\0\0\0\0\0"] {
            assert_eq!(decode(bytes, Hints::default()), Err(NamingFlaw::NoText), "{bytes:?}");
        }
    }
}
