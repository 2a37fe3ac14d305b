//! What of the board is different since it was last kept.

use super::ids::LampId;
use crate::moment::Moment;

/// The lamps that are to be kept next; devices and mailboxes know their own.
#[derive(Debug, Default)]
pub(super) struct Keeping {
    pub(super) lamps: Vec<LampId>,
    /// When it was last kept when the PBXes were heard.
    pub(super) heard_kept: Option<Moment>,
}
