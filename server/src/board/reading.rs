//! What the joined states of an extension's devices mean, to Asterisk and to lampfield.
//!
//! Asterisk joins everything. That misleads in two ways: a `Custom:DND…` device that is free
//! or unknown makes a phone look free that is switched off (`docs/protocol.md` §8, trap 17), and
//! one that is BUSY hides whether the phone rings. lampfield reads the phone apart from them.

use lampfield_dialplan::unheard;
use lampfield_shared::{DeviceState, ExtensionState, LampState};

/// What a device tells about its extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The phone itself.
    Phone,
    /// A `Custom:` device beside the phone. Lit it counts; idle it says nothing of the phone.
    Aside,
    /// `Custom:DND…` or `Custom:DEVDND…`: BUSY is "do not disturb".
    Dnd,
    /// A DND device in a hint that names nothing else: the key that switches it.
    Switch,
    /// The extension itself, by peers that publish the state of its hint (`Event: dialog`, `presence`).
    Extension,
}

impl Role {
    /// Whether BUSY means "do not disturb" there.
    pub(super) const fn is_dnd(self) -> bool {
        matches!(self, Self::Dnd | Self::Switch)
    }

    /// Whether states of the device tell which PBX serves the extension.
    pub(super) const fn tells_home(self) -> bool {
        matches!(self, Self::Phone | Self::Switch)
    }
}

/// Everything of a lamp that the states of its devices decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) state: LampState,
    /// State of the phone, which `state` is where that is not "do not disturb".
    pub(super) phone: LampState,
    pub(super) dnd: bool,
    pub(super) hint_state: ExtensionState,
}

/// Whether Asterisk has a state of its own for the extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hinted {
    Yes,
    /// No hint: the lamp shows the extension's phone and its "do not disturb".
    No,
}

/// The roles of a hint's devices. In a hint without a phone the other devices stand for the phone, and in one
/// with nothing but DND devices these do.
pub(super) fn roles<'a>(devices: impl Iterator<Item = &'a str>) -> Vec<Role> {
    let mut roles: Vec<_> = devices.map(role_by_name).collect();
    let instead = if roles.contains(&Role::Phone) {
        return roles;
    } else if roles.contains(&Role::Aside) {
        (Role::Aside, Role::Phone)
    } else {
        (Role::Dnd, Role::Switch)
    };
    for role in roles.iter_mut().filter(|role| **role == instead.0) {
        *role = instead.1;
    }
    roles
}

fn role_by_name(device: &str) -> Role {
    match device.split_once(':') {
        Some((provider, name)) if provider.eq_ignore_ascii_case("Custom") => {
            if name.starts_with("DND") || name.starts_with("DEVDND") { Role::Dnd } else { Role::Aside }
        }
        _ => Role::Phone,
    }
}

/// One device of an extension, and the state that its votes join to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Joined<'a> {
    pub(super) device: &'a str,
    pub(super) role: Role,
    /// The state of all votes that count; `None` where there are none.
    pub(super) state: Option<DeviceState>,
    /// The state of the votes of the PBX that the extension belongs to.
    pub(super) at_home: Option<DeviceState>,
}

impl Joined<'_> {
    /// Whether a peer publishes a state of the extension itself that counts.
    fn is_word(&self) -> bool {
        self.role == Role::Extension && self.state.is_some()
    }

    /// The state by which Asterisk goes. Where the votes join to UNKNOWN, Asterisk asks the device
    /// itself, which at the extension's own PBX is as that PBX says (hint oracle, version 16).
    fn for_asterisk(&self) -> DeviceState {
        if self.role == Role::Extension {
            return self.state.unwrap_or(DeviceState::Invalid);
        }
        let known = |state: &DeviceState| *state != DeviceState::Unknown;
        self.state.filter(known).or(self.at_home.filter(known)).unwrap_or_else(|| unheard(self.device))
    }
}

impl Reading {
    /// Reads the devices of an extension.
    pub(super) fn new<'a>(hinted: Hinted, devices: impl Iterator<Item = Joined<'a>> + Clone) -> Self {
        // A peer that publishes the state of a hint has that hint, whether or not the hint is known here.
        let hints = devices.clone().filter(|joined| hinted == Hinted::Yes || joined.is_word());
        let hint_state = match hinted {
            Hinted::No if hints.clone().next().is_none() => ExtensionState::Unknown,
            Hinted::Yes | Hinted::No => DeviceState::aggregate(hints.map(|joined| joined.for_asterisk())).into(),
        };
        let heard = devices.filter_map(|joined| Some((joined.role, joined.state?)));
        let dnd = heard.clone().any(|(role, state)| role.is_dnd() && state == DeviceState::Busy);
        let phone = phone_state(heard);
        let state = if dnd && !is_in_call(phone) { LampState::Dnd } else { phone };
        Self { state, phone, dnd, hint_state }
    }
}

/// State of the phone alone. A peer that says that an extension is in no call, and cannot say more, leaves open whether
/// its phone is on: then no UNAVAILABLE makes the phone offline, since every PBX says that of phones of others.
fn phone_state(heard: impl Iterator<Item = (Role, DeviceState)> + Clone) -> LampState {
    let is_open = heard.clone().any(|told| told == (Role::Extension, DeviceState::Unknown));
    let counted = heard.filter_map(|(role, state)| match (role, state) {
        (_, DeviceState::Unavailable) if is_open => None,
        (Role::Dnd | Role::Switch, DeviceState::Busy) => None,
        (Role::Dnd | Role::Aside, state) if !is_call(state) => None,
        (Role::Switch, DeviceState::Unavailable) => Some(DeviceState::NotInUse),
        (_, state) => Some(state),
    });
    DeviceState::aggregate(counted).into()
}

/// Whether a state is one of a call.
pub(super) const fn is_call(state: DeviceState) -> bool {
    match state {
        DeviceState::InUse
        | DeviceState::Busy
        | DeviceState::Ringing
        | DeviceState::RingInUse
        | DeviceState::OnHold => true,
        DeviceState::Unknown | DeviceState::NotInUse | DeviceState::Invalid | DeviceState::Unavailable => false,
    }
}

const fn is_in_call(state: LampState) -> bool {
    match state {
        LampState::Ringing | LampState::OnCall | LampState::Busy | LampState::CallRinging | LampState::OnHold => true,
        LampState::Free | LampState::Dnd | LampState::Offline | LampState::NoData => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks what devices are read as: `name=STATE`, or a bare name of which nothing was heard.
    #[track_caller]
    fn check(devices: &str, hint_state: ExtensionState, state: LampState, dnd: bool) {
        let pairs: Vec<_> = devices.split(' ').map(|device| device.split_once('=').unwrap_or((device, ""))).collect();
        let roles = roles(pairs.iter().map(|(name, _)| *name));
        let joined = pairs.iter().zip(roles).map(|((device, word), role)| {
            let state = word.parse().ok();
            Joined { device, role, state, at_home: None }
        });
        let read = Reading::new(Hinted::Yes, joined);
        assert_eq!((read.hint_state, read.state, read.dnd), (hint_state, state, dnd), "{devices}");
    }

    #[test]
    fn reads_the_phone_apart_from_its_dnd() {
        use ExtensionState as Hint;
        use LampState as Lamp;
        check("PJSIP/1 Custom:DND1", Hint::Idle, Lamp::NoData, false);
        check("PJSIP/1=UNAVAILABLE Custom:DND1", Hint::Unavailable, Lamp::Offline, false);
        check("PJSIP/1=UNAVAILABLE Custom:DND1=NOT_INUSE", Hint::Idle, Lamp::Offline, false);
        check("PJSIP/1=NOT_INUSE Custom:DND1=UNAVAILABLE", Hint::Idle, Lamp::Free, false);
        check("PJSIP/1=INVALID Custom:DND1=NOT_INUSE", Hint::Idle, Lamp::NoData, false);
        check("PJSIP/1=NOT_INUSE Custom:DND1=BUSY", Hint::Busy, Lamp::Dnd, true);
        check("PJSIP/1=UNAVAILABLE Custom:DND1=BUSY", Hint::Busy, Lamp::Dnd, true);
        check("PJSIP/1 Custom:DEVDND1=BUSY", Hint::Busy, Lamp::Dnd, true);
        check("PJSIP/1=INUSE Custom:DND1=BUSY", Hint::Busy, Lamp::OnCall, true);
        check("PJSIP/1=RINGING Custom:DND1=BUSY", Hint::InUseRinging, Lamp::Ringing, true);
        check("PJSIP/1=BUSY Custom:DND1=NOT_INUSE", Hint::Busy, Lamp::Busy, false);
        check("PJSIP/1=ONHOLD custom:DND1=INUSE", Hint::InUse, Lamp::OnCall, false);
        check("PJSIP/1=UNKNOWN PJSIP/901=NOT_INUSE", Hint::Idle, Lamp::Free, false);
    }

    #[test]
    fn lets_no_idle_custom_device_speak_for_a_phone() {
        use ExtensionState as Hint;
        use LampState as Lamp;
        check("PJSIP/1=UNAVAILABLE Custom:FOLLOW1=NOT_INUSE", Hint::Idle, Lamp::Offline, false);
        check("PJSIP/1 Custom:FOLLOW1=NOT_INUSE", Hint::Idle, Lamp::NoData, false);
        check("PJSIP/1=NOT_INUSE Custom:FOLLOW1=INUSE", Hint::InUse, Lamp::OnCall, false);
        check("Custom:night=NOT_INUSE", Hint::Idle, Lamp::Free, false);
        check("Custom:night=UNAVAILABLE Custom:DND1=NOT_INUSE", Hint::Idle, Lamp::Offline, false);
    }

    #[test]
    fn reads_a_dnd_key_by_itself() {
        use ExtensionState as Hint;
        use LampState as Lamp;
        check("Custom:DEVDND214=BUSY", Hint::Busy, Lamp::Dnd, true);
        check("Custom:DEVDND214=UNAVAILABLE", Hint::Unavailable, Lamp::Free, false);
        check("Custom:DEVDND214=NOT_INUSE", Hint::Idle, Lamp::Free, false);
        check("Custom:DEVDND214=UNKNOWN", Hint::Idle, Lamp::NoData, false);
        check("Custom:DEVDND214", Hint::Idle, Lamp::NoData, false);
    }
}
