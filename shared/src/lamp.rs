//! The lamp: what one cell of the board shows, and how sure that is.

use serde::{Deserialize, Serialize};

use crate::dnd::DndDetails;
use crate::presence::{Call, Presence};
use crate::{DeviceName, DeviceState, Exten, ExtensionState, Freshness, SiteName, Timestamp, Vote};

/// What lampfield makes of an extension. Unlike Asterisk's hint it tells a phone that is
/// switched off from a free one, and what is not known from both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LampState {
    /// `NOT_INUSE`
    Free,
    /// `RINGING`
    Ringing,
    /// `INUSE`
    OnCall,
    /// `BUSY`, and not because of "do not disturb"
    Busy,
    /// `RINGINUSE`: in a call, a second one waits
    CallRinging,
    /// `ONHOLD`
    OnHold,
    /// A `Custom:DND…` or `Custom:DEVDND…` device is BUSY and the phone itself is in no call
    Dnd,
    /// `UNAVAILABLE`: the phone is not registered
    Offline,
    /// `UNKNOWN`, `INVALID`, or never heard of
    NoData,
}

impl LampState {
    /// All, in the order of the legend.
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

    /// The word in JSON, and the modifier in CSS (`lamp--on_call`).
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

    /// The state of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

impl From<DeviceState> for LampState {
    /// The reading of a phone's joined device state.
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
    /// Messages not heard yet.
    pub new: u32,
    /// Messages kept.
    pub old: u32,
}

/// One cell of the board. What few lamps have at a time takes no room in the others: there may be very many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lamp {
    /// What is dialled; the key of the lamp.
    pub exten: Exten,
    /// Whose it is, where the configuration says so.
    pub name: Option<String>,
    /// The PBX that serves it, where that is known.
    pub site: Option<SiteName>,
    /// The department, where the configuration says so.
    pub group: Option<String>,
    /// What lampfield shows.
    pub state: LampState,
    /// "Do not disturb" is on. With a phone in a call `state` shows the call, and this tells the rest.
    pub dnd: bool,
    /// More of it, while `dnd` is set.
    pub dnd_details: Option<Box<DndDetails>>,
    /// Whether `dnd`, on or off, is known to be so now; [`Never`](Freshness::Never): nobody has told of one.
    pub dnd_freshness: Freshness,
    /// For a last known `dnd`: when it was still known to be so.
    pub dnd_as_of: Option<Timestamp>,
    /// The phone by itself, while `state` is [`Dnd`](LampState::Dnd) and hides it.
    pub phone: Option<Box<Phone>>,
    /// What an Asterisk with the same hint and the same votes says. It is as old as the older of `state` and `dnd`.
    pub hint_state: ExtensionState,
    /// Whether `state` is known to be so now. Beside a call or a free phone that does not depend on `dnd`.
    pub freshness: Freshness,
    /// When `state` or `dnd` last changed, as far as lampfield saw it.
    pub since: Timestamp,
    /// For a last known lamp: when it was still known to be so.
    pub as_of: Option<Timestamp>,
    /// Voice mail, where a PBX tells; `None` is "not known", not "none".
    pub mailbox: Option<Mailbox>,
    /// When the counts of `mailbox` were still known to be so; `None`: they are so now.
    pub mailbox_as_of: Option<Timestamp>,
    /// What the person says of themselves, where a PBX tells.
    pub presence: Option<Box<Presence>>,
    /// The call that the state is of, where a PBX tells more of it and the watcher may know.
    pub call: Option<Box<Call>>,
}

impl Lamp {
    /// The lamp of an extension of which nothing is known, not even whether there is one.
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

/// What a phone shows apart from its "do not disturb", and how sure that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phone {
    /// As of a [`Lamp`]; never [`Dnd`](LampState::Dnd).
    pub state: LampState,
    /// As of a [`Lamp`].
    pub freshness: Freshness,
    /// As of a [`Lamp`].
    pub as_of: Option<Timestamp>,
}

/// A lamp with the reasons for its state: the answer to "why is it red?".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LampDetails {
    /// The lamp itself; its fields stand beside these in JSON.
    #[serde(flatten)]
    pub lamp: Lamp,
    /// The hint with its variables filled in; `None` where the extension shows its phone and `Custom:DND<exten>`.
    pub hint: Option<String>,
    /// The devices that are joined, in the hint's order.
    pub devices: Vec<DeviceName>,
    /// Every vote on them, by device and then by EID.
    pub votes: Vec<Vote>,
}
