//! What a PUBLISH is about: its event package, read once, and the publication that it belongs to.

use lampfield_shared::Exten;
use lampfield_sip::Request;

use super::body::ExtensionEvent;
use super::body::json::MeshEvent;
use super::refusal::Refuse;
use crate::ledger::PeerId;

/// An event package that is followed here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Package {
    /// States of the mesh.
    Mesh(MeshEvent),
    /// States of extensions.
    Extension(ExtensionEvent),
}

impl Package {
    /// The package of this name, with regard to case; `None` for one that is not followed.
    pub fn from_name(name: &str) -> Option<Self> {
        let of_mesh = MeshEvent::from_name(name).map(Self::Mesh);
        of_mesh.or_else(|| ExtensionEvent::from_name(name).map(Self::Extension))
    }
}

/// What a peer publishes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Published {
    /// States of the mesh: one publication for all of them.
    Mesh(MeshEvent),
    /// State of an extension: at least one publication for each.
    Extension(ExtensionEvent, Exten),
}

impl Published {
    /// What a PUBLISH of this package is about. The extension is the user of the Request-URI.
    ///
    /// # Errors
    /// [`Refuse::Resource`] where no extension is named.
    pub fn read(package: Package, request: &Request) -> Result<Self, Refuse> {
        match package {
            Package::Mesh(event) => Ok(Self::Mesh(event)),
            Package::Extension(event) => {
                let exten = request.uri.user.as_deref().filter(|user| !user.is_empty());
                Ok(Self::Extension(event, exten.ok_or_else(|| Refuse::Resource(String::new()))?.into()))
            }
        }
    }

    /// Name of the event package.
    pub fn event(&self) -> &'static str {
        match self {
            Self::Mesh(event) => event.as_str(),
            Self::Extension(event, _) => event.as_str(),
        }
    }
}

/// Key of the compositor: publications of one key are of one peer and about one thing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PublicationKey {
    pub peer: PeerId,
    pub of: Published,
}
