//! How the facts about one device, or about one extension, join to a state.

use lampfield_dialplan::AsteriskVersion;
use lampfield_shared::DeviceState;

use super::extension_state::ExtensionState;
use crate::ledger::Fact;

/// What was said of one thing that a lamp looks at.
#[derive(Clone, Copy)]
pub(super) enum Votes<'a> {
    /// Device states, each of an Asterisk.
    OfDevice(&'a [Fact]),
    /// Extension states, each of a peer.
    OfExtension(&'a [ExtensionState]),
}

impl<'a> Votes<'a> {
    /// The facts, each with its source.
    pub(super) fn iter(self) -> impl Iterator<Item = &'a Fact> + Clone {
        let (device, extension): (&[Fact], &[ExtensionState]) = match self {
            Self::OfDevice(facts) => (facts, &[]),
            Self::OfExtension(states) => (&[], states),
        };
        device.iter().chain(extension.iter().filter_map(|state| state.fact.as_ref()))
    }

    /// The state that the facts `of_these` join to; `None` if that Asterisk keeps none of them.
    pub(super) fn joined(self, asterisk: AsteriskVersion, of_these: impl Fn(&Fact) -> bool) -> Option<DeviceState> {
        let counted = self.iter().filter(|fact| is_counted(fact, asterisk) && of_these(fact));
        counted.map(|fact| fact.state).reduce(DeviceState::join)
    }
}

/// Whether Asterisk keeps what was said. For Asterisk 22 UNKNOWN equals "nothing heard", so a first UNKNOWN changes
/// nothing there (hint oracle). It is shown among the votes all the same.
fn is_counted(fact: &Fact, asterisk: AsteriskVersion) -> bool {
    asterisk != AsteriskVersion::V22 || fact.eid.is_none() || fact.is_known()
}
