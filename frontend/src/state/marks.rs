//! The reader's marks on lamps: favourite, noted, watched, selected.

use std::collections::BTreeSet;

use lampfield_shared::Exten;

/// A mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// The lamp is a favourite.
    Favourite,
    /// The lamp has a note.
    Noted,
    /// The reader wants to be told when the lamp is free.
    Watched,
    /// The lamp is selected, for a command on many lamps.
    Selected,
}

impl Mark {
    const COUNT: usize = 4;
}

/// The marks of one lamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Marks(u8);

impl Marks {
    /// Whether the lamp has `mark`.
    pub const fn has(self, mark: Mark) -> bool {
        self.0 & (1 << mark as u8) != 0
    }
}

/// The marked lamps, by mark.
#[derive(Debug, Clone, Default)]
pub struct Marked([BTreeSet<Exten>; Mark::COUNT]);

impl Marked {
    /// The lamps with `mark`.
    pub const fn with(&self, mark: Mark) -> &BTreeSet<Exten> {
        &self.0[mark as usize]
    }

    /// The marks of a lamp.
    pub fn of(&self, exten: &Exten) -> Marks {
        let bits = self.0.iter().enumerate().filter(|(_, set)| set.contains(exten)).map(|(bit, _)| 1 << bit);
        Marks(bits.sum())
    }

    /// Gives `mark` to these lamps and takes it from all others. Returns the lamps for which that changed something.
    pub fn replace(&mut self, mark: Mark, extens: BTreeSet<Exten>) -> Vec<Exten> {
        let set = &mut self.0[mark as usize];
        let different = set.symmetric_difference(&extens).cloned().collect();
        *set = extens;
        different
    }
}

/// A set of these extensions. To collect a set sorts its members first, by a sort of two kilobytes of the download for each
/// type.
pub fn set_of(extens: impl Iterator<Item = Exten>) -> BTreeSet<Exten> {
    let mut set = BTreeSet::new();
    set.extend(extens);
    set
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_whose_marks_changed() {
        let set = |extens: &[&str]| extens.iter().map(|&exten| exten.into()).collect::<BTreeSet<Exten>>();
        let mut marked = Marked::default();
        assert_eq!(marked.replace(Mark::Watched, set(&["1", "2"])), ["1".into(), "2".into()]);
        assert_eq!(marked.replace(Mark::Watched, set(&["2", "3"])), ["1".into(), "3".into()]);
        marked.replace(Mark::Favourite, set(&["3"]));
        let of = |exten: &str| marked.of(&exten.into());
        assert!(of("3").has(Mark::Watched) && of("3").has(Mark::Favourite) && !of("3").has(Mark::Noted));
        assert_eq!(of("1"), Marks::default());
    }
}
