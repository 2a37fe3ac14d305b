//! The page of the PBXes, in Russian.

use lampfield_shared::{Publishing, Topic};

use super::plural::counted;
use super::{counters, faults};
use crate::PeersWords;
use crate::peers::LadderWords;

pub(crate) const PEERS: PeersWords = PeersWords {
    verdict: |live, all, paused, findings| {
        let paused = match paused {
            [] => String::new(),
            titles => format!(", на паузе: {}", titles.join(", ")),
        };
        let problems = match findings {
            0 => "Проблем нет".into(),
            n => counted(n as u64, ["проблема", "проблемы", "проблем"]),
        };
        format!("На связи АТС: {live} из {all}{paused}. {problems}.")
    },
    none: "Ни одна АТС пока не подключена.",
    none_do: "Добавьте в lampfield.toml такой раздел с адресами вашей АТС и этой машины и перезапустите lampfield:",
    none_then: "После этого здесь появится единый блок для pjsip.conf этой АТС и подсказки, чего ещё не хватает.",
    own_eid: |eid| format!("Наш собственный EID: {eid}"),
    eids: "EID",
    trouble: "Проблемы",
    heard: "Последнее сообщение",
    last_out: "Последняя отправка",
    round_trip: "Последняя полная передача",
    answered: |millis, states, drift| {
        let states = counted(states, ["состояние", "состояния", "состояний"]);
        let changed =
            if drift == 0 { "изменений нет".into() } else { format!("изменилось: {drift}") };
        format!("{states} за {},{} с, {changed}", millis / 1000, millis % 1000 / 100)
    },
    not_answered: |time| format!("запрошено в {time}, ответа пока нет"),
    untold: "Ждут отправки",
    refresh: "Запросить все состояния",
    refreshed: |site| format!("У АТС «{site}» запрошены все состояния."),
    counts: "Счётчики",
    strangers: "Неизвестные отправители",
    given: "Наши ответы, по кодам",
    got: "Её ответы, по кодам",
    counter: counters::told,
    fault: faults::told,
    matrix: "Кто кому сообщает",
    unheard: "? — обмен между самими АТС, отсюда его не видно.",
    no_states: "состояний ещё не было",
    told: |standing, code| match (standing, code) {
        (Publishing::Held, _) => "передано".into(),
        (Publishing::Nothing, _) => "ещё ничего не передано".into(),
        (Publishing::Failing, None) => "не отвечает".into(),
        (Publishing::Failing, Some(code)) => format!("ошибка ({code})"),
        (Publishing::Refused, code) => format!("отказывает ({})", code.unwrap_or_default()),
    },
    paused: "Пауза: ничего ей не передаём",
    pause: "Пауза",
    resume: "Продолжить",
    block: |site| format!("pjsip.conf на АТС «{site}» (FreePBX: pjsip_custom.conf)"),
    copy_block: "Скопировать весь блок",
    block_then: "Вставьте его один раз вместо прежних разделов для lampfield и выполните «core restart when \
                 convenient».",
    back: "Все АТС",
    ladder: LadderWords {
        title: |site| format!("Сообщения: {site}"),
        kept: |count| format!("сначала новые, хранится: {count}"),
        all: "Все",
        from: |site| format!("От «{site}»"),
        to: |site| format!("К «{site}»"),
        failures: "Неудачи",
        search: "Номер или слово",
        hold: "Остановить",
        go_on: "Продолжить",
        columns: ["Направление", "Сообщение", "О ком", "Ответ", "Время ответа"],
        topic: |topic, method| match topic {
            Topic::Alive => "Проверка связи (OPTIONS)".into(),
            Topic::Device { .. } => "Состояние".into(),
            Topic::Mailbox { .. } => "Голосовая почта".into(),
            Topic::Refresh => "Запрос всех состояний".into(),
            Topic::Extension { event, .. } => format!("Номер ({event})"),
            Topic::Renewal { .. } => "Публикация продолжается".into(),
            Topic::Withdrawal { .. } => "Публикация снята".into(),
            Topic::Other => method.into(),
        },
        mailbox: |new, old| format!("новых {new}, старых {old}"),
        answer: |code| {
            let word = match code {
                200..=299 => "принято",
                401 | 407 => "просит пароль или не знает отправителя",
                403 => "отказ: запрещено",
                404 => "отказ: нет такого раздела или имени",
                408 | 504 => "ответа вовремя не было",
                412 => "публикация там неизвестна, передаём заново",
                415 | 400 => "отказ: не понято",
                423 => "отказ: слишком короткий срок",
                481 => "отказ: такой транзакции нет",
                489 => "отказ: событие там неизвестно",
                500..=599 => "ошибка там, повторим",
                100..=199 => "выполняется",
                _ => "отказ",
            };
            format!("{code} {word}")
        },
        waiting: "ждём",
        no_answer: "нет ответа 32 с",
        no_request: "(запрос уже не хранится)",
        copies: |count| format!("отправлено раз: {count}"),
        took: |millis| format!("{millis} мс"),
        wire: "Показать сообщения целиком",
        none: "Таких сообщений нет.",
        left_out: |n| format!("… не показано: {}", counted(n, ["байт", "байта", "байт"])),
    },
};
