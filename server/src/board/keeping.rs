//! What of the board is different since it was last kept.

use lampfield_shared::Timestamp;

use super::ids::LampId;

/// The lamps that are to be kept next; devices and mailboxes know their own.
#[derive(Debug, Default)]
pub(super) struct Keeping {
    pub(super) lamps: Vec<LampId>,
    pub(super) heard_kept: Timestamp,
}

impl Keeping {
    /// Nothing was kept at a time to come.
    pub(super) fn not_after(&mut self, now: Timestamp) {
        self.heard_kept = self.heard_kept.min(now);
    }
}
