//! The import of names from a CSV file, in Russian.

use lampfield_shared::naming::Field;

use super::plural::counted;
use crate::ImportWords;

pub(crate) const IMPORT: ImportWords = ImportWords {
    title: "Из файла CSV: номер, имя, отдел, АТС",
    paste: "Или вставьте его текст",
    encoding: "Кодировка файла",
    find_out: "Определить",
    read_as: |encoding| format!("Кодировка: {encoding}."),
    guessed: |encoding| format!("Кодировка: {encoding}. Она угадана: проверьте буквы ниже или выберите кодировку."),
    field,
    columns: |columns| {
        let column = |(title, of): &(&str, Field)| format!("«{title}» — {}", field(*of));
        format!("Столбцы: {}.", columns.iter().map(column).collect::<Vec<_>>().join(", "))
    },
    no_head: "Строки с названиями столбцов нет: столбцы взяты по порядку.",
    unknown: |titles| format!("Пропущены столбцы: {}.", titles.join(", ")),
    taken: |line, written, exten| format!("Строка {line}: {written} понято как {exten}"),
    passed: |count| format!("Пропущено: {}.", counted(count, ["строка", "строки", "строк"])),
    unclear: "Пока это не исправлено, ничего не изменится:",
};

const fn field(field: Field) -> &'static str {
    match field {
        Field::Exten => "номер",
        Field::Name => "имя",
        Field::Group => "отдел",
        Field::Site => "АТС",
    }
}
