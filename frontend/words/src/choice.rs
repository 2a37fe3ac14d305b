//! What a reader chooses of how the board looks, for the words to name.

/// Light or dark, where the reader does not leave that to the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// Dark on white
    Light,
    /// White on black
    Dark,
}

impl Theme {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Light, Self::Dark];

    /// The word in `data-theme`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.as_str() == word)
    }
}

/// How much room a lamp has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Density {
    /// Number, name, state, age
    #[default]
    Comfortable,
    /// Number and name
    Compact,
    /// The number
    Dots,
}

impl Density {
    /// All, the roomiest first.
    pub const ALL: [Self; 3] = [Self::Comfortable, Self::Compact, Self::Dots];

    /// The word in `data-density`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Comfortable => "comfortable",
            Self::Compact => "compact",
            Self::Dots => "dots",
        }
    }

    /// The density of that word.
    pub fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|density| density.as_str() == word).unwrap_or_default()
    }
}

/// Which colours stand for which state, by light and by dark: `style/tokens.css` and `style/palette.css`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Palette {
    /// lampfield's own: no two alike in any kind of colour vision.
    #[default]
    Standard,
    /// As the keys of desk phones light up: ringing and busy are red.
    Phone,
    /// Each at least 7:1 against what is behind it.
    Contrast,
}

impl Palette {
    /// All, as they are offered.
    pub const ALL: [Self; 3] = [Self::Standard, Self::Phone, Self::Contrast];

    /// The word in `data-palette`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Phone => "phone",
            Self::Contrast => "contrast",
        }
    }

    /// The palette of that word.
    pub fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|palette| palette.as_str() == word).unwrap_or_default()
    }
}

/// In which order the lamps of a department stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// As admins put them; elsewhere than on an own board, by number.
    Own,
    /// By number: short ones first, so that 99 stands before 100.
    #[default]
    Number,
    /// By name, those without one last.
    Name,
    /// What happens first: ringing, then calls, then the others.
    State,
    /// The latest change first.
    Since,
}

impl Order {
    /// All, as they are offered.
    pub const ALL: [Self; 5] = [Self::Own, Self::Number, Self::Name, Self::State, Self::Since];

    /// The word by which it is remembered.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Number => "number",
            Self::Name => "name",
            Self::State => "state",
            Self::Since => "since",
        }
    }

    /// The order of that word.
    pub fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|order| order.as_str() == word).unwrap_or_default()
    }

    /// Whether places change as the lamps do.
    pub const fn moves(self) -> bool {
        matches!(self, Self::State | Self::Since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_remembered_by_its_word() {
        assert!(Theme::ALL.into_iter().all(|theme| Theme::parse(theme.as_str()) == Some(theme)));
        assert!(Density::ALL.into_iter().all(|density| Density::parse(density.as_str()) == density));
        assert!(Palette::ALL.into_iter().all(|palette| Palette::parse(palette.as_str()) == palette));
        assert!(Order::ALL.into_iter().all(|order| Order::parse(order.as_str()) == order));
        assert_eq!((Theme::parse(""), Order::parse("")), (None, Order::Number));
    }
}
