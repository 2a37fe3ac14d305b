//! What the board has to have kept next, beside the lamps and facts that are marked themselves.

use std::collections::BTreeSet;

use super::ids::LampId;
use crate::moment::Moment;

/// What is marked here to be kept, and when anything was kept last.
#[derive(Debug, Default)]
pub(super) struct Keeping {
    /// The lamps of which it is to be kept what peers say of the extension itself.
    extensions: BTreeSet<LampId>,
    /// When it was last kept when the PBXes were heard.
    pub(super) heard_kept: Option<Moment>,
}

impl Keeping {
    /// Has what peers say of a lamp's extension kept next.
    pub(super) fn mark_extension(&mut self, id: LampId) {
        self.extensions.insert(id);
    }

    /// The lamps that were marked since this was last asked.
    pub(super) fn take_extensions(&mut self) -> BTreeSet<LampId> {
        std::mem::take(&mut self.extensions)
    }
}
