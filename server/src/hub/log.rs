//! The coalescing log: what changed since any revision, without a queue for anybody.
//!
//! ```text
//!  revision   41      42      43      44      45
//!  change    1001    2007    Perm    1001    3001
//!             └── gone at once: 44 tells it ──┘
//!  since 42:  Perm, 1001, 3001
//! ```
//! Every lamp and every site stands in it once, at its newest revision. So it never grows
//! beyond the board, a reader that comes late gets the newest state of each lamp, and a reader
//! of any revision of this run can resume: a ring of events could do none of the three.

use std::collections::BTreeMap;

use bytes::Bytes;
use lampfield_shared::{Exten, Privacy, Revision, Site};

use super::frame::Frame;
use crate::board::BoardChange;

/// As much as one answer to [`Log::since`] holds, give or take a frame. What a reader was given
/// and has not yet taken is held for it alone, so this bounds what a reader costs.
const BATCH_BYTES: usize = 64 * 1024;

/// Below so many changes a snapshot saves nothing.
const FEW: usize = 64;

/// The newest state of everything, in the order of its change.
#[derive(Debug)]
pub(super) struct Log {
    start: Revision,
    newest: Revision,
    /// At which revision each lamp changed last.
    lamps: BTreeMap<Exten, Revision>,
    sites: Vec<(Revision, Site)>,
    frames: BTreeMap<Revision, Frame>,
    /// By privacy.
    shared: [Option<Shared>; Privacy::ALL.len()],
}

/// What a reader has missed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Missed {
    Nothing,
    Changes(Batch),
    /// So much that a snapshot is shorter, or nobody knows what.
    TooMuch,
}

/// Changes in their order, of which the last one made `revision`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Batch {
    pub(super) revision: Revision,
    pub(super) bytes: Bytes,
}

/// The answer that the last reader got: `batch` was all after `from` while `newest` was that.
#[derive(Debug)]
struct Shared {
    from: Revision,
    newest: Revision,
    batch: Batch,
}

impl Log {
    pub(super) fn new(start: Revision, sites: Vec<Site>) -> Self {
        Self {
            start,
            newest: start,
            lamps: BTreeMap::new(),
            sites: sites.into_iter().map(|site| (start, site)).collect(),
            frames: BTreeMap::new(),
            shared: Default::default(),
        }
    }

    pub(super) fn newest(&self) -> Revision {
        self.newest
    }

    /// The sites, in the order of the configuration.
    pub(super) fn sites(&self) -> Vec<Site> {
        self.sites.iter().map(|(_, site)| site.clone()).collect()
    }

    /// The JSON of every lamp as such a watcher may see it, in the order of the extensions.
    pub(super) fn lamps(&self, privacy: Privacy) -> Vec<Bytes> {
        self.lamps.values().filter_map(|revision| Some(self.frames.get(revision)?.json(privacy))).collect()
    }

    /// Enters a change; what it replaces is forgotten.
    pub(super) fn push(&mut self, change: BoardChange) {
        self.newest.0 += 1;
        let revision = self.newest;
        self.frames.insert(revision, Frame::of(revision, &change));
        let replaced = match change {
            BoardChange::Lamp(lamp) => self.lamps.insert(lamp.exten, revision),
            BoardChange::Site(site) => self.put_site(revision, site),
        };
        if let Some(old) = replaced {
            self.frames.remove(&old);
        }
    }

    fn put_site(&mut self, revision: Revision, site: Site) -> Option<Revision> {
        if let Some(entry) = self.sites.iter_mut().find(|(_, known)| known.name == site.name) {
            let old = entry.0;
            *entry = (revision, site);
            Some(old)
        } else {
            self.sites.push((revision, site));
            None
        }
    }

    /// What has changed after `cursor`, as such a watcher may see it: up to [`BATCH_BYTES`] of it, the oldest change first.
    ///
    /// A cursor from before the start is of an earlier run, and one beyond the newest change is
    /// of no run that is known: both have missed [`Missed::TooMuch`].
    pub(super) fn since(&mut self, cursor: Revision, privacy: Privacy) -> Missed {
        if cursor < self.start || cursor > self.newest {
            return Missed::TooMuch;
        }
        let later = self.frames.range(Revision(cursor.0 + 1)..);
        let many = FEW.max(self.lamps.len() / 2);
        if later.clone().nth(many).is_some() {
            return Missed::TooMuch;
        }
        // Readers that keep up stand at the same revision, and share one batch.
        if let Some(shared) = &self.shared[privacy as usize]
            && shared.from == cursor
            && shared.newest == self.newest
        {
            return Missed::Changes(shared.batch.clone());
        }
        let Some(batch) = gather(later.map(|(at, frame)| (at, frame.bytes(privacy)))) else { return Missed::Nothing };
        self.shared[privacy as usize] = Some(Shared { from: cursor, newest: self.newest, batch: batch.clone() });
        Missed::Changes(batch)
    }
}

/// Joins frames until they fill a batch; a lone frame is shared as it is.
fn gather<'a>(frames: impl Iterator<Item = (&'a Revision, &'a Bytes)>) -> Option<Batch> {
    let mut taken: Vec<&Bytes> = Vec::new();
    let mut length = 0;
    let mut revision = Revision::default();
    for (&at, bytes) in frames {
        if length >= BATCH_BYTES {
            break;
        }
        length += bytes.len();
        revision = at;
        taken.push(bytes);
    }
    let bytes = match taken.as_slice() {
        [] => return None,
        [lone] => Bytes::clone(lone),
        many => {
            let mut all = Vec::with_capacity(length);
            for bytes in many {
                all.extend_from_slice(bytes);
            }
            all.into()
        }
    };
    Some(Batch { revision, bytes })
}

#[cfg(test)]
mod tests {
    use lampfield_shared::LampState;

    use super::*;
    use crate::hub::tests::lamp;

    #[test]
    fn holds_no_more_than_the_board_after_100_000_changes() {
        let mut log = Log::new(Revision(0), Vec::new());
        for number in 0..100_000 {
            log.push(BoardChange::Lamp(lamp(&(number % 100).to_string(), LampState::Free)));
            if number == 50 {
                // The answer to a reader that then stays away.
                assert!(matches!(log.since(Revision(10), Privacy::Full), Missed::Changes(_)));
            }
        }
        assert_eq!((log.lamps.len(), log.frames.len()), (100, 100));
        assert_eq!(log.newest(), Revision(100_000));
        let bytes: usize = log.frames.values().map(|frame| frame.bytes(Privacy::Full).len()).sum();
        assert!(bytes < 100 * 300, "{bytes}");
    }
}
