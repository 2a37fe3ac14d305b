//! The hint of one extension: the devices it stands for, and what their states make of it.

use lampfield_shared::{DeviceName, DeviceState, ExtensionState};

use super::AsteriskVersion;

/// `PJSIP/1001&Custom:DND1001,CustomPresence:1001`, with its variables filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    text: String,
    devices: Vec<DeviceName>,
}

impl Hint {
    /// Reads a hint whose variables are filled in.
    ///
    /// Blanks around the whole are dropped, as the reader of `extensions.conf` does; a blank
    /// inside belongs to the name. Empty names from `&&` are left out: they change no state.
    pub fn new(text: &str, version: AsteriskVersion) -> Self {
        let text = text.trim();
        let devices = device_part(text, version).split('&').filter(|name| !name.is_empty()).map(Into::into);
        Self { text: text.into(), devices: devices.collect() }
    }

    /// The whole text, presence and all.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The devices, in the hint's order.
    pub fn devices(&self) -> &[DeviceName] {
        &self.devices
    }

    /// What Asterisk says of the extension, given the joined state of each device.
    /// No device at all is [`ExtensionState::Unavailable`].
    pub fn state(&self, mut of: impl FnMut(&DeviceName) -> DeviceState) -> ExtensionState {
        DeviceState::aggregate(self.devices.iter().map(&mut of)).into()
    }
}

/// The part before the presence. Asterisk 22 splits at the first comma, older ones at the last.
pub(super) fn device_part(text: &str, version: AsteriskVersion) -> &str {
    let split = match version {
        AsteriskVersion::V22 => text.split_once(','),
        AsteriskVersion::V16 => text.rsplit_once(','),
    };
    split.map_or(text, |(devices, _presence)| devices)
}

/// The state of a device of which nothing, or only UNKNOWN, was heard: Asterisk asks the
/// device's own provider. For lampfield every device is elsewhere, so a `Custom:` device has
/// not been set here and is UNKNOWN; any other does not exist (`_ast_device_state`; oracle).
pub fn unheard(device: &str) -> DeviceState {
    match device.split_once(':') {
        Some((provider, name)) if provider.eq_ignore_ascii_case("Custom") && !name.contains('/') => {
            DeviceState::Unknown
        }
        _ => DeviceState::Invalid,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, version: AsteriskVersion, devices: &[&str]) {
        let hint = Hint::new(text, version);
        let names: Vec<_> = hint.devices().iter().map(DeviceName::as_str).collect();
        assert_eq!(names, devices, "{text}");
    }

    #[test]
    fn reads_the_devices_between_the_ampersands() {
        for version in [AsteriskVersion::V16, AsteriskVersion::V22] {
            check("PJSIP/1001", version, &["PJSIP/1001"]);
            check("PJSIP/1&&Custom:DND1&,CustomPresence:1", version, &["PJSIP/1", "Custom:DND1"]);
            check(" PJSIP/1 ", version, &["PJSIP/1"]);
            check("PJSIP/1 & PJSIP/2", version, &["PJSIP/1 ", " PJSIP/2"]);
            check("&", version, &[]);
            check(",CustomPresence:1", version, &[]);
        }
    }

    #[test]
    fn splits_off_the_presence_where_its_version_does() {
        check("A/1,B:1,C:1", AsteriskVersion::V22, &["A/1"]);
        check("A/1,B:1,C:1", AsteriskVersion::V16, &["A/1,B:1"]);
    }

    #[test]
    fn asks_the_provider_of_a_device_never_heard_of() {
        for (device, expected) in [
            ("Custom:DND1", DeviceState::Unknown),
            ("custom:DND1", DeviceState::Unknown),
            ("Custom:", DeviceState::Unknown),
            ("Custom:a/b", DeviceState::Invalid),
            (" Custom:1", DeviceState::Invalid),
            ("PJSIP/1001", DeviceState::Invalid),
            ("Park:701@parked", DeviceState::Invalid),
            ("nonsense", DeviceState::Invalid),
        ] {
            assert_eq!(unheard(device), expected, "{device}");
        }
    }
}
