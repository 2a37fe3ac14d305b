//! "Do not disturb": what is asked for is decided, done, kept, and ended when its time is over.
//!
//! ```text
//!  web ─► Wish ─► plan ──┬─ lamp:  store ─► mesh and board
//!         (read) (decide)└─ calls: store ─► Switch ─ AMI ─► the PBX ─ PUBLISH ─► board: confirmed
//!  Schedule ─ what is over ─► the same, by the timer
//! ```
//! Reading, planning, the steps at a PBX and the schedule are pure. [`DndService`] does what they say; each
//! order runs in a task of its own, so a browser that goes away leaves nothing half done.

mod calls;
mod confirmations;
mod error;
mod many;
mod order;
mod plan;
mod remembered;
mod schedule;
mod service;
mod settle;
mod switch;
#[cfg(test)]
mod tests;
mod timer;
mod wish;

use lampfield_shared::DeviceState;

pub use confirmations::Confirmations;
pub use error::DndError;
pub use order::Asker;
pub use plan::Refusal;
pub use remembered::{Remembered, remember};
pub use service::DndService;
pub use wish::BadWish;

use crate::ami::AmiSettings;

/// A PBX that can be told to stop calls.
#[derive(Debug, Clone)]
pub struct NodeSettings {
    /// How it is told.
    pub ami: AmiSettings,
    /// The state of the DND devices when it is off: `UNAVAILABLE`, or `NOT_INUSE` for an older FreePBX.
    pub off: DeviceState,
}
