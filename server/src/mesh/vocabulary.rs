//! How much a peer may name. Each name is kept, and may have a lamp, for as long as lampfield runs and thirty days beyond: a
//! peer, or whoever forges its address, must not fill memory and disk with names of phones that nobody has.

use std::time::Instant;

use crate::ledger::{Ledger, Named, PeerId};

/// How many entity ids a peer may use that are not pinned to it. An Asterisk has one.
pub(super) const MAX_EIDS: usize = 100;

/// How much a peer may name. What it has named stands in the ledger.
#[derive(Debug)]
pub(super) struct Vocabulary {
    most: usize,
    passed_over_at: Option<Instant>,
}

impl Vocabulary {
    /// A vocabulary of so many names at most.
    pub const fn new(most: usize) -> Self {
        Self { most, passed_over_at: None }
    }

    /// Whether a peer has told of a name before, or still may. What was told of once may be, whatever comes.
    pub fn admits(&mut self, now: Instant, ledger: &Ledger, peer: PeerId, name: Named<'_>) -> bool {
        let admits = ledger.names_of(peer) < self.most || ledger.has_named(peer, name);
        if !admits {
            self.passed_over_at = Some(now);
        }
        admits
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
    use lampfield_shared::{Eid, Exten, Timestamp};

    use super::*;
    use crate::moment::Moment;

    #[test]
    fn a_full_vocabulary_takes_nothing_new_and_keeps_what_it_has() {
        let (now, start) = (Instant::now(), Moment::virtual_at(Timestamp(0)));
        let mut ledger = Ledger::new(Eid::from_bytes([2, 0, 0, 0, 0, 6]), ["perm".into()], start);
        let perm = PeerId::at(0);
        let [first, second, third] = ["1001", "1002", "1003"].map(Exten::from);
        ledger.file_extension(perm, &first);
        let mut vocabulary = Vocabulary::new(2);
        assert!(vocabulary.admits(now, &ledger, perm, Named::Extension(&second)));
        ledger.file_extension(perm, &second);
        assert_eq!(vocabulary.passed_over_at(), None);
        assert!(!vocabulary.admits(now, &ledger, perm, Named::Extension(&third)));
        let mailbox = Named::Mailbox(&"1001".into());
        assert!(!vocabulary.admits(now, &ledger, perm, mailbox), "another kind is another name");
        assert_eq!(vocabulary.passed_over_at(), Some(now));
        assert!(vocabulary.admits(now, &ledger, perm, Named::Extension(&first)));
        assert!(vocabulary.admits(now, &ledger, perm, Named::Extension(&second)));
    }
}
