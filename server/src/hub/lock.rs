//! Locks of which a panic spoils nothing.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// What these locks guard is whole after every statement, so a panic elsewhere spoils nothing.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
