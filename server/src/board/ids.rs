//! The number by which the board knows a lamp.

use crate::ledger::number;

number! {
    /// A lamp by the order in which it appeared.
    pub(super) LampId
}
