//! Signals that tell only of what is new.

use leptos::prelude::{Set, WithUntracked};

/// Sets a signal whose value is another now. Nobody is told of what stays the same.
pub fn set_if_new<T: PartialEq>(signal: &(impl WithUntracked<Value = T> + Set<Value = T>), value: T) {
    if signal.with_untracked(|old| *old != value) {
        signal.set(value);
    }
}
