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

/// What is asked for by a file of extensions whose text is known. A file as it is comes as a body of `text/csv`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportExtensions {
    /// The file: a line of `exten,name,group,site`, and one for each extension.
    pub csv: String,
    /// Nothing is changed; the answer says what would be.
    pub dry_run: bool,
}

/// What a file changes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    /// Nothing was changed.
    pub dry_run: bool,
    /// How the file was read.
    pub read: ImportReading,
    /// What is different after it.
    pub changes: Vec<NamingChange>,
    /// How many lines change nothing.
    pub unchanged: u64,
    /// Numbers that are written otherwise than they are dialled. Of many the first.
    pub taken: Vec<ImportTaken>,
    /// Lines that are passed over, and why. Of many the first.
    pub passed: Vec<ImportError>,
    /// How many lines are passed over.
    pub passed_count: u64,
    /// What makes it unclear what the file means. If anything does, nothing is changed.
    pub errors: Vec<ImportError>,
}

/// How a file was read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReading {
    /// The encoding of its text, by its name in the Encoding Standard.
    pub encoding: String,
    /// Nothing in the file says which it is, so its letters should be looked at.
    pub guessed: bool,
    /// What stands between two cells.
    pub delimiter: String,
    /// Its columns. Empty where it has no head, or cannot be read.
    pub columns: Vec<ImportColumn>,
}

/// One column of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportColumn {
    /// Its title.
    pub title: String,
    /// What it is taken as; `None`: it is passed over.
    pub field: Option<Field>,
}

/// What a file says of an extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// What is dialled.
    Exten,
    /// Whose it is.
    Name,
    /// The department.
    Group,
    /// The PBX.
    Site,
}

impl Field {
    /// All, in the order of an export.
    pub const ALL: [Self; 4] = [Self::Exten, Self::Name, Self::Group, Self::Site];

    /// The word in JSON, and the title of its column in an export.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exten => "exten",
            Self::Name => "name",
            Self::Group => "group",
            Self::Site => "site",
        }
    }

    /// The field of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == word)
    }
}

/// A number that is written otherwise than it is dialled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportTaken {
    /// In which line; the first is 1.
    pub line: u64,
    /// As it stands there.
    pub written: String,
    /// As it is taken.
    pub exten: Exten,
}

/// What is wrong with a file, or with a line of it.
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
