//! The import of names from a CSV file, in Russian.

use lampfield_shared::naming::Field;

use super::plural::{counted, of_count};
use crate::ImportWords;

pub(crate) const IMPORT: ImportWords = ImportWords {
    choose: "Загрузить CSV",
    paste: "Вставить текст",
    pasted: "Текст файла CSV, с названиями столбцов в первой строке",
    preview: "Показать изменения",
    go: |count| format!("Загрузить: {}", counted(count as u64, NUMBERS)),
    done: |count| format!("Загружено: {}", counted(count as u64, NUMBERS)),
    encoding: "Кодировка",
    find_out: "Определить",
    read_as: |encoding| format!("Кодировка: {encoding}."),
    guessed: |encoding| {
        format!("Кодировка: {encoding}, определена предположительно. Если буквы неверны, выберите другую.")
    },
    separated: |sign| format!("Разделитель: {}.", if sign == "\t" { "табуляция" } else { sign }),
    field,
    not_used: "не используется",
    columns: "Столбцы",
    no_head: "Строки с названиями столбцов нет: по порядку взяты номер, имя, отдел, АТС.",
    sum: |changed, same| {
        let become_other = of_count(changed as u64, ["Изменится", "Изменятся", "Изменится"]);
        format!("{become_other} {}, без изменений: {same}.", counted(changed as u64, NUMBERS))
    },
    none_removed: "Ничего не удаляется: номера, которых нет в файле, остаются как есть.",
    more: |count| format!("и ещё {count}"),
    taken: |line, written, exten| format!("Строка {line}: {written} прочитано как {exten}"),
    passed: |count| {
        let skipped = of_count(count, ["Пропущена", "Пропущены", "Пропущено"]);
        format!("{skipped} {}:", counted(count, ["строка", "строки", "строк"]))
    },
    unclear: "Пока это не исправлено, загрузить ничего нельзя:",
};

const NUMBERS: [&str; 3] = ["номер", "номера", "номеров"];

const fn field(field: Field) -> &'static str {
    match field {
        Field::Exten => "Номер",
        Field::Name => "Имя",
        Field::Group => "Отдел",
        Field::Site => "АТС",
    }
}
