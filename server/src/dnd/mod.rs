//! "Do not disturb" (DND): a request is decided, carried out, kept, and ended when its time is over.
//!
//! ```text
//!  web ─► Wish ─► plan ──┬─ lamp:  store ─► mesh and board
//!         (read) (decide)└─ calls: store ─► Switch ─ AMI ─► the PBX ─ PUBLISH ─► board: confirmed
//!  Schedule ─ what is over ─► the same, by the timer
//! ```
//! Reading, planning, the steps at a PBX and the schedule are pure. [`DndService`] does what they say; each request
//! runs in a task of its own, so a browser that goes away leaves nothing half done.

mod calls;
mod confirmations;
mod error;
mod many;
mod plan;
mod remembered;
mod request;
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
pub use plan::Refusal;
pub use remembered::{Remembered, remember};
pub use request::Asker;
pub use service::DndService;
pub use wish::BadWish;

use crate::ami::AmiSettings;

/// A PBX that can be told to block calls.
#[derive(Debug, Clone)]
pub struct NodeSettings {
    /// How to reach the PBX's manager (AMI).
    pub ami: AmiSettings,
    /// State of the DND devices while DND is off: `UNAVAILABLE`, or `NOT_INUSE` for an older FreePBX.
    pub off: DeviceState,
}
