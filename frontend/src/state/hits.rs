//! What a search finds, as it is listed.

use std::ops::Range;

use lampfield_shared::Exten;

/// The lamps that a search found.
#[derive(Debug, Default)]
pub struct Hits {
    /// How many were found.
    pub count: usize,
    /// Among how many.
    pub of: usize,
    /// The best of them, best first.
    pub first: Vec<Hit>,
}

/// A lamp that was found.
#[derive(Debug)]
pub struct Hit {
    /// The lamp's extension.
    pub exten: Exten,
    /// Number, name, department and site, each with the parts by which it was found, in bytes.
    pub texts: [(String, Vec<Range<usize>>); 4],
}

impl Hits {
    /// The most lamps that are listed: nobody reads more before typing another letter.
    pub const MOST: usize = 50;

    /// The listed lamp that stands `by` places from `picked`, no further than the ends; the first where `picked` is not
    /// listed.
    pub fn beside(&self, picked: Option<&Exten>, by: isize) -> Option<&Exten> {
        let at = self.first.iter().position(|hit| Some(&hit.exten) == picked);
        let last = self.first.len().checked_sub(1)?;
        let at = at.map_or(0, |at| at.saturating_add_signed(by).min(last));
        self.first.get(at).map(|hit| &hit.exten)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_from_hit_to_hit_and_no_further() {
        let hit = |exten: &str| Hit { exten: exten.into(), texts: Default::default() };
        let hits = Hits { count: 3, of: 9, first: ["1", "2", "3"].map(hit).into() };
        for (picked, by, expected) in [
            (Some("1"), 1, "2"),
            (Some("3"), 1, "3"),
            (Some("1"), -1, "1"),
            (Some("3"), -1, "2"),
            (None, 0, "1"),
            (Some("9"), 1, "1"),
        ] {
            assert_eq!(hits.beside(picked.map(Exten::from).as_ref(), by), Some(&expected.into()), "{picked:?} {by}");
        }
        assert_eq!(Hits::default().beside(None, 1), None);
    }
}
