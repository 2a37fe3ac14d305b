//! The pages of boards, in Russian.

use crate::i18n::OwnBoardWords;

pub(crate) const OWN_BOARDS: OwnBoardWords = OwnBoardWords {
    new: "Новое табло",
    none: "Табло пока нет. Табло показывает номера своими группами и в своём порядке: вкладкой и на стене.",
    gone: "Такого табло больше нет.",
    title: "Название",
    name: "Имя в адресах (пусто — из названия)",
    name_needed: "Дайте табло имя из букв и цифр: оно нужно для адреса.",
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
    group: |number| format!("группа {number}"),
    stands: |exten, group| format!("{exten} уже стоит в группе «{group}»."),
    several: |typed| format!("По запросу «{typed}» номеров несколько: выберите из списка или наберите номер."),
    nobody: |typed| format!("По запросу «{typed}» ничего нет. Номер можно добавить и так."),
    is_at: |what, place, of, group| format!("{what}: {place} из {of}, «{group}»"),
    changed: "Это табло тем временем изменили. Сохранить поверх нельзя.",
    load: "Загрузить заново",
    saved: |title| format!("Табло «{title}» сохранено и уже на всех страницах."),
    delete: "Удалить",
    delete_sure: |title| format!("Удалить табло «{title}»? Вкладка исчезнет со всех страниц."),
};
