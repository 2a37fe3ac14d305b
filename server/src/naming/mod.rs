//! Naming of extensions: edits of one, and files of all, exported and imported.
//!
//! ```text
//!  bytes ─► encoding ─► table: delimiter, head, lines ─► import: number, name, … of each line ─► report, edits
//! ```
//! Files come from spreadsheets and from PBXes. An import takes what can be meant, and reports it before anything
//! changes; what nobody can have meant is passed over, and reported as well. An unknown column is never looked at: it
//! may hold a password.

mod cell;
mod edit;
mod encoding;
mod flaw;
mod import;
mod number;
mod table;
#[cfg(test)]
mod tests;

use lampfield_shared::naming::{Field, NamedExtension};

pub use self::cell::marked;
pub use self::edit::{change, edit};
pub use self::encoding::Hints;
pub use self::flaw::NamingFlaw;
pub use self::import::{Import, import, import_bytes};

/// Writes all extensions as a CSV file. No spreadsheet takes a cell of the file for a formula, and [`import`] reads the
/// same texts back.
pub fn export(all: &[NamedExtension]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let rows = all.iter().map(|it| [it.exten.as_str(), &it.now.name, &it.now.group, &it.now.site]);
    for row in [Field::ALL.map(Field::as_str)].into_iter().chain(rows) {
        // Writing into a buffer cannot fail.
        let _infallible = writer.write_record(row.map(cell::marked));
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}
