//! Russian. A site's name stands in «ёлочки» after «АТС» and never inflects.

use lampfield_shared::LampState;

use super::{Plural, Words, plural_ru};
use crate::age::Age;
use crate::state::Category;

pub(super) const WORDS: Words = Words {
    tag: "ru",
    own_name: "Русский",

    state,
    state_short: |state| match state {
        LampState::Ringing => "Вызов",
        LampState::CallRinging => "Второй вызов",
        LampState::Offline => "Не в сети",
        other => self::state(other),
    },
    dnd_too: "Включено «Не беспокоить»",
    age: |age| match age {
        Age::Now => "сейчас".into(),
        Age::Minutes(n) => format!("{n} мин"),
        Age::Hours(n) => format!("{n} ч"),
        Age::Days(n) => format!("{n} дн."),
    },
    last_known: |state, age| match age {
        Age::Now => format!("Последнее известное: {state}, только что"),
        age => format!("Последнее известное: {state}, {} назад", (WORDS.age)(age)),
    },
    last_known_long: |state, age| match age {
        Age::Now => format!("Последнее известное: {state}, только что"),
        age => format!("Последнее известное: {state}, {} назад", long(age)),
    },
    lasting: |state, age| match age {
        Age::Now => format!("{state}, только что"),
        age => format!("{state}, {}", long(age)),
    },
    voicemails: |n| counted(n.into(), ["новое сообщение", "новых сообщения", "новых сообщений"]),

    category: |category| match category {
        Category::Free => "свободно",
        Category::Ringing => "вызов",
        Category::OnCall => "в разговоре",
        Category::Busy => "занято",
        Category::OnHold => "на удержании",
        Category::Dnd => "не беспокоить",
        Category::Offline => "не в сети",
        Category::NoData => "нет данных",
        Category::LastKnown => "устарело",
    },
    totals: "Показать только",

    site_live: "На связи",
    site_last_known: |time| format!("Последнее известное на {time}"),
    site_never: |site| format!("Ждём первое сообщение от АТС «{site}»"),
    no_site: "Прочие номера",
    no_group: "Без отдела",

    connecting: "Подключаемся…",
    live: "На связи",
    reconnecting: "Переподключаемся…",
    lost: "Связь потеряна",
    lost_since: |time| format!("Связь потеряна. Лампы на {time}."),
    unreachable: "Нет связи с сервером.",
    next_try: |seconds| format!("Повтор через {seconds} с."),
    trying: "Пробуем снова…",

    loading: "Загружаем лампы…",
    empty: "Номеров пока нет. Они появятся, когда АТС пришлёт состояния.",
    no_hits: |typed| format!("По запросу «{typed}» ничего нет. Esc — очистить."),
    none_chosen: "Сейчас таких ламп нет. Esc — показать все.",
    demo: "Демо: этих людей не существует",

    search: "Поиск",
    search_hint: "Номер, имя, отдел, площадка",
    language: "Язык",
    theme: "Светлые или тёмные цвета",
};

const fn state(state: LampState) -> &'static str {
    match state {
        LampState::Free => "Свободен",
        LampState::Ringing => "Входящий вызов",
        LampState::OnCall => "Разговор",
        LampState::Busy => "Занят",
        LampState::CallRinging => "Разговор, ждёт второй вызов",
        LampState::OnHold => "На удержании",
        LampState::Dnd => "Не беспокоить",
        LampState::Offline => "Телефон не в сети",
        LampState::NoData => "Нет данных",
    }
}

/// In the accusative, which says both "for so long" and "so long ago".
fn long(age: Age) -> String {
    match age {
        Age::Now => "несколько секунд".into(),
        Age::Minutes(n) => counted(n, ["минуту", "минуты", "минут"]),
        Age::Hours(n) => counted(n, ["час", "часа", "часов"]),
        Age::Days(n) => counted(n, ["день", "дня", "дней"]),
    }
}

fn counted(n: u64, [one, few, many]: [&str; 3]) -> String {
    let noun = match plural_ru(n) {
        Plural::One => one,
        Plural::Few => few,
        Plural::Many | Plural::Other => many,
    };
    format!("{n} {noun}")
}
