//! The import of names from a CSV file, in English.

use lampfield_shared::naming::Field;

use super::counted;
use crate::ImportWords;

pub(crate) const IMPORT: ImportWords = ImportWords {
    title: "From a CSV file: number, name, department, PBX",
    paste: "Or paste its text",
    encoding: "Encoding of the file",
    find_out: "Detect",
    read_as: |encoding| format!("Read as {encoding}."),
    guessed: |encoding| {
        format!("Read as {encoding}. That is a guess: check the letters below, or choose the encoding.")
    },
    field,
    columns: |columns| {
        let column = |(title, of): &(&str, Field)| format!("“{title}” is the {}", field(*of));
        format!("Columns: {}.", columns.iter().map(column).collect::<Vec<_>>().join(", "))
    },
    no_head: "There is no line of titles: the columns are taken by their order.",
    unknown: |titles| format!("Columns passed over: {}.", titles.join(", ")),
    taken: |line, written, exten| format!("Line {line}: {written} is taken as {exten}"),
    passed: |count| format!("Passed over: {}.", counted(count, "line")),
    unclear: "Nothing is changed until this is mended:",
};

const fn field(field: Field) -> &'static str {
    match field {
        Field::Exten => "number",
        Field::Name => "name",
        Field::Group => "department",
        Field::Site => "PBX",
    }
}
