//! Setting signals without needless notifications.

use leptos::prelude::{Set, WithUntracked};

/// Sets a signal if the value differs from the present one. An equal value notifies nobody.
pub fn set_if_new<T: PartialEq>(signal: &(impl WithUntracked<Value = T> + Set<Value = T>), value: T) {
    if signal.with_untracked(|old| *old != value) {
        signal.set(value);
    }
}
