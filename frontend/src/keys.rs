//! The meaning of keys. Keys are identified by their position on the keyboard (`KeyboardEvent.code`), so that they work
//! in every layout.

use lampfield_words::{Categories, Category, Command};

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

/// Commands on a single letter or sign. The reader can switch them off (WCAG 2.1.4).
pub const LETTERS: [(&str, Command); 14] = [
    ("C", Command::Call),
    ("W", Command::Watch),
    ("D", Command::Dnd),
    ("N", Command::Note),
    ("F", Command::Favourite),
    ("Y", Command::Why),
    ("X", Command::Select),
    (",", Command::PreviousTab),
    (".", Command::NextTab),
    ("[", Command::PreviousSite),
    ("]", Command::NextSite),
    ("V", Command::Density),
    ("T", Command::Theme),
    ("B", Command::Blink),
];

/// Second key of a `G` chord and the categories it jumps to; help shows the first. `B` means anyone in a call.
pub const AFTER_G: [(&str, &[Category]); 4] = [
    ("R", &[Category::Ringing]),
    ("B", &[Category::OnCall, Category::Busy, Category::OnHold]),
    ("F", &[Category::Free]),
    ("O", &[Category::Offline]),
];

/// Whether single characters are commands: letters, digits, `/` and `?`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Letters {
    /// Single characters are commands.
    Count,
    /// The reader has switched them off.
    Off,
}

/// The meaning of the key at `code`; `after_g` says that the key before was `G`.
pub fn meaning(code: &str, shift: bool, after_g: bool, letters: Letters) -> Meaning {
    match (code, shift) {
        _ if letters == Letters::Off => return Meaning::Nothing,
        ("Slash", false) => return Meaning::Do(Command::Search),
        ("Slash", true) => return Meaning::Do(Command::Help),
        (_, true) => return Meaning::Nothing,
        _ => {}
    }
    let key = match code {
        "Comma" => ",",
        "Period" => ".",
        "BracketLeft" => "[",
        "BracketRight" => "]",
        _ => code.strip_prefix("Key").unwrap_or_default(),
    };
    if after_g {
        let second = AFTER_G.iter().find(|(own, _)| *own == key);
        return second.map_or(Meaning::Nothing, |&(_, all)| Meaning::Do(Command::Only(Categories::of(all))));
    }
    if key == "G" {
        return Meaning::First;
    }
    LETTERS.iter().find(|(own, _)| *own == key).map_or(Meaning::Nothing, |&(_, command)| Meaning::Do(command))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(code: &str) -> Meaning {
        meaning(code, false, false, Letters::Count)
    }

    #[test]
    fn reads_keys_by_their_place() {
        assert_eq!(plain("Slash"), Meaning::Do(Command::Search));
        assert_eq!(meaning("Slash", true, false, Letters::Count), Meaning::Do(Command::Help));
        assert_eq!(plain("KeyW"), Meaning::Do(Command::Watch));
        assert_eq!(plain("BracketLeft"), Meaning::Do(Command::PreviousSite));
        assert_eq!(plain("Tab"), Meaning::Nothing);
        assert_eq!(plain("KeyQ"), Meaning::Nothing);
    }

    #[test]
    fn takes_g_for_the_first_of_two() {
        assert_eq!(plain("KeyG"), Meaning::First);
        let Meaning::Do(Command::Only(busy)) = meaning("KeyB", false, true, Letters::Count) else {
            panic!("no filter")
        };
        let shown: Vec<_> = Category::ALL.into_iter().filter(|&category| busy.contains(category)).collect();
        assert_eq!(shown, [Category::OnCall, Category::Busy, Category::OnHold]);
        assert_eq!(plain("KeyB"), Meaning::Do(Command::Blink));
        assert_eq!(meaning("KeyW", false, true, Letters::Count), Meaning::Nothing);
    }

    #[test]
    fn lets_every_single_key_be_switched_off() {
        assert_eq!(meaning("KeyW", true, false, Letters::Count), Meaning::Nothing);
        for (code, shift) in [("KeyW", false), ("KeyG", false), ("Period", false), ("Slash", false), ("Slash", true)] {
            assert_eq!(meaning(code, shift, false, Letters::Off), Meaning::Nothing, "{code}");
        }
    }

    #[test]
    fn no_key_means_two_things() {
        for (at, (key, _)) in LETTERS.iter().enumerate() {
            assert!(LETTERS[at + 1..].iter().all(|(other, _)| other != key), "{key}");
            assert_ne!(*key, "G");
        }
    }
}
