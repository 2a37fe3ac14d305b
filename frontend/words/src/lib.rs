//! All texts of lampfield in every language that it speaks: of the page, of the server's plain page, and of the offline
//! page, into whose script the build program writes them.
//!
//! A language is one file with its [`Words`] and their parts, and a folder of that name for long parts. A missing text
//! does not compile. To add a language:
//!
//! 1. copy `ru.rs` and `ru/` to the language's tag (`de.rs`, `de/`), and translate. Do not copy English, which leaves
//!    to the server what the server says in English;
//! 2. name the language in `language.rs`, and in this file: `mod de` and `in_language!`.
//!
//! Everything else follows [`Language::ALL`]: the switch of languages, `?lang=`, the languages that browsers ask for,
//! and the tests. Style of the texts: short, sentence case, no blame. `cargo xtask words` puts all of them on one page.
//!
//! The texts name terms that the page uses, too; these are defined here: [`Look`], [`Category`], [`Command`],
//! [`Order`], [`Age`], ….

mod age;
mod audit;
mod boards;
mod category;
mod choice;
mod command;
mod dialogs;
mod en;
mod import;
mod language;
mod look;
mod naming;
mod peers;
mod plain;
mod ru;
mod screens;
#[cfg(test)]
mod tests;
mod wall;
mod words;

pub use age::{Age, middle_of_minute};
pub use audit::AuditWords;
pub use boards::OwnBoardWords;
pub use category::{Categories, Category};
pub use choice::{Grouping, Order, Palette, Size, Theme};
pub use command::Command;
pub use dialogs::{DndWords, KeysWords};
pub use import::ImportWords;
pub use language::Language;
pub use look::{Beside, Look, dnd_vouched, freshness_word};
pub use naming::NamingWords;
pub use peers::{LadderWords, PeersWords};
pub use plain::{OfflineWords, PlainWords};
pub use screens::ScreenWords;
pub use wall::WallWords;
pub use words::{AccountWords, AdminWords, BoardWords, CommonWords, DetailsWords, Words};

/// A reference to the item of this name in a language's module; every language has the same names.
macro_rules! in_language {
    ($language:expr, $NAME:ident) => {
        match $language {
            Language::English => &en::$NAME,
            Language::Russian => &ru::$NAME,
        }
    };
}

impl Language {
    /// The texts that all programs use; they lead to all others.
    pub const fn words(self) -> &'static Words {
        in_language!(self, WORDS)
    }

    /// Finds a language by a BCP 47 tag such as `ru-RU`; `None` if lampfield does not speak it.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next()?;
        Self::ALL.into_iter().find(|language| language.words().tag.eq_ignore_ascii_case(primary))
    }

    /// The first of a reader's languages that lampfield speaks, else English.
    pub fn best<'a>(tags: impl IntoIterator<Item = &'a str>) -> Self {
        tags.into_iter().find_map(Self::from_tag).unwrap_or(Self::English)
    }

    /// The language with the highest weight in the lines of `Accept-Language` (RFC 9110 §12.5.4), the first of equals;
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

/// Gives [`Words`] a method for each part, so that a program contains only the parts that it calls for.
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
    /// Texts that several parts of the page use.
    common: CommonWords = COMMON;
    /// The login and the menu of the account.
    account: AccountWords = ACCOUNT;
    /// The board around the lamps.
    board: BoardWords = BOARD;
    /// The details of a lamp.
    details: DetailsWords = DETAILS;
    /// "Do not disturb".
    dnd: DndWords = DND;
    /// The admin's pages.
    admin: AdminWords = ADMIN;
    /// The audit log.
    audit: AuditWords = AUDIT;
    /// The PBXes.
    peers: PeersWords = PEERS;
    /// The names of the extensions.
    naming: NamingWords = NAMING;
    /// The import of names.
    import: ImportWords = IMPORT;
    /// The pages of own boards.
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

/// The server's words, which are English and begin in lower case, as a sentence.
pub fn sentence(text: &str) -> String {
    let end = if text.ends_with(['.', '!', '?', '…']) { "" } else { "." };
    let mut said = format!("{text}{end}");
    if let Some(first) = said.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    said
}

/// "At 18:00", or "Tomorrow 18:00" where the time begins with a word for its day.
fn at(word: &str, time: &str) -> String {
    let mut letters = time.chars();
    match letters.next() {
        Some(first) if first.is_alphabetic() => first.to_uppercase().chain(letters).collect(),
        _ => format!("{word} {time}"),
    }
}

/// A state's word for use inside a sentence: "Free" becomes "free". Abbreviations stay: "DND, calls blocked".
pub fn in_sentence(word: &str) -> String {
    let mut letters = word.chars();
    let Some(first) = letters.next() else { return String::new() };
    if letters.clone().next().is_some_and(char::is_uppercase) {
        return word.into();
    }
    first.to_lowercase().chain(letters).collect()
}
