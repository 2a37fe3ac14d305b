//! Import of a file of extensions, line by line: each is taken as it can be meant, or passed over and reported.

use std::collections::BTreeMap;

use lampfield_shared::naming::{
    ImportError, ImportReading, ImportReport, ImportTaken, NamedExtension, Naming, NamingChange,
};
use lampfield_shared::{Exten, Site};

use super::cell::{is_formula, line, unmarked, unwrapped, visible};
use super::edit::{edit, site};
use super::encoding::{Hints, decode};
use super::flaw::NamingFlaw;
use super::number::dialled;
use super::table::{self, Columns, Line, Table};
use crate::board::Edited;

/// Most lines that the report names of one kind: these show what is wrong with the others.
const NAMED: usize = 200;

/// Result of reading a file.
#[derive(Debug, Default)]
pub struct Import {
    /// Report for the sender.
    pub report: ImportReport,
    /// Edits that the file asks for.
    pub edits: Vec<(Exten, Edited)>,
}

/// Reads a file of extensions from its bytes.
pub fn import_bytes(bytes: &[u8], hints: Hints<'_>, all: &[NamedExtension], sites: &[Site]) -> Import {
    match decode(bytes, hints) {
        Ok(decoded) => {
            let mut import = import(&decoded.text, all, sites);
            import.report.read.encoding = decoded.encoding.into();
            import.report.read.guessed = decoded.guessed;
            import
        }
        Err(flaw) => refused(None, &flaw),
    }
}

/// Reads a file of extensions. A missing column changes nothing, and neither does a missing cell; an empty cell takes
/// the text away. Where the meaning of the file is unclear, nothing is to be edited.
pub fn import(text: &str, all: &[NamedExtension], sites: &[Site]) -> Import {
    let table = match table::read(text) {
        Ok(table) => table,
        Err((line, flaw)) => return refused(line, &flaw),
    };
    let Table { delimiter, columns, head, lines } = table;
    let read = ImportReading {
        encoding: "UTF-8".into(),
        guessed: false,
        delimiter: char::from(delimiter).into(),
        columns: head,
    };
    let report = ImportReport { dry_run: true, read, ..ImportReport::default() };
    let mut import = Import { report, edits: Vec::new() };
    let known = all.iter().map(|it| (it.exten.as_str(), it)).collect();
    let mut reader = Reader { columns, known, sites, seen: BTreeMap::new() };
    for line in &lines {
        match reader.read(line, &mut import.report.taken) {
            Ok(Some((change, edited))) if change.before != change.after => {
                import.edits.push((change.exten.clone(), edited));
                import.report.changes.push(change);
            }
            Ok(_) => import.report.unchanged += 1,
            Err(flaw @ NamingFlaw::Twice(_)) => import.report.errors.push(flaw.in_line(Some(line.number))),
            Err(flaw) => {
                import.report.passed_count += 1;
                import.report.passed.push(flaw.in_line(Some(line.number)));
            }
        }
        import.report.errors.truncate(NAMED);
        import.report.passed.truncate(NAMED);
        import.report.taken.truncate(NAMED);
    }
    if !import.report.errors.is_empty() {
        import.edits.clear();
    }
    import
}

fn refused(line: Option<u64>, flaw: &NamingFlaw) -> Import {
    let errors: Vec<ImportError> = vec![flaw.in_line(line)];
    Import { report: ImportReport { dry_run: true, errors, ..ImportReport::default() }, edits: Vec::new() }
}

struct Reader<'a> {
    columns: Columns,
    known: BTreeMap<&'a str, &'a NamedExtension>,
    sites: &'a [Site],
    /// Naming of each extension in the lines until now.
    seen: BTreeMap<Exten, Naming>,
}

impl Reader<'_> {
    /// Reads a line; `None` where it repeats a line before.
    fn read(
        &mut self,
        line: &Line,
        taken: &mut Vec<ImportTaken>,
    ) -> Result<Option<(NamingChange, Edited)>, NamingFlaw> {
        let rest = line.cells.iter().skip(self.columns.count);
        if rest.into_iter().any(|cell| !visible(cell).is_empty()) {
            let filled = line.cells.iter().enumerate().filter(|(_, cell)| !visible(cell).is_empty());
            let cells = filled.last().map_or(0, |(last, _)| last + 1);
            return Err(NamingFlaw::MoreCells { cells, columns: self.columns.count });
        }
        let written = unmarked(line.cells.get(self.columns.exten).unwrap_or_default());
        let exten = dialled(&written, |exten| self.known.contains_key(exten.as_str()))?;
        let entry = self.known.get(exten.as_str()).copied();
        let before = entry.map(|it| it.now.clone()).unwrap_or_default();
        let after = Naming {
            name: self.name(line, &before.name)?,
            group: text(line, self.columns.group, &before.group)?,
            site: site(&text(line, self.columns.site, &before.site)?, self.sites)?,
        };
        // A naming that is there already may be as odd as the configuration has it.
        let edited = if after == before {
            Edited::default()
        } else {
            edit(&exten, &after, entry.map_or(&[], std::slice::from_ref), self.sites)?
        };
        match self.seen.insert(exten.clone(), after.clone()) {
            Some(said) if said == after => return Ok(None),
            Some(_) => return Err(NamingFlaw::Twice(exten)),
            None => {}
        }
        if visible(&written) != exten.as_str() {
            let written = visible(&written).chars().take(40).collect();
            taken.push(ImportTaken { line: line.number, written, exten: exten.clone() });
        }
        Ok(Some((NamingChange { exten, before, after }, edited)))
    }

    /// Reads a name, which may stand in several columns.
    fn name(&self, line: &Line, before: &str) -> Result<String, NamingFlaw> {
        if let [at] = *self.columns.name {
            return text(line, Some(at), before);
        }
        let parts = self.columns.name.iter().map(|at| text(line, Some(*at), ""));
        let parts: Vec<String> = parts.filter(|part| part.as_ref() != Ok(&String::new())).collect::<Result<_, _>>()?;
        Ok(if self.columns.name.is_empty() { before.into() } else { parts.join(" ") })
    }
}

/// Text of a cell, or what held `before` where the file has no such cell.
fn text(row: &Line, column: Option<usize>, before: &str) -> Result<String, NamingFlaw> {
    let Some(cell) = column.and_then(|at| row.cells.get(at)) else { return Ok(before.into()) };
    let cell = unmarked(cell);
    // A text from our own export is the one that is there, however odd.
    if cell == before {
        return Ok(cell);
    }
    let bare = line(&cell);
    let text = unwrapped(&bare);
    // Our export puts an apostrophe before formulas only; any other apostrophe belongs to the text.
    let was_marked = row.cells.get(column.unwrap_or_default()).is_some_and(|raw| raw.trim_start().starts_with('\''));
    if is_formula(text) && !was_marked {
        return Err(NamingFlaw::Formula);
    }
    Ok(text.to_owned())
}
