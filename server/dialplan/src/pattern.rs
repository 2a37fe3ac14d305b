//! Patterns of extensions: `_[123]xxx`, `_NXXZ`, `_*76X.`, and the order in which Asterisk tries them.
//!
//! Follows Asterisk (`main/pbx.c`: `_extension_match_core`, `ext_cmp`), and is proven against the hint oracle
//! (`tests/oracle`): `x`, `n`, `z` count as `X`, `N`, `Z`; literal characters and ranges are case-sensitive; `-` is
//! decoration and ignored, in dialled extensions too.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// An extension of the dialplan: a plain one, or a pattern if it starts with `_`.
#[derive(Clone, PartialEq, Eq)]
pub struct Pattern {
    text: Box<str>,
    /// Character sets of a pattern's fixed places; a plain extension has its text here.
    steps: Vec<CharSet>,
    tail: Tail,
}

/// What may follow the fixed places of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tail {
    /// `.`: at least one more character.
    More,
    /// `!`: any further characters, or none.
    Any,
    /// Nothing: the pattern ends here.
    End,
}

/// Why a text is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// The text is empty.
    #[error("an extension needs at least one character")]
    Empty,
    /// A `[` that is never closed.
    #[error("`{0}` has a `[` without its `]`")]
    OpenRange(String),
}

/// A set of bytes that may stand in one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct CharSet([u128; 2]);

impl CharSet {
    const EMPTY: Self = Self([0; 2]);

    fn one(byte: u8) -> Self {
        Self::EMPTY.with(byte)
    }

    fn range(from: u8, to: u8) -> Self {
        (from..=to).fold(Self::EMPTY, Self::with)
    }

    fn with(mut self, byte: u8) -> Self {
        self.0[usize::from(byte >> 7)] |= 1 << (byte & 0x7f);
        self
    }

    pub(crate) fn has(self, byte: u8) -> bool {
        self.0[usize::from(byte >> 7)] & (1 << (byte & 0x7f)) != 0
    }

    pub(crate) fn len(self) -> u32 {
        self.0[0].count_ones() + self.0[1].count_ones()
    }

    pub(crate) fn bytes(self) -> impl Iterator<Item = u8> {
        (0..=u8::MAX).filter(move |byte| self.has(*byte))
    }

    /// Compares as Asterisk does: small sets before large ones, then by the lowest character, then the set with the
    /// lower characters.
    fn order(self, other: Self) -> Ordering {
        let lowest = |set: Self| set.bytes().next();
        self.len()
            .cmp(&other.len())
            .then_with(|| lowest(self).cmp(&lowest(other)))
            .then_with(|| other.0[0].reverse_bits().cmp(&self.0[0].reverse_bits()))
            .then_with(|| other.0[1].reverse_bits().cmp(&self.0[1].reverse_bits()))
    }
}

impl Pattern {
    /// Text of the pattern as the dialplan has it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether this is a pattern with wildcards: the text starts with `_`.
    pub fn is_wild(&self) -> bool {
        self.text.starts_with('_')
    }

    /// Whether the pattern matches the dialled `exten`.
    pub fn matches(&self, exten: &str) -> bool {
        let mut dialled = undecorated(exten);
        if !self.is_wild() {
            return dialled.eq(undecorated(&self.text));
        }
        let fixed = self.steps.iter().all(|set| dialled.next().is_some_and(|byte| set.has(byte)));
        let further = dialled.next().is_some();
        fixed
            && match self.tail {
                Tail::More => further,
                Tail::Any => true,
                Tail::End => !further,
            }
    }

    pub(crate) fn steps(&self) -> &[CharSet] {
        &self.steps
    }

    pub(crate) const fn tail(&self) -> Tail {
        self.tail
    }

    /// Compares by the order in which Asterisk tries extensions (`ext_cmp`): plain ones first, then place by place the
    /// narrower set first. A further fixed place is narrower than `.`, and `.` than `!`; the end of the pattern comes
    /// last.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        if !self.is_wild() || !other.is_wild() {
            let plain = |pattern: &Self| !pattern.is_wild();
            return plain(other).cmp(&plain(self)).then_with(|| undecorated(&self.text).cmp(undecorated(&other.text)));
        }
        let by_step = || {
            let pairs = self.steps.iter().zip(&other.steps);
            pairs.map(|(mine, theirs)| mine.order(*theirs)).find(|order| order.is_ne())
        };
        let by_end = || match self.steps.len().cmp(&other.steps.len()) {
            Ordering::Equal => self.tail.cmp(&other.tail),
            longer => longer.reverse(),
        };
        by_step().unwrap_or_else(by_end)
    }
}

impl FromStr for Pattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        if text.is_empty() || text == "_" {
            return Err(PatternError::Empty);
        }
        let (steps, tail) = match text.strip_prefix('_') {
            Some(wild) => read_wild(wild.as_bytes()).ok_or_else(|| PatternError::OpenRange(text.into()))?,
            None => (Vec::new(), Tail::End),
        };
        Ok(Self { text: text.into(), steps, tail })
    }
}

/// Bytes of a dialled extension without decoration.
fn undecorated(exten: &str) -> impl Iterator<Item = u8> {
    exten.bytes().filter(|byte| *byte != b'-')
}

/// Reads the places of a pattern after its `_`; `None` if a range is never closed.
fn read_wild(mut rest: &[u8]) -> Option<(Vec<CharSet>, Tail)> {
    let mut steps = Vec::new();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        steps.push(match byte {
            b'-' => continue,
            b'.' => return Some((steps, Tail::More)),
            b'!' => return Some((steps, Tail::Any)),
            b'x' | b'X' => CharSet::range(b'0', b'9'),
            b'z' | b'Z' => CharSet::range(b'1', b'9'),
            b'n' | b'N' => CharSet::range(b'2', b'9'),
            b'[' => {
                let end = rest.iter().position(|byte| *byte == b']')?;
                let set = read_range(&rest[..end]);
                rest = &rest[end + 1..];
                if set == CharSet::EMPTY {
                    continue;
                }
                set
            }
            literal => CharSet::one(*literal),
        });
    }
    Some((steps, Tail::End))
}

/// Reads the inside of `[…]`: single characters and ranges such as `a-c`.
fn read_range(mut inside: &[u8]) -> CharSet {
    let mut set = CharSet::EMPTY;
    while let Some((first, after)) = inside.split_first() {
        inside = after;
        let last = match inside {
            [b'-', last, after @ ..] => {
                inside = after;
                last
            }
            _ => first,
        };
        set = (*first..=*last).fold(set, CharSet::with);
    }
    set
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.text, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, matching: &str, others: &str) {
        let pattern: Pattern = pattern.parse().unwrap();
        for exten in matching.split_whitespace() {
            assert!(pattern.matches(exten), "{pattern} {exten}");
        }
        for exten in others.split_whitespace() {
            assert!(!pattern.matches(exten), "{pattern} {exten}");
        }
    }

    #[test]
    fn matches_as_asterisk_does() {
        check("1001", "1001 10-01", "1002 100 10011 _1001");
        check("_[123]xxx", "1001 3999 2-000", "4000 100 10011 1x01");
        check("_X.", "12 12345 1a", "1 a1");
        check("_X!", "1 12 1a", "a");
        check("_NXXZ", "2001 9999", "2000 1001 999");
        check("_nxxz", "2001 9999", "2000 1001 999");
        check("_dnd-.", "d3d7 d3d-7", "dnd-7 d37 dnd- DND-7");
        check("_[a-c]Z", "a1 c9", "a0 d1 A1");
        check("_[1-35a-b]", "1 2 3 5 a b", "4 c - 6");
        check("_[-a]", "a", "b");
        check("_*76X.", "*7612 *76123", "*761 7612");
        check("_1[]2", "12", "1 1x2");
        check("_.", "1 abc", "");
    }

    #[test]
    fn refuses_what_is_no_pattern() {
        assert_eq!("".parse::<Pattern>(), Err(PatternError::Empty));
        assert_eq!("_".parse::<Pattern>(), Err(PatternError::Empty));
        assert_eq!("_1[23".parse::<Pattern>(), Err(PatternError::OpenRange("_1[23".into())));
    }

    #[test]
    fn tries_the_narrower_first() {
        let order = [
            "1001",
            "1002",
            "_1001",
            "_1[01]XX",
            "_1NXX",
            "_1ZXX",
            "_1XX[01]",
            "_1XXX",
            "_1XX.",
            "_1XX!",
            "_1XX",
            "_1X.",
            "_[1-2]XXX",
            "_[13]XXX",
            "_NXXX",
            "_X.",
            "_.",
            "_!",
        ];
        let patterns = order.map(|text| text.parse::<Pattern>().unwrap());
        for (place, left) in patterns.iter().enumerate() {
            for (other, right) in patterns.iter().enumerate() {
                assert_eq!(left.order(right), place.cmp(&other), "{left} {right}");
            }
        }
    }
}
