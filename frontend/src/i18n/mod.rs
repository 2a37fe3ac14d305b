//! The page's words in every language that it speaks.
//!
//! A language is one file with one [`Words`], and a folder of that name for parts that grew long: a missing text does
//! not compile. To add one, write it, and name it in [`Language`]; what speaks without this program has words of
//! its own: the server's plain page (`plain/words.rs`) and the offline page (`sw.js`). Wording: short, sentence case, no blame.

mod boards;
mod dialogs;
mod en;
mod ru;
mod screens;
mod wall;
mod words;

pub use boards::OwnBoardWords;
pub use dialogs::{DndWords, KeysWords};
pub use screens::ScreenWords;
pub use wall::WallWords;
pub use words::{AccountWords, AdminWords, BoardWords, CommonWords, DetailsWords, Words};

/// A language of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English
    English,
    /// Russian
    Russian,
}

impl Language {
    /// All, in the order of the switch.
    pub const ALL: [Self; 2] = [Self::English, Self::Russian];

    /// Its words.
    pub const fn words(self) -> &'static Words {
        match self {
            Self::English => &en::WORDS,
            Self::Russian => &ru::WORDS,
        }
    }

    /// The language of a BCP 47 tag such as `ru-RU`, where it is one of ours.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next()?;
        Self::ALL.into_iter().find(|language| language.words().tag.eq_ignore_ascii_case(primary))
    }

    /// The first of a reader's languages that is ours, else English.
    pub fn best<'a>(tags: impl IntoIterator<Item = &'a str>) -> Self {
        tags.into_iter().find_map(Self::from_tag).unwrap_or(Self::English)
    }
}

/// The words of a part by its own method: what a program never calls is not in it.
macro_rules! parts {
    ($($(#[$doc:meta])* $part:ident: $Words:ty = $WORDS:ident;)+) => {
        impl Words { $(
            $(#[$doc])*
            pub const fn $part(&self) -> &'static $Words {
                match self.which {
                    Language::English => &en::$WORDS,
                    Language::Russian => &ru::$WORDS,
                }
            }
        )+ }
    };
}

parts! {
    /// What belongs to no part of the page alone.
    common: CommonWords = COMMON;
    /// Who is looking.
    account: AccountWords = ACCOUNT;
    /// The board around the lamps.
    board: BoardWords = BOARD;
    /// One lamp explained.
    details: DetailsWords = DETAILS;
    /// "Do not disturb".
    dnd: DndWords = DND;
    /// The pages of an admin.
    admin: AdminWords = ADMIN;
    /// The pages of boards.
    own_boards: OwnBoardWords = OWN_BOARDS;
    /// The page of the wall displays.
    screens: ScreenWords = SCREENS;
    /// The list of the keys.
    keys: KeysWords = KEYS;
    /// A wall display.
    wall: WallWords = WALL;
}

/// The plural forms of CLDR that our languages need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Plural {
    One,
    Few,
    Many,
    Other,
}

/// CLDR, `en`, cardinal, whole numbers.
const fn plural_en(n: u64) -> Plural {
    match n {
        1 => Plural::One,
        _ => Plural::Other,
    }
}

/// CLDR, `ru`, cardinal, whole numbers.
const fn plural_ru(n: u64) -> Plural {
    match (n % 10, n % 100) {
        (_, 11..=14) => Plural::Many,
        (1, _) => Plural::One,
        (2..=4, _) => Plural::Few,
        _ => Plural::Many,
    }
}

/// A state's word inside a sentence: "Free" as "free".
pub fn in_sentence(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::age::Age;

    #[test]
    fn counts_in_english_as_cldr_does() {
        let words = Language::English.words();
        for (n, expected) in [(1, "1 new voicemail"), (2, "2 new voicemails"), (21, "21 new voicemails")] {
            assert_eq!((words.voicemails)(n), expected);
        }
    }

    #[test]
    fn counts_in_russian_as_cldr_does() {
        let words = Language::Russian.words();
        for (n, expected) in [
            (1, "1 новое сообщение"),
            (2, "2 новых сообщения"),
            (5, "5 новых сообщений"),
            (11, "11 новых сообщений"),
            (14, "14 новых сообщений"),
            (21, "21 новое сообщение"),
            (22, "22 новых сообщения"),
            (111, "111 новых сообщений"),
        ] {
            assert_eq!((words.voicemails)(n), expected);
        }
    }

    #[test]
    fn counts_what_is_out_of_date_when_a_site_is_lost() {
        let lost = |language: Language, stale| (language.words().board().site_lost)("Пермь", "13:58", stale);
        assert_eq!(lost(Language::English, 1), "No data from Пермь since 13:58. 1 lamp is out of date.");
        assert_eq!(lost(Language::English, 42), "No data from Пермь since 13:58. 42 lamps are out of date.");
        for (stale, lamps) in [(1, "Устарела 1 лампа."), (42, "Устарели 42 лампы."), (11, "Устарело 11 ламп.")]
        {
            assert_eq!(lost(Language::Russian, stale), format!("Нет данных от АТС «Пермь» с 13:58. {lamps}"));
        }
    }

    #[test]
    fn speaks_of_ages() {
        let (en, ru) = (Language::English.words(), Language::Russian.words());
        assert_eq!((en.lasting)("On a call", Age::Minutes(1)), "On a call for 1 minute");
        assert_eq!((en.lasting)("On a call", Age::Now), "On a call, just now");
        assert_eq!((en.last_known)("free", Age::Minutes(12)), "Last known: free, 12 min ago");
        assert_eq!((en.last_known_long)("free", Age::Days(2)), "Last known: free, 2 days ago");
        assert_eq!((ru.lasting)("Разговор", Age::Minutes(21)), "Разговор, 21 минуту");
        assert_eq!((ru.last_known)("свободен", Age::Minutes(12)), "Последнее известное: свободен, 12 мин назад");
        assert_eq!((ru.last_known_long)("свободен", Age::Now), "Последнее известное: свободен, только что");
    }

    #[test]
    fn takes_the_readers_first_language_that_is_ours() {
        assert_eq!(Language::best(["de-DE", "ru-RU", "en"]), Language::Russian);
        assert_eq!(Language::best(["RU"]), Language::Russian);
        assert_eq!(Language::best(["de"]), Language::English);
        assert_eq!(Language::best([]), Language::English);
    }

    #[test]
    fn puts_a_state_into_a_sentence() {
        assert_eq!(in_sentence("Не беспокоить"), "не беспокоить");
        assert_eq!(in_sentence(""), "");
    }
}
