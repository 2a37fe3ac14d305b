//! What the address of a wall display says: its board, and how it looks and speaks. A display has
//! no mouse, so nothing needs a click.

use lampfield_shared::account::BOARD_ALL;

use crate::i18n::Language;
use crate::route::decode;
use crate::state::Palette;

/// `wall.html#/all?lang=ru&theme=dark&palette=phone`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Which lamps.
    pub board: Choice,
    /// The language, where the address says so.
    pub language: Option<Language>,
    /// Light or dark, where the address says so.
    pub theme: Option<Theme>,
    /// Which colours the lamps have, where the address says so.
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

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// Dark on white
    Light,
    /// White on black
    Dark,
}

impl Theme {
    /// The word in `data-theme`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
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
        let mut place = Self { board, language: None, theme: None, palette: None };
        for pair in query.split('&') {
            match pair.split_once('=') {
                Some(("lang", tag)) => place.language = Language::from_tag(tag),
                Some(("theme", "light")) => place.theme = Some(Theme::Light),
                Some(("theme", "dark")) => place.theme = Some(Theme::Dark),
                Some(("palette", word)) => place.palette = Some(Palette::parse(word)),
                _ => {}
            }
        }
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(hash: &str, board: &str, language: Option<Language>, theme: Option<Theme>) {
        let board = if board.is_empty() { Choice::All } else { Choice::Named(board.into()) };
        assert_eq!(Place::parse(hash), Place { board, language, theme, palette: None }, "{hash}");
    }

    #[test]
    fn an_address_says_all_that_a_display_needs() {
        check("#/all", "", None, None);
        check("", "", None, None);
        check("#/", "", None, None);
        check("#/perm?lang=ru&theme=dark", "perm", Some(Language::Russian), Some(Theme::Dark));
        check("#/%D0%9F%D0%B5%D1%80%D0%BC%D1%8C?theme=light", "Пермь", None, Some(Theme::Light));
        check("#/100%?lang=xx&theme=pink&x", "100%", None, None);
        assert_eq!(Place::parse("#/all?palette=phone").palette, Some(Palette::Phone));
    }
}
