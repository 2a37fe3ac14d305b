//! When sessions were last used.

use std::collections::BTreeMap;

use lampfield_shared::Timestamp;

/// When sessions were last used, as far as it is not written yet. Writing each use would cost a
/// sync of the disk; what a crash takes away is a minute of "last seen".
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) uses: BTreeMap<i64, Timestamp>,
    pub(super) written: Timestamp,
}
