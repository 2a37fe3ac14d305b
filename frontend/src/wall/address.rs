//! The address of a wall display: its board, appearance and language. A display has no mouse, so the address must say
//! everything.

use lampfield_shared::account::BOARD_ALL;
use lampfield_words::{Language, Palette, Theme};

use crate::route::decode;

/// A parsed address, such as `wall.html#/all?lang=ru&theme=dark&palette=phone`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WallAddress {
    /// The board to show.
    pub board: WallBoard,
    /// Appearance and language.
    pub options: DisplayOptions,
}

/// Appearance and language of a display, as far as the address gives them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DisplayOptions {
    /// The language of the texts.
    pub language: Option<Language>,
    /// Light or dark.
    pub theme: Option<Theme>,
    /// The colours of the lamps.
    pub palette: Option<Palette>,
}

/// The board that a wall display shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WallBoard {
    /// Every lamp.
    All,
    /// The own board, site or department of this name.
    Named(String),
}

impl WallBoard {
    /// The name of the board in addresses.
    pub fn name(&self) -> &str {
        match self {
            Self::All => BOARD_ALL,
            Self::Named(name) => name,
        }
    }
}

impl WallAddress {
    /// Parses the fragment of an address. Unknown options are skipped.
    pub fn parse(hash: &str) -> Self {
        let path = hash.trim_start_matches('#').trim_start_matches('/');
        let (board, query) = path.split_once('?').unwrap_or((path, ""));
        let board = match decode(board.trim_end_matches('/')) {
            name if name.is_empty() || name == lampfield_shared::account::BOARD_ALL => WallBoard::All,
            name => WallBoard::Named(name),
        };
        Self { board, options: DisplayOptions::parse(query) }
    }
}

impl DisplayOptions {
    /// Parses the text after the `?`.
    fn parse(query: &str) -> Self {
        let mut options = Self::default();
        for pair in query.split('&') {
            match pair.split_once('=') {
                Some(("lang", tag)) => options.language = Language::from_tag(tag),
                Some(("theme", word)) => options.theme = Theme::parse(word),
                Some(("palette", word)) => options.palette = Some(Palette::parse(word)),
                _ => {}
            }
        }
        options
    }

    /// The options as `name=value`, to be joined by `&`.
    pub fn words(self) -> Vec<String> {
        let language = self.language.map(|language| format!("lang={}", language.words().tag));
        let theme = self.theme.map(|theme| format!("theme={}", theme.as_str()));
        let palette = self.palette.map(|palette| format!("palette={}", palette.as_str()));
        [language, theme, palette].into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(hash: &str, board: &str, language: Option<Language>, theme: Option<Theme>) {
        let board = if board.is_empty() { WallBoard::All } else { WallBoard::Named(board.into()) };
        let options = DisplayOptions { language, theme, palette: None };
        assert_eq!(WallAddress::parse(hash), WallAddress { board, options }, "{hash}");
    }

    #[test]
    fn an_address_says_all_that_a_display_needs() {
        check("#/all", "", None, None);
        check("", "", None, None);
        check("#/", "", None, None);
        check("#/perm?lang=ru&theme=dark", "perm", Some(Language::Russian), Some(Theme::Dark));
        check("#/%D0%9F%D0%B5%D1%80%D0%BC%D1%8C?theme=light", "Пермь", None, Some(Theme::Light));
        check("#/100%?lang=xx&theme=pink&x", "100%", None, None);
        assert_eq!(WallAddress::parse("#/all?palette=phone").options.palette, Some(Palette::Phone));
    }

    #[test]
    fn an_address_is_read_as_it_is_written() {
        let options = DisplayOptions {
            language: Some(Language::Russian),
            theme: Some(Theme::Dark),
            palette: Some(Palette::Contrast),
        };
        assert_eq!(options.words().join("&"), "lang=ru&theme=dark&palette=contrast");
        for options in [options, DisplayOptions::default(), DisplayOptions { language: None, ..options }] {
            assert_eq!(DisplayOptions::parse(&options.words().join("&")), options);
        }
    }
}
