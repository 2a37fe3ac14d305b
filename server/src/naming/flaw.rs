//! What can be wrong with what extensions are called, and with a file of them.

use lampfield_shared::naming::{Field, ImportError};
use lampfield_shared::{Cause, Exten, Why};

/// The longest name or department, in characters.
pub(super) const LONGEST: usize = 100;

/// A file has at most so many lines: many times the extensions of any board.
pub(super) const LINES: usize = 20_000;

/// What is wrong with what an extension, or a file of them, is to be called.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NamingFlaw {
    /// Nobody could dial it.
    #[error("`{0}` is no extension")]
    NoExten(Exten),
    /// It would not fit.
    #[error("a name and a department have one line of at most {LONGEST} characters")]
    LongName,
    /// Nobody is called so.
    #[error("there is no PBX `{0}`")]
    NoSite(String),
    /// One could not say which of both holds.
    #[error("{0} stands twice, and is called otherwise the second time")]
    Twice(Exten),
    /// One could not say which of both counts.
    #[error("two columns say the {field}: `{1}` stands twice", field = .0.as_str())]
    TwoColumns(Field, String),
    /// Nobody knows whom the lines are about.
    #[error("no column holds the numbers: give it the title `exten`, `extension` or `number`")]
    NoExtenColumn,
    /// Nobody knows whom the line is about.
    #[error("there is no number")]
    NoNumber,
    /// Its last digits may be lost.
    #[error("a spreadsheet has rounded `{0}`: format the column as text and write the number anew")]
    Rounded(String),
    /// Only the spreadsheet knows what it comes to.
    #[error("a cell holds a formula or its error: save what it comes to")]
    Formula,
    /// Nobody is called so.
    #[error("the letters of a name are lost: the file was read or written in the wrong encoding")]
    BrokenLetters,
    /// One could not say which cell belongs to which column.
    #[error("the line has more cells than there are columns: perhaps a name with a comma needs quotes")]
    MoreCells,
    /// What follows may be any number of lines.
    #[error("a quote opens here and is not closed")]
    OpenQuote,
    /// It is no list of extensions.
    #[error("a file may have 20000 lines")]
    TooManyLines,
    /// It is no such file.
    #[error("this is no text but a workbook or another kind of file: save it as CSV (UTF-8)")]
    NoText,
    /// Nobody writes so.
    #[error("there is no encoding `{0}`")]
    NoEncoding(String),
}

impl NamingFlaw {
    /// By its cause.
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
            Self::MoreCells => (Cause::MoreCells, &[]),
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
