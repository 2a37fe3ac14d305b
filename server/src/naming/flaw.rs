//! Flaws in the naming of extensions, and in a file of them.

use lampfield_shared::naming::{Field, ImportError};
use lampfield_shared::{Cause, Exten, Why};

/// Longest name or department, in characters.
pub(super) const LONGEST: usize = 100;

/// Most lines of a file: many times the extensions of any board.
pub(super) const LINES: usize = 20_000;

/// What is wrong with the naming of an extension, or with a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NamingFlaw {
    /// Nobody could dial the extension.
    #[error("`{0}` is not an extension")]
    NoExten(Exten),
    /// The text would not fit onto a lamp.
    #[error("a name or a department is one line of at most {LONGEST} characters")]
    LongName,
    /// Nobody is called so.
    #[error("there is no PBX `{0}`")]
    NoSite(String),
    /// One extension stands in two lines that contradict each other.
    #[error("{0} appears twice, with different names")]
    Twice(Exten),
    /// Two columns claim the same field.
    #[error("two columns hold the {field}: `{1}` appears twice", field = .0.as_str())]
    TwoColumns(Field, String),
    /// No column tells which extension a line is about.
    #[error("no column holds the numbers: give it the title `extension` or `number`")]
    NoExtenColumn,
    /// The line does not tell which extension it is about.
    #[error("the number is empty")]
    NoNumber,
    /// The last digits of the number may be lost.
    #[error("a spreadsheet has rounded `{0}`: format the column as text and type the number again")]
    Rounded(String),
    /// Only the spreadsheet knows the value of the formula.
    #[error("a cell holds a formula or its error: save the value instead")]
    Formula,
    /// Nobody is called so.
    #[error("letters of a name are lost: choose the right encoding, or save the file anew as UTF-8")]
    BrokenLetters,
    /// The cells of the line cannot be matched with the columns.
    #[error("it has {cells} columns, expected {columns}: perhaps a name with a comma needs quotes")]
    MoreCells {
        /// Number of cells of the line.
        cells: usize,
        /// Number of columns of the file.
        columns: usize,
    },
    /// The rest of the file may belong to the cell that opens with the quote.
    #[error("a quote opens here and is never closed")]
    OpenQuote,
    /// A file that long is no list of extensions.
    #[error("a file may have 20000 lines")]
    TooManyLines,
    /// The file is no text.
    #[error("this is a workbook or another kind of file, not text: save it as CSV (UTF-8)")]
    NoText,
    /// The sender named an encoding that is not known.
    #[error("there is no encoding `{0}`")]
    NoEncoding(String),
}

impl NamingFlaw {
    /// Cause in the page's words.
    pub fn why(&self) -> Why {
        let (cause, about): (Cause, &[&dyn ToString]) = match self {
            Self::NoExten(exten) => (Cause::NoExten, &[exten]),
            Self::LongName => (Cause::LongName, &[&LONGEST]),
            Self::NoSite(name) => (Cause::NoSite, &[name]),
            Self::Twice(exten) => (Cause::Twice, &[exten]),
            Self::TwoColumns(field, title) => (Cause::TwoColumns, &[&field.as_str(), title]),
            Self::NoExtenColumn => (Cause::NoExtenColumn, &[]),
            Self::NoNumber => (Cause::NoNumber, &[]),
            Self::Rounded(text) => (Cause::Rounded, &[text]),
            Self::Formula => (Cause::Formula, &[]),
            Self::BrokenLetters => (Cause::BrokenLetters, &[]),
            Self::MoreCells { cells, columns } => (Cause::MoreCells, &[cells, columns]),
            Self::OpenQuote => (Cause::OpenQuote, &[]),
            Self::TooManyLines => (Cause::TooManyLines, &[&LINES]),
            Self::NoText => (Cause::NoText, &[]),
            Self::NoEncoding(name) => (Cause::NoEncoding, &[name]),
        };
        Why::of(cause, about)
    }

    pub(super) fn in_line(&self, line: Option<u64>) -> ImportError {
        ImportError { line, text: self.to_string(), why: Some(self.why()) }
    }
}
