//! How a peer is reached: the ways to it, which of them is taken, and what is wrong with it.

use super::settings::PublishTo;
use crate::sip::Hop;
use crate::sip::locate::Names;

/// The ways to one peer. After a failure the next one is tried (RFC 3263 §4.3).
#[derive(Debug)]
pub(super) struct Reach {
    hops: Vec<Hop>,
    /// The one that is taken, as long as it leads anywhere.
    at: usize,
    /// Why its name is not known, or not any more.
    unresolved: Option<String>,
    /// What became of the last request.
    failed: Option<String>,
}

impl Reach {
    /// The ways as they are known now.
    pub(super) fn new(to: &PublishTo, names: &Names) -> Self {
        Self { hops: to.target.hops(names), at: 0, unresolved: None, failed: None }
    }

    /// The way to take; none while its name is not known.
    pub(super) fn hop(&self) -> Option<&Hop> {
        self.hops.get(self.at)
    }

    /// Takes in what its name stands for now. The way that is taken is kept if it is still one of them.
    /// Whether there is a way now that there was not.
    pub(super) fn resolved(&mut self, to: &PublishTo, names: &Names) -> bool {
        self.unresolved = None;
        let taken = self.hop().cloned();
        let hops = to.target.hops(names);
        self.at = taken.as_ref().and_then(|taken| hops.iter().position(|hop| hop == taken)).unwrap_or(0);
        self.hops = hops;
        self.hop() != taken.as_ref()
    }

    /// Its name could not be looked up: the ways known before stay.
    pub(super) fn unresolved(&mut self, why: &str) {
        self.unresolved = Some(why.to_owned());
    }

    /// An answer came.
    pub(super) fn works(&mut self) {
        self.failed = None;
    }

    /// What was sent by `hop` did not arrive, or nobody answered.
    pub(super) fn fails(&mut self, hop: &Hop, why: Option<&str>) {
        if let Some(why) = why {
            self.failed = Some(why.to_owned());
        }
        // Several requests may have been on the way: they failed together.
        if self.hop() == Some(hop) {
            self.at = (self.at + 1) % self.hops.len();
        }
    }

    /// What keeps us from reaching it, in words for an admin.
    pub(super) fn trouble(&self) -> Option<&str> {
        self.failed.as_deref().or(self.unresolved.as_deref())
    }
}
