//! The pages of boards, in Russian.

use super::plural::{counted, of_count};
use crate::OwnBoardWords;

pub(crate) const OWN_BOARDS: OwnBoardWords = OwnBoardWords {
    new: "Новое табло",
    none: "Табло пока нет. Табло показывает номера своими группами и в своём порядке: вкладкой и на стене.",
    gone: "Такого табло больше нет.",
    title: "Название",
    name: "Адрес (необязательно)",
    name_needed: "Дайте табло имя из букв и цифр: оно нужно для адреса.",
    title_needed: "Дайте табло название.",
    back: "Все табло",
    add_department: "Добавить отдел…",
    added: |count, department| {
        let added = of_count(count as u64, ["Добавлена", "Добавлены", "Добавлено"]);
        format!("{added} {} отдела «{department}».", counted(count as u64, ["лампа", "лампы", "ламп"]))
    },
    move_to: "Переместить в…",
    group_title: "Название группы",
    lamps: "Номера",
    wall: "На стене",
    unknown: "неизвестен",
    all_unknown: |extens| format!("Ни одна АТС не сообщала о номерах: {extens}. На табло будет «Нет данных»."),
    which: "Номер или имя",
    add: "Добавить",
    add_group: "Добавить группу",
    up: "Выше",
    down: "Ниже",
    take_off: "Убрать",
    of: |act, what| format!("{act}: {what}"),
    group: |number| format!("Группа {number}"),
    stands: |exten, group| format!("{exten} уже стоит в группе «{group}»."),
    several: |typed| format!("По запросу «{typed}» номеров несколько: выберите из списка или наберите номер."),
    nobody: |typed| format!("По запросу «{typed}» ничего нет. Можно добавить и незнакомый номер."),
    is_at: |what, place, of, group| format!("{what}: {place} из {of}, «{group}»"),
    changed: "Это табло тем временем изменили. Загрузите его заново, прежде чем сохранять.",
    load: "Загрузить заново",
    unsaved: "Изменения не сохранены. Они остаются в этом браузере, пока их не сохранят или не отбросят.",
    drop: "Отбросить изменения",
    changed_here: "не сохранено",
    saved: |title| format!("Табло «{title}» сохранено и уже на всех страницах."),
    delete: "Удалить",
    delete_sure: |title| format!("Удалить табло «{title}»? Вкладка исчезнет со всех страниц."),
};
