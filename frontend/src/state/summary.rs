//! The signals of what the lamp table says as a whole, for the page and for the wall display.

use std::collections::BTreeSet;

use lampfield_shared::Exten;
use leptos::prelude::{RwSignal, Set, WithUntracked};

use super::lamps::{Heading, LampTable};
use super::{Totals, set_if_new};

/// The title, the counts, and which lamps ring.
#[derive(Clone, Copy)]
pub struct Summary {
    /// The title of the board; `None` until the first snapshot.
    pub heading: RwSignal<Option<Heading>>,
    /// How many of the shown lamps are in which category.
    pub totals: RwSignal<Totals>,
    /// The shown lamps that ring.
    pub ringing: RwSignal<BTreeSet<Exten>>,
}

impl Summary {
    /// The summary of an empty table.
    pub fn new() -> Self {
        let (totals, ringing) = (RwSignal::new(Totals::default()), RwSignal::new(BTreeSet::new()));
        Self { heading: RwSignal::new(None), totals, ringing }
    }

    /// Sets the signals to what the table says now. Nothing is set that stays the same.
    pub fn show(self, table: &LampTable) {
        set_if_new(&self.heading, table.heading());
        set_if_new(&self.totals, table.totals());
        if self.ringing.with_untracked(|old| old != table.ringing()) {
            self.ringing.set(table.ringing().clone());
        }
    }
}
