//! What people call an extension, and where they look for it.

use serde::{Deserialize, Serialize};

use crate::{Exten, Why};

/// Name, department and PBX of an extension; an empty field is not given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Naming {
    /// Name of the person or the place.
    #[serde(default)]
    pub name: String,
    /// Department.
    #[serde(default)]
    pub group: String,
    /// Name of the PBX that serves the extension, as the configuration has it; empty: the server finds out.
    #[serde(default)]
    pub site: String,
}

/// An extension with its names: the ones in force and the ones of the configuration file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedExtension {
    /// The extension.
    pub exten: Exten,
    /// The names in force.
    pub now: Naming,
    /// The names of the configuration file; an admin has edited those in force where they differ.
    pub file: Naming,
    /// Whether any PBX has told a state of the extension.
    pub heard: bool,
}

/// Changes of names that were seen as they are before: `PATCH /api/v1/extensions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeNamings {
    /// The changes. One whose `before` no longer holds is passed over.
    pub changes: Vec<NamingChange>,
    /// Whether the changes take back earlier ones.
    #[serde(default)]
    pub undo: bool,
}

/// What became of changes of names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamingsChanged {
    /// Number of extensions that were changed.
    pub changed: u64,
    /// Extensions that were passed over, since somebody else had changed them meanwhile.
    pub passed: Vec<Exten>,
}

/// An import of extensions whose file is given as text. A file as it is comes as a body of `text/csv` instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportExtensions {
    /// The file: a head line `exten,name,group,site`, and one line for each extension.
    pub csv: String,
    /// Whether the answer only says what would change, and nothing is changed.
    pub dry_run: bool,
}

/// What the import of a file changes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    /// Whether nothing was changed, because only a preview was asked for.
    pub dry_run: bool,
    /// How the file was understood.
    pub read: ImportReading,
    /// Differences that the file makes.
    pub changes: Vec<NamingChange>,
    /// Number of lines that change nothing.
    pub unchanged: u64,
    /// Extensions that the file writes in another form than is dialled; the first of many.
    pub taken: Vec<ImportTaken>,
    /// Lines that are passed over, with the reason; the first of many.
    pub passed: Vec<ImportError>,
    /// Number of lines that are passed over.
    pub passed_count: u64,
    /// Reasons why the meaning of the file is unclear. If there is any, nothing is changed.
    pub errors: Vec<ImportError>,
}

/// How a file was understood: encoding, delimiter, columns.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReading {
    /// Encoding of the text, by its name in the Encoding Standard.
    pub encoding: String,
    /// Whether the encoding is a guess, since nothing in the file tells it: a person should look at the letters.
    pub guessed: bool,
    /// Delimiter between two cells.
    pub delimiter: String,
    /// Columns. Empty where the file has no head line, or cannot be read.
    pub columns: Vec<ImportColumn>,
}

/// One column of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportColumn {
    /// Title of the column.
    pub title: String,
    /// The field that the column holds; `None`: the column is passed over.
    pub field: Option<Field>,
}

/// A field of an extension in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The extension, as it is dialled.
    Exten,
    /// Name of the person or the place.
    Name,
    /// Department.
    Group,
    /// PBX that serves the extension.
    Site,
}

impl Field {
    /// All fields, in the order of an export.
    pub const ALL: [Self; 4] = [Self::Exten, Self::Name, Self::Group, Self::Site];

    /// Name of the field in JSON, and the title of its column in an export.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exten => "exten",
            Self::Name => "name",
            Self::Group => "group",
            Self::Site => "site",
        }
    }

    /// Finds the field of that name.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == word)
    }
}

/// An extension that a file writes in another form than is dialled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportTaken {
    /// Number of the line; the first is 1.
    pub line: u64,
    /// Text of the cell.
    pub written: String,
    /// The extension that was made of it.
    pub exten: Exten,
}

/// What is wrong with a file, or with a line of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportError {
    /// Number of the line, where the fault is in one; the first is 1.
    pub line: Option<u64>,
    /// The fault in English words.
    pub text: String,
    /// The cause, for the page to translate; `None` where there is no name for it.
    pub why: Option<Why>,
}

/// A difference that an import makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamingChange {
    /// The extension.
    pub exten: Exten,
    /// Names before the import.
    pub before: Naming,
    /// Names after the import.
    pub after: Naming,
}
