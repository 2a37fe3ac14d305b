//! The page of the audit log, in Russian.

use super::plural::counted;
use super::{deeds, facts};
use crate::AuditWords;

pub(crate) const AUDIT: AuditWords = AuditWords {
    deed: deeds::told,
    fact: facts::told,
    outcome: facts::outcome,
    kind: "Что",
    any: "Всё",
    kinds: |kind| {
        Some(match kind {
            "dnd" => "Не беспокоить",
            "extension" => "Номера",
            "peer" => "АТС",
            "board" => "Табло",
            "account" => "Учётные записи",
            "screen" => "Экраны",
            "login" => "Входы",
            "logout" => "Выходы",
            "session" => "Сеансы",
            _ => return None,
        })
    },
    export: "Выгрузить в CSV",
    many: |count| counted(count as u64, ["номер", "номера", "номеров"]),
    partly: |done, failed| format!("сделано: {done}, не вышло: {failed}"),
    open: "Показать каждый",
    none: "Таких записей нет.",
};
