//! The names of a PBX's counters, in Russian.

/// The name of a counter, by its name in the API.
pub(super) fn told(counter: &str) -> Option<&'static str> {
    Some(match counter {
        "publish" => "Запросов PUBLISH",
        "device_state" => "Состояний устройств",
        "mailbox_state" => "Состояний ящиков",
        "extension_state" => "Состояний номеров",
        "extension_restart" => "Номеров, публикация которых началась заново",
        "refresh_request" => "Просьб рассказать всё заново",
        "not_cachable" => "Состояний, которые нельзя хранить",
        "filtered" => "Отсеяно фильтрами",
        "beyond_limit" => "Сверх предела имён",
        "new_publication" => "Новых публикаций",
        "publication_ended" => "Закончившихся публикаций",
        "publication_evicted" => "Публикаций, вытесненных новыми",
        "restart" => "Перезапусков",
        "missed" => "Пропусков в порядке сообщений",
        "lost" => "Раз замолкала",
        "drift" => "Неверных состояний, найденных при сверке",
        "repaired" => "Состояний, исправленных при сверке",
        "told_all" => "Раз рассказано всё",
        "would_not_take" => "Состояний, которые не приняты",
        "no_answer" => "Наших запросов без ответа",
        "unreachable" => "Наших запросов, которые не дошли",
        "challenged" => "Просьб назвать пароль",
        "stale_nonce" => "Паролей с истёкшим одноразовым кодом",
        "wrong_password" => "Неверных паролей",
        "bad_event" => "Неизвестных видов событий",
        "unknown_resource" => "Неизвестных ресурсов",
        "unsupported_media_type" => "Непонятных форматов",
        "bad_body" => "Испорченных сообщений",
        "own_eid" => "Сообщений с нашим идентификатором",
        "spoofed_eid" => "Сообщений с чужим идентификатором",
        "eid_clash" => "Столкновений идентификаторов",
        "tag_unknown" => "Неизвестных меток публикации",
        "too_brief" => "Слишком коротких сроков",
        "stranger" => "Сообщений от неизвестных адресов",
        "ambiguous_address" => "Сообщений с адреса, общего для нескольких АТС",
        "malformed" => "Не похоже на SIP",
        "retransmission" => "Повторов",
        "refused_by_sip" => "Отказов ещё до разбора",
        "overload" => "Забыто из-за перегрузки",
        "stray_response" => "Ответов ни на что",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use lampfield_shared::peer::COUNTERS;

    #[test]
    fn every_counter_has_words() {
        for counter in COUNTERS {
            assert!(super::told(counter).is_some(), "{counter}");
        }
    }
}
