//! What the plain page says, in each of its languages. Nothing here depends on the browser.

use lampfield_shared::LampState;

/// A language of the plain page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    English,
    Russian,
}

/// How long, in the one unit that people would say it in. It never says more than is true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Age {
    Now,
    Minutes(u64),
    Hours(u64),
    Days(u64),
}

impl Age {
    pub(super) const fn of_millis(millis: u64) -> Self {
        match millis / 60_000 {
            0 => Self::Now,
            minutes @ 1..60 => Self::Minutes(minutes),
            minutes @ 60..1440 => Self::Hours(minutes / 60),
            minutes => Self::Days(minutes / 1440),
        }
    }
}

/// The fixed texts.
pub(super) struct Texts {
    pub(super) shown_at: &'static str,
    pub(super) refreshes: &'static str,
    pub(super) demo: &'static str,
    pub(super) no_site: &'static str,
    pub(super) empty: &'static str,
    pub(super) silent: &'static str,
    pub(super) live: &'static str,
    /// The heads of the columns: state, number, name, since.
    pub(super) columns: [&'static str; 4],
    pub(super) dnd_too: &'static str,
}

const ENGLISH: Texts = Texts {
    shown_at: "Lamps at",
    refreshes: "This page refreshes itself every 10 seconds. Should its time stand still, it is old.",
    demo: "Demo: these people do not exist",
    no_site: "Other extensions",
    empty: "No extensions yet. They appear when a PBX publishes.",
    silent: "The server does not know its lamps now. It is asked again in 10 seconds.",
    live: "Live",
    columns: ["State", "Number", "Name", "Since"],
    dnd_too: "do not disturb is on",
};

const RUSSIAN: Texts = Texts {
    shown_at: "Лампы на",
    refreshes: "Страница обновляется сама каждые 10 секунд. Если время на ней стоит, она устарела.",
    demo: "Демо: этих людей не существует",
    no_site: "Прочие номера",
    empty: "Номеров пока нет. Они появятся, когда АТС пришлёт состояния.",
    silent: "Сервер сейчас не знает своих ламп. Спросим снова через 10 секунд.",
    live: "На связи",
    columns: ["Состояние", "Номер", "Имя", "С каких пор"],
    dnd_too: "включено «Не беспокоить»",
};

impl Language {
    /// Of a tag such as `ru-RU`.
    pub(super) fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next()?;
        [Self::English, Self::Russian].into_iter().find(|language| language.tag().eq_ignore_ascii_case(primary))
    }

    pub(super) const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Russian => "ru",
        }
    }

    pub(super) const fn texts(self) -> &'static Texts {
        match self {
            Self::English => &ENGLISH,
            Self::Russian => &RUSSIAN,
        }
    }

    pub(super) const fn state(self, state: LampState) -> &'static str {
        match (self, state) {
            (Self::English, LampState::Free) => "Free",
            (Self::English, LampState::Ringing) => "Ringing",
            (Self::English, LampState::OnCall) => "On a call",
            (Self::English, LampState::Busy) => "Busy",
            (Self::English, LampState::CallRinging) => "On a call, second call waiting",
            (Self::English, LampState::OnHold) => "On hold",
            (Self::English, LampState::Dnd) => "Do not disturb",
            (Self::English, LampState::Offline) => "Phone offline",
            (Self::English, LampState::NoData) => "No data",
            (Self::Russian, LampState::Free) => "Свободен",
            (Self::Russian, LampState::Ringing) => "Входящий вызов",
            (Self::Russian, LampState::OnCall) => "Разговор",
            (Self::Russian, LampState::Busy) => "Занят",
            (Self::Russian, LampState::CallRinging) => "Разговор, ждёт второй вызов",
            (Self::Russian, LampState::OnHold) => "На удержании",
            (Self::Russian, LampState::Dnd) => "Не беспокоить",
            (Self::Russian, LampState::Offline) => "Телефон не в сети",
            (Self::Russian, LampState::NoData) => "Нет данных",
        }
    }

    pub(super) fn age(self, age: Age) -> String {
        match (self, age) {
            (Self::English, Age::Now) => "just now".into(),
            (Self::English, Age::Minutes(n)) => format!("{n} min"),
            (Self::English, Age::Hours(n)) => format!("{n} h"),
            (Self::English, Age::Days(n)) => format!("{n} d"),
            (Self::Russian, Age::Now) => "только что".into(),
            (Self::Russian, Age::Minutes(n)) => format!("{n} мин"),
            (Self::Russian, Age::Hours(n)) => format!("{n} ч"),
            (Self::Russian, Age::Days(n)) => format!("{n} дн."),
        }
    }

    /// What was true that long ago.
    pub(super) fn last_known(self, state: &str, age: Age) -> String {
        let state = state.to_lowercase();
        let when = self.age(age);
        match (self, age) {
            (Self::English, Age::Now) => format!("Last known: {state}, {when}"),
            (Self::English, _) => format!("Last known: {state}, {when} ago"),
            (Self::Russian, Age::Now) => format!("Последнее известное: {state}, {when}"),
            (Self::Russian, _) => format!("Последнее известное: {state}, {when} назад"),
        }
    }

    pub(super) fn site_last_known(self, time: &str) -> String {
        match self {
            Self::English => format!("Last known {time}"),
            Self::Russian => format!("Последнее известное на {time}"),
        }
    }

    pub(super) fn site_never(self, title: &str) -> String {
        match self {
            Self::English => format!("Waiting for the first message from {title}"),
            Self::Russian => format!("Ждём первое сообщение от АТС «{title}»"),
        }
    }

    pub(super) fn no_board(self, name: &str) -> String {
        match self {
            Self::English => format!("There is no board, site or department “{name}”, or nothing is on it."),
            Self::Russian => format!("Табло, площадки или отдела «{name}» нет, или там пусто."),
        }
    }
}
