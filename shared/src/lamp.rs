//! The lamp: what a cell of the board shows, and how fresh that is.

use serde::{Deserialize, Serialize};

use crate::dnd::DndDetails;
use crate::presence::{Call, Presence};
use crate::{DeviceName, DeviceState, Exten, ExtensionState, Freshness, SiteName, Timestamp, Vote};

/// State of a lamp. Unlike the extension state of an Asterisk it tells a phone that is switched off from a free one,
/// and an unknown state from both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LampState {
    /// Device state `NOT_INUSE`.
    Free,
    /// Device state `RINGING`.
    Ringing,
    /// Device state `INUSE`.
    OnCall,
    /// Device state `BUSY`, for another reason than "do not disturb".
    Busy,
    /// Device state `RINGINUSE`: in a call, and a second call waits.
    CallRinging,
    /// Device state `ONHOLD`.
    OnHold,
    /// A `Custom:DND…` or `Custom:DEVDND…` device is BUSY, and the phone is in no call.
    Dnd,
    /// Device state `UNAVAILABLE`: the phone is not registered.
    Offline,
    /// Device state `UNKNOWN` or `INVALID`, or no state at all.
    NoData,
}

impl LampState {
    /// All states, in the order of the legend.
    pub const ALL: [Self; 9] = [
        Self::Free,
        Self::Ringing,
        Self::OnCall,
        Self::Busy,
        Self::CallRinging,
        Self::OnHold,
        Self::Dnd,
        Self::Offline,
        Self::NoData,
    ];

    /// Name of the state in JSON, and the modifier of its CSS class (`lamp--on_call`).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Ringing => "ringing",
            Self::OnCall => "on_call",
            Self::Busy => "busy",
            Self::CallRinging => "call_ringing",
            Self::OnHold => "on_hold",
            Self::Dnd => "dnd",
            Self::Offline => "offline",
            Self::NoData => "no_data",
        }
    }

    /// Finds the state of that name.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

impl From<DeviceState> for LampState {
    /// Reads the joined device state of a phone.
    fn from(state: DeviceState) -> Self {
        match state {
            DeviceState::NotInUse => Self::Free,
            DeviceState::InUse => Self::OnCall,
            DeviceState::Busy => Self::Busy,
            DeviceState::Ringing => Self::Ringing,
            DeviceState::RingInUse => Self::CallRinging,
            DeviceState::OnHold => Self::OnHold,
            DeviceState::Unavailable => Self::Offline,
            DeviceState::Unknown | DeviceState::Invalid => Self::NoData,
        }
    }
}

/// Message counts of a voice mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Mailbox {
    /// Number of new messages.
    pub new: u32,
    /// Number of old messages, heard and kept.
    pub old: u32,
}

/// A lamp. Rare fields are boxed, for there may be very many lamps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lamp {
    /// Extension; the key of the lamp.
    pub exten: Exten,
    /// Name, where the configuration or an admin gives one.
    pub name: Option<String>,
    /// PBX that serves the extension, where that is known.
    pub site: Option<SiteName>,
    /// Department, where the configuration or an admin gives one.
    pub group: Option<String>,
    /// State to show.
    pub state: LampState,
    /// Whether "do not disturb" is on. During a call `state` shows the call and not the "do not disturb".
    pub dnd: bool,
    /// Details of the "do not disturb", while `dnd` is set.
    pub dnd_details: Option<Box<DndDetails>>,
    /// How fresh `dnd` is, on or off; [`Never`](Freshness::Never): nobody has told a "do not disturb".
    pub dnd_freshness: Freshness,
    /// Time when a last known `dnd` was still known to be so.
    pub dnd_as_of: Option<Timestamp>,
    /// State of the phone itself, while `state` is [`Dnd`](LampState::Dnd) and hides it.
    pub phone: Option<Box<Phone>>,
    /// Extension state that an Asterisk with this hint and these votes reports; as fresh as the older of `state` and
    /// `dnd`.
    pub hint_state: ExtensionState,
    /// How fresh `state` is; beside a call or a free phone, `dnd` plays no part in it.
    pub freshness: Freshness,
    /// Time when `state` or `dnd` last changed, as far as lampfield saw it.
    pub since: Timestamp,
    /// Time when a last known `state` was still known to be so.
    pub as_of: Option<Timestamp>,
    /// Voice mail, where a PBX tells; `None` means "not known", not "none".
    pub mailbox: Option<Mailbox>,
    /// Time when the counts of `mailbox` were still known to be so; `None`: they are so now.
    pub mailbox_as_of: Option<Timestamp>,
    /// Presence of the person, where a PBX tells.
    pub presence: Option<Box<Presence>>,
    /// The call behind the state, where a PBX tells more of it and the reader may know.
    pub call: Option<Box<Call>>,
}

impl Lamp {
    /// A lamp of an extension of which nothing is known, not even whether there is one.
    pub fn unknown(exten: Exten) -> Self {
        Self {
            exten,
            name: None,
            site: None,
            group: None,
            state: LampState::NoData,
            dnd: false,
            dnd_details: None,
            dnd_freshness: Freshness::Never,
            dnd_as_of: None,
            phone: None,
            hint_state: ExtensionState::Unknown,
            freshness: Freshness::Never,
            since: Timestamp::default(),
            as_of: None,
            mailbox: None,
            mailbox_as_of: None,
            presence: None,
            call: None,
        }
    }
}

/// State of a phone without its "do not disturb", and how fresh that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phone {
    /// State, as [`Lamp::state`]; never [`Dnd`](LampState::Dnd).
    pub state: LampState,
    /// Freshness, as [`Lamp::freshness`].
    pub freshness: Freshness,
    /// Time of a last known state, as [`Lamp::as_of`].
    pub as_of: Option<Timestamp>,
}

/// A lamp with the reasons for its state: the answer to "why is it red?".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LampDetails {
    /// The lamp; its fields stand beside the other ones in JSON.
    #[serde(flatten)]
    pub lamp: Lamp,
    /// Hint with its variables filled in; `None` where the extension shows its phone and `Custom:DND<exten>`.
    pub hint: Option<String>,
    /// Devices that are joined, in the order of the hint.
    pub devices: Vec<DeviceName>,
    /// Votes on these devices, by device and then by EID.
    pub votes: Vec<Vote>,
}
