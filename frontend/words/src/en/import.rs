//! The import of names from a CSV file, in English.

use lampfield_shared::naming::Field;

use super::counted;
use crate::ImportWords;

pub(crate) const IMPORT: ImportWords = ImportWords {
    choose: "Import CSV",
    paste: "Paste text",
    pasted: "Text of a CSV file, with a line of titles",
    preview: "Preview",
    go: |count| format!("Import {}", counted(count as u64, "extension")),
    done: |count| format!("{} imported", counted(count as u64, "extension")),
    encoding: "Encoding",
    find_out: "Detect",
    read_as: |encoding| format!("Read as {encoding}."),
    guessed: |encoding| format!("Read as {encoding}, a guess. If letters look wrong, choose another encoding."),
    separated: |sign| format!("Columns separated by {}.", if sign == "\t" { "tab" } else { sign }),
    field,
    not_used: "not used",
    columns: "Columns",
    no_head: "There is no line of titles: columns are taken as number, name, department, PBX.",
    sum: |changed, same| format!("{changed} will change, {same} {}.", if same == 1 { "stays" } else { "stay" }),
    none_removed: "Nothing is removed: extensions that are not in the file stay as they are.",
    more: |count| format!("and {count} more"),
    taken: |line, written, exten| format!("Line {line}: {written} is read as {exten}"),
    passed: |count| format!("{} skipped:", counted(count, "line")),
    unclear: "Nothing can be imported until this is fixed:",
};

const fn field(field: Field) -> &'static str {
    match field {
        Field::Exten => "Number",
        Field::Name => "Name",
        Field::Group => "Department",
        Field::Site => "PBX",
    }
}
