//! Which extensions have a lamp, and which devices each looks at: what the dialplan says, and what follows without it.

use lampfield_dialplan::{AsteriskVersion, Dialplan, Hints};
use lampfield_shared::dnd::device;
use lampfield_shared::{DeviceName, Exten};

use super::reading::Hinted;
use super::settings::Unhinted;

/// The hints, and the rule for phones without one.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) asterisk: AsteriskVersion,
    hints: Hints,
    unhinted: Unhinted,
}

impl Plan {
    pub(super) fn new(dialplan: &Dialplan, context: &str, asterisk: AsteriskVersion, unhinted: Unhinted) -> Self {
        Self { asterisk, hints: dialplan.hints(context, asterisk), unhinted }
    }

    /// The extensions that the dialplan names one by one.
    pub(super) fn plain(&self) -> Vec<Exten> {
        self.hints.plain().map(Exten::from).collect()
    }

    /// The hint of an extension as Asterisk would show it.
    pub(super) fn hint(&self, exten: &str) -> Option<String> {
        self.hints.find(exten).map(|hint| hint.as_str().to_owned())
    }

    pub(super) fn is_hinted(&self, exten: &str) -> bool {
        self.hints.find(exten).is_some()
    }

    /// The devices of an extension: those of its hint, or else its phone and its "do not disturb".
    pub(super) fn devices_of(&self, exten: &Exten) -> (Hinted, Vec<DeviceName>) {
        match self.hints.find(exten.as_str()) {
            Some(hint) => (Hinted::Yes, hint.devices().to_vec()),
            None => (Hinted::No, vec![format!("PJSIP/{exten}").into(), device::of_exten(exten)]),
        }
    }

    /// The extensions whose hints name a device: patterns get their lamps as devices appear.
    pub(super) fn naming(&self, device: &DeviceName) -> impl Iterator<Item = Exten> + use<> {
        self.hints.naming(device.as_str()).extens.into_iter()
    }

    /// The extension of a phone that no hint names, which is shown by its number.
    pub(super) fn number_of<'a>(&self, device: &'a DeviceName) -> Option<&'a str> {
        let number = device.as_str().strip_prefix("PJSIP/").filter(|number| is_number(number))?;
        (self.unhinted == Unhinted::Digits && !self.is_hinted(number)).then_some(number)
    }

    /// Whether an extension whose state a peer publishes has a lamp. Of one that is no number and in no hint the peer
    /// may talk: it is on no board.
    pub(super) fn wants(&self, exten: &Exten) -> bool {
        self.is_hinted(exten.as_str()) || (self.unhinted == Unhinted::Digits && is_number(exten.as_str()))
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
