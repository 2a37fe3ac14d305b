//! What only a wall display says. The words for states and ages are the board's own.

use crate::age::Age;
use crate::i18n::Language;

/// Every text of the wall, beside those of [`Words`](crate::i18n::Words).
pub struct WallWords {
    /// The curtain, in large letters.
    pub stale: &'static str,
    /// When the server was last heard, by the time of day.
    pub last_update: fn(&str) -> String,
    /// It was never heard.
    pub no_update: &'static str,
    /// What is done about it.
    pub waiting: &'static str,
    /// The link of this screen was revoked.
    pub token_end: &'static str,
    /// The address names a board that there is not.
    pub no_board: fn(&str) -> String,
    /// The lamps that ring, on every page.
    pub ringing: &'static str,
    /// None does.
    pub none_rings: &'static str,
    /// "and 3 more"
    pub more: fn(usize) -> String,
    /// "Page 2 of 5"
    pub page: fn(usize, usize) -> String,
    /// A state that was true once; it comes in small letters.
    pub was: fn(&str) -> String,
    /// "12 min ago", from "12 min"
    pub ago: fn(Age) -> String,
    /// What moves at every sign of life.
    pub heartbeat: &'static str,
}

impl WallWords {
    /// The words of a language.
    pub const fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &ENGLISH,
            Language::Russian => &RUSSIAN,
        }
    }
}

const ENGLISH: WallWords = WallWords {
    stale: "Stale",
    last_update: |time| format!("Last update {time}"),
    no_update: "No update yet",
    waiting: "Waiting for the server",
    token_end: "This screen’s access has ended. Ask the administrator for a new link.",
    no_board: |name| format!("There is no site or department “{name}”."),
    ringing: "Ringing now",
    none_rings: "No phone rings",
    more: |count| format!("and {count} more"),
    page: |page, of| format!("Page {page} of {of}"),
    was: |state| format!("Was: {state}"),
    ago: |age| match age {
        Age::Now => "just now".into(),
        age => format!("{} ago", (Language::English.words().age)(age)),
    },
    heartbeat: "Beats when the server tells that it lives",
};

const RUSSIAN: WallWords = WallWords {
    stale: "Данные устарели",
    last_update: |time| format!("Обновлено в {time}"),
    no_update: "Данных ещё не было",
    waiting: "Ждём сервер",
    token_end: "Доступ этого экрана закончился. Попросите у администратора новую ссылку.",
    no_board: |name| format!("Нет площадки или отдела «{name}»."),
    ringing: "Сейчас звонят",
    none_rings: "Вызовов нет",
    more: |count| format!("и ещё {count}"),
    page: |page, of| format!("Страница {page} из {of}"),
    was: |state| format!("Было: {state}"),
    ago: |age| match age {
        Age::Now => "только что".into(),
        age => format!("{} назад", (Language::Russian.words().age)(age)),
    },
    heartbeat: "Бьётся, когда сервер подаёт признак жизни",
};
