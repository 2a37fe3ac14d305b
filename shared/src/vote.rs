//! Votes: what one Asterisk says of one device.

use serde::{Deserialize, Serialize};

use crate::{DeviceName, DeviceState, Eid, Freshness, SiteName, Timestamp};

/// Vote: what one Asterisk says of one device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// Peer that told it.
    pub peer: SiteName,
    /// Entity id of the Asterisk that says so; `None` for the peer itself, where it publishes the state of the
    /// extension (`Event: dialog` or `presence`, which carry no entity id).
    pub eid: Option<Eid>,
    /// Device.
    pub device: DeviceName,
    /// State of the device.
    pub state: DeviceState,
    /// Time when the state was last told.
    pub when: Timestamp,
    /// Whether the state still holds, as far as is known.
    pub freshness: Freshness,
}
