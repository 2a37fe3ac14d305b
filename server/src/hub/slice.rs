//! A slice of the log: consecutive changes that a reader takes away.
//!
//! The log is unlocked before these are cut for each reader and written. Readers that have the same view and keep up
//! share the bytes, too.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use lampfield_shared::Revision;

use super::frame::{self, Forms};
use super::lock::lock;
use crate::board::BoardChange;
use crate::gzip::Coding;
use crate::view::View;

/// Size of a batch, give or take a frame. A batch that its reader has not yet taken is held for that reader alone, so
/// this bounds the memory of a reader.
const BATCH_BYTES: usize = 64 * 1024;

/// Consecutive changes of the log, with the batches that were made of them.
#[derive(Debug)]
pub(super) struct Slice {
    from: Revision,
    newest: Revision,
    items: Vec<Item>,
    /// Batches for readers who may see every board, by [`View::board`] and coding.
    batches: Mutex<Vec<((usize, Coding), Batch)>>,
}

/// Revision since which a lamp looks as it does, by [`View::board`]; present where some view does not show all of the
/// change.
pub(super) type Seen = Arc<[Revision; View::BOARDS]>;

/// A change with its revision.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) revision: Revision,
    pub(super) change: BoardChange,
    pub(super) seen: Option<Seen>,
    /// The place for its wire forms; `None` for an old change.
    pub(super) forms: Option<Arc<Forms>>,
}

/// Events for one reader, in order.
#[derive(Debug, Clone)]
pub(super) struct Batch {
    /// All changes up to this one were looked at.
    pub(super) upto: Revision,
    /// The last change that the batch tells; `None`: the reader sees none of the changes.
    pub(super) told: Option<Revision>,
    /// Number of the changes that the batch tells.
    pub(super) changes: u32,
    pub(super) bytes: Bytes,
}

/// What a reader is to be told of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Disclosure {
    /// The change itself.
    Shown,
    /// Nothing: the change is not for this reader.
    Hidden,
    /// A snapshot: no event can tell this change.
    Anew,
}

impl Slice {
    /// Changes after `from`, out of a log whose newest revision was `newest`.
    pub(super) fn new(from: Revision, newest: Revision, items: Vec<Item>) -> Self {
        Self { from, newest, items, batches: Mutex::default() }
    }

    pub(super) fn is_all_between(&self, cursor: Revision, newest: Revision) -> bool {
        self.from == cursor && self.newest == newest
    }

    /// Events for readers who may see every board.
    pub(super) fn batch(&self, view: View, coding: Coding) -> Batch {
        let form = (view.board(), coding);
        let mut batches = lock(&self.batches);
        if let Some((_, batch)) = batches.iter().find(|(known, _)| *known == form) {
            return batch.clone();
        }
        let batch = self.gather(view, coding, |_| Disclosure::Shown).0;
        batches.push((form, batch.clone()));
        batch
    }

    /// Events of the changes that `judge` lets through, until a batch is full or a snapshot is due. A single plain frame
    /// is shared without a copy.
    pub(super) fn gather(
        &self,
        view: View,
        coding: Coding,
        mut judge: impl FnMut(&BoardChange) -> Disclosure,
    ) -> (Batch, Disclosure) {
        let mut taken: Vec<Bytes> = Vec::new();
        let (mut length, mut upto, mut told, mut changes) = (0, self.from, None, 0);
        for item in &self.items {
            upto = item.revision;
            if !item.is_new(view, self.from) {
                continue;
            }
            match judge(&item.change) {
                Disclosure::Hidden => continue,
                Disclosure::Anew => {
                    return (Batch { upto, told: None, changes: 0, bytes: Bytes::new() }, Disclosure::Anew);
                }
                Disclosure::Shown => {}
            }
            let frame = item.frame(view);
            told = Some(upto);
            changes += 1;
            length += frame.len();
            taken.push(frame);
            if length >= BATCH_BYTES {
                break;
            }
        }
        let disclosure = if told.is_some() { Disclosure::Shown } else { Disclosure::Hidden };
        (Batch { upto, told, changes, bytes: coding.go_on(&taken) }, disclosure)
    }
}

impl Item {
    /// Whether the change is visible in this view for a reader that has all up to `cursor`.
    fn is_new(&self, view: View, cursor: Revision) -> bool {
        self.seen.as_ref().is_none_or(|seen| seen[view.board()] > cursor)
    }

    fn frame(&self, view: View) -> Bytes {
        match &self.forms {
            Some(forms) => forms.of(self.revision, &self.change, view),
            None => frame::change(self.revision, &self.change, view),
        }
    }
}
