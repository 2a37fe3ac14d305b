//! Lines and columns of a file: finds the delimiter, and which column holds which field.

use csv::StringRecord;
use lampfield_shared::naming::{Field, ImportColumn};

use super::cell::visible;
use super::flaw::{LINES, NamingFlaw};
use super::number::dialled;

/// Lines in which a head is looked for: people write a title above it.
const ABOVE: usize = 10;
/// Delimiters, the likeliest first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Titles of the fields, the surest first; lower-case letters only.
const TITLES: [(Field, &[&str]); 4] = [
    (
        Field::Exten,
        &[
            "exten",
            "extension",
            "extensionnumber",
            "extnumber",
            "extno",
            "ext",
            "userextension",
            "number",
            "внутреннийномер",
            "внутренний",
            "внутр",
            "внномер",
            "добавочныйномер",
            "добавочный",
            "доб",
            "номер",
            "номертелефона",
            "телефон",
            "phonenumber",
            "phone",
            "num",
            "no",
            "№",
        ],
    ),
    (
        Field::Name,
        &[
            "name",
            "fullname",
            "displayname",
            "фио",
            "имяфамилия",
            "фамилияимя",
            "фамилияимяотчество",
            "имя",
            "calleridname",
            "cidname",
            "extensionname",
            "username",
            "user",
            "employee",
            "person",
            "сотрудник",
            "фиосотрудника",
            "имясотрудника",
            "абонент",
            "пользователь",
            "название",
            "наименование",
            "description",
            "описание",
        ],
    ),
    (
        Field::Group,
        &[
            "group",
            "department",
            "dept",
            "departmentname",
            "division",
            "unit",
            "team",
            "отдел",
            "подразделение",
            "департамент",
            "группа",
            "служба",
        ],
    ),
    (
        Field::Site,
        &[
            "site",
            "sitename",
            "pbx",
            "peer",
            "location",
            "branch",
            "office",
            "площадка",
            "филиал",
            "атс",
            "узел",
            "офис",
        ],
    ),
];

/// Titles of the parts of a name where each has a column: family name, given name, patronymic.
const PARTS: [[&str; 3]; 2] = [["фамилия", "имя", "отчество"], ["lastname", "firstname", "middlename"]];

/// One line of a file that is not empty.
#[derive(Debug)]
pub(super) struct Line {
    /// Number of the line, counted from 1.
    pub(super) number: u64,
    pub(super) cells: StringRecord,
}

/// Columns of the fields.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) exten: usize,
    /// Column of the name, or of its parts in the order in which they are spoken.
    pub(super) name: Vec<usize>,
    pub(super) group: Option<usize>,
    pub(super) site: Option<usize>,
    /// Number of columns.
    pub(super) count: usize,
}

/// A file as a table.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) delimiter: u8,
    pub(super) columns: Columns,
    /// Titles of the columns, where the file has any.
    pub(super) head: Vec<ImportColumn>,
    pub(super) lines: Vec<Line>,
}

/// Why a file cannot be read, with the line.
type Unclear = (Option<u64>, NamingFlaw);

/// Reads text as a table.
pub(super) fn read(text: &str) -> Result<Table, Unclear> {
    let (said, skipped, body) = said_delimiter(text.trim_start_matches('\u{feff}'));
    let delimiters = said.map_or_else(|| DELIMITERS.to_vec(), |said| vec![said]);
    let (found, delimiter) = delimiter_of(body, &delimiters);
    let mut lines = lines(body, delimiter, LINES + 1);
    for line in &mut lines {
        line.number += skipped;
    }
    if lines.len() > LINES {
        return Err((None, NamingFlaw::TooManyLines));
    }
    if let Some(open) = open_quote(body, &lines) {
        return Err((Some(open), NamingFlaw::OpenQuote));
    }
    let (columns, head) = if let Some((at, head)) = found {
        let first = lines.get(at).map(|line| line.number);
        lines = lines.split_off((at + 1).min(lines.len()));
        head.columns().map_err(|flaw| (first, flaw))?
    } else {
        (guessed(&lines).ok_or((Some(1), NamingFlaw::NoExtenColumn))?, Vec::new())
    };
    match lines.iter().find(|line| columns.has_swallowed(line, delimiter)) {
        Some(line) => Err((Some(line.number), NamingFlaw::OpenQuote)),
        None => Ok(Table { delimiter, columns, head, lines }),
    }
}

/// Finds the delimiter by which most titles are known, with the head and its place. Without a head the delimiter is the
/// one that makes most columns; a file of one column has no delimiter, and any of them reads it.
fn delimiter_of(body: &str, delimiters: &[u8]) -> (Option<(usize, Head)>, u8) {
    let first = |delimiter| lines(body, delimiter, ABOVE);
    let heads = delimiters.iter().rev().filter_map(|delimiter| Some((head_of(&first(*delimiter))?, *delimiter)));
    if let Some((head, delimiter)) = heads.max_by_key(|((_, head), _)| head.known) {
        return (Some(head), delimiter);
    }
    let width = |delimiter: &&u8| guessed(&first(**delimiter)).map_or(0, |columns| columns.count);
    (None, delimiters.iter().rev().max_by_key(width).copied().unwrap_or(b','))
}

/// Reads a delimiter named by the first line (`sep=;`, as Excel has it): that, the lines it took, and the rest.
fn said_delimiter(text: &str) -> (Option<u8>, u64, &str) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let bare = first.trim_end_matches('\r').trim_matches('"');
    let sign = bare.get(..4).filter(|it| it.eq_ignore_ascii_case("sep=")).map(|_| &bare.as_bytes()[4..]);
    match sign {
        Some([sign]) if sign.is_ascii() => (Some(*sign), 1, rest),
        _ => (None, 0, text),
    }
}

/// The first lines that are not empty.
fn lines(text: &str, delimiter: u8, most: usize) -> Vec<Line> {
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes());
    let (mut byte, mut number) = (0, 1);
    let mut lines = Vec::new();
    let mut cells = StringRecord::new();
    // The reader fails only on bytes that are no text, and this is text.
    while lines.len() < most && reader.read_record(&mut cells).unwrap_or_default() {
        let start = cells.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or_default());
        // The reader counts empty lines as a part of the record behind them.
        let start =
            text.get(start..).map_or(start, |rest| start + rest.len() - rest.trim_start_matches(['\r', '\n']).len());
        number += text.get(byte..start).map_or(0, line_ends);
        byte = start;
        if cells.iter().any(|cell| !visible(cell).is_empty()) {
            lines.push(Line { number, cells: cells.clone() });
        }
    }
    lines
}

/// Number of lines that end in a text, by any of the three line ends.
fn line_ends(text: &str) -> u64 {
    let lone = text.bytes().zip(text.bytes().skip(1).chain([0])).filter(|pair| pair.0 == b'\r' && pair.1 != b'\n');
    (text.bytes().filter(|byte| *byte == b'\n').count() + lone.count()) as u64
}

/// Finds a line whose quote is not closed: its last cell is then all the rest of the file.
fn open_quote(text: &str, lines: &[Line]) -> Option<u64> {
    let last = lines.last()?;
    let odd = text.bytes().filter(|byte| *byte == b'"').count() % 2 == 1;
    let swallowed = last.cells.iter().next_back()?.contains(['\n', '\r']);
    (odd && swallowed).then_some(last.number)
}

/// A head whose titles are known.
struct Head {
    titles: Vec<String>,
    /// Number of titles that are known.
    known: usize,
}

/// Finds the first line that is a head, and its number among the lines.
fn head_of(lines: &[Line]) -> Option<(usize, Head)> {
    lines.iter().enumerate().find_map(|(at, line)| {
        let titles: Vec<String> = line.cells.iter().map(folded).collect();
        let is_exten = |title: &String| rank(Field::Exten, title).is_some();
        let known = titles.iter().filter(|title| Field::ALL.into_iter().any(|it| rank(it, title).is_some())).count();
        let titled = line.cells.iter().map(|title| visible(title).chars().take(60).collect()).collect();
        // Somebody's name may read like a title.
        let has_number = line.cells.iter().any(|cell| dialled(cell, |_| false).is_ok());
        (titles.iter().any(is_exten) && !has_number).then_some((at, Head { titles: titled, known }))
    })
}

fn folded(title: &str) -> String {
    let letters = title.chars().flat_map(char::to_lowercase).filter(|sign| sign.is_alphanumeric() || *sign == '№');
    letters.map(|sign| if sign == 'ё' { 'е' } else { sign }).collect()
}

/// How surely a title means a field; smaller is surer.
fn rank(field: Field, title: &str) -> Option<usize> {
    let (_, titles) = TITLES.iter().find(|(own, _)| *own == field)?;
    titles.iter().position(|known| *known == title)
}

impl Head {
    fn columns(self) -> Result<(Columns, Vec<ImportColumn>), NamingFlaw> {
        let folded: Vec<String> = self.titles.iter().map(|title| folded(title)).collect();
        let mut found: [Option<usize>; 4] = [None; 4];
        for (field, found) in Field::ALL.into_iter().zip(&mut found) {
            let ranked = folded.iter().enumerate().filter_map(|(at, title)| Some((rank(field, title)?, at)));
            let Some((best, at)) = ranked.clone().min() else { continue };
            if ranked.filter(|(rank, _)| *rank == best).count() > 1 {
                return Err(NamingFlaw::TwoColumns(field, self.titles[at].clone()));
            }
            *found = Some(at);
        }
        let [exten, name, group, site] = found;
        let exten = exten.ok_or(NamingFlaw::NoExtenColumn)?;
        let name = parts(&folded).unwrap_or_else(|| name.into_iter().collect());
        let columns = Columns { exten, name, group, site, count: self.titles.len() };
        let head =
            self.titles.into_iter().enumerate().map(|(at, title)| ImportColumn { title, field: columns.field(at) });
        let head = head.filter(|column| column.field.is_some() || !column.title.is_empty()).collect();
        Ok((columns, head))
    }
}

/// Columns of a name in parts, in the order in which they are spoken; `None` where the name has one column.
fn parts(titles: &[String]) -> Option<Vec<usize>> {
    PARTS.iter().find_map(|parts| {
        let at = parts.map(|part| titles.iter().position(|title| title == part));
        at[0].map(|_| at.into_iter().flatten().collect())
    })
}

impl Columns {
    /// Whether a cell of many lines holds a text that would be a line of the file: its quote was meant to end before.
    fn has_swallowed(&self, line: &Line, delimiter: u8) -> bool {
        let is_line = |text: &str| {
            let cells: Vec<&str> = text.split(char::from(delimiter)).collect();
            let number = cells.get(self.exten).map(|cell| dialled(cell, |_| false));
            cells.len() >= self.count.max(2) && number.is_some_and(|number| number.is_ok())
        };
        line.cells.iter().any(|cell| cell.lines().skip(1).any(is_line))
    }

    fn field(&self, at: usize) -> Option<Field> {
        match at {
            _ if at == self.exten => Some(Field::Exten),
            _ if self.name.contains(&at) => Some(Field::Name),
            _ if self.group == Some(at) => Some(Field::Group),
            _ if self.site == Some(at) => Some(Field::Site),
            _ => None,
        }
    }
}

/// Columns of a file without a head: the one that holds numbers, and the others in the order of an export. Further
/// columns are not read: they may hold anything, passwords among it.
fn guessed(lines: &[Line]) -> Option<Columns> {
    let count = lines.iter().map(|line| line.cells.len()).max().filter(|count| (1..=4).contains(count))?;
    let holds_numbers = |at: &usize| {
        let mut cells = lines.iter().map(|line| line.cells.get(*at).unwrap_or_default());
        cells.all(|cell| dialled(cell, |_| false).is_ok())
    };
    let exten = (0..count).find(holds_numbers)?;
    let mut rest = (0..count).filter(|at| *at != exten);
    Some(Columns { exten, name: rest.next().into_iter().collect(), group: rest.next(), site: rest.next(), count })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The columns as `exten name group site`, the delimiter, and the lines with their numbers.
    fn told(text: &str) -> String {
        let table = match read(text) {
            Ok(table) => table,
            Err((line, flaw)) => return format!("{line:?}: {flaw}"),
        };
        let Columns { exten, name, group, site, .. } = table.columns;
        let line = |line: &Line| format!("{}:{}", line.number, line.cells.iter().collect::<Vec<_>>().join("/"));
        let lines: Vec<_> = table.lines.iter().map(line).collect();
        format!("{exten} {name:?} {group:?} {site:?} {:?} {}", char::from(table.delimiter), lines.join(" "))
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(told(text), expected, "{text:?}");
    }

    #[test]
    fn knows_the_heads_that_people_write() {
        check("exten,name,group,site\n1,a,b,c\n", "0 [1] Some(2) Some(3) ',' 2:1/a/b/c");
        check("\u{feff} Extension ;\u{200b}Display Name;DEPARTMENT\n1;a;b", "0 [1] Some(2) None ';' 2:1/a/b");
        check("Отдел\tВнутренний номер\tФ.И.О.\n b\t1\ta", "1 [2] Some(0) None '\\t' 2: b/1/a");
        check("№;ФИО\n1;a\n", "0 [1] None None ';' 2:1/a");
        check("Фамилия;Имя;Отчество;Номер\na;b;c;1\n", "3 [0, 1, 2] None None ';' 2:a/b/c/1");
        check("exten|name\n1|a\n", "0 [1] None None '|' 2:1/a");
        check("exten\n1\n2\n", "0 [] None None ',' 2:1 3:2");
        check("ext,phone,description,name\n1,2,x,a", "0 [3] None None ',' 2:1/2/x/a");
        check("Номер;Филиал;Кабинет;ФИО сотрудника;Отдел\n1;b;c;a;d", "0 [3] Some(4) Some(1) ';' 2:1/b/c/a/d");
        check("Number,Name,Branch,Department\n1,a,b,d", "0 [1] Some(3) Some(2) ',' 2:1/a/b/d");
        check("Phones of the house\n\nname,number\na,1\n", "1 [0] None None ',' 4:a/1");
    }

    #[test]
    fn the_first_line_may_say_the_delimiter() {
        check("sep=;\r\nexten;name\r\n1;Anna\r\n", "0 [1] None None ';' 3:1/Anna");
        check("\"sep=|\"\nexten|name\n1|a,b\n", "0 [1] None None '|' 3:1/a,b");
        check("\u{feff}SEP=\t\n1\ta\n", "0 [1] None None '\\t' 2:1/a");
    }

    #[test]
    fn passes_over_lines_without_a_cell_and_counts_them() {
        check("exten;name\n1;a\n;;\n\n \t ;\n2;b\n;;\n", "0 [1] None None ';' 2:1/a 6:2/b");
        check("exten,name\r1,a\r2,b\r", "0 [1] None None ',' 2:1/a 3:2/b");
        check("exten,x,name\n1,\"1001\n1002\",a\n2,,b\n", "0 [2] None None ',' 2:1/1001\n1002/a 4:2//b");
    }

    #[test]
    fn a_file_without_a_head_is_guessed_where_it_is_as_an_export() {
        check("1001,Anna,Sales\n1002,Boris,\n", "0 [1] Some(2) None ',' 1:1001/Anna/Sales 2:1002/Boris/");
        check("Anna;1001\nBoris;1002\n", "1 [0] None None ';' 1:Anna/1001 2:Boris/1002");
        check("1001\n1002\n", "0 [] None None ',' 1:1001 2:1002");
        let none = format!("Some(1): {}", NamingFlaw::NoExtenColumn);
        check("1001,s3cret,Anna,novm,x\n", &none);
        check("Anna,Sales\n", &none);
        check("", &none);
    }

    #[test]
    fn says_what_makes_it_unclear() {
        let two = NamingFlaw::TwoColumns(Field::Name, "Name".into());
        check("exten,Name,name\n1,a,b\n", &format!("Some(1): {two}"));
        check("exten,name\n1,\"Anna\n2,Boris\n3,Vera\n", &format!("Some(2): {}", NamingFlaw::OpenQuote));
        let swallowed = "exten,name,x\n1,\"Anna,\n2,Boris,\n3,\"Vera,\n4,Olga,\n";
        check(swallowed, &format!("Some(2): {}", NamingFlaw::OpenQuote));
        check("exten,name\n1,5\" phone\n2,Boris\n", "0 [1] None None ',' 2:1/5\" phone 3:2/Boris");
        check(&format!("exten\n{}", "1\n".repeat(LINES + 1)), &format!("None: {}", NamingFlaw::TooManyLines));
    }
}
