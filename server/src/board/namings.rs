//! What the configuration and an admin call each extension.

use std::collections::BTreeMap;

use lampfield_shared::Exten;
use lampfield_shared::naming::Naming;
use serde::{Deserialize, Serialize};

use super::settings::ExtensionSettings;

/// An admin's override of what the configuration calls an extension; `None`: as configured. An empty text
/// removes what the configuration says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Edited {
    /// Name of the person or place.
    pub name: Option<String>,
    /// Department.
    pub group: Option<String>,
    /// Name of the PBX that serves the extension.
    pub site: Option<String>,
}

impl Edited {
    /// The override that makes the effective naming `wanted`, given the configured `file`.
    pub fn towards(wanted: Naming, file: &Naming) -> Self {
        let differs = |wanted: String, file: &str| (wanted != file).then_some(wanted);
        Self {
            name: differs(wanted.name, &file.name),
            group: differs(wanted.group, &file.group),
            site: differs(wanted.site, &file.site),
        }
    }

    /// The effective naming.
    fn over(&self, file: &Naming) -> Naming {
        let or = |edited: &Option<String>, file: &String| edited.as_ref().unwrap_or(file).clone();
        Naming {
            name: or(&self.name, &file.name),
            group: or(&self.group, &file.group),
            site: or(&self.site, &file.site),
        }
    }

    /// Whether the override changes nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The configured naming of each extension, and the overrides.
#[derive(Debug, Default)]
pub(super) struct Namings {
    file: BTreeMap<Exten, Naming>,
    edited: BTreeMap<Exten, Edited>,
}

impl Namings {
    /// The naming of the configuration.
    pub(super) fn new(extensions: &[ExtensionSettings]) -> Self {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let naming = |settings: &ExtensionSettings| {
            let site = settings.site.as_ref().map(ToString::to_string).unwrap_or_default();
            let naming = Naming { name: text(&settings.name), group: text(&settings.group), site };
            (settings.exten.clone(), naming)
        };
        // The first of two entries counts, as for the lamps.
        Self { file: extensions.iter().rev().map(naming).collect(), edited: BTreeMap::new() }
    }

    /// Sets an override; an empty one removes it.
    pub(super) fn edit(&mut self, exten: Exten, edited: Edited) {
        if edited.is_empty() {
            self.edited.remove(&exten);
        } else {
            self.edited.insert(exten, edited);
        }
    }

    /// The configured naming.
    pub(super) fn file(&self, exten: &Exten) -> Naming {
        self.file.get(exten).cloned().unwrap_or_default()
    }

    pub(super) fn now(&self, exten: &Exten) -> Naming {
        let file = self.file(exten);
        self.edited.get(exten).map_or_else(|| file.clone(), |edited| edited.over(&file))
    }
}
