//! What the configuration says of the board.

use lampfield_dialplan::{AsteriskVersion, Dialplan, Pattern};
use lampfield_shared::{Exten, SiteName};

use super::MailboxName;

/// The settings of a [`Board`](super::Board).
#[derive(Debug, Clone, Default)]
pub struct BoardSettings {
    /// Which Asterisk `hint_state` follows.
    pub asterisk: AsteriskVersion,
    /// The hints.
    pub dialplan: Dialplan,
    /// The context in which extensions are looked up; its includes follow.
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
    /// What is dialled.
    pub exten: Exten,
    /// Whose it is.
    pub name: Option<String>,
    /// The department.
    pub group: Option<String>,
    /// The PBX that serves it.
    pub site: Option<SiteName>,
    /// Its voice mailbox; by default the one named like the extension, in any context.
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
    /// What people call it.
    pub title: String,
    /// The extensions whose phones it serves.
    pub serves: Vec<Pattern>,
    /// Whether it can be told to stop calls.
    pub stops_calls: bool,
}

/// What becomes of a `PJSIP/…` device that no hint names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unhinted {
    /// One with only digits gets a lamp of that number.
    #[default]
    Digits,
    /// It is passed over.
    Never,
}
