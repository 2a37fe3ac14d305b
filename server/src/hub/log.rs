//! The coalescing log: what changed since any revision, without a queue for anybody.
//!
//! ```text
//!  revision   41      42      43      44      45
//!  change    1001    2007    Perm    1001    3001
//!             └── gone at once: 44 tells it ──┘
//!  since 42:  Perm, 1001, 3001
//! ```
//! Every lamp, every site and the list of own boards stands in the log once, at its newest revision. So the log never
//! grows beyond the board, a late reader gets the newest state of each lamp, and a reader can resume at any revision of
//! this run: a ring of events could do none of the three.
//!
//! The log hands out the changes themselves, as [`Slice`]s: readers cut and write them after the log is unlocked.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use lampfield_shared::{Exten, Lamp, OwnBoard, Revision, Site};

use super::frame::Forms;
use super::slice::{Item, Seen, Slice};
use crate::board::BoardChange;
use crate::view::View;

/// The most changes that are handed out at once: about as many as fill a batch. The log is locked while they are
/// gathered.
const MOST: usize = 256;

/// Number of changes below which a snapshot saves nothing: as many as a busy stream gathers in one rest.
const FEW: usize = 512;

/// Number of the newest changes whose wire form is kept, for readers that keep up. Later readers have it written anew:
/// kept for every lamp, wire forms would take more memory than the lamps.
const WRITTEN: usize = 1024;

/// The newest state of every lamp and site and of the own boards, in the order of the changes.
#[derive(Debug)]
pub(super) struct Log {
    start: Revision,
    newest: Revision,
    /// Lamps, each with the revision of its last change.
    lamps: BTreeMap<Exten, (Revision, Arc<Lamp>)>,
    sites: Vec<(Revision, Site)>,
    boards: (Revision, Arc<[OwnBoard]>),
    changes: BTreeMap<Revision, Entry>,
    /// Wire forms of the newest changes; the last of them is of the newest revision.
    written: VecDeque<Arc<Forms>>,
    /// What the last reader was given: readers that keep up are at the same revision, and share it.
    shared: Option<Arc<Slice>>,
}

#[derive(Debug)]
struct Entry {
    change: BoardChange,
    seen: Option<Seen>,
}

/// The changes that a reader has missed.
#[derive(Debug)]
pub(super) enum Missed {
    Nothing,
    Changes(Arc<Slice>),
    /// The reader needs a snapshot: the changes are longer than one, or are not known.
    TooMuch,
}

impl Log {
    /// The log of a board at its start, before any change.
    pub(super) fn new(
        start: Revision,
        sites: Vec<Site>,
        boards: Vec<OwnBoard>,
        lamps: impl IntoIterator<Item = Arc<Lamp>>,
    ) -> Self {
        let mut log = Self {
            start,
            newest: start,
            lamps: BTreeMap::new(),
            sites: sites.into_iter().map(|site| (start, site)).collect(),
            boards: (start, boards.into()),
            changes: BTreeMap::new(),
            written: VecDeque::new(),
            shared: None,
        };
        lamps.into_iter().for_each(|lamp| log.push(BoardChange::Lamp(lamp)));
        log
    }

    pub(super) fn newest(&self) -> Revision {
        self.newest
    }

    /// Sites, in the order of the configuration.
    pub(super) fn sites(&self) -> impl Iterator<Item = &Site> {
        self.sites.iter().map(|(_, site)| site)
    }

    /// Own boards (those that admins put together).
    pub(super) fn boards(&self) -> &[OwnBoard] {
        &self.boards.1
    }

    /// Lamps, in the order of the extensions.
    pub(super) fn lamps(&self) -> Vec<Arc<Lamp>> {
        self.lamps.values().map(|(_, lamp)| Arc::clone(lamp)).collect()
    }

    /// Adds a change, in place of the last one of the same lamp, site or list.
    pub(super) fn push(&mut self, change: BoardChange) {
        self.newest.0 += 1;
        let revision = self.newest;
        let mut seen = None;
        match &change {
            BoardChange::Lamp(lamp) => {
                let entry = (revision, Arc::clone(lamp));
                if let Some((at, before)) = self.lamps.insert(lamp.exten.clone(), entry) {
                    let earlier = self.changes.remove(&at).and_then(|entry| entry.seen);
                    seen = seen_since((at, &before, earlier), (revision, lamp));
                }
            }
            BoardChange::Site(site) => self.put_site(revision, Site::clone(site)),
            BoardChange::OwnBoards(boards) => {
                let (at, _) = std::mem::replace(&mut self.boards, (revision, Arc::clone(boards)));
                self.changes.remove(&at);
            }
        }
        self.changes.insert(revision, Entry { change, seen });
        if self.written.len() == WRITTEN {
            self.written.pop_front();
        }
        self.written.push_back(Arc::default());
    }

    fn put_site(&mut self, revision: Revision, site: Site) {
        if let Some(entry) = self.sites.iter_mut().find(|(_, known)| known.name == site.name) {
            self.changes.remove(&entry.0);
            *entry = (revision, site);
        } else {
            self.sites.push((revision, site));
        }
    }

    /// The first [`MOST`] changes after `cursor`, the oldest first.
    ///
    /// A cursor from before the start is of an earlier run, and one beyond the newest change is of no known run: both
    /// get [`Missed::TooMuch`].
    pub(super) fn since(&mut self, cursor: Revision) -> Missed {
        if cursor < self.start || cursor > self.newest {
            return Missed::TooMuch;
        }
        if let Some(shared) = &self.shared
            && shared.is_all_between(cursor, self.newest)
        {
            return Missed::Changes(Arc::clone(shared));
        }
        let later = self.changes.range(Revision(cursor.0 + 1)..);
        let many = FEW.max(self.lamps.len() / 2);
        // There may be as many changes as revisions; only then are the changes counted, which takes time.
        if self.newest.0 - cursor.0 > many as u64 && later.clone().nth(many).is_some() {
            return Missed::TooMuch;
        }
        let item = |(at, entry): (&Revision, &Entry)| Item {
            revision: *at,
            change: entry.change.clone(),
            seen: entry.seen.clone(),
            forms: self.forms(*at),
        };
        let items: Vec<Item> = later.take(MOST).map(item).collect();
        if items.is_empty() {
            return Missed::Nothing;
        }
        let slice = Arc::new(Slice::new(cursor, self.newest, items));
        self.shared = Some(Arc::clone(&slice));
        Missed::Changes(slice)
    }

    /// The place for the wire forms of a change; `None` for an old change.
    fn forms(&self, revision: Revision) -> Option<Arc<Forms>> {
        let age = usize::try_from(self.newest.0 - revision.0).ok()?;
        self.written.get(self.written.len().checked_sub(age.checked_add(1)?)?).cloned()
    }
}

/// Views in which a changed lamp looks as before, and since when; `None`: there is no such view.
fn seen_since(
    (at, before, earlier): (Revision, &Lamp, Option<Seen>),
    (revision, after): (Revision, &Lamp),
) -> Option<Seen> {
    if View::everybody_tells_apart(before, after) {
        return None;
    }
    let earlier = earlier.map_or([at; View::BOARDS], |seen| *seen);
    let mut seen = [revision; View::BOARDS];
    for view in View::boards().filter(|view| !view.tells_apart(before, after)) {
        seen[view.board()] = earlier[view.board()];
    }
    seen.iter().any(|since| *since < revision).then(|| Arc::new(seen))
}

#[cfg(test)]
mod tests {
    use lampfield_shared::LampState;

    use super::*;
    use crate::gzip::Coding;
    use crate::hub::tests::lamp;

    fn log() -> Log {
        Log::new(Revision(0), Vec::new(), Vec::new(), Vec::new())
    }

    /// All that a reader is told from `cursor` on.
    fn read(log: &mut Log, cursor: &mut Revision) -> Vec<u8> {
        let mut told = Vec::new();
        while let Missed::Changes(slice) = log.since(*cursor) {
            let batch = slice.batch(View::whole(), Coding::Plain);
            *cursor = batch.upto;
            told.extend_from_slice(&batch.bytes);
        }
        told
    }

    #[test]
    fn holds_no_more_than_the_board_after_100_000_changes() {
        let mut log = log();
        for number in 0..100_000 {
            log.push(lamp(&(number % 100).to_string(), LampState::Free).into());
            if number == 50 {
                // This slice is for a reader that then stays away.
                assert!(matches!(log.since(Revision(10)), Missed::Changes(_)));
            }
        }
        assert_eq!((log.lamps.len(), log.changes.len(), log.written.len()), (100, 100, WRITTEN));
        assert_eq!(log.newest(), Revision(100_000));
    }

    #[test]
    fn tells_one_who_comes_late_the_same_as_one_who_keeps_up() {
        let mut log = log();
        let (mut kept_up, mut cursor) = (Vec::new(), Revision(0));
        for number in 0..2 * WRITTEN {
            log.push(lamp(&number.to_string(), LampState::Free).into());
            kept_up.extend(read(&mut log, &mut cursor));
        }
        let late = read(&mut log, &mut Revision(WRITTEN as u64));
        assert!(kept_up.ends_with(&late));
        assert!(late.starts_with(b"id: 1025\n"));
    }

    #[test]
    fn a_board_is_there_from_its_first_revision_on() {
        let lamps = (0..5).map(|number| Arc::new(lamp(&number.to_string(), LampState::Free)));
        let log = Log::new(Revision(7), Vec::new(), Vec::new(), lamps);
        assert_eq!((log.newest(), log.lamps().len()), (Revision(12), 5));
    }
}
