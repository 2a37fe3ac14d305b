//! The reader's preferences. They are remembered in the browser, and follow an account: see [`Keeper`].

use lampfield_words::{Language, Palette, Size, Theme, Words};
use leptos::prelude::{Get, GetUntracked, RwSignal, Set, Signal};

use super::keeper::Keeper;
use super::set_if_new;
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
    unless_told: bool,
    on: RwSignal<bool>,
    keeper: Keeper,
}

impl Toggle {
    fn new(name: &'static str, unless_told: bool, keeper: Keeper) -> Self {
        Self { name, unless_told, on: RwSignal::new(unless_told), keeper }
    }

    fn read(self) {
        set_if_new(&self.on, browser::remembered(self.name).map_or(self.unless_told, |word| word == "on"));
    }

    /// Whether the preference is on. Reactive.
    pub fn is_on(self) -> bool {
        self.on.get()
    }

    /// Whether the preference is on. Not reactive.
    pub fn is_on_untracked(self) -> bool {
        self.on.get_untracked()
    }

    /// Sets the preference and keeps it.
    pub fn set(self, on: bool) {
        self.keeper.keep(self.name, Some(if on { "on" } else { "off" }));
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
    keeper: Keeper,
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
    /// The kept preferences, else what the browser suggests. Applies them to the document.
    pub fn new(keeper: Keeper) -> Self {
        let toggle = |name, unless_told| Toggle::new(name, unless_told, keeper);
        let choices = Self {
            language: RwSignal::new(Language::English),
            theme: RwSignal::new(None),
            size: RwSignal::new(Size::default()),
            palette: RwSignal::new(Palette::default()),
            keeper,
            blink: toggle("blink", true),
            letters: toggle("letters", true),
            sound: toggle("sound", false),
            notify: toggle("notify", false),
            sip: toggle("sip", false),
        };
        choices.read();
        choices
    }

    /// Reads what is kept, and applies it to the document.
    pub fn read(self) {
        self.show_language(chosen_language());
        self.show_theme(remembered_theme());
        set_if_new(&self.size, Size::parse(&browser::remembered(SIZE).unwrap_or_default()));
        self.show_palette(remembered_palette());
        for toggle in [self.blink, self.letters, self.sound, self.notify, self.sip] {
            toggle.read();
        }
        self.show_blink();
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
        self.keeper.keep(LANGUAGE, Some(language.words().tag));
        self.show_language(language);
    }

    fn show_language(self, language: Language) {
        browser::set_on_root("lang", language.words().tag);
        set_if_new(&self.language, language);
    }

    /// Light or dark; `None` leaves that to the system. Reactive.
    pub fn theme(self) -> Option<Theme> {
        self.theme.get()
    }

    /// Chooses light or dark, or leaves that to the system.
    pub fn set_theme(self, theme: Option<Theme>) {
        self.keeper.keep(THEME, theme.map(Theme::as_str));
        self.show_theme(theme);
    }

    fn show_theme(self, theme: Option<Theme>) {
        match theme {
            Some(theme) => browser::set_on_root("data-theme", theme.as_str()),
            None => browser::take_from_root("data-theme"),
        }
        set_if_new(&self.theme, theme);
    }

    /// The size of tiles. Reactive.
    pub fn size(self) -> Size {
        self.size.get()
    }

    /// Chooses a size of tiles.
    pub fn set_size(self, size: Size) {
        self.keeper.keep(SIZE, Some(size.as_str()));
        self.size.set(size);
    }

    /// The colours of lamps. Reactive.
    pub fn palette(self) -> Palette {
        self.palette.get()
    }

    /// Chooses the colours of lamps.
    pub fn set_palette(self, palette: Palette) {
        self.keeper.keep(PALETTE, Some(palette.as_str()));
        self.show_palette(palette);
    }

    fn show_palette(self, palette: Palette) {
        browser::set_on_root("data-palette", palette.as_str());
        set_if_new(&self.palette, palette);
    }

    /// Chooses whether ringing lamps blink.
    pub fn set_blink(self, on: bool) {
        self.blink.set(on);
        self.show_blink();
    }

    fn show_blink(self) {
        browser::set_on_root("data-blink", if self.blink.is_on_untracked() { "on" } else { "off" });
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
