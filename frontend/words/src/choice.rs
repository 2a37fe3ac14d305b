//! The reader's choices of how the board looks.

/// Light or dark, if the reader does not leave that to the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// Dark on white
    Light,
    /// White on black
    Dark,
}

impl Theme {
    /// Both themes.
    pub const ALL: [Self; 2] = [Self::Light, Self::Dark];

    /// The value of `data-theme`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Reads the value of `data-theme`.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.as_str() == word)
    }
}

/// The size of tiles, and so how much each tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Density {
    /// Tiles with number, name, state and age
    #[default]
    Comfortable,
    /// Tiles with number and name
    Compact,
    /// Tiles with the number only
    Dots,
}

impl Density {
    /// All sizes, largest first.
    pub const ALL: [Self; 3] = [Self::Comfortable, Self::Compact, Self::Dots];

    /// The value of `data-density`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Comfortable => "comfortable",
            Self::Compact => "compact",
            Self::Dots => "dots",
        }
    }

    /// Reads the value of `data-density`.
    pub fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|density| density.as_str() == word).unwrap_or_default()
    }
}

/// The colours of states, each for light and dark: `style/tokens.css` and `style/palette.css`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Palette {
    /// lampfield's own colours: distinguishable with any kind of colour vision.
    #[default]
    Standard,
    /// The colours of keys on desk phones: ringing and busy are red.
    Phone,
    /// Colours with a contrast of at least 7:1 to the background.
    Contrast,
}

impl Palette {
    /// All palettes, in the order of the select.
    pub const ALL: [Self; 3] = [Self::Standard, Self::Phone, Self::Contrast];

    /// The value of `data-palette`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Phone => "phone",
            Self::Contrast => "contrast",
        }
    }

    /// Reads the value of `data-palette`.
    pub fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|palette| palette.as_str() == word).unwrap_or_default()
    }
}

/// The sort order of lamps within a department or group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// The admin's order on an own board; elsewhere by number.
    Own,
    /// Numbers, short ones first: 99 before 100.
    #[default]
    Number,
    /// Names; lamps without a name last.
    Name,
    /// Urgency: ringing, then calls, then the others.
    State,
    /// Latest change first.
    Since,
}

impl Order {
    /// All orders, as in the select.
    pub const ALL: [Self; 5] = [Self::Own, Self::Number, Self::Name, Self::State, Self::Since];

    /// The text by which the browser remembers the order.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Number => "number",
            Self::Name => "name",
            Self::State => "state",
            Self::Since => "since",
        }
    }

    /// Reads the remembered text.
    pub fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|order| order.as_str() == word).unwrap_or_default()
    }

    /// Whether a lamp can move when its state changes.
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
