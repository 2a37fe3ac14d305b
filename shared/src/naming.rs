//! What people call an extension, and where they look for it.

use serde::{Deserialize, Serialize};

use crate::{Exten, Why};

/// Name, department and PBX of an extension; what is empty is not said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Naming {
    /// Whose it is.
    #[serde(default)]
    pub name: String,
    /// The department.
    #[serde(default)]
    pub group: String,
    /// The PBX that serves it, by its name in the configuration; empty: found out.
    #[serde(default)]
    pub site: String,
}

/// An extension of the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedExtension {
    /// What is dialled.
    pub exten: Exten,
    /// What holds.
    pub now: Naming,
    /// What the configuration file says. Where that is something else, it was edited.
    pub file: Naming,
    /// Whether any PBX has said anything of it.
    pub heard: bool,
}

/// What is asked for by a file of extensions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportExtensions {
    /// The file: a line of `exten,name,group,site`, and one for each extension.
    pub csv: String,
    /// Nothing is changed; the answer says what would be.
    pub dry_run: bool,
}

/// What it changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    /// Nothing was changed.
    pub dry_run: bool,
    /// What is different after it.
    pub changes: Vec<NamingChange>,
    /// How many lines change nothing.
    pub unchanged: u64,
    /// What is wrong with it. If anything is, nothing is changed.
    pub errors: Vec<ImportError>,
}

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportError {
    /// In which line, where that is known; the first is 1.
    pub line: Option<u64>,
    /// In English words.
    pub text: String,
    /// And by its cause, where there is a name for it.
    pub why: Option<Why>,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamingChange {
    /// Of which extension.
    pub exten: Exten,
    /// What held until now.
    pub before: Naming,
    /// What holds then.
    pub after: Naming,
}
