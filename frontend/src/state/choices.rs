//! The reader's preferences, remembered in the browser.

use lampfield_words::{Language, Palette, Size, Theme, Words};
use leptos::prelude::{Get, GetUntracked, RwSignal, Set, Signal};

use crate::browser;
use crate::keys::Letters;

const LANGUAGE: &str = "language";
const THEME: &str = "theme";
const SIZE: &str = "size";
const PALETTE: &str = "palette";

/// Light or dark, if the reader has chosen in this browser.
pub fn remembered_theme() -> Option<Theme> {
    Theme::parse(&browser::remembered(THEME)?)
}

/// The palette that the reader has chosen in this browser.
pub fn remembered_palette() -> Palette {
    Palette::parse(&browser::remembered(PALETTE).unwrap_or_default())
}

/// The language that the reader has chosen in this browser, else the best of those that the browser asks for.
pub fn chosen_language() -> Language {
    let chosen = browser::remembered(LANGUAGE).and_then(|tag| Language::from_tag(&tag));
    chosen.unwrap_or_else(|| Language::best(browser::languages().iter().map(String::as_str)))
}

/// A preference that is on or off.
#[derive(Debug, Clone, Copy)]
pub struct Toggle {
    name: &'static str,
    on: RwSignal<bool>,
}

impl Toggle {
    fn new(name: &'static str, unless_told: bool) -> Self {
        let on = browser::remembered(name).map_or(unless_told, |word| word == "on");
        Self { name, on: RwSignal::new(on) }
    }

    /// Whether the preference is on. Reactive.
    pub fn is_on(self) -> bool {
        self.on.get()
    }

    /// Whether the preference is on. Not reactive.
    pub fn is_on_untracked(self) -> bool {
        self.on.get_untracked()
    }

    /// Sets the preference and remembers it.
    pub fn set(self, on: bool) {
        browser::remember(self.name, if on { "on" } else { "off" });
        self.on.set(on);
    }
}

/// The reader's preferences, as signals.
#[derive(Debug, Clone, Copy)]
pub struct Choices {
    language: RwSignal<Language>,
    theme: RwSignal<Option<Theme>>,
    size: RwSignal<Size>,
    palette: RwSignal<Palette>,
    /// Whether ringing lamps blink.
    pub blink: Toggle,
    /// Whether single characters are commands.
    pub letters: Toggle,
    /// Whether a chime tells that a watched lamp is free.
    pub sound: Toggle,
    /// Whether a system notification tells that a watched lamp is free.
    pub notify: Toggle,
    /// Whether calls use `sip:` links, not `tel:`.
    pub sip: Toggle,
}

impl Choices {
    /// The remembered preferences, else what the browser suggests. Applies them to the document.
    pub fn new() -> Self {
        let language = chosen_language();
        browser::set_on_root("lang", language.words().tag);
        let theme = remembered_theme();
        if let Some(theme) = theme {
            browser::set_on_root("data-theme", theme.as_str());
        }
        let size = Size::parse(&browser::remembered(SIZE).unwrap_or_default());
        let palette = remembered_palette();
        browser::set_on_root("data-palette", palette.as_str());
        let choices = Self {
            language: RwSignal::new(language),
            theme: RwSignal::new(theme),
            size: RwSignal::new(size),
            palette: RwSignal::new(palette),
            blink: Toggle::new("blink", true),
            letters: Toggle::new("letters", true),
            sound: Toggle::new("sound", false),
            notify: Toggle::new("notify", false),
            sip: Toggle::new("sip", false),
        };
        choices.set_blink(choices.blink.is_on_untracked());
        choices
    }

    /// The chosen language. Reactive.
    pub fn language(self) -> Language {
        self.language.get()
    }

    /// The words of the chosen language. Reactive.
    pub fn words(self) -> &'static Words {
        self.language().words()
    }

    /// The words of the chosen language. Not reactive.
    pub fn words_untracked(self) -> &'static Words {
        self.language.get_untracked().words()
    }

    /// A word of the chosen language. All words are one type of signal, and one copy of what shows it.
    pub fn word(self, read: fn(&'static Words) -> &'static str) -> Signal<&'static str> {
        let language = self.language;
        Signal::derive(move || read(language.get().words()))
    }

    /// Chooses a language.
    pub fn set_language(self, language: Language) {
        let tag = language.words().tag;
        browser::remember(LANGUAGE, tag);
        browser::set_on_root("lang", tag);
        self.language.set(language);
    }

    /// Light or dark; `None` leaves that to the system. Reactive.
    pub fn theme(self) -> Option<Theme> {
        self.theme.get()
    }

    /// Chooses light or dark, or leaves that to the system.
    pub fn set_theme(self, theme: Option<Theme>) {
        if let Some(theme) = theme {
            browser::remember(THEME, theme.as_str());
            browser::set_on_root("data-theme", theme.as_str());
        } else {
            browser::forget(THEME);
            browser::take_from_root("data-theme");
        }
        self.theme.set(theme);
    }

    /// The size of tiles. Reactive.
    pub fn size(self) -> Size {
        self.size.get()
    }

    /// Chooses a size of tiles.
    pub fn set_size(self, size: Size) {
        browser::remember(SIZE, size.as_str());
        self.size.set(size);
    }

    /// The colours of lamps. Reactive.
    pub fn palette(self) -> Palette {
        self.palette.get()
    }

    /// Chooses the colours of lamps.
    pub fn set_palette(self, palette: Palette) {
        browser::remember(PALETTE, palette.as_str());
        browser::set_on_root("data-palette", palette.as_str());
        self.palette.set(palette);
    }

    /// Chooses whether ringing lamps blink.
    pub fn set_blink(self, on: bool) {
        self.blink.set(on);
        browser::set_on_root("data-blink", if on { "on" } else { "off" });
    }

    /// Whether single characters are commands. Not reactive.
    pub fn letters_untracked(self) -> Letters {
        if self.letters.is_on_untracked() { Letters::Count } else { Letters::Off }
    }

    /// The link that calls a number.
    pub fn call_link(self, number: &str) -> String {
        let scheme = if self.sip.is_on() { "sip" } else { "tel" };
        // A `#` would begin the fragment; a `*` is allowed in a telephone number (RFC 3966 §3).
        format!("{scheme}:{}", number.replace('#', "%23").replace(' ', ""))
    }
}
