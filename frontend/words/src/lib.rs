//! What lampfield says, in every language that it speaks: on the page, on the server's plain page, and on the offline
//! page, into whose script the build program writes it.
//!
//! A language is one file with its [`Words`] and their parts, and a folder of that name for what grew long. A text that
//! is missing does not compile. To add a language:
//!
//! 1. copy `ru.rs` and `ru/` to the name of its tag (`de.rs`, `de/`), and translate them. English is no pattern: it
//!    leaves to the server what the server says in English;
//! 2. name it in this file: `mod de`, [`Language`], [`Language::ALL`] and `in_language!`.
//!
//! There is nothing else to do: the switch of languages, `?lang=`, what browsers ask for and the tests follow
//! [`Language::ALL`]. Wording: short, sentence case, no blame.
//!
//! Beside the words stand the terms that they name and the page uses: [`Look`], [`Category`], [`Command`], [`Order`], [`Age`], ….

mod age;
mod boards;
mod category;
mod choice;
mod command;
mod dialogs;
mod en;
mod import;
mod look;
mod plain;
mod ru;
mod screens;
#[cfg(test)]
mod tests;
mod wall;
mod words;

pub use age::{Age, middle_of_minute};
pub use boards::OwnBoardWords;
pub use category::{Categories, Category};
pub use choice::{Density, Order, Palette, Theme};
pub use command::Command;
pub use dialogs::{DndWords, KeysWords};
pub use import::ImportWords;
pub use look::{Beside, Look, dnd_vouched, freshness_word};
pub use plain::{OfflineWords, PlainWords};
pub use screens::ScreenWords;
pub use wall::WallWords;
pub use words::{AccountWords, AdminWords, BoardWords, CommonWords, DetailsWords, Words};

/// A language of lampfield.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English
    English,
    /// Russian
    Russian,
}

/// What a language has under a name that each of them has.
macro_rules! in_language {
    ($language:expr, $NAME:ident) => {
        match $language {
            Language::English => &en::$NAME,
            Language::Russian => &ru::$NAME,
        }
    };
}

impl Language {
    /// All, in the order of the switch.
    pub const ALL: [Self; 2] = [Self::English, Self::Russian];

    /// Its words.
    pub const fn words(self) -> &'static Words {
        in_language!(self, WORDS)
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

    /// The language of ours that the lines of `Accept-Language` weigh most (RFC 9110 §12.5.4), of equals the first;
    /// else English.
    pub fn accepted<'a>(lines: impl IntoIterator<Item = &'a str>) -> Self {
        let weighed = lines.into_iter().flat_map(|line| line.split(',')).filter_map(|item| {
            let (tag, parameters) = item.split_once(';').unwrap_or((item, ""));
            let weight = parameters.trim().strip_prefix("q=").map_or(Ok(1.0), str::parse::<f32>).ok()?;
            Some((weight, Self::from_tag(tag.trim())?)).filter(|(weight, _)| *weight > 0.0)
        });
        weighed.reduce(|best, next| if next.0 > best.0 { next } else { best }).map_or(Self::English, |(_, it)| it)
    }
}

/// The words of a part by its own method: what a program never calls is not in it.
macro_rules! parts {
    ($($(#[$doc:meta])* $part:ident: $Words:ty = $WORDS:ident;)+) => {
        impl Words { $(
            $(#[$doc])*
            pub const fn $part(&self) -> &'static $Words {
                in_language!(self.which, $WORDS)
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
    /// The import of a file of extensions.
    import: ImportWords = IMPORT;
    /// The pages of boards.
    own_boards: OwnBoardWords = OWN_BOARDS;
    /// The page of the wall displays.
    screens: ScreenWords = SCREENS;
    /// The list of the keys.
    keys: KeysWords = KEYS;
    /// A wall display.
    wall: WallWords = WALL;
    /// The plain page.
    plain: PlainWords = PLAIN;
    /// The offline page.
    offline: OfflineWords = OFFLINE;
}

/// A state's word inside a sentence: "Free" as "free". An abbreviation stays as it is: "DND, calls blocked".
pub fn in_sentence(word: &str) -> String {
    let mut letters = word.chars();
    let Some(first) = letters.next() else { return String::new() };
    if letters.clone().next().is_some_and(char::is_uppercase) {
        return word.into();
    }
    first.to_lowercase().chain(letters).collect()
}
