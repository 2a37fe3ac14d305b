//! What the reader chose, remembered in the browser.

use leptos::prelude::{Get, RwSignal, Set};

use crate::browser;
use crate::i18n::{Language, Words};

const LANGUAGE: &str = "language";
const THEME: &str = "theme";

/// Light or dark, where the reader does not leave that to the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Theme {
    /// Dark on white
    Light,
    /// White on black
    Dark,
}

impl Theme {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn remembered() -> Option<Self> {
        let word = browser::remembered(THEME)?;
        [Self::Light, Self::Dark].into_iter().find(|theme| theme.as_str() == word)
    }

    /// What is shown now: the choice, else what the system wants.
    fn shown() -> Self {
        Self::remembered().unwrap_or(if browser::prefers_dark() { Self::Dark } else { Self::Light })
    }
}

/// See the module.
#[derive(Debug, Clone, Copy)]
pub struct Choices {
    language: RwSignal<Language>,
}

impl Choices {
    /// As remembered, else as the browser suggests; shows them at once.
    pub fn new() -> Self {
        let suggested = browser::languages();
        let language = browser::remembered(LANGUAGE)
            .and_then(|tag| Language::from_tag(&tag))
            .unwrap_or_else(|| Language::best(suggested.iter().map(String::as_str)));
        browser::set_on_root("lang", language.words().tag);
        if let Some(theme) = Theme::remembered() {
            browser::set_on_root("data-theme", theme.as_str());
        }
        Self { language: RwSignal::new(language) }
    }

    /// The chosen language. Reactive.
    pub fn language(self) -> Language {
        self.language.get()
    }

    /// The words of the chosen language. Reactive.
    pub fn words(self) -> &'static Words {
        self.language().words()
    }

    /// Speaks `language` from now on.
    pub fn set_language(self, language: Language) {
        let tag = language.words().tag;
        browser::remember(LANGUAGE, tag);
        browser::set_on_root("lang", tag);
        self.language.set(language);
    }

    /// Goes from light to dark or back.
    pub fn toggle_theme() {
        let theme = match Theme::shown() {
            Theme::Light => Theme::Dark,
            Theme::Dark => Theme::Light,
        };
        browser::remember(THEME, theme.as_str());
        browser::set_on_root("data-theme", theme.as_str());
    }
}
