//! Moments, by the clock of the server.

use serde::{Deserialize, Serialize};

/// A moment, in milliseconds since 1970 (UTC) by the server's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub u64);
