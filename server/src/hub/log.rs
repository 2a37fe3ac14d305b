//! The coalescing log: what changed since any revision, without a queue for anybody.
//!
//! ```text
//!  revision   41      42      43      44      45
//!  change    1001    2007    Perm    1001    3001
//!             └── gone at once: 44 tells it ──┘
//!  since 42:  Perm, 1001, 3001
//! ```
//! Every lamp, every site and the list of own boards stands in it once, at its newest revision. So it never grows
//! beyond the board, a reader that comes late gets the newest state of each lamp, and a reader
//! of any revision of this run can resume: a ring of events could do none of the three.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use bytes::Bytes;
use lampfield_shared::{Exten, Lamp, OwnBoard, Privacy, Revision, Site};

use super::frame;
use crate::board::BoardChange;

/// As much as one answer to [`Log::since`] holds, give or take a frame. What a reader was given
/// and has not yet taken is held for it alone, so this bounds what a reader costs.
const BATCH_BYTES: usize = 64 * 1024;

/// Below so many changes a snapshot saves nothing.
const FEW: usize = 64;

/// Of so many of the newest changes the wire form is kept, for the readers that keep up. Who comes later has it
/// written anew: of every lamp it would take more memory than the lamp itself.
const WRITTEN: usize = 1024;

/// The newest state of everything, in the order of its change.
#[derive(Debug)]
pub(super) struct Log {
    start: Revision,
    newest: Revision,
    /// At which revision each lamp changed last.
    lamps: BTreeMap<Exten, Revision>,
    sites: Vec<(Revision, Site)>,
    boards: (Revision, Arc<[OwnBoard]>),
    changes: BTreeMap<Revision, BoardChange>,
    written: Written,
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

/// The wire form of the newest changes, made when somebody looks. The last of them is that of the newest revision.
#[derive(Debug, Default)]
struct Written(VecDeque<[Option<Bytes>; Privacy::ALL.len()]>);

impl Written {
    /// One more change has been made.
    fn push(&mut self) {
        if self.0.len() == WRITTEN {
            self.0.pop_front();
        }
        self.0.push_back(Default::default());
    }

    /// The change that made `revision`, as such a watcher may see it.
    fn get(&mut self, newest: Revision, revision: Revision, change: &BoardChange, privacy: Privacy) -> Bytes {
        let age = usize::try_from(newest.0 - revision.0).unwrap_or(usize::MAX);
        let place = self.0.len().checked_sub(age.saturating_add(1)).and_then(|at| self.0.get_mut(at));
        let write = || frame::change(revision, change, privacy);
        match place {
            Some(forms) => forms[frame::form(change, privacy) as usize].get_or_insert_with(write).clone(),
            None => write(),
        }
    }
}

impl Log {
    pub(super) fn new(start: Revision, sites: Vec<Site>, boards: Vec<OwnBoard>) -> Self {
        Self {
            start,
            newest: start,
            lamps: BTreeMap::new(),
            sites: sites.into_iter().map(|site| (start, site)).collect(),
            boards: (start, boards.into()),
            changes: BTreeMap::new(),
            written: Written::default(),
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

    /// The boards that admins made.
    pub(super) fn boards(&self) -> &[OwnBoard] {
        &self.boards.1
    }

    /// Every lamp, in the order of the extensions.
    pub(super) fn lamps(&self) -> Vec<Arc<Lamp>> {
        let changes = self.lamps.values().filter_map(|revision| self.changes.get(revision));
        let lamps = changes.filter_map(|change| match change {
            BoardChange::Lamp(lamp) => Some(Arc::clone(lamp)),
            BoardChange::Site(_) | BoardChange::OwnBoards(_) => None,
        });
        lamps.collect()
    }

    /// Enters a change; what it replaces is forgotten.
    pub(super) fn push(&mut self, change: BoardChange) {
        self.newest.0 += 1;
        let revision = self.newest;
        let replaced = match &change {
            BoardChange::Lamp(lamp) => self.lamps.insert(lamp.exten.clone(), revision),
            BoardChange::Site(site) => self.put_site(revision, Site::clone(site)),
            BoardChange::OwnBoards(boards) => {
                Some(std::mem::replace(&mut self.boards, (revision, Arc::clone(boards))).0)
            }
        };
        if let Some(old) = replaced {
            self.changes.remove(&old);
        }
        self.changes.insert(revision, change);
        self.written.push();
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
        let later = self.changes.range(Revision(cursor.0 + 1)..);
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
        let (written, newest) = (&mut self.written, self.newest);
        let frames = later.map(|(at, change)| (*at, written.get(newest, *at, change, privacy)));
        let Some(batch) = gather(frames) else { return Missed::Nothing };
        self.shared[privacy as usize] = Some(Shared { from: cursor, newest: self.newest, batch: batch.clone() });
        Missed::Changes(batch)
    }
}

/// Joins frames until they fill a batch; a lone frame is shared as it is.
fn gather(frames: impl Iterator<Item = (Revision, Bytes)>) -> Option<Batch> {
    let mut taken: Vec<Bytes> = Vec::new();
    let mut length = 0;
    let mut revision = Revision::default();
    for (at, bytes) in frames {
        length += bytes.len();
        revision = at;
        taken.push(bytes);
        if length >= BATCH_BYTES {
            break;
        }
    }
    let bytes = match taken.as_slice() {
        [] => return None,
        [lone] => lone.clone(),
        many => many.concat().into(),
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
        let mut log = Log::new(Revision(0), Vec::new(), Vec::new());
        for number in 0..100_000 {
            log.push(lamp(&(number % 100).to_string(), LampState::Free).into());
            if number == 50 {
                // The answer to a reader that then stays away.
                assert!(matches!(log.since(Revision(10), Privacy::Full), Missed::Changes(_)));
            }
        }
        assert_eq!((log.lamps.len(), log.changes.len(), log.written.0.len()), (100, 100, WRITTEN));
        assert_eq!(log.newest(), Revision(100_000));
    }

    #[test]
    fn tells_one_who_comes_late_the_same_as_one_who_keeps_up() {
        let mut log = Log::new(Revision(0), Vec::new(), Vec::new());
        let (mut kept_up, mut cursor) = (Vec::new(), Revision(0));
        for number in 0..2 * WRITTEN {
            log.push(lamp(&number.to_string(), LampState::Free).into());
            let Missed::Changes(batch) = log.since(cursor, Privacy::Full) else { panic!("one change came") };
            cursor = batch.revision;
            kept_up.extend_from_slice(&batch.bytes);
        }
        let (mut late, mut cursor) = (Vec::new(), Revision(WRITTEN as u64));
        while let Missed::Changes(batch) = log.since(cursor, Privacy::Full) {
            cursor = batch.revision;
            late.extend_from_slice(&batch.bytes);
        }
        assert!(kept_up.ends_with(&late));
        assert!(late.starts_with(b"id: 1025\n"));
    }
}
