//! Extensions, and the extension state that a hint gives each.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::DeviceState;

crate::text_name! {
    /// Extension as the dialplan spells it: `1001`, `*76214`.
    Exten
}

impl Exten {
    /// Whether the text looks like an extension; Asterisk's own have at most 79 bytes.
    pub fn can_be_dialled(&self) -> bool {
        let fits = |sign: char| !sign.is_whitespace() && !sign.is_control();
        (1..80).contains(&self.as_str().len()) && self.as_str().chars().all(fits)
    }
}

/// Extension state, in the words of Asterisk's `core show hints` and AMI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ExtensionState {
    /// There is no hint.
    Unknown,
    /// Status 0: every device of the hint is free.
    Idle,
    /// Status 1: a device of the hint is in a call.
    InUse,
    /// Status 2: takes no further call.
    Busy,
    /// Status 4: no device of the hint is reachable.
    Unavailable,
    /// Status 8: a device of the hint rings.
    Ringing,
    /// Status 9: in a call, and a further call rings.
    #[serde(rename = "InUse&Ringing")]
    InUseRinging,
    /// Status 16: the call is on hold.
    Hold,
}

impl ExtensionState {
    /// Name of the state, as Asterisk prints it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "Unknown",
            Self::Idle => "Idle",
            Self::InUse => "InUse",
            Self::Busy => "Busy",
            Self::Unavailable => "Unavailable",
            Self::Ringing => "Ringing",
            Self::InUseRinging => "InUse&Ringing",
            Self::Hold => "Hold",
        }
    }

    /// Number of the state, as AMI gives it in `Status`; -1 where there is no hint.
    pub const fn status(self) -> i32 {
        match self {
            Self::Unknown => -1,
            Self::Idle => 0,
            Self::InUse => 1,
            Self::Busy => 2,
            Self::Unavailable => 4,
            Self::Ringing => 8,
            Self::InUseRinging => 9,
            Self::Hold => 16,
        }
    }
}

impl From<DeviceState> for ExtensionState {
    /// Turns the joined state of a hint's devices into the extension's (`ast_devstate_to_extenstate`). Asterisk
    /// misleads here: UNKNOWN becomes Idle.
    fn from(state: DeviceState) -> Self {
        match state {
            DeviceState::Unknown | DeviceState::NotInUse => Self::Idle,
            DeviceState::InUse => Self::InUse,
            DeviceState::Busy => Self::Busy,
            DeviceState::Unavailable | DeviceState::Invalid => Self::Unavailable,
            DeviceState::Ringing => Self::Ringing,
            DeviceState::RingInUse => Self::InUseRinging,
            DeviceState::OnHold => Self::Hold,
        }
    }
}

impl fmt::Display for ExtensionState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
