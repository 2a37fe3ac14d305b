//! What the configuration says of the board.

use lampfield_dialplan::{AsteriskVersion, Dialplan, Pattern};
use lampfield_shared::{Exten, SiteName};

use crate::ledger::MailboxName;

/// The settings of a [`Board`](super::Board).
#[derive(Debug, Clone, Default)]
pub struct BoardSettings {
    /// Version of Asterisk whose reading `hint_state` follows.
    pub asterisk: AsteriskVersion,
    /// The dialplan that has the hints.
    pub dialplan: Dialplan,
    /// The context in which extensions are looked up, with those that it includes.
    pub context: String,
    /// Extensions that have a lamp from the start.
    pub extensions: Vec<ExtensionSettings>,
    /// The PBXes, in the order in which they are shown.
    pub sites: Vec<SiteSettings>,
    /// What becomes of a phone that no hint names.
    pub unhinted: Unhinted,
}

/// One extension that the configuration names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtensionSettings {
    /// The number that is dialled.
    pub exten: Exten,
    /// Name of the person or place.
    pub name: Option<String>,
    /// Department.
    pub group: Option<String>,
    /// The PBX that serves the extension.
    pub site: Option<SiteName>,
    /// Voice mailbox of the extension; by default the one of the same name, in any context.
    pub mailbox: Option<MailboxName>,
}

impl ExtensionSettings {
    /// An extension of which the configuration says nothing.
    pub(super) const fn unnamed(exten: Exten) -> Self {
        Self { exten, name: None, group: None, site: None, mailbox: None }
    }
}

/// One PBX.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteSettings {
    /// The name of the peer.
    pub name: SiteName,
    /// Title that people read.
    pub title: String,
    /// Patterns of the extensions whose phones the PBX serves.
    pub serves: Vec<Pattern>,
    /// Whether the PBX can be told to block calls.
    pub stops_calls: bool,
}

/// What becomes of a `PJSIP/…` device that no hint names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unhinted {
    /// A device with only digits gets a lamp of that number.
    #[default]
    Digits,
    /// Such a device has no lamp.
    Never,
}
