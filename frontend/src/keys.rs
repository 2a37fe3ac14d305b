//! The meaning of keys, as one table: the keyboard, the buttons and the list of the keys all read it. Keys are identified by
//! their position on the keyboard (`KeyboardEvent.code`), so that they work in every layout.
//!
//! `A` `V` `X` `T` `P` `U` `H` `K` are kept for calls.

use lampfield_words::{Category, Command};

/// The meaning of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// The key gives this command.
    Do(Command),
    /// The key starts a chord of two keys: the next key decides.
    First,
    /// The key has no meaning here.
    Nothing,
}

/// A key as it is called, and its command in two situations: on the lamps, in the details and wherever nothing is typed;
/// and in the search field. There a letter is pressed with Alt.
pub type Row = (&'static str, Option<Command>, Option<Command>);

/// Any digit.
const DIGIT: &str = "0 … 9";

/// All keys. `G` and a letter are pressed one after the other.
pub const TABLE: [Row; 33] = [
    ("/", Some(Command::Search), None),
    (DIGIT, Some(Command::Number), None),
    ("←", Some(Command::Move), None),
    ("↑", Some(Command::Move), Some(Command::Choose(-1))),
    ("↓", Some(Command::Move), Some(Command::Choose(1))),
    ("→", Some(Command::Move), Some(Command::Details)),
    ("Home", Some(Command::Move), None),
    ("End", Some(Command::Move), None),
    ("PgUp", Some(Command::Move), None),
    ("PgDn", Some(Command::Move), None),
    ("Enter", Some(Command::Enter), Some(Command::Call)),
    ("Shift Enter", None, Some(Command::CallOn)),
    ("Tab", None, Some(Command::Buttons)),
    ("Space", Some(Command::Select), None),
    ("Esc", Some(Command::Escape), Some(Command::Leave)),
    ("C", Some(Command::Call), Some(Command::Call)),
    ("W", Some(Command::Watch), Some(Command::Watch)),
    ("D", Some(Command::Dnd), Some(Command::Dnd)),
    ("N", Some(Command::Note), Some(Command::Note)),
    ("F", Some(Command::Favourite), Some(Command::Favourite)),
    ("Y", Some(Command::Why), Some(Command::Why)),
    (",", Some(Command::PreviousTab), None),
    (".", Some(Command::NextTab), None),
    ("[", Some(Command::PreviousSite), None),
    ("]", Some(Command::NextSite), None),
    ("G R", Some(Command::Only(&[Category::Ringing])), None),
    ("G B", Some(Command::Only(&[Category::OnCall, Category::Busy, Category::OnHold])), None),
    ("G F", Some(Command::Only(&[Category::Free])), None),
    ("G O", Some(Command::Only(&[Category::Offline])), None),
    ("Shift ↑", Some(Command::Earlier), None),
    ("Shift ↓", Some(Command::Later), None),
    ("Z", Some(Command::Undo), None),
    ("?", Some(Command::Help), None),
];

/// Whether single characters are commands: letters, digits, `/` and `?`. The reader can switch them off (WCAG 2.1.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Letters {
    /// Single characters are commands.
    Count,
    /// The reader has switched them off.
    Off,
}

/// A key that was pressed.
#[derive(Debug, Clone, Copy)]
pub struct Pressed<'a> {
    /// The place, `KeyboardEvent.code`.
    pub code: &'a str,
    /// The character, `KeyboardEvent.key`: a digit is one wherever it stands.
    pub key: &'a str,
    /// Whether Shift was held.
    pub shift: bool,
    /// Whether Alt was held.
    pub alt: bool,
}

impl<'a> Pressed<'a> {
    /// The key as [`TABLE`] calls it.
    fn name(self) -> &'a str {
        // A keyboard on glass may tell no place.
        let code = if self.code.is_empty() { self.key } else { self.code };
        match (code, self.shift) {
            _ if matches!(self.key.as_bytes(), [b'0'..=b'9']) => DIGIT,
            ("Slash", true) => "?",
            ("Enter" | "NumpadEnter", true) => "Shift Enter",
            ("ArrowUp", true) => "Shift ↑",
            ("ArrowDown", true) => "Shift ↓",
            (_, true) => "",
            ("Slash", _) => "/",
            ("Comma", _) => ",",
            ("Period", _) => ".",
            ("BracketLeft", _) => "[",
            ("BracketRight", _) => "]",
            ("NumpadEnter", _) => "Enter",
            ("Escape", _) => "Esc",
            ("PageUp", _) => "PgUp",
            ("PageDown", _) => "PgDn",
            ("ArrowLeft", _) => "←",
            ("ArrowUp", _) => "↑",
            ("ArrowRight", _) => "→",
            ("ArrowDown", _) => "↓",
            (code, _) => code.strip_prefix("Key").unwrap_or(code),
        }
    }

    /// The meaning of the key on the lamps; `after_g` says that the key before was `G`.
    pub fn on_lamps(self, after_g: bool, letters: Letters) -> Meaning {
        let name = self.name();
        let is_letter = name == DIGIT || name.len() == 1;
        if self.alt || (is_letter && letters == Letters::Off) {
            Meaning::Nothing
        } else if after_g {
            command(|row| row.strip_prefix("G ") == Some(name), |row| row.1)
        } else if name == "G" {
            Meaning::First
        } else {
            command(|row| row == name, |row| row.1)
        }
    }

    /// The meaning of the key in the search field.
    pub fn typing(self) -> Meaning {
        let name = self.name();
        command(|row| row == name && self.alt == is_letter(name), |row| row.2)
    }
}

/// Whether a key is a letter, and so pressed with Alt in the search field.
pub fn is_letter(name: &str) -> bool {
    matches!(name.as_bytes(), [b'A'..=b'Z'])
}

fn command(is_it: impl Fn(&'static str) -> bool, does: impl Fn(&Row) -> Option<Command>) -> Meaning {
    TABLE.iter().find(|row| is_it(row.0)).and_then(does).map_or(Meaning::Nothing, Meaning::Do)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(code: &str) -> Pressed<'_> {
        let key = code.strip_prefix("Digit").unwrap_or(code);
        Pressed { code, key, shift: false, alt: false }
    }

    fn lamps(pressed: Pressed<'_>) -> Meaning {
        pressed.on_lamps(false, Letters::Count)
    }

    /// The table of the design: key × situation.
    #[test]
    fn every_key_does_in_each_situation_what_was_agreed() {
        use Command as Do;
        const BUSY: &[Category] = &[Category::OnCall, Category::Busy, Category::OnHold];
        for (code, on_lamps, typing) in [
            ("Digit7", Some(Do::Number), None),
            ("Slash", Some(Do::Search), None),
            ("ArrowLeft", Some(Do::Move), None),
            ("ArrowUp", Some(Do::Move), Some(Do::Choose(-1))),
            ("ArrowRight", Some(Do::Move), Some(Do::Details)),
            ("ArrowDown", Some(Do::Move), Some(Do::Choose(1))),
            ("Home", Some(Do::Move), None),
            ("End", Some(Do::Move), None),
            ("Enter", Some(Do::Enter), Some(Do::Call)),
            ("NumpadEnter", Some(Do::Enter), Some(Do::Call)),
            ("Escape", Some(Do::Escape), Some(Do::Leave)),
            ("Space", Some(Do::Select), None),
            ("Comma", Some(Do::PreviousTab), None),
            ("BracketRight", Some(Do::NextSite), None),
            ("Tab", None, Some(Do::Buttons)),
            ("KeyQ", None, None),
        ] {
            let meant = |command: Option<Command>| command.map_or(Meaning::Nothing, Meaning::Do);
            assert_eq!((lamps(press(code)), press(code).typing()), (meant(on_lamps), meant(typing)), "{code}");
        }
        for (code, command) in [
            ("KeyC", Do::Call),
            ("KeyW", Do::Watch),
            ("KeyF", Do::Favourite),
            ("KeyN", Do::Note),
            ("KeyD", Do::Dnd),
            ("KeyY", Do::Why),
        ] {
            let with_alt = Pressed { alt: true, ..press(code) };
            assert_eq!((lamps(press(code)), press(code).typing()), (Meaning::Do(command), Meaning::Nothing), "{code}");
            assert_eq!((lamps(with_alt), with_alt.typing()), (Meaning::Nothing, Meaning::Do(command)), "Alt {code}");
        }
        let shift_enter = Pressed { shift: true, ..press("Enter") };
        assert_eq!((lamps(shift_enter), shift_enter.typing()), (Meaning::Nothing, Meaning::Do(Do::CallOn)));
        let shift = |code| lamps(Pressed { shift: true, ..press(code) });
        assert_eq!([shift("ArrowUp"), shift("ArrowDown")], [Meaning::Do(Do::Earlier), Meaning::Do(Do::Later)]);
        assert_eq!(lamps(press("KeyZ")), Meaning::Do(Do::Undo));
        assert_eq!(lamps(press("KeyG")), Meaning::First);
        assert_eq!(press("KeyB").on_lamps(true, Letters::Count), Meaning::Do(Do::Only(BUSY)));
        assert_eq!(press("KeyW").on_lamps(true, Letters::Count), Meaning::Nothing);
        assert_eq!(lamps(Pressed { shift: true, ..press("Slash") }), Meaning::Do(Do::Help));
    }

    #[test]
    fn keeps_letters_for_calls() {
        for letter in "AVXTPUHK".chars() {
            let code = format!("Key{letter}");
            let pressed = press(&code);
            assert_eq!(lamps(pressed), Meaning::Nothing, "{letter}");
            assert_eq!(Pressed { alt: true, ..pressed }.typing(), Meaning::Nothing, "Alt {letter}");
        }
    }

    #[test]
    fn knows_a_digit_wherever_it_stands() {
        assert_eq!(lamps(Pressed { code: "Digit1", key: "1", shift: true, alt: false }), Meaning::Do(Command::Number));
        assert_eq!(lamps(Pressed { code: "Digit1", key: "&", shift: false, alt: false }), Meaning::Nothing);
    }

    #[test]
    fn knows_enter_on_a_keyboard_without_places() {
        let pressed = Pressed { code: "", key: "Enter", shift: false, alt: false };
        assert_eq!(pressed.typing(), Meaning::Do(Command::Call));
    }

    #[test]
    fn lets_every_single_key_be_switched_off() {
        let off = |pressed: Pressed<'_>| pressed.on_lamps(false, Letters::Off);
        for code in ["KeyW", "KeyG", "Period", "Slash", "Digit1"] {
            assert_eq!(off(press(code)), Meaning::Nothing, "{code}");
        }
        assert_eq!(off(Pressed { shift: true, ..press("Slash") }), Meaning::Nothing);
        assert_eq!(off(press("Escape")), Meaning::Do(Command::Escape));
    }

    #[test]
    fn no_key_means_two_things() {
        for (at, (key, ..)) in TABLE.iter().enumerate() {
            assert!(TABLE[at + 1..].iter().all(|(other, ..)| other != key), "{key}");
            assert_ne!(*key, "G");
        }
    }
}
