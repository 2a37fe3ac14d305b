//! A vote: what one Asterisk says of one device.

use serde::{Deserialize, Serialize};

use crate::{DeviceName, DeviceState, Eid, Freshness, SiteName, Timestamp};

/// What one Asterisk says of one device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// The peer that told it.
    pub peer: SiteName,
    /// The Asterisk that it is the word of; `None`: the peer itself, where it publishes the state of
    /// the extension (`Event: dialog` or `presence`, which carry no entity id).
    pub eid: Option<Eid>,
    /// Of which device.
    pub device: DeviceName,
    /// What it said.
    pub state: DeviceState,
    /// When it last said so.
    pub when: Timestamp,
    /// Whether it still stands by it, as far as is known.
    pub freshness: Freshness,
}
