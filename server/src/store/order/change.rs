//! What an order is made of: a change, which comes to the same rows in every database that it is applied to.

use crate::store::error::StoreError;
use crate::store::write::Write;

/// A change of what is kept. All that is random or timed stands in the change or its order, and all that the outcome
/// depends on in the database: so the same changes, one after the other, come to the same rows everywhere.
pub(in crate::store) trait Change {
    /// What is answered when the change is kept.
    type Done;
    /// Why the change may be refused; then nothing is kept of it.
    type Refused;

    /// Applies the change within the transaction of its order.
    ///
    /// # Errors
    /// What SQLite says, or [`StoreError::Unproved`]. Then, too, nothing is kept.
    fn apply(&self, write: &Write<'_>) -> Result<Result<Self::Done, Self::Refused>, StoreError>;
}

/// What comes of a change: kept with an answer, refused, or failed.
pub(in crate::store) type Verdict<C> = Result<Result<<C as Change>::Done, <C as Change>::Refused>, StoreError>;
