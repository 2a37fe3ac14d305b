//! What the reader chose, remembered in the browser.

use lampfield_words::{Density, Language, Palette, Theme, Words};
use leptos::prelude::{Get, GetUntracked, RwSignal, Set};

use crate::browser;
use crate::keys::Letters;

const LANGUAGE: &str = "language";
const THEME: &str = "theme";
const DENSITY: &str = "density";
const PALETTE: &str = "palette";

/// Light or dark, where that was chosen in this browser.
pub fn remembered_theme() -> Option<Theme> {
    Theme::parse(&browser::remembered(THEME)?)
}

/// What is shown now: the choice, else what the system wants.
fn shown_theme() -> Theme {
    remembered_theme().unwrap_or(if browser::prefers_dark() { Theme::Dark } else { Theme::Light })
}

/// The colours that were chosen in this browser.
pub fn remembered_palette() -> Palette {
    Palette::parse(&browser::remembered(PALETTE).unwrap_or_default())
}

/// The language that was chosen in this browser, else the best of those that it asks for.
pub fn chosen_language() -> Language {
    let chosen = browser::remembered(LANGUAGE).and_then(|tag| Language::from_tag(&tag));
    chosen.unwrap_or_else(|| Language::best(browser::languages().iter().map(String::as_str)))
}

/// Something that is on or off, and is remembered.
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

    /// Whether it is on. Reactive.
    pub fn is_on(self) -> bool {
        self.on.get()
    }

    /// The same, unseen.
    pub fn is_on_untracked(self) -> bool {
        self.on.get_untracked()
    }

    /// Switches it.
    pub fn set(self, on: bool) {
        browser::remember(self.name, if on { "on" } else { "off" });
        self.on.set(on);
    }

    /// From on to off, or back.
    pub fn toggle(self) {
        self.set(!self.is_on_untracked());
    }
}

/// See the module.
#[derive(Debug, Clone, Copy)]
pub struct Choices {
    language: RwSignal<Language>,
    density: RwSignal<Density>,
    palette: RwSignal<Palette>,
    /// Ringing lamps blink.
    pub blink: Toggle,
    /// Keys of one sign do something.
    pub letters: Toggle,
    /// A tone tells that a watched lamp is free.
    pub sound: Toggle,
    /// So does a notification of the system.
    pub notify: Toggle,
    /// What happens now stands beside the board.
    pub side: Toggle,
    /// A call is begun by `sip:`, not by `tel:`.
    pub sip: Toggle,
}

impl Choices {
    /// As remembered, else as the browser suggests; shows them at once.
    pub fn new() -> Self {
        let language = chosen_language();
        browser::set_on_root("lang", language.words().tag);
        if let Some(theme) = remembered_theme() {
            browser::set_on_root("data-theme", theme.as_str());
        }
        let density = Density::parse(&browser::remembered(DENSITY).unwrap_or_default());
        browser::set_on_root("data-density", density.as_str());
        let palette = remembered_palette();
        browser::set_on_root("data-palette", palette.as_str());
        let choices = Self {
            language: RwSignal::new(language),
            density: RwSignal::new(density),
            palette: RwSignal::new(palette),
            blink: Toggle::new("blink", true),
            letters: Toggle::new("letters", true),
            sound: Toggle::new("sound", false),
            notify: Toggle::new("notify", false),
            side: Toggle::new("side", true),
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

    /// The words as they are now.
    pub fn words_untracked(self) -> &'static Words {
        self.language.get_untracked().words()
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
        let theme = match shown_theme() {
            Theme::Light => Theme::Dark,
            Theme::Dark => Theme::Light,
        };
        browser::remember(THEME, theme.as_str());
        browser::set_on_root("data-theme", theme.as_str());
    }

    /// How much room a lamp has. Reactive.
    pub fn density(self) -> Density {
        self.density.get()
    }

    /// Gives each lamp so much room.
    pub fn set_density(self, density: Density) {
        browser::remember(DENSITY, density.as_str());
        browser::set_on_root("data-density", density.as_str());
        self.density.set(density);
    }

    /// The next density, after the last the first.
    pub fn next_density(self) {
        let at = self.density.get_untracked() as usize;
        self.set_density(Density::ALL[(at + 1) % Density::ALL.len()]);
    }

    /// Which colours lamps have. Reactive.
    pub fn palette(self) -> Palette {
        self.palette.get()
    }

    /// Gives lamps these colours.
    pub fn set_palette(self, palette: Palette) {
        browser::remember(PALETTE, palette.as_str());
        browser::set_on_root("data-palette", palette.as_str());
        self.palette.set(palette);
    }

    /// Lets ringing lamps blink, or not.
    pub fn set_blink(self, on: bool) {
        self.blink.set(on);
        browser::set_on_root("data-blink", if on { "on" } else { "off" });
    }

    /// Whether keys of one sign count now.
    pub fn letters_untracked(self) -> Letters {
        if self.letters.is_on_untracked() { Letters::Count } else { Letters::Off }
    }

    /// The link that calls a number.
    pub fn call_link(self, number: &str) -> String {
        let scheme = if self.sip.is_on() { "sip" } else { "tel" };
        // A `#` would begin the fragment; a `*` may stand as it is (RFC 3966 §3).
        format!("{scheme}:{}", number.replace('#', "%23").replace(' ', ""))
    }
}
