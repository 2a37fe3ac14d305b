//! Texts on entries of the audit log, in Russian.

use lampfield_shared::account::{NoAccount, OwnDnd};
use lampfield_shared::{DndKind, Fact, Role, Timestamp};

use super::plural::counted;

/// A fact in words; `time` formats a time of day.
pub(super) fn told(fact: &Fact, time: &dyn Fn(Timestamp) -> String) -> Option<String> {
    Some(match fact {
        Fact::Kind(DndKind::Lamp) => "только лампа".into(),
        Fact::Kind(DndKind::Calls) => "звонки не проходят".into(),
        Fact::ConfirmedBy(node) => format!("подтвердила АТС {node}"),
        Fact::Until(until) => format!("до {}", time(*until)),
        Fact::Reason(reason) => format!("причина: {reason}"),
        Fact::Elsewhere => "на телефоне или на самой АТС".into(),
        Fact::AfterRestart => "после перезапуска".into(),
        Fact::NotBegun => "ещё не начато".into(),
        Fact::OutOfReach(node) => format!("АТС {node} больше недоступна и может не пропускать звонки"),
        Fact::NothingWasOn => "ничего не было включено".into(),
        Fact::FirstStart => "при первом запуске".into(),
        Fact::RoleWas(role) => format!("прежде: {}", self::role(*role)),
        Fact::Role(role) => format!("роль: {}", self::role(*role)),
        Fact::DisplayName(name) if name.is_empty() => "без отображаемого имени".into(),
        Fact::DisplayName(name) => format!("отображаемое имя: {name}"),
        Fact::OwnExtension(exten) if exten.as_str().is_empty() => "без своего номера".into(),
        Fact::OwnExtension(exten) => format!("свой номер: {exten}"),
        Fact::OwnDnd(right) => format!("своё «Не беспокоить»: {}", own_dnd(*right).to_lowercase()),
        Fact::Board(board) => format!("табло: {board}"),
        Fact::Title(title) => format!("название: {title}"),
        Fact::Extensions(count) => counted(*count, ["номер", "номера", "номеров"]),
        Fact::Name(name) => format!("имя: {name}"),
        Fact::Group(group) => format!("отдел: {group}"),
        Fact::Site(site) => format!("АТС: {site}"),
        Fact::Changed(count) => counted(*count, ["изменён", "изменено", "изменено"]),
        Fact::Refused(_) | Fact::Order(_) => return None,
        Fact::Text(text) => text.clone(),
    })
}

/// The outcome of an action.
pub(super) fn outcome(result: &str) -> Option<&'static str> {
    match result {
        "ok" => Some("Сделано"),
        "cut off by a restart" => Some("Прервано перезапуском"),
        _ => None,
    }
}

/// What an account may do about "do not disturb" on its own extension.
pub(super) const fn own_dnd(right: OwnDnd) -> &'static str {
    match right {
        OwnDnd::Nothing => "Нельзя",
        OwnDnd::Lamp => "Лампа",
        OwnDnd::Calls => "Лампа, запрет звонков",
    }
}

/// Who did something without an account.
pub(super) fn no_account(who: NoAccount<'_>) -> String {
    match who {
        NoAccount::Guest => "гость".into(),
        NoAccount::Screen(name) => format!("экран {name}"),
        NoAccount::Timer => "таймер".into(),
        NoAccount::UnknownName => "неизвестное имя".into(),
    }
}

/// The name of a role.
pub(super) const fn role(role: Role) -> &'static str {
    match role {
        Role::Screen => "Экран",
        Role::Viewer => "Просмотр",
        Role::Receptionist => "Приёмная",
        Role::Admin => "Администратор",
    }
}
