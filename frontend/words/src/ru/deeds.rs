//! What was done, by the words of the audit log, in Russian.

/// The words for an action in the audit log.
pub(super) fn told(action: &str) -> Option<&'static str> {
    Some(match action {
        "account.create" => "Создана учётная запись",
        "account.holder" => "Изменён владелец записи",
        "account.remove" => "Удалена учётная запись",
        "account.reset_password" => "Сброшен пароль",
        "account.role" => "Изменена роль",
        "account.set_password" => "Заменён пароль",
        "board.create" => "Создано табло",
        "board.edit" => "Изменено табло",
        "board.delete" => "Удалено табло",
        "dnd.on" => "«Не беспокоить» включено",
        "dnd.off" => "«Не беспокоить» выключено",
        "dnd.ended" => "«Не беспокоить» закончилось",
        "extension.edit" => "Изменён номер",
        "extension.import" => "Загружены номера",
        "extension.undo" => "Изменение номеров отменено",
        "extension.reset" => "Номер возвращён к исходному",
        "login" => "Вход",
        "logout" => "Выход",
        "peer.pause" => "АТС поставлена на паузу",
        "peer.resume" => "Пауза АТС снята",
        "peer.refresh" => "Запрошены все состояния",
        "screen.create" => "Создан экран",
        "screen.revoke" => "Отозван экран",
        "session.end" => "Завершён сеанс",
        _ => return None,
    })
}
