//! How much a peer may name. Each name is kept, and may have a lamp, for as long as lampfield runs and thirty days beyond: a
//! peer, or whoever forges its address, must not fill memory and disk with names of phones that nobody has.

use std::collections::HashSet;
use std::time::Instant;

use crate::board::Named;

/// How many entity ids a peer may use that are not pinned to it. An Asterisk has one.
pub(super) const MAX_EIDS: usize = 100;

/// What a peer has named, and how much it may.
#[derive(Debug)]
pub(super) struct Vocabulary {
    most: usize,
    known: HashSet<Named>,
    passed_over_at: Option<Instant>,
}

impl Vocabulary {
    /// That of a peer which named this in an earlier run.
    pub fn new(most: usize, kept: impl Iterator<Item = Named>) -> Self {
        Self { most, known: kept.collect(), passed_over_at: None }
    }

    /// Whether a name is known, or may still become so. What is known stays, whatever comes.
    pub fn admits(&mut self, now: Instant, name: Named) -> bool {
        if !self.known.contains(&name) {
            if self.known.len() >= self.most {
                self.passed_over_at = Some(now);
                return false;
            }
            self.known.insert(name);
        }
        true
    }

    pub fn most(&self) -> usize {
        self.most
    }

    /// When a name was last passed over.
    pub fn passed_over_at(&self) -> Option<Instant> {
        self.passed_over_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_vocabulary_takes_nothing_new_and_keeps_what_it_has() {
        let now = Instant::now();
        let name = |text: &str| Named::Extension(text.into());
        let mut vocabulary = Vocabulary::new(2, [name("1001")].into_iter());
        assert!(vocabulary.admits(now, name("1002")));
        assert_eq!(vocabulary.passed_over_at(), None);
        assert!(!vocabulary.admits(now, name("1003")));
        assert!(!vocabulary.admits(now, Named::Mailbox("1001".into())), "another kind is another name");
        assert_eq!(vocabulary.passed_over_at(), Some(now));
        assert!(vocabulary.admits(now, name("1001")) && vocabulary.admits(now, name("1002")));
    }
}
