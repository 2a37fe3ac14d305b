//! Extensions as a table, out and in: what a file of them would change, and what is wrong with it.

use std::collections::{BTreeMap, BTreeSet};

use lampfield_shared::naming::{ImportError, ImportReport, NamedExtension, Naming, NamingChange};
use lampfield_shared::{Cause, Exten, Site, Why};

use crate::board::Edited;

/// The columns, in the order of an export.
const COLUMNS: [&str; 4] = ["exten", "name", "group", "site"];
/// The longest name or department, in characters.
const LONGEST: usize = 100;
/// So many faults are told of a file: whoever mends these sees the others.
const FAULTS: usize = 20;

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
    #[error("{0} stands twice")]
    Twice(Exten),
    /// Very likely it means something.
    #[error("there is no column `{0}`, only {all}", all = COLUMNS.join(", "))]
    OddColumn(String),
    /// Nobody knows whom the lines are about.
    #[error("the column `exten` is missing")]
    NoExtenColumn,
    /// It is no such file.
    #[error("{0}")]
    Csv(String),
}

impl NamingFlaw {
    /// By its cause, where there is a name for it.
    pub fn why(&self) -> Option<Why> {
        let (cause, about): (Cause, &[&dyn ToString]) = match self {
            Self::NoExten(exten) => (Cause::NoExten, &[exten]),
            Self::LongName => (Cause::LongName, &[&LONGEST]),
            Self::NoSite(name) => (Cause::NoSite, &[name]),
            Self::Twice(exten) => (Cause::Twice, &[exten]),
            Self::OddColumn(name) => (Cause::OddColumn, &[name]),
            Self::NoExtenColumn => (Cause::NoExtenColumn, &[]),
            Self::Csv(_) => return None,
        };
        Some(Why::of(cause, about))
    }

    fn in_line(&self, line: Option<u64>) -> ImportError {
        ImportError { line, text: self.to_string(), why: self.why() }
    }
}

impl From<csv::Error> for NamingFlaw {
    fn from(error: csv::Error) -> Self {
        Self::Csv(error.to_string())
    }
}

/// What a file comes to.
#[derive(Debug)]
pub struct Import {
    /// For whoever sent it.
    pub report: ImportReport,
    /// What has to be edited for it.
    pub edits: Vec<(Exten, Edited)>,
}

/// All extensions as a file.
pub fn export(all: &[NamedExtension]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let rows = all.iter().map(|it| [it.exten.as_str(), &it.now.name, &it.now.group, &it.now.site]);
    for row in [COLUMNS].into_iter().chain(rows) {
        // A buffer takes everything.
        let _infallible = writer.write_record(row);
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
    }
    let file = all.iter().find(|it| it.exten == *exten).map(|it| it.file.clone()).unwrap_or_default();
    Ok(Edited::towards(wanted, &file))
}

/// A PBX by its name or what people call it.
fn site(text: &str, sites: &[Site]) -> Result<String, NamingFlaw> {
    let is_it = |site: &&Site| site.name.as_str() == text || site.title == text;
    match sites.iter().find(is_it) {
        _ if text.is_empty() => Ok(String::new()),
        Some(site) => Ok(site.name.to_string()),
        None => Err(NamingFlaw::NoSite(text.into())),
    }
}

/// Reads a file of extensions. A column that is missing changes nothing; a cell that is empty says nothing.
pub fn import(text: &str, all: &[NamedExtension], sites: &[Site]) -> Import {
    let known: BTreeMap<&Exten, &NamedExtension> = all.iter().map(|it| (&it.exten, it)).collect();
    let mut import = Import {
        report: ImportReport { dry_run: true, changes: Vec::new(), unchanged: 0, errors: Vec::new() },
        edits: Vec::new(),
    };
    let text = text.trim_start_matches('\u{feff}');
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter(text)).trim(csv::Trim::All).from_reader(text.as_bytes());
    let columns = match reader.headers().map_err(NamingFlaw::from).and_then(columns) {
        Ok(columns) => columns,
        Err(flaw) => {
            import.report.errors.push(flaw.in_line(Some(1)));
            return import;
        }
    };
    let mut seen = BTreeSet::new();
    for record in reader.records() {
        let position = record.as_ref().map_or_else(csv::Error::position, csv::StringRecord::position);
        let line = position.map(csv::Position::line);
        let taken = record.map_err(NamingFlaw::from).and_then(|record| {
            let row = Row { record, columns: &columns };
            import.take(&row, &known, sites, &mut seen)
        });
        if let Err(flaw) = taken
            && import.report.errors.len() < FAULTS
        {
            import.report.errors.push(flaw.in_line(line));
        }
    }
    import
}

struct Row<'a> {
    record: csv::StringRecord,
    columns: &'a [Option<usize>; 4],
}

impl Row<'_> {
    /// The text of a column; `None` where there is no such column.
    fn cell(&self, column: usize) -> Option<&str> {
        self.columns[column].map(|at| self.record.get(at).unwrap_or_default())
    }
}

impl Import {
    fn take(
        &mut self,
        row: &Row<'_>,
        known: &BTreeMap<&Exten, &NamedExtension>,
        sites: &[Site],
        seen: &mut BTreeSet<Exten>,
    ) -> Result<(), NamingFlaw> {
        let exten = Exten::from(row.cell(0).unwrap_or_default());
        let entry = known.get(&exten).copied();
        let before = entry.map(|it| it.now.clone()).unwrap_or_default();
        let wanted = |column, before: &str| row.cell(column).unwrap_or(before).to_owned();
        let wanted =
            Naming { name: wanted(1, &before.name), group: wanted(2, &before.group), site: wanted(3, &before.site) };
        let after = Naming { site: site(&wanted.site, sites)?, ..wanted };
        let edited = edit(&exten, &after, entry.map_or(&[], std::slice::from_ref), sites)?;
        if !seen.insert(exten.clone()) {
            return Err(NamingFlaw::Twice(exten));
        }
        if after == before {
            self.report.unchanged += 1;
        } else {
            self.edits.push((exten.clone(), edited));
            self.report.changes.push(NamingChange { exten, before, after });
        }
        Ok(())
    }
}

/// Where each of [`COLUMNS`] is.
fn columns(head: &csv::StringRecord) -> Result<[Option<usize>; 4], NamingFlaw> {
    let columns = COLUMNS.map(|column| head.iter().position(|it| it.eq_ignore_ascii_case(column)));
    if let Some(odd) = head.iter().find(|it| !COLUMNS.iter().any(|column| column.eq_ignore_ascii_case(it))) {
        return Err(NamingFlaw::OddColumn(odd.into()));
    }
    columns[0].is_some().then_some(columns).ok_or(NamingFlaw::NoExtenColumn)
}

/// A comma; or what spreadsheets write where the comma stands in numbers.
fn delimiter(text: &str) -> u8 {
    let head = text.lines().next().unwrap_or_default();
    [b',', b';', b'\t'].into_iter().find(|sign| head.as_bytes().contains(sign)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use lampfield_shared::{Freshness, Timestamp};

    use super::*;

    fn naming(text: &str) -> Naming {
        let mut parts = text.split('/').map(str::to_owned);
        let mut next = || parts.next().unwrap_or_default();
        Naming { name: next(), group: next(), site: next() }
    }

    fn entry(exten: &str, now: &str, file: &str) -> NamedExtension {
        NamedExtension { exten: exten.into(), now: naming(now), file: naming(file), heard: true }
    }

    fn all() -> Vec<NamedExtension> {
        vec![
            entry("1001", "Anna/Sales", "Anna/Sales"),
            entry("1002", "Boris, jr.", ""),
            entry("1003", "/Lab", "Vera/Lab"),
        ]
    }

    fn sites() -> Vec<Site> {
        let (name, title) = ("perm".into(), "Пермь".into());
        vec![Site { name, title, freshness: Freshness::Live, since: Timestamp(0), heard: None, stops_calls: false }]
    }

    /// The changes as `1001 before > after`.
    #[track_caller]
    fn check(csv: &str, changes: &[&str], edits: &[(&str, [Option<&str>; 3])]) {
        let import = import(csv, &all(), &sites());
        assert_eq!(import.report.errors, [], "{csv:?}");
        let text = |it: &Naming| [it.name.as_str(), &it.group, &it.site].join("/");
        let told: Vec<String> = import
            .report
            .changes
            .iter()
            .map(|it| format!("{} {} > {}", it.exten, text(&it.before), text(&it.after)))
            .collect();
        assert_eq!(told, changes, "{csv:?}");
        let expected: Vec<(Exten, Edited)> = edits
            .iter()
            .map(|(exten, parts)| {
                let [name, group, site] = parts.map(|part| part.map(str::to_owned));
                (Exten::from(*exten), Edited { name, group, site })
            })
            .collect();
        assert_eq!(import.edits, expected, "{csv:?}");
    }

    #[test]
    fn what_is_written_out_changes_nothing_when_it_is_read_again() {
        let csv = export(&all());
        assert_eq!(csv, "exten,name,group,site\n1001,Anna,Sales,\n1002,\"Boris, jr.\",,\n1003,,Lab,\n");
        let import = import(&csv, &all(), &sites());
        assert_eq!((import.report.unchanged, import.report.changes.len(), import.edits.len()), (3, 0, 0));
    }

    #[test]
    fn a_file_says_only_what_its_columns_say() {
        check("exten,name\n1001,Olga\n", &["1001 Anna/Sales/ > Olga/Sales/"], &[("1001", [Some("Olga"), None, None])]);
        check("name,Exten\n Olga ,1004\n", &["1004 // > Olga//"], &[("1004", [Some("Olga"), None, None])]);
        check("exten,name\n1003,Vera\n", &["1003 /Lab/ > Vera/Lab/"], &[("1003", [None, None, None])]);
        check("exten,group\n1001,\n", &["1001 Anna/Sales/ > Anna//"], &[("1001", [None, Some(""), None])]);
        check(
            "\u{feff}exten;site\r\n1001;Пермь\r\n1002;perm\r\n",
            &["1001 Anna/Sales/ > Anna/Sales/perm", "1002 Boris, jr.// > Boris, jr.//perm"],
            &[("1001", [None, None, Some("perm")]), ("1002", [Some("Boris, jr."), None, Some("perm")])],
        );
    }

    #[test]
    fn says_what_is_wrong_and_in_which_line() {
        let long = format!("exten,name\n1,{}\n", "x".repeat(101));
        for (csv, line, words) in [
            ("", 1, "column `exten` is missing"),
            ("name\nAnna\n", 1, "column `exten` is missing"),
            ("exten,phone\n1,2\n", 1, "there is no column `phone`"),
            ("exten,site\n1,Omsk\n", 2, "there is no PBX `Omsk`"),
            ("exten,name\n1,a\n1,b\n", 3, "1 stands twice"),
            ("exten,name\n,a\n", 2, "`` is no extension"),
            ("exten,name\n1 2,a\n", 2, "`1 2` is no extension"),
            ("exten,name\n1\n", 2, "found record with 1 fields"),
            (&long, 2, "a name and a department"),
        ] {
            let report = import(csv, &all(), &sites()).report;
            assert_eq!(report.errors.len(), 1, "{csv:?}");
            let error = &report.errors[0];
            assert!(error.line == Some(line) && error.text.contains(words), "{csv:?}: {error:?}");
        }
    }
}
