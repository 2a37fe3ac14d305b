//! What the configuration and an admin call each extension.

use std::collections::BTreeMap;

use lampfield_shared::Exten;
use lampfield_shared::naming::Naming;
use serde::{Deserialize, Serialize};

use super::settings::ExtensionSettings;

/// What an admin says of an extension in the place of the configuration; `None`: as that has it. An empty text
/// takes away what the configuration says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Edited {
    /// Whose it is.
    pub name: Option<String>,
    /// The department.
    pub group: Option<String>,
    /// The PBX that serves it.
    pub site: Option<String>,
}

impl Edited {
    /// What has to be said for `wanted` to hold where the configuration says `file`.
    pub fn towards(wanted: Naming, file: &Naming) -> Self {
        let differs = |wanted: String, file: &str| (wanted != file).then_some(wanted);
        Self {
            name: differs(wanted.name, &file.name),
            group: differs(wanted.group, &file.group),
            site: differs(wanted.site, &file.site),
        }
    }

    /// What holds.
    fn over(&self, file: &Naming) -> Naming {
        let or = |edited: &Option<String>, file: &String| edited.as_ref().unwrap_or(file).clone();
        Naming {
            name: or(&self.name, &file.name),
            group: or(&self.group, &file.group),
            site: or(&self.site, &file.site),
        }
    }

    /// Whether it says anything.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What the configuration says of each extension, and what an admin says above it.
#[derive(Debug, Default)]
pub(super) struct Namings {
    file: BTreeMap<Exten, Naming>,
    edited: BTreeMap<Exten, Edited>,
}

impl Namings {
    /// What the configuration says.
    pub(super) fn new(extensions: &[ExtensionSettings]) -> Self {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let naming = |settings: &ExtensionSettings| {
            let site = settings.site.as_ref().map(ToString::to_string).unwrap_or_default();
            let naming = Naming { name: text(&settings.name), group: text(&settings.group), site };
            (settings.exten.clone(), naming)
        };
        // Of two entries the first counts, as for the lamps.
        Self { file: extensions.iter().rev().map(naming).collect(), edited: BTreeMap::new() }
    }

    /// Takes in what an admin says; nothing takes it away.
    pub(super) fn edit(&mut self, exten: Exten, edited: Edited) {
        if edited.is_empty() {
            self.edited.remove(&exten);
        } else {
            self.edited.insert(exten, edited);
        }
    }

    /// What the configuration says.
    pub(super) fn file(&self, exten: &Exten) -> Naming {
        self.file.get(exten).cloned().unwrap_or_default()
    }

    pub(super) fn now(&self, exten: &Exten) -> Naming {
        let file = self.file(exten);
        self.edited.get(exten).map_or_else(|| file.clone(), |edited| edited.over(&file))
    }
}
