//! What the address of a wall display says: its board, and how it looks and speaks. A display has
//! no mouse, so nothing needs a click.

use lampfield_shared::account::BOARD_ALL;
use lampfield_words::{Language, Palette, Theme};

use crate::route::decode;

/// `wall.html#/all?lang=ru&theme=dark&palette=phone`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Which lamps.
    pub board: Choice,
    /// How it looks and speaks.
    pub manner: Manner,
}

/// How a display looks and speaks, where its address says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Manner {
    /// The language.
    pub language: Option<Language>,
    /// Light or dark.
    pub theme: Option<Theme>,
    /// Which colours the lamps have.
    pub palette: Option<Palette>,
}

/// Which lamps hang on the wall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// Every lamp.
    All,
    /// Those of the own board, the site or the department of this name.
    Named(String),
}

impl Choice {
    /// The name of the board.
    pub fn name(&self) -> &str {
        match self {
            Self::All => BOARD_ALL,
            Self::Named(name) => name,
        }
    }
}

impl Place {
    /// The place behind `#` of an address. What it says and nobody knows is passed over.
    pub fn parse(hash: &str) -> Self {
        let path = hash.trim_start_matches('#').trim_start_matches('/');
        let (board, query) = path.split_once('?').unwrap_or((path, ""));
        let board = match decode(board.trim_end_matches('/')) {
            name if name.is_empty() || name == lampfield_shared::account::BOARD_ALL => Choice::All,
            name => Choice::Named(name),
        };
        Self { board, manner: Manner::parse(query) }
    }
}

impl Manner {
    /// What stands behind the `?` of an address.
    fn parse(query: &str) -> Self {
        let mut manner = Self::default();
        for pair in query.split('&') {
            match pair.split_once('=') {
                Some(("lang", tag)) => manner.language = Language::from_tag(tag),
                Some(("theme", word)) => manner.theme = Theme::parse(word),
                Some(("palette", word)) => manner.palette = Some(Palette::parse(word)),
                _ => {}
            }
        }
        manner
    }

    /// The words for an address, to be joined by `&`.
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
        let board = if board.is_empty() { Choice::All } else { Choice::Named(board.into()) };
        let manner = Manner { language, theme, palette: None };
        assert_eq!(Place::parse(hash), Place { board, manner }, "{hash}");
    }

    #[test]
    fn an_address_says_all_that_a_display_needs() {
        check("#/all", "", None, None);
        check("", "", None, None);
        check("#/", "", None, None);
        check("#/perm?lang=ru&theme=dark", "perm", Some(Language::Russian), Some(Theme::Dark));
        check("#/%D0%9F%D0%B5%D1%80%D0%BC%D1%8C?theme=light", "Пермь", None, Some(Theme::Light));
        check("#/100%?lang=xx&theme=pink&x", "100%", None, None);
        assert_eq!(Place::parse("#/all?palette=phone").manner.palette, Some(Palette::Phone));
    }

    #[test]
    fn an_address_is_read_as_it_is_written() {
        let manner =
            Manner { language: Some(Language::Russian), theme: Some(Theme::Dark), palette: Some(Palette::Contrast) };
        assert_eq!(manner.words().join("&"), "lang=ru&theme=dark&palette=contrast");
        for manner in [manner, Manner::default(), Manner { language: None, ..manner }] {
            assert_eq!(Manner::parse(&manner.words().join("&")), manner);
        }
    }
}
