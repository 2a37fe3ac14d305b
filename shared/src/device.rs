//! Devices and their states, and the one rule that joins many states into one.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

crate::text_name! {
    /// Name of a device, as Asterisk spells it: `PJSIP/1001`, `Custom:DND1001`. Case-sensitive.
    DeviceName
}

/// The nine device states of Asterisk (`include/asterisk/devicestate.h`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum DeviceState {
    /// Nothing is known of the device.
    Unknown,
    /// Free.
    #[serde(rename = "NOT_INUSE")]
    NotInUse,
    /// In a call.
    InUse,
    /// Busy: takes no further call.
    Busy,
    /// There is no such device.
    Invalid,
    /// Not reachable: an unregistered phone.
    Unavailable,
    /// A call is ringing.
    Ringing,
    /// In a call while another rings.
    RingInUse,
    /// The call is on hold.
    OnHold,
}

/// The text names no device state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a device state")]
pub struct DeviceStateError(String);

impl DeviceState {
    /// All nine states, in the order of Asterisk's enumeration.
    pub const ALL: [Self; 9] = [
        Self::Unknown,
        Self::NotInUse,
        Self::InUse,
        Self::Busy,
        Self::Invalid,
        Self::Unavailable,
        Self::Ringing,
        Self::RingInUse,
        Self::OnHold,
    ];

    /// Name of the state on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "UNKNOWN",
            Self::NotInUse => "NOT_INUSE",
            Self::InUse => "INUSE",
            Self::Busy => "BUSY",
            Self::Invalid => "INVALID",
            Self::Unavailable => "UNAVAILABLE",
            Self::Ringing => "RINGING",
            Self::RingInUse => "RINGINUSE",
            Self::OnHold => "ONHOLD",
        }
    }

    /// Rank of the state where states are joined: the highest wins.
    const fn weight(self) -> u8 {
        match self {
            Self::Invalid => 0,
            Self::Unknown => 1,
            Self::Unavailable => 2,
            Self::NotInUse => 3,
            Self::OnHold => 4,
            Self::Ringing => 5,
            Self::InUse => 6,
            Self::Busy => 7,
            Self::RingInUse => 8,
        }
    }

    /// Joins the states of many devices, or of one device as many Asterisks see it.
    ///
    /// Order does not matter, and joining in groups gives the same as all at once.
    /// Nothing at all joins to [`Self::Invalid`]. (Asterisk: `ast_devstate_aggregate_add`; `tests/oracle` proves it row
    /// by row against real Asterisks.)
    pub fn aggregate(states: impl IntoIterator<Item = Self>) -> Self {
        states.into_iter().fold(Self::Invalid, Self::join)
    }

    /// Joins two states. A ringing device beside one that is in a call is ringing in use.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        let rings = self == Self::Ringing || other == Self::Ringing;
        if rings && (self.is_in_call() || other.is_in_call()) {
            Self::RingInUse
        } else if other.weight() > self.weight() {
            other
        } else {
            self
        }
    }

    const fn is_in_call(self) -> bool {
        matches!(self, Self::InUse | Self::Busy | Self::OnHold)
    }
}

impl FromStr for DeviceState {
    type Err = DeviceStateError;

    /// Reads a state's name; case does not matter (`ast_devstate_val`).
    fn from_str(word: &str) -> Result<Self, DeviceStateError> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str().eq_ignore_ascii_case(word))
            .ok_or_else(|| DeviceStateError(word.into()))
    }
}

impl fmt::Display for DeviceState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(devices: &str, expected: DeviceState) {
        let states = devices.split_whitespace().map(|word| word.parse().unwrap());
        assert_eq!(DeviceState::aggregate(states), expected, "{devices}");
    }

    #[test]
    fn joins_devices_as_asterisk_does() {
        check("", DeviceState::Invalid);
        check("INVALID UNKNOWN", DeviceState::Unknown);
        check("NOT_INUSE UNAVAILABLE", DeviceState::NotInUse);
        check("INUSE BUSY", DeviceState::Busy);
        check("INUSE ONHOLD", DeviceState::InUse);
        check("RINGING ONHOLD", DeviceState::RingInUse);
        check("RINGING NOT_INUSE", DeviceState::Ringing);
        check("RINGINUSE BUSY", DeviceState::RingInUse);
    }

    #[test]
    fn joins_in_any_order_and_grouping() {
        for a in DeviceState::ALL {
            for b in DeviceState::ALL {
                assert_eq!(a.join(b), b.join(a), "{a} {b}");
                for c in DeviceState::ALL {
                    assert_eq!(a.join(b).join(c), a.join(b.join(c)), "{a} {b} {c}");
                }
            }
        }
    }

    #[test]
    fn json_and_wire_use_the_same_word() {
        for state in DeviceState::ALL {
            assert_eq!(serde_json::to_string(&state).unwrap(), format!("\"{state}\""));
            assert_eq!(state.as_str().to_lowercase().parse(), Ok(state));
        }
    }
}
