//! The page of the extensions' names, in Russian.

use super::plural::counted;
use crate::NamingWords;

pub(crate) const NAMING: NamingWords = NamingWords {
    all: |all, unnamed| {
        let numbers = counted(all as u64, ["номер", "номера", "номеров"]);
        match unnamed {
            0 => numbers,
            unnamed => format!("{numbers}, из них на АТС есть, но без имени: {unnamed}"),
        }
    },
    number: "Номер",
    group: "Отдел",
    only: ["Все", "Есть на АТС, без имени", "С именем, на АТС не замечен"],
    add: "Добавить",
    export: "Выгрузить в CSV",
    keys: "Щёлкните ячейку, чтобы изменить. Enter — сохранить, следующая строка. Tab — следующая ячейка. Esc — оставить как было.",
    found_out: "определяется сама",
    cell: |exten, column| format!("{exten}: {column}"),
    edited: |file| match file {
        "" => "изменено".into(),
        file => format!("изменено (в файле: {file})"),
    },
    as_file: "Вернуть из файла",
    none: "Номеров пока нет. Они появятся, когда АТС пришлёт состояния; можно загрузить файл CSV или добавить номер.",
    no_hits: "Таких номеров нет.",
    shown: |n, all| format!("Показано {n} из {all}. Остальные найдёт поиск."),
    meanwhile: |exten| {
        format!("Номер {exten} тем временем изменил кто-то другой. Проверьте его, прежде чем менять снова.")
    },
    undo: "Отменить",
    undone: |done, passed| match passed {
        0 => "Отменено.".into(),
        passed => format!("Отменено: {done}. Осталось: {passed}, их с тех пор изменил кто-то другой."),
    },
};
