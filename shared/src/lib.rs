//! State types that travel between the mesh, the board and the page.
//!
//! ```text
//!  Eid ─┐
//!       ├─ a vote: DeviceState ──aggregate──► hint: ExtensionState ─┐
//!  DeviceName ─┘                                                    ├─► Lamp ─► BoardEvent
//!                                 freshness: live, last known, never┘
//! ```
//! Pure data and rules, for native code and wasm32. The server decides, the page shows; both speak these types and no
//! others.

pub mod account;
pub mod board;
pub mod cause;
pub mod counter;
pub mod device;
pub mod dnd;
pub mod eid;
pub mod event;
pub mod extension;
pub mod fact;
pub mod fault;
pub mod lamp;
pub mod name;
pub mod naming;
mod own_dnd;
pub mod peer;
pub mod presence;
pub mod role;
pub mod site;
pub mod time;
pub mod vote;

pub use account::{Account, AuditEntry, Me, ScreenLink};
pub use board::{BoardGroup, BoardName, OwnBoard};
pub use cause::{Cause, Why};
pub use counter::Counter;
pub use device::{DeviceName, DeviceState};
pub use dnd::{Dnd, DndDetails, DndKind};
pub use eid::Eid;
pub use event::{Revision, Snapshot, Tick};
pub use extension::{Exten, ExtensionState};
pub use fact::Fact;
pub use fault::Fault;
pub use lamp::{Lamp, LampDetails, LampState, Mailbox, Phone};
pub use peer::{
    Finding, Gist, MeshReport, Pause, PeerReport, PublicationReport, Publishing, RefreshReason, RefreshReport,
    SipMessage, Topic,
};
pub use presence::{Call, Direction, Party, Presence, PresenceState, Privacy, Side};
pub use role::Role;
pub use site::{Freshness, Site, SiteName};
pub use time::Timestamp;
pub use vote::Vote;
