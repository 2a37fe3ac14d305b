//! A part of the log: changes that follow each other, as its readers take them away.
//!
//! The log is free again when these are cut to what each reader may see, and written. Those who see the same and keep
//! up share the bytes, too.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use lampfield_shared::Revision;

use super::frame::{self, Forms};
use super::lock::lock;
use crate::board::BoardChange;
use crate::view::View;

/// As much as one batch holds, give or take a frame. What a reader was given and has not yet taken is held for it
/// alone, so this bounds what a reader costs.
const BATCH_BYTES: usize = 64 * 1024;

/// See the module.
#[derive(Debug)]
pub(super) struct Part {
    from: Revision,
    newest: Revision,
    items: Vec<Item>,
    /// What those were told who may see every board, by [`View::board`].
    batches: Mutex<Vec<(usize, Batch)>>,
}

/// Since which revision a lamp looks as it does, by [`View::board`]; there where somebody does not see all of the change.
pub(super) type Seen = Arc<[Revision; View::BOARDS]>;

/// One change.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) revision: Revision,
    pub(super) change: BoardChange,
    pub(super) seen: Option<Seen>,
    /// Where its wire forms are kept, if they are.
    pub(super) forms: Option<Arc<Forms>>,
}

/// The events for one reader, in their order.
#[derive(Debug, Clone)]
pub(super) struct Batch {
    /// All up to this change was looked at.
    pub(super) upto: Revision,
    /// The last change that is told of; `None`: the reader sees none of them.
    pub(super) told: Option<Revision>,
    pub(super) bytes: Bytes,
}

/// What one change is to a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is told.
    Shown,
    /// It is none of theirs.
    Hidden,
    /// No event tells it: all is to be told anew.
    Anew,
}

impl Part {
    /// Changes after `from`, of a log whose newest revision was `newest`.
    pub(super) fn new(from: Revision, newest: Revision, items: Vec<Item>) -> Self {
        Self { from, newest, items, batches: Mutex::default() }
    }

    pub(super) fn is_all_between(&self, cursor: Revision, newest: Revision) -> bool {
        self.from == cursor && self.newest == newest
    }

    /// The events for one who may see every board.
    pub(super) fn batch(&self, view: View) -> Batch {
        let mut batches = lock(&self.batches);
        if let Some((_, batch)) = batches.iter().find(|(board, _)| *board == view.board()) {
            return batch.clone();
        }
        let batch = self.gather(view, |_| Verdict::Shown).0;
        batches.push((view.board(), batch.clone()));
        batch
    }

    /// The events of those changes that are shown, until they fill a batch or all is to be told anew. A lone frame is
    /// shared as it is.
    pub(super) fn gather(&self, view: View, mut judge: impl FnMut(&BoardChange) -> Verdict) -> (Batch, Verdict) {
        let mut taken: Vec<Bytes> = Vec::new();
        let (mut length, mut upto, mut told) = (0, self.from, None);
        for item in &self.items {
            upto = item.revision;
            if !item.is_new(view, self.from) {
                continue;
            }
            match judge(&item.change) {
                Verdict::Hidden => continue,
                Verdict::Anew => return (Batch { upto, told: None, bytes: Bytes::new() }, Verdict::Anew),
                Verdict::Shown => {}
            }
            let frame = item.frame(view);
            told = Some(upto);
            length += frame.len();
            taken.push(frame);
            if length >= BATCH_BYTES {
                break;
            }
        }
        let verdict = if told.is_some() { Verdict::Shown } else { Verdict::Hidden };
        let bytes = match taken.as_slice() {
            [lone] => lone.clone(),
            many => many.concat().into(),
        };
        (Batch { upto, told, bytes }, verdict)
    }
}

impl Item {
    /// Whether it looks different to one who has all up to `cursor`.
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
