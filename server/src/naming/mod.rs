//! Extensions as a table, out and in: what a file of them would change, and what is wrong with it.
//!
//! ```text
//!  bytes ─► encoding ─► table: delimiter, head, lines ─► import: number, name, … of each line ─► report, edits
//! ```
//! Files come from spreadsheets and from PBXes. What can be meant is taken, and said before it is done; what nobody can
//! have meant is passed over, and said as well. A column that is not known is never looked at: it may hold a password.

mod cell;
mod encoding;
mod import;
mod number;
mod table;
#[cfg(test)]
mod tests;

use lampfield_shared::naming::{Field, ImportError, NamedExtension, Naming};
use lampfield_shared::{Cause, Exten, Site, Why};

pub use self::encoding::Hints;
pub use self::import::{Import, import, import_bytes};
use crate::board::Edited;

/// The longest name or department, in characters.
const LONGEST: usize = 100;

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
            Self::TooManyLines => (Cause::TooManyLines, &[&table::LINES]),
            Self::NoText => (Cause::NoText, &[]),
            Self::NoEncoding(name) => (Cause::NoEncoding, &[name]),
        };
        Why::of(cause, about)
    }

    fn in_line(&self, line: Option<u64>) -> ImportError {
        ImportError { line, text: self.to_string(), why: Some(self.why()) }
    }
}

/// All extensions as a file. No spreadsheet takes a cell of it for a formula, and [`import`] reads it as it was.
pub fn export(all: &[NamedExtension]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let rows = all.iter().map(|it| [it.exten.as_str(), &it.now.name, &it.now.group, &it.now.site]);
    for row in [Field::ALL.map(Field::as_str)].into_iter().chain(rows) {
        // A buffer takes everything.
        let _infallible = writer.write_record(row.map(cell::marked));
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

/// What is to be edited for an extension to be called so.
///
/// # Errors
/// What is wrong with it.
pub fn edit(exten: &Exten, wanted: &Naming, all: &[NamedExtension], sites: &[Site]) -> Result<Edited, NamingFlaw> {
    let wanted = Naming {
        name: wanted.name.trim().into(),
        group: wanted.group.trim().into(),
        site: site(wanted.site.trim(), sites)?,
    };
    if !exten.can_be_dialled() {
        return Err(NamingFlaw::NoExten(exten.clone()));
    }
    for text in [&wanted.name, &wanted.group] {
        if text.chars().count() > LONGEST || text.chars().any(char::is_control) {
            return Err(NamingFlaw::LongName);
        }
        if cell::is_broken(text) {
            return Err(NamingFlaw::BrokenLetters);
        }
    }
    let file = all.iter().find(|it| it.exten == *exten).map(|it| it.file.clone()).unwrap_or_default();
    Ok(Edited::towards(wanted, &file))
}

/// A PBX by its name or what people call it.
fn site(text: &str, sites: &[Site]) -> Result<String, NamingFlaw> {
    let folded = text.to_lowercase();
    let is_it = |site: &&Site| [site.name.as_str(), &site.title].map(str::to_lowercase).contains(&folded);
    match sites.iter().find(is_it) {
        _ if text.is_empty() => Ok(String::new()),
        Some(site) => Ok(site.name.to_string()),
        None => Err(NamingFlaw::NoSite(text.into())),
    }
}
