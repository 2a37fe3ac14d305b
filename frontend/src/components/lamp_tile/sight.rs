//! Whether tiles are on screen. Visible tiles draw a change at once; the others a second later, all together: the
//! browser pays for a layout of the page even where a change is not visible.
//!
//! Hidden tiles must be drawn in the end, since a screen reader reads them without scrolling. A chunk counts as visible
//! shortly before it scrolls into view.

use std::time::Duration;

use leptos::prelude::*;

use crate::work::WorkQueue;

/// How long a change waits to be drawn off screen.
const UNSEEN: Duration = Duration::from_secs(1);

/// The visibility of the tiles of one chunk.
#[derive(Clone, Copy)]
pub(in crate::components) struct Sight {
    /// Whether the tiles are on screen or close to it.
    is_near: RwSignal<bool>,
    /// Counts the moments at which all hidden tiles draw the changes that they have put off.
    round: RwSignal<u32>,
    is_round_due: StoredValue<bool>,
    work: WorkQueue,
}

/// The round in which a tile began to put off a change; `None` while its drawing is up to date.
pub(super) type Owing = Option<u32>;

impl Sight {
    /// The sight of tiles that are not visible yet.
    pub(in crate::components) fn new(work: WorkQueue) -> Self {
        Self { is_near: RwSignal::new(false), round: RwSignal::new(0), is_round_due: StoredValue::new(false), work }
    }

    /// Whether the tiles are on screen or close to it. Reactive.
    pub(in crate::components) fn is_near(self) -> bool {
        self.is_near.get()
    }

    /// Sets whether the tiles are on screen or close to it.
    pub(in crate::components) fn set_near(self, is_near: bool) {
        self.is_near.set(is_near);
    }

    /// Whether a tile has to draw a change now. Reactive: a tile that puts a change off asks again when the answer may
    /// be another.
    pub(super) fn is_due(self, owing: &mut Owing) -> bool {
        let round = self.round.get_untracked();
        if self.is_near.get() || owing.is_some_and(|since| since != round) {
            *owing = None;
            return true;
        }
        owing.get_or_insert(round);
        self.round.track();
        if !self.is_round_due.get_value() {
            self.is_round_due.set_value(true);
            set_timeout(move || self.work.add(move || self.next_round()), UNSEEN);
        }
        false
    }

    /// Starts the next round. The chunk may have been removed since the timer was set.
    fn next_round(self) {
        self.is_round_due.try_set_value(false);
        self.round.try_update(|round| *round = round.wrapping_add(1));
    }
}
