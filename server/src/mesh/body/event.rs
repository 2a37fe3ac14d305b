//! The two events by which a PBX publishes the state of its hints (`docs/protocol.md` §5).

use super::{XmlError, dialog_info, pidf, xpidf};
use crate::news::{Document, Said};

/// An event package of extension states. Each extension has publications of its own: the extension is the user of the
/// Request-URI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExtensionEvent {
    /// `dialog` (RFC 4235)
    Dialog,
    /// `presence` (RFC 3856)
    Presence,
}

impl ExtensionEvent {
    /// Both events.
    pub const ALL: [Self; 2] = [Self::Dialog, Self::Presence];

    /// The event package, as in the `Event` header.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dialog => "dialog",
            Self::Presence => "presence",
        }
    }

    /// Finds the event of that name, with regard to case.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.as_str() == name)
    }

    /// The document that the event carries.
    pub const fn document(self) -> Document {
        match self {
            Self::Dialog => Document::Dialog,
            Self::Presence => Document::Presence,
        }
    }

    /// The media types that are read of the event, as in `Accept`.
    pub fn accepts(self) -> String {
        match self {
            Self::Dialog => dialog_info::MEDIA_TYPE.into(),
            Self::Presence => [&[pidf::MEDIA_TYPE], &xpidf::MEDIA_TYPES[..]].concat().join(", "),
        }
    }

    /// Reads a body; `None` for a media type that is not read.
    ///
    /// # Errors
    /// See [`XmlError`].
    pub fn read(self, media_type: &str, bytes: &[u8]) -> Option<Result<Said, XmlError>> {
        match self {
            Self::Dialog if media_type == dialog_info::MEDIA_TYPE => Some(dialog_info::parse(bytes).map(Said::Dialog)),
            Self::Presence if media_type == pidf::MEDIA_TYPE => Some(pidf::parse(bytes).map(Said::Presence)),
            Self::Presence if xpidf::MEDIA_TYPES.contains(&media_type) => Some(xpidf::parse(bytes).map(Said::Presence)),
            Self::Dialog | Self::Presence => None,
        }
    }
}
