//! Whether tiles are looked at. Those that are show a change at once, the others a second later and together: a
//! change costs the browser a layout of the page also where nobody sees it.
//!
//! They do change, as what reads the page aloud does not scroll. And a chunk comes near before it is on the screen.

use std::time::Duration;

use leptos::prelude::*;

use crate::turns::Turns;

/// For so long a change waits that nobody sees.
const UNSEEN: Duration = Duration::from_secs(1);

/// The sight of some tiles that stand together.
#[derive(Clone, Copy)]
pub(in crate::components) struct Sight {
    /// On the screen, or close to it.
    is_near: RwSignal<bool>,
    /// Each is a time at which all draw what they owe.
    round: RwSignal<u32>,
    is_round_due: StoredValue<bool>,
    turns: Turns,
}

/// The round in which a tile began to owe something.
pub(super) type Owing = Option<u32>;

impl Sight {
    /// Of tiles that are not seen yet.
    pub(in crate::components) fn new(turns: Turns) -> Self {
        Self { is_near: RwSignal::new(false), round: RwSignal::new(0), is_round_due: StoredValue::new(false), turns }
    }

    /// Whether they are on the screen, or close to it. Reactive.
    pub(in crate::components) fn is_near(self) -> bool {
        self.is_near.get()
    }

    /// They are, or are not.
    pub(in crate::components) fn set_near(self, is_near: bool) {
        self.is_near.set(is_near);
    }

    /// Whether a tile is to draw a change now. Reactive: one that is not has to ask again when this changes.
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
            set_timeout(move || self.turns.add(move || self.next_round()), UNSEEN);
        }
        false
    }

    /// The tiles may be gone meanwhile.
    fn next_round(self) {
        self.is_round_due.try_set_value(false);
        self.round.try_update(|round| *round = round.wrapping_add(1));
    }
}
