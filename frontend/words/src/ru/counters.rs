//! What is counted of a PBX, in Russian.

use lampfield_shared::Counter;

/// Finds the Russian words for a counter by the name that JSON has for it; `None` for the name of another release.
pub(super) fn told(counter: &str) -> Option<&'static str> {
    Counter::from_name(counter).map(words)
}

fn words(counter: Counter) -> &'static str {
    match counter {
        Counter::Publish => "Запросов PUBLISH",
        Counter::DeviceState => "Состояний устройств",
        Counter::MailboxState => "Состояний ящиков",
        Counter::ExtensionState => "Состояний номеров",
        Counter::ExtensionRestart => "Номеров, публикация которых началась заново",
        Counter::RefreshRequest => "Запросов всех состояний",
        Counter::NotCachable => "Состояний, которые нельзя хранить",
        Counter::Filtered => "Отсеяно фильтрами",
        Counter::BeyondLimit => "Сверх предела имён",
        Counter::NewPublication => "Новых публикаций",
        Counter::PublicationEnded => "Закончившихся публикаций",
        Counter::PublicationEvicted => "Публикаций, вытесненных новыми",
        Counter::Restart => "Перезапусков",
        Counter::Missed => "Пропусков в порядке сообщений",
        Counter::Lost => "Обрывов связи",
        Counter::Drift => "Неверных состояний, найденных при сверке",
        Counter::Repaired => "Состояний, исправленных при сверке",
        Counter::ToldAll => "Полных передач",
        Counter::WouldNotTake => "Состояний, которые не приняты",
        Counter::NoAnswer => "Наших запросов без ответа",
        Counter::Unreachable => "Наших запросов, которые не дошли",
        Counter::Challenged => "Просьб назвать пароль",
        Counter::StaleNonce => "Паролей с истёкшим одноразовым кодом",
        Counter::WrongPassword => "Неверных паролей",
        Counter::BadEvent => "Неизвестных видов событий",
        Counter::UnknownResource => "Неизвестных ресурсов",
        Counter::UnsupportedMediaType => "Непонятных форматов",
        Counter::BadBody => "Испорченных сообщений",
        Counter::OwnEid => "Сообщений с нашим идентификатором",
        Counter::SpoofedEid => "Сообщений с чужим идентификатором",
        Counter::EidClash => "Столкновений идентификаторов",
        Counter::TagUnknown => "Неизвестных меток публикации",
        Counter::TooBrief => "Слишком коротких сроков",
        Counter::Stranger => "Сообщений от неизвестных адресов",
        Counter::AmbiguousAddress => "Сообщений с адреса, общего для нескольких АТС",
        Counter::Malformed => "Не похоже на SIP",
        Counter::Retransmission => "Повторов",
        Counter::RefusedBySip => "Отказов ещё до разбора",
        Counter::Overload => "Забыто из-за перегрузки",
        Counter::StrayResponse => "Лишних ответов",
    }
}
