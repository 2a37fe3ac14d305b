//! What the board has to have kept next, beside the lamps and facts that are marked themselves.

use super::ids::LampId;
use crate::ledger::Marks;
use crate::moment::Moment;

/// What is marked here to be kept, and when anything was kept last.
#[derive(Debug, Default)]
pub(super) struct Keeping {
    /// The lamps of which it is to be kept what peers say of the extension itself.
    pub(super) extensions: Marks<LampId>,
    /// When it was last kept when the PBXes were heard.
    pub(super) heard_kept: Option<Moment>,
}
