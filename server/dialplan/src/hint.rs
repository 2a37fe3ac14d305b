//! The hint of one extension: its devices, and the extension state that their states make.

use std::borrow::Cow;

use lampfield_shared::{DeviceName, DeviceState, ExtensionState};

use super::version::AsteriskVersion;

/// A hint with its variables filled in: `PJSIP/1001&Custom:DND1001,CustomPresence:1001`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    text: String,
    devices: Vec<DeviceName>,
}

impl Hint {
    /// Reads a hint whose variables are filled in.
    ///
    /// Blanks around the whole are dropped, as Asterisk's reader of `extensions.conf` does; a blank inside belongs to
    /// the name. Empty names from `&&` are left out: they change no state.
    pub fn new(text: &str, version: AsteriskVersion) -> Self {
        let text = text.trim();
        let names = device_part(text, version).split('&').filter(|name| !name.is_empty());
        let devices = names.map(|name| DeviceName::from(as_published(name).as_ref()));
        Self { text: text.into(), devices: devices.collect() }
    }

    /// Text of the hint with its presence part.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Devices, in the hint's order.
    pub fn devices(&self) -> &[DeviceName] {
        &self.devices
    }

    /// Extension state that Asterisk reports, given the joined state of each device.
    /// No device at all is [`ExtensionState::Unavailable`].
    pub fn state(&self, mut of: impl FnMut(&DeviceName) -> DeviceState) -> ExtensionState {
        DeviceState::aggregate(self.devices.iter().map(&mut of)).into()
    }
}

/// The part before the presence. Asterisk 22 splits at the first comma, older releases at the last.
pub(super) fn device_part(text: &str, version: AsteriskVersion) -> &str {
    let split = match version {
        AsteriskVersion::V22 => text.split_once(','),
        AsteriskVersion::V16 => text.rsplit_once(','),
    };
    split.map_or(text, |(devices, _presence)| devices)
}

/// Channel drivers, whose names Asterisk finds in capitals and in small letters alike, in the spelling in which their
/// devices are published. Tried with 16 and 22: `PJSIP`, `SIP`, `IAX2`, `Local`; Asterisk finds all drivers in the same
/// way.
const DRIVERS: [&str; 21] = [
    "PJSIP",
    "SIP",
    "IAX2",
    "DAHDI",
    "Local",
    "Agent",
    "SCCP",
    "Skinny",
    "USTM",
    "MGCP",
    "Motif",
    "Console",
    "Phone",
    "Mobile",
    "Dongle",
    "Quectel",
    "OOH323",
    "H323",
    "mISDN",
    "AudioSocket",
    "WebSocket",
];

/// Prefixes that Asterisk follows only in this spelling, in its own hints too (tried with 16 and 22).
const EXACT: [&str; 4] = ["Queue", "park", "confbridge", "MWI"];

/// Spelling of a device's name in which its PBX publishes it: Asterisk finds `pjsip/1001` and `custom:DND1`, and
/// publishes `PJSIP/1001` and `Custom:DND1`. The text after the `/` or `:` is left as it is.
pub(super) fn as_published(name: &str) -> Cow<'_, str> {
    let (at, known) = match (name.find('/'), name.find(':')) {
        (Some(slash), _) => (slash, DRIVERS.as_slice()),
        (None, Some(colon)) => (colon, ["Custom"].as_slice()),
        (None, None) => return name.into(),
    };
    let (word, rest) = name.split_at(at);
    match known.iter().find(|known| known.eq_ignore_ascii_case(word)) {
        Some(known) if *known != word => format!("{known}{rest}").into(),
        _ => name.into(),
    }
}

/// Why no Asterisk would ever follow a device with this name or prefix; `None`: one would.
pub(super) fn never_followed(name: &str) -> Option<String> {
    let (word, rest) = name.split_once(':').filter(|(word, _)| !word.contains('/'))?;
    if let Some(known) = EXACT.iter().find(|known| known.eq_ignore_ascii_case(word) && **known != word) {
        return Some(format!("Asterisk knows no `{word}:`, not even in its own hints: write `{known}:`"));
    }
    let right = ["DND", "DEVDND"].into_iter().find(|right| {
        rest.get(..right.len()).is_some_and(|start| start.eq_ignore_ascii_case(right) && start != *right)
    })?;
    let is_custom = word.eq_ignore_ascii_case("Custom");
    is_custom.then(|| format!("`{name}…` is another device than `Custom:{right}…` for every Asterisk: write `{right}`"))
}

/// State of a device of which nothing, or only UNKNOWN, was heard. Asterisk asks the device's own provider then. For
/// lampfield every device is elsewhere: a `Custom:` device has not been set here and is UNKNOWN; any other does not
/// exist and is INVALID (`_ast_device_state`; proven by the hint oracle).
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
    fn finds_devices_in_the_spelling_in_which_they_are_published() {
        for (name, published) in [
            ("pjsip/1001", "PJSIP/1001"),
            ("Pjsip/ANNA", "PJSIP/ANNA"),
            ("local/500@h", "Local/500@h"),
            ("IAX2/e2", "IAX2/e2"),
            ("CUSTOM:DND7", "Custom:DND7"),
            ("Custom:dnd7", "Custom:dnd7"),
            ("custom:a/b", "custom:a/b"),
            (" pjsip/1", " pjsip/1"),
            ("queue:q1", "queue:q1"),
            ("Park:71@parkedcalls", "Park:71@parkedcalls"),
            ("nonsense", "nonsense"),
        ] {
            assert_eq!(as_published(name), published);
        }
    }

    #[test]
    fn says_what_no_asterisk_follows() {
        for name in
            ["Park:701@parkedcalls", "ConfBridge:8000", "queue:q1", "mwi:1001@default", "Custom:dnd7", "custom:DevDND7"]
        {
            assert!(never_followed(name).is_some(), "{name}");
        }
        for name in [
            "park:701@parkedcalls",
            "confbridge:8000",
            "Queue:q1",
            "MWI:1",
            "custom:DND7",
            "Custom:night",
            "PJSIP/Park:1",
        ] {
            assert_eq!(never_followed(name), None);
        }
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
